"""Care teams full of people and items, for measurements.

What is looked at is made as Kept makes it: teams by ``/kept setup``, items by the nouns' own classes with their history, each
word sealed for its row, each ledger row with its message. What only has to exist is a copy of such rows, inside the database
and under other ids: a copy's words do not open, as nobody reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, create_engine, select, text
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table, so that mappers find each other
from handlers.access import Facts, Profile, Room, know
from handlers.case import Inbound
from handlers.nudge import replan
from handlers.route import answer
from models import outgoing
from models.base import Base, new_id
from models.item import Barrier, Commitment, Item
from models.nudge import Nudge, NudgeState
from models.outgoing import Outgoing, OutgoingState
from models.patient import Patient
from models.store import Store
from models.team import CareTeam, Member, places, team_of_channel
from models.workspace import Subject, schedule
from tests.databases import as_owner

ZONE = "America/New_York"
BATCH = 500
COPIED = ("item", "history", "nudge", "outgoing", "due")   # in an order in which each finds what it refers to
KEYS = {"item": ("id",), "history": ("id", "item_id"), "nudge": ("id", "subject_id", "outgoing_id"), "outgoing": ("id",),
        "due": ("id",)}


class Team:
    """A care team whose first person leads it, and of all of whom Slack has just spoken."""

    def __init__(self, store: Store, workspace: UUID, channel: str, people: Sequence[str], now: datetime, wall: datetime) -> None:
        self.store, self.workspace, self.channel, self.people = store, workspace, channel, people
        self._now, self._wall, self._said = now, wall, 0
        self.say(f"/kept setup zone {ZONE} digest 8:30 hours 9-17", people[0])
        self.say("/kept patient add rosa-m", people[0])
        self.key, self.patient, self.members = store.transact(workspace, self._meet)

    def say(self, line: str, user: str) -> None:
        self._said += 1
        name, _, typed = line.partition(" ")
        inbound = Inbound(user, self.channel, f"{self.channel}-{self._said}", self._wall, self._now, command=name, text=typed)
        answer(self.store, self.workspace, inbound, Facts(frozenset(self.people), Profile(user, ZONE, None),
                                                          Room(private=True, archived=False, shared=False)))

    def _meet(self, session: Session) -> tuple[UUID, UUID, dict[str, UUID]]:
        team = team_of_channel(session, self.workspace, self.channel)
        assert team is not None
        for place in places(session, team):
            know(session, place.member, Profile(place.member.slack_id, ZONE, None), self._wall)
        patient = session.scalars(select(Patient).where(Patient.workspace_id == self.workspace, Patient.team_id == team.id)).one()
        return team.id, patient.id, {place.member.slack_id: place.member_id for place in places(session, team)}

    def enter(self, session: Session) -> Entering:
        return Entering(session, session.get_one(CareTeam, (self.workspace, self.key)),
                        session.get_one(Patient, (self.workspace, self.patient)), self.members)


class Entering:
    """Items of one team entered in one transaction."""

    def __init__(self, session: Session, team: CareTeam, patient: Patient, members: dict[str, UUID]) -> None:
        self.session, self.team, self.patient, self._members = session, team, patient, members

    def promise(self, owner: str, due_at: datetime, now: datetime, *, look_at: datetime | None = None) -> Commitment:
        """``look_at`` is when a sweep looks at it, if not when its ladder says."""
        made = Commitment(self.team, self.patient, self._member(owner), "call her about the visit", now, number=self._number(),
                          due_at=due_at, due_grain="minute")
        self.session.add(made)
        if look_at is None:
            replan(self.session, made, self.team)
        else:
            schedule(self.session, made.workspace_id, Subject.ITEM, made.id, look_at)
        return made

    def resolved(self, owner: str, begun: datetime, ended: datetime) -> Barrier:
        made = Barrier(self.team, self.patient, self._member(owner), "no ride to the clinic", begun, number=self._number(),
                       category="transport")
        made.resolve(self._member(owner), ended, confirmed_by="patient")
        self.session.add(made)
        return made

    def kept(self, owner: str, begun: datetime, ended: datetime) -> Commitment:
        made = Commitment(self.team, self.patient, self._member(owner), "call her about the visit", begun, number=self._number(),
                          due_at=ended + timedelta(minutes=10), due_grain="minute")
        made.keep(self._member(owner), ended)
        self.session.add(made)
        return made

    def _member(self, slack_id: str) -> Member:
        return self.session.get_one(Member, (self.team.workspace_id, self._members[slack_id]))

    def _number(self) -> int:
        self.team.last_number += 1
        return self.team.last_number

    def said(self, item: Item, rule: str, now: datetime) -> None:
        """A nudge of it, sent long ago."""
        owner = item_owner(self.session, item).slack_id
        key = outgoing.post(self.session, item.workspace_id, owner, '{"text": "Kept: a promise is due"}', now)
        self.session.flush()
        outgoing.settle(self.session, self.session.get_one(Outgoing, (item.workspace_id, key)), OutgoingState.SENT, now,
                        ts=f"{now.timestamp():.6f}")
        self.session.add(Nudge(
            workspace_id=item.workspace_id, id=new_id(), team_id=item.team_id, subject_id=item.id, rule=rule, epoch=1,
            recipient=owner, state=NudgeState.SENT, reason=None, planned_at=now, outgoing_id=key, channel=owner,
            ts=f"{now.timestamp():.6f}", live=False))


def item_owner(session: Session, item: Item) -> Member:
    return session.get_one(Member, (item.workspace_id, item.owner_id))


class Crowd:
    """All that exists in a team besides what is measured: of ``others``, and some of what has ended of ``too``.

    One in ``open_of`` is open, and due in a month or two; each has its history, and one nudge that was sent.
    """

    def __init__(self, team: Team, others: Sequence[str], too: str, now: datetime, *, items: int, open_of: int) -> None:
        self._team, self._others, self._too, self._now, self._open_of = team, others, too, now, open_of
        self.base = items
        for first in range(0, items, BATCH):
            team.store.transact(team.workspace, lambda s, first=first: self._enter(s, range(first, min(first + BATCH, items))))

    def _enter(self, session: Session, numbers: Sequence[int]) -> None:
        entering = self._team.enter(session)
        for n in numbers:
            begun, open_ = self._now - timedelta(days=30, seconds=n), n % self._open_of == 0
            owner = self._too if n % 7 == 0 and not open_ else self._others[n % len(self._others)]
            if open_:
                # Promised for later: no sweep has anything to say of it.
                later = self._now + timedelta(days=30, seconds=n)
                item: Item = entering.promise(owner, later, begun, look_at=later)
            else:
                item = (entering.resolved if n % 2 else entering.kept)(owner, begun, begun + timedelta(minutes=50))
            entering.said(item, "due", begun + timedelta(minutes=30))

    def grow(self, times: int) -> None:
        """Make ``times`` as much of it: each row that is there now is copied, inside the database and with its checks off."""
        engine = create_engine(as_owner(self._team.store.url))
        with engine.begin() as connection:
            lite = engine.dialect.name == "sqlite"
            if lite:
                connection.execute(text("PRAGMA cache_size = -500000"))
            else:
                # The rows copied keep to every foreign key already.
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            for table in COPIED:
                _copy(connection, table, times, self.base, lite=lite)
            connection.execute(text("UPDATE care_team SET last_number = last_number * :times"), {"times": times})
            connection.execute(text("ANALYZE"))
        engine.dispose()


def _copy(connection: Connection, table: str, times: int, numbers: int, *, lite: bool) -> None:
    columns = [column.name for column in Base.metadata.tables[table].columns]
    made = [f"CASE WHEN {name} IS NULL THEN NULL ELSE {_other_id(name, lite=lite)} END" if name in KEYS[table]
            else f"number + copy.n * {numbers}" if name == "number" else name for name in columns]
    only = "WHERE subject = 'item'" if table == "due" else "WHERE 1 = 1"
    connection.execute(text(
        f"WITH RECURSIVE copy(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n + 1 < :times) "
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(made)} FROM copy CROSS JOIN {table} {only}"),
        {"times": times})


def _other_id(column: str, *, lite: bool) -> str:
    """The same id but for its first six hex digits, which are the copy's number: copies lie together, as days do."""
    if lite:
        return f"printf('%06x', copy.n) || substr({column}, 7)"
    return f"(lpad(to_hex(copy.n), 6, '0') || substr({column}::text, 7))::uuid"
