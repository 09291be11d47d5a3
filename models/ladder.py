"""When an unattended item next needs a person, whom, and what moved it: the pure rules that read SPEC 4's ladders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from models.item import Item, Kind, State
from models.rungs import PROMISE, Anchor, Audience, Plan, Rung
from models.worktime import WorkingTime

FIRST = timedelta(hours=1)   # of a day: what would be said in it is in the morning's message


class Mover(StrEnum):
    """What a nudge's time was moved by."""

    NIGHT = "night"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SNOOZE = "snooze"


@dataclass(frozen=True, slots=True)
class Planned:
    """``place`` is the rung's in its ladder, ``moved`` what kept it from the time its step alone would give."""

    at: datetime
    rung: Rung
    place: int
    moved: tuple[Mover, ...] = ()


def ladder_of(item: Item, plan: Plan) -> tuple[Rung, ...]:
    """The rungs of an item as it stands now, in their order; which of them have a time, ``upcoming`` says."""
    ladders = plan.ladders
    if item.state is State.IN_ERROR:
        return ()
    if not item.living:
        return ladders["untold"] if item.untold else ()
    if item.kind is Kind.COMMITMENT:
        return tuple(rung for name in PROMISE for rung in ladders[name]) if item.due_at else ladders["no time"]
    if item.kind is Kind.BARRIER:
        return ladders[f"barrier {item.urgency}"]
    if item.kind is Kind.HANDOFF:
        return ladders["handoff"]
    return ladders["concern" if item.state is State.RAISED else "answered"]


def instant(item: Item, rung: Rung, work: WorkingTime) -> tuple[datetime, tuple[Mover, ...]] | None:
    """When this rung is due and what moved it; None when it does not apply. Snoozing holds it back until the snooze ends."""
    anchor = item.due_at if rung.anchor is Anchor.DUE and item.due_at is not None else item.since
    if rung.rule == "late-untold" and not item.untold:
        return None
    if rung.ahead:
        # Said when there is time: a promise made nearer than twice the step is in its owner's mind still.
        if rung.reached(anchor, work, 2) <= item.since:
            return None
        at = rung.reached(anchor, work)
    elif rung.back:
        at = work.last_open(anchor)
        # Moving back must not reach before the promise was made: then it is said at its own time.
        at = at if at >= item.since else work.next_open(anchor)
    elif rung.days or rung.hours:
        at = rung.reached(anchor, work)
    else:
        at = work.next_open(anchor)
    moved = _movers(rung, anchor, at, work)
    if item.snoozed_until is not None and at < item.snoozed_until:
        at, moved = work.next_open(item.snoozed_until), (Mover.SNOOZE,)
    return at, moved


def _movers(rung: Rung, anchor: datetime, at: datetime, work: WorkingTime) -> tuple[Mover, ...]:
    """The closed time that a step, counted by the clock on the wall alone, would have run into."""
    way = -1 if rung.ahead else 1
    plain = (anchor.astimezone(work.zone) + timedelta(days=way * rung.days) if rung.days
             else anchor + way * timedelta(hours=rung.hours))
    if plain == at:
        return ()
    found: list[Mover] = []
    dates = sorted(one.astimezone(work.zone).date() for one in (anchor, plain, at))
    for n in range((dates[-1] - dates[0]).days + 1):
        day = dates[0] + timedelta(days=n)
        if not work.is_working_day(day):
            found.append(Mover.HOLIDAY if work.week[day.weekday()] is not None else Mover.WEEKEND)
    closed = [one for one in (anchor, plain) if not work.is_open(one) and work.is_working_day(one.astimezone(work.zone).date())]
    if closed or not found:
        found.append(Mover.NIGHT)
    return tuple(dict.fromkeys(found))


def upcoming(item: Item, plan: Plan) -> list[Planned]:
    """Every rung not yet passed that applies, the soonest first."""
    return sorted(_applying(item, plan), key=lambda one: (one.at, one.place))


def _applying(item: Item, plan: Plan) -> Iterator[Planned]:
    for place, rung in enumerate(ladder_of(item, plan)):
        found = instant(item, rung, plan.work) if place >= item.rung else None
        if found is not None:
            yield Planned(found[0], rung, place, found[1])


def next_nudge(item: Item, plan: Plan) -> Planned | None:
    """What is said next: of several at one instant, the last."""
    found = upcoming(item, plan)
    return max((one for one in found if one.at == found[0].at), key=lambda one: one.place) if found else None


def due_rung(item: Item, plan: Plan, now: datetime) -> Planned | None:
    """The rung to send now. Missed ones collapse into the latest, and are passed with it."""
    return max((one for one in upcoming(item, plan) if one.at <= now), key=lambda one: one.place, default=None)


def in_mornings(item: Item) -> bool:
    """Whether its owner's message for the day names it by itself, once it is near: what is due, or waits for a word."""
    return item.untold or item.state in (State.OFFERED, State.RAISED) or (item.living and item.due_at is not None)


def morning_of(item: Item, planned: Planned, work: WorkingTime, now: datetime) -> datetime | None:
    """The opening at which it is said already, in its owner's message for the day: ahead, or in the day's first hour."""
    opening = work.opening(planned.at.astimezone(work.zone).date())
    early = planned.rung.ahead or planned.at <= opening + (FIRST if in_mornings(item) else timedelta(0))
    return opening if planned.rung.audience is Audience.OWNER and early and opening > now else None


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said next: ``planned``, or without it only the row of an item in its owner's message for the day. ``morning`` says
    that it is that message."""

    at: datetime
    planned: Planned | None
    morning: bool


def sayings(item: Item, plan: Plan, now: datetime) -> list[Saying]:
    """Every rung still to come, by the moment at which it is really said, and before them the next row of it in a message for the
    day, all as if its owner were here: the soonest first, of several at one moment the last rung."""
    found = [Saying(morning or one.at, one, morning is not None)
             for one in upcoming(item, plan) for morning in (morning_of(item, one, plan.work, now),)]
    row = next_row(item, plan.work, now)
    if row is not None and all(one.at > row for one in found):
        found.append(Saying(row, None, morning=True))
    return sorted(found, key=lambda one: (one.at, -one.planned.place if one.planned else 0))


def next_row(item: Item, work: WorkingTime, now: datetime) -> datetime | None:
    """The next opening at which its owner's message for the day names it, whether or not a nudge falls on that day."""
    if not in_mornings(item):
        return None
    after = now
    if item.due_at is not None and item.living and not item.untold and item.state is not State.OFFERED:
        day = item.due_at.astimezone(work.zone).date()
        after = max(after, datetime.combine(day, time(), work.zone) - timedelta.resolution)
    if item.snoozed_until is not None:
        after = max(after, item.snoozed_until - timedelta.resolution)
    return work.next_opening(after)


def rung_of(item: Item, plan: Plan, rule: str) -> Rung | None:
    """The rung of a rule: of the item's own ladder as it stands, else of any."""
    return next((rung for rung in ladder_of(item, plan) if rung.rule == rule), None) or plan.rung(rule)


def said_all(item: Item, plan: Plan) -> bool:
    """Whether no rung is left of a ladder that there is: then the item is for a lead to decide."""
    return bool(ladder_of(item, plan)) and not upcoming(item, plan)
