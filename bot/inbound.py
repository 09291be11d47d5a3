"""What Slack sends, read once into an Inbound; anything of the wrong shape is Malformed before Bolt sees it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from bot.naming import PLAIN, Names
from bot.shapes import CHECKS, SHAPE, Malformed, fits, metadata, storable, text_of
from handlers.cards.view import View
from handlers.case import Entry, Inbound, Surface
from handlers.happening import Happening

Json = Mapping[str, Any]
MOST_FIELDS = 60


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
            return _typed(storable(json.loads(text)))
        if content_type != "application/x-www-form-urlencoded":
            raise Malformed
        form = dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=MOST_FIELDS, errors="strict"))
        if "payload" in form:
            return _typed(storable(json.loads(form["payload"])))
        return Payload("ssl_check", form) if form.get("ssl_check") == "1" else _command(storable(form))
    except (ValueError, RecursionError):
        raise Malformed from None


def of_socket(kind: Any, found: Any) -> Payload:
    """What a Socket Mode envelope of this kind holds, held to the same shapes. Raises Malformed."""
    try:
        return _command(storable(found)) if kind == "slash_commands" else _typed(storable(found))
    except (ValueError, RecursionError):
        raise Malformed from None


def _command(found: Any) -> Payload:
    if not isinstance(found, dict) or not text_of(found, "command").startswith("/"):
        raise Malformed
    for name in ("team_id", "user_id", "channel_id", "trigger_id", "text"):
        text_of(found, name)
    return Payload("command", found)


def _typed(found: Any) -> Payload:
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise Malformed
    check = CHECKS.get(found["type"])
    if check is not None:
        fits(found, SHAPE)
        check(found)
    return Payload(found["type"], found)


def home(body: Json) -> str:
    """The Slack id of the installed workspace or, for an org install, of the org: the one function that decides this."""
    if body.get("type") == "event_callback":
        # In a channel shared with another company the outer team may be the other one's.
        return _authorized(body)
    view = body.get("view")
    if isinstance(view, dict) and isinstance(view.get("app_installed_team_id"), str) and view["app_installed_team_id"]:
        # Someone from outside is told by their own workspace, except by the view itself.
        return str(view["app_installed_team_id"])
    if str(body.get("is_enterprise_install")).lower() == "true":
        return str(body.get("enterprise_id") or (body.get("enterprise") or {}).get("id") or "")
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def _authorized(body: Json) -> str:
    listed = body.get("authorizations")
    first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    if not first:
        return str(body.get("team_id") or "")
    return str((first.get("enterprise_id") if first.get("is_enterprise_install") is True else first.get("team_id")) or "")


def of_event(body: Json, wall: datetime, now: datetime) -> Happening:
    event = body["event"]
    user = event.get("user")
    return Happening(kind=event["type"], event=event, event_id=body["event_id"],
                     at=datetime.fromtimestamp(min(max(body["event_time"], 0), 2**33), UTC), wall=wall, now=now,
                     user=user if isinstance(user, str) else "", shared=body.get("is_ext_shared_channel") is True)


def _own(body: Json) -> bool:
    """Whether who acts belongs to the workspace it happens in; unknown means no.

    The payload's own ``team`` may be the one they act from, so it says nothing of the one that Kept is installed in. Of an org's
    installation any of its workspaces will do; in its Home and forms Slack names none: there their profile has to say
    (bot/slack.py).
    """
    theirs = body["user"].get("team_id")
    if body.get("is_enterprise_install") is not True:
        return bool(theirs) and theirs == home(body)
    return bool(theirs) and (body.get("team") is None or theirs in {body["team"].get("id"), home(body)})


def of_command(body: Json, wall: datetime, now: datetime, names: Names = PLAIN) -> Inbound:
    return Inbound(user=body["user_id"], channel=body["channel_id"], delivery=body["trigger_id"], wall=wall, now=now,
                   command=names.known(body["command"]), text=body["text"])


def of_press(body: Json, wall: datetime, now: datetime) -> Inbound:
    """A button's value is its subject; a picker or menu has its subject in the block's id, and its choice as value."""
    action, container = body["actions"][0], body["container"]
    subject, choice = str(action.get("value") or ""), ""
    if "selected_option" in action or "selected_date_time" in action:
        subject = str(action.get("block_id", "")).rpartition("/")[0]
        choice = str((action.get("selected_option") or {}).get("value") or action.get("selected_date_time") or "")
    channel = container.get("channel_id") or (body.get("channel") or {}).get("id") or ""
    view = body.get("view") or {}
    if not channel and view.get("type") == "modal":
        channel = metadata(view)[1]
    return Inbound(user=body["user"]["id"], channel=str(channel), delivery=body["trigger_id"], wall=wall, now=now,
                   own_workspace=_own(body), action=action["action_id"].partition("/")[0], subject=subject, choice=choice,
                   lasting=container.get("is_ephemeral") is not True, surface=Surface.BUTTON)


def of_submit(body: Json, wall: datetime, now: datetime) -> Inbound:
    """The same form sent twice as it stood is one delivery: a view's hash changes whenever the view does."""
    view = body["view"]
    subject, channel = metadata(view)
    fields = {block.partition("/")[0]: entry(next(iter(entries.values()), {}))
              for block, entries in view["state"]["values"].items()}
    return Inbound(user=body["user"]["id"], channel=channel, delivery=f"{view['id']}.{view['hash']}", wall=wall, now=now,
                   own_workspace=_own(body), action=view["callback_id"], subject=subject, fields=fields,
                   surface=Surface.FORM, view=_shown(view, subject))


def _shown(view: Json, subject: str) -> View:
    """The form as it stood, so that it can come back with a question in it."""
    title, submit, close = (str((view.get(name) or {}).get("text") or "") for name in ("title", "submit", "close"))
    return View(title, list(view.get("blocks") or []), callback=view["callback_id"], subject=subject, submit=submit, close=close)


def entry(element: Json) -> Entry:
    """What one input of a form holds."""
    for name in ("value", "selected_date_time", "selected_date", "selected_time", "selected_user"):
        if element.get(name) is not None:
            return str(element[name])
    if isinstance(element.get("selected_option"), dict):
        return str(element["selected_option"].get("value", ""))
    if isinstance(element.get("selected_options"), list):
        return tuple(str(one.get("value", "")) for one in element["selected_options"] if isinstance(one, dict))
    if isinstance(element.get("selected_users"), list):
        return tuple(str(one) for one in element["selected_users"])
    return None


def of_options(body: Json, wall: datetime, now: datetime) -> Inbound:
    """Asked while someone types in a menu's search: the menu's subject is its form's."""
    view = body.get("view") or {}
    subject, channel = metadata(view) if view.get("type") == "modal" else ("", "")
    channel = channel or str((body.get("channel") or {}).get("id") or "")
    return Inbound(user=body["user"]["id"], channel=channel, delivery="", wall=wall, now=now, own_workspace=_own(body),
                   action=body["action_id"].partition("/")[0], subject=subject, text=body["value"], surface=Surface.OPTIONS)


def of_shortcut(body: Json, wall: datetime, now: datetime) -> Inbound:
    message, channel = body.get("message") or {}, str((body.get("channel") or {}).get("id") or "")
    domain, ts = str((body.get("team") or {}).get("domain") or ""), str(message.get("ts") or "")
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}" if domain and channel and ts else ""
    return Inbound(user=body["user"]["id"], channel=channel, delivery=body["trigger_id"], wall=wall, now=now,
                   own_workspace=_own(body), action=body["callback_id"], text=str(message.get("text") or ""), link=link,
                   surface=Surface.SHORTCUT)
