"""What every new item has in common: its number, its audit row, its place in the plan, its reply."""

from __future__ import annotations

from handlers.cards import item as cards
from handlers.cards.blocks import Card
from handlers.case import Case
from models.item import Item
from models.ladder import next_nudge
from models.patient import Patient


def enter(case: Case, item: Item, patient: Patient, note: str = "") -> Card:
    """Keep a new item. The reply says when Kept speaks up next, and hands the words back."""
    case.session.add(item)
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit(f"{item.kind.value} create", item.id)
    owner = case.person(item.owner_id)
    return cards.entered(item, patient.alias, owner.slack_id, case.now, case.zone, next_nudge(item, case.team.work), note)


def changed(case: Case, item: Item, verb: str, lead: str) -> Card:
    """The reply to an act on an item: what was done, its card as it stands, the next steps and Undo."""
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit(f"item {verb}", item.id)
    return shown(case, item, lead, undo=True)


def shown(case: Case, item: Item, lead: str = "", *, undo: bool = False) -> Card:
    card = cards.full(item, case.patient(item).alias, case.person(item.owner_id).slack_id, case.now, case.zone, lead=lead,
                      planned=next_nudge(item, case.team.work))
    return card.actions(*cards.next_steps(item, undo=undo))
