"""What each kind of payload must hold, and what of it a database can take; anything else is Malformed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

Json = Mapping[str, Any]
# What is read of a payload besides what its kind must have: absent, null, or this.
SHAPE: Json = {
    "team_id": str, "enterprise_id": str, "response_url": str, "trigger_id": str,
    "team": {"id": str, "domain": str}, "enterprise": {"id": str}, "user": {"id": str, "team_id": str}, "channel": {"id": str},
    "container": {"channel_id": str}, "message": {"ts": str, "text": str},
    "view": {"type": str, "id": str, "hash": str, "private_metadata": str, "app_installed_team_id": str},
}
ACTION: Json = {"value": str, "block_id": str, "selected_option": {"value": str}, "selected_date_time": int}
BLOCK: Json = {"type": str, "block_id": str, "element": {}}
AUTHORIZATION: Json = {"team_id": str, "enterprise_id": str}
UNSTORABLE = re.compile("[\ud800-\udfff]")


class Malformed(ValueError):
    """The body is signed, but is nothing Slack sends."""


def storable(found: Any) -> Any:
    """Without what no database takes: half a character becomes the sign for an unreadable one, and NUL is left out."""
    if isinstance(found, str):
        return UNSTORABLE.sub("\ufffd", found).replace("\0", "")
    if isinstance(found, dict):
        return {storable(name): storable(value) for name, value in found.items()}
    return [storable(one) for one in found] if isinstance(found, list) else found


def _check_press(found: Json) -> None:
    text_of(dict_of(found, "user"), "id")
    dict_of(found, "container")
    actions = found.get("actions")
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], dict):
        raise Malformed
    fits(actions[0], ACTION)
    text_of(actions[0], "action_id")
    text_of(found, "trigger_id")
    _check_modal(found)


def _check_modal(found: Json) -> None:
    """What is pressed or searched in a modal knows where that was opened."""
    view = found.get("view") or {}
    if view.get("type") == "modal":
        for name in ("id", "hash"):
            text_of(view, name)
        metadata(view)


def _check_submit(found: Json) -> None:
    text_of(dict_of(found, "user"), "id")
    view = dict_of(found, "view")
    for name in ("type", "id", "hash", "callback_id", "private_metadata"):
        text_of(view, name)
    metadata(view)
    blocks = view.get("blocks", [])
    if not isinstance(blocks, list) or not all(isinstance(one, dict) for one in blocks):
        raise Malformed
    for block in blocks:
        fits(block, BLOCK)
    for name in ("title", "submit", "close"):
        if view.get(name) is not None:
            dict_of(view, name)
    for entries in dict_of(dict_of(view, "state"), "values").values():
        if not isinstance(entries, dict) or not all(isinstance(one, dict) for one in entries.values()):
            raise Malformed


def _check_options(found: Json) -> None:
    text_of(dict_of(found, "user"), "id")
    for name in ("action_id", "block_id", "value"):
        text_of(found, name)
    _check_modal(found)


def _check_shortcut(found: Json) -> None:
    text_of(dict_of(found, "user"), "id")
    text_of(found, "callback_id")
    text_of(found, "trigger_id")
    if found["type"] == "message_action":
        text_of(dict_of(found, "channel"), "id")
        text_of(dict_of(found, "message"), "ts")


def _check_event(found: Json) -> None:
    text_of(dict_of(found, "event"), "type")
    text_of(found, "event_id")
    listed = found.get("authorizations") or []
    if not isinstance(found.get("event_time"), int) or not isinstance(listed, list) or not all(
            isinstance(one, dict) for one in listed):
        raise Malformed
    for one in listed:
        fits(one, AUTHORIZATION)


CHECKS: Mapping[str, Callable[[Json], None]] = {
    "block_actions": _check_press, "view_submission": _check_submit, "view_closed": _check_submit,
    "block_suggestion": _check_options, "shortcut": _check_shortcut, "message_action": _check_shortcut,
    "event_callback": _check_event,
}


def fits(found: Json, shape: Json) -> None:
    for name, wanted in shape.items():
        value = found.get(name)
        if value is None:
            continue
        if isinstance(wanted, type):
            if not isinstance(value, wanted):
                raise Malformed
        elif not isinstance(value, dict):
            raise Malformed
        else:
            fits(value, wanted)


def dict_of(found: Json, name: str) -> Json:
    value = found.get(name)
    if not isinstance(value, dict):
        raise Malformed
    return value


def text_of(found: Json, name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise Malformed
    return value


def metadata(view: Json) -> tuple[str, str]:
    """(subject, channel) that the view was opened with; none of either in a view that has no metadata."""
    text = view.get("private_metadata") or "{}"
    found = json.loads(text)
    if not isinstance(found, dict):
        raise Malformed
    return str(found.get("subject", "")), str(found.get("channel", ""))
