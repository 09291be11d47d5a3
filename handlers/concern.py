"""What the patient is worried about, in their own words."""

from __future__ import annotations

from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed, danger_of, enter
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.patient import patient_named
from handlers.table import button, command
from models.errors import Unclear
from models.item import PRIVATE_CATEGORIES, Concern


@command("concern")
def concern(case: Case, said: Said) -> Card:
    patient = patient_named(case, said)
    if not said.text:
        raise Unclear(words.NO_TEXT, "concern").at("words")
    # A category that is private for good is a person's to choose; until one answers, the question keeps it private.
    about = said.categories[0] if len(said.categories) == 1 and said.categories[0] not in PRIVATE_CATEGORIES else None
    made = Concern(case.team, patient, case.me, said.text, case.now, number=case.team.take_number(case.session),
                   category=about, danger=danger_of(said.text, said.categories), link=said.link)
    return enter(case, made, patient)


@command("answer")
def answered(case: Case, said: Said) -> Card:
    return _answer(case, of_kind(case.named(said), Concern), said.text)


@button("answer")
def press_answered(case: Case) -> Card:
    return _answer(case, of_kind(case.pressed, Concern), None)


def _answer(case: Case, concern: Concern, note: str | None) -> Card:
    concern.answer(case.me, case.now, note)
    return changed(case, concern, "answer", words.DONE["answered"].format(number=concern.number))


@command("settle")
def settled(case: Case, said: Said) -> Card:
    confirmed = "patient" if "confirmed" in said.clauses else None
    return _settle(case, of_kind(case.named(said), Concern), said.text, confirmed)


@button("settle")
def press_settled(case: Case) -> Card:
    return _settle(case, of_kind(case.pressed, Concern), None, None)


def _settle(case: Case, concern: Concern, note: str | None, confirmed_by: str | None) -> Card:
    concern.settle(case.me, case.now, note, confirmed_by)
    return changed(case, concern, "settle", words.DONE["settled"].format(number=concern.number))
