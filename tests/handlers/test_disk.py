"""The power goes, or the disk is full (SQLite): what was said to be saved is there, and what was not is not there by half."""

from __future__ import annotations

import os
import random
import re
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import event, select

from models.audit import first_bad
from models.errors import Busy
from models.item import Item
from models.sealing import Keyring
from models.store import FULL, Store
from models.turnstile import BUSY
from models.workspace import install
from tests.databases import Lite
from tests.disk import Disk, library
from tests.handlers.conftest import NOW, Team


@contextmanager
def laid(databases: dict[str, Lite], level: str = "") -> Iterator[tuple[Team, Disk]]:
    """A care team on a disk of its own. ``level`` is a setting of SQLite other than Kept's."""
    url, disk = databases["sqlite"].make(empty=False), Disk()
    with disk.under(library()):
        store = Store(url, Keyring(os.urandom(32)))
        if level:
            event.listen(store.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA synchronous={level}"))
        try:
            team = Team(store, store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", NOW).id))
            assert "care team now" in team.say("/kept setup zone America/New_York")
            assert "is a patient" in team.say("/kept patient add rosa-m")
            yield team, disk
        finally:
            store.close()
    databases["sqlite"].drop(url)


@dataclass
class Cut:
    """What lies on the disk when the power comes back, and the numbers that had been said to be saved. ``torn``, if some of
    what was not synced yet had got there."""

    folder: Path
    said: set[int]
    torn: bool

    def found(self) -> set[int]:
        """The numbers that are there. Whatever became of the rest, the database is whole."""
        with closing(sqlite3.connect(self.folder / "kept.db")) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
            return {number for number, in raw.execute("SELECT number FROM item")}


def typing(team: Team, disk: Disk, folder: Path) -> list[Cut]:
    """Four people type at once. After each reply the power goes, twice: once just so, once with half of the rest written."""
    cuts: list[Cut] = []
    said: set[int] = set()
    mutex = threading.Lock()

    def person(name: str) -> None:
        mine = Team(team.store, team.workspace, team.now)
        for nth in range(3):
            told = BUSY
            while told == BUSY:  # then it is sent again, as it asks
                told = mine.say(f"/concern rosa afraid {name} {nth}")
            assert saved(told), told
            with mutex:
                said.update(saved(told))
                for dice in (None, random.Random(len(cuts))):
                    left = folder / f"cut-{len(cuts)}"
                    left.mkdir()
                    cuts.append(Cut(left, set(said), torn=dice is not None))
                    disk.cut(left, dice)
                if len(said) % 4 == 0:
                    _into_the_database(team.store)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(person, ("ann", "bea", "cleo", "dina")))
    return cuts


def _into_the_database(store: Store) -> None:
    """What stands in the log so far, as SQLite does by itself now and then."""
    raw = store.engine.raw_connection()
    raw.execute("PRAGMA wal_checkpoint(PASSIVE)")  # type: ignore[attr-defined]
    raw.close()


def test_e2_what_was_acknowledged_outlives_the_power(databases: dict[str, Lite], tmp_path: Path) -> None:
    with laid(databases) as (team, disk):
        cuts = typing(team, disk, tmp_path)
    assert len(cuts) == 24
    for cut in cuts:
        found = cut.found()
        assert found >= cut.said
        assert len(found) <= len(cut.said) + 3  # what three others had sent, and have no answer to yet
    store = Store(f"sqlite:///{cuts[-1].folder}/kept.db", team.store.keyring)
    there = Team(store, team.workspace, team.now)
    assert "afraid dina 2" in there.say("/kept list")
    assert store.look(team.workspace, lambda s: first_bad(s, team.workspace)) is None
    store.close()


def test_e2_the_disk_does_forget_what_is_not_synced(databases: dict[str, Lite], tmp_path: Path) -> None:
    """Without the sync that Kept asks for, what was acknowledged is lost: else the test above would show nothing."""
    with laid(databases, "NORMAL") as (team, disk):
        cuts = typing(team, disk, tmp_path)
    assert any(not cut.found() >= cut.said for cut in cuts if not cut.torn)


def test_e3_d4_on_a_full_disk_nothing_is_saved_by_half_or_shown_unaudited(databases: dict[str, Lite], tmp_path: Path) -> None:
    """However much room is left, down to a part of one page of the log; and once there is room again, all goes on."""
    with laid(databases) as (team, disk):
        assert saved(team.say("/concern rosa afraid of the bill"))
        kept, looks, refused = {1}, 0, 0
        for room in (100_000, 45_000, 4_120, 24, 0):
            disk.room = room
            told = [team.say(f"/barrier rosa no ride, {room} {nth}") for nth in range(4)]
            kept |= {number for one in told for number in saved(one)}
            assert {one for one in told if not saved(one)} <= {FULL}
            assert there(team) == kept
            looked = [one for one in (team.say("/kept show 1") for _ in range(4)) if one != FULL]
            assert all("afraid of the bill" in one for one in looked)
            looks += len(looked)
            refused += len([one for one in told if one == FULL]) + 4 - len(looked)
            team.later(days=1)
            with suppress(Busy):
                team.sweep()
            disk.room = None
            team.store.ping()
            assert [act for _, act, outcome in team.audited()].count("item read") == looks
            assert there(team) == kept
            kept |= saved(team.say(f"/barrier rosa no ride, {room} at last"))
        assert max(kept) == len(kept) > 5
        assert refused > 15
        team.sweep()
        assert team.ledger()
        disk.cut(tmp_path)
        assert team.store.transact(team.workspace, lambda s: first_bad(s, team.workspace)) is None
    assert Cut(tmp_path, set(), torn=False).found() == kept


def saved(told: str) -> set[int]:
    return {int(number) for number in re.findall(r"^Kept as #(\d+)", told)}


def there(team: Team) -> set[int]:
    """Read without a word to the disk."""
    return set(team.store.look(team.workspace, lambda s: s.scalars(
        select(Item.number).where(Item.workspace_id == team.workspace)).all()))
