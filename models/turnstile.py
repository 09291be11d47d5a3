"""Who writes next: one at a time, in the order they came; and on SQLite, the writers of other processes too."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from models.errors import Busy

BUSY = "Kept is very busy just now, so nothing was saved. Please send it again in a moment."
WRITER_WAIT = 2.0  # seconds; under Slack's three, with time left to say so
PATIENCE = round(WRITER_WAIT * 1000)   # as SQLite counts it
AGAIN = 0.002      # seconds between two tries to write while another process does


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


def begin_writing(connection: Connection) -> None:
    """Begin a transaction that writes, once no other process writes to this SQLite file. Raises as the engine does when that
    takes too long.

    SQLite's own way of waiting looks again after ever longer pauses, up to a tenth of a second: a worker that decides one item
    after another then kept people waiting for seconds. Who looks each moment comes in between any two of its transactions.
    """
    raw: Any = connection.connection.driver_connection
    until = time.monotonic() + WRITER_WAIT
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                    break
            time.sleep(AGAIN)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={PATIENCE}")
