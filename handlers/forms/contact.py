"""Being in touch, in a form: one of ours, of any kind and outcome; and a call of theirs, with the promise to call back."""

from __future__ import annotations

from functools import partial

from handlers.cards import fields, form_words
from handlers.cards.forms import Choice
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.contact import SAID, said_of
from handlers.forms import reading
from handlers.forms.entry import known
from handlers.language import category
from handlers.language.command import Said
from handlers.table import blank, button, form
from models.contact import Outcome, Way


def contact_form(verb: str, case: Case, patient: Choice | None = None) -> View:
    """``verb`` sets the kind and the outcome that stand in it at first."""
    way, outcome = SAID[verb]
    blocks = [fields.patient(patient), fields.way(way), fields.outcome(outcome), fields.minutes(), fields.spoken_of(),
              fields.note(*form_words.CONTACT_NOTE)]
    return View(form_words.TITLES["contact"], blocks, callback="form.contact", subject=_subject(case, patient),
                submit=form_words.SAVE, close=form_words.CANCEL)


for _verb in SAID:
    blank(_verb)(partial(contact_form, _verb))


def _subject(case: Case, patient: Choice | None) -> str:
    """With the patient, whose items its menu then offers first."""
    return f"t.{case.team.id}" + (f".{patient[1]}" if patient else "")


@button("new_contact", opens=True)
def press_contact(case: Case) -> View:
    return contact_form("call", case, known(case))


@form("form.contact")
def contact(case: Case) -> Reply:
    note = reading.typed(case)
    way = Way(reading.choice(case, "way", tuple(Way)))
    outcome = Outcome(reading.choice(case, "outcome", tuple(Outcome)))
    said = Said(None, "", patient=reading.patient(case), numbers=reading.numbers(case, "about"), minutes=reading.minutes(case),
                text=note or None, categories=category.suggest(note))
    return said_of(case, said, way, outcome)


@blank("called")
def called_form(case: Case) -> View:
    blocks = [fields.patient(), fields.note(*form_words.WANTED), fields.when(*form_words.CALL_BACK_WHEN), fields.picker(),
              fields.minutes(), fields.about(), fields.owner(*form_words.WHO_CALLS)]
    return View(form_words.TITLES["called"], blocks, callback="form.called", subject=_subject(case, None),
                submit=form_words.SAVE, close=form_words.CANCEL)


@form("form.called")
def called(case: Case) -> Reply:
    text, due = reading.due_in(case, reading.typed(case))
    about = (reading.item(case, "about").number,) if reading.one(case, "about") else ()
    return reading.say(case, Said("called", "", patient=reading.patient(case), text=text or None, due=due, about=about,
                                  minutes=reading.minutes(case), owner=reading.owner(case)))
