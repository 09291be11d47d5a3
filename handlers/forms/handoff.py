"""Handing over, in a form: one item from its card, or all or some of a patient; and the answer to what is offered."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from handlers.cards import fields, form_words
from handlers.cards import handoff as cards
from handlers.cards.blocks import Block
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.forms import subject as about
from handlers.forms.entry import known
from handlers.forms.items import ItemForm, note, plain, said
from handlers.handoff import all_of, must_be_givable
from handlers.language.command import Said
from handlers.patient import patient_by_id
from handlers.table import blank, button, form
from models.errors import Conflict
from models.handoff import HandOff, offers_to
from models.item import Item


def _fields() -> list[Block]:
    return [fields.owner(*form_words.HAND_TO, optional=False), fields.words(*form_words.TRIED)]


def _view(top: list[Block], subject: str) -> View:
    return View(form_words.TITLES["handoff"], [*top, *_fields()], callback="form.handoff", subject=subject,
                submit=form_words.OFFER, close=form_words.CANCEL)


def _of_item(case: Case, item: Item) -> View:
    return _view(about.head(case, item), about.subject(item))


@blank("handoff")
def of_any_patient(case: Case) -> View:
    return _view([fields.patient(), fields.some_of()], f"t.{case.team.id}")


@button("hand_over", opens=True)
def press_hand_over(case: Case) -> View:
    """On an item, or on the page of a patient; what cannot be handed over is said before anything is filled in."""
    if about.fixed(case):
        must_be_givable(case, case.pressed, case.patient(case.pressed))
        return _of_item(case, case.pressed)
    patient = known(case)
    if patient is None:
        return of_any_patient(case)
    all_of(case, patient_by_id(case, patient[1]))
    return _view([fields.patient(patient), fields.some_of()], f"t.{case.team.id}.{patient[1]}")


@form("form.handoff")
def submit(case: Case) -> Reply:
    made = Said("handoff", "", owner=reading.owner(case), text=reading.typed(case) or None)
    if not about.fixed(case):
        return reading.say(case, replace(made, patient=reading.patient(case), numbers=reading.numbers(case, "items")))
    item = case.pressed
    rows = about.since(case, item)
    return about.again(case, item, rows, _of_item(case, item)) if rows else reading.say(case, made, item)


ANSWERS = (ItemForm("accept", "offers", plain(), said("accept"), HandOff),
           ItemForm("decline", "offers", plain(note("decline")), said("decline"), HandOff))


def _answer(wanted: ItemForm, case: Case) -> View:
    if not offers_to(case.session, case.team, case.me):
        raise Conflict(cards.NO_OFFERS)
    return wanted.alone(case)


for _one in ANSWERS:
    blank(_one.verb)(partial(_answer, _one))
    form(f"form.{_one.verb}")(_one.submit)
