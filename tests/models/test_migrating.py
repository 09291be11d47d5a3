"""E9: a change of the tables is made whole or not at all, and nobody waits for it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from models.errors import Busy
from models.schema import migrate
from tests.databases import Lite, Server


@pytest.fixture
def post(databases: dict[str, Lite | Server]) -> Iterator[str]:
    """A database on PostgreSQL in which the next migration has a table to change."""
    url = databases["postgresql"].make(empty=True)
    migrate(url)
    with psycopg.connect(url.replace("+psycopg", "")) as hand:
        hand.execute("ALTER TABLE item NO FORCE ROW LEVEL SECURITY")
    yield url
    databases["postgresql"].drop(url)


def test_e9_a_change_that_must_wait_gives_up_and_keeps_no_reader_waiting(post: str) -> None:
    """Someone reads a table for as long as they like. Whoever only reads it too queues behind a change that waits for them."""
    plain = post.replace("+psycopg", "")
    with psycopg.connect(plain) as long, ThreadPoolExecutor(1) as pool, \
            psycopg.connect(plain, autocommit=True, options="-c statement_timeout=1000") as other:
        long.execute("SELECT count(*) FROM item")
        migrating = pool.submit(migrate, post)
        while not migrating.done():
            other.execute("SELECT count(*) FROM item")   # raises once it has waited for a second
        with pytest.raises(Busy, match="run kept migrate again"):
            migrating.result()
    migrate(post)
    with psycopg.connect(plain) as hand:
        assert hand.execute("SELECT relforcerowsecurity FROM pg_class WHERE relname = 'item'").fetchone() == (True,)


def test_e9_a_file_that_somebody_writes_to_is_not_changed(databases: dict[str, Lite | Server]) -> None:
    url = databases["sqlite"].make(empty=True)
    path = Path(url.removeprefix("sqlite:///"))
    hand = sqlite3.connect(path)
    hand.execute("BEGIN IMMEDIATE")
    with pytest.raises(Busy, match="run kept migrate again"):
        migrate(url)
    hand.rollback()
    assert hand.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    hand.close()
    migrate(url)
    databases["sqlite"].drop(url)
