"""Socket Mode of the other Slack stand-in: strict about what comes back, and rude when told to be."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.sandbox.server import Server

T = TypeVar("T")
Json = dict[str, Any]
MOST, TICKET_GOOD, ANSWER_WITHIN = 10, 30.0, 3.0
SAYS_SOMETHING = {"view_submission", "block_suggestion"}


@dataclass
class Sent:
    """An envelope under way: which connection it went to, and what came back after how many seconds."""

    kind: str
    talks: bool
    by: int
    at: float = field(default_factory=time.monotonic)
    answer: Future[Json | None] = field(default_factory=Future)


class OtherSocket:
    """``wrong`` is everything the app did that Slack would not take. ``anywhere`` is whether an acknowledgement may come over
    another connection than its envelope went out on; ``mute`` connections are given no hello.
    """

    def __init__(self) -> None:
        self.wrong: list[str] = []
        self.slowest = 0.0
        self.fewest = 99
        self.opened = 0
        self.anywhere, self.mute = True, False
        self._open: dict[int, web.WebSocketResponse] = {}
        self._requests: dict[int, web.Request] = {}
        self._leaving: set[int] = set()
        self._tickets: dict[str, float] = {}
        self._sent: dict[str, Sent] = {}
        self._turn = 0
        self._server = Server()
        self.port = self._server.start(self._made, 0)

    @property
    def open(self) -> list[int]:
        """The connections that stand, by number in the order of their opening."""
        return sorted(self._open)

    def address(self) -> str:
        """What apps.connections.open gives: good once."""
        ticket = secrets.token_urlsafe(9)
        self._tickets[ticket] = time.monotonic() + TICKET_GOOD
        return f"ws://127.0.0.1:{self.port}/line/{ticket}"

    def send(self, kind: str, payload: Json, *, by: int | None = None, wait: bool = True) -> Json | None:
        """The payload of the acknowledgement, {} when it has none, None when no acknowledgement came in time."""
        sent = self._do(self._send(kind, payload, by))
        return self.answer(sent) if wait else {}

    def begin(self, kind: str, payload: Json, *, by: int | None = None) -> Sent:
        """Send, and do not wait; ``answer`` does."""
        return self._do(self._send(kind, payload, by))

    def answer(self, sent: Sent) -> Json | None:
        try:
            return sent.answer.result(max(0.0, sent.at + ANSWER_WITHIN - time.monotonic()))
        except TimeoutError:
            return None

    def refresh(self, reason: str = "refresh_requested", *, close_after: float = 0.3) -> None:
        """Ask every connection for another in its place, and close it a while after, as Slack does."""
        self._do(self._refresh(reason, close_after))

    def drop(self, number: int | None = None) -> None:
        """Cut a connection, the oldest unless told, without a word."""
        self._do(self._drop(self.open[0] if number is None else number))

    def say(self, text: str) -> None:
        """Anything at all, over the newest connection."""
        self._do(self._open[self.open[-1]].send_str(text))

    def close(self) -> None:
        async def shut() -> None:
            for one in list(self._open.values()):
                await one.close()
        self._server.stop(shut())

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._server.wait(work)

    def _made(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/line/{ticket}", self._serve)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if self._tickets.pop(request.match_info["ticket"], 0.0) < time.monotonic():
            self.wrong.append("a spent address was used")
            return web.Response(status=404)
        line = web.WebSocketResponse(heartbeat=30)
        await line.prepare(request)
        if len(self._open) >= MOST:
            await line.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await line.close()
            return line
        self.opened += 1
        number = self.opened
        if not self.mute:
            self._open[number], self._requests[number] = line, request
            await line.send_json({"type": "hello", "num_connections": len(self._open), "connection_info": {"app_id": "A9"},
                                  "debug_info": {"approximate_connection_time": 18060}})
        async for message in line:
            if message.type is WSMsgType.TEXT:
                self._heard(number, message.data)
        self._open.pop(number, None)
        self.fewest = min(self.fewest, len(self._open))
        return line

    async def _send(self, kind: str, payload: Json, by: int | None) -> Sent:
        if by is None:
            ready = [one for one in self._open if one not in self._leaving] or list(self._open)
            assert ready, "no connection stands"
            self._turn += 1
            by = ready[self._turn % len(ready)]
        talks = kind == "slash_commands" or payload.get("type") in SAYS_SOMETHING
        name, sent = str(uuid4()), Sent(kind, talks, by)
        self._sent[name] = sent
        await self._open[by].send_json({"envelope_id": name, "type": kind, "payload": payload, "accepts_response_payload": talks,
                                        **({"retry_attempt": 0, "retry_reason": ""} if kind == "events_api" else {})})
        return sent

    async def _refresh(self, reason: str, close_after: float) -> None:
        old = list(self._open.items())
        self._leaving |= {number for number, _ in old}
        for _, line in old:
            await line.send_json({"type": "disconnect", "reason": reason, "debug_info": {}})
        await asyncio.sleep(close_after)
        for _, line in old:
            await line.close()

    async def _drop(self, number: int) -> None:
        transport = self._requests[number].transport
        assert transport is not None
        transport.abort()

    def _heard(self, number: int, text: str) -> None:
        try:
            said = json.loads(text)
        except ValueError:
            said = None
        if not isinstance(said, dict) or not {"envelope_id"} <= set(said) <= {"envelope_id", "payload"}:
            self.wrong.append("not an acknowledgement")
            return
        sent = self._sent.get(said["envelope_id"])
        if sent is None or sent.answer.done():
            self.wrong.append("an envelope that is not waiting was acknowledged")
        elif "payload" in said and not (sent.talks and isinstance(said["payload"], dict)):
            self.wrong.append("a payload where none is read")
        elif number == sent.by or self.anywhere:
            self.slowest = max(self.slowest, time.monotonic() - sent.at)
            sent.answer.set_result(said.get("payload", {}))
