"""Which blocks a message, a modal and Home may carry, and what each must look like. Stricter than Slack where Kept needs no more.

Every check takes the node and its place, and raises Broken.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.checks import LIMITS, Broken, Node, flag, many, one_of, shape, string
from bot.sandbox.elements import any_text, element, plain
from bot.sandbox.rich import rich_text

SINGLE = ("static_select", "external_select", "users_select")
MULTI = ("multi_static_select", "multi_external_select", "multi_users_select")
# What Slack allows in each block: https://docs.slack.dev/reference/block-kit/block-elements
ACCESSORIES = ("button", "overflow", *SINGLE, *MULTI, "checkboxes", "radio_buttons", "datepicker", "timepicker")
IN_ACTIONS = (*ACCESSORIES, "datetimepicker")
IN_INPUT = (*SINGLE, *MULTI, "checkboxes", "radio_buttons", "datepicker", "timepicker", "datetimepicker", "plain_text_input",
            "number_input")
NOT_IN_HOME = frozenset({"datetimepicker", "number_input"})


def elements_of(block: Node) -> list[Node]:
    """Everything in a block that has an action_id."""
    kind = block.get("type")
    parts = block.get("elements", []) if kind == "actions" else [block.get("element" if kind == "input" else "accessory")]
    return [one for one in parts if isinstance(one, dict) and "action_id" in one]


def named(blocks: list[Node]) -> list[Node]:
    """As Slack keeps them: every block with an id, every text with the flag it may leave out."""
    return [{**told(block), "block_id": block.get("block_id") or secrets.token_urlsafe(4)} for block in blocks]


def told(node: Any) -> Any:
    """A copy in which each text says whether its emoji, or its mrkdwn, are read."""
    if isinstance(node, list):
        return [told(one) for one in node]
    if not isinstance(node, dict):
        return node
    more = {"plain_text": {"emoji": True}, "mrkdwn": {"verbatim": False}}.get(str(node.get("type")), {})
    return more | {key: told(value) for key, value in node.items()}


def _block(node: Node, place: str, needs: str = "", may: str = "") -> None:
    shape(node, place, needs, f"{may} block_id")
    if "block_id" in node:
        string(node["block_id"], f"{place}/block_id", LIMITS["id"])


def _section(node: Node, place: str) -> None:
    _block(node, place, "", "text fields accessory expand")
    if "text" not in node and "fields" not in node:
        raise Broken(place, "a section needs text or fields")
    if "text" in node:
        any_text(node["text"], f"{place}/text", LIMITS["text"])
    if "fields" in node:
        for number, one in enumerate(many(node["fields"], f"{place}/fields", LIMITS["fields"])):
            any_text(one, f"{place}/fields/{number}", LIMITS["field"])
    if "accessory" in node:
        element(node["accessory"], f"{place}/accessory", *ACCESSORIES)


def _header(node: Node, place: str) -> None:
    _block(node, place, "text")
    plain(node["text"], f"{place}/text", LIMITS["header"])


def _context(node: Node, place: str) -> None:
    _block(node, place, "elements")
    for number, one in enumerate(many(node["elements"], f"{place}/elements", LIMITS["context"])):
        any_text(one, f"{place}/elements/{number}", LIMITS["text"])


def _actions(node: Node, place: str) -> None:
    _block(node, place, "elements")
    for number, one in enumerate(many(node["elements"], f"{place}/elements", LIMITS["actions"])):
        element(one, f"{place}/elements/{number}", *IN_ACTIONS)


def _rich(node: Node, place: str) -> None:
    _block(node, place, "elements")
    rich_text(node, place)


def _table(node: Node, place: str) -> None:
    _block(node, place, "rows", "column_settings")
    for number, row in enumerate(many(node["rows"], f"{place}/rows", LIMITS["rows"])):
        for cell, one in enumerate(many(row, f"{place}/rows/{number}", LIMITS["cells"])):
            spot = f"{place}/rows/{number}/{cell}"
            if isinstance(one, dict) and one.get("type") == "raw_text":
                string(shape(one, spot, "text")["text"], f"{spot}/text", LIMITS["text"])
            else:
                one_of(one.get("type") if isinstance(one, dict) else None, f"{spot}/type", "rich_text")
                rich_text(shape(one, spot, "elements"), spot)
    for number, one in enumerate(many(node.get("column_settings", []), f"{place}/column_settings", LIMITS["cells"], 0)):
        shape(one, f"{place}/column_settings/{number}", "", "align is_wrapped")


def _input(node: Node, place: str) -> None:
    _block(node, place, "label element", "hint optional dispatch_action")
    plain(node["label"], f"{place}/label", LIMITS["input_label"])
    if "hint" in node:
        plain(node["hint"], f"{place}/hint", LIMITS["hint"])
    for name in ("optional", "dispatch_action"):
        flag(node.get(name, False), f"{place}/{name}")
    element(node["element"], f"{place}/element", *IN_INPUT)


Blocks = Mapping[str, Callable[[Node, str], Any]]
EVERYWHERE: Blocks = {"section": _section, "header": _header, "context": _context, "actions": _actions, "rich_text": _rich,
                      "divider": _block}
IN_MESSAGE: Blocks = {**EVERYWHERE, "table": _table}
IN_VIEW: Blocks = {**EVERYWHERE, "input": _input}
