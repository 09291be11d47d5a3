"""A chain that was touched by hand names its first bad row."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam, text
from sqlalchemy.orm import Session

from bot.auditing import verify, write_checkpoints
from models import audit
from models.audit import AuditRow, Fault, Wrong, first_bad, record
from models.errors import Unclear
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


SWAP = ("UPDATE audit SET seq = 90 WHERE seq = 2", "UPDATE audit SET seq = 2 WHERE seq = 4",
        "UPDATE audit SET seq = 4 WHERE seq = 90")


@pytest.mark.parametrize(("statements", "fault"), [
    (["UPDATE audit SET actor = 'U2' WHERE seq = 3"], Fault(3, Wrong.CHANGED)), (SWAP, Fault(2, Wrong.MOVED)),
    (["DELETE FROM audit WHERE seq = 2"], Fault(2, Wrong.MISSING)),
    (["DELETE FROM audit WHERE seq = 5"], Fault(5, Wrong.MISSING)),
    (["DELETE FROM audit_head"], Fault(6, Wrong.HEAD)), (["UPDATE audit_head SET base_seq = 2"], Fault(3, Wrong.BASE)),
    (["DELETE FROM audit WHERE seq < 3", "UPDATE audit_head SET base_seq = 2"], Fault(3, Wrong.BASE))])
def test_what_was_done_to_it_is_said(chain: tuple[Store, UUID], statements: Sequence[str], fault: Fault) -> None:
    store, workspace = chain
    within(store, workspace, *statements)
    assert store.look(workspace, lambda s: audit.fault(s, workspace)) == fault


def within(store: Store, workspace: UUID, *statements: str, **given: object) -> None:
    """By whoever may do all that Kept may, in one workspace."""
    def run(session: Session) -> None:
        for statement in statements:
            whole = text(f"{statement} {'AND' if 'WHERE' in statement else 'WHERE'} workspace_id = :workspace")
            session.execute(whole.bindparams(bindparam("workspace", workspace, Uuid())), given)

    store.transact(workspace, run)


def test_a_tail_cut_off_with_its_head_is_found_by_a_checkpoint(chain: tuple[Store, UUID], tmp_path: Path) -> None:
    store, workspace = chain
    file = tmp_path / "checkpoints"
    for number in (1, 2):
        assert write_checkpoints(store, file, NOW) == 1
        store.transact(workspace, lambda s, number=number: record(s, workspace, NOW, "U1", f"later {number}"))
    assert file.stat().st_mode & 0o777 == 0o600
    (verdict,) = verify(store, file)
    assert (verdict.fault, verdict.checkpoints, verdict.rows) == (None, 2, 7)
    fourth = store.look(workspace, lambda s: s.get_one(AuditRow, (workspace, 4)).mac)
    within(store, workspace, "DELETE FROM audit WHERE seq > 4")
    within(store, workspace, "UPDATE audit_head SET seq = 4, mac = :mac", mac=fourth)
    assert verify(store, None)[0].fault is None
    assert verify(store, file)[0].fault == Fault(5, Wrong.CUT)
    # Who has the keys may go on from there, and still is found.
    for number in range(5):
        store.transact(workspace, lambda s, number=number: record(s, workspace, NOW, "U1", f"instead {number}"))
    assert verify(store, file)[0].fault == Fault(5, Wrong.REWRITTEN)
    file.write_text("nonsense")
    with pytest.raises(Unclear, match="Line 1"):
        verify(store, file)


def test_what_is_too_old_is_cut_off_and_the_rest_stays_whole(chain: tuple[Store, UUID]) -> None:
    store, workspace = chain
    later = NOW + timedelta(days=1)
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, NOW)) == 0
    for _ in range(2):
        store.transact(workspace, lambda s: record(s, workspace, later, "U1", "later"))
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, later, 3)) == 3
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, later)) == 2
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, later)) == 0
    (verdict,) = verify(store, None)
    assert (verdict.fault, verdict.rows) == (None, 2)
    store.transact(workspace, lambda s: record(s, workspace, later, "U1", "later still"))
    assert verify(store, None)[0].fault is None
