"""What the page can do to the sandbox's surroundings with one press: channels, deliveries, connections."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.sandbox import rooms
from bot.sandbox.events import KINDS

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Channel, Workspace
    from bot.sandbox.world import Json

LABELS = {"archive": "Archive {}", "unarchive": "Bring {} back", "share": "Share {} with another company",
          "unshare": "Share {} no more", "make_public": "Make {} public", "remove_bot": "Take Kept out of {}",
          "add_bot": "Invite Kept to {}"}
LATER = {"duplicate": "Send the next event twice", "late": "Hold the next event back", "reversed": "Swap the next two events",
         "drop-ack": "Lose the answer to the next event"}


def offered(box: Sandbox, user: str) -> list[Json]:
    """The switches as a person finds them, each with what its press sends."""
    w = box.at(user)
    found: list[Json] = [{"do": "channel", "body": {"act": act, "channel": room.id}, "label": LABELS[act].format(f"#{room.name}")}
                         for room in w.channels.values() if user in room.members for act in _fitting(w, room)]
    found += [{"do": "deliver", "body": {"kind": kind}, "label": LATER[kind]} for kind in KINDS]
    if box.happenings.held:
        found.append({"do": "deliver", "body": {"kind": "release"}, "label": f"Send what was held back ({box.happenings.held})"})
    if box.sockets.connected():
        found += [{"do": "disconnect", "body": {}, "label": "Cut a connection"},
                  {"do": "disconnect", "body": {"how": "refresh"}, "label": "Ask Kept to connect anew"}]
    return found


def _fitting(w: Workspace, room: Channel) -> list[str]:
    return ["unarchive" if room.archived else "archive", "unshare" if room.connected else "share",
            *(["make_public"] if room.private else []), "remove_bot" if w.bot in room.members else "add_bot"]


def does(box: Sandbox) -> dict[str, Callable[[Json], Awaitable[Json]]]:
    """By their names under /do/. Each may raise ValueError or KeyError, whose text the page shows."""
    async def channel(body: Json) -> Json:
        act = rooms.ACTS.get(str(body.get("act")))
        if act is None:
            raise ValueError("a channel has no such switch")
        act(box, str(body.get("channel")))
        return {"ok": True}

    async def deliver(body: Json) -> Json:
        if body.get("kind") == "release":
            await box.happenings.release()
        else:
            box.happenings.fail(str(body.get("kind")), 1)
        return {"ok": True}

    async def disconnect(body: Json) -> Json:
        if not box.sockets.connected():
            raise ValueError("nothing is connected")
        if body.get("how") == "refresh":
            await box.sockets.refresh(warn=True)
        else:
            box.sockets.drop()
        return {"ok": True}

    return {"channel": channel, "deliver": deliver, "disconnect": disconnect}
