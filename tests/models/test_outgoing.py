"""Messages on their way: held by one try at a time, looked for when in doubt, paced, and never overtaken by older ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

import models.tables  # noqa: F401
from models import outgoing
from models.outgoing import IN_FLIGHT, OutgoingState, Taken
from models.sealing import Keyring
from models.store import Store
from models.workspace import Subject, due_now, install

WALL = datetime(2026, 11, 23, 15, tzinfo=UTC)
BODY = '{"text": "Kept: #1", "blocks": []}'


class Box:
    def __init__(self, store: Store) -> None:
        self.store = store
        self.workspace = store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", WALL).id)

    def post(self, channel: str = "C1", ts: str | None = None) -> UUID:
        return self.store.transact(self.workspace, lambda s: outgoing.post(s, self.workspace, channel, BODY, WALL, ts=ts))

    def take(self, key: UUID, number: int, after: float = 0) -> Taken | None:
        at = WALL + timedelta(seconds=after)
        return self.store.transact(self.workspace, lambda s: outgoing.take(s, self.workspace, key, number, at, at))

    def settle(self, key: UUID, state: OutgoingState) -> None:
        def act(session: outgoing.Session) -> None:
            row = outgoing.get(session, self.workspace, key)
            assert row is not None
            outgoing.settle(session, row, state, WALL, again_at=None if state is OutgoingState.SENT else WALL)

        self.store.transact(self.workspace, act)

    def state(self, key: UUID) -> tuple[OutgoingState, str | None]:
        def look(session: outgoing.Session) -> tuple[OutgoingState, str | None]:
            row = outgoing.get(session, self.workspace, key)
            assert row is not None
            return row.state, row.error

        return self.store.transact(self.workspace, look)


@pytest.fixture
def box(database_url: str) -> Iterator[Box]:
    store = Store(database_url, Keyring(os.urandom(32)))
    yield Box(store)
    store.close()


def test_a_try_is_taken_once(box: Box) -> None:
    key = box.post()
    assert box.take(key, 0) is not None
    assert box.take(key, 0, 1) is None
    assert box.take(key, 1, 1) is None
    assert box.take(key, 7, 60) is None


def test_what_may_still_be_under_way_is_not_looked_for_yet(box: Box) -> None:
    key = box.post()
    box.take(key, 0)
    wait = IN_FLIGHT.total_seconds()
    assert box.take(key, 0, wait - 1) is None
    assert box.store.peek(lambda s: due_now(s, Subject.OUTGOING, WALL + timedelta(seconds=wait), 9)) == [(box.workspace, key)]
    taken = box.take(key, 1, wait)
    assert taken is not None
    assert taken.tried_at == WALL
    assert box.state(key)[0] is OutgoingState.UNCERTAIN


def test_a_channel_gets_one_post_a_second_and_the_next_waits_its_turn(box: Box) -> None:
    keys = [box.post() for _ in range(6)]
    slots = [taken.leaves_at if (taken := box.take(key, 0)) else None for key in keys]
    assert slots == [WALL + timedelta(seconds=n) for n in range(4)] + [None, None]
    elsewhere = box.take(box.post("C2"), 0)
    assert elsewhere is not None
    assert elsewhere.leaves_at == WALL


def test_a_clock_set_back_does_not_hold_a_channel_for_the_whole_jump(box: Box) -> None:
    box.take(box.post(), 0, 86_400)
    taken = box.take(box.post(), 0)
    assert taken is not None
    assert taken.leaves_at == WALL


def test_an_older_update_never_overwrites_a_newer_one(box: Box) -> None:
    older, newer = box.post(ts="1.1"), box.post(ts="1.1")
    assert box.take(newer, 0) is not None
    box.settle(newer, OutgoingState.SENT)
    assert box.take(older, 0) is None
    assert box.state(older) == (OutgoingState.SENT, "superseded")


def test_updates_of_one_message_go_one_at_a_time(box: Box) -> None:
    first = box.post(ts="1.1")
    assert box.take(first, 0) is not None
    second = box.post(ts="1.1")
    assert box.take(second, 0) is None
    assert box.take(box.post(ts="2.2"), 0) is not None
    box.settle(first, OutgoingState.SENT)
    assert box.take(second, 0, 1) is not None


def test_a_message_tried_for_a_day_is_given_up_but_not_at_its_first_try(box: Box) -> None:
    key = box.post()
    box.take(key, 0)

    def again(attempts: int, after: timedelta) -> datetime | None:
        def ask(session: outgoing.Session) -> datetime | None:
            row = outgoing.get(session, box.workspace, key)
            assert row is not None
            row.attempts = attempts
            return outgoing.try_again_at(row, WALL + after)

        return box.store.transact(box.workspace, ask)

    assert again(1, timedelta(0)) == WALL + timedelta(seconds=2)
    assert again(4, timedelta(0)) == WALL + timedelta(seconds=16)
    assert again(40, timedelta(hours=1)) == WALL + timedelta(hours=1, minutes=5)
    assert again(1, timedelta(days=3)) is not None
    assert again(6, timedelta(days=3)) is None


def test_a_long_line_is_gone_through_once_and_keeps_nobody_waiting(box: Box) -> None:
    line = [box.post() for _ in range(8)]
    other, changes = box.post("C2"), box.post(ts="1.0")

    def begin(keys: list[UUID], lines: outgoing.Lines) -> tuple[list[tuple[UUID, int]], outgoing.Lines]:
        return box.store.transact(box.workspace, lambda s: outgoing.ready(s, box.workspace, keys, WALL, WALL, lines))

    first, lines = begin(line[:4], {})
    second, _ = begin([*line[4:], other, changes], lines)
    # One leaves, the next waits for its second; what changes a message has no pace.
    assert [key for key, _ in first] == line[:2]
    assert [key for key, _ in second] == [other, changes]
    # Each of the others comes up again in a second of its own.
    for n in range(2, 8):
        assert [key for _, key in box.store.peek(
            lambda s, n=n: due_now(s, Subject.OUTGOING, WALL + timedelta(seconds=n), 50)) if key in line[2:]] == line[2:n + 1]
