"""Rehearsals that leads asked for in Slack: one is made while nobody waits for it, and answered in a message."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.clock import Clock
from bot.logs import log
from bot.rehearse import rehearse
from handlers.cards.rehearsal import Said
from handlers.rehearsal import DAYS, answer, asked, give_up
from models.store import Store
from models.workspace import Subject, due_now, lease

LOG = log("rehearsing")
LEASE = timedelta(minutes=10)   # one that a worker began and did not end comes up again after this


class Rehearsing:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock

    def make_due(self) -> None:
        """One at a time: it takes seconds, and the sweep waits for it."""
        now = self._clock.now()
        if not self._store.peek(lambda s: due_now(s, Subject.REHEARSAL, now, 1)):
            return
        for workspace, key in self._store.untenanted(lambda s: lease(s, Subject.REHEARSAL, now, now + LEASE, 1)):
            self._make(workspace, key)

    def _make(self, workspace: UUID, key: UUID) -> None:
        now = self._clock.now()
        team = self._store.transact(workspace, lambda s: asked(s, workspace, key))
        if team is None:
            return
        try:
            found = rehearse(self._store, workspace, team, now, DAYS)
        except Exception:
            # It would break again each time: whoever waits for it hears that, and may ask anew.
            self._store.transact(workspace, lambda s: give_up(s, workspace, key, now, self._clock.wall()))
            raise
        said = [Said(one.at, one.to, one.kind) for one in found.messages]
        self._store.transact(workspace, lambda s: answer(s, workspace, key, said, now, self._clock.wall(), sample=found.sample))
        LOG.info("rehearsed", extra={"workspace": workspace, "count": len(said)})
