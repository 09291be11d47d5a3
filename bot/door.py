"""The one door in (SPEC 6): size, encoding, deadline, time and raw-byte signature, before anything is parsed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from bot import inbound
from bot.clock import Clock
from bot.logs import log
from bot.manifest import REDIRECT_PATH
from bot.oauth import INSTALL_PATH, Installing
from bot.shapes import Malformed, text_of

if TYPE_CHECKING:
    from bot.dispatch import Dispatch

LOG = log("door")
JSON = {"content-type": "application/json"}
LARGEST = 1024 * 1024          # bytes of a body
BODY_WITHIN = 5.0              # seconds for a whole body to arrive
LONGEST = 8192                 # bytes of an address's question, or of cookies
WINDOW = 300                   # seconds either way of a request's own timestamp

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Refused(Exception):
    """``status`` is all the sender is told."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Door:
    """An ASGI application. ``ready`` returns the faults that keep the process from working; empty when there are none.
    ``notices`` are what else somebody should know.

    Without a ``secret``, which is so in Socket Mode, nothing that Slack could send is taken here.
    """

    def __init__(self, secret: str, clock: Clock, dispatch: Dispatch, ready: Callable[[], Mapping[str, str]],
                 installing: Installing | None = None, notices: Callable[[], Mapping[str, str]] = dict) -> None:
        self._installing = installing
        self._secret, self._clock, self._dispatch, self._ready = secret.encode(), clock, dispatch, ready
        self._notices = notices
        self._looks = ThreadPoolExecutor(1, "kept-ready")
        self._installs = ThreadPoolExecutor(2, "kept-install")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            status, headers, body = await self._answer(scope, receive)
        except Refused as refusal:
            LOG.warning("refused", extra={"status": refusal.status, "code": refusal.code})
            status, headers, body = refusal.status, {}, b""
        heads = [(name.encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": status, "headers": heads})
        await send({"type": "http.response.body", "body": body})

    def close(self) -> None:
        """Waits for what has begun."""
        self._looks.shutdown(cancel_futures=True)
        self._installs.shutdown(cancel_futures=True)

    async def _answer(self, scope: Scope, receive: Receive) -> tuple[int, dict[str, str], bytes]:
        path, method = scope["path"], scope["method"]
        if path == "/healthz" and method == "GET":
            return 200, {"content-type": "text/plain"}, b"ok"
        if path == "/readyz" and method == "GET":
            loop = asyncio.get_running_loop()
            faults = await loop.run_in_executor(self._looks, self._ready)
            notices = await loop.run_in_executor(self._looks, self._notices)
            return (503 if faults else 200), {"content-type": "application/json"}, json.dumps(
                {"ready": not faults, "faults": dict(faults), "notices": dict(notices)}).encode()
        if self._installing is not None and path in (INSTALL_PATH, REDIRECT_PATH) and method == "GET":
            heads = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
            query, cookies = scope["query_string"][:LONGEST], heads.get(b"cookie", b"")[:LONGEST]
            page = await asyncio.get_running_loop().run_in_executor(
                self._installs, self._installing.answer, path, query.decode("latin-1"), cookies.decode("latin-1"))
            return page.status, page.headers, page.body
        if path != "/slack/events" or not self._secret:
            raise Refused(404, "no such path")
        if method != "POST":
            raise Refused(405, "not a post")
        headers = {bytes(name).lower(): bytes(value) for name, value in scope["headers"]}
        body = await _body(headers, receive)
        if not self._signed(headers, body):
            if _is_ssl_check(body):
                return 200, {}, b""
            raise Refused(401, "not signed")
        return await self._trusted(headers, body)

    def _signed(self, headers: Mapping[bytes, bytes], body: bytes) -> bool:
        stamp, given = headers.get(b"x-slack-request-timestamp", b""), headers.get(b"x-slack-signature", b"")
        if not stamp.isdigit() or len(stamp) > 12:
            return False
        if abs(self._clock.wall().timestamp() - int(stamp)) > WINDOW:
            return False
        made = hmac.new(self._secret, b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(f"v0={made}".encode(), given)

    async def _trusted(self, headers: Mapping[bytes, bytes], body: bytes) -> tuple[int, dict[str, str], bytes]:
        kind = headers.get(b"content-type", b"").split(b";")[0].strip().lower().decode("latin-1")
        try:
            payload = inbound.read(body, kind)
            if payload.kind == "ssl_check":
                return 200, {}, b""
            if payload.kind == "url_verification":
                return 200, JSON, json.dumps({"challenge": text_of(payload.body, "challenge")}).encode()
            answer = await self._dispatch.take(payload)
        except Malformed:
            raise Refused(400, "malformed") from None
        return answer.status, answer.headers, answer.body


async def _body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refused(415, "encoded")
    length = headers.get(b"content-length", b"0")
    if not length.isdigit() or int(length[:20]) > LARGEST:
        raise Refused(413, "too large")
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_WITHIN):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400, "gone")
                part = message.get("body", b"")
                size += len(part)
                if size > LARGEST:
                    raise Refused(413, "too large")
                parts.append(part)
                if not message.get("more_body"):
                    return b"".join(parts)
    except TimeoutError:
        raise Refused(408, "too slow") from None


def _is_ssl_check(body: bytes) -> bool:
    """Slack's own check of the certificate comes unsigned, and asks for nothing but an answer."""
    return len(body) < 1000 and b"ssl_check=1" in body.split(b"&")
