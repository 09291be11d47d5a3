"""The controls of blocks: buttons, menus, pickers and fields, and the texts, options and confirmations in them.

Every check takes the node and its place, and raises Broken. Stricter than Slack where Kept needs no more: an action_id is
always asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.sandbox.checks import LIMITS, Broken, Node, address, flag, many, one_of, shape, string, whole

Check = Callable[[Node, str], None]

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def plain(node: Any, place: str, longest: int) -> None:
    shape(node, place, "type text", "emoji")
    one_of(node["type"], f"{place}/type", "plain_text")
    string(node["text"], f"{place}/text", longest)
    flag(node.get("emoji", True), f"{place}/emoji")


def any_text(node: Any, place: str, longest: int) -> None:
    shape(node, place, "type text", "emoji verbatim")
    one_of(node["type"], f"{place}/type", "plain_text", "mrkdwn")
    if ("emoji" if node["type"] == "mrkdwn" else "verbatim") in node:
        raise Broken(place, "invalid additional property for this type")
    string(node["text"], f"{place}/text", longest)


def element(node: Any, place: str, *allowed: str) -> None:
    kind = node.get("type") if isinstance(node, dict) else None
    ELEMENTS[one_of(kind, f"{place}/type", *allowed)](node, place)
    string(node["action_id"], f"{place}/action_id", LIMITS["id"])
    if "confirm" in node:
        _confirm(node["confirm"], f"{place}/confirm")
    flag(node.get("focus_on_load", False), f"{place}/focus_on_load")
    if "placeholder" in node:
        plain(node["placeholder"], f"{place}/placeholder", LIMITS["placeholder"])


def offered(node: Any, place: str) -> list[Node]:
    """The options of a menu, or of an app's answer with suggestions, grouped or not."""
    if ("options" in node) == ("option_groups" in node):
        raise Broken(place, "needs either options or option_groups")
    if "options" in node:
        return _options(node["options"], f"{place}/options", LIMITS["options"], 0 if "type" not in node else 1)
    found: list[Node] = []
    for number, group in enumerate(many(node["option_groups"], f"{place}/option_groups", LIMITS["groups"])):
        spot = f"{place}/option_groups/{number}"
        plain(shape(group, spot, "label options")["label"], f"{spot}/label", LIMITS["label"])
        found += _options(group["options"], f"{spot}/options", LIMITS["options"])
    return found


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
    _initial_option(node, offered(node, place), place)


def _multi_select(node: Node, place: str) -> None:
    shape(node, place, "action_id",
          "placeholder options option_groups initial_options confirm focus_on_load max_selected_items")
    _initial_options(node, offered(node, place), place)
    _most_selected(node, "initial_options", place)


def _external(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_option min_query_length confirm focus_on_load")
    whole(node.get("min_query_length", 3), f"{place}/min_query_length", 0, LIMITS["typed"])
    if "initial_option" in node:
        _options([node["initial_option"]], f"{place}/initial_option", 1)


def _multi_external(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_options min_query_length confirm focus_on_load max_selected_items")
    whole(node.get("min_query_length", 3), f"{place}/min_query_length", 0, LIMITS["typed"])
    if "initial_options" in node:
        _options(node["initial_options"], f"{place}/initial_options", LIMITS["options"])
    _most_selected(node, "initial_options", place)


def _users(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_user confirm focus_on_load")
    if "initial_user" in node:
        string(node["initial_user"], f"{place}/initial_user", LIMITS["id"])


def _multi_users(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_users confirm focus_on_load max_selected_items")
    for number, one in enumerate(many(node.get("initial_users", []), f"{place}/initial_users", LIMITS["options"], 0)):
        string(one, f"{place}/initial_users/{number}", LIMITS["id"])
    _most_selected(node, "initial_users", place)


def _checkboxes(node: Node, place: str) -> None:
    shape(node, place, "action_id options", "initial_options confirm focus_on_load")
    _initial_options(node, _options(node["options"], f"{place}/options", LIMITS["checkboxes"], text=any_text), place)


def _radio(node: Node, place: str) -> None:
    shape(node, place, "action_id options", "initial_option confirm focus_on_load")
    _initial_option(node, _options(node["options"], f"{place}/options", LIMITS["radio"], text=any_text), place)


def _overflow(node: Node, place: str) -> None:
    shape(node, place, "action_id options", "confirm")
    _options(node["options"], f"{place}/options", LIMITS["overflow"], LIMITS["overflow_least"], more="url")


def _text(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_value multiline min_length max_length dispatch_action_config "
                                    "focus_on_load")
    flag(node.get("multiline", False), f"{place}/multiline")
    most = whole(node.get("max_length", LIMITS["typed"]), f"{place}/max_length", 1, LIMITS["typed"])
    least = whole(node.get("min_length", 0), f"{place}/min_length", 0, LIMITS["typed"])
    if least > most:
        raise Broken(f"{place}/min_length", "more than max_length")
    if "initial_value" in node:
        string(node["initial_value"], f"{place}/initial_value", most, 0)
    _dispatch(node, place)


def _number(node: Node, place: str) -> None:
    shape(node, place, "action_id is_decimal_allowed", "placeholder initial_value min_value max_value dispatch_action_config "
                                                       "focus_on_load")
    flag(node["is_decimal_allowed"], f"{place}/is_decimal_allowed")
    for name in {"initial_value", "min_value", "max_value"} & set(node):
        if not NUMBER.fullmatch(string(node[name], f"{place}/{name}", LIMITS["label"])):
            raise Broken(f"{place}/{name}", "must be a number in a string")
    if {"min_value", "max_value"} <= set(node) and float(node["min_value"]) > float(node["max_value"]):
        raise Broken(f"{place}/min_value", "more than max_value")
    _dispatch(node, place)


def _datepicker(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_date confirm focus_on_load")
    if "initial_date" in node:
        day(node["initial_date"], f"{place}/initial_date")


def _timepicker(node: Node, place: str) -> None:
    shape(node, place, "action_id", "placeholder initial_time timezone confirm focus_on_load")
    if "initial_time" in node and not CLOCK.fullmatch(string(node["initial_time"], f"{place}/initial_time", 5)):
        raise Broken(f"{place}/initial_time", "must be HH:mm")
    if "timezone" in node:
        string(node["timezone"], f"{place}/timezone", LIMITS["id"])


def _datetimepicker(node: Node, place: str) -> None:
    shape(node, place, "action_id", "initial_date_time confirm focus_on_load")
    if "initial_date_time" in node:
        whole(node["initial_date_time"], f"{place}/initial_date_time", 1_000_000_000, 9_999_999_999)


def day(value: Any, place: str) -> None:
    try:
        known = date.fromisoformat(string(value, place, 10, 10)).isoformat()
    except ValueError:
        known = ""
    if known != value:
        raise Broken(place, "must be a day as YYYY-MM-DD")


def _dispatch(node: Node, place: str) -> None:
    if "dispatch_action_config" not in node:
        return
    spot = f"{place}/dispatch_action_config"
    found = shape(node["dispatch_action_config"], spot, "trigger_actions_on")["trigger_actions_on"]
    for one in many(found, f"{spot}/trigger_actions_on", 2):
        one_of(one, f"{spot}/trigger_actions_on", "on_enter_pressed", "on_character_entered")


def _options(nodes: Any, place: str, longest: int, least: int = 1, *, more: str = "",
             text: Callable[[Any, str, int], None] = plain) -> list[Node]:
    for number, one in enumerate(many(nodes, place, longest, least)):
        spot = f"{place}/{number}"
        shape(one, spot, "text value", f"description {more}")
        text(one["text"], f"{spot}/text", LIMITS["label"])
        string(one["value"], f"{spot}/value", LIMITS["option_value"])
        if "description" in one:
            text(one["description"], f"{spot}/description", LIMITS["label"])
        if "url" in one:
            address(one["url"], f"{spot}/url", LIMITS["url"])
    return list(nodes)


def _initial_option(node: Node, among: list[Node], place: str) -> None:
    if "initial_option" in node and node["initial_option"] not in among:
        raise Broken(f"{place}/initial_option", "must be one of the options")


def _initial_options(node: Node, among: list[Node], place: str) -> None:
    for number, one in enumerate(many(node.get("initial_options", [{}]), f"{place}/initial_options", len(among))):
        if "initial_options" in node and one not in among:
            raise Broken(f"{place}/initial_options/{number}", "must be one of the options")


def _most_selected(node: Node, initial: str, place: str) -> None:
    if "max_selected_items" in node:
        most = whole(node["max_selected_items"], f"{place}/max_selected_items", 1)
        many(node.get(initial, []), f"{place}/{initial}", most, 0)


def _confirm(node: Any, place: str) -> None:
    shape(node, place, "title text confirm deny", "style")
    plain(node["title"], f"{place}/title", LIMITS["confirm_title"])
    any_text(node["text"], f"{place}/text", LIMITS["confirm_text"])
    for name in ("confirm", "deny"):
        plain(node[name], f"{place}/{name}", LIMITS["confirm_button"])
    if "style" in node:
        one_of(node["style"], f"{place}/style", "primary", "danger")


ELEMENTS: Mapping[str, Check] = {
    "button": _button, "overflow": _overflow, "static_select": _select, "external_select": _external, "users_select": _users,
    "multi_static_select": _multi_select, "multi_external_select": _multi_external, "multi_users_select": _multi_users,
    "checkboxes": _checkboxes, "radio_buttons": _radio, "datepicker": _datepicker, "timepicker": _timepicker,
    "datetimepicker": _datetimepicker, "plain_text_input": _text, "number_input": _number}
