"""One try at one message: held, looked for if in doubt, sent, and what became of it written down."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.fresh import Fresh
from bot.logs import log
from bot.naming import PLAIN, Names
from bot.slack import Limited, LockedOut, Passing, Permanent, SlackError
from bot.tokens import NotInstalled, Slacks
from handlers.fresh import Unsure
from handlers.home import overtaken
from handlers.nudge import may_leave
from handlers.standing import arrived, hold_subjects, lost
from models import outgoing
from models.errors import Unreadable
from models.installation import NEVER, lock_out
from models.outgoing import NEAR, OutgoingState, Sort, Taken
from models.store import Store
from models.team import FRESH, older
from models.workspace import Subject, schedule

LOG = log("deliver")
ROUNDS = 3                      # a new question may follow from an answer
AROUND = timedelta(minutes=15)  # how far around a try to look for what it may have sent
HASTE = 10.0                    # seconds after which a try that has not begun to post does not: it was held up, or asleep


class Missed(Exception):
    """The try that this was is another's by now, or nearly so."""


@dataclass(frozen=True)
class Delivery:
    store: Store
    slacks: Slacks
    clock: Clock
    fresh: Fresh
    names: Names = PLAIN

    def attempt(self, workspace: UUID, key: UUID, number: int) -> str:
        """Returns a code for the log: sent, nothing, limited, passing, uncertain or failed. Raises no Slack error."""
        try:
            self.slacks.of(workspace)
        except NotInstalled:
            # Planned just before the app was uninstalled: it waits for the app to come back.
            self.store.untenanted(lambda s: schedule(s, workspace, Subject.OUTGOING, key, self.clock.wall() + NEVER))
            return "not installed"
        self._hear_the_time(workspace)
        begun = self.clock.ticks()
        try:
            taken = self._held(workspace, key, number)
        except Unreadable:
            return self.store.transact(workspace, lambda s: self._give_up(s, workspace, key, "unreadable"))
        if taken is None:
            return "nothing"
        LOG.info("message held", extra={"workspace": workspace, "subject": key})
        try:
            place = self._send(workspace, key, taken, begun)
        except Missed:
            return "missed"
        except SlackError as error:
            refusal = error
            if isinstance(refusal, LockedOut):
                self.store.untenanted(lambda s: lock_out(s, workspace, refusal.code))
            code = self.store.transact(workspace, lambda s: self._settle(s, workspace, key, taken, refusal))
        else:
            LOG.info("message accepted", extra={"workspace": workspace, "subject": key})
            self.store.transact(workspace, lambda s: self._arrived(s, workspace, key, *place))
            code = "sent"
        LOG.info("message settled", extra={"workspace": workspace, "subject": key, "code": code})
        return code

    def _held(self, workspace: UUID, key: UUID, number: int) -> Taken | None:
        """The message, if it may leave; whoever it is for must still be in the team when it does, not only when it was
        decided."""
        for _ in range(ROUNDS):
            wall = self.clock.wall()
            try:
                return self.store.transact(workspace, lambda s: self._take(s, workspace, key, number, wall))  # noqa: B023
            except Unsure as unsure:
                wait = self.fresh.ask(workspace, unsure)
                if wait is not None:
                    self.store.transact(workspace, lambda s: self._put_off(s, workspace, key, wait))  # noqa: B023
                    return None
        return None

    def _take(self, session: Session, workspace: UUID, key: UUID, number: int, wall: datetime) -> Taken | None:
        row = outgoing.glance(session, workspace, key)
        if row is not None and row.sort is Sort.HOME and older(row.created_at, wall, FRESH):
            overtaken(session, workspace, key, wall)
        elif row is not None and row.sort is Sort.POST and not may_leave(session, workspace, key, wall):
            self._give_up(session, workspace, key, "not_here")
        return outgoing.take(session, workspace, key, number, wall, self.clock.slack())

    def _put_off(self, session: Session, workspace: UUID, key: UUID, wait: timedelta) -> None:
        row, wall = outgoing.glance(session, workspace, key), self.clock.wall()
        if row is None or row.state in outgoing.ENDED:
            return
        if wall - row.created_at > outgoing.GIVE_UP:
            self._give_up(session, workspace, key, "not_known")
        else:
            schedule(session, workspace, Subject.OUTGOING, key, wall + wait)

    def _hear_the_time(self, workspace: UUID) -> None:
        """What may be on its way is known by Slack's clock: it is asked before anything is sent."""
        if not self.clock.heard:
            with suppress(SlackError):
                self.slacks.of(workspace).whoami()

    def _send(self, workspace: UUID, key: UUID, taken: Taken, begun: float) -> tuple[str, str]:
        slack, body = self.slacks.of(workspace), self.names.written(taken.body)
        if taken.sort is Sort.UPDATE and taken.ts:
            return slack.update(taken.channel, taken.ts, body)
        if taken.sort is Sort.HOME:
            return slack.publish(taken.channel, body)
        if taken.sort is Sort.WHISPER:
            return slack.whisper(taken.channel, taken.person, body)
        if taken.tried_at is not None:
            found = slack.find(taken.channel, str(key), taken.tried_at - AROUND, taken.tried_at + AROUND)
            if found is not None:
                return found
            begun = self.clock.ticks()
            if not self.store.transact(workspace, lambda s: outgoing.absent(
                    s, workspace, key, taken.number, self.clock.wall(), self.clock.slack())):
                raise Missed
        time.sleep(min(max(0.0, (taken.leaves_at - self.clock.slack()).total_seconds()), NEAR.total_seconds()))
        if self.clock.ticks() - begun > HASTE:
            raise Missed
        return slack.post(taken.channel, body, str(key))

    def _arrived(self, session: Session, workspace: UUID, key: UUID, channel: str, ts: str) -> None:
        hold_subjects(session, workspace, key)
        row = outgoing.get(session, workspace, key)
        if row is None or row.state in outgoing.ENDED:
            return
        wall = self.clock.wall()
        # What Home's place is called does not name a message: its next version is told apart by the person alone.
        outgoing.settle(session, row, OutgoingState.SENT, wall, ts=None if row.sort is Sort.HOME else ts)
        arrived(session, row, channel, ts, self.clock.now(), wall)

    def _give_up(self, session: Session, workspace: UUID, key: UUID, code: str) -> str:
        """Loud: the ledger, the leads, the digest and the doctor say so."""
        hold_subjects(session, workspace, key)
        row = outgoing.get(session, workspace, key)
        if row is None or row.state in outgoing.ENDED:
            return "nothing"
        outgoing.settle(session, row, OutgoingState.FAILED, self.clock.wall(), error=code)
        lost(session, row, code, self.clock.now())
        return "failed"

    def _settle(self, session: Session, workspace: UUID, key: UUID, taken: Taken, error: SlackError) -> str:
        hold_subjects(session, workspace, key)
        row = outgoing.get(session, workspace, key)
        if row is None or row.state in outgoing.ENDED or row.attempts != taken.number:
            return "nothing"
        wall = self.clock.wall()
        limited = isinstance(error, Limited)
        again = outgoing.try_again_at(row, wall, error.after if isinstance(error, Limited) and error.said else None)
        if limited and again is not None:
            outgoing.hold(session, workspace, taken.channel, self.clock.slack() + (again - wall))
        # While Slack takes nothing from Kept it is tried on, and shown by /readyz and the doctor: nobody could be told.
        if again is None or (isinstance(error, Permanent) and not isinstance(error, LockedOut)):
            return self._give_up(session, workspace, key, error.code)
        # What was in doubt stays so until it was looked for; a refusal that did nothing leaves it as it was.
        nothing = isinstance(error, Limited | Passing | LockedOut) or row.sort is not Sort.POST
        unsure = row.state is OutgoingState.UNCERTAIN or not nothing
        state = OutgoingState.UNCERTAIN if unsure else OutgoingState.PLANNED
        outgoing.settle(session, row, state, wall, error=error.code, again_at=again)
        return "uncertain" if unsure else "limited" if limited else "passing"
