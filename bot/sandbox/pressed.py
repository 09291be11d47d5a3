"""Buttons, menus and pickers of a message, and the block_actions payload a press makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.workspace import Json, Person, Workspace

VERIFICATION = "made-up-verification"
CONTROLS = frozenset({"button", "static_select", "datetimepicker", "overflow", "users_select"})


@dataclass(frozen=True)
class Button:
    """A control of a message: a button, or a menu or picker (``kind``). ``options`` are (label, value)."""

    label: str
    action_id: str
    value: str
    kind: str
    style: str
    block_id: str
    options: tuple[tuple[str, str], ...]


def controls(message: Json) -> list[Button]:
    return [Button(label(one), one["action_id"], str(one.get("value", "")), one["type"], str(one.get("style", "")), block,
                   tuple((option["text"]["text"], option["value"]) for option in _options(one)))
            for block, one in _elements(message)]


def find(message: Json, action_id: str, choice: Any = None) -> tuple[str, Json]:
    """(block id, element) of a control by its whole action id or the part before its first "/".

    Where several share that part, a choice finds the menu or picker, or else the button of that value or label.
    Raises KeyError.
    """
    found = [pair for pair in _elements(message) if pair[1]["action_id"] == action_id]
    found = found or [pair for pair in _elements(message) if pair[1]["action_id"].partition("/")[0] == action_id]
    if not found:
        raise KeyError(action_id)
    if choice is None:
        return next((pair for pair in found if pair[1]["type"] == "button"), found[0])
    named = [pair for pair in found if pair[1]["type"] == "button" and choice in (pair[1].get("value"), label(pair[1]))]
    return next(iter([*named, *(pair for pair in found if pair[1]["type"] != "button")]), found[0])


def action(block: str, element: Json, choice: Any, ts: str) -> Json:
    """The one entry of a payload's ``actions``. Raises ValueError for a choice that the control does not offer."""
    made: Json = {"type": element["type"], "action_id": element["action_id"], "block_id": block, "action_ts": ts}
    kind = element["type"]
    if kind == "button":
        kept = {key: element[key] for key in ("text", "value", "style") if key in element}
        return made | kept
    if kind == "datetimepicker":
        return made | {"selected_date_time": _seconds(choice)}
    if kind == "users_select":
        return made | {"selected_user": str(choice)}
    chosen = next((one for one in _options(element) if one["value"] == choice), None)
    if chosen is None:
        raise ValueError(f"{choice!r} is not one of the options")
    return made | {"selected_option": chosen} | ({"placeholder": element["placeholder"]} if "placeholder" in element else {})


def payload(w: Workspace, person: Person, message: Json, room_name: str, made: Json, trigger: str, url: str) -> Json:
    """As Slack sends it. Of an ephemeral message it sends the place only, not the message."""
    private = bool(message.get("ephemeral"))
    found: Json = {
        "type": "block_actions",
        "user": {"id": person.id, "username": person.username, "name": person.username,
                 "team_id": person.team or w.team},
        "api_app_id": w.app, "token": VERIFICATION, "trigger_id": trigger,
        **w.whose(),
        "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"],
                      "is_ephemeral": private},
        "channel": {"id": message["channel"], "name": room_name}, "state": {"values": {}}, "response_url": url,
        "actions": [made]}
    if not private:
        shown = {key: message[key] for key in ("user", "text", "ts", "blocks")}
        found["message"] = {"type": "message", "bot_id": w.bot_profile, "app_id": w.app, "team": w.team, **shown}
        if message.get("metadata"):
            found["message"]["metadata"] = message["metadata"]
    if made["type"] != "button":
        chosen = {key: value for key, value in made.items() if key == "type" or key.startswith("selected_")}
        found["state"]["values"] = {made["block_id"]: {made["action_id"]: chosen}}
    return found


def _elements(message: Json) -> Iterator[tuple[str, Json]]:
    for block in message.get("blocks") or []:
        parts = block.get("elements", []) if block.get("type") == "actions" else [block.get("accessory") or {}]
        yield from ((block["block_id"], one) for one in parts if one.get("type") in CONTROLS)


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return [*element.get("options", []), *grouped]


def label(element: Json) -> str:
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))


def _seconds(choice: Any) -> int:
    if isinstance(choice, bool) or not str(choice).isdigit():
        raise ValueError("a date and time is chosen as unix seconds")
    return int(choice)
