"""Socket Mode: connections that Kept opens to Slack, over which commands come in and acknowledgements go out.

Slack closes each connection every few hours, after asking for another in its place. Here a new one always stands before
the old is given up, and the old is read until it is closed, since what Slack sent there it sends nowhere else. slack_sdk's
own client closes the old one first and looks for a lost one every five seconds, so this stands on aiohttp, as that does.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from types import TracebackType
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, ClientWSTimeout, WSMsgType

from bot import inbound
from bot.dispatch import Dispatch
from bot.door import LARGEST
from bot.logs import log
from bot.shapes import Malformed
from bot.slack import Limited, SlackError

LOG = log("socket")
LINES = 2              # connections at a time, so that the loss of one leaves another
APART = 2.0            # seconds between their first openings: Slack asks for a new one after about the same time
OPEN_WITHIN = 10.0     # seconds until Slack's hello
PING_EVERY = 5.0       # seconds; half of it without an answer, and the line is dead
LINGER = 30.0          # seconds an old line is read on; Slack closes it ten seconds after its warning
ACK_WITHIN = 2.5       # seconds an acknowledgement waits for a line, of the three a person waits
FINISH_WITHIN = 10.0   # seconds at the end for what has begun
LOST_FOR = 3.0         # seconds without a line until it is said
BRIEF = 1.0            # seconds: lines that live no longer, one after another, are failures to open one
FIRST_PAUSE, MOST_PAUSE = 0.5, 30.0
REASONS = frozenset({"warning", "refresh_requested", "too_many_websockets", "link_disabled"})
Json = dict[str, Any]


class NotOpened(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(eq=False)
class Line:
    """One connection, from its opening to its close. ``over`` is when another must be opened in its place."""

    ws: ClientWebSocketResponse
    over: asyncio.Event = field(default_factory=asyncio.Event)
    told: asyncio.Event = field(default_factory=asyncio.Event)  # something was heard that says whether it stands
    stands: bool = False
    why: str = ""
    reader: asyncio.Task[None] | None = None

    def end(self, why: str) -> None:
        self.why = self.why or why
        self.over.set()
        self.told.set()


class Socket:
    """Used as an async context manager. ``address`` asks Slack where the next line is to be opened, and may block."""

    def __init__(self, address: Callable[[], str], dispatch: Dispatch, lines: int = LINES) -> None:
        self._address, self._dispatch, self._places = address, dispatch, lines
        self._lines: list[Line] = []
        self._keepers: list[asyncio.Task[None]] = []
        self._old: set[asyncio.Task[None]] = set()
        self._under_way: set[asyncio.Task[None]] = set()
        self._standing = asyncio.Event()
        self._lost_at: float | None = monotonic() - LOST_FOR
        self._code = "not yet"

    def faults(self) -> dict[str, str]:
        """For ``/readyz``. May be asked from any thread."""
        lost_at = self._lost_at
        if lost_at is None or monotonic() - lost_at < LOST_FOR:
            return {}
        return {"socket": f"Slack's socket is not connected ({self._code})"}

    async def __aenter__(self) -> Socket:
        self._session = ClientSession(trust_env=True)
        self._keepers = [asyncio.create_task(self._keep(place * APART)) for place in range(self._places)]
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """No new lines; what has begun is finished and acknowledged, and what comes meanwhile too; then all is closed."""
        for task in (*self._keepers, *self._old):
            task.cancel()
        await asyncio.gather(*self._keepers, *self._old, return_exceptions=True)
        until = monotonic() + FINISH_WITHIN
        while self._under_way and monotonic() < until:
            await asyncio.wait(self._under_way, timeout=until - monotonic())
        await asyncio.gather(*(line.ws.close() for line in self._lines), return_exceptions=True)
        await asyncio.gather(*(line.reader for line in self._lines if line.reader), return_exceptions=True)
        await self._session.close()

    async def _keep(self, after: float) -> None:
        """One of the lines: opened, and opened anew whenever it is over; the old one is let go once the new one stands."""
        await asyncio.sleep(after)
        failed, old = 0, None
        while True:
            try:
                line = await self._open()
            except Exception as error:
                # Whatever kept it from opening may pass; nothing but this loop would ever try again.
                failed += 1
                self._code = error.code if isinstance(error, SlackError | NotOpened) else "unreachable"
                LOG.warning("a line to slack did not open", extra={"code": self._code, "count": failed})
                await asyncio.sleep(_pause(failed, error))
                continue
            if old is not None:
                self._hold(self._old, self._let_go(old))
            old, begun = line, monotonic()
            await line.over.wait()
            LOG.info("a line to slack is over", extra={"code": line.why})
            failed = failed + 1 if line.why == "lost" and monotonic() - begun < BRIEF else 0
            if failed > 1:
                await asyncio.sleep(_pause(failed - 1))

    async def _open(self) -> Line:
        """Returns once Slack has said hello on it. Raises NotOpened, SlackError, ClientError or TimeoutError."""
        url = await asyncio.get_running_loop().run_in_executor(None, self._address)
        async with asyncio.timeout(OPEN_WITHIN):
            ws = await self._session.ws_connect(url, heartbeat=PING_EVERY, max_msg_size=LARGEST,
                                                timeout=ClientWSTimeout(ws_close=1.0))
            line = Line(ws)
            self._lines.append(line)
            line.reader = asyncio.create_task(self._read(line))
            try:
                await line.told.wait()
                if not line.stands:
                    raise NotOpened(line.why)
            except BaseException:
                await ws.close()
                raise
        return line

    async def _read(self, line: Line) -> None:
        try:
            async for message in line.ws:
                if message.type is WSMsgType.TEXT:
                    self._heard(line, message.data)
        finally:
            self._lines.remove(line)
            line.end("lost")
            if not any(one.stands for one in self._lines):
                self._standing.clear()
                self._lost_at, self._code = monotonic(), line.why

    async def _let_go(self, line: Line) -> None:
        if line.reader is not None:
            await asyncio.wait([line.reader], timeout=LINGER)
        await line.ws.close()

    def _heard(self, line: Line, text: str) -> None:
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            LOG.warning("nothing that slack sends")
        elif found.get("type") == "hello":
            line.stands, self._lost_at = True, None
            line.told.set()
            self._standing.set()
            LOG.info("a line to slack stands", extra={"count": sum(one.stands for one in self._lines)})
        elif found.get("type") == "disconnect":
            line.end(found["reason"] if found.get("reason") in REASONS else "disconnect")
        elif isinstance(found.get("envelope_id"), str):
            self._hold(self._under_way, self._answer(line, found))
        else:
            LOG.warning("nothing that slack sends")

    def _hold(self, among: set[asyncio.Task[None]], work: Any) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)

    async def _answer(self, line: Line, envelope: Json) -> None:
        """Acknowledged once the work is committed. What failed is not, so that Slack sends an event again."""
        said: Json = {"envelope_id": envelope["envelope_id"]}
        try:
            payload = inbound.of_socket(envelope.get("type"), envelope.get("payload"))
            answer = await self._dispatch.take(payload)
        except Malformed:
            LOG.warning("malformed")
            await self._acknowledge(line, said)
            return
        except Exception:
            LOG.exception("a request failed")
            return
        if answer.status != 200:
            LOG.warning("not acknowledged", extra={"kind": payload.kind, "status": answer.status})
            return
        if answer.body and envelope.get("accepts_response_payload") is True:
            said["payload"] = json.loads(answer.body)
        await self._acknowledge(line, said)

    async def _acknowledge(self, line: Line, said: Json) -> None:
        """Over the line it came on; when that is gone, over another, or the next that stands."""
        text = json.dumps(said)
        for _ in range(2):
            for one in (line, *(other for other in self._lines if other.stands and other is not line)):
                try:
                    await one.ws.send_str(text)
                    return
                except (ClientError, ConnectionError):
                    continue
            try:
                async with asyncio.timeout(ACK_WITHIN):
                    await self._standing.wait()
            except TimeoutError:
                break
        LOG.warning("an acknowledgement found no line")


def _pause(failed: int, error: Exception | None = None) -> float:
    """Longer each time, and uneven, so that several processes do not all come at once; as long as Slack says, if it does."""
    if isinstance(error, Limited):
        return error.after.total_seconds()
    return float(min(MOST_PAUSE, FIRST_PAUSE * 2 ** (failed - 1)) * random.uniform(0.75, 1.25))  # noqa: S311  no secret
