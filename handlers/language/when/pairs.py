"""A day, and a time of day beside it: before it, behind it, around it."""

from __future__ import annotations

import re

from handlers.language.when import stretches
from handlers.language.when.clocks import read_clock
from handlers.language.when.dates import read_date
from handlers.language.when.days import read_from, read_named, read_weekday, read_weekend
from handlers.language.when.ends import read_ends, read_nth
from handlers.language.when.names import COUNTS, EOW, MISSPELT, MONTH, NTH, WEEKDAY
from handlers.language.when.rules import CLOSE, Calendar, Clock, Day, rule

# Without one of these no words are a day: most of what is tried is none, and then costs nothing.
DAYISH = frozenset({*WEEKDAY, *NTH, *MONTH, *MISSPELT, *EOW, "today", "tomorrow", "yesterday", "tmrw", "week", "weeks", "month",
                    "months", "quarter", "year", "weekend", "fortnight", "fortnights", "day", "days", "holiday", "holidays",
                    "night", "end", "morning", "week's", "spring", "summer", "fall", "autumn", "winter", "beginning", "start"})
_FIGURE = re.compile(r"\d{1,2}(?:st|nd|rd|th)|\d+[/.-]\d+(?:[/.-]\d+)?|[a-z\d]{1,9}-[a-z\d]{1,9}(?:-\d{2,4})?")
HOURLY = frozenset({"at", "by", "before", "until", "till", "til", "than", "@"})
_HALVES: dict[tuple[str, ...], tuple[str, ...]] = {("am",): ("morning",), ("pm",): ("afternoon",)}   # "tomorrow am"
_DAY_PARTS = frozenset({"morning", "afternoon", "evening", "night"})


def read_day(words: tuple[str, ...], led: str, calendar: Calendar) -> Day | None:
    if words[0] == "on" and len(words) > 1:
        words = words[1:]
    if DAYISH.isdisjoint(words) and not any((word[0].isdigit() or "-" in word) and _FIGURE.fullmatch(word) for word in words):
        return None
    if "of" in words[1:3] and words[words.index("of") - 1] == "week" and len(words) > 3 - (words[0] == "week") and read_date(
            words[words.index("of") + 1:], calendar) is not None:
        return Day(ask="that could be several days")
    return (read_named(words, calendar) or read_weekday(words, calendar) or read_date(words, calendar, led)
            or read_ends(words, calendar) or read_nth(words, calendar) or read_from(words, calendar)
            or read_weekend(words, calendar, led))


def day_and_time(first: tuple[str, ...], second: tuple[str, ...], led: str, calendar: Calendar) -> tuple[Day, Clock] | None:
    hourly = led.rpartition(" ")[2] in HOURLY
    if led not in {"at", "in"} and (day := read_day(first, led, calendar)) is not None:
        clock = read_clock(_HALVES.get(second, second), calendar.work, bare=False)
        if clock is not None:
            return day, clock
        if len(second) == 1 and re.fullmatch(r"([01]\d|2[1-3])[0-5]\d", second[0]):
            return day, read_clock(("at", *second), calendar.work, bare=True) or CLOSE  # "tomorrow 0900"
        if second in {("early",), ("late",)}:
            return Day(day.days, ask="that could be several times", wrong=day.wrong), CLOSE
        if re.fullmatch(r"\d{1,2}(-| to | - )\d{1,2}", " ".join(second)):
            return Day(day.days, ask="from when to when is a stretch: by when exactly?", wrong=day.wrong), CLOSE
        if len(second) == 1 and second[0].isdigit() and len(second[0]) < 3:
            return Day(day.days, ask="a bare number could be an hour or a day", wrong=day.wrong), CLOSE
    if second[0] == "of" and first[-1] in _DAY_PARTS and len(second) > 1:
        second = second[1:]  # "the morning of the 20th"
    if (day := read_day(second, "", calendar)) is not None:
        # Beside a day "twenty to four" is a time, in words; "2 to 3" stays an amount.
        spoken = first[0] in COUNTS and len(first) > 2 and first[-2] in {"to", "of", "till", "before"}
        clock = read_clock(first, calendar.work, bare=hourly or spoken)
        if clock is not None:
            return day, clock
    return None


@rule("Day and time", "the hour may stand before its day, the part of the day behind it", "8 tomorrow morning",
      "at 3 Friday afternoon")
def part_apart(core: tuple[str, ...], hourly: bool, calendar: Calendar) -> tuple[Day, Clock] | None:
    if core[-1] not in _DAY_PARTS or len(core) < 3:
        return None
    for split in range(1, len(core) - 1):
        clock = read_clock((*core[:split], core[-1]), calendar.work, bare=hourly)
        if clock is None or clock.grain == "day":
            continue
        day = read_day(core[split:-1], "", calendar)
        if day is not None:
            return day, clock
    return None


@rule("From now", "so many days from now, at a time", "in two weeks at 3pm", "at noon in 3 days", "2 days from now at 4pm")
def stretch_and_time(core: tuple[str, ...], led: str, calendar: Calendar) -> tuple[Day, Clock] | None:
    if not stretches.counts(core):
        return None
    for split in range(1, len(core)):
        lead = "in" if core[split] == "in" else ""
        pairs = [(core[:split], led, core[split:])] if led not in HOURLY else []
        pairs += [(core[split + bool(lead):], lead, core[:split])] if led not in {"in", "within"} else []
        for so_long, how, when in pairs:
            base = stretches.read_stretch(so_long, how, calendar) if len(so_long) > 1 else None
            if base is None or base.at is None or base.grain != "day":
                continue
            clock = read_clock(when, calendar.work, bare=led in HOURLY and how != led)
            if clock is not None:
                return Day((base.at.date(),)), clock
    return None
