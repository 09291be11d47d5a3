"""Adding a patient in a form."""

from __future__ import annotations

from handlers.cards import fields, form_words
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms.reading import say, typed
from handlers.language.command import Said
from handlers.table import blank, button, form
from models.errors import CareError


@blank("patient")
def patient_form(case: Case) -> View:
    return View(form_words.ADD_TITLE, [fields.alias()], callback="form.patient", subject=f"t.{case.team.id}",
                submit=form_words.ADD, close=form_words.CANCEL)


@button("new_patient", opens=True)
def press_patient(case: Case) -> View:
    return patient_form(case)


@form("form.patient")
def submit(case: Case) -> Reply:
    try:
        return say(case, Said("patient", "", text=f"add {typed(case, 'alias')}".strip()))
    except CareError as error:
        raise error.at("alias") from None
