"""What a page does by hand with controls: in messages, modals and Home."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from bot.sandbox import shortcuts
from bot.sandbox.asked import Wrong, came, text, who
from bot.sandbox.surfaces import TROUBLE
from bot.sandbox.workspace import Json

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

Does = Callable[[Json], Awaitable[Json]]


def asked_of_views(box: Sandbox) -> dict[str, Does]:
    """By the last part of the address under /do/."""
    return {name: partial(do, box) for name, do in
            {"press": press, "submit": submit, "close": close, "options": options, "home": home, "shortcut": shortcut}.items()}


async def press(box: Sandbox, body: Json) -> Json:
    user, action_id, choice = who(box, body), text(body, "action_id"), body.get("choice")
    if "view_id" not in body:
        return came(await box.press_control(user, text(body, "channel"), text(body, "ts"), action_id, choice))
    return came(await box.surfaces.press(user, text(body, "view_id"), action_id, choice, block_id=body.get("block_id") or "",
                                         values=_values(body)))


async def submit(box: Sandbox, body: Json) -> Json:
    reply = await box.surfaces.submit(who(box, body), _values(body), text(body, "view_id"))
    # What is wrong with single fields stands beside them, in the state.
    failed = set(reply.body) == {"text"} and reply.body["text"] != "required"
    return {"ok": not failed, "error": TROUBLE if failed else ""}


async def close(box: Sandbox, body: Json) -> Json:
    await box.surfaces.close(who(box, body), everything=body.get("everything") is True, view_id=text(body, "view_id"))
    return {"ok": True}


async def options(box: Sandbox, body: Json) -> Json:
    user, block_id = who(box, body), body.get("block_id") or ""
    where: str | Json = body["view_id"] if "view_id" in body else {name: text(body, name) for name in ("channel", "ts")}
    found = await box.surfaces.options(user, text(body, "action_id"), text(body, "query"), where, block_id=block_id)
    return {"ok": True, "options": [{"label": one["text"]["text"], "value": one["value"]} for one in found]}


async def home(box: Sandbox, body: Json) -> Json:
    await box.surfaces.open_home(who(box, body))
    return {"ok": True}


async def shortcut(box: Sandbox, body: Json) -> Json:
    place = (body.get("channel") or "", body.get("ts") or "")
    return came(await shortcuts.start(box, who(box, body), text(body, "callback_id"), *place))


def _values(body: Json) -> Json:
    found = body.get("values") or {}
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise Wrong("Values are by block and action.")
    return found
