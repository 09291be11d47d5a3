"""Whether Slack would take a message: its figures are the table in checks.py, single blocks are in blocks.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import BLOCKS, elements_of
from bot.sandbox.checks import LIMITS, Broken

Block = dict[str, Any]


@dataclass(frozen=True)
class Fault:
    """Slack's error code, and for whoever reads the log what broke and where."""

    code: str
    why: str


def refusal(text: str, blocks: Any, *, update: bool = False) -> str | None:
    """Return Slack's error code for a message outside its limits, or None."""
    found = fault(text, blocks, update=update)
    return found.code if found else None


def fault(text: Any, blocks: Any, *, update: bool = False) -> Fault | None:
    if not isinstance(text, str):
        return Fault("invalid_arguments", "text must be a string")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        return Fault("invalid_blocks_format", "blocks must be a list of objects")
    if not text and not blocks:
        return Fault("no_text", "neither text nor blocks")
    most = LIMITS["update" if update else "post"]
    if len(text) > most:
        return Fault("msg_too_long", f"text of {len(text)} characters, at most {most}")
    try:
        _whole(blocks)
    except Broken as broken:
        return Fault("invalid_blocks", str(broken))
    size = sum(_text_in(block) for block in blocks)
    if size > LIMITS["all_text"]:
        return Fault("msg_blocks_too_long", f"{size} characters in all, at most {LIMITS['all_text']}")
    return None


def _whole(blocks: list[Block]) -> None:
    """Raises Broken."""
    if len(blocks) > LIMITS["blocks"]:
        raise Broken("blocks", f"{len(blocks)} blocks, at most {LIMITS['blocks']}")
    ids: set[str] = set()
    actions: set[str] = set()
    for number, block in enumerate(blocks):
        place = f"blocks/{number}"
        kind = block.get("type")
        if not isinstance(kind, str) or kind not in BLOCKS:
            raise Broken(place, f"no block of a message is called {kind!r}")
        BLOCKS[kind](block, place)
        _once(ids, block.get("block_id"), f"{place}/block_id")
        for one in elements_of(block):
            _once(actions, one.get("action_id"), f"{place}/action_id")
    if sum(block["type"] == "table" for block in blocks) > LIMITS["tables"]:
        raise Broken("blocks", "more than one table")


def _once(seen: set[str], name: Any, place: str) -> None:
    if name is None:
        return
    if name in seen:
        raise Broken(place, f"{name!r} twice in one message")
    seen.add(name)


def _text_in(node: Any) -> int:
    if isinstance(node, list):
        return sum(_text_in(one) for one in node)
    if not isinstance(node, dict):
        return 0
    own = node.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_text_in(value) for value in node.values())
