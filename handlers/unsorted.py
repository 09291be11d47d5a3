"""Words about a patient without a verb: kept at once, then turned into what a person says they are, once."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from handlers.cards import unsorted as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.cards.view import Reply
from handlers.case import Case
from handlers.entering import danger_of
from handlers.language import category
from handlers.language.command import Said, read_command
from handlers.language.words import clean, typed, unmarked
from handlers.nudge import is_here
from handlers.table import COMMANDS, button
from models.contact import latest_by
from models.errors import CareError, Hidden, NotFound, Refused, Unclear
from models.patient import Patient
from models.unsorted import Became, Unsorted

LINES = {Became.CONCERN: "/concern", Became.BARRIER: "/barrier", Became.PROMISE: "/commit"}


def keep(case: Case, patient: Patient, text: str) -> Card:
    """``text`` is as Slack sent it, without the patient."""
    plain = unmarked(typed(text))
    if not plain:
        raise Unclear(words.NO_TEXT)
    entry = Unsorted(patient, case.me, clean(text), danger_of(plain, category.suggest(plain)), case.now)
    case.session.add(entry)
    _done(case, entry, "create")
    return cards.question(entry, patient.called, cards.SAVED)


def _done(case: Case, entry: Unsorted, act: str) -> None:
    case.answer = cards.RECORDED
    case.stirred.add(entry.author_id)
    case.audit(f"unsorted {act}", entry.id)


def _pressed(case: Case) -> Unsorted:
    """The door: an entry of this team, open to the person, held while it is changed."""
    try:
        key = UUID(case.inbound.subject.split(".")[1])
    except (IndexError, ValueError):
        raise NotFound(words.GONE) from None
    found = case.session.get(Unsorted, (case.workspace_id, key), with_for_update={"key_share": True} if case.writes else None)
    if found is None:
        raise NotFound(words.GONE)
    if found.team_id != case.team.id or not case.may_sort(found):
        raise Hidden(words.GONE, found.id)
    return found


@button("sort", reads=True)
def ask(case: Case) -> Card:
    entry = _pressed(case)
    entry.must_wait()
    case.audit("unsorted read", entry.id)
    return cards.question(entry, entry.patient.called, cards.ASKED)


@button("sort_concern")
def concern(case: Case) -> Reply:
    return _sort(case, Became.CONCERN)


@button("sort_barrier")
def barrier(case: Case) -> Reply:
    return _sort(case, Became.BARRIER)


@button("sort_promise")
def promise(case: Case) -> Reply:
    return _sort(case, Became.PROMISE)


@button("sort_call")
def call(case: Case) -> Reply:
    return _sort(case, Became.CALL)


def _sort(case: Case, what: Became) -> Reply:
    """As if typed with that verb when it was first typed: "tomorrow" is the day after it. What fails leaves it unsorted."""
    entry = _pressed(case)
    entry.must_wait()
    said = _read(case, entry, what)
    if said.due is not None and said.due.due is not None and said.due.due <= case.now:
        raise Unclear(cards.TIME_PAST)
    author = entry.author if entry.author_id != case.me.id and is_here(case.session, case.team, entry.author.slack_id) else None
    if author is not None and said.owner is None:
        said = replace(said, owner=author.slack_id)  # who heard it keeps it, whoever sorts it
    try:
        found = COMMANDS[said.verb or ""](case, said)
    except CareError as error:
        error.sentence = cards.STAYS.format(sentence=error.sentence)
        raise
    if what is not Became.CALL:
        item = case.touched[0]
        item.author_id = entry.author_id
        if author is not None and what is Became.CONCERN:
            item.owner_id = author.id
    made = latest_by(case.session, case.team.id, case.me) if what is Became.CALL else None
    entry.become(what, case.now, item=case.touched[0] if what is not Became.CALL else None, contact=made)
    told = case.answer
    _done(case, entry, f"to {what.value}")
    case.answer = told
    return found


def _read(case: Case, entry: Unsorted, what: Became) -> Said:
    then = replace(case.calendar, now=entry.at)
    if what is Became.CALL:
        said = read_command("/kept", f"call {entry.patient.called} {entry.text}", then)
        return replace(said, happened_at=entry.at)
    return read_command(LINES[what], f"{entry.patient.called} {entry.text}", then)


@button("discard")
def press_discard(case: Case) -> Card:
    return discard(case, _pressed(case))


def discard(case: Case, entry: Unsorted) -> Card:
    if entry.author_id != case.me.id and not case.place.lead:
        raise Refused(cards.NOT_YOURS)
    entry.become(Became.DISCARDED, case.now)
    _done(case, entry, "discard")
    return cards.discarded(entry, entry.patient.called)


@button("bring_back")
def bring_back(case: Case) -> Card:
    entry = _pressed(case)
    entry.bring_back()
    _done(case, entry, "bring back")
    return cards.question(entry, entry.patient.called, cards.BACK)
