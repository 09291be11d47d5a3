"""The occurrences of a series: one for each date, made once, whoever makes it and whatever breaks on the way."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import models.tables  # noqa: F401
from models.errors import Conflict
from models.history import CAME_ROUND
from models.item import Commitment
from models.occurrence import begin, come_round, held, later, missed_after, stop
from models.patient import Patient
from models.recurrence import Recurrence
from models.sealing import Keyring
from models.series import Series, SeriesState
from models.store import Store
from models.team import CareTeam, Member
from models.workspace import Subject, due_now, install

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)
FIRST = datetime(2026, 11, 24, 14, tzinfo=UTC)   # nine in the morning in New York
DAY = timedelta(days=1)


class Room:
    """One workspace with a daily promise at nine."""

    def __init__(self, store: Store, rule: str = "FREQ=DAILY") -> None:
        self.store = store
        self.workspace = store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", NOW).id)
        self.series = store.transact(self.workspace, lambda s: self._begin(s, rule))

    def _begin(self, session: Session, rule: str) -> UUID:
        team, me = CareTeam(self.workspace, "C1", NOW), Member(self.workspace, "U1")
        session.add_all([team, me])
        session.flush()
        patient = Patient(team, "rosa-m", me, NOW)
        session.add(patient)
        known = Recurrence(rule, datetime(2026, 11, 24, 9), ZoneInfo("America/New_York"))  # noqa: DTZ001
        session.flush()
        made = begin(session, team, patient, me, known, "hour", NOW)
        first = Commitment(team, patient, me, "check in", NOW, number=team.take_number(session), due_at=FIRST, due_grain="hour")
        first.belong(made)
        session.add(first)
        return made.id

    def do(self, act: object) -> object:
        return self.store.transact(self.workspace, act)  # type: ignore[arg-type]

    def come_round(self, now: datetime) -> int | None:
        def act(session: Session) -> int | None:
            series = held(session, self.workspace, self.series)
            assert series is not None
            made = come_round(session, series, now)
            return made.number if made else None
        return self.store.transact(self.workspace, act)

    def dates(self) -> list[datetime]:
        return self.store.transact(self.workspace, lambda s: list(s.scalars(
            select(Commitment.occurs_at).where(
                Commitment.workspace_id == self.workspace, Commitment.series_id == self.series).order_by(Commitment.number))))

    def found(self, session: Session, number: int = 1) -> tuple[Commitment, Member]:
        item = session.scalars(select(Commitment).where(
            Commitment.workspace_id == self.workspace, Commitment.number == number)).one()
        return item, session.scalars(select(Member).where(Member.workspace_id == self.workspace)).one()

    def keep(self, number: int, now: datetime) -> None:
        def act(session: Session) -> None:
            item, me = self.found(session, number)
            item.keep(me, now)
        self.store.transact(self.workspace, act)

    def next_look(self, now: datetime) -> bool:
        return (self.workspace, self.series) in self.store.peek(lambda s: due_now(s, Subject.SERIES, now, 9))


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url, Keyring(os.urandom(32)))
    yield made
    made.close()


def test_nothing_is_made_before_its_time_and_one_at_it(store: Store) -> None:
    room = Room(store)
    assert not room.next_look(FIRST - timedelta(seconds=1))
    assert room.come_round(FIRST - timedelta(seconds=1)) is None
    assert room.next_look(FIRST)
    assert [room.come_round(FIRST), room.come_round(FIRST)] == [2, None]
    assert room.dates() == [FIRST, FIRST + DAY]
    assert not room.next_look(FIRST + timedelta(hours=23))


def test_what_ends_early_brings_the_next_one_at_once(store: Store) -> None:
    room = Room(store)
    room.keep(1, NOW)
    assert [room.come_round(NOW), room.come_round(NOW)] == [2, None]
    room.keep(2, NOW)
    assert room.come_round(NOW) == 3
    assert room.dates() == [FIRST, FIRST + DAY, FIRST + 2 * DAY]


def test_a_downtime_leaves_one_overdue_and_the_next(store: Store) -> None:
    room = Room(store)
    assert room.come_round(FIRST + 10 * DAY + timedelta(hours=1)) == 2
    assert room.dates() == [FIRST, FIRST + 11 * DAY]
    item = room.do(lambda s: missed_after(s, room.found(s)[0]))
    assert item == 10


@pytest.mark.parametrize("rule", ["FREQ=DAILY;COUNT=2", "FREQ=DAILY;UNTIL=20261125T235959"])
def test_the_rule_runs_out(store: Store, rule: str) -> None:
    room = Room(store, rule)
    assert room.come_round(FIRST) == 2
    assert room.come_round(FIRST + DAY) is None
    ended = room.do(lambda s: s.get(Series, (room.workspace, room.series)))
    assert (ended.state, ended.ended_by) == (SeriesState.ENDED, None)  # type: ignore[attr-defined]
    assert not room.next_look(FIRST + 100 * DAY)


def test_what_comes_round_is_like_the_one_before_it(store: Store) -> None:
    room = Room(store)

    def reword(session: Session) -> None:
        item, me = room.found(session)
        item.edit("check in, and ask about the van", me, NOW)
        item.ask_danger()
        item.delay(FIRST + timedelta(hours=3), "hour", me, NOW, told=True)

    room.do(reword)
    room.come_round(FIRST)

    def read(session: Session) -> list[object]:
        item, _ = room.found(session, 2)
        return [item.text, item.private, item.due_at, [row.verb for row in item.history]]

    assert room.do(read) == ["check in, and ask about the van", True, FIRST + DAY, [CAME_ROUND]]


def test_stopped_it_does_not_come_round_and_cannot_stop_twice(store: Store) -> None:
    room = Room(store)
    room.come_round(FIRST)

    def act(session: Session) -> list[int]:
        series = held(session, room.workspace, room.series)
        item, me = room.found(session)
        assert series is not None
        stop(series, item, me, NOW)
        assert held(session, room.workspace, room.series) is series
        with pytest.raises(Conflict, match="does not repeat any more"):
            stop(series, item, me, NOW)
        return [one.number for one in later(session, item)]

    assert room.do(act) == [2]
    assert room.come_round(FIRST + DAY) is None


def test_a_crash_before_the_end_makes_nothing_and_after_it_makes_nothing_twice(store: Store) -> None:
    room = Room(store)

    def crash(session: Session) -> None:
        series = held(session, room.workspace, room.series)
        assert series is not None
        assert come_round(session, series, FIRST) is not None
        session.flush()
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        room.do(crash)
    assert room.dates() == [FIRST]
    assert room.next_look(FIRST)
    assert [room.come_round(FIRST), room.come_round(FIRST)] == [2, None]


def test_two_workers_and_who_keeps_it_make_one(store: Store) -> None:
    room = Room(store)
    gate = Barrier(8)

    def one(n: int) -> int | None:
        gate.wait(30)
        return room.come_round(FIRST)

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(one, range(8)))
    assert sorted(number for number in made if number) == [2]
    assert room.dates() == [FIRST, FIRST + DAY]
