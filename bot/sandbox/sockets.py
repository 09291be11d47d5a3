"""Socket Mode: connections that the app opens, envelopes that go out over any of them, and their acknowledgements.

What Slack does with an envelope whose connection closes before the acknowledgement is not documented; its support says that
what is not acknowledged in three seconds is tried again, as over HTTP. So here an acknowledgement counts only on the
connection its envelope came by: when that closes, an event goes out anew in its turn, in a new envelope, and a person whose
command or press it was is told operation_timeout, though the app may have done what they asked.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from bot.sandbox.door import ANSWER_WITHIN, Answer
from bot.sandbox.installs import Installs
from bot.sandbox.methods import No
from bot.sandbox.world import Json, World

MOST = 10
LIFE = 3600            # seconds that Slack says a connection will last
TICKET_GOOD = 30.0     # seconds in which an address must be used
PING_EVERY = 30.0      # seconds
# Kinds of interaction whose acknowledgement may say something.
ANSWERED = frozenset({"view_submission", "block_suggestion"})


@dataclass
class Connection:
    """``waiting`` are the envelopes sent here and not acknowledged yet; ``leaving`` gets no new ones."""

    socket: web.WebSocketResponse
    request: web.Request
    waiting: dict[str, Envelope] = field(default_factory=dict)
    leaving: bool = False


@dataclass
class Envelope:
    kind: str
    talks: bool
    answer: asyncio.Future[Answer]


class Sockets:
    """``acks`` are (kind, seconds until the acknowledgement): a kind is the envelope's type, or an interaction's own."""

    def __init__(self, world: World, installs: Installs, app: str, url: Callable[[], str]) -> None:
        self._world, self._installs, self._app, self._url = world, installs, app, url
        self._tickets: dict[str, float] = {}
        self._open: list[Connection] = []
        self._turn = 0
        self.acks: list[tuple[str, float]] = []
        self.enabled = True

    def connected(self) -> int:
        return len(self._open)

    def call(self, token: str, given: Json) -> Json:
        """apps.connections.open. Raises No."""
        if not token:
            raise No("not_authed")
        if given:
            raise No("invalid_arguments")
        if token != self._installs.app_token:
            raise No("not_allowed_token_type" if token in self._installs.tokens else "invalid_auth")
        if not self.enabled:
            raise No("forbidden_team")
        ticket = secrets.token_urlsafe(18)
        self._tickets[ticket] = time.monotonic() + TICKET_GOOD
        return {"url": f"{self._url()}/socket/{ticket}"}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its hello until it closes. An address is good once."""
        until = self._tickets.pop(request.match_info["ticket"], 0.0)
        if time.monotonic() > until:
            self._world.refuse("socket", "invalid_ticket")
            return web.Response(status=404)
        socket = web.WebSocketResponse(heartbeat=PING_EVERY)
        await socket.prepare(request)
        mine = Connection(socket, request)
        if len(self._open) >= MOST:
            self._world.refuse("socket", "too_many_websockets")
            await self._farewell(mine, "too_many_websockets")
            return socket
        self._open.append(mine)
        try:
            await socket.send_json(self._hello())
            self._world.log("socket", "Kept", f"connected, {len(self._open)} open")
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._heard(mine, message.data)
        finally:
            self._gone(mine)
        return socket

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Answer:
        """Hand one envelope to one of the open connections."""
        one = self._next()
        if one is None:
            return Answer(0, error="dispatch_failed")
        name = str(payload.get("type", kind)) if kind == "interactive" else kind
        talks = kind == "slash_commands" or name in ANSWERED
        envelope = Envelope(name, talks, asyncio.get_running_loop().create_future())
        made: Json = {"envelope_id": str(uuid4()), "payload": payload, "type": kind, "accepts_response_payload": talks}
        if kind == "events_api":
            made |= {"retry_attempt": retry[0] if retry else 0, "retry_reason": retry[1] if retry else ""}
        one.waiting[made["envelope_id"]] = envelope
        begun = time.monotonic()
        try:
            await one.socket.send_json(made)
            async with asyncio.timeout(ANSWER_WITHIN):
                answer = await envelope.answer
        except TimeoutError:
            return Answer(0, error="operation_timeout")
        except ConnectionError:
            return Answer(0, error="dispatch_failed")
        finally:
            one.waiting.pop(made["envelope_id"], None)
        if not answer.error:
            self.acks.append((name, time.monotonic() - begun))
        return answer

    async def refresh(self, *, warn: bool, after: float = 0.2) -> None:
        """Ask every connection to be made anew, as Slack does every few hours: with a warning ten seconds before, or without.

        ``after`` is how long, in seconds, a connection stays open once it was asked.
        """
        old = list(self._open)
        for one in old:
            one.leaving = True
        for reason in ["warning"] * warn + ["refresh_requested"]:
            await asyncio.gather(*(self._say(one, {"type": "disconnect", "reason": reason, **DEBUG}) for one in old))
            await asyncio.sleep(after)
        await asyncio.gather(*(one.socket.close() for one in old))

    async def disable(self) -> None:
        """As when Socket Mode is switched off for the app: every connection ends, and none can be opened."""
        self.enabled = False
        await asyncio.gather(*(self._farewell(one, "link_disabled") for one in list(self._open)))

    def drop(self) -> None:
        """Cut one connection without a word."""
        if self._open and self._open[0].request.transport is not None:
            self._open[0].request.transport.abort()

    async def close(self) -> None:
        await asyncio.gather(*(one.socket.close() for one in list(self._open)))

    def _next(self) -> Connection | None:
        """Each in turn; one that was asked to leave only when there is no other."""
        ready = [one for one in self._open if not one.leaving] or self._open
        self._turn += 1
        return ready[self._turn % len(ready)] if ready else None

    def _hello(self) -> Json:
        return {"type": "hello", "num_connections": len(self._open), "connection_info": {"app_id": self._app},
                "debug_info": {**DEBUG["debug_info"], "build_number": 1, "approximate_connection_time": LIFE}}

    async def _farewell(self, one: Connection, reason: str) -> None:
        self._world.log("socket", "Kept", f"told to go: {reason}")
        await self._say(one, {"type": "disconnect", "reason": reason, **DEBUG})
        await one.socket.close()

    async def _say(self, one: Connection, message: Json) -> None:
        if not one.socket.closed:
            await one.socket.send_json(message)

    def _heard(self, one: Connection, text: str) -> None:
        said = _object(text)
        envelope = one.waiting.get(str(said.get("envelope_id")))
        if envelope is None or envelope.answer.done():
            self._world.refuse("socket", "unknown_envelope")
            return
        payload = said.get("payload")
        # An empty one is nothing said: Slack's own client for JavaScript sends it with every acknowledgement.
        if payload and (not envelope.talks or not isinstance(payload, dict)):
            self._world.refuse("socket", "payload_not_accepted", envelope.kind)
            envelope.answer.set_result(Answer(200, error="dispatch_failed"))
            return
        envelope.answer.set_result(Answer(200, json.dumps(payload) if payload else ""))

    def _gone(self, one: Connection) -> None:
        if one in self._open:
            self._open.remove(one)
        for envelope in one.waiting.values():
            if not envelope.answer.done():
                envelope.answer.set_result(Answer(0, error="operation_timeout"))
        self._world.log("socket", "Kept", f"closed, {len(self._open)} open")


DEBUG: dict[str, Any] = {"debug_info": {"host": "applink-sandbox"}}


def _object(text: str) -> Json:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
