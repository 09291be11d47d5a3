"""What Slack sends, read once into an Inbound; anything of the wrong shape is Malformed before Bolt sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from handlers.case import Inbound

Json = Mapping[str, Any]
MOST_FIELDS = 60


class Malformed(ValueError):
    """The body is signed, but is nothing Slack sends."""


@dataclass(frozen=True)
class Payload:
    """``kind`` is command, or the payload's own type: block_actions, event_callback, url_verification and so on."""

    kind: str
    body: Json


def read(body: bytes, content_type: str) -> Payload:
    """Raises Malformed."""
    try:
        text = body.decode()
        if content_type == "application/json":
            return _typed(json.loads(text))
        if content_type != "application/x-www-form-urlencoded":
            raise Malformed
        form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS, errors="strict"))
        if "payload" in form:
            return _typed(json.loads(form["payload"]))
    except (ValueError, RecursionError):
        raise Malformed from None
    if form.get("ssl_check") == "1":
        return Payload("ssl_check", form)
    if not form.get("command", "").startswith("/"):
        raise Malformed
    for name in ("team_id", "user_id", "channel_id", "trigger_id", "text"):
        _text(form, name)
    return Payload("command", form)


def _typed(found: Any) -> Payload:
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise Malformed
    if found["type"] == "block_actions":
        _check_press(found)
    return Payload(found["type"], found)


def _check_press(found: Json) -> None:
    _text(_dict(found, "user"), "id")
    _dict(found, "container")
    actions = found.get("actions")
    if not isinstance(actions, list) or len(actions) != 1 or not isinstance(actions[0], dict):
        raise Malformed
    _text(actions[0], "action_id")
    _text(found, "trigger_id")


def _dict(found: Json, name: str) -> Json:
    value = found.get(name)
    if not isinstance(value, dict):
        raise Malformed
    return value


def _text(found: Json, name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise Malformed
    return value


def home(body: Json) -> str:
    """The Slack id of the installed workspace or, for an org install, of the org: the one function that decides this."""
    if str(body.get("is_enterprise_install")).lower() == "true":
        return str(body.get("enterprise_id") or (body.get("enterprise") or {}).get("id") or "")
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def of_command(body: Json, wall: datetime, now: datetime) -> Inbound:
    return Inbound(user=body["user_id"], channel=body["channel_id"], delivery=body["trigger_id"], wall=wall, now=now,
                   command=body["command"], text=body["text"])


def of_press(body: Json, wall: datetime, now: datetime) -> Inbound:
    """A button's value is its subject; a picker or menu has its subject in the block's id, and its choice as value."""
    action, container = body["actions"][0], body["container"]
    subject, choice = str(action.get("value") or ""), ""
    if "selected_option" in action or "selected_date_time" in action:
        subject = str(action.get("block_id", "")).rpartition("/")[0]
        choice = str((action.get("selected_option") or {}).get("value") or action.get("selected_date_time") or "")
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    # Who presses may belong to another workspace; unknown means no.
    own = body["user"].get("team_id") in {(body.get("team") or {}).get("id"), home(body)} - {None, ""}
    return Inbound(user=body["user"]["id"], channel=str(channel), delivery=body["trigger_id"], wall=wall, now=now,
                   own_workspace=own, action=action["action_id"].partition("/")[0], subject=subject, choice=choice,
                   lasting=container.get("is_ephemeral") is not True)
