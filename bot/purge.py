"""Let go of one patient: Kept's own messages about them in Slack first, then every row; what is left is a receipt that names
no one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.slack import Limited, Permanent, SlackError
from models import audit
from models.base import Base, new_id
from models.belongings import Belongings, gather, parts, remove
from models.desk import Desk
from models.errors import Conflict, NotFound
from models.held import Held
from models.keeping import must_not_be_held
from models.nudge import Nudge
from models.outgoing import Outgoing, OutgoingState, Sort
from models.patient import Patient, alias_key
from models.sealing import readable
from models.store import Store
from models.workspace import Subject, forget, schedule

BATCH = 200
FIRST = UUID(int=0)
TRIES = 4
PACE = 1.2        # seconds between deletions: Slack allows about fifty a minute
WAIT = 3.0        # seconds for a message that is on its way
GONE = frozenset({"message_not_found", "channel_not_found", "thread_not_found"})
UNDER_WAY = (OutgoingState.SENDING, OutgoingState.UNCERTAIN)
UNREACHABLE = ("Slack cannot be reached, so Kept's messages about this patient were not all deleted, and nothing else was. Try "
               "again later, or with --leave-messages to leave them where they are.")
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORD = re.compile(r"[\w-]+")
ON_ITS_WAY = "A message about this patient is on its way just now, so nothing was deleted here. Try again in a minute."
Place = tuple[str, str]      # a message's channel and ts


@dataclass(frozen=True)
class Receipt:
    """``messages_left`` are those that Slack would not delete, with its word for why. No patient, item or person is in it."""

    receipt: str
    at: str
    rows: int
    messages_deleted: int
    messages_left: list[dict[str, str]]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass
class _Messages:
    """What was found: messages that stand in Slack, rows to delete, whether one is on its way, and the last row looked at."""

    places: set[Place] = field(default_factory=set)
    rows: set[UUID] = field(default_factory=set)
    under_way: bool = False
    last: UUID = FIRST


class Purge:
    """``take_back`` deletes a message in Slack, as bot/slack.py does."""

    def __init__(self, store: Store, workspace: UUID, take_back: Callable[[str, str], None],
                 wall: Callable[[], datetime], sleep: Callable[[float], None], say: Callable[[str], None]) -> None:
        self._store, self._workspace, self._take_back = store, workspace, take_back
        self._wall, self._sleep, self._say = wall, sleep, say

    def run(self, patient: UUID, actor: str, *, leave_messages: bool = False) -> Receipt:
        """Raises Conflict when a hold is on, when Slack cannot be reached, or when a message is on its way."""
        self._store.transact(self._workspace, lambda s: must_not_be_held(s, self._workspace))
        done: set[Place] = set()
        left: dict[Place, str] = {}
        for _ in range(TRIES):
            found = self._store.look(self._workspace, lambda s: self._find(s, *self._mine(s, patient), _Messages()))
            for place in sorted(found.places - done - left.keys()):
                code = "left" if leave_messages else self._deleted(place)
                if code is None:
                    done.add(place)
                else:
                    left[place] = code
            known = done | left.keys()
            outcome = "messages left" if left else "ok"
            rows = None if found.under_way else self._store.transact(
                self._workspace, lambda s: self._let_go(s, patient, found, known, actor, outcome))  # noqa: B023
            if rows is not None:
                return Receipt(str(new_id()), self._wall().isoformat(timespec="seconds"), rows, len(done), [
                    {"channel": channel, "ts": ts, "why": why} for (channel, ts), why in sorted(left.items())])
            self._sleep(WAIT)
        raise Conflict(ON_ITS_WAY)

    def _mine(self, session: Session, key: UUID) -> tuple[Belongings, str]:
        patient = session.get(Patient, (self._workspace, key), populate_existing=True)
        if patient is None:
            raise NotFound("There is no such patient any more.")
        return gather(session, patient), readable(lambda: patient.alias, "")

    def _find(self, session: Session, mine: Belongings, alias: str, before: _Messages) -> _Messages:
        """By the ids that a message's buttons carry, by the ledger, and by the alias in its words.

        Of what was looked at ``before``, only what was found then is looked at again: the whole takes too long for a
        transaction that others wait for.
        """
        found = _Messages()
        for some in parts(sorted(before.rows)):
            for row in session.scalars(select(Outgoing).where(Outgoing.workspace_id == self._workspace, Outgoing.id.in_(some))):
                self._note(row, found)
        ids = {str(key) for keys in mine.values() for key in keys}
        said = re.compile(rf"(?<![\w-]){re.escape(alias)}(?![\w-])", re.IGNORECASE) if alias else None
        for some in parts([key for keys in mine.values() for key in keys]):
            for nudge in session.scalars(select(Nudge).where(Nudge.workspace_id == self._workspace, Nudge.subject_id.in_(some))):
                if nudge.channel and nudge.ts:
                    found.places.add((nudge.channel, nudge.ts))
                if nudge.outgoing_id is not None:
                    ids.add(str(nudge.outgoing_id))
        found.last = before.last
        while rows := session.scalars(select(Outgoing).where(
                Outgoing.workspace_id == self._workspace, Outgoing.id > found.last).order_by(Outgoing.id).limit(BATCH)).all():
            for row in rows:
                body = json.dumps(json.loads(readable(lambda: row.body, "{}") or "{}"), ensure_ascii=False)  # noqa: B023
                if str(row.id) in ids or not ids.isdisjoint(ID.findall(body)) or (said and said.search(body)):
                    self._note(row, found)
            found.last = rows[-1].id
            session.expunge_all()
        return found

    @staticmethod
    def _note(row: Outgoing, found: _Messages) -> None:
        found.rows.add(row.id)
        if row.ts and row.sort in (Sort.POST, Sort.UPDATE):
            found.places.add((row.channel, row.ts))
        found.under_way = found.under_way or (row.state in UNDER_WAY and row.sort is Sort.POST)

    def _deleted(self, place: Place) -> str | None:
        """None once it is gone, else Slack's word for why it is not. Raises Conflict when Slack does not answer."""
        for attempt in range(TRIES):
            self._sleep(PACE)
            try:
                self._take_back(*place)
            except Limited as limited:
                self._sleep(limited.after.total_seconds())
            except Permanent as error:
                return None if error.code in GONE else error.code
            except SlackError:
                self._sleep(PACE * 2 ** attempt)
            else:
                self._say("A message was deleted in Slack.")
                return None
        raise Conflict(UNREACHABLE)

    def _forget_held(self, session: Session, mine: Belongings, alias: str) -> int:
        """Lines about them that were typed and wait to be saved: whose they would be stands in their words alone."""
        teams = {one.team_id for one in session.scalars(select(Patient).where(
            Patient.workspace_id == self._workspace, Patient.id.in_(mine[Base.metadata.tables["patient"]])))}
        names = {alias_key(alias), alias_key(alias.split("-")[0])} if alias else set()
        gone = 0
        for held in session.scalars(select(Held).where(Held.workspace_id == self._workspace, Held.team_id.in_(teams))).all():
            if not names.isdisjoint(map(alias_key, WORD.findall(readable(partial(getattr, held, "text"), "")))):
                session.delete(held)
                gone += 1
        session.flush()
        return gone

    def _let_go(self, session: Session, key: UUID, before: _Messages, known: set[Place], actor: str,
                outcome: str) -> int | None:
        """All rows at once; None when there is a message meanwhile that was not looked at."""
        must_not_be_held(session, self._workspace)
        if session.get(Patient, (self._workspace, key), with_for_update=True) is None:
            raise NotFound("There is no such patient any more.")
        mine, alias = self._mine(session, key)
        found = self._find(session, mine, alias, before)
        if found.under_way or not found.places <= known:
            return None
        for some in parts(sorted(found.rows)):
            session.execute(delete(Outgoing).where(Outgoing.workspace_id == self._workspace, Outgoing.id.in_(some)),
                            execution_options={"synchronize_session": False})
            for one in some:
                forget(session, self._workspace, one)
        rows = self._forget_held(session, mine, alias) + remove(session, self._workspace, mine) + len(found.rows)
        # What people's Home shows of them is made anew, also for those who have not opened it for long.
        for desk in session.scalars(select(Desk.id).where(Desk.workspace_id == self._workspace).order_by(Desk.id)):
            schedule(session, self._workspace, Subject.DESK, desk, self._wall())
        audit.record(session, self._workspace, self._wall(), actor, "patient purge", str(key), "command line", outcome)
        return rows
