"""A message or modal as plain lines, for a terminal: what a person would read, its buttons in brackets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from handlers.cards.words import short_when

Block = Mapping[str, Any]


def printed(message: Block, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    """``names`` are people by Slack id; date tokens are shown in ``zone``. Without blocks it is the message's text."""
    lines = [line for block in message.get("blocks") or [] for line in _block(block, zone, names)]
    return "\n".join(lines or [str(message.get("text", ""))])


def _block(block: Block, zone: ZoneInfo, names: Mapping[str, str]) -> Iterator[str]:
    elements: Sequence[Block] = block.get("elements", ())
    if block["type"] == "rich_text":
        for section in elements:
            line = "".join(_inline(one, zone, names) for one in section.get("elements", ()))
            mark = "  > " if section["type"] == "rich_text_quote" else ""
            yield from (mark + part for part in line.splitlines() or [""])
    elif block["type"] == "actions":
        yield "  " + " ".join(_control(one) for one in elements)
    elif block["type"] == "input":
        yield f"  {block['label']['text']}: [{'' if block['element']['type'] == 'plain_text_input' else ' v '}]"
    elif block["type"] == "context":
        yield " ".join(str(one.get("text", "")) for one in elements)


def _inline(one: Block, zone: ZoneInfo, names: Mapping[str, str]) -> str:
    if one["type"] == "user":
        return "@" + names.get(one["user_id"], one["user_id"])
    if one["type"] == "channel":
        return "#" + names.get(one["channel_id"], one["channel_id"])
    if one["type"] == "date":
        at = datetime.fromtimestamp(one["timestamp"], zone)
        return short_when(at, zone, at)
    return str(one.get("text", ""))


def _control(one: Block) -> str:
    if one["type"] == "button":
        return f"[{one['text']['text']}]"
    if one["type"] == "static_select":
        return f"[{one['placeholder']['text']} v]"
    return "[pick a time v]"
