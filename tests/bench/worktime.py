"""``make bench``: what adding and measuring working time costs over ten years, beside the same sums over ten days.

A team with holidays, closed days and hours of a weekday's own, in a zone whose clocks change. The baseline is bare: two
conversions of a zone, without which no instant becomes a day.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from models.worktime import OFFICE, WorkingTime

ZONE = ZoneInfo("America/New_York")
WEEK = (*OFFICE[:4], (time(9), time(13)), None, None)
CLOSED = {date(2026 + n, 12, 24): "Staff day" for n in range(10)}
START = datetime(2026, 11, 23, 15, tzinfo=UTC)
ROUNDS, TIMES = 60, 10


def team() -> WorkingTime:
    return WorkingTime(ZONE, WEEK, "US-NY", CLOSED)


def bare() -> None:
    START.astimezone(ZONE).date()
    datetime.combine(date(2026, 11, 23), time(9), ZONE).astimezone(UTC)


def sums(days: int) -> dict[str, Callable[[], object]]:
    """The sums over so many days, each with a team made anew, as a request does."""
    end = START + timedelta(days=days)
    hours, worked = team().hours_between(START, end), team().days_between(START, end)
    return {
        "made": lambda: team(), "hours added": lambda: team().add_hours(START, hours),
        "hours taken back": lambda: team().add_hours(end, -hours), "days added": lambda: team().add_days(START, worked),
        "days taken back": lambda: team().add_days(end, -worked), "hours measured": lambda: team().hours_between(START, end),
        "days measured": lambda: team().days_between(START, end)}


def microseconds(act: Callable[[], object]) -> float:
    """The best of many short rounds: a busy machine only adds."""
    found = []
    for _ in range(ROUNDS):
        begun = clock.perf_counter()
        for _ in range(TIMES):
            act()
        found.append((clock.perf_counter() - begun) / TIMES * 1e6)
    return min(found)


def resident() -> float:
    """Of this process, in MB; nothing where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return 0


def first_use() -> str:
    """In a process of its own: how long the first sum takes, which loads a country's holidays, and its memory."""
    code = ("import time; from tests.bench.worktime import START, resident, team; "
            "before, begun = resident(), time.perf_counter(); "
            "team().add_days(START, 10); print(f'{time.perf_counter() - begun:.2f} s and {resident() - before:.0f} MB')")
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    near, far, base = sums(10), sums(3653), microseconds(bare)
    print(f"working time: the bare conversions take {base:.1f} µs")
    for name, act in far.items():
        ten_days, ten_years = microseconds(near[name]), microseconds(act)
        print(f"  {name:17} ten days {ten_days:4.0f} µs, ten years {ten_years:4.0f} µs: {ten_years / base:5.0f} times the bare, "
              f"{ten_years / ten_days:.1f} times ten days'")
    print(f"  the first sum of a process, with its holidays: {first_use()}")


if __name__ == "__main__":
    main()
