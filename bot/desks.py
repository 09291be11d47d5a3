"""Makes Homes and publishes them: at once for who looks, at the next beat for whose desk changed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.deliver import Delivery
from bot.fresh import WITHIN, Fresh
from bot.logs import log
from handlers.fresh import Unsure
from handlers.home import Queued, checking, sweep_desk
from models.errors import CareError
from models.store import Store
from models.team import Member
from models.workspace import Subject, due_now, forget, lease, schedule

LOG = log("desks")
BATCH, ROUNDS = 50, 3
LEASE = timedelta(seconds=20)      # a desk that a worker took and did not make comes up again after this
ASK_WITHIN = 1.2                   # seconds, of someone who waits
STRANGER_AGAIN = timedelta(minutes=1)


class Desks:
    """One for each process that publishes. Safe to use from several threads."""

    def __init__(self, store: Store, fresh: Fresh, delivery: Delivery, clock: Clock) -> None:
        self._store, self._fresh, self._delivery, self._clock = store, fresh, delivery, clock
        self._sending = ThreadPoolExecutor(4, "kept-home")

    def close(self) -> None:
        """What has been queued and not sent is sent by a worker."""
        self._sending.shutdown(cancel_futures=True)

    def show(self, workspace: UUID, act: Callable[[Session], Queued | None]) -> None:
        """For someone who looks: ``act`` queues their Home; when Slack must be asked first, it is asked now."""
        self._sending.submit(self._show, workspace, act)

    def _show(self, workspace: UUID, act: Callable[[Session], Queued | None]) -> None:
        try:
            queued = self._store.transact(workspace, act)
            if queued is not None:
                self._send(workspace, queued.message or self._asked(workspace, queued.desk))
        except Exception:
            LOG.exception("a home was not shown", extra={"workspace": workspace})

    def _asked(self, workspace: UUID, key: UUID) -> UUID | None:
        try:
            return self._make(workspace, key, ASK_WITHIN)
        except Unsure:
            return self._store.transact(workspace, lambda s: checking(s, workspace, key, self._clock.wall()))

    def make_due(self) -> None:
        """The desks that changed, or whose time has come."""
        now = self._clock.now()
        if not self._store.peek(lambda s: due_now(s, Subject.DESK, now, 1)):
            return
        for workspace, key in self._store.untenanted(lambda s: lease(s, Subject.DESK, now, now + LEASE, BATCH)):
            try:
                message = self._make(workspace, key)
            except CareError:
                continue  # Slack did not say, or the database is busy: it comes up again
            except Exception:
                LOG.exception("a desk was not made", extra={"workspace": workspace, "subject": key})
                continue
            if message is not None:
                self._sending.submit(self._send, workspace, message)

    def meet(self) -> None:
        """Ask who one of those is of whom nothing is known yet: whoever came with a whole channel and never typed."""
        wall = self._clock.wall()
        if not self._store.peek(lambda s: due_now(s, Subject.MEMBER, wall, 1)):
            return
        for workspace, key in self._store.untenanted(lambda s: lease(s, Subject.MEMBER, wall, wall + STRANGER_AGAIN, 1)):
            user = self._store.transact(workspace, lambda s: _stranger(s, workspace, key))  # noqa: B023
            if user is not None:
                self._fresh.ask(workspace, Unsure({}, (user,)))

    def _make(self, workspace: UUID, key: UUID, seconds: float = WITHIN) -> UUID | None:
        """The message queued, if it looks different. Raises Unsure when Slack did not say who may see it; then it comes up
        again."""
        for _ in range(ROUNDS):
            now, wall = self._clock.now(), self._clock.wall()
            try:
                return self._store.transact(workspace, lambda s: sweep_desk(s, workspace, key, now, wall))  # noqa: B023
            except Unsure as unsure:
                wait = self._fresh.ask(workspace, unsure, seconds)
                if wait is not None:
                    self._store.untenanted(lambda s: schedule(s, workspace, Subject.DESK, key, now + wait))  # noqa: B023
                    raise
        return None

    def _send(self, workspace: UUID, message: UUID | None) -> None:
        """What does not leave now is tried again by a worker."""
        if message is None:
            return
        try:
            self._delivery.attempt(workspace, message, 0)
        except Exception:
            LOG.exception("a home was not sent", extra={"workspace": workspace, "subject": message})


def _stranger(session: Session, workspace: UUID, key: UUID) -> str | None:
    member = session.get(Member, (workspace, key))
    if member is None or member.checked_at is not None:
        forget(session, workspace, key)
        return None
    return member.slack_id
