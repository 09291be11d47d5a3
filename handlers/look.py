"""Lists: what is open, what is mine, and help."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from handlers.cards import item as cards
from handlers.cards import other
from handlers.cards import unsorted as unsorted_cards
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said, read_command
from handlers.language.verbs import NAMES
from handlers.patient import patient_named
from handlers.table import command
from models.item import LIVING, PRIVATE_CATEGORIES, Danger, Item, Kind
from models.patient import Patient
from models.unsorted import waiting_of

SHOWN = 20
UNSORTED = 5   # of the oldest entries that wait to be sorted
KINDS = {"concerns": Kind.CONCERN, "barriers": Kind.BARRIER, "promises": Kind.COMMITMENT, "commitments": Kind.COMMITMENT,
         "handoffs": Kind.HANDOFF}


def seen_here(case: Case) -> list[ColumnElement[bool]]:
    """The items of the team that the person may see."""
    own = [Item.workspace_id == case.workspace_id, Item.team_id == case.team.id]
    if not case.place.lead:
        private = or_(Item.danger.in_([Danger.ASKED, Danger.PRESENT]), Item.category.in_(PRIVATE_CATEGORIES))
        own.append(or_(~func.coalesce(private, False), Item.owner_id == case.me.id, Item.author_id == case.me.id))
    return own


def open_here(case: Case) -> list[ColumnElement[bool]]:
    """Of them, the open or untold ones."""
    return [*seen_here(case), Item.state.in_(LIVING) | Item.untold]


def listed(case: Case, title: str, *more: ColumnElement[bool], above: Callable[[Card], object] | None = None,
           alias: str = "") -> Card:
    where = [*open_here(case), *more]
    total = case.session.scalar(select(func.count()).select_from(Item).where(*where)) or 0
    found = case.session.execute(
        select(Item, Patient).join(Patient, Patient.id == Item.patient_id)
        .where(*where, Patient.workspace_id == case.workspace_id).options(joinedload(Item.series))
        .order_by(Item.due_at.is_(None), Item.due_at, Item.number).limit(SHOWN)
    )
    rows = [cards.row(item, patient.called, case.now, case.zone) for item, patient in found]
    case.audit("list read", case.team.id)
    return cards.listing(title, rows, total, above, alias=alias)


@command("mine", reads=True)
def mine(case: Case, said: Said) -> Card:
    entries, count = waiting_of(case.session, case.team, case.me, UNSORTED)
    return listed(case, "What waits for you, soonest due first", Item.owner_id == case.me.id,
                  above=lambda card: unsorted_cards.waiting(card, entries, count - len(entries)))


@command("list", reads=True)
def listing(case: Case, said: Said) -> Card:
    what = (said.text or "").strip()
    word = what.casefold()
    if not word:
        return listed(case, "Open in this care team, soonest due first")
    if word in KINDS:
        return listed(case, f"Open {word}", Item.kind == KINDS[word])
    if word == "overdue":
        return listed(case, "Overdue promises", Item.due_at < case.now, Item.state.in_(LIVING))
    if word == "untold":
        return listed(case, "Ended, and the patient not told yet", Item.untold.is_(True))
    owner = case.owner(said)
    if owner is not None:
        return listed(case, "With them, soonest due first", Item.owner_id == owner.id)
    patient = patient_named(case, read_command("/concern", what, case.calendar))
    return listed(case, f"Open for {patient.called}", Item.patient_id == patient.id, alias=patient.called)


@command("help", reads=True)
def help_(case: Case, said: Said) -> Card:
    return other.help_card(NAMES.get((said.text or "").casefold().lstrip("/")), case.team.id)
