"""The tables that the noun files fill: verbs, buttons, forms, menus with a search, and shortcuts, by name."""

from __future__ import annotations

from collections.abc import Callable

from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.language.command import Said

Verb = Callable[[Case, Said], Reply]
Press = Callable[[Case], Reply]
Submit = Callable[[Case], Reply]
Open = Callable[[Case], View]
Suggest = Callable[[Case], list[tuple[str, str]]]

COMMANDS: dict[str, Verb] = {}
BUTTONS: dict[str, Press] = {}
FORMS: dict[str, Submit] = {}
OPTIONS: dict[str, Suggest] = {}
SHORTCUTS: dict[str, Open] = {}
# What changes nothing: verbs, and apart from them buttons and forms, since a button may open the form of a verb that writes.
READS: set[str] = set()
LOOKS: set[str] = set()
# What opens a form: verbs typed with nothing after them, and buttons. Known before anything is looked up, since the
# trigger that opens one lives for three seconds.
BLANK: dict[str, Open] = {}
OPENERS: set[str] = set()


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


def button(name: str, *, reads: bool = False, opens: bool = False) -> Callable[[Press], Press]:
    """``opens`` marks a button that leads to a form, which changes nothing yet."""

    def enter(press: Press) -> Press:
        if name in BUTTONS:
            raise ValueError(f"two handlers for the button {name}")
        BUTTONS[name] = press
        if reads or opens:
            LOOKS.add(name)
        if opens:
            OPENERS.add(name)
        return press

    return enter


def form(name: str, *, reads: bool = False) -> Callable[[Submit], Submit]:
    """What a submitted form does. Forms are named apart from buttons: ``form.<noun>``."""

    def enter(submit: Submit) -> Submit:
        if name in FORMS:
            raise ValueError(f"two handlers for the form {name}")
        FORMS[name] = submit
        if reads:
            LOOKS.add(name)
        return submit

    return enter


def blank(verb: str) -> Callable[[Open], Open]:
    """The form a verb opens when nothing follows it."""

    def enter(open_: Open) -> Open:
        if verb in BLANK:
            raise ValueError(f"two forms for the verb {verb}")
        BLANK[verb] = open_
        return open_

    return enter


def options(name: str) -> Callable[[Suggest], Suggest]:
    """What a menu with a search offers, as (label, value), for ``inbound.text`` typed so far."""

    def enter(suggest: Suggest) -> Suggest:
        if name in OPTIONS:
            raise ValueError(f"two handlers for the menu {name}")
        OPTIONS[name] = suggest
        return suggest

    return enter


def shortcut(name: str) -> Callable[[Open], Open]:
    """The form that a global or message shortcut opens."""

    def enter(open_: Open) -> Open:
        if name in SHORTCUTS:
            raise ValueError(f"two handlers for the shortcut {name}")
        SHORTCUTS[name] = open_
        return open_

    return enter
