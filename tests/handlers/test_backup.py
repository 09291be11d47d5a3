"""A backup is of one moment, opens only whole and with its key, and is restored into a database of either kind."""

from __future__ import annotations

import io
import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.auditing import verify
from bot.backup import back_up, restore
from models.archive import CHUNK, HEADER, BadArchive, Writing, lines
from models.base import Base
from models.outgoing import Outgoing, OutgoingState
from models.sealing import Keyring
from models.store import Store
from models.workspace import Workspace
from tests.databases import Lite, Server
from tests.handlers.conftest import ANA, BEN, Team, mention

CANARY = "zebrafish"
WRITTEN_SINCE = {"audit", "audit_head", "outgoing"}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, databases: dict[str, Lite | Server], team: Team) -> Iterator[Store]:
    """A database that nothing was put into yet, of each kind, for each kind the team is on."""
    url = databases[request.param].make(empty=False)
    made = Store(url, team.store.keyring)
    yield made
    made.close()
    databases[request.param].drop(url)


@pytest.fixture
def beside(databases: dict[str, Lite | Server], team: Team) -> Iterator[Store]:
    """The same, on SQLite alone."""
    url = databases["sqlite"].make(empty=False)
    made = Store(url, team.store.keyring)
    yield made
    made.close()
    databases["sqlite"].drop(url)


def fill(team: Team) -> None:
    team.say(f"/concern rosa {CANARY} é ☂")
    team.say("/commit rosa call by Friday 3pm for #1")
    team.say(f"/kept call rosa 5m 1 {CANARY}")
    team.say(f"/kept rosa {CANARY}")
    team.say(f"/kept handoff rosa {mention(BEN)} {CANARY}")
    team.look(ANA)
    team.later(days=2)
    team.sweep()


def rows_of(store: Store) -> dict[str, list[tuple[object, ...]]]:
    found = {}
    with store.snapshot() as (session, enter):
        workspaces = session.scalars(select(Workspace.id)).all()
        for table in Base.metadata.sorted_tables:
            found[table.name] = []
            for workspace in workspaces if "workspace_id" in table.columns else [None]:
                enter(workspace)
                mine = [table.c.workspace_id == workspace] if workspace else []
                found[table.name] += sorted((tuple(row) for row in session.execute(select(table).where(*mine))), key=repr)
    return found


def test_a_backup_is_restored_into_either_database(team: Team, empty: Store, tmp_path: Path) -> None:
    fill(team)
    file = tmp_path / "kept.backup"
    back_up(team.store, file, team.now, lambda _: None)
    assert file.stat().st_mode & 0o777 == 0o600
    assert CANARY.encode() not in file.read_bytes()
    said: list[str] = []
    assert restore(empty, file, team.now, said.append) > 30
    before, after = rows_of(team.store), rows_of(empty)
    assert {name for name in before if before[name] != after[name]} <= WRITTEN_SINCE
    assert said[-1] == "T1: the audit chain is whole."
    assert [one.fault for one in verify(empty, None)] == [None]
    moved = Team(empty, team.workspace, team.now)
    assert f"{CANARY} é ☂" in moved.say("/kept show 1")
    assert "Kept as #4" in moved.say("/barrier rosa no ride")
    with pytest.raises(BadArchive, match="not empty"):
        restore(empty, file, team.now, said.append)


def test_what_was_to_be_sent_is_looked_for_first(team: Team, beside: Store, tmp_path: Path) -> None:
    fill(team)
    assert team.waiting()
    back_up(team.store, tmp_path / "b", team.now, lambda _: None)
    restore(beside, tmp_path / "b", team.now, lambda _: None)
    waiting = [row for row in Team(beside, team.workspace).rows(Outgoing) if row.sort == "post"]
    assert waiting
    assert all(row.state is OutgoingState.UNCERTAIN and row.tried_at is not None for row in waiting)


def test_it_is_of_one_moment_though_people_write_meanwhile(team: Team, beside: Store, tmp_path: Path) -> None:
    fill(team)
    more = itertools.count()
    back_up(team.store, tmp_path / "b", team.now, lambda _: team.say(f"/concern rosa worry {next(more)}") and None)
    assert next(more) > 5
    restore(beside, tmp_path / "b", team.now, lambda _: None)
    assert [one.fault for one in verify(beside, None)] == [None]
    assert "worry" not in Team(beside, team.workspace, team.now).say("/kept list")


def test_an_altered_or_cut_backup_is_refused_before_anything_is_written(team: Team, beside: Store, tmp_path: Path) -> None:
    fill(team)
    file = tmp_path / "b"
    back_up(team.store, file, team.now, lambda _: None)
    whole = file.read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 1
    for broken in (whole[:-1], whole[:len(whole) // 2], whole[:20], bytes(flipped), whole + b"x", b"", b"{}"):
        file.write_bytes(broken)
        with pytest.raises(BadArchive):
            restore(beside, file, team.now, lambda _: None)
    assert beside.peek(lambda s: s.scalar(select(func.count()).select_from(Workspace))) == 0
    file.write_bytes(whole)
    other = Store(beside.url, Keyring(os.urandom(32)))
    with pytest.raises(BadArchive, match="another master key"):
        restore(other, file, team.now, lambda _: None)
    other.close()


def archive(keyring: Keyring, *sizes: int) -> bytes:
    file = io.BytesIO()
    writing = Writing(file, keyring)
    for size in sizes:
        writing.line(b"x" * size)
    writing.close()
    return file.getvalue()


@pytest.mark.parametrize("sizes", [(), (0,), (5, 0, 7), (CHUNK - 1, CHUNK - 1), (CHUNK * 3, 1), (CHUNK,) * 4])
def test_an_archive_gives_back_its_lines(sizes: tuple[int, ...]) -> None:
    keyring = Keyring(bytes(32))
    assert [len(line) for line in lines(io.BytesIO(archive(keyring, *sizes)), keyring)] == list(sizes)


def test_chunks_in_another_order_or_without_the_last_do_not_open() -> None:
    keyring = Keyring(bytes(32))
    whole = archive(keyring, CHUNK * 3)
    size = 4 + CHUNK + 16
    head, rest = whole[:HEADER], whole[HEADER:]
    first, second, end = rest[:size], rest[size:2 * size], rest[2 * size:]
    assert sum(len(line) for line in lines(io.BytesIO(head + first + second + end), keyring)) == CHUNK * 3
    for broken in (second + first + end, first + end, first + second, first + first + second + end, end):
        with pytest.raises(BadArchive):
            list(lines(io.BytesIO(head + broken), keyring))
