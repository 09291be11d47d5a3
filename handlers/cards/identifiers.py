"""What looks like an identifier: what was spotted, masked, and the choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from handlers.cards import form_words, forms, words
from handlers.cards.blocks import Block, Bold, Button, Card
from handlers.cards.view import View
from handlers.language.identifiers import Kind

SPOTTED = "Nothing is saved yet: this looks like something that should not be here."
WHY = "Kept needs no identifiers: an alias is enough, and the record is the place for the rest."
AN_HOUR = "What you typed is held, sealed, for an hour, and then forgotten."
STILL = "What you typed is still held. Once that is put right, press one of these again."
GONE = ("That was settled already, or it was typed more than an hour ago and is forgotten. Nothing was saved just now; "
        "/kept last shows what was.")
CHOICE = "What should be saved?"
WITHOUT, ANYWAY = "Save without it", "Save anyway"
FIELD = "identifiers"     # the choice's field in a form
Found = Sequence[tuple[Kind, str]]


def spotted(team: UUID, held: UUID, found: Found, *, danger: bool) -> Card:
    """``found`` are what each looks like, and its words masked."""
    card = _shown(found)
    if danger:
        card.line(words.EMERGENCY)
    return still(card.small(AN_HOUR), f"t.{team}.{held}")


def still(card: Card, held: str) -> Card:
    return card.actions(Button(WITHOUT, "save_without", held, "primary"), Button(ANYWAY, "save_anyway", held))


def still_held(card: Card, held: str) -> Card:
    """What went wrong after the choice, with the choice once more: the card that had it is gone."""
    return still(card.line(STILL), held)


def _shown(found: Found) -> Card:
    card = Card("Kept: not saved yet").line(Bold(SPOTTED))
    for kind, masked in found:
        card.line(f"{kind[0].upper()}{kind[1:]}: ", Bold(masked))
    return card.line(WHY)


def in_form(form: View, found: Found, which: str, blocks: Sequence[Block], *, danger: bool) -> View:
    """The form once more, with the choice at its top. ``which`` says what it was asked about."""
    card = _shown(found)
    if danger:
        card.line(words.EMERGENCY)
    choice = forms.radio(FIELD, CHOICE, [(WITHOUT, f"without.{which}"), (ANYWAY, f"anyway.{which}")],
                         chosen=f"without.{which}", hint=form_words.OR_CORRECT)
    rest = [block for block in blocks if block.get("block_id") not in {FIELD, *(f"{FIELD}-{n}" for n in range(9))}]
    shown = [{**block, "block_id": f"{FIELD}-{n}"} for n, block in enumerate(card.blocks)]
    return replace(form, blocks=[*shown, choice, *rest])
