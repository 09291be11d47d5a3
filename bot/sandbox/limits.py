"""Whether Slack would take a message or a view: its figures are the table in checks.py, single blocks are in blocks.py."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from bot.sandbox import sdk
from bot.sandbox.blocks import IN_MESSAGE, IN_VIEW, NOT_IN_HOME, Blocks, elements_of
from bot.sandbox.checks import LIMITS, Broken, flag, many, one_of, shape, string
from bot.sandbox.elements import offered, plain

Block = dict[str, Any]
Json = dict[str, Any]


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
        _whole(blocks, "blocks", IN_MESSAGE, LIMITS["blocks"])
        sdk.second_opinion(blocks)
    except Broken as broken:
        return Fault("invalid_blocks", str(broken))
    size = sum(_text_in(block) for block in blocks)
    if size > LIMITS["all_text"]:
        return Fault("msg_blocks_too_long", f"{size} characters in all, at most {LIMITS['all_text']}")
    return None


def view_fault(view: Any, kind: str) -> Fault | None:
    """What is wrong with a view for ``kind``, modal or home."""
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "surrogatepass")) > LIMITS["view_bytes"]:
        return Fault("view_too_large", f"at most {LIMITS['view_bytes']} bytes")
    try:
        _view(view, kind)
        sdk.second_opinion(view)
    except Broken as broken:
        return Fault("invalid_arguments", str(broken))
    return None


def _view(view: Any, kind: str) -> None:
    """Raises Broken."""
    modal = kind == "modal"
    shape(view, "view", "type title blocks" if modal else "type blocks", "callback_id private_metadata external_id"
          + (" submit close clear_on_close notify_on_close" if modal else ""))
    one_of(view["type"], "view/type", kind)
    for name in ("title", "submit", "close"):
        if name in view:
            plain(view[name], f"view/{name}", LIMITS[name])
    for name in ("callback_id", "private_metadata", "external_id"):
        if name in view:
            string(view[name], f"view/{name}", LIMITS[name], 0)
    for name in ("clear_on_close", "notify_on_close"):
        flag(view.get(name, False), f"view/{name}")
    blocks = many(view["blocks"], "view/blocks", LIMITS["view_blocks"])
    _whole(blocks, "view/blocks", IN_VIEW, LIMITS["view_blocks"])
    if modal and "submit" not in view and any(block["type"] == "input" for block in blocks):
        raise Broken("view", "missing required field: submit, which a modal with an input needs")
    controls = [one for block in blocks for one in elements_of(block)]
    for one in controls:
        if not modal and one["type"] in NOT_IN_HOME:
            raise Broken("view/blocks", f"no {one['type']} in Home")
    if sum(one.get("focus_on_load", False) for one in controls) > LIMITS["focus"]:
        raise Broken("view/blocks", "focus_on_load more than once")


def options_fault(answer: Any) -> Fault | None:
    """What is wrong with an app's answer to a block_suggestion."""
    try:
        offered(shape(answer, "", "", "options option_groups"), "")
        sdk.second_opinion(answer)
    except Broken as broken:
        return Fault("invalid_options", str(broken))
    return None


def _whole(blocks: list[Any], place: str, known: Blocks, most: int) -> None:
    """Raises Broken."""
    many(blocks, place, most, 0)
    ids: set[str] = set()
    actions: set[str] = set()
    for number, block in enumerate(blocks):
        spot = f"{place}/{number}"
        kind = block.get("type") if isinstance(block, dict) else None
        if not isinstance(kind, str) or kind not in known:
            raise Broken(f"{spot}/type", f"no block here is called {kind!r}")
        known[kind](block, spot)
        _once(ids, block.get("block_id"), f"{spot}/block_id")
        for one in elements_of(block):
            _once(actions, one.get("action_id"), f"{spot}/action_id")
    if sum(block["type"] == "table" for block in blocks) > LIMITS["tables"]:
        raise Broken(place, "more than one table")


def _once(seen: set[str], name: Any, place: str) -> None:
    if name is None:
        return
    if name in seen:
        raise Broken(place, f"{name!r} twice")
    seen.add(name)


def _text_in(node: Any) -> int:
    if isinstance(node, list):
        return sum(_text_in(one) for one in node)
    if not isinstance(node, dict):
        return 0
    own = node.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_text_in(value) for value in node.values())
