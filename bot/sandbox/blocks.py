"""Which blocks a message may carry, and what each must look like. Stricter than Slack where Kept needs no more.

Every check takes the node and its place, and raises Broken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.sandbox.checks import LIMITS, Broken, Node, address, many, one_of, shape, string, whole
from bot.sandbox.rich import rich_text


def elements_of(block: Node) -> list[Node]:
    """Everything in a block that has an action_id."""
    parts = block.get("elements", []) if block.get("type") == "actions" else [block.get("accessory")]
    return [one for one in parts if isinstance(one, dict) and "action_id" in one]


def plain(node: Any, place: str, longest: int) -> None:
    shape(node, place, "type text", "emoji")
    one_of(node["type"], f"{place}/type", "plain_text")
    string(node["text"], f"{place}/text", longest)


def any_text(node: Any, place: str, longest: int) -> None:
    shape(node, place, "type text", "emoji verbatim")
    one_of(node["type"], f"{place}/type", "plain_text", "mrkdwn")
    if ("emoji" if node["type"] == "mrkdwn" else "verbatim") in node:
        raise Broken(place, "invalid additional property for this type")
    string(node["text"], f"{place}/text", longest)


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
        _element(node["accessory"], f"{place}/accessory", "button", "static_select", "overflow", "users_select")


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
        _element(one, f"{place}/elements/{number}", *ELEMENTS)


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
    raise Broken(place, "an input belongs in a form, not in a message")


def _element(node: Any, place: str, *allowed: str) -> None:
    kind = node.get("type") if isinstance(node, dict) else None
    ELEMENTS[one_of(kind, f"{place}/type", *allowed)](node, place)
    string(node["action_id"], f"{place}/action_id", LIMITS["id"])
    if "confirm" in node:
        _confirm(node["confirm"], f"{place}/confirm")


def _button(node: Node, place: str) -> None:
    shape(node, place, "text action_id", "value style url confirm accessibility_label")
    plain(node["text"], f"{place}/text", LIMITS["button"])
    if "value" in node:
        string(node["value"], f"{place}/value", LIMITS["value"])
    if "style" in node:
        one_of(node["style"], f"{place}/style", "primary", "danger")
    if "url" in node:
        address(node["url"], f"{place}/url", LIMITS["url"])
    if "accessibility_label" in node:
        string(node["accessibility_label"], f"{place}/accessibility_label", LIMITS["label"])


def _select(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder options option_groups initial_option confirm focus_on_load")
    _placeholder(node, place)
    if ("options" in node) == ("option_groups" in node):
        raise Broken(place, "a menu needs either options or option_groups")
    offered: list[Node] = []
    if "options" in node:
        offered = _options(node["options"], f"{place}/options", LIMITS["options"])
    for number, group in enumerate(many(node.get("option_groups", [{}]), f"{place}/option_groups", LIMITS["groups"])):
        if "option_groups" in node:
            spot = f"{place}/option_groups/{number}"
            plain(shape(group, spot, "label options")["label"], f"{spot}/label", LIMITS["label"])
            offered += _options(group["options"], f"{spot}/options", LIMITS["options"])
    if "initial_option" in node and node["initial_option"] not in offered:
        raise Broken(f"{place}/initial_option", "must be one of the options")


def _overflow(node: Node, place: str) -> None:
    shape(node, place, "action_id options", "confirm")
    _options(node["options"], f"{place}/options", LIMITS["overflow"], LIMITS["overflow_least"])


def _users(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_user confirm focus_on_load")
    _placeholder(node, place)
    if "initial_user" in node:
        string(node["initial_user"], f"{place}/initial_user", LIMITS["id"])


def _picker(node: Node, place: str) -> None:
    shape(node, place, "action_id", "initial_date_time confirm focus_on_load")
    if "initial_date_time" in node:
        whole(node["initial_date_time"], f"{place}/initial_date_time", 1_000_000_000, 9_999_999_999)


def _placeholder(node: Node, place: str) -> None:
    if "placeholder" in node:
        plain(node["placeholder"], f"{place}/placeholder", LIMITS["placeholder"])


def _options(nodes: Any, place: str, longest: int, least: int = 1) -> list[Node]:
    for number, one in enumerate(many(nodes, place, longest, least)):
        spot = f"{place}/{number}"
        shape(one, spot, "text value", "description url")
        plain(one["text"], f"{spot}/text", LIMITS["label"])
        string(one["value"], f"{spot}/value", LIMITS["option_value"])
        if "description" in one:
            plain(one["description"], f"{spot}/description", LIMITS["label"])
        if "url" in one:
            address(one["url"], f"{spot}/url", LIMITS["url"])
    return list(nodes)


def _confirm(node: Any, place: str) -> None:
    shape(node, place, "title text confirm deny", "style")
    plain(node["title"], f"{place}/title", LIMITS["confirm_title"])
    any_text(node["text"], f"{place}/text", LIMITS["confirm_text"])
    for name in ("confirm", "deny"):
        plain(node[name], f"{place}/{name}", LIMITS["confirm_button"])
    if "style" in node:
        one_of(node["style"], f"{place}/style", "primary", "danger")


BLOCKS: Mapping[str, Callable[[Node, str], None]] = {
    "section": _section, "header": _header, "context": _context, "actions": _actions, "rich_text": _rich, "table": _table,
    "divider": _block, "input": _input}
ELEMENTS: Mapping[str, Callable[[Node, str], None]] = {
    "button": _button, "static_select": _select, "overflow": _overflow, "users_select": _users, "datetimepicker": _picker}
