"""Menus that are searched while someone types: the team's patients, its items, time zones. At most a hundred at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import joinedload

from handlers.cards import form_words
from handlers.cards.item import choice
from handlers.case import Case
from handlers.forms.reading import ADD
from handlers.language.match import near
from handlers.language.verbs import RESERVED
from handlers.language.words import clean
from handlers.look import seen_here
from handlers.patient import exactly
from handlers.table import options
from models.item import LIVING, Item, Kind, State
from models.patient import ALIAS, Patient, PatientState, alias_key
from models.series import Series, SeriesState

MOST = 100   # options of one answer (SLACK.md)


@options("patient")
def patients(case: Case) -> list[tuple[str, str]]:
    """Active patients, those that begin with what was typed first; last, an alias that is new can be added."""
    word = clean(case.inbound.text).strip()
    found = [(p.called, str(p.id)) for p in case.session.scalars(
        select(Patient).where(Patient.workspace_id == case.workspace_id, Patient.team_id == case.team.id,
                              Patient.state == PatientState.ACTIVE))]
    case.audit("patients read", case.team.id)
    key = alias_key(word)
    alike = set(near(word, [alias for alias, _ in found])) if key else set()
    ranked = sorted((_rank(alias_key(alias), key, alias in alike), alias, value) for alias, value in found)
    shown = [(alias, value) for rank, alias, value in ranked if rank is not _NOT]
    return [*shown[:MOST - 1], *_new(case, word)]


PROMISE, BARRIER, CONCERN = (Item.kind == kind for kind in (Kind.COMMITMENT, Kind.BARRIER, Kind.CONCERN))
LIVES = Item.state.in_(LIVING)
REPEATING = Item.series.has(Series.state == SeriesState.GOING_ON)
STANDS = Item.state != State.IN_ERROR
# What each menu of items offers.
ITEMS: dict[str, ColumnElement[bool]] = {
    "promises": PROMISE & LIVES, "repeating": LIVES & REPEATING, "barriers": BARRIER & LIVES, "concerns": CONCERN & LIVES,
    "raised": Item.state == State.RAISED,
    "about": (BARRIER | CONCERN) & LIVES, "untold": Item.untold.is_(True) & STANDS, "living": LIVES, "open": LIVES | Item.untold,
    "ended": ~LIVES & STANDS, "all": STANDS, "offers": Item.state == State.OFFERED,
    "givable": (LIVES | Item.untold) & (Item.kind != Kind.HANDOFF),
}
OWN = {"offers", "givable"}   # of these, only what is with whoever asks


def items(case: Case) -> list[tuple[str, str]]:
    """Those that fit, found by number or by their patient's alias.

    First the patient's whose page the form was opened from, then one's own, then what is due soonest.
    """
    word = clean(case.inbound.text).strip().removeprefix("#")
    where = [*seen_here(case), ITEMS[case.inbound.action]]
    if case.inbound.action in OWN:
        where.append(Item.owner_id == case.me.id)
    if word.isdecimal():
        where.append(cast(Item.number, String).startswith(str(int(word))))
    elif word:
        where.append(Item.patient_id.in_(_patients_like(case, alias_key(word))))
    found = case.session.scalars(select(Item).options(joinedload(Item.patient)).where(*where).order_by(
        *_nearest(case), Item.owner_id != case.me.id, ~LIVES, Item.due_at.is_(None), Item.due_at, Item.number.desc()).limit(MOST))
    case.audit("list read", case.team.id)
    return [(choice(item, item.patient.called), str(item.id)) for item in found]


for _name in ITEMS:
    options(_name)(items)


def _nearest(case: Case) -> list[ColumnElement[bool]]:
    try:
        return [Item.patient_id != UUID(case.argument)]
    except ValueError:
        return []


def _patients_like(case: Case, key: str) -> list[UUID]:
    found = case.session.scalars(select(Patient).where(Patient.workspace_id == case.workspace_id,
                                                       Patient.team_id == case.team.id))
    return [p.id for p in found if key in alias_key(p.called)]


_NOT = 3


def _rank(alias: str, key: str, alike: bool) -> int:
    return 0 if alias.startswith(key) else 1 if key in alias else 2 if alike else _NOT


def _new(case: Case, word: str) -> list[tuple[str, str]]:
    if not ALIAS.fullmatch(word) or word.casefold() in RESERVED:
        return []
    known = exactly(case, word, closed=True)
    if known is None:
        return [(form_words.ADD_PATIENT.format(alias=word.lower()), ADD + word.lower())]
    if known.state is PatientState.CLOSED:
        return [(form_words.OPEN_AGAIN.format(alias=known.called), ADD + known.called)]
    return []
