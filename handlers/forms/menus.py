"""Menus that are searched while someone types: the team's patients, its items, time zones. At most a hundred at once."""

from __future__ import annotations

from sqlalchemy import ColumnElement, select

from handlers.cards import form_words
from handlers.case import Case
from handlers.forms.reading import ADD
from handlers.language.match import near
from handlers.language.verbs import RESERVED
from handlers.language.words import clean
from handlers.patient import exactly
from handlers.table import options
from models.patient import ALIAS, Patient, PatientState, alias_key

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
