"""What the worker does each hour besides: checkpoints of the audit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.auditing import write_checkpoints
from bot.clock import Clock
from bot.logs import log
from bot.tokens import Slacks
from models.store import Store

LOG = log("chores")


class Chores:
    """``checkpoints`` is the file they are appended to, if any: once a day by each worker, and once it starts."""

    def __init__(self, store: Store, slacks: Slacks, clock: Clock, checkpoints: Path | None) -> None:
        self._store, self._slacks, self._clock, self._checkpoints = store, slacks, clock, checkpoints
        self._written: date | None = None

    def run(self) -> None:
        self._checkpoint()

    def _checkpoint(self) -> None:
        wall = self._clock.wall()
        if self._checkpoints is None or self._written == wall.date():
            return
        try:
            count = write_checkpoints(self._store, self._checkpoints, wall)
        except OSError:
            LOG.error("the audit's checkpoints cannot be written: check KEPT_AUDIT_CHECKPOINTS and its permissions")
            return
        self._written = wall.date()
        LOG.info("audit checkpoints written", extra={"count": count})
