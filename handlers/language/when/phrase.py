"""A whole due phrase: day, time of day, stretch or recurrence put together into one of the five outcomes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handlers.language.when import repeats, stretches, zones
from handlers.language.when.clocks import read_clock, settled
from handlers.language.when.ends import FIRST
from handlers.language.when.names import MISSPELT, MONTH, PARTS
from handlers.language.when.outcomes import Due, Option, Outcome, ask, label_of, refused
from handlers.language.when.pairs import CLOSE, HOURLY, day_and_time, part_apart, read_day, stretch_and_time
from handlers.language.when.rules import FARTHEST_DAYS, PAST, TOO_FAR, Calendar, Clock, Day, rule
from models.recurrence import Recurrence, beginning
from models.worktime import usual

LEADS = tuple(tuple(lead.split()) for lead in (
    "no later than", "not later than", "on or before", "by or before", "at or before", "at the latest by", "at the latest on",
    "at the latest", "due by", "due on", "due at", "due in", "due", "by", "before", "until", "till", "til", "on", "at", "@",
    "within", "in"))
_BY_FIRST = {lead[0]: [other for other in LEADS if other[0] == lead[0]] for lead in LEADS}
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})t(\d{2}:\d{2})(?::\d{2})?(z|[+-]\d{2}:?\d{2})?")
_RELATIVE = frozenset({"today", "tomorrow", "tonight", "morning", "afternoon", "evening", "night"})
_THIS_TIME = frozenset({("this", "time"), ("same", "time"), ("the", "same", "time")})
_SEASONS = frozenset({"spring", "summer", "fall", "autumn", "winter"})


def read_phrase(words: tuple[str, ...], calendar: Calendar) -> Due | None:
    """``words`` must be a due phrase and nothing else, else None. They are lower case, without marks at their ends."""
    phrase = " ".join(words)
    if (found := repeats.read_repeat(words, calendar)) is not None:
        return _repeat(found, phrase, calendar)
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
    if (led, core) == ("at", ("night",)):
        return ask(phrase, "which night?", _of(_resolve(None, Clock((time(PARTS["night"]),)), phrase, calendar)))
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
    return _resolve(day, Clock((local.time().replace(second=0, microsecond=0),), "minute"), phrase, calendar)


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
        core = ("today", "night") if len(core) == 1 else ("today", *core[1:])
        if len(core) > 2:
            return _tonight(core[1:], phrase, calendar)
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
        return _resolve(None, clock, phrase, calendar)
    if led != "at" or core[:2] in {("the", "beginning"), ("the", "start"), ("the", "end")} or core[-1] == "end":
        day = read_day(core, led, calendar)
        if day is not None and not (led == "in" and not day.ask):
            return _alone(day, led, core, phrase, calendar)
    if (made := part_apart(core, hourly, calendar)) is not None:
        return _resolve(*made, phrase, calendar)
    for split in range(1, len(core)):
        plain, zone, kind = zones.split_zone(core[:split])
        if zone is not None and plain:
            return _zoned((*plain, *core[split:]), led, phrase, calendar, zone, kind)
        made = day_and_time(core[:split], core[split:], led, calendar)
        if made is not None:
            return _resolve(*made, phrase, calendar)
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
    return _resolve(day, CLOSE, phrase, calendar)


def _tonight(rest: tuple[str, ...], phrase: str, calendar: Calendar) -> Due | None:
    clock = read_clock((*rest, "at", "night"), calendar.work, bare=True) or read_clock(rest, calendar.work, bare=True)
    if clock is None:
        return None
    if rest[-1] == "midnight":
        clock = replace(clock, ask="")
    return _resolve(Day((calendar.today,)), clock, phrase, calendar)


def _zoned(plain: tuple[str, ...], led: str, phrase: str, calendar: Calendar, zone: ZoneInfo, kind: str) -> Due | None:
    """Read on that zone's clock; only a time of day has a zone."""
    there = replace(calendar, zone=zone)
    found = _dated(plain, led, phrase, there)
    if found is None or found.grain == "day":
        return None
    if found.due is not None and there.today != calendar.today and not _RELATIVE.isdisjoint(plain):
        ahead = (calendar.today - there.today).days
        both = sorted(at.astimezone(calendar.zone) for at in (found.due, _settle(found.due + timedelta(days=ahead))))
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
        return _resolve(*made, phrase, calendar)
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
    return _resolve(Day((at.date(),)), Clock((at.time(),), "minute"), phrase, calendar)


def _resolve(day: Day | None, clock: Clock, phrase: str, calendar: Calendar) -> Due:
    """Days and times together: one instant ahead is due, several ask, none refuses."""
    wrong = (day.wrong if day else "") or clock.wrong
    if wrong:
        return refused(phrase, wrong)
    why = (day.ask if day else "") or clock.ask
    days = day.days if day else (calendar.today,)
    found = [at for one in days for at in _instants(one, clock, calendar)]
    ahead = sorted({at for at in found if at > calendar.now})
    if any((at - calendar.now).days > FARTHEST_DAYS for at in ahead):
        return refused(phrase, TOO_FAR)
    if not found:
        return ask(phrase, why)
    if not ahead:
        if day is not None and day.days != (calendar.today,):
            return refused(phrase, PAST)
        tomorrow = _instants(calendar.today + timedelta(days=1), clock, calendar)
        return ask(phrase, why or "that time has passed today", sorted(tomorrow)[:4])
    if len(ahead) < len(found):
        why = why or "that time has passed today"
        if day is None:
            tomorrow = _instants(calendar.today + timedelta(days=1), clock, calendar)
            ahead = sorted({*ahead, *(at for at in tomorrow if at - timedelta(days=1) <= calendar.now)})
    elif len(found) > len(days) and clock.bare:
        why = why or "that hour could be the morning's or the evening's"
    elif len(found) > len(days):
        why = why or "the clocks change then, so that time happens twice or not at all"
    if why or len(ahead) > 1:
        return ask(phrase, why or "two times fit", ahead[:4])
    return Due(Outcome.DUE, phrase=phrase, due=ahead[0], grain=clock.grain)


def _instants(day: date, clock: Clock, calendar: Calendar) -> list[datetime]:
    """Every instant this day and time can mean: two when the clocks go back, the two neighbours when they go forward."""
    if clock.edge == "close":
        return [calendar.work.end_of_day(day).astimezone(calendar.zone)]
    if clock.edge == "open":
        return [calendar.work.opening(day).astimezone(calendar.zone)]
    found: list[datetime] = []
    days = [day + timedelta(days=clock.after)] + ([day] if clock.after and clock.ask else [])
    for one in days:
        for at in settled(clock.either, calendar.work.hours_on(day)) if clock.either else clock.times:
            both = [datetime.combine(one, at.replace(fold=fold), calendar.zone) for fold in (0, 1)]
            same = both[0].utcoffset() == both[1].utcoffset()
            found += [_settle(moment) for moment in (both[:1] if same else both)]
    return found


def _settle(at: datetime) -> datetime:
    """A wall time that does not exist becomes the instant its offset means, as it will then be shown."""
    return at.astimezone(UTC).astimezone(at.tzinfo)


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


def _repeat(found: repeats.Repeat, phrase: str, calendar: Calendar) -> Due:
    if found.wrong:
        return refused(phrase, found.wrong)
    parts = found.rule.split(";")
    if not found.ask and calendar.today.day > 28 and parts[0] in {"FREQ=MONTHLY", "FREQ=YEARLY"} and "BY" not in found.rule:
        found = _like_today(found, calendar.today)
    if found.ask:
        readings = [(says, _coming(rule, found, calendar)) for says, rule in found.choices]
        return Due(Outcome.ASK, phrase=phrase, reason=found.ask, options=tuple(
            Option(says, known.at(known.start).astimezone(calendar.zone), known, found.clock.grain)
            for says, known in readings if known))
    known = _coming(found.rule, found, calendar)
    dates = tuple(at.astimezone(calendar.zone) for at in known.some(calendar.now, 3)) if known else ()
    if not known or not dates:
        return refused(phrase, "it ends before it begins")
    return Due(Outcome.RECURRING, phrase=phrase, grain=found.clock.grain, rrule=known.rule, first=dates[0], dates=dates,
               repeats=known)


def _like_today(found: repeats.Repeat, today: date) -> repeats.Repeat:
    """Every month or year from today on, which is a day that some of them lack."""
    if found.rule.startswith("FREQ=MONTHLY"):
        asks = repeats.late_in_month(found.rule, today.day)
    elif (today.month, today.day) == (2, 29):
        asks = repeats.late_in_month(f"{found.rule};BYMONTH=2", today.day)
    else:
        return found
    return replace(found, ask=asks.ask, choices=asks.choices)


def _coming(rule_text: str, found: repeats.Repeat, calendar: Calendar) -> Recurrence | None:
    wall = _wall_time(replace(found, rule=rule_text), calendar)
    zone = calendar.work.zone if found.clock.edge else calendar.zone
    return beginning(repeats.ended(rule_text, found), datetime.combine(calendar.today, wall.time()), zone, calendar.now)


def _wall_time(found: repeats.Repeat, calendar: Calendar) -> datetime:
    """An instant whose wall time and zone a recurrence keeps: the team's for its working day, else the member's."""
    if found.clock.edge:
        hours = repeats.hours_of(found.rule, calendar.work)
        opens, closes = hours[0] if len(set(hours)) == 1 else usual(calendar.work.week)
        return datetime.combine(calendar.today, closes if found.clock.edge == "close" else opens, calendar.work.zone)
    return datetime.combine(calendar.today, found.clock.times[0], calendar.zone)
