"""Care time: wall time and an offset, handed to the app through a file (KEPT_CLOCK_FILE)."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from datetime import time as wall_time
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
MORNING = wall_time(8, 45)


class Clock:
    """Runs ahead of wall time by ``offset`` seconds, which only grow. Wall time itself is never touched."""

    def __init__(self, file: Path | None = None) -> None:
        self._file, self._offset = file, 0.0
        self._lock = threading.Lock()
        self.on_move: Callable[[], None] = lambda: None
        if file is not None:
            with suppress(OSError, ValueError):
                self._offset = float(file.read_text(encoding="ascii"))

    @property
    def offset(self) -> float:
        return self._offset

    def now(self) -> datetime:
        """Care time, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset)

    def forward(self, seconds: float) -> None:
        """Raises ValueError for a step back: what was due cannot become not due again."""
        if not 0 <= seconds < 10 * 366 * 86_400:
            raise ValueError("care time only goes forward, by less than ten years at a time")
        with self._lock:
            self._offset += seconds
            self._write()
        self.on_move()

    def to_next_morning(self) -> None:
        """To 8:45 in New York on the next day, Monday to Friday, that has not begun."""
        now = self.now()
        day = now.astimezone(ZONE).date() + timedelta(days=1)
        while day.isoweekday() > 5:
            day += timedelta(days=1)
        # The difference is taken in UTC: between two New York times it would miss an hour when the clocks change.
        morning = datetime.combine(day, MORNING, ZONE).astimezone(UTC)
        self.forward((morning - now).total_seconds())

    def _write(self) -> None:
        """The app reads this file at any moment, so it is replaced whole."""
        if self._file is None:
            return
        fresh = self._file.with_name(self._file.name + ".new")
        fresh.write_text(f"{self._offset:.6f}", encoding="ascii")
        os.replace(fresh, self._file)
