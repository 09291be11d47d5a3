"""Fault switches: what the Web API does wrong on its next calls."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from contextlib import suppress

from aiohttp import web

SLOW = 15.0  # seconds
# Each kind, and for the page what it does. Whether the call was done decides if a second try would be a double.
KINDS = {
    "429": "429 with Retry-After; not done", "429-bare": "429 without Retry-After; not done", "500": "500; not done",
    "html": "a web page instead of JSON; not done", "list": "[1] instead of an object; not done",
    "truncated": "done, but half an answer", "slow": "done, answered after 15 seconds",
    "reset-before": "connection dropped; not done", "reset-after": "done, then connection dropped",
}
CODES = ("channel_not_found", "is_archived", "not_in_channel", "user_not_found", "token_revoked", "internal_error")
DONE = frozenset({"truncated", "slow", "reset-after"})


class Faults:
    """Ordered per method; each is used once. Any kind not in KINDS is an error code of Slack's."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, deque[str]] = defaultdict(deque)

    def add(self, method: str, kind: str, times: int = 1) -> None:
        self._waiting[method].extend([kind] * times)

    def take(self, method: str) -> str:
        waiting = self._waiting[method]
        return waiting.popleft() if waiting else ""

    def waiting(self) -> dict[str, list[str]]:
        return {method: list(kinds) for method, kinds in self._waiting.items() if kinds}


def instead(request: web.Request, kind: str) -> web.Response:
    """The answer to a call that was not done."""
    if kind in ("429", "429-bare"):
        return limited("1" if kind == "429" else "")
    if kind == "500":
        return web.Response(status=500, text="Internal Server Error")
    if kind == "html":
        return web.Response(text="<!doctype html><title>Slack</title><p>We are having trouble.</p>", content_type="text/html")
    if kind == "list":
        return web.Response(text="[1]", content_type="application/json")
    if kind == "reset-before":
        return _dropped(request)
    return web.json_response({"ok": False, "error": kind})


async def spoiled(request: web.Request, kind: str, answer: web.Response, stopping: asyncio.Event) -> web.Response:
    """The answer to a call that was done."""
    if kind == "reset-after":
        return _dropped(request)
    if kind == "truncated":
        whole = answer.text or ""
        return web.Response(text=whole[: len(whole) // 2], content_type="application/json")
    with suppress(TimeoutError):
        await asyncio.wait_for(stopping.wait(), SLOW)
    return answer


def limited(after: str) -> web.Response:
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": after} if after else {})


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)
