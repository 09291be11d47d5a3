"""The card that says why: what Kept will say of an item, when, to whom, by which rule, what moved it; and what it said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import reasons, series, words
from handlers.cards.blocks import Card, Part, When, to_whom
from handlers.cards.item import title
from models.item import Item
from models.ladder import Planned
from models.nudge import Nudge
from models.rungs import Rung

SAID_SHOWN = 8    # messages that were sent


@dataclass(frozen=True)
class Coming:
    """A nudge to come: to whom, as Slack ids, none of them for the leads' digest; ``morning`` is when the message for the
    day says it already."""

    planned: Planned
    to: Sequence[str]
    morning: datetime | None


def why(item: Item, alias: str, coming: Sequence[Coming], said: Sequence[tuple[Nudge, Rung | None]], zone: ZoneInfo) -> Card:
    card = Card(f"Kept: why #{item.number}").line(title(item, alias))
    if not coming:
        card.line(reasons.NOTHING_COMES if item.living or item.untold else reasons.ALL_OVER)
    if item.living and (repeats := series.said(item, zone)):
        card.line(f"It {repeats}. {series.EACH_ITS_OWN}")
    for one in coming:
        card.line(*_coming(one, zone))
    if item.snoozed_until:
        card.line("Held until ", When(item.snoozed_until, words.said_when(item.snoozed_until, zone)), ".")
    if len(said) > SAID_SHOWN:
        card.small(words.MORE_SAID.format(count=len(said) - SAID_SHOWN))
    for row, rung in said[-SAID_SHOWN:]:
        why_not = f" ({reasons.SUPPRESSED[row.reason]})" if row.reason in reasons.SUPPRESSED else ""
        card.line(f"Said before: {reasons.reason(rung) if rung else reasons.REASONS[row.rule]}; {row.state.value}{why_not} ",
                  When(row.planned_at, words.said_when(row.planned_at, zone)))
    return card


def _coming(one: Coming, zone: ZoneInfo) -> list[Part]:
    """When, to whom, by which rule, and what moved it."""
    at = one.morning or one.planned.at
    found: list[Part] = [When(at, words.said_when(at, zone)), ", to "]
    for to in one.to:
        found += [to_whom(to), " and "]
    found = found[:-1] if one.to else [*found, "every lead's digest"]
    if one.morning:
        found.append(", in their message for the day")
    found.append(f": {reasons.reason(one.planned.rung)}.")
    if one.planned.moved:
        found.append(" Moved by " + " and ".join(reasons.MOVED_BY[mover] for mover in one.planned.moved) + ".")
    return found
