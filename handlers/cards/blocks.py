"""Block Kit out, and nothing that can ping: typed text only ever stands in rich_text or plain_text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Block = dict[str, Any]
TEXT_LIMIT = 3000
BUTTON_LIMIT = 75
VALUE_LIMIT = 2000
MOST_BLOCKS = 50
TOTAL_LIMIT = 12_000   # about 13,000 characters of text make a message too long (SLACK.md)
MORE = ("There is more than one Slack message can hold: {count} parts are left out here. Nothing is lost; "
        "/kept list and /kept show narrow it.")


@dataclass(frozen=True)
class Bold:
    text: str


@dataclass(frozen=True)
class Quote:
    """The patient's own words, on lines of their own."""

    text: str


@dataclass(frozen=True)
class Person:
    slack_id: str


@dataclass(frozen=True)
class Channel:
    slack_id: str


@dataclass(frozen=True)
class When:
    """A Slack date token: shown in the reader's own zone. ``fallback`` names the zone it was worked out in."""

    at: datetime
    fallback: str
    form: str = "{date_long} at {time}"


@dataclass(frozen=True)
class Link:
    """``url`` must be one of ours to show: no typed link stands in a card."""

    label: str
    url: str


Part = str | Bold | Person | Channel | When | Link


def to_whom(slack_id: str) -> Part:
    """A Slack user or channel id, as a mention of it."""
    return Person(slack_id) if slack_id.startswith(("U", "W")) else Channel(slack_id)


@dataclass(frozen=True)
class Button:
    """``subject`` is "i.<item id>" or "t.<team id>", with an optional ".argument"; empty where there is no team yet."""

    label: str
    action: str
    subject: str
    style: str | None = None


@dataclass(frozen=True)
class Picker:
    """A date and time picker; its subject travels in the block id, since a picker has no value."""

    label: str
    action: str
    subject: str
    start: datetime


@dataclass(frozen=True)
class Menu:
    label: str
    action: str
    subject: str
    options: tuple[tuple[str, str], ...]


@dataclass
class Card:
    """A message. ``summary`` is what a phone shows: it never carries content."""

    summary: str
    blocks: list[Block] = field(default_factory=list)

    def line(self, *parts: Part | Quote) -> Card:
        self.blocks.append({"type": "rich_text", "elements": _elements(parts)})
        return self

    def heading(self, text: str) -> Card:
        return self.line(Bold(text))

    def small(self, text: str) -> Card:
        self.blocks.append({"type": "context", "elements": [plain(text)]})
        return self

    def actions(self, *controls: Button | Picker | Menu | None) -> Card:
        """Buttons in one row; each picker or menu in a block of its own, named by its subject."""
        buttons = [_button(c, f"{len(self.blocks)}-{n}") for n, c in enumerate(controls) if isinstance(c, Button)]
        if buttons:
            self.blocks.append({"type": "actions", "elements": buttons})
        for control in controls:
            if isinstance(control, Picker | Menu):
                self.blocks.append(_block_of(control, len(self.blocks)))
        return self

    def body(self) -> dict[str, Any]:
        """The message, within Slack's limits. What does not fit is said, never cut unseen; buttons come before words."""
        count = len(self.blocks)
        room, left = TOTAL_LIMIT - sum(_length(b) for b in self.blocks if b["type"] == "actions"), 0
        shown: list[Block] = []
        actions = sum(1 for b in self.blocks if b["type"] == "actions")
        lines = MOST_BLOCKS - actions - (1 if count > MOST_BLOCKS else 0)
        for block in self.blocks:
            if block["type"] == "actions":
                shown.append(block)
                continue
            room -= _length(block)
            lines -= 1
            if room < 0 or lines < 0:
                left += 1
            else:
                shown.append(block)
        if left:
            shown.append({"type": "context", "elements": [plain(MORE.format(count=left))]})
        return {"text": self.summary, "blocks": shown}


def _length(block: Block) -> int:
    """The characters of text in a block, as Slack counts a message's."""
    found = block.get("text", "")
    own = len(found) if isinstance(found, str) else _length(found)
    return own + sum(_length(one) for name in ("elements", "options") for one in block.get(name, ()))


def plain(text: str, limit: int = TEXT_LIMIT) -> Block:
    return {"type": "plain_text", "text": cut(text, limit), "emoji": False}


def cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _elements(parts: tuple[Part | Quote, ...]) -> list[Block]:
    sections: list[Block] = []
    run: list[Block] = []
    for part in parts:
        if isinstance(part, Quote):
            if run:
                sections.append({"type": "rich_text_section", "elements": run})
                run = []
            sections.append({"type": "rich_text_quote", "elements": _texts(part.text)})
        elif isinstance(part, str | Bold):
            text, style = (part, {}) if isinstance(part, str) else (part.text, {"style": {"bold": True}})
            run += [{**one, **style} for one in _texts(text)] if text else []
        else:
            run.append(_element(part))
    if run:
        sections.append({"type": "rich_text_section", "elements": run})
    return sections


def _texts(text: str) -> list[Block]:
    """As many elements as a long text needs: none of it is cut."""
    parts = [text[n: n + TEXT_LIMIT] for n in range(0, len(text), TEXT_LIMIT)] or [" "]
    return [{"type": "text", "text": part} for part in parts]


def _element(part: Person | Channel | When | Link) -> Block:
    if isinstance(part, Link):
        return {"type": "link", "url": part.url, "text": part.label}
    if isinstance(part, Person):
        return {"type": "user", "user_id": part.slack_id}
    if isinstance(part, Channel):
        return {"type": "channel", "channel_id": part.slack_id}
    return {"type": "date", "timestamp": int(part.at.timestamp()), "format": part.form, "fallback": part.fallback}


def _button(button: Button, place: str) -> Block:
    block: Block = {"type": "button", "action_id": f"{button.action}/{place}", "text": plain(button.label, BUTTON_LIMIT)}
    if button.subject:
        block["value"] = button.subject
    if button.style:
        block["style"] = button.style
    return block


def option(label: str, value: str) -> Block:
    """One choice of a menu. A value too long for Slack must not be made: cut, it would name something else."""
    return {"text": plain(label or "-", BUTTON_LIMIT), "value": value}


def _block_of(control: Picker | Menu, place: int) -> Block:
    if isinstance(control, Picker):
        element: Block = {"type": "datetimepicker", "action_id": f"{control.action}/{place}",
                          "initial_date_time": int(control.start.timestamp())}
    else:
        element = {"type": "static_select", "action_id": f"{control.action}/{place}",
                   "placeholder": plain(control.label, 150),
                   "options": [option(label, value) for label, value in control.options[:100]]}
    return {"type": "actions", "block_id": f"{control.subject}/{place}", "elements": [element]}
