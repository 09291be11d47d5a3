"""The tables that the noun files fill: verbs by name, buttons by action id."""

from __future__ import annotations

from collections.abc import Callable

from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language.command import Said

Verb = Callable[[Case, Said], Card]
Press = Callable[[Case], Card]

COMMANDS: dict[str, Verb] = {}
BUTTONS: dict[str, Press] = {}
READS: set[str] = set()


def command(name: str, *, reads: bool = False) -> Callable[[Verb], Verb]:
    """``reads`` marks a verb that changes nothing, so that typing it twice simply answers twice."""

    def enter(verb: Verb) -> Verb:
        if name in COMMANDS:
            raise ValueError(f"two handlers for the verb {name}")
        COMMANDS[name] = verb
        if reads:
            READS.add(name)
        return verb

    return enter


def button(name: str, *, reads: bool = False) -> Callable[[Press], Press]:
    def enter(press: Press) -> Press:
        if name in BUTTONS:
            raise ValueError(f"two handlers for the button {name}")
        BUTTONS[name] = press
        if reads:
            READS.add(name)
        return press

    return enter
