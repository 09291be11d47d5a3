"""Before anything typed is saved: what looks like an identifier is shown, and a person says what becomes of it (SPEC 2)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from handlers.cards import forms
from handlers.cards import identifiers as cards
from handlers.cards.blocks import Card
from handlers.cards.view import Reply, View
from handlers.case import Case, Surface
from handlers.forms.reading import ADD, one
from handlers.language import danger
from handlers.language.identifiers import leave_out, masked, spot
from handlers.language.words import clean, unlinked
from handlers.patient import go_on
from handlers.table import button
from models.errors import NotFound
from models.held import Held
from models.sealing import data_key

CHOICES = {"save_without", "save_anyway"}
ALWAYS = ("patient", "alias", "words", "why")   # fields that take words, whatever Slack says of the form they stood in


def asked_about(case: Case) -> Reply | None:
    """The question, when what is about to be saved looks as if it held an identifier; None when there is none to ask."""
    if case.inbound.surface is Surface.COMMAND:
        return ask(case, f"{case.inbound.command} {case.inbound.text}")
    return _in_form(case) if case.inbound.surface is Surface.FORM else None


def ask(case: Case, line: str) -> Card | None:
    """As ``asked_about``, of a typed line, which is held meanwhile."""
    text = unlinked(clean(line))
    spots = spot(text)
    if not spots:
        return None
    held = Held(case.team, case.me, text, case.now, case.inbound.wall)
    case.session.add(held)
    case.asks = True
    case.audit("identifiers spotted", held.id, "asked")
    shown = [(found.kind, masked(text, found)) for found in spots]
    return cards.spotted(case.team.id, held.id, shown, danger=danger.suggests(text))


@button("save_without")
def save_without(case: Case) -> Reply:
    held = _held(case)
    return _save(case, held, leave_out(held.text), "identifiers removed")


@button("save_anyway")
def save_anyway(case: Case) -> Reply:
    held = _held(case)
    return _save(case, held, held.text, "identifiers kept")


def _save(case: Case, held: Held, line: str, act: str) -> Reply:
    case.audit(act, held.id)
    case.session.delete(held)
    return go_on(case, line, held.at)


def _held(case: Case) -> Held:
    """The door: what this very person typed, once, and while it is held."""
    try:
        found = case.session.get(Held, (case.workspace_id, UUID(case.argument)), with_for_update=True)
    except ValueError:
        found = None
    if found is None or found.team_id != case.team.id or found.member_id != case.me.id or found.until < case.inbound.wall:
        raise NotFound(cards.GONE)
    return found


def _in_form(case: Case) -> View | None:
    """The form comes back with the question in it; sent again with an answer to that very question, it is saved."""
    texts = _typed(case)
    spots = [(text, found) for text in texts.values() for found in spot(text)]
    if not spots:
        return None
    # An answer is about what was asked: words changed since then may hold something else.
    which = data_key().request_mac("\n".join(text[found.start: found.end] for text, found in spots).encode()).hex()[:32]
    choice, _, asked = one(case, cards.FIELD).partition(".")
    if asked == which and choice in {"without", "anyway"}:
        case.audit("identifiers removed" if choice == "without" else "identifiers kept", case.team.id)
        if choice == "without":
            left = {name: (ADD if name == "patient" else "") + leave_out(text) for name, text in texts.items()}
            case.inbound = replace(case.inbound, fields={**case.inbound.fields, **left})
        return None
    case.asks = True
    case.audit("identifiers spotted", case.team.id, "asked")
    blocks = forms.refilled(case.inbound.view.blocks, case.inbound.fields)
    return cards.in_form(case.inbound.view, [(found.kind, masked(text, found)) for text, found in spots], which,
                         blocks, danger=any(danger.suggests(text) for text in texts.values()))


def _typed(case: Case) -> dict[str, str]:
    """The form's words by their fields, cleaned. A patient chosen from the menu was not typed; a new one's alias was."""
    names = dict.fromkeys([*ALWAYS, *(block.get("block_id", "") for block in case.inbound.view.blocks
                                      if (block.get("element") or {}).get("type") == "plain_text_input")])
    texts = {name: one(case, name) for name in names if name != "patient" or one(case, name).startswith(ADD)}
    return {name: clean(text.removeprefix(ADD) if name == "patient" else text) for name, text in texts.items() if text}
