"""Times of day as people write them. Readings, never guesses: several stand for "ask"."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

from handlers.language.when.names import EOD, OWN_PARTS, PARTS
from handlers.language.when.rules import CLOSE, NO_TIME, Clock, rule
from handlers.language.when.spoken import in_figures, moved, split_fraction
from models.worktime import Hours, WorkingTime, usual

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?::00)?\s?(am|pm|a|p)?")
_OF_24 = re.compile(r"(\d{1,2}:\d{2}) ?(?:h|hrs|hours)")
_MILITARY = re.compile(r"([01]\d|2[0-3])([0-5]\d)( ?(?:h|hrs|hours))?")
_FRENCH = re.compile(r"(\d{1,2})h(\d{2})?")
_CLOSED_UP = re.compile(r"(\d{1,2})(\d{2}) ?(am|pm|a|p)")
_RANGE = re.compile(r"(?:between |from )?(\d{1,2}(?::\d{2})?) ?(am|pm)? ?(?:-|to|and) ?(\d{1,2}(?::\d{2})?) ?(am|pm)?")
_ABOUT = frozenset({"around", "about", "approximately", "approx", "roughly", "circa", "after", "past"})
_CLOSE = frozenset({"end of day", "end of the day", "close of business", "end of business", "closing",
                    "end of the working day", "end of the work day", "end of the workday", "end of working day", "close",
                    "end of business day", "end of the business day", "end of work day", "end of workday",
                    "close of play", "closing time", "end of shift"})
_OPEN = frozenset({"first thing", "first thing in the morning", "start of day", "start of the day", "opening",
                   "beginning of the day", "start of business", "open of business", "opening time", "morning first thing",
                   "first thing morning", "first thing in morning", "start of the working day"})
# From which hour to which a part of the day may be said to be; an hour outside it was a slip, or is another day's.
_SPANS = {"morning": range(12), "afternoon": range(12, 20), "evening": range(16, 24), "night": range(17, 24)}
_VAGUE = re.compile(r"(?:early|late|mid|in the early|in the late|later|sometime in the|sometime this)[- ]"
                    r"(?:this |in the )?(?:morning|afternoon|evening)|after (?:lunch|hours|work|breakfast|dinner)|"
                    r"dinner ?time|lunch hour|sometime|later today|later on|dawn|dusk|sunset|sunrise")


def read_clock(words: tuple[str, ...], work: WorkingTime, *, bare: bool) -> Clock | None:
    """``words`` must be a time of day and nothing else, else None. ``bare`` allows a lone hour, as after "at"."""
    if words[0] in {"at", "by", "before", "@"}:
        words, bare = words[1:], True
        if not words:
            return None
    words = in_figures(words)
    text = " ".join(words)
    return _named(text) or _part(words, text, work) or _about(words, work) or _numeric(text, work, bare=bare) \
        or _fraction(words, work, bare=bare) or _range(text, work, bare)


@rule("Times of day", "the end or the beginning of the team's working day", "EOD", "close of business", "end of day tomorrow",
      "first thing tomorrow")
@rule("Times of day", "midnight could be either night, so it asks unless a night is named", "midnight", "midnight tonight")
@rule("Times of day", "a stretch of the day asks", "after lunch", "late afternoon", "between 2 and 4 tomorrow")
def _named(text: str) -> Clock | None:
    text = text.removeprefix("the ").replace("1st thing", "first thing")
    if text in EOD or text in _CLOSE:
        return CLOSE
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
        return Clock((time(PARTS[part]),), "hour", part=part)
    rest = [word for word in words if word not in {part, "in", "the", "at", "by", "this", "of"}]
    clock = _numeric(" ".join(rest), work, bare=True) or _fraction(tuple(rest), work, bare=True)
    if clock is None or clock.wrong or part not in _SPANS:
        return clock if clock is not None and clock.wrong else None
    at = clock.times[0]
    if part == "night" and at.hour % (12 if clock.bare else 24) < 5:
        return Clock((at.replace(hour=at.hour % 12),), clock.grain, after=1, ask="which night is that?")
    times = (at.replace(hour=at.hour % 12 + 12 * (part != "morning")),) if clock.bare else clock.times
    fits = all(one.hour in _SPANS[part] for one in times) and not (clock.bare and part == "morning" and at.hour % 12 == 0)
    return Clock(times, clock.grain, ask="" if fits else f"that is not in the {part}")


@rule("Times of day", "about an hour, or after it, asks", "around 3pm", "after 3pm tomorrow", "3ish")
def _about(words: tuple[str, ...], work: WorkingTime) -> Clock | None:
    if len(words) == 1 and words[0].endswith("ish"):
        words = ("about", words[0].removesuffix("ish").rstrip("-"))
    if len(words) < 2 or words[0] not in _ABOUT:
        return None
    clock = _numeric(" ".join(words[1:]), work, bare=True) or (
        _part(words[1:], " ".join(words[1:]), work) if PARTS.get(words[-1]) == 12 else None)
    if clock is None or clock.wrong:
        return clock
    return Clock(clock.times, clock.grain, clock.edge, clock.after, ask="the exact time?")


@rule("Times of day", "a clock time", "3pm", "3:30 pm", "15:00", "9 a.m.", "8 o'clock in the evening", "half past 3",
      "quarter to 5 pm", "1500h")
@rule("Times of day", "a bare hour is the one within the team's hours of that day; if both or none are, it asks",
      "at 3", "at 9:30", "Friday at 8")
def _numeric(text: str, work: WorkingTime, *, bare: bool) -> Clock | None:
    found = _MILITARY.fullmatch(text)
    if found is not None and not found[3] and not bare:
        return None
    if found := found or _FRENCH.fullmatch(text):
        hour, minute = int(found[1]), int(found[2] or 0)
        if hour > 23 or minute > 59:
            return Clock(wrong=NO_TIME)
        return Clock((time(hour, minute),), "minute" if minute else "hour")
    if found := _OF_24.fullmatch(text):
        text = found[1]
    if found := _CLOSED_UP.fullmatch(text):
        text = f"{found[1]}:{found[2]}{found[3]}"
    if text.endswith((" o'clock", " oclock")):
        text, bare = text.rpartition(" ")[0], True
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hour, minutes, half = int(found[1]), found[2], (found[3] or "")[:1]
    minute = int(minutes or 0)
    grain = "minute" if minutes else "hour"
    if "." in text and not half and not bare:
        return None  # "3.50" is an amount
    if minute > 59 or hour > 24 or (hour == 24 and minute) or (half and not 1 <= hour <= 12):
        return Clock(wrong=NO_TIME) if minutes or half else None
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


def _fraction(words: tuple[str, ...], work: WorkingTime, *, bare: bool) -> Clock | None:
    found = split_fraction(words, sure=bare)
    if found is None:
        return None
    shift, hour = found
    clock = _numeric(" ".join(hour), work, bare=True) or _part(hour, " ".join(hour), work)
    if clock is None or clock.wrong or clock.after or clock.part in OWN_PARTS or any(at.minute for at in clock.times):
        return clock if clock and clock.wrong else None
    if not clock.bare:
        return moved(clock, shift)
    # The other half of the day may be the one in working hours when the minutes are counted.
    halves = {time(at.hour % 12 + more) for at in clock.times for more in (0, 12)}
    both = moved(replace(clock, times=tuple(sorted(halves))), shift)
    return replace(both, times=settled(both.times, usual(work.week)), either=both.times)


def _range(text: str, work: WorkingTime, bare: bool) -> Clock | None:
    """From when to when: which of it is the promise?"""
    found = _RANGE.fullmatch(text)
    if found is None or not (bare or text.startswith(("between ", "from ")) or found[2] or found[4] or ":" in text):
        return None
    half = found[4] or found[2] or ""
    ends = [_numeric(f"{figure}{half_}", work, bare=True) for figure, half_ in ((found[1], found[2] or half), (found[3], half))]
    times = tuple(at for clock in ends if clock is not None for at in clock.times[:1])
    return Clock(times, "hour", ask="from when to when is a stretch: by when exactly?")
