"""What reading a sentence costs: the median over the table of due times, and how it grows with the length of a text."""

from __future__ import annotations

import statistics
import time
import timeit
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.parser import parse

from handlers.language.due import Calendar, read_due
from models.worktime import WorkingTime

ZONE = ZoneInfo("America/New_York")
CALENDAR = Calendar(datetime(2026, 11, 24, 10, tzinfo=ZONE), ZONE, WorkingTime(ZONE))
TABLE = Path(__file__).parents[1] / "language" / "due_times.txt"
BARE = "Friday 3pm"
WORST = "call the clinic by Friday about May 3pm in a couple of "
ROUNDS = 5


def microseconds(text: str) -> float:
    begun = time.perf_counter()
    read_due(text, CALENDAR)
    return (time.perf_counter() - begun) * 1e6


def main() -> None:
    sentences = [line.split(" | ")[0] for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    for one in sentences:
        microseconds(one)  # the zones of the world are read once
    # Each sentence's best of some rounds: what else the machine does is no cost of reading.
    found = sorted(min(microseconds(one) for _ in range(ROUNDS)) for one in sentences)
    middle, bare = statistics.median(found), min(timeit.repeat(lambda: parse(BARE), number=100, repeat=ROUNDS)) * 1e4
    print(f"a due time, {len(sentences)} sentences: median {middle:.0f} µs (ours to keep: 150), nine of ten under "
          f"{found[len(found) * 9 // 10]:.0f} µs; "
          f"{middle / bare:.1f} times what dateutil's own parser takes for {BARE!r}")
    base = min(microseconds(WORST * 18) for _ in range(ROUNDS))
    for size in (10_000, 100_000):
        text = WORST * (size // len(WORST))
        print(f"a text of {size:,} characters: {min(microseconds(text) for _ in range(ROUNDS)) / base:.1f} times one of 1,000")


if __name__ == "__main__":
    main()
