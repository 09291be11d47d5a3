"""Times of day as people write them. Readings, never guesses: several stand for "ask"."""

from __future__ import annotations

import re
from datetime import time

from handlers.language.when.names import EOD, PARTS
from handlers.language.when.rules import NO_TIME, Clock, rule
from models.worktime import Hours, WorkingTime, usual

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?\s?(am|pm|a|p)?")
_MILITARY = re.compile(r"([01]\d|2[0-3])([0-5]\d) ?(?:h|hrs|hours)")
_FRENCH = re.compile(r"(\d{1,2})h(\d{2})")
_RANGE = re.compile(r"(?:between |from )?(\d{1,2}(?::\d{2})?) ?(am|pm)? ?(?:-|to|and) ?(\d{1,2}(?::\d{2})?) ?(am|pm)?")
_ABOUT = frozenset({"around", "about", "approximately", "approx", "roughly", "circa", "after", "past"})
_CLOSE = frozenset({"end of day", "end of the day", "close of business", "end of business", "the end of the day", "closing",
                    "end of the working day", "end of the work day", "end of the workday", "end of working day", "close",
                    "close of play", "closing time", "end of shift", "the close of business", "end of today"})
_OPEN = frozenset({"first thing", "first thing in the morning", "start of day", "start of the day", "opening",
                   "beginning of the day", "start of business", "open of business", "opening time", "morning first thing",
                   "start of the working day"})
_VAGUE = re.compile(r"(?:early|late|mid|in the early|in the late|later|sometime in the|sometime this)[- ]"
                    r"(?:this |in the )?(?:morning|afternoon|evening)|(?:after|before) (?:lunch|hours|work|breakfast|dinner)|"
                    r"dinner ?time|lunch ?hour|sometime|later today|later on|dawn|dusk|sunset|sunrise")
_HALVES = {"half past": 30, "quarter past": 15, "a quarter past": 15, "quarter to": -15, "a quarter to": -15, "half": 30}
_FRACTION = re.compile(r"(half past|(?:a )?quarter past|(?:a )?quarter to|(\d{1,2}) (?:minutes )?(past|to)) (.+)")


def read_clock(words: tuple[str, ...], work: WorkingTime, *, bare: bool) -> Clock | None:
    """``words`` must be a time of day and nothing else, else None. ``bare`` allows a lone hour, as after "at"."""
    if words[0] in {"at", "by", "before", "@"}:
        words, bare = words[1:], True
        if not words:
            return None
    text = " ".join(words)
    return _named(text) or _part(words, text, work) or _about(words, work) or _numeric(text, work, bare=bare) \
        or _fraction(text, work) or _range(text, work)


@rule("Times of day", "the end or the beginning of the team's working day", "EOD", "close of business", "end of day tomorrow",
      "first thing tomorrow")
@rule("Times of day", "midnight could be either night, so it asks unless a night is named", "midnight", "midnight tonight")
@rule("Times of day", "a stretch of the day asks", "after lunch", "late afternoon", "between 2 and 4 tomorrow")
def _named(text: str) -> Clock | None:
    if text in EOD or text in _CLOSE:
        return Clock(grain="day", edge="close")
    if text in _OPEN:
        return Clock(grain="hour", edge="open")
    if text in {"midnight", "at midnight", "12 midnight"}:
        return Clock((time(0),), after=1, ask="midnight at the end of that day, or at its beginning?")
    if _VAGUE.fullmatch(text):
        return Clock(ask="that could be several times")
    return None


@rule("Times of day", "a part of the day", "tomorrow morning", "Friday afternoon", "noon", "lunchtime", "tonight")
@rule("Times of day", "an hour beside a part of the day", "8 in the morning", "tonight at 8", "tomorrow evening at 6:30")
def _part(words: tuple[str, ...], text: str, work: WorkingTime) -> Clock | None:
    found = [word for word in words if word in PARTS]
    if len(found) != 1:
        return None
    part = found[0]
    if text in {part, f"in the {part}", f"this {part}", f"the {part}", f"at {part}", f"at the {part}", f"12 {part}",
                f"during the {part}"}:
        if text.startswith("12 ") and PARTS[part] != 12:
            return None
        return Clock((time(PARTS[part]),), "hour")
    rest = [word for word in words if word not in {part, "in", "the", "at", "by", "this", "of"}]
    if len(rest) not in (1, 2) or part in {"lunch", "lunchtime"}:
        return None
    clock = _numeric(" ".join(rest), work, bare=True)
    if clock is None or clock.wrong or part in {"noon", "midday"}:
        return clock if clock is not None and clock.wrong else None
    if not clock.bare:
        fits = all((at.hour < 12) == (part == "morning") for at in clock.times)
        return clock if fits else Clock(clock.times, clock.grain, ask=f"that is not in the {part}")
    at = clock.times[0]
    if part == "night" and at.hour % 12 < 5:
        return Clock((at.replace(hour=at.hour % 12),), clock.grain, after=1, ask="which night is that?")
    half = at.hour % 12 if part == "morning" else at.hour % 12 + 12
    return Clock((at.replace(hour=half),), clock.grain)


@rule("Times of day", "about an hour, or after it, asks", "around 3pm", "after 3pm tomorrow", "3ish")
def _about(words: tuple[str, ...], work: WorkingTime) -> Clock | None:
    if len(words) == 1 and words[0].endswith("ish"):
        words = ("about", words[0].removesuffix("ish").rstrip("-"))
    if len(words) < 2 or words[0] not in _ABOUT:
        return None
    clock = _numeric(" ".join(words[1:]), work, bare=True) or _part(words[1:], " ".join(words[1:]), work)
    if clock is None or clock.wrong:
        return clock
    return Clock(clock.times, clock.grain, clock.edge, clock.after, ask="the exact time?")


@rule("Times of day", "a clock time", "3pm", "3:30 pm", "15:00", "9 a.m.", "8 o'clock in the evening", "half past 3",
      "quarter to 5 pm", "1500h")
@rule("Times of day", "a bare hour is the one within the team's hours of that day; if both or none are, it asks",
      "at 3", "at 9:30", "Friday at 8")
def _numeric(text: str, work: WorkingTime, *, bare: bool) -> Clock | None:
    if found := _MILITARY.fullmatch(text) or _FRENCH.fullmatch(text):
        if int(found[1]) > 23 or int(found[2]) > 59:
            return Clock(wrong=NO_TIME)
        return Clock((time(int(found[1]), int(found[2])),), "minute" if int(found[2]) else "hour")
    if text.endswith((" o'clock", " oclock")):
        text, bare = text.rpartition(" ")[0], True
    found = _CLOCK.fullmatch(text.removesuffix(" sharp"))
    if found is None:
        return None
    hour, minutes, half = int(found[1]), found[2], (found[3] or "")[:1]
    minute = int(minutes or 0)
    grain = "minute" if minutes else "hour"
    if "." in text and not half and not bare:
        return None  # "3.50" is an amount
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return Clock(wrong=NO_TIME) if minutes or half or bare else None
    if half:
        return Clock((time(hour % 12 + (12 if half == "p" else 0), minute),), grain)
    if hour == 24:
        return Clock(wrong="24:00 could be either night; please name the day with 23:59 or 0:01") if minutes else None
    if not minutes and not bare:
        return None
    if hour > 12 or hour == 0 or (minutes and found[1].startswith("0")):
        if not minutes:
            return Clock((time(hour),), grain, ask="an hour of the day, or a day of the month?")
        return Clock((time(hour, minute),), grain)
    both = (time(hour % 12, minute), time(hour % 12 + 12, minute))
    return Clock(settled(both, usual(work.week)), grain, bare=True, either=both)


def settled(both: tuple[time, ...], hours: Hours) -> tuple[time, ...]:
    """The half of the day that falls within these hours, or both when they do not settle it."""
    fits = tuple(at for at in both if hours[0] <= at <= hours[1])
    return fits if len(fits) == 1 else both


def _fraction(text: str, work: WorkingTime) -> Clock | None:
    found = _FRACTION.fullmatch(text)
    if found is None:
        return None
    clock = _numeric(found[4], work, bare=True)
    if clock is None or clock.wrong or any(at.minute for at in clock.times):
        return clock if clock and clock.wrong else None
    shift = _HALVES[found[1]] if found[2] is None else int(found[2]) * (1 if found[3] == "past" else -1)
    if not -59 <= shift <= 59:
        return None
    moved = tuple(time((at.hour * 60 + shift) // 60 % 24, shift % 60) for at in clock.times)
    if not clock.bare:
        return Clock(moved, "minute")
    if len(moved) == 1:
        # The hour settled by itself; with its minutes the other half of the day may be the one in working hours.
        moved += tuple(at.replace(hour=(at.hour + 12) % 24) for at in moved)
    return Clock(settled(moved, usual(work.week)), "minute", bare=True, either=moved)


def _range(text: str, work: WorkingTime) -> Clock | None:
    """From when to when: which of it is the promise?"""
    found = _RANGE.fullmatch(text)
    if found is None or not (text.startswith(("between ", "from ")) or found[2] or found[4] or ":" in text):
        return None
    half = found[4] or found[2] or ""
    ends = [_numeric(f"{figure}{half_}", work, bare=True) for figure, half_ in ((found[1], found[2] or half), (found[3], half))]
    times = tuple(at for clock in ends if clock is not None for at in clock.times[:1])
    return Clock(times, "hour", ask="from when to when is a stretch: by when exactly?")
