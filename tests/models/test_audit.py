"""A chain that was touched by hand names its first bad row."""

import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Uuid, bindparam, select, text
from sqlalchemy.exc import ProgrammingError

from bot import checkpoints
from bot.auditing import verify
from models import audit, keeping
from models.audit import AuditRow, Fault, Wrong, first_bad, record
from models.errors import Busy, Unclear
from models.sealing import Keyring
from models.store import Store
from models.workspace import install
from tests.databases import Server, by_hand

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
    """D1."""
    store, workspace = chain
    with by_hand(store) as connection:
        connection.execute(text(statement))
    assert store.transact(workspace, lambda s: first_bad(s, workspace)) == bad


def test_d3_sixteen_who_write_at_once_make_one_chain(chain: tuple[Store, UUID]) -> None:
    """Four processes' worth of them; who is told that Kept is busy sends it again, as a person would."""
    store, workspace = chain
    stores = [store, *(Store(store.url, store.keyring, pool=4) for _ in range(3))]
    together = threading.Barrier(16, timeout=20)

    def write(number: int) -> None:
        together.wait()
        for act in range(3):
            for _ in range(10):
                with suppress(Busy):
                    stores[number % 4].transact(
                        workspace, lambda s, act=act: record(s, workspace, NOW, f"W{number}", f"act {act}"))
                    break

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(write, range(16)))
    (verdict,) = verify(store, None)
    assert (verdict.fault, verdict.rows) == (None, 5 + 48)
    rows = store.look(workspace, lambda s: s.execute(select(AuditRow.seq, AuditRow.actor, AuditRow.action).where(
        AuditRow.workspace_id == workspace).order_by(AuditRow.seq)).all())
    assert [row.seq for row in rows] == list(range(1, 54))
    assert {tuple(row)[1:] for row in rows[5:]} == {(f"W{number}", f"act {act}") for number in range(16) for act in range(3)}
    for one in stores[1:]:
        one.close()


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
    """By whoever owns the tables, in one workspace."""
    with by_hand(store) as connection:
        for statement in statements:
            whole = text(f"{statement} {'AND' if 'WHERE' in statement else 'WHERE'} workspace_id = :workspace")
            connection.execute(whole.bindparams(bindparam("workspace", workspace, Uuid())), given)


def test_a_tail_cut_off_with_its_head_is_found_by_a_checkpoint(chain: tuple[Store, UUID], tmp_path: Path) -> None:
    """D2."""
    store, workspace = chain
    file = tmp_path / "checkpoints"
    for number in (1, 2):
        assert checkpoints.write(store, str(file), NOW) == 1
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


LONG_AGO = datetime(2012, 3, 5, 9, tzinfo=UTC)   # longer than any retention, by the database's own clock too
TODAY = datetime.now(UTC)


@pytest.fixture
def aged(database_url: str) -> Iterator[tuple[Store, UUID]]:
    """Five rows of long ago, and two of now."""
    store = Store(database_url, Keyring(os.urandom(32)))
    workspace = store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", NOW).id)
    for at in [LONG_AGO] * 5 + [TODAY] * 2:
        store.transact(workspace, lambda s, at=at: record(s, workspace, at, "U1", "act"))
    yield store, workspace
    store.close()


def test_what_is_too_old_is_cut_off_and_the_rest_stays_whole(aged: tuple[Store, UUID]) -> None:
    store, workspace = aged
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, LONG_AGO)) == 0
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, NOW, 3)) == 3
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, NOW)) == 2
    assert store.transact(workspace, lambda s: audit.cut_before(s, workspace, NOW)) == 0
    (verdict,) = verify(store, None)
    assert (verdict.fault, verdict.rows) == (None, 2)
    store.transact(workspace, lambda s: record(s, workspace, NOW, "U1", "later still"))
    assert verify(store, None)[0].fault is None


@pytest.fixture
def ours(databases: dict[str, Server]) -> Iterator[tuple[Store, UUID]]:
    """A chain of five rows of long ago and two of now, on PostgreSQL, under Kept's own role."""
    url = databases["postgresql"].make(empty=False)
    store = Store(url, Keyring(os.urandom(32)))
    workspace = store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", NOW).id)
    for at in [LONG_AGO] * 5 + [TODAY] * 2:
        store.transact(workspace, lambda s, at=at: record(s, workspace, at, "U1", "act"))
    yield store, workspace
    store.close()
    databases["postgresql"].drop(url)


@pytest.mark.parametrize("statement", [
    "UPDATE audit SET actor = 'U2'", "DELETE FROM audit", "DELETE FROM audit WHERE seq = 1", "DELETE FROM audit_head",
    "TRUNCATE audit", "ALTER TABLE audit NO FORCE ROW LEVEL SECURITY", "DROP FUNCTION kept_cut_audit",
    "SELECT kept_cut_audit(6)", "SELECT kept_cut_audit(7)"])
def test_kepts_own_role_cannot_change_what_is_audited(ours: tuple[Store, UUID], statement: str) -> None:
    """Nor cut off what is not old enough, nor all of it."""
    store, workspace = ours
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner|are kept"):
        store.transact(workspace, lambda s: s.execute(text(statement)))
    (verdict,) = verify(store, None)
    assert (verdict.fault, verdict.rows) == (None, 7)


def test_kepts_own_role_cuts_off_nothing_that_is_held_or_another_s(ours: tuple[Store, UUID]) -> None:
    store, workspace = ours
    other = store.untenanted(lambda s: install(s, store.keyring, "T2", "UBOT", NOW).id)
    cut = text("SELECT kept_cut_audit(5)")
    for act in (lambda: store.transact(other, lambda s: s.execute(cut)), lambda: store.untenanted(lambda s: s.execute(cut))):
        with pytest.raises(ProgrammingError, match="are kept"):
            act()
    store.transact(workspace, lambda s: keeping.hold(s, workspace, NOW, "operator", on=True))
    with pytest.raises(ProgrammingError, match="are kept"):
        store.transact(workspace, lambda s: s.execute(cut))
    # What is cut off behind Kept's back is old enough to go, and still is found.
    store.transact(workspace, lambda s: keeping.hold(s, workspace, NOW, "operator", on=False))
    assert store.transact(workspace, lambda s: s.scalar(cut)) == 5
    assert verify(store, None)[0].fault == Fault(1, Wrong.MISSING)
