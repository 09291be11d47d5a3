"""A chain that was touched by hand names its first bad row."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import text

from models.audit import first_bad, record
from models.sealing import Keyring
from models.store import Store
from models.workspace import install
from tests.databases import by_hand

NOW = datetime(2026, 11, 23, 15, tzinfo=UTC)


@pytest.fixture
def chain(database_url: str) -> Iterator[tuple[Store, UUID]]:
    """Five rows."""
    store = Store(database_url, Keyring(os.urandom(32)))
    workspace = store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", NOW).id)
    for number in range(5):
        store.transact(workspace, lambda s, number=number: record(s, workspace, NOW, "U1", f"act {number}"))
    yield store, workspace
    store.close()


@pytest.mark.parametrize(("statement", "bad"), [
    ("SELECT 1", None), ("UPDATE audit SET actor = 'U2' WHERE seq = 3", 3),
    ("UPDATE audit SET outcome = 'refused' WHERE seq = 1", 1),
    ("DELETE FROM audit WHERE seq = 2", 2), ("DELETE FROM audit WHERE seq = 5", 5), ("DELETE FROM audit", 1),
    ("UPDATE audit SET seq = 9 WHERE seq = 4", 4), ("UPDATE audit_head SET seq = 4", 6),
    ("INSERT INTO audit SELECT workspace_id, 6, at, actor, action, subject, surface, outcome, mac FROM audit WHERE seq = 5", 6),
])
def test_the_first_bad_row_is_named(chain: tuple[Store, UUID], statement: str, bad: int | None) -> None:
    store, workspace = chain
    with by_hand(store) as connection:
        connection.execute(text(statement))
    assert store.transact(workspace, lambda s: first_bad(s, workspace)) == bad
