"""Made-up views and the pieces they are made of."""

from __future__ import annotations

from typing import Any

Node = dict[str, Any]


def plain(size: int | str) -> Node:
    return {"type": "plain_text", "text": "x" * size if isinstance(size, int) else size}


def option(label: int | str = 1, value: int | str = 1, **more: Any) -> Node:
    return {"text": plain(label), "value": "v" * value if isinstance(value, int) else value, **more}


def section(size: int) -> Node:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}}


def rich(*inline: Node, kind: str = "rich_text_section", **more: Any) -> Node:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(inline), **more}]}


def control(kind: str, **more: Any) -> Node:
    return {"type": kind, "action_id": "a", **more}


def field(element: Node, block_id: str = "field", **more: Any) -> Node:
    return {"type": "input", "block_id": block_id, "label": plain("Field"), "element": element, **more}


def text(block_id: str = "words", **more: Any) -> Node:
    return field(control("plain_text_input", action_id=f"{block_id}/1", **more), block_id)


def modal(*blocks: Node, **more: Any) -> Node:
    return {"type": "modal", "title": plain("Form"), "submit": plain("Save"), "callback_id": "form",
            "blocks": list(blocks) or [text()], **more}


def home(*blocks: Node, **more: Any) -> Node:
    return {"type": "home", "blocks": list(blocks) or [{"type": "divider"}], **more}


def button(action_id: str = "go", **more: Any) -> Node:
    return {"type": "actions", "elements": [{"type": "button", "action_id": action_id, "text": plain("Go"), **more}]}
