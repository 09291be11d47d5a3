"""Putting an item right: its words, and what a barrier is about and how urgent it is."""

from __future__ import annotations

from handlers.cards import fields, form_words
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.forms import subject as about
from handlers.language.command import Said
from handlers.table import blank, button, form
from models.categories import CATEGORIES
from models.item import Barrier, Item, Urgency


@blank("edit")
def which(case: Case) -> View:
    """The words to put right are shown once the item is known."""
    return View(form_words.TITLES["edit"], [fields.item("all")], callback="form.edit_which", subject=f"t.{case.team.id}",
                submit=form_words.NEXT, close=form_words.CANCEL)


@form("form.edit_which", reads=True)
def chosen(case: Case) -> Reply:
    return edit_form(case, reading.item(case))


@button("edit", opens=True)
def press_edit(case: Case) -> View:
    return edit_form(case, case.pressed)


def edit_form(case: Case, item: Item) -> View:
    item.must_stand()
    case.audit("item read", item.id)
    blocks = [fields.words(*form_words.RIGHT_WORDS, item.text)]
    if _of_more(item):
        blocks += [fields.category(item.category or "other", suggest=False), fields.urgency(item.urgency)]
    return View(form_words.EDIT.format(number=item.number), blocks, callback="form.edit", subject=about.subject(item),
                submit=form_words.SAVE, close=form_words.CANCEL)


def _of_more(item: Item) -> bool:
    return isinstance(item, Barrier) and item.living


@form("form.edit")
def submit(case: Case) -> Reply:
    item = case.pressed
    rows = about.since(case, item)
    if rows:
        return about.again(case, item, rows, edit_form(case, item))
    said = Said("edit", "", text=reading.typed(case) or None)
    if _of_more(item):
        said = Said("edit", "", text=said.text, chosen=True, category=reading.choice(case, "category", tuple(CATEGORIES)),
                    urgency=reading.choice(case, "urgency", tuple(Urgency)))
    return reading.say(case, said, item)
