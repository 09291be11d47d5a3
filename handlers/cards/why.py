"""The card that says why: what Kept will say of an item, when, to whom, by which rule, what moved it; and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import absence, reasons, series, words
from handlers.cards.blocks import Card, Part, Person, When, to_whom
from handlers.cards.item import title
from models.absence import Absence, Hears
from models.item import Item
from models.ladder import Saying
from models.nudge import LISTED, Nudge
from models.rungs import Rung
from models.team import CareTeam

SAID_SHOWN = 8    # messages that were sent


@dataclass(frozen=True)
class Held:
    """Whom it is for, who is out then, and who hears it in their place."""

    who: str
    absence: Absence
    instead: Hears


@dataclass(frozen=True)
class Coming:
    """A nudge to come: ``to`` are the Slack ids of whoever hears it, none while it waits, or for the leads' ``digest``; ``over``
    those of them who have had all their messages of today."""

    saying: Saying
    to: Sequence[str]
    held: Held | None = None
    over: Sequence[str] = ()
    digest: bool = False


def why(item: Item, alias: str, coming: Sequence[Coming], said: Sequence[tuple[Nudge, Rung | None]], team: CareTeam,
        now: datetime, zone: ZoneInfo) -> Card:
    card = Card(f"Kept: why #{item.number}").line(title(item, alias))
    if not any(one.saying.planned for one in coming):
        card.line(reasons.NOTHING_COMES if item.living or item.untold else reasons.ALL_OVER)
    if item.living and (repeats := series.said(item, zone)):
        card.line(f"It {repeats}. {series.EACH_ITS_OWN}")
    for one in coming:
        card.line(*_coming(one, team, now, zone))
    if item.snoozed_until:
        card.line("Held until ", When(item.snoozed_until, words.said_when(item.snoozed_until, zone)), ".")
    if len(said) > SAID_SHOWN:
        card.small(words.MORE_SAID.format(count=len(said) - SAID_SHOWN))
    for row, rung in said[-SAID_SHOWN:]:
        why_not = f" ({reasons.SUPPRESSED[row.reason]})" if row.reason in reasons.SUPPRESSED else ""
        card.line(f"Said before: {reasons.reason(rung) if rung else reasons.REASONS[row.rule]}; {row.state.value}{why_not} ",
                  When(row.planned_at, words.said_when(row.planned_at, zone)))
    return card


def _coming(one: Coming, team: CareTeam, now: datetime, zone: ZoneInfo) -> list[Part]:
    """When, to whom, by which rule, and what moved it."""
    said, planned = one.saying, one.saying.planned
    found: list[Part] = [When(said.at, words.said_when(said.at, zone)), ", to "]
    for n, to in enumerate(one.to):
        found += [" and " if n else "", to_whom(to)]
    if not one.to:
        found.append("every lead's digest" if one.digest or one.held is None else "nobody yet")
    if said.morning:
        found.append(", in their message for the day")
    found.append(f": {reasons.reason(planned.rung) if planned else reasons.REASONS[LISTED]}.")
    if planned and planned.moved:
        found.append(" Moved by " + " and ".join(reasons.MOVED_BY[mover] for mover in planned.moved) + ".")
    if one.held is not None:
        day = absence.day(one.held.absence, team, zone, now)
        found += [" ", Person(one.held.who), f" {reasons.OUT_THEN[one.held.instead.value].format(day=day)}"]
    for to in one.over:
        found += [" ", to_whom(to), f" {reasons.OVER_TODAY}"]
    return found
