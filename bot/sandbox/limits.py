"""Slack's published limits, in one table, and the check the sandbox applies."""

from typing import Any

LIMITS = {"blocks": 50, "all_text": 13_000, "section": 3000, "header": 150, "button": 75}
LIMITS |= {"value": 2000, "id": 255, "actions": 25, "context": 10, "post": 40_000, "update": 4000}
KNOWN = frozenset({"section", "header", "actions", "context", "divider"})

Block = dict[str, Any]


def refusal(text: str, blocks: list[Block], *, update: bool = False) -> str | None:
    """Return Slack's error code for a message outside its limits, or None. Lengths in characters."""
    if len(text) > LIMITS["update" if update else "post"]:
        return "msg_too_long"
    if len(blocks) > LIMITS["blocks"]:
        return "invalid_blocks"
    if sum(_text_in(block) for block in blocks) > LIMITS["all_text"]:
        return "msg_blocks_too_long"
    seen: set[str] = set()
    return None if all(_fits(block, seen) for block in blocks) else "invalid_blocks"


def _text_in(node: Any) -> int:
    if isinstance(node, list):
        return sum(_text_in(one) for one in node)
    if not isinstance(node, dict):
        return 0
    own = node.get("text")
    return (len(own) if isinstance(own, str) else 0) + sum(_text_in(v) for v in node.values())


def _fits(block: Block, seen: set[str]) -> bool:
    kind = block.get("type")
    if kind not in KNOWN:
        return False
    elements = block.get("elements", [])
    if kind in ("actions", "context") and not 1 <= len(elements) <= LIMITS[kind]:
        return False
    sized = kind in ("section", "header") and "text" in block
    if sized and not 1 <= len(block["text"]["text"]) <= LIMITS[kind]:
        return False
    named = [*elements, block.get("accessory", {})]
    return all(_element_fits(one, seen) for one in named)


def _element_fits(one: Block, seen: set[str]) -> bool:
    name = one.get("action_id")
    if name is not None:
        if name in seen or len(name) > LIMITS["id"]:
            return False
        seen.add(name)
    if one.get("type") != "button":
        return True
    return len(one["text"]["text"]) <= LIMITS["button"] and len(one.get("value", "")) <= LIMITS["value"]
