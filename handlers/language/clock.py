"""Times of day as people write them. Readings, never guesses: several stand for "ask"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from models.worktime import WorkingTime

# What a part of day means as a due time, until a team sets its own.
PARTS = {"morning": time(10), "noon": time(12), "midday": time(12), "afternoon": time(15), "evening": time(18),
         "night": time(20)}
_END = {"eod", "cob", "eob"}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|a|p|h)?")


@dataclass(frozen=True, slots=True)
class Clock:
    """``times`` are the readings; empty with ``end`` is the end of the team's working day. ``wrong`` says why refused."""

    times: tuple[time, ...] = ()
    grain: str = "hour"
    end: bool = False
    bare: bool = False
    wrong: str = ""


def read_clock(words: tuple[str, ...], work: WorkingTime, *, bare: bool) -> Clock | None:
    """``words`` must be a time of day and nothing else, else None. ``bare`` allows a lone hour, as after "at"."""
    if words and words[0] in {"at", "by", "before", "around"}:
        words, bare = words[1:], True
    text = " ".join(words)
    if text in _END or text in {"end of day", "end of the day", "close of business", "end of business"}:
        return Clock(grain="day", end=True)
    if text in {"midnight"}:
        return Clock((time(0),), "hour")
    part = _part(words)
    if part is not None and len(words) <= 3 and not any(w[:1].isdigit() for w in words):
        return Clock((PARTS[part],), "hour") if text in _spellings(part) else None
    if part is not None:
        return _beside(words, part, work)
    return _numeric(text, work, bare=bare)


def _part(words: tuple[str, ...]) -> str | None:
    found = [w for w in words if w in PARTS]
    return found[0] if len(found) == 1 else None


def _spellings(part: str) -> set[str]:
    return {part, f"in the {part}", f"this {part}", f"the {part}", f"at {part}"}


def _beside(words: tuple[str, ...], part: str, work: WorkingTime) -> Clock | None:
    """An hour next to a part of day: "8 in the morning", "morning at 8"."""
    rest = [w for w in words if w not in {part, "in", "the", "at", "by", "this"}]
    if len(rest) not in (1, 2):
        return None
    clock = _numeric(" ".join(rest), work, bare=True)
    if clock is None or clock.wrong or part in {"noon", "midday"}:
        return clock if clock is not None and clock.wrong else None
    half = {t for t in _halves(clock.times[0]) if (t.hour < 12) == (part == "morning")}
    return Clock(tuple(half), clock.grain) if clock.bare else clock


def _halves(at: time) -> tuple[time, time]:
    return at.replace(hour=at.hour % 12), at.replace(hour=at.hour % 12 + 12)


def _numeric(text: str, work: WorkingTime, *, bare: bool) -> Clock | None:
    found = _CLOCK.fullmatch(text.replace("o'clock", "").strip())
    if found is None:
        return None
    hour, minutes, half = int(found[1]), found[2], (found[3] or "").replace(".", "")[:1]
    if half == "h" and not minutes:
        return None  # "48h" is a stretch of time, not a clock
    minute = int(minutes or 0)
    grain = "minute" if minutes else "hour"
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half in {"a", "p"} and not 1 <= hour <= 12):
        return Clock(wrong="there is no such time of day")
    if half in {"a", "p"}:
        return Clock((time(hour % 12 + (12 if half == "p" else 0), minute),), grain)
    if hour == 24:
        return Clock((), wrong="24:00 could be either night; please name the day with 23:59 or 0:01")
    if hour > 12 or hour == 0 or found[1].startswith("0"):
        return Clock((time(hour, minute),), grain) if minutes else (None if not bare else Clock((time(hour),), grain))
    if not minutes and not bare:
        return None
    both = _halves(time(hour, minute))
    settled = tuple(t for t in both if work.opens <= t <= work.closes)
    return Clock(settled if len(settled) == 1 else both, grain, bare=True)
