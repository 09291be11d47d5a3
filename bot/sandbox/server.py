"""A web server on this machine alone, with a loop and a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from aiohttp import web

T = TypeVar("T")
TURNS = 10
WITHIN = 30  # seconds a caller waits for what happens on the loop


class Server:
    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def running(self) -> bool:
        return self._loop is not None

    def start(self, make: Callable[[], web.Application], port: int) -> int:
        """Serve on 127.0.0.1, and return the port. Raises OSError when it is taken."""
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="sandbox", daemon=True)
        thread.start()
        self._loop, self._thread = loop, thread
        try:
            return self.wait(self._serve(make, port))
        except OSError:
            self._end()
            raise

    def stop(self, last: Coroutine[Any, Any, None]) -> None:
        """``last`` lets go of what still waits, before the server closes."""
        self.wait(self._unserve(last))
        self._end()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The outcome of what is done on the loop, for a caller in another thread."""
        if self._loop is None:
            work.close()
            raise RuntimeError("start() the sandbox first")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WITHIN)

    def is_here(self) -> bool:
        """Whether the caller is on the loop itself, where waiting for it would be for ever."""
        return self.running and threading.current_thread() is self._thread

    async def _serve(self, make: Callable[[], web.Application], port: int) -> int:
        self._runner = web.AppRunner(make(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        self._site = web.TCPSite(self._runner, "127.0.0.1", port)
        await self._site.start()
        return int(self._runner.addresses[0][1])

    async def _unserve(self, last: Coroutine[Any, Any, None]) -> None:
        # Nobody new first: the runner forgets, open, whoever comes while it waits for the others to go.
        await self._site.stop()
        for _ in range(TURNS):
            await asyncio.sleep(0)  # who was let in at the last moment is connected only in one of the loop's next turns
        server = self._runner.server
        transports = [one.transport for one in server.connections] if server else []
        await last
        await self._runner.cleanup()
        for one in transports:
            if one is not None:
                one.abort()  # who was killed at the other end never takes what is still to be sent
        await asyncio.get_running_loop().shutdown_default_executor()

    def _end(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()
            self._loop = None
