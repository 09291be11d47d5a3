"""The only place that reads the time."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path


class Clock:
    """Wall time, and care time: what promises, nudges and digests run on. They differ only in the sandbox (SPEC 8)."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._last = timedelta(0)

    def wall(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        """Care time, aware, in UTC."""
        return self.wall() + self.offset()

    def offset(self) -> timedelta:
        """By how much care time runs ahead. A file that cannot be read leaves it where it was."""
        if self._file is not None:
            with suppress(OSError, ValueError, OverflowError):
                self._last = timedelta(seconds=float(self._file.read_text(encoding="ascii")))
        return self._last
