"""The only place that reads the time."""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

NEAR = timedelta(seconds=2)      # Slack says only to the second what time it is: this near, ours is right
OFF = timedelta(seconds=60)      # further from Slack's clock than this, ours is wrong
QUICK = 2.0                      # seconds; a slower answer says less of what time it is
# Goes on while a machine sleeps, where there is such a one; nobody can set it.
TICKS = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def off_by(off: timedelta) -> str:
    seconds = round(abs(off).total_seconds())
    much = f"{seconds} seconds" if seconds < 120 else f"{seconds // 60} minutes"
    return f"this machine's clock is {much} {'ahead of' if off > timedelta(0) else 'behind'} Slack's"


class Clock:
    """Wall time, and care time: what promises, nudges and digests run on. They differ only in the sandbox (SPEC 8)."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._last = timedelta(0)
        self._heard: tuple[datetime, float] | None = None

    def ticks(self) -> float:
        """Seconds since some moment; only differences mean anything."""
        return time.clock_gettime(TICKS)

    def hear(self, said: datetime, asked: float) -> None:
        """Slack, asked at that tick, has just said what time it is, to the second."""
        now = self.ticks()
        if self._heard is None or now - asked < QUICK:
            self._heard = said + timedelta(seconds=0.5), now

    @property
    def heard(self) -> bool:
        """Whether Slack has said what time it is."""
        return self._heard is not None

    def slack(self) -> datetime:
        """What time it is by Slack's clock, which all workers share and nobody here can set; the wall's until it was heard,
        and as long as it is right.
        """
        wall = self.wall()
        if self._heard is None:
            return wall
        said, at = self._heard
        told = said + timedelta(seconds=self.ticks() - at)
        return wall if abs(wall - told) < NEAR else told

    def off(self) -> timedelta | None:
        """By how much this machine's clock runs ahead of Slack's, or behind it when negative; None when that is little."""
        found = self.wall() - self.slack()
        return found if abs(found) > OFF else None

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
