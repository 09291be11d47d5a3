"""Who writes next: one at a time, in the order they came."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from models.errors import Busy

BUSY = "Kept is very busy just now, so nothing was saved. Please send it again in a moment."
WRITER_WAIT = 2.0  # seconds; under Slack's three, with time left to say so


class Turnstile:
    """First come, first served. SQLite's own lock starves: one busy writer can shut out all others."""

    def __init__(self, wait: float) -> None:
        self._wait = wait
        self._mutex = threading.Lock()
        self._queue: deque[threading.Event] = deque()
        self._taken = False

    @contextmanager
    def ticket(self) -> Iterator[None]:
        turn: threading.Event | None = None
        with self._mutex:
            if self._taken:
                turn = threading.Event()
                self._queue.append(turn)
            self._taken = True
        if turn is not None and not turn.wait(self._wait) and self._gave_up(turn):
            raise Busy(BUSY)
        try:
            yield
        finally:
            self._next()

    def _gave_up(self, turn: threading.Event) -> bool:
        """True when the turn was withdrawn; False when it came at the very last moment after all."""
        with self._mutex:
            if turn.is_set():
                return False
            self._queue.remove(turn)
            return True

    def _next(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._taken = False
