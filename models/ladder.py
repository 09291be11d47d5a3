"""When an unattended item next needs a person, and whom: SPEC 4's ladder as data, and the pure rules that read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from models.item import Item, Kind, State, Urgency
from models.worktime import WorkingTime


class Audience(StrEnum):
    OWNER = "owner"
    CHANNEL = "channel"
    LEAD = "lead"
    GIVER = "giver"
    OWNER_AND_LEAD = "owner and lead"


class Anchor(StrEnum):
    DUE = "due"
    SINCE = "since"


@dataclass(frozen=True, slots=True)
class Rung:
    """``hours`` and ``days`` are working time after the anchor. ``back`` moves a closed instant back, else forward."""

    rule: str
    audience: Audience
    hours: float = 0
    days: int = 0
    anchor: Anchor = Anchor.SINCE
    back: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    at: datetime
    rung: Rung


OWNER, CHANNEL, LEAD = Audience.OWNER, Audience.CHANNEL, Audience.LEAD

PROMISE = (
    Rung("due", OWNER, anchor=Anchor.DUE, back=True),
    Rung("overdue-owner", OWNER, hours=4, anchor=Anchor.DUE),
    Rung("overdue-channel", CHANNEL, days=1, anchor=Anchor.DUE),
    Rung("overdue-lead", LEAD, days=2, anchor=Anchor.DUE),
)
NO_TIME = (Rung("no-time", OWNER, days=1),)
BARRIER = {
    Urgency.URGENT: (
        Rung("urgent-entry", Audience.OWNER_AND_LEAD),
        Rung("barrier-channel", CHANNEL, hours=4),
        Rung("barrier-lead", LEAD, days=1),
    ),
    Urgency.NORMAL: (
        Rung("barrier-owner", OWNER, days=2), Rung("barrier-channel", CHANNEL, days=4), Rung("barrier-lead", LEAD, days=7)),
    Urgency.LOW: (
        Rung("barrier-owner", OWNER, days=5), Rung("barrier-channel", CHANNEL, days=10), Rung("barrier-lead", LEAD, days=15)),
}
CONCERN = (Rung("concern-owner", OWNER, days=1), Rung("concern-channel", CHANNEL, days=2), Rung("concern-lead", LEAD, days=3))
ANSWERED = (Rung("answered-owner", OWNER, days=7),)
HANDOFF = (Rung("handoff-receiver", OWNER, hours=4), Rung("handoff-giver", Audience.GIVER, days=1),
           Rung("handoff-lead", LEAD, days=2))
UNTOLD = (Rung("untold-owner", OWNER, days=1),)

RULES = tuple(dict.fromkeys(
    rung.rule for ladder in (PROMISE, NO_TIME, *BARRIER.values(), CONCERN, ANSWERED, HANDOFF, UNTOLD) for rung in ladder
))


def ladder_of(item: Item) -> tuple[Rung, ...]:
    """The rungs that apply to an item as it stands now."""
    if item.state is State.IN_ERROR:
        return ()
    if not item.living:
        return UNTOLD if item.untold else ()
    if item.kind is Kind.COMMITMENT:
        return PROMISE if item.due_at else NO_TIME
    if item.kind is Kind.BARRIER:
        return BARRIER[item.urgency]
    if item.kind is Kind.HANDOFF:
        return HANDOFF
    return CONCERN if item.state is State.RAISED else ANSWERED


def instant(item: Item, rung: Rung, work: WorkingTime) -> datetime:
    """When this rung is due; snoozing holds it back until the snooze ends."""
    at = item.since
    if rung.anchor is Anchor.DUE and item.due_at is not None:
        at = item.due_at
    if rung.back:
        at = work.last_open(at)
        # Moving back must not reach before the promise was made: then it is said at its own time.
        at = at if at >= item.since else work.next_open(item.due_at or item.since)
    elif rung.days:
        at = work.add_days(at, rung.days)
    elif rung.hours:
        at = work.add_hours(at, rung.hours)
    if item.snoozed_until is not None and at < item.snoozed_until:
        at = item.snoozed_until
    return at if rung.back else work.next_open(at)


def upcoming(item: Item, work: WorkingTime) -> list[Planned]:
    """Every rung not yet passed, in order."""
    return [Planned(instant(item, rung, work), rung) for rung in ladder_of(item)[item.rung:]]


def next_nudge(item: Item, work: WorkingTime) -> Planned | None:
    return next(iter(upcoming(item, work)), None)


def due_rung(item: Item, work: WorkingTime, now: datetime) -> tuple[Planned | None, int]:
    """The rung to send now, and how many rungs are passed with it. Missed ones collapse into the latest."""
    passed = [p for p in upcoming(item, work) if p.at <= now]
    if not passed:
        return None, item.rung
    return passed[-1], item.rung + len(passed)

