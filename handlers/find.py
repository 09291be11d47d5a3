"""Finding something again by the words in it: the newest of what the person may see is opened and looked through."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from handlers.cards import fields, form_words
from handlers.cards import item as cards
from handlers.cards.blocks import Card
from handlers.cards.found import Hit, found_card
from handlers.cards.view import View
from handlers.case import Case
from handlers.forms.reading import typed
from handlers.language.command import Said
from handlers.language.folded import folded
from handlers.language.words import unmarked
from handlers.look import seen_here
from handlers.table import blank, button, command, form, shortcut
from models.errors import Unclear
from models.item import History, Item, State
from models.sealing import readable

NEWEST = 2000   # items, and notes about them, that are opened for one search (SPEC 6)
WORDS = 20
SHOWN = 20


@command("find", reads=True)
def find(case: Case, said: Said) -> Card:
    return _find(case, unmarked(said.text or ""))


@form("form.find", reads=True)
def submit(case: Case) -> Card:
    return _find(case, typed(case))


@blank("find")
@shortcut("search")
def find_form(case: Case) -> View:
    return View(form_words.FIND_TITLE, [fields.sought()], callback="form.find", subject=f"t.{case.team.id}",
                submit=form_words.FIND, close=form_words.CANCEL)


@button("find", opens=True)
def press_find(case: Case) -> View:
    return find_form(case)


def _find(case: Case, text: str) -> Card:
    sought = folded(text).split()[:WORDS]
    if not sought:
        raise Unclear(form_words.NOTHING_SOUGHT, "find").at("words")
    case.audit("find", case.team.id)
    newest = case.session.scalars(
        select(Item).options(joinedload(Item.patient)).where(*seen_here(case), Item.state != State.IN_ERROR)
        .order_by(Item.number.desc()).limit(NEWEST + 1)).all()
    looked = newest[:NEWEST]
    notes = _notes(case, looked)
    hits = [hit for item in looked if (hit := _hit(item, sought, notes.get(item.number, [])))]
    rows = [(cards.row(hit.item, hit.item.patient.called, case.now, case.zone), hit) for hit in hits[:SHOWN]]
    return found_card(text, rows, len(hits), NEWEST if len(newest) > NEWEST else 0)


def _notes(case: Case, items: Sequence[Item]) -> dict[int, list[History]]:
    """By number, the newest notes and earlier wordings of these items."""
    if not items:
        return {}
    found = case.session.execute(
        select(Item.number, History).join(History, History.item_id == Item.id)
        .where(*seen_here(case), History.workspace_id == case.workspace_id, Item.number >= items[-1].number,
               History.note_sealed.is_not(None), History.verb.not_in(_KEPT_WORDS))
        .order_by(History.id.desc()).limit(NEWEST))
    notes: dict[int, list[History]] = {}
    for number, row in found:
        notes.setdefault(number, []).append(row)
    return notes


# Their note is the category or the urgency there was before.
_KEPT_WORDS = ("categorised", "urgency")


def _hit(item: Item, sought: list[str], notes: list[History]) -> Hit | None:
    about = f"#{item.number} {item.patient.called} "
    if _has(about + readable(lambda: item.text), sought):
        return Hit(item)
    for row in notes:
        note = readable(partial(getattr, row, "note"))
        if _has(about + note, sought):
            return Hit(item, note)
    return None


def _has(text: str, sought: list[str]) -> bool:
    where = folded(text)
    return all(word in where for word in sought)
