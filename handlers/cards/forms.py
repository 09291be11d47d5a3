"""The building blocks of forms: one input a field, named by its block id, so that what is sent says which field it was.

A block keeps its ids when its form comes back, since Slack then keeps what was typed. Labels, hints and options are
plain text, where typed text cannot ping.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from handlers.cards.blocks import TEXT_LIMIT, Block, option, plain

PLACEHOLDER = 150
Choice = tuple[str, str]               # (label, value)
Entry = str | tuple[str, ...] | None   # what was sent in one field


def words(name: str, label: str, *, initial: str = "", hint: str = "", placeholder: str = "", lines: bool = True,
          optional: bool = False, most: int = TEXT_LIMIT) -> Block:
    """Free words. ``initial`` must fit: cut, it would be saved cut."""
    element: Block = {"type": "plain_text_input", "multiline": lines, "max_length": most}
    if initial:
        element["initial_value"] = initial
    return _input(name, label, element, hint, optional, placeholder)


def search(name: str, label: str, menu: str, *, chosen: Choice | None = None, hint: str = "", placeholder: str = "",
           optional: bool = False) -> Block:
    """A menu that asks Kept while someone types; ``menu`` is its name in the table of menus."""
    element: Block = {"type": "external_select", "action_id": menu, "min_query_length": 0}
    if chosen:
        element["initial_option"] = option(*chosen)
    return _input(name, label, element, hint, optional, placeholder)


def searches(name: str, label: str, menu: str, *, hint: str = "", placeholder: str = "") -> Block:
    """As ``search``, for any number of them, or none."""
    element: Block = {"type": "multi_external_select", "action_id": menu, "min_query_length": 0}
    return _input(name, label, element, hint, True, placeholder)


def menu(name: str, label: str, choices: Sequence[Choice], *, chosen: str = "", hint: str = "", placeholder: str = "",
         optional: bool = False) -> Block:
    return _input(name, label, {"type": "static_select", **_of(choices, chosen)}, hint, optional, placeholder)


def radio(name: str, label: str, choices: Sequence[Choice], *, chosen: str = "", hint: str = "") -> Block:
    return _input(name, label, {"type": "radio_buttons", **_of(choices, chosen)}, hint, False)


def checks(name: str, label: str, choices: Sequence[Choice], *, chosen: Sequence[str] = (), hint: str = "",
           optional: bool = True) -> Block:
    """At most ten boxes (SLACK.md)."""
    element: Block = {"type": "checkboxes", "options": [option(*one) for one in choices]}
    ticked = [option(*one) for one in choices if one[1] in chosen]
    if ticked:
        element["initial_options"] = ticked
    return _input(name, label, element, hint, optional)


def person(name: str, label: str, *, chosen: str = "", hint: str = "", placeholder: str = "", optional: bool = False) -> Block:
    element: Block = {"type": "users_select", **({"initial_user": chosen} if chosen else {})}
    return _input(name, label, element, hint, optional, placeholder)


def people(name: str, label: str, *, chosen: Sequence[str] = (), hint: str = "") -> Block:
    element: Block = {"type": "multi_users_select", **({"initial_users": list(chosen)} if chosen else {})}
    return _input(name, label, element, hint, False)


def moment(name: str, label: str, *, chosen: datetime | None = None, hint: str = "", optional: bool = False) -> Block:
    """A day and a time, in the zone of whoever looks."""
    element: Block = {"type": "datetimepicker", **({"initial_date_time": int(chosen.timestamp())} if chosen else {})}
    return _input(name, label, element, hint, optional)


def clock(name: str, label: str, *, chosen: str = "", hint: str = "") -> Block:
    """A time of day, "08:30"."""
    return _input(name, label, {"type": "timepicker", **({"initial_time": chosen} if chosen else {})}, hint, False)


def refilled(blocks: Sequence[Block], fields: Mapping[str, Entry]) -> list[Block]:
    """The same inputs with what was sent in them, for a form that comes back: Slack keeps it too, where the ids are the same.

    What was chosen in a menu with a search stays Slack's to keep: its label is not ours to know.
    """
    return [_refilled(block, fields.get(block.get("block_id", ""))) for block in blocks]


def _refilled(block: Block, entry: Entry) -> Block:
    if block["type"] != "input" or not entry:
        return block
    element: Block = block["element"]
    return {**block, "element": {**element, **_entered(element, entry)}}


def _entered(element: Block, entry: str | tuple[str, ...]) -> Block:
    """What an element begins with instead; nothing of what it could not have sent."""
    kind = element["type"]
    if isinstance(entry, tuple):
        ticked = [one for one in element.get("options", ()) if one["value"] in entry]
        found: Block = {"initial_users": list(entry)} if kind == "multi_users_select" else {"initial_options": ticked}
        return found if any(found.values()) else {}
    if kind == "plain_text_input":
        return {"initial_value": entry} if len(entry) <= element["max_length"] else {}
    if kind == "datetimepicker":
        return {"initial_date_time": int(entry)} if entry.isdecimal() else {}
    if kind in _SIMPLE:
        return {_SIMPLE[kind]: entry}
    first = next((one for one in element.get("options", ()) if one["value"] == entry), None)
    return {"initial_option": first} if first else {}


_SIMPLE = {"users_select": "initial_user", "timepicker": "initial_time"}


def _of(choices: Sequence[Choice], chosen: str) -> dict[str, Any]:
    found: dict[str, Any] = {"options": [option(*one) for one in choices]}
    first = next((option(*one) for one in choices if one[1] == chosen), None)
    return found | ({"initial_option": first} if first else {})


def _input(name: str, label: str, element: Block, hint: str, optional: bool, placeholder: str = "") -> Block:
    made = {"action_id": name, **element}
    if placeholder:
        made["placeholder"] = plain(placeholder, PLACEHOLDER)
    block: Block = {"type": "input", "block_id": name, "label": plain(label), "element": made, "optional": optional}
    return block | ({"hint": plain(hint)} if hint else {})
