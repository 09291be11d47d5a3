"""The routes of the page: its files, one state that is waited for, and what a person does. For this machine only."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web

from bot.sandbox import switches
from bot.sandbox.asked import Wrong, came, who
from bot.sandbox.asked import text as _text
from bot.sandbox.faults import KINDS
from bot.sandbox.handled import asked_of_views
from bot.sandbox.view import state

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Json

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

FOLDER = Path(__file__).parent / "page"
WAIT = 25.0  # seconds a page waits for news before it asks again
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
                               "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"}
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".json": "application/json",
         ".svg": "image/svg+xml"}


def guard(box: Sandbox) -> Any:
    """Keeps other web pages out: their requests carry another Origin, or after DNS rebinding another Host.

    The Web API and response URLs are for the app, which shows a token or an unguessable address instead.
    """
    @web.middleware
    async def only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(("/api/", "/response/", "/socket/", "/upload/")):
            return await handler(request)
        here = {f"127.0.0.1:{box.port}", f"localhost:{box.port}"}
        origin = request.headers.get("Origin")
        if request.host not in here or (origin is not None and origin not in {f"http://{one}" for one in here}):
            return _said("This page is for its own machine only.", 403)
        if request.path.startswith("/oauth/"):
            # These pages are forms, and have heads of their own.
            return await handler(request)
        if request.method == "POST" and request.content_type != "application/json":
            return _said("Only JSON is read here.", 415)
        answer = await handler(request)
        answer.headers.update(HEADERS)
        return answer

    return only_here


def add_routes(app: web.Application, box: Sandbox) -> None:
    pages = Pages(box)
    app.router.add_get("/", pages.index)
    app.router.add_get("/page/{name}", pages.file)
    app.router.add_get("/state", pages.state)
    app.router.add_post("/do/{what}", pages.do)


class Pages:
    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._does: dict[str, Callable[[Json], Awaitable[Json]]] = {
            "command": self._command, "say": self._say, "dismiss": self._dismiss,
            "clock": self._clock, "fail": self._fail, **asked_of_views(box), **switches.does(box)}

    async def index(self, request: web.Request) -> web.Response:
        return _file("index.html")

    async def file(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def state(self, request: web.Request) -> web.Response:
        """Everything one person sees, once it is newer than ``since``."""
        user, since = request.query.get("as", ""), request.query.get("since", "-1")
        if user not in self._box.people or not since.lstrip("-").isdigit():
            return _said("No such person, or no such version.", 400)
        await asyncio.get_running_loop().run_in_executor(None, self._box.world.wait_past, int(since), WAIT)
        return web.json_response(state(self._box, user) | surroundings(self._box, user))

    async def do(self, request: web.Request) -> web.Response:
        does = self._does.get(request.match_info["what"])
        if does is None:
            return _said("There is no such thing to do.", 404)
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise Wrong("One JSON object is read here.")
            return web.json_response(await does(body))
        except Wrong as wrong:
            return _said(str(wrong), 400)
        except KeyError:
            return _said("That is no longer there. The page shows what is.", 404)
        except ValueError as wrong:
            return _said(f"That cannot be: {wrong}.", 400)

    async def _command(self, body: Json) -> Json:
        command, _, text = _text(body, "text").strip().partition(" ")
        reply = await self._box.type_command(self._who(body), _text(body, "channel"), command, text)
        return came(reply)

    async def _say(self, body: Json) -> Json:
        if not _text(body, "text").strip():
            raise Wrong("There is nothing to send.")
        return {"ok": True, "ts": self._box.say(self._who(body), _text(body, "channel"), _text(body, "text"))["ts"]}

    async def _dismiss(self, body: Json) -> Json:
        self._box.dismiss(self._who(body), _text(body, "ts"))
        return {"ok": True}

    async def _clock(self, body: Json) -> Json:
        if body.get("by") == "morning":
            self._box.clock.to_next_morning()
        elif isinstance(body.get("by"), int | float):
            self._box.clock.forward(float(body["by"]))
        else:
            raise Wrong("Say by how many seconds, or morning.")
        return {"ok": True, "offset": self._box.clock.offset}

    async def _fail(self, body: Json) -> Json:
        times = body.get("times", 1)
        kind = _text(body, "kind")
        if not isinstance(times, int) or not 1 <= times <= 20:
            raise Wrong("A fault can be asked for one to twenty times.")
        if kind not in KINDS and not kind.replace("_", "").isalnum():
            raise Wrong("That is no kind of fault, and no error code.")
        self._box.fail_next(_text(body, "method"), kind, times)
        return {"ok": True}

    def _who(self, body: Json) -> str:
        return who(self._box, body)


def surroundings(box: Sandbox, user: str) -> Json:
    """What is about the whole sandbox rather than one person's workspace."""
    with box.world.changed:
        return {"switches": switches.offered(box, user), "transport": box.transport,
                "workspaces": [{"id": one.team, "name": one.name, "people": list(one.people)}
                               for one in box.workspaces.values()]}


def _file(name: str) -> web.Response:
    """Only what lies in the page's folder, by its plain name."""
    path = FOLDER / name
    if path.parent != FOLDER or path.suffix not in TYPES or not path.is_file():
        return _said("There is no such file.", 404)
    return web.Response(body=path.read_bytes(), content_type=TYPES[path.suffix], charset="utf-8")


def _said(text: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": text}, status=status, headers=HEADERS)
