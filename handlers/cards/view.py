"""Modals and App Home: what stands in them, and how they become Slack's views."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from handlers.cards.blocks import Block, Card, cut, plain

TITLE_LIMIT = 24
MOST_BLOCKS = 100
MORE = "There is more than one window can hold: {count} parts are left out here. Nothing is lost; /kept list narrows it."


@dataclass
class View:
    """A modal. ``callback`` names the form in the table; ``subject`` is what it is about, as a button's is, and ``channel``
    where it was opened.

    Typed text is in neither: Slack hands both back as they were.
    """

    title: str
    blocks: list[Block] = field(default_factory=list)
    callback: str = ""
    subject: str = ""
    submit: str = ""
    close: str = "Close"
    channel: str = ""

    def body(self) -> dict[str, Any]:
        """As the Web API wants it."""
        shown = self.blocks
        if len(shown) > MOST_BLOCKS:
            left = len(shown) - MOST_BLOCKS + 1
            shown = [*shown[:MOST_BLOCKS - 1], {"type": "context", "elements": [plain(MORE.format(count=left))]}]
        found: dict[str, Any] = {
            "type": "modal", "title": plain(cut(self.title, TITLE_LIMIT)), "close": plain(cut(self.close, TITLE_LIMIT)),
            "blocks": shown, "private_metadata": json.dumps({"subject": self.subject, "channel": self.channel})}
        if self.callback:
            found["callback_id"] = self.callback
        if self.submit:
            found["submit"] = plain(cut(self.submit, TITLE_LIMIT))
        return found


@dataclass
class Errors:
    """Why a form is not taken yet: one sentence a field; the form stays open with everything that was typed."""

    fields: dict[str, str]


Reply = Card | View | Errors
OPENING = View("Kept", [{"type": "context", "elements": [plain("One moment …")]}])


def shown_in_view(card: Card) -> View:
    """A card, in a modal: what a form answers with, and what a button pressed in one or in Home leads to."""
    return View("Kept", list(card.body()["blocks"]), close="Done")
