"""Patients: found by what was typed, never guessed; added and closed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from handlers.cards import cadence as cadence_cards
from handlers.cards import contact as contact_cards
from handlers.cards import item as cards
from handlers.cards import other, words
from handlers.cards import series as series_cards
from handlers.cards import unsorted as unsorted_cards
from handlers.cards.blocks import Card
from handlers.cards.view import Reply
from handlers.case import Case
from handlers.language.command import Said, read_command
from handlers.language.match import near
from handlers.language.verbs import RESERVED
from handlers.language.words import clean
from handlers.standing import in_touch_again
from handlers.table import COMMANDS, button, command
from handlers.unsorted import keep
from models import cadence
from models.contact import of_patient
from models.errors import Hidden, NotFound, Refused, Unclear, UnknownPatient
from models.item import LIVING, Item
from models.occurrence import repeating
from models.patient import ALIAS, Patient, PatientState, alias_key, aliases, same_name
from models.unsorted import waiting_about

CONTACTS = 3   # of the newest, on a patient's page
WAITING = 5    # of the oldest to be sorted, there


def patient_named(case: Case, said: Said) -> Patient:
    """The active patient whose alias, or its part before the first hyphen, is the word typed (SPEC 2)."""
    word = said.patient or ""
    if not word:
        raise Unclear(words.WHICH_PATIENT, said.verb)
    found = same_name(case.session, case.team, word) if ALIAS.fullmatch(word) else []
    if len(found) == 1:
        if found[0].state is PatientState.CLOSED:
            raise UnknownPatient(words.CLOSED_PATIENT, said.verb, word, (), can_add=True)
        return found[0]
    if found:
        raise UnknownPatient(words.SEVERAL_PATIENTS, said.verb, word, tuple(sorted(p.called for p in found)), can_add=False)
    able = ALIAS.fullmatch(word) is not None and word.casefold() not in RESERVED
    raise UnknownPatient(words.UNKNOWN_PATIENT, said.verb, word, tuple(near(word, aliases(case.session, case.team))),
                         can_add=able)


def patient_by_id(case: Case, key: str) -> Patient:
    """One door for a patient named by id: of this care team, or not here."""
    try:
        found = case.session.get(Patient, (case.workspace_id, UUID(key)))
    except ValueError:
        found = None
    if found is None:
        raise NotFound(words.GONE)
    if found.team_id != case.team.id:
        raise Hidden(words.GONE, found.id)
    return found


def exactly(case: Case, alias: str, *, closed: bool = False) -> Patient | None:
    """The active patient of exactly this alias, case and hyphens aside; with ``closed``, a closed one too."""
    found = same_name(case.session, case.team, alias)
    return next((p for p in found if alias_key(p.alias) == alias_key(alias)
                 and (closed or p.state is PatientState.ACTIVE)), None)


def add(case: Case, alias: str) -> Patient:
    """A new patient, or a closed one opened again."""
    if alias.casefold() in RESERVED:
        raise Unclear(words.RESERVED_ALIAS, "patient")
    patient = exactly(case, alias, closed=True)
    if patient is not None and patient.state is PatientState.ACTIVE:
        raise Unclear(words.TAKEN_ALIAS, "patient")
    if patient is not None:
        patient.open_again(case.now)
        cadence.plan(patient, case.team)
        case.stirred.add(patient.owner_id)
    else:
        patient = Patient(case.team, alias, case.me, case.now)
        case.session.add(patient)
        case.session.flush()  # an item of this request may refer to it
    case.audit("patient add", patient.id)
    return patient


def _added(case: Case, patient: Patient) -> Card:
    return other.patient_added(patient.called, case.team.id, patient.id)


@command("patient")
def administer(case: Case, said: Said) -> Card:
    act, _, alias = (said.text or "").partition(" ")
    alias = alias.strip()
    if act == "add":
        if not alias:
            count = case.session.scalar(select(func.count()).select_from(Patient).where(
                Patient.workspace_id == case.workspace_id, Patient.team_id == case.team.id)) or 0
            # Somebody may have chosen such an alias by hand.
            alias = next(a for n in itertools.count(count + 1)
                         if not same_name(case.session, case.team, a := f"p-{n:04d}"))
        return _added(case, add(case, alias))
    if act == "close" and alias:
        return _close(case, alias, said)
    raise Unclear(words.PATIENT_USAGE, "patient")


def _close(case: Case, alias: str, said: Said) -> Card:
    patient = exactly(case, alias, closed=True)
    if patient is None:
        raise NotFound(words.NO_SUCH_ALIAS)
    items, waiting = open_of(case, patient), waiting_about(case.session, patient)
    seen = sum(map(case.may_see, items)) + sum(map(case.may_sort, waiting))
    alias, theirs = patient.called, case.me.id == patient.owner_id or case.place.lead
    if theirs and seen:
        raise Unclear(words.STILL_OPEN.format(count=seen, alias=alias) + _repeating(case, patient), "patient",
                      f"/kept list {alias}")
    if not theirs or items or waiting:
        # Whether it is for what they may not see is not said: nobody but a lead knows that nothing else is open.
        raise Refused(words.CLOSE_BY_LEAD.format(alias=alias))
    patient.close(case.now)
    in_touch_again(case.session, patient.id, case.team, case.now, case.inbound.wall)
    case.stirred.add(patient.owner_id)
    case.audit("patient close", patient.id)
    return other.sentence(words.CLOSED_NOW.format(alias=patient.called))


def _repeating(case: Case, patient: Patient) -> str:
    """What repeats would never end by itself: as one ends, the next one is there."""
    found = next((item.number for item in repeating(case.session, patient) if case.may_see(item)), None)
    return series_cards.CLOSE_FIRST.format(number=found) if found else ""


@button("add_patient")
def add_and_go_on(case: Case) -> Reply:
    """Adds the patient, then does what was typed before, as if it had been typed now."""
    alias, _, line = case.argument.partition(" ")
    if exactly(case, alias) is not None:
        # Someone was faster, or this was pressed twice: entering the line now might enter it twice.
        raise Unclear(words.MEANWHILE, None)
    patient = add(case, alias)
    return go_on(case, line) if line else _added(case, patient)


def go_on(case: Case, line: str, then: datetime | None = None) -> Reply:
    """Do what was typed, as if it had been typed now; its times are read from ``then``, when it really was."""
    name, _, text = line.partition(" ")
    said = read_command(name, text, replace(case.calendar, now=then or case.now))
    if said.verb is None:
        return unsorted(case, patient_named(case, Said(verb=None, rest=said.rest, patient=said.unknown)), text)
    return COMMANDS[said.verb](case, said)


def unsorted(case: Case, patient: Patient, text: str | None = None) -> Card:
    """Words about a patient without a verb: kept at once, and asked about. An alias alone opens their page."""
    words_typed = clean(case.inbound.text if text is None else text).strip().partition(" ")[2].strip()
    return keep(case, patient, words_typed) if words_typed else patient_card(case, patient)


def open_of(case: Case, patient: Patient) -> Sequence[Item]:
    """What is open or untold of a patient, whoever may see it."""
    return case.session.scalars(
        select(Item).where(Item.workspace_id == case.workspace_id, Item.patient_id == patient.id,
                           Item.state.in_(LIVING) | Item.untold).order_by(Item.number)).all()


def patient_card(case: Case, patient: Patient) -> Card:
    """What is open for one patient; the beginning of the brief."""
    seen = [item for item in open_of(case, patient) if case.may_see(item)]
    case.audit("patient read", patient.id)
    rows = [cards.row(item, patient.called, case.now, case.zone) for item in seen[:20]]
    waiting = [entry for entry in waiting_about(case.session, patient) if case.may_sort(entry)]
    card = cards.listing(f"Open for {patient.called}", rows, len(seen),
                         lambda card: unsorted_cards.waiting(card, waiting[:WAITING], len(waiting) - WAITING),
                         alias=patient.called)
    card.line(cadence_cards.stands(patient, case.team, case.now))
    contacts = of_patient(case.session, patient, CONTACTS)
    contact_cards.latest(card, contacts, [case.may_read(one) for one in contacts], case.zone)
    mine = case.me.id in {patient.owner_id, *(item.owner_id for item in seen)}
    return card.actions(*other.enter_buttons(case.team.id, patient.id),
                        *other.page_buttons(case.team.id, patient.id, mine=mine))
