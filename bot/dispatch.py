"""From a trusted payload to its acknowledgement, whichever way it came: a pool of threads, and Bolt in them."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from slack_bolt import App, BoltRequest, BoltResponse

from bot.inbound import Payload
from bot.logs import log
from bot.shapes import Malformed
from handlers.cards import other, words

LOG = log("dispatch")
THREADS = 16
START_WITHIN = 1.8             # seconds a request may wait for a thread; the work itself then has the rest of the three
KINDS = frozenset({"command", "block_actions", "view_submission", "view_closed", "block_suggestion", "shortcut",
                   "message_action", "event_callback"})


@dataclass(frozen=True)
class Answer:
    """As HTTP says it; ``body`` is JSON, or empty."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


class Dispatch:
    """One for each process, shared by all its ways in."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(THREADS, "kept-request")

    async def take(self, payload: Payload) -> Answer:
        """Raises Malformed."""
        if payload.kind not in KINDS:
            # Slack may send what no part of Kept asked for; unacknowledged, the person would see an error.
            LOG.warning("nothing listens for that kind")
            return Answer(200)
        try:
            # Whichever way it came it was read once, so that Bolt does not read it otherwise.
            request = BoltRequest(body=dict(payload.body), mode="socket_mode")
        except (TypeError, ValueError, LookupError, AttributeError):
            # Bolt looks for ids in places where Kept does not.
            raise Malformed from None
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work() -> BoltResponse:
            loop.call_soon_threadsafe(begun.set)
            return self._app.dispatch(request)

        future = self._pool.submit(work)
        try:
            await asyncio.wait_for(begun.wait(), START_WITHIN)
        except TimeoutError:
            # Only what has not begun can be taken back; what has is waited for, since it may be saved.
            if future.cancel():
                LOG.warning("too busy", extra={"kind": payload.kind})
                return _busy(payload.kind)
        response = await asyncio.wrap_future(future)
        return Answer(response.status, (response.body or "").encode(),
                      {name: values[0] for name, values in response.headers.items()})

    def close(self) -> None:
        """Waits for what has begun."""
        self._pool.shutdown(cancel_futures=True)


def _busy(kind: str) -> Answer:
    """An honest sentence in time. Slack sends an event again by itself, if it is refused."""
    if kind != "command":
        return Answer(503)
    return Answer(200, json.dumps(other.sentence(words.BUSY).body()).encode(), {"content-type": "application/json"})
