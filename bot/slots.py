"""Which worker this process is. Each holds a name that no living process shares, and a restarted one takes it up again."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from typing import IO

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from models.store import Store, lite_path

SLOTS = 32
KEY = 7235407  # the first half of our advisory locks; the second is the slot


class Slot:
    """On SQLite one worker, by a lock on a file; on PostgreSQL up to 32, by advisory locks of a session each."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._file: IO[bytes] | None = None
        self._connection: Connection | None = None
        self._number = 0

    def take(self) -> str | None:
        """The worker's name, or None when there is no free place."""
        path = lite_path(self._store.url)
        if path is not None:
            self._file = os.fdopen(os.open(f"{path}-worker.lock", os.O_CREAT | os.O_RDWR, 0o600), "r+b")
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._file.close()
                return None
            return "kept-1"
        self._connection = self._connect()
        for number in range(1, SLOTS + 1):
            if self._lock(number):
                self._number = number
                return f"kept-{number}"
        return None

    def kept(self) -> bool:
        """Whether the place is still ours. A lost connection gave it up: then it is taken again, if nobody else has it."""
        if self._connection is None:
            return True
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            # Replaced only by one that opened: while the database is away this raises, and the next beat comes here again.
            fresh = self._connect()
            self._connection.invalidate()
            self._connection.close()
            self._connection = fresh
            return self._lock(self._number)
        return True

    def _connect(self) -> Connection:
        return self._store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def of_the_dead(self) -> Iterator[str]:
        """Names that nobody holds, each held by us while it is looked at."""
        if self._connection is None:
            return
        for number in range(1, SLOTS + 1):
            if number != self._number and self._lock(number):
                try:
                    yield f"kept-{number}"
                finally:
                    self._connection.execute(text("SELECT pg_advisory_unlock(:key, :number)"), {"key": KEY, "number": number})

    def _lock(self, number: int) -> bool:
        if self._connection is None:
            return False
        return bool(self._connection.scalar(text("SELECT pg_try_advisory_lock(:key, :number)"),
                                            {"key": KEY, "number": number}))

    def give_back(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
