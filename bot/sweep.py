"""Decides what is due: by what Slack says now of who is here, or not yet when it does not say."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event
from uuid import UUID

from bot.clock import Clock
from bot.fresh import Fresh
from bot.logs import log
from handlers.fresh import Unsure
from handlers.sweeps import SWEEPS, Sweep
from models.heartbeat import sweep_begins, sweep_finished
from models.store import Store
from models.workspace import Subject, due_now, lease, schedule

LOG = log("sweep")
BATCH, PAUSE = 50, 0.02       # people's commands come in between batches
GAP = 0.01                    # and on SQLite, which has one writer at a time, between any two decisions
LEASE = timedelta(seconds=10) # longer than a batch takes, unless Slack has to be asked of many; doing one twice does nothing
ROUNDS = 3                    # an answer of Slack's may lead to another question
POSTPONE = timedelta(minutes=10)


class Sweeper:
    def __init__(self, store: Store, fresh: Fresh, clock: Clock) -> None:
        self._store, self._fresh, self._clock = store, fresh, clock

    def all(self, stop: Event, batch_done: Callable[[], None]) -> int:
        """Returns how many messages were decided. ``batch_done`` is called whenever some may wait to be handed over."""
        self._store.untenanted(lambda s: sweep_begins(s, self._clock.wall()))
        sent = sum(self._sweep(subject, sweep, stop, batch_done) for subject, sweep in SWEEPS)
        if not stop.is_set():
            self._store.untenanted(lambda s: sweep_finished(s, self._clock.wall()))
        LOG.info("sweep finished", extra={"count": sent})
        return sent

    def _sweep(self, subject: Subject, sweep: Sweep, stop: Event, batch_done: Callable[[], None]) -> int:
        """Each batch is leased, so that several workers share what is due: what one of them leaves undone comes up again."""
        sent, seen = 0, set[tuple[UUID, UUID]]()
        while not stop.is_set():
            now = self._clock.now()
            # The look first: most sweeps find nothing, and a look waits for no writer.
            if not self._store.peek(lambda s: due_now(s, subject, now, 1)):  # noqa: B023
                return sent
            leased = self._store.untenanted(lambda s: lease(s, subject, now, now + LEASE, BATCH))  # noqa: B023
            found = [one for one in leased if one not in seen]
            if not found:
                return sent
            seen.update(found)
            for workspace, key in found:
                sent += self._decide(sweep, subject, workspace, key, now)
                if self._store.lite:
                    time.sleep(GAP)
            batch_done()
            time.sleep(PAUSE)
        return sent

    def _decide(self, sweep: Sweep, subject: Subject, workspace: UUID, key: UUID, now: datetime) -> int:
        try:
            done = self._informed(sweep, subject, workspace, key, now)
        except Exception:
            # One row that cannot be decided must not hold up the others.
            LOG.exception("not decided", extra={"workspace": workspace, "subject": key})
            self._store.untenanted(lambda s: schedule(s, workspace, subject, key, now + POSTPONE))
            return 0
        LOG.info("decided", extra={"workspace": workspace, "subject": key, "kind": subject.value, "count": done})
        return done

    def _informed(self, sweep: Sweep, subject: Subject, workspace: UUID, key: UUID, now: datetime) -> int:
        """Decided by what Slack says now; when it does not say, nothing is decided yet."""
        for _ in range(ROUNDS):
            try:
                return self._store.transact(workspace, lambda s: sweep(s, workspace, key, now, self._clock.wall()))
            except Unsure as unsure:
                wait = self._fresh.ask(workspace, unsure)
                if wait is not None:
                    LOG.warning("put off until slack says who is here", extra={"workspace": workspace, "subject": key})
                    self._store.untenanted(lambda s: schedule(s, workspace, subject, key, now + wait))  # noqa: B023
                    return 0
        raise RuntimeError("still unsure after Slack answered")
