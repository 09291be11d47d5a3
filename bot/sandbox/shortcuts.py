"""Shortcuts: what a person starts from the search bar, or from a message's menu."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.sandbox import pressed
from bot.sandbox.reply import Reply, read

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox


@dataclass(frozen=True)
class Shortcut:
    """One of the app's manifest. ``type`` is global or message."""

    callback_id: str
    name: str
    type: str = "global"


async def start(box: Sandbox, user: str, callback_id: str, channel: str = "", ts: str = "") -> Reply:
    """``channel`` and ``ts`` name a message. Raises KeyError when the app declares no such shortcut, or nobody sees such a
    message; ValueError on one that only this person sees."""
    w = box.at(user)
    message = w.seen_by(user, channel, ts) if ts else None
    kind = "global" if message is None else "message"
    found = next((one for one in box.shortcuts if one.callback_id == callback_id and one.type == kind), None)
    if found is None or box.installs.at(w.team) is None:
        raise KeyError(f"the app has no {kind} shortcut {callback_id}")
    if message is not None and message.get("ephemeral"):
        raise ValueError("a message that only one person sees has no shortcuts")
    payload = pressed.interaction(w, w.people[user], "shortcut" if message is None else "message_action")
    # Slack sends no app id with these.
    del payload["api_app_id"]
    payload |= {"callback_id": callback_id, "action_ts": f"{time.time():.6f}", "trigger_id": w.views.triggers.make(user)}
    if message is not None:
        channel = message["channel"]
        payload |= {**w.whose(), "channel": {"id": channel, "name": w.name_of(channel)}, "message_ts": message["ts"],
                    "message": pressed.whole(w, message), "response_url": box.response_url(channel, user, message)}
    w.log("shortcut", w.people[user].name, found.name)
    answer = await box.interact(payload)
    if answer.error:
        w.log("error", w.people[user].name, f"{found.name} failed with the error \"{answer.error}\"")
        return Reply(answer.status, {"text": answer.error})
    return Reply(200, read(answer.body))
