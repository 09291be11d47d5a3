"""What stands in the patient's way."""

from __future__ import annotations

from handlers.cards import item as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed, danger_of, enter
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.patient import patient_named
from handlers.table import button, command
from models.categories import CATEGORIES
from models.errors import Unclear
from models.item import Barrier, Urgency


@command("barrier")
def barrier(case: Case, said: Said) -> Card:
    patient = patient_named(case, said)
    if not said.text:
        raise Unclear(words.NO_TEXT, "barrier").at("words")
    made = Barrier(case.team, patient, case.me, said.text, case.now, owner=case.owner(said),
                   number=case.team.take_number(case.session), urgency=Urgency(said.urgency),
                   category=said.category or "other", danger=danger_of(said.text, said.categories), link=said.link)
    card = enter(case, made, patient)
    if said.chosen or (said.category and said.category != "other"):
        return card
    return card.actions(cards.categories_menu(made, said.categories))


@button("category")
def categorise(case: Case) -> Card:
    """The choice arrives as an option's value, which must be one of the table."""
    item = of_kind(case.pressed, Barrier)
    if case.inbound.choice not in CATEGORIES:
        raise Unclear(words.OLD_BUTTON)
    item.categorise(case.inbound.choice, case.me, case.now)
    return changed(case, item, "categorise", words.DONE["category"].format(number=item.number))


@command("resolve")
def resolve(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Barrier)
    if len(said.clauses & {"confirmed", "assumed"}) != 1:
        raise Unclear(words.ANY_HOW, "resolve", f"/kept resolve {item.number} …, confirmed").at("known")
    item.resolve(case.me, case.now, confirmed_by="patient" if "confirmed" in said.clauses else "staff",
                 told="told" in said.clauses, note=said.text)
    return _resolved(case, item)


@button("resolve_patient")
def press_confirmed(case: Case) -> Card:
    item = of_kind(case.pressed, Barrier)
    item.resolve(case.me, case.now, confirmed_by="patient")
    return _resolved(case, item)


@button("resolve_staff")
def press_assumed(case: Case) -> Card:
    item = of_kind(case.pressed, Barrier)
    item.resolve(case.me, case.now, confirmed_by="staff")
    return _resolved(case, item)


def _resolved(case: Case, item: Barrier) -> Card:
    return changed(case, item, "resolve", words.DONE["resolved"].format(number=item.number))


@command("cannot")
def cannot(case: Case, said: Said) -> Card:
    item = of_kind(case.named(said), Barrier)
    if not said.text:
        raise Unclear(words.NO_TEXT, "cannot").at("words")
    told = not said.clauses.isdisjoint({"told", "confirmed"})
    item.cannot(case.me, case.now, told=told, note=said.text)
    return changed(case, item, "cannot", words.DONE["cannot_told" if told else "cannot"].format(number=item.number))


@button("progress")
def progress(case: Case) -> Card:
    item = of_kind(case.pressed, Barrier)
    item.progress(case.me, case.now)
    return changed(case, item, "progress", words.DONE["progressed"].format(number=item.number))
