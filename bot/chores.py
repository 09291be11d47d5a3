"""What the worker does each hour besides: checkpoints of the audit, and letting go of what has been kept long enough."""

from __future__ import annotations

import time
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from bot import checkpoints
from bot.clock import Clock
from bot.logs import log
from bot.purge import Purge
from bot.tokens import Slacks
from models import keeping, rotation
from models.audit import PAGE
from models.errors import CareError
from models.heartbeat import checkpoint_written, checkpointed
from models.store import Store
from models.workspace import every, installed

LOG = log("chores")
ACTOR = "system"
PAUSE = 0.05       # seconds between batches, in which people's commands come in


class Chores:
    """``where`` is the file or address that the audit's checkpoints go to each day, if any."""

    def __init__(self, store: Store, slacks: Slacks, clock: Clock, where: str) -> None:
        self._store, self._slacks, self._clock, self._where = store, slacks, clock, where

    def run(self) -> None:
        self._checkpoint()
        for workspace in self._store.peek(installed):
            self._let_go_of_closed(workspace)
        for workspace, _ in self._store.peek(every):
            self._cut_audit(workspace)
        self._end_abandoned()

    def _checkpoint(self) -> None:
        """Once a day; what was not taken is tried again each hour, and /readyz and the doctor say so after a day."""
        wall = self._clock.wall()
        if not self._where or self._store.peek(lambda s: checkpointed(s, wall)):
            return
        try:
            count = checkpoints.write(self._store, self._where, wall)
        except checkpoints.NotTaken as error:
            LOG.error("the audit's checkpoints were not taken: check KEPT_AUDIT_CHECKPOINTS", extra={"code": error.code})
            return
        self._store.untenanted(lambda s: checkpoint_written(s, wall))
        LOG.info("audit checkpoints written", extra={"count": count})

    def _let_go_of_closed(self, workspace: UUID) -> None:
        now = self._clock.now()
        for patient in self._store.look(workspace, lambda s: keeping.closed_too_long(s, workspace, now)):
            try:
                receipt = Purge(self._store, workspace, lambda channel, ts: self._slacks.of(workspace).delete(channel, ts),
                                self._clock.wall, time.sleep, LOG.debug).run(patient, ACTOR)
            except CareError:
                # Slack is away, or a message is on its way: the next hour is soon enough.
                LOG.warning("a patient closed long ago is not purged yet", extra={"workspace": workspace})
                continue
            LOG.info("a patient closed long ago is purged", extra={"workspace": workspace, "count": receipt.rows})

    def _cut_audit(self, workspace: UUID) -> None:
        wall, cut = self._clock.wall(), PAGE
        while cut == PAGE:
            cut = self._store.transact(workspace, lambda s: keeping.cut_audit(s, workspace, wall))
            if cut:
                LOG.info("old audit rows are cut off", extra={"workspace": workspace, "count": cut})

    def _end_abandoned(self) -> None:
        wall = self._clock.wall()
        for workspace, name, end in self._store.peek(lambda s: keeping.abandoned(s, wall)):
            if end > wall:
                LOG.warning("a workspace that uninstalled Kept loses its data key soon", extra={
                    "workspace": name, "kind": f"on {end:%Y-%m-%d}"})
                continue
            if self._store.transact(workspace, partial(_end, store=self._store, workspace=workspace, wall=wall)):
                LOG.warning("the data key of a workspace that uninstalled Kept is destroyed", extra={"workspace": name})
            self._store.forget_key(workspace)
            while self._store.transact(workspace, partial(_empty, store=self._store, workspace=workspace)):
                time.sleep(PAUSE)


def _end(session: Session, store: Store, workspace: UUID, wall: datetime) -> bool:
    """Looked at once more, in the transaction that does it: it may have been installed or held meanwhile."""
    row = keeping.locked(session, workspace)
    end = keeping.destroyed_at(row)
    if end is None or rotation.keys_of(session, store.keyring, workspace).destroyed:
        return False
    rotation.destroy(session, store.keyring, workspace, wall, ACTOR)
    return True


def _empty(session: Session, store: Store, workspace: UUID) -> int:
    if not rotation.keys_of(session, store.keyring, workspace).destroyed:
        return 0
    return keeping.empty(session, workspace)
