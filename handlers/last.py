"""One's own latest: shown again, or taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from handlers.cards import contact as contact_cards
from handlers.cards import unsorted as unsorted_cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.contact import newest, take_back
from handlers.entering import shown
from handlers.item import undo_item
from handlers.language.command import Said
from handlers.table import command
from handlers.unsorted import discard
from models.contact import Contact
from models.errors import NotFound
from models.history import CAME_ROUND
from models.item import History, Item, State
from models.unsorted import Unsorted, latest_waiting

LAST_FOR = timedelta(hours=24)


def _last_act(case: Case) -> tuple[datetime, UUID] | None:
    """When the person last did something to an item of this team; ids tell apart what is of one moment."""
    found = case.session.execute(
        select(History.recorded_at, History.id).join(Item, Item.id == History.item_id)
        .where(Item.workspace_id == case.workspace_id, History.workspace_id == case.workspace_id,
               Item.team_id == case.team.id, History.actor_id == case.me.id, Item.state != State.IN_ERROR,
               History.verb != CAME_ROUND)
        .order_by(History.recorded_at.desc(), History.id.desc()).limit(1)).one_or_none()
    return (found.recorded_at, found.id) if found else None


def _fact(case: Case) -> Contact | Unsorted | None:
    """The latest contact or unsorted words, when nothing was done after them; what a contact did to items goes with it."""
    made, entry, act = newest(case), latest_waiting(case.session, case.team, case.me), _last_act(case)
    others = [act, (made.recorded_at, made.id) if made is not None else None]
    if entry is not None and all(one is None or (entry.at, entry.id) > one for one in others):
        return entry
    return made if made is not None and (act is None or made.recorded_at >= act[0]) else None


@command("last", reads=True)
def last(case: Case, said: Said) -> Card:
    made = _fact(case)
    if made is None:
        item = case.last_item()
        _recent(case, item.changed_at)
        case.audit("item read", item.id)
        return shown(case, item, undo=True)
    if isinstance(made, Unsorted):
        _recent(case, made.at)
        case.audit("unsorted read", made.id)
        return unsorted_cards.question(made, made.patient.called, unsorted_cards.ASKED)
    _recent(case, made.recorded_at)
    case.audit("contact read", made.id)
    return contact_cards.undo(contact_cards.full(made, made.patient.called, case.zone), made)


def _recent(case: Case, at: datetime) -> None:
    if case.now - at > LAST_FOR:
        raise NotFound(words.NOTHING_LAST)


@command("undo")
def undo(case: Case, said: Said) -> Card:
    if said.numbers or said.last:
        return undo_item(case, case.named(said))
    made = _fact(case)
    if isinstance(made, Unsorted):
        return discard(case, made)
    return undo_item(case, case.last_item()) if made is None else take_back(case, made)
