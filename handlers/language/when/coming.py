"""When what repeats comes: its first instants on the wall clock it keeps, or why there are none."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime

from handlers.language.when.outcomes import Due, Option, Outcome, refused
from handlers.language.when.patterns import Repeat, hours_of, late_in_month
from handlers.language.when.rules import Calendar
from models.recurrence import Recurrence, beginning
from models.worktime import usual

_INTERVAL = re.compile(r";INTERVAL=\d+")


def what_comes(found: Repeat, phrase: str, calendar: Calendar) -> Due:
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


def _like_today(found: Repeat, today: date) -> Repeat:
    """Every month or year from today on, which is a day that some of them lack."""
    if found.rule.startswith("FREQ=MONTHLY"):
        asks = late_in_month(found.rule, today.day)
    elif (today.month, today.day) == (2, 29):
        asks = late_in_month(f"{found.rule};BYMONTH=2", today.day)
    else:
        return found
    return replace(found, ask=asks.ask, choices=asks.choices)


def _coming(rule_text: str, found: Repeat, calendar: Calendar) -> Recurrence | None:
    wall = _wall_time(replace(found, rule=rule_text), calendar)
    zone = calendar.work.zone if found.clock.edge else calendar.zone
    start = datetime.combine(calendar.today, wall.time())
    if "INTERVAL" in rule_text and "BY" in rule_text:
        # Every other Monday begins with the next Monday, though this week has had its own.
        first = beginning(_INTERVAL.sub("", rule_text), start, zone, calendar.now)
        start = first.start if first else start
    return beginning(_ended(rule_text, found), start, zone, calendar.now)


def _wall_time(found: Repeat, calendar: Calendar) -> datetime:
    """An instant whose wall time and zone a recurrence keeps: the team's for its working day, else the member's."""
    if found.clock.edge:
        hours = hours_of(found.rule, calendar.work)
        opens, closes = hours[0] if len(set(hours)) == 1 else usual(calendar.work.week)
        return datetime.combine(calendar.today, closes if found.clock.edge == "close" else opens, calendar.work.zone)
    return datetime.combine(calendar.today, calendar.times_of(found.clock)[0], calendar.zone)


def _ended(rule: str, found: Repeat) -> str:
    """The RRULE with its end. UNTIL is the end of that day on the wall clock."""
    if found.count:
        return f"{rule};COUNT={found.count}"
    return f"{rule};UNTIL={found.until:%Y%m%d}T235959" if found.until else rule
