"""Shortcuts on a message: its words in a form, and a way back to it kept with what is entered."""

from __future__ import annotations

from handlers.cards import form_words
from handlers.cards.blocks import TEXT_LIMIT, Card, cut
from handlers.cards.view import View
from handlers.case import Case
from handlers.forms.entry import entry_form
from handlers.language.words import typed, unmarked
from handlers.table import shortcut
from models.team import places

MESSAGES = {"log_concern": "concern", "log_barrier": "barrier", "log_promise": "commit"}


@shortcut("log_concern")
@shortcut("log_barrier")
@shortcut("log_promise")
def log(case: Case) -> View:
    return of_message(case, MESSAGES[case.inbound.action], case.inbound.text, case.inbound.link)


def of_message(case: Case, verb: str, message: str, link: str) -> View:
    """A message may be longer than an entry: then it is cut where it can be seen, and the form says so."""
    names = {p.member.slack_id: p.member.called for p in places(case.session, case.team)}
    text = unmarked(typed(message), names)
    form = entry_form(case, verb, text=cut(text, TEXT_LIMIT), link=link)
    if len(text) > TEXT_LIMIT:
        form.blocks = [*Card("").line(form_words.CUT_MESSAGE.format(limit=TEXT_LIMIT)).blocks, *form.blocks]
    return form
