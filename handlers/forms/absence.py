"""Being out, in a form; a lead may fill it in for someone who is ill."""

from __future__ import annotations

from handlers.cards import fields, form_words
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.language.command import Said
from handlers.language.due import read_when
from handlers.table import blank, form


@blank("out")
def out_form(case: Case) -> View:
    who = [fields.owner(*form_words.WHO_IS_OUT)] if case.place.lead else []
    blocks = [*who, fields.when(*form_words.BACK_WHEN), fields.picker(), fields.starts(), fields.cover()]
    return View(form_words.TITLES["out"], blocks, callback="form.out", subject=f"t.{case.team.id}", submit=form_words.SAVE,
                close=form_words.CANCEL)


@form("form.out")
def submit(case: Case) -> Reply:
    begins = reading.typed(case, "starts")
    return reading.say(case, Said("out", "", owner=reading.owner(case), cover=reading.one(case, "cover") or None,
                                  starts=read_when(begins, case.calendar) if begins else None, due=reading.due(case)))
