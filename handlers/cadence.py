"""A patient's contact cadence: how often they are spoken with at least, set by a verb or a form."""

from __future__ import annotations

from handlers.cards import cadence as cards
from handlers.cards import fields, form_words, other
from handlers.cards.blocks import Card
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.language.cadence import read_every
from handlers.language.command import Said
from handlers.patient import patient_named
from handlers.standing import in_touch_again
from handlers.table import blank, command, form
from models import cadence
from models.errors import CareError
from models.patient import Patient


@command("cadence")
def set_cadence(case: Case, said: Said) -> Card:
    patient = patient_named(case, said)
    try:
        patient.cadence_days = read_every(said.text or "")
    except CareError as error:
        raise error.at("words") from None
    cadence.plan(patient, case.team)
    case.stirred.add(patient.owner_id)
    case.audit("patient cadence", patient.id)
    case.answer = cards.SET
    in_touch_again(case.session, patient.id, case.team, case.now, case.inbound.wall)
    return other.sentence(cards.stands(patient, case.team, case.now))


@blank("cadence")
def cadence_form(case: Case) -> View:
    return View(form_words.TITLES["cadence"], [fields.patient(), fields.words(*form_words.HOW_OFTEN)], callback="form.cadence",
                subject=f"t.{case.team.id}", submit=form_words.SAVE, close=form_words.CANCEL)


@form("form.cadence")
def submit(case: Case) -> Reply:
    return reading.say(case, Said("cadence", "", patient=reading.patient(case), text=reading.typed(case)))


def reached(case: Case, patient: Patient) -> None:
    """A contact was entered, or taken back: its row in a message for the day says so."""
    cadence.keep_in_touch(case.session, patient, case.team)
    in_touch_again(case.session, patient.id, case.team, case.now, case.inbound.wall)
