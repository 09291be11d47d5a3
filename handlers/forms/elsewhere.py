"""What was asked where nothing says which of a person's care teams it is for: it goes on in the one they choose."""

from __future__ import annotations

from handlers.cards.view import Reply, View
from handlers.case import Case, Inbound, Surface
from handlers.forms.shortcuts import MESSAGES, of_message
from handlers.identifiers import ask
from handlers.language.identifiers import spot
from handlers.language.verbs import NAMES
from handlers.language.words import clean, unlinked
from handlers.patient import go_on
from handlers.table import BLANK, button


def asked_in(inbound: Inbound) -> tuple[str, str] | None:
    """(the button that goes on, what it carries): a typed line, or a message and its link.

    What looks like an identifier is put into no button: then the team's own channel is the way.
    """
    if spot(unlinked(clean(inbound.text))):
        return None
    if inbound.surface is Surface.COMMAND:
        return "in_team", f"{inbound.command} {inbound.text}".strip()
    if inbound.action == "search":
        return "in_team", "/kept find"
    if inbound.action in MESSAGES:
        return "message_in_team", "\n".join((inbound.action, inbound.link, inbound.text))
    return None


@button("in_team")
def in_team(case: Case) -> Reply:
    name, _, text = case.argument.partition(" ")
    alone = text.strip() if name == "/kept" else "" if text.strip() else name.lstrip("/")
    form = BLANK.get(NAMES.get(alone.casefold(), ""))
    return form(case) if form else ask(case, case.argument) or go_on(case, case.argument)


@button("message_in_team", opens=True)
def message_in_team(case: Case) -> View:
    name, _, rest = case.argument.partition("\n")
    link, _, text = rest.partition("\n")
    return of_message(case, MESSAGES.get(name, "concern"), text, link)
