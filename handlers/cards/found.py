"""What a search found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.cards import form_words
from handlers.cards.blocks import Button, Card, Part, cut
from handlers.cards.item import subject
from models.item import Item

NOTE = 120  # characters


@dataclass(frozen=True)
class Hit:
    """``note`` is where the words stand when they do not stand in the item itself: an earlier wording, or a note about it."""

    item: Item
    note: str = ""


def found_card(sought: str, rows: Sequence[tuple[tuple[Part, ...], Hit]], total: int, looked: int) -> Card:
    """``looked`` is how many were looked through when there are more, else 0."""
    card = Card("Kept: what was found").heading(form_words.found(total)).small(form_words.SOUGHT.format(words=cut(sought, NOTE)))
    for parts, hit in rows:
        card.line(*parts, *((f" · {form_words.IN_HISTORY}: {cut(' '.join(hit.note.split()), NOTE)}",) if hit.note else ()))
        card.actions(Button(form_words.SHOW_ONE.format(number=hit.item.number), "show", subject(hit.item)))
    if total > len(rows):
        card.small(form_words.MORE_FOUND.format(count=total - len(rows)))
    if looked:
        card.small(form_words.LOOKED.format(count=looked))
    return card
