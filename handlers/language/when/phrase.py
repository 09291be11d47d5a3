"""A whole due phrase: day, time of day, stretch or recurrence put together into one of the five outcomes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.language.when import stretches, zones
from handlers.language.when.clocks import read_clock
from handlers.language.when.coming import what_comes
from handlers.language.when.ends import FIRST
from handlers.language.when.instants import resolve, settle
from handlers.language.when.names import MISSPELT, MONTH, PARTS
from handlers.language.when.outcomes import Due, Option, Outcome, ask, label_of, refused
from handlers.language.when.pairs import HOURLY, day_and_time, part_apart, read_day, stretch_and_time
from handlers.language.when.repeats import read_repeat
from handlers.language.when.rules import CLOSE, PAST, Calendar, Clock, Day, rule
from handlers.language.when.vocabulary import knows

LEADS = tuple(tuple(lead.split()) for lead in (
    "no later than", "not later than", "on or before", "by or before", "at or before", "at the latest by", "at the latest on",
    "at the latest", "latest by", "due by", "due on", "due at", "due in", "due", "by", "before", "until", "till", "til", "on",
    "at", "@", "within", "in"))
_BY_FIRST = {lead[0]: [other for other in LEADS if other[0] == lead[0]] for lead in LEADS}
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})(?::\d{2})?(z|[+-]\d{2}:?\d{2})?")
_RELATIVE = frozenset({"today", "tomorrow", "tonight", "morning", "afternoon", "evening", "night"})
_THIS_TIME = frozenset({("this", "time"), ("same", "time"), ("the", "same", "time")})
_COUNTED_FROM = frozenset({"from", "on"})
EVENING = 17   # tonight is no earlier
_SEASONS = frozenset({"spring", "summer", "fall", "autumn", "winter"})


def read_phrase(words: tuple[str, ...], calendar: Calendar) -> Due | None:
    """``words`` must be a due phrase and nothing else, else None. They are lower case, without marks at their ends."""
    phrase = " ".join(words)
    if (found := read_repeat(words, calendar)) is not None:
        return what_comes(found, phrase, calendar)
    if not knows(words):
        return None
    if "or" in words and words[1:3] != ("or", "before") and (two := _either(words, phrase, calendar)) is not None:
        return two
    led, core = _led(words)
    if not core:
        return None
    if (stretch := _stretch(core, led, phrase, calendar)) is not None:
        return stretch
    if led in {"within", "due in"}:
        return None
    if len(core) == 1 and (core[0] in MONTH or MISSPELT.get(core[0]) in MONTH) and led in {"in", "by", "before", "until", "on"}:
        return ask(phrase, "a month alone could be its first day or its last")
    if core[-1] in _SEASONS and len(core) < 3 and led in {"in", "by", "before", "until"} and core[0] in {"the", core[-1]}:
        return ask(phrase, "that could be several days")
    if len(core) == 1 and re.fullmatch(r"20\d\d", core[0]) and led in {"in", "by", "before", "until"}:
        return ask(phrase, "that could be any day of the year")
    if len(core) == 1 and (found_iso := _ISO.fullmatch(core[0])):
        return _iso(found_iso, phrase, calendar)
    if led in {"at", "in"} and core[-1] == "night" and core[:-1] in {(), ("the",)}:
        return ask(phrase, "which night?", _of(resolve(None, Clock((time(PARTS["night"]),), part="night"), phrase, calendar)))
    if (same := _same_time(core, phrase, calendar)) is not None:
        return same
    return _dated(core, led, phrase, calendar)


@rule("Day and time", "the time of day it is now", "this time tomorrow", "same time next week")
def _same_time(core: tuple[str, ...], phrase: str, calendar: Calendar) -> Due | None:
    said = [size for size in (2, 3) if core[-size:] in _THIS_TIME or core[:size] in _THIS_TIME]
    if not said:
        return None
    rest = core[said[-1]:] if core[:said[-1]] in _THIS_TIME else core[:-said[-1]]
    rest = rest[:-1] if rest[-1:] == ("at",) else rest
    local = calendar.now.astimezone(calendar.zone)
    day = Day((local.date() + timedelta(days=7),)) if rest == ("next", "week") else read_day(rest, "", calendar) if rest else None
    if day is None:
        return None
    return resolve(day, Clock((local.time().replace(second=0, microsecond=0),), "minute"), phrase, calendar)


@rule("How a time may begin", "with or without one of these words", "by Friday", "until Friday", "on Friday", "due Friday",
      "no later than Friday", "at 3pm")
def _led(words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    for lead in _BY_FIRST.get(words[0], ()):
        if words[:len(lead)] == lead:
            return " ".join(lead), words[len(lead):]
    return "", words


def _dated(core: tuple[str, ...], led: str, phrase: str, calendar: Calendar) -> Due | None:
    """A day, a time, or both in either order; a zone may stand at the end of the time."""
    if core[0] == "tonight":
        if len(core) > 1:
            return _tonight(core[1:], phrase, calendar)
        core = ("today", "night")
    if core[-1] == "tonight" and len(core) > 1:
        return _tonight(("at", *core[:-1]) if core[0] not in {"at", "by", "before"} else core[:-1], phrase, calendar)
    hourly = led.rpartition(" ")[2] in HOURLY
    plain, zone, kind = zones.split_zone(core)
    if not plain:
        return None
    if zone is not None:
        return _zoned(plain, led, phrase, calendar, zone, kind)
    clock = read_clock(core, calendar.work, bare=hourly) if led not in {"on", "in"} or core[0] == "the" else None
    if led == "in" and clock is not None and core[0] != "the":
        clock = None
    if clock is not None:
        return resolve(None, clock, phrase, calendar)
    if led != "at" or core[:2] in {("the", "beginning"), ("the", "start"), ("the", "end")} or core[-1] == "end":
        day = read_day(core, led, calendar)
        if day is not None and (led != "in" or not _COUNTED_FROM.isdisjoint(core[1:]) or (day.ask and "/" not in core[0])):
            return _alone(day, led, core, phrase, calendar)
    if (made := part_apart(core, hourly, calendar)) is not None:
        return resolve(*made, phrase, calendar)
    for split in range(1, len(core)):
        plain, zone, kind = zones.split_zone(core[:split])
        if zone is not None and plain:
            return _zoned((*plain, *core[split:]), led, phrase, calendar, zone, kind)
        made = day_and_time(core[:split], core[split:], led, calendar)
        if made is not None:
            return resolve(*made, phrase, calendar)
    return None


@rule("How a time may begin", "before a day asks: the evening before it, or its end", "before Friday", "before the 15th")
def _alone(day: Day, led: str, core: tuple[str, ...], phrase: str, calendar: Calendar) -> Due:
    """A day without a time is the end of the team's working day; before a day could be the day before."""
    if led == "before" and not day.ask and not day.wrong and "end" not in core and "weekend" not in core and core[0] not in {
            "eow", "eom", "eoq", "eoy"} and day.days:
        eve = day.days[0] - timedelta(days=1)
        while not calendar.work.is_working_day(eve) and eve > calendar.today:
            eve -= timedelta(days=1)
        ends = (calendar.work.end_of_day(one).astimezone(calendar.zone) for one in (eve, day.days[0]))
        return ask(phrase, "the day before, or that day itself?", [at for at in ends if at > calendar.now])
    if day.ask == FIRST:
        both = (calendar.work.opening(day.days[0]), calendar.work.end_of_day(day.days[0]))
        return ask(phrase, day.ask, [at.astimezone(calendar.zone) for at in both])
    return resolve(day, CLOSE, phrase, calendar)


def _tonight(rest: tuple[str, ...], phrase: str, calendar: Calendar) -> Due | None:
    if rest[-1] in {"by", "at", "before"}:
        return None  # "a bed for 3 by tonight"
    clock = read_clock((*rest, "at", "night"), calendar.work, bare=True) or read_clock(rest, calendar.work, bare=True)
    if clock is None:
        return None
    if rest[-1] == "midnight":
        clock = replace(clock, ask="")
    elif clock.edge or any(at.hour < EVENING for at in clock.times):
        clock = replace(clock, ask=clock.ask or "that is not in the night")
    return resolve(Day((calendar.today,)), clock, phrase, calendar)


def _zoned(plain: tuple[str, ...], led: str, phrase: str, calendar: Calendar, zone: ZoneInfo, kind: str) -> Due | None:
    """Read on that zone's clock; only a time of day has a zone."""
    there = replace(calendar, zone=zone)
    found = _dated(plain, led, phrase, there)
    if found is None or found.grain == "day":
        return None
    if found.due is not None and there.today != calendar.today and not _RELATIVE.isdisjoint(plain):
        ahead = (calendar.today - there.today).days
        both = sorted(at.astimezone(calendar.zone) for at in (found.due, settle(found.due + timedelta(days=ahead))))
        return ask(phrase, "it is another day there: whose day is meant?", [at for at in both if at > calendar.now])
    if found.due is not None and kind and (found.due.dst() != timedelta(0)) != (kind == "d"):
        return ask(phrase, "the clocks there show another time of the year then: which is meant?",
                   [found.due.astimezone(calendar.zone)])
    here = tuple(Option(label_of(one.due.astimezone(calendar.zone)), one.due.astimezone(calendar.zone))
                 for one in found.options)
    return replace(found, due=found.due.astimezone(calendar.zone) if found.due else None, options=here)


def _stretch(core: tuple[str, ...], led: str, phrase: str, calendar: Calendar) -> Due | None:
    short = led.removeprefix("due ").strip()
    found = stretches.read_stretch(core, short, calendar)
    if found is None and len(core) > 2 and (made := stretch_and_time(core, short, calendar)) is not None:
        return resolve(*made, phrase, calendar)
    if found is None:
        return None
    if found.wrong:
        return refused(phrase, found.wrong)
    if found.ask or found.at is None:
        return ask(phrase, found.ask, [found.at] if found.at else ())
    return _exact(phrase, found.at, found.grain, calendar)


def _exact(phrase: str, at: datetime, grain: str, calendar: Calendar) -> Due:
    if at <= calendar.now:
        return refused(phrase, PAST)
    return Due(Outcome.DUE, phrase=phrase, due=at, grain=grain)


def _iso(found: re.Match[str], phrase: str, calendar: Calendar) -> Due:
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}{(found[3] or '').upper().replace('Z', '+00:00')}")
    except ValueError:
        return refused(phrase, "there is no such date or time")
    if at.tzinfo is not None:
        return _exact(phrase, at.astimezone(calendar.zone), "minute", calendar)
    return resolve(Day((at.date(),)), Clock((at.time(),), "minute"), phrase, calendar)


@rule("Either, or", "two times asks", "Monday or Tuesday", "3pm or 4pm tomorrow")
def _either(words: tuple[str, ...], phrase: str, calendar: Calendar) -> Due | None:
    place = words.index("or")
    left, right = words[:place], words[place + 1:]
    if not left or not right or "or" in right:
        return None
    if right in {("so",), ("sooner",), ("earlier",), ("later",), ("thereabouts",)}:
        first = read_phrase(left, calendar)
        return first and ask(phrase, "the exact time?", _of(first))
    second = read_phrase(right, calendar)
    # "3pm or 4pm tomorrow": what follows belongs to both.
    first = (read_phrase((*left, *right[1:]), calendar) if len(right) > 1 else None) or read_phrase(left, calendar)
    if second is None and first is not None and len(left) > 1:
        second = read_phrase((*left[:-1], *right), calendar)
    if first is None or second is None:
        return None
    return ask(phrase, "which of them?", sorted({*_of(first), *_of(second)})[:4])


def _of(found: Due) -> list[datetime]:
    return [found.due] if found.due else [one.due for one in found.options]
