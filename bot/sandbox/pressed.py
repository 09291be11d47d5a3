"""Pressing a control of a message or a view, and the payloads that this makes."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from bot.sandbox.filled import KEPT, Control, fill, missing, options
from bot.sandbox.filled import controls as controls_in
from bot.sandbox.views import Shown
from bot.sandbox.workspace import Json, Person, Workspace

VERIFICATION = "made-up-verification"


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
    return [Button(label(one.element), one.action, str(one.element.get("value", "")), one.kind,
                   str(one.element.get("style", "")), one.block,
                   tuple((option["text"]["text"], option["value"]) for option in options(one.element)))
            for one in controls_in(message.get("blocks") or [])]


def find(blocks: list[Json], action_id: str, choice: Any = None, block_id: str = "") -> Control:
    """A control by its whole action id or the part before its first "/", and by its block where that is known.

    Where several share that part, a choice finds the menu or picker, or else the button of that value or label.
    Raises KeyError.
    """
    among = [one for one in controls_in(blocks) if block_id in ("", one.block)]
    found = [one for one in among if one.action == action_id]
    found = found or [one for one in among if one.action.partition("/")[0] == action_id]
    if not found:
        raise KeyError(action_id)
    if choice is None:
        return next((one for one in found if one.kind == "button"), found[0])
    buttons = [one for one in found if one.kind == "button" and choice in (one.element.get("value"), label(one.element))]
    return next(iter([*buttons, *(one for one in found if one.kind != "button")]), found[0])


def press(shown: Shown, control: Control, choice: Any, ts: str, people: Mapping[str, Any]) -> Json:
    """Puts the choice into the state, and gives the one entry of a payload's ``actions``.

    Without a choice, what is filled in already is sent. Raises ValueError for a choice that the control does not offer.
    """
    element = control.element
    made: Json = {"type": control.kind, "action_id": control.action, "block_id": control.block, "action_ts": ts}
    if control.kind == "button":
        return made | {key: element[key] for key in ("text", "value", "style") if key in element}
    more = {"placeholder": element["placeholder"]} if "placeholder" in element and control.kind.endswith("_select") else {}
    if control.kind not in KEPT:
        chosen = next((one for one in options(element) if one["value"] == choice), None)
        if chosen is None:
            raise ValueError(f"{choice!r} is not one of the options")
        return made | {"selected_option": chosen}
    before = shown.state[control.block][control.action]
    if choice is None and missing(before):
        raise ValueError("nothing is chosen")
    now = before if choice is None else shown.fill(control, choice, people)
    return made | now | more


def fill_in(shown: Shown, values: Mapping[str, Any], people: Mapping[str, Any]) -> None:
    """``values`` by block or action, or as {block: {action: value}}. Raises KeyError and ValueError, having changed nothing."""
    among = [one for one in controls_in(shown.view["blocks"]) if one.kind in KEPT]
    new = []
    for name, value in values.items():
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        for action, own in pairs:
            found = [one for one in among if (one.block == name and one.action == action if action else one.called(name))]
            if len(found) != 1:
                raise KeyError(f"{name}: {len(found)} controls are called that")
            offered = shown.offered.get((found[0].block, found[0].action), [])
            new.append((found[0], fill(found[0], own, offered, people)))
    for control, state in new:
        shown.state[control.block][control.action] = state


def interaction(w: Workspace, person: Person, kind: str) -> Json:
    """What Slack sends with every interaction."""
    return {"type": kind, "token": VERIFICATION, "api_app_id": w.app, **w.whose(person),
            "user": {"id": person.id, "username": person.username, "name": person.username,
                     "team_id": person.team or w.team}}


def on_message(w: Workspace, message: Json) -> Json:
    """Where a message is, and so whose. Of an ephemeral message Slack sends the place only, not the message."""
    private = bool(message.get("ephemeral"))
    found: Json = {**w.whose(), "container": {"type": "message", "message_ts": message["ts"], "channel_id": message["channel"],
                                 "is_ephemeral": private},
                   "channel": {"id": message["channel"], "name": w.name_of(message["channel"])}}
    return found if private else found | {"message": whole(w, message)}


def whole(w: Workspace, message: Json) -> Json:
    """A message as Slack sends it along."""
    shown = {"type": "message", "team": w.team, **{key: deepcopy(message[key]) for key in ("user", "text", "ts", "blocks")}}
    if message["user"] == w.bot:
        shown |= {"bot_id": w.bot_profile, "app_id": w.app}
    if message.get("metadata"):
        shown["metadata"] = message["metadata"]
    return shown


def label(element: Json) -> str:
    return str((element.get("text") or element.get("placeholder") or {}).get("text", ""))
