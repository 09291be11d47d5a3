"""The item a form is about: chosen in it, or fixed by the button that opened it, as it stood then."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from handlers.cards import form_words, forms
from handlers.cards import item as cards
from handlers.cards.blocks import Block
from handlers.cards.changes import changed_meanwhile
from handlers.cards.view import View
from handlers.case import Case
from handlers.forms import reading
from models.item import History, Item


def subject(item: Item) -> str:
    """Names the item and its last change, by which a form knows that it is still true."""
    return cards.subject(item, str(item.history[-1].id))


def fixed(case: Case) -> bool:
    """Whether the form was opened for one item, rather than with a menu of them."""
    return case.inbound.subject.startswith("i.")


def chosen(case: Case) -> Item:
    return case.pressed if fixed(case) else reading.item(case)


def since(case: Case, item: Item) -> list[History]:
    """What changed since the form was opened, oldest first."""
    if not fixed(case) or case.argument == str(item.history[-1].id):
        return []
    known = [n for n, row in enumerate(item.history) if str(row.id) == case.argument]
    return item.history[known[0] + 1:] if known else item.history[-1:]


def again(case: Case, item: Item, rows: list[History], form: View) -> View:
    """The form comes back with what was typed in it, under what changed meanwhile; sent once more, it is saved."""
    case.audit("item read", item.id)
    banner: list[Block] = changed_meanwhile(item, rows, _names(case, item, rows), case.now, case.zone)
    return replace(form, blocks=[*banner, *forms.refilled(form.blocks, case.inbound.fields)], subject=subject(item),
                   submit=form_words.SAVE_ANYWAY)


def _names(case: Case, item: Item, rows: list[History]) -> dict[UUID, str]:
    people = {item.owner_id, *(row.actor_id for row in rows), *(one.owner_before for one in item.history if one.owner_before)}
    return {one: case.person(one).slack_id for one in people}


def head(case: Case, item: Item) -> list[Block]:
    """What the form is about, for someone who may see it."""
    case.audit("item read", item.id)
    return cards.short(item, case.patient(item).called, case.person(item.owner_id).slack_id, case.now, case.zone).blocks
