"""What a person has chosen or typed in the controls of a message or a view, in the shapes of Slack's ``state.values``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox.blocks import elements_of
from bot.sandbox.checks import LIMITS, Broken, Node
from bot.sandbox.elements import CLOCK, NUMBER, day

# The key of each kind of control in Slack's state, and of its initial value in the block.
KEPT: Mapping[str, tuple[str, str]] = {
    "plain_text_input": ("value", "initial_value"), "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"), "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"), "users_select": ("selected_user", "initial_user"),
    "multi_static_select": ("selected_options", "initial_options"), "checkboxes": ("selected_options", "initial_options"),
    "multi_external_select": ("selected_options", "initial_options"), "multi_users_select": ("selected_users", "initial_users"),
    "datepicker": ("selected_date", "initial_date"), "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time")}
MANY = frozenset({"selected_options", "selected_users"})
State = dict[str, dict[str, Node]]


@dataclass(frozen=True)
class Control:
    """``input`` is the whole input block around it, or None for a control of another block."""

    block: str
    element: Node
    input: Node | None = None

    @property
    def kind(self) -> str:
        return str(self.element["type"])

    @property
    def action(self) -> str:
        return str(self.element["action_id"])

    def called(self, name: str) -> bool:
        """Whether a person's word fits: the block or the action, whole or before the first "/"."""
        return name in {self.block, self.block.partition("/")[0], self.action, self.action.partition("/")[0]}


def controls(blocks: list[Node]) -> Iterator[Control]:
    for block in blocks:
        for one in elements_of(block):
            yield Control(block["block_id"], one, block if block["type"] == "input" else None)


def initial(blocks: list[Node], kept: State | None = None) -> State:
    """The state of fresh blocks. ``kept`` stays where block, action and kind are the same, even over a new initial value.

    https://docs.slack.dev/reference/views/modal-views, "Preserving input entry in views".
    """
    found: State = {}
    for one in controls(blocks):
        if one.kind not in KEPT:
            continue
        before = (kept or {}).get(one.block, {}).get(one.action)
        stays = before is not None and before["type"] == one.kind and _still_offered(one, before)
        found.setdefault(one.block, {})[one.action] = before if before is not None and stays else _first(one)
    return found


def _first(control: Control) -> Node:
    key, start = KEPT[control.kind]
    return {"type": control.kind, key: control.element.get(start, [] if key in MANY else None)}


def _still_offered(control: Control, before: Node) -> bool:
    if "options" not in control.element and "option_groups" not in control.element:
        return True
    chosen = [*before.get("selected_options", []), *filter(None, [before.get("selected_option")])]
    return all(one in options(control.element) for one in chosen)


def options(element: Node) -> list[Node]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def fill(control: Control, value: Any, offered: list[Node], people: Mapping[str, Any]) -> Node:
    """A control's new state. ``offered`` are an external menu's options so far. Raises ValueError for what it does not offer."""
    key, _ = KEPT[control.kind]
    if value is None or value == "" or value == []:
        return {"type": control.kind, key: [] if key in MANY else None}
    return {"type": control.kind, key: FILL[control.kind](control.element, value, offered, people)}


def missing(state: Node) -> bool:
    return not any(value not in (None, []) for key, value in state.items() if key != "type")


def worth(state: Node) -> Any:
    """A state as the plain value that a person gives: text, an option's value, a list of them, seconds, a user's id."""
    found = next(value for key, value in state.items() if key != "type")
    if isinstance(found, list):
        return [one["value"] if isinstance(one, dict) else one for one in found]
    return found["value"] if isinstance(found, dict) else found


def complaint(control: Control, state: Node) -> str:
    """What Slack's own client says of an input before it sends anything; empty when it is content."""
    if missing(state):
        optional = control.input is None or control.input.get("optional")
        return "" if optional else "Please complete this required field."
    value, element = state.get("value"), control.element
    if control.kind == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", LIMITS["typed"])
        if len(value or "") < least:
            return f"Please enter at least {least} characters."
        if len(value or "") > most:
            return f"Please enter at most {most} characters."
    if control.kind == "number_input" and not _fits(element, str(value)):
        return "Please enter a number that fits."
    return ""


def _fits(element: Node, text: str) -> bool:
    if not NUMBER.fullmatch(text) or ("." in text and not element["is_decimal_allowed"]):
        return False
    return float(element.get("min_value", "-inf")) <= float(text) <= float(element.get("max_value", "inf"))


def _text(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> str:
    if not isinstance(value, str):
        raise ValueError("text is typed as a string")
    if "\n" in value and not element.get("multiline"):
        raise ValueError("this field has one line")
    return value


def _option(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> Node:
    # What the app chose itself may be kept: an external menu has offered nothing yet when it is sent again.
    begun = [*element.get("initial_options", []), *([element["initial_option"]] if "initial_option" in element else [])]
    found: Node | None = next((one for one in [*options(element), *offered, *begun] if one["value"] == value), None)
    if found is None:
        raise ValueError(f"{value!r} is not one of the options")
    return found


def _person(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> str:
    if value not in people:
        raise ValueError(f"{value!r} is not one of the people")
    return str(value)


def _several(one_of_them: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> list[Any]:
        if not isinstance(value, list | tuple) or len(set(value)) != len(value):
            raise ValueError("several are chosen as a list, each once")
        if len(value) > element.get("max_selected_items", len(value)):
            raise ValueError(f"at most {element['max_selected_items']} can be chosen")
        return [one_of_them(element, one, offered, people) for one in value]

    return chosen


def _date(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> str:
    try:
        day(value, "")
    except Broken:
        raise ValueError("a day is chosen as YYYY-MM-DD") from None
    return str(value)


def _time(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> str:
    if not isinstance(value, str) or not CLOCK.fullmatch(value):
        raise ValueError("a time is chosen as HH:MM")
    return value


def _seconds(element: Node, value: Any, offered: list[Node], people: Mapping[str, Any]) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,10}", str(value)):
        raise ValueError("a date and time is chosen as unix seconds")
    return int(value)


FILL: Mapping[str, Callable[..., Any]] = {
    "plain_text_input": _text, "number_input": _text, "static_select": _option, "external_select": _option,
    "radio_buttons": _option, "multi_static_select": _several(_option), "multi_external_select": _several(_option),
    "checkboxes": _several(_option), "users_select": _person, "multi_users_select": _several(_person), "datepicker": _date,
    "timepicker": _time, "datetimepicker": _seconds}
