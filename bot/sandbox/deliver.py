"""The one way from the sandbox to the app: over Socket Mode while a connection is open, else over HTTP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bot.sandbox import door
from bot.sandbox.door import Answer

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.world import Json

COMMAND, INTERACTIVE, EVENT = "slash_commands", "interactive", "events_api"


def transport(box: Sandbox) -> str:
    """"socket", "http", or "none" when the app can be reached by neither."""
    return "socket" if box.sockets.connected() else "http" if box.app_url else "none"


async def send(box: Sandbox, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Answer:
    """Hand the app a payload and wait for its acknowledgement, whose text is the answer's ``body``.

    ``kind`` is an envelope type of Socket Mode's: a command's payload is its form's fields, an interaction's (a press,
    submission, shortcut or suggestion) is the object that HTTP wraps into ``payload``, an event's the whole event_callback.
    ``retry`` is the number of the try, from 1, and why there was another (events only).
    """
    way = transport(box)
    if way == "socket":
        return await box.sockets.send(kind, payload, (retry[0], retry[1].removeprefix("http_")) if retry else None)
    if way == "none":
        return Answer(0, error="dispatch_failed")
    if kind == COMMAND:
        return await door.send(box.secret, box.app_url, {name: str(value) for name, value in payload.items()})
    if kind == INTERACTIVE:
        return await door.send(box.secret, box.app_url, {"payload": json.dumps(payload)})
    again = {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}
    return await door.post(box.secret, box.app_url, json.dumps(payload).encode(), {"Content-Type": door.JSON, **again})
