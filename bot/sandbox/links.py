"""Response URLs: five uses within thirty minutes of wall time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from bot.sandbox.limits import fault
from bot.sandbox.reply import read
from bot.sandbox.workspace import Json, Workspace

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

USES, SECONDS = 5, 30 * 60
FIELDS = frozenset({"text", "blocks", "response_type", "replace_original", "delete_original", "metadata", "unfurl_links",
                    "unfurl_media", "mrkdwn"})


@dataclass
class Link:
    """``original`` is the time ("ts") of the message pressed; None after a command, which has none.

    ``team`` is the workspace of the app that was given the link, or empty for the person's own.
    """

    room: str
    user: str
    original: str | None
    private: bool
    made: float
    team: str = ""
    uses: int = 0


class Spent(Exception):
    """Its text is Slack's word for why."""


class Links:
    def __init__(self, wall: Callable[[], float] = time.time) -> None:
        self._wall = wall
        self._links: dict[str, Link] = {}

    def make(self, room: str, user: str, original: Json | None = None, team: str = "") -> str:
        name = secrets.token_urlsafe(18)
        self._links[name] = Link(room, user, original["ts"] if original else None,
                                 bool(original and original.get("ephemeral")), self._wall(), team)
        return name

    def take(self, name: str) -> Link:
        """Counts one use. Raises Spent."""
        link = self._links.get(name)
        if link is None:
            raise Spent("invalid_url")
        if self._wall() - link.made > SECONDS:
            raise Spent("expired_url")
        if link.uses >= USES:
            raise Spent("used_url")
        link.uses += 1
        return link


def respond(workspace: Workspace, link: Link, body: Json) -> str | None:
    """Shows what an app sent to a response URL; returns Slack's error code when it is refused."""
    if set(body) - FIELDS:
        return "invalid_arguments"
    to = link.user if link.private else None
    if body.get("delete_original") is True:
        if link.original:
            workspace.remove(link.room, link.original, to=to)
        return None
    text, blocks = body.get("text") or "", body.get("blocks") or []
    replace = body.get("replace_original") is True and link.original is not None
    if broken := fault(text, blocks, update=replace):
        return broken.code
    if replace and workspace.rewrite(link.room, link.original or "", text, blocks, to=to):
        return None
    if body.get("response_type") == "in_channel":
        workspace.post(link.room, workspace.bot, text, blocks)
    else:
        workspace.whisper(link.room, link.user, text, blocks)
    return None


async def answer(box: Sandbox, request: web.Request) -> web.Response:
    """What comes in at a response URL."""
    try:
        link = box.links.take(request.match_info["name"])
    except Spent as spent:
        box.world.refuse("response_url", str(spent))
        return web.json_response({"ok": False, "error": str(spent)}, status=404)
    body = read(await request.text())
    with box.world.changed:
        code = respond(box.workspaces.get(link.team) or box.at(link.user), link, body)
    if code:
        box.world.refuse("response_url", code)
        return web.json_response({"ok": False, "error": code}, status=400)
    box.world.log("response", "Kept", f"to {box.people[link.user].name}")
    return web.json_response({"ok": True})
