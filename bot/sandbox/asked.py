"""What a page asks for: the fields of its JSON, and the answer it gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.reply import Reply
from bot.sandbox.workspace import Json

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox


class Wrong(Exception):
    """Something a page asked for that cannot be; its text is shown to the person."""


def text(body: Json, name: str) -> str:
    found = body.get(name)
    if not isinstance(found, str):
        raise Wrong(f"The field {name} is missing.")
    return found


def who(box: Sandbox, body: Json) -> str:
    user = text(body, "as")
    if user not in box.people:
        raise Wrong("There is no such person.")
    return user


def came(reply: Reply) -> Json:
    return {"ok": reply.status == 200, "error": "" if reply.status == 200 else reply.body.get("text", "")}
