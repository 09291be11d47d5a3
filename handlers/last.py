"""One's own latest: shown again, or taken back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from handlers.cards import contact as contact_cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.contact import newest, take_back
from handlers.entering import shown
from handlers.item import undo_item
from handlers.language.command import Said
from handlers.table import command
from models.contact import Contact
from models.errors import NotFound
from models.item import History, Item, State

LAST_FOR = timedelta(hours=24)


def _last_act(case: Case) -> datetime | None:
    """When the person last did something to an item of this team."""
    return case.session.scalar(
        select(func.max(History.recorded_at)).join(Item, Item.id == History.item_id)
        .where(Item.workspace_id == case.workspace_id, History.workspace_id == case.workspace_id,
               Item.team_id == case.team.id, History.actor_id == case.me.id, Item.state != State.IN_ERROR))


def _fact(case: Case) -> Contact | None:
    """The latest contact, when nothing was done after it; what it did to its items goes with it."""
    made, act = newest(case), _last_act(case)
    return made if made is not None and (act is None or made.recorded_at >= act) else None


@command("last", reads=True)
def last(case: Case, said: Said) -> Card:
    made = _fact(case)
    if made is None:
        item = case.last_item()
        if case.now - item.changed_at > LAST_FOR:
            raise NotFound(words.NOTHING_LAST)
        case.audit("item read", item.id)
        return shown(case, item, undo=True)
    if case.now - made.recorded_at > LAST_FOR:
        raise NotFound(words.NOTHING_LAST)
    case.audit("contact read", made.id)
    return contact_cards.undo(contact_cards.full(made, made.patient.called, case.zone), made)


@command("undo")
def undo(case: Case, said: Said) -> Card:
    if said.numbers or said.last:
        return undo_item(case, case.named(said))
    made = _fact(case)
    return undo_item(case, case.last_item()) if made is None else take_back(case, made)
