"""What the page shows to one person, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bot.sandbox.api import METHODS
from bot.sandbox.faults import CODES, KINDS
from bot.sandbox.workspace import SLACKBOT, Json, Workspace, dm_of

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

LOG = 200  # newest entries


def state(box: Sandbox, user: str) -> Json:
    w, api = box.at(user), box.api
    with w.changed:
        people = [{"id": one.id, "name": one.name, "title": one.title, "tz": one.tz} for one in w.people.values()]
        apps = [{"id": w.bot, "name": "Kept", "app": True}, {"id": SLACKBOT, "name": "Slackbot", "app": True}]
        return {
            "version": w.world.version, "you": user, "people": people + apps, "offset": w.clock.offset,
            "conversations": _conversations(w, user), "notification": notification(w, user), "events": w.world.events[-LOG:],
            "methods": list(METHODS), "kinds": KINDS | {code: f"the error {code}; not done" for code in CODES},
            "faults": api.faults.waiting(), "stack": box.stack(user), "home": box.home(user),
            "shortcuts": [asdict(one) for one in box.shortcuts]}


def notification(w: Workspace, user: str) -> Json | None:
    """The newest message a phone would show: a direct message, or one that mentions this person."""
    rooms = [dm_of(user), *(room for room, channel in w.channels.items() if user in channel.members)]
    found = [one for room in rooms for one in w.messages(room) if one["user"] != user and _rings(one, room, user)]
    newest = max(found, key=lambda one: float(one["ts"]), default=None)
    if newest is None:
        return None
    return {"text": newest["text"], "care_at": newest["care_at"], "room": newest["channel"], "user": newest["user"],
            "name": "" if newest["channel"] == dm_of(user) else w.name_of(newest["channel"])}


def _rings(message: Json, room: str, user: str) -> bool:
    return room == dm_of(user) or f"<@{user}" in message["text"] or _mentions(message["blocks"], user)


def _mentions(node: Any, user: str) -> bool:
    if isinstance(node, list):
        return any(_mentions(one, user) for one in node)
    if not isinstance(node, dict):
        return False
    return node.get("user_id") == user or any(_mentions(one, user) for one in node.values())


def _conversations(w: Workspace, user: str) -> list[Json]:
    found: list[Json] = [{"id": room.id, "name": room.name, "kind": "private" if room.private else "public",
                          "members": room.members} for room in w.channels.values() if user in room.members]
    found.append({"id": dm_of(user), "name": "Kept", "kind": "dm", "members": [user, w.bot]})
    own = w.ephemerals(user)
    for one in found:
        both = w.messages(one["id"]) + [message for message in own if message["channel"] == one["id"]]
        one["messages"] = sorted(both, key=lambda message: float(message["ts"]))
    return found
