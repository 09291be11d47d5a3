"""Files, for pictures: an address to send the bytes to, the bytes, and sharing, in Slack's three steps."""

from __future__ import annotations

import json
import mimetypes
import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox.methods import No, Pace, bots, contents

if TYPE_CHECKING:
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Json, World

LONGEST_ALT = 1000      # characters
MOST_CHANNELS = 100
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif"})


@dataclass
class File:
    """``data`` is None until the bytes came; ``shared`` ends the ways it can be finished."""

    id: str
    team: str
    user: str
    name: str
    length: int
    alt: str
    ticket: str
    data: bytes | None = None
    title: str = ""
    shared: bool = False
    made: int = 0

    @property
    def kind(self) -> str:
        return mimetypes.guess_type(self.name)[0] or "application/octet-stream"


def begin(w: Workspace, pace: Pace, args: Json) -> Json:
    """files.getUploadURLExternal. Raises No."""
    name, length = str(args["filename"]), str(args.get("length", ""))
    if not name or not length.isdigit() or int(length) == 0:
        raise No("missing_argument")
    if len(str(args.get("alt_txt", ""))) > LONGEST_ALT:
        raise No("alt_txt_too_large")
    made = File("F" + secrets.token_hex(5).upper(), w.team, w.bot, name, int(length), str(args.get("alt_txt", "")),
                secrets.token_urlsafe(24), made=int(time.time()))
    w.world.files[made.id] = made
    return {"upload_url": f"{w.world.address}upload/{made.ticket}", "file_id": made.id}


def finish(w: Workspace, pace: Pace, args: Json) -> Json:
    """files.completeUploadExternal: once, with the bytes there; into channels, or for nobody. Raises No."""
    found = [_uploaded(w, one) for one in _listed(args.get("files"))]
    places = [one for one in str(args.get("channel_id") or args.get("channels") or "").split(",") if one]
    if len(places) > MOST_CHANNELS:
        raise No("channels_limit_exceeded")
    rooms = [bots(w, one) for one in places]
    if any(room in w.channels and w.channels[room].archived for room in rooms):
        raise No("is_archived")
    comment = args.get("initial_comment") or ""
    blocks = [] if comment else args.get("blocks") or []
    text, blocks = contents({"text": comment, "blocks": blocks}) if comment or blocks else ("", [])
    for room in rooms:
        pace.take(room)
    for file, title in found:
        file.shared, file.title = True, title or file.name
    objects = [shown(w.world, file) for file, _ in found]
    for room in rooms:
        w.post(room, w.bot, text, blocks)["files"] = objects
    return {"files": objects}


def shown(world: World, file: File) -> Json:
    """The file object of Slack's."""
    address = f"{world.address}files/{file.id}/{file.name}"
    ending = file.name.rpartition(".")[2].lower()
    return {"id": file.id, "created": file.made, "timestamp": file.made, "name": file.name, "title": file.title,
            "mimetype": file.kind, "filetype": ending, "pretty_type": ending.upper(), "user": file.user,
            "user_team": file.team, "editable": False, "size": file.length, "mode": "hosted", "is_external": False,
            "external_type": "", "is_public": False, "public_url_shared": False, "display_as_bot": False, "username": "",
            "url_private": address, "url_private_download": address, "permalink": address,
            **({"alt_txt": file.alt} if file.alt else {})}


def add_routes(app: web.Application, world: World) -> None:
    async def upload(request: web.Request) -> web.Response:
        """The bytes as they are, or the first file of a form; as many as were announced, and once."""
        file = next((one for one in world.files.values() if one.ticket == request.match_info["ticket"]), None)
        if file is None or file.data is not None:
            return web.Response(status=404, text="not found")
        if request.content_type.startswith("multipart/"):
            data = b"".join([one.file.read() for one in (await request.post()).values() if isinstance(one, web.FileField)][:1])
        else:
            data = await request.read()
        if len(data) != file.length:
            world.refuse("upload", "size", f"{len(data)} bytes, not {file.length}")
            return web.Response(status=400, text="wrong size")
        file.data = data
        return web.Response(text=f"OK - {len(data)}")

    async def show(request: web.Request) -> web.Response:
        file = world.files.get(request.match_info["id"])
        if file is None or not file.shared or file.name != request.match_info["name"]:
            return web.Response(status=404, text="not found")
        safe = file.kind in SHOWN
        return web.Response(body=file.data, content_type=file.kind if safe else "application/octet-stream",
                            headers={} if safe else {"Content-Disposition": "attachment"})

    app.router.add_post("/upload/{ticket}", upload)
    app.router.add_get("/files/{id}/{name}", show)


def _listed(value: Any) -> list[tuple[str, str]]:
    """(id, title) of each. Raises No."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
        listed = [(str(one["id"]), str(one.get("title") or "")) for one in found]
    except (ValueError, TypeError, KeyError, AttributeError):
        raise No("invalid_arguments") from None
    if not listed:
        raise No("invalid_arguments")
    return listed


def _uploaded(w: Workspace, one: tuple[str, str]) -> tuple[File, str]:
    file = w.world.files.get(one[0])
    if file is None or file.team != w.team or file.data is None or file.shared:
        raise No("file_not_found")
    return file, one[1]
