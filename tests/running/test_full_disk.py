"""A disk that really is full: Kept's own process on a small one of its own, filled to its last byte and freed again."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from models.store import FULL
from tests.databases import Lite
from tests.running.other_slack import OtherSlack
from tests.running.processes import House
from tests.running.test_processes import begin

# A process may mount what it likes where nobody else sees it, on Linux, where users may have name spaces of their own.
ALONE = ("unshare", "--map-root-user", "--mount", "sh", "-c")
MOUNT = 'mount -t tmpfs -o size=8m,mode=700 none "$0" && '


def cannot_mount(folder: Path) -> bool:
    if shutil.which(ALONE[0]) is None:
        return True
    return subprocess.run([*ALONE, MOUNT + "true", str(folder)], capture_output=True, check=False).returncode != 0


@pytest.fixture(params=[""])
def small(request: pytest.FixtureRequest, tmp_path: Path, databases: dict[str, Lite],
          slack: OtherSlack) -> Iterator[tuple[House, Path]]:
    """A house on a disk of eight megabytes, and the disk as it is seen from outside. The parameter is how it serves."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if cannot_mount(disk):
        pytest.skip("No small disk can be mounted here: what a full one does is shown by tests/handlers/test_disk.py alone.")
    with House(tmp_path, f"sqlite:///{disk}/kept.db", slack) as house:
        tables = databases["sqlite"].make(empty=False).removeprefix("sqlite:///")
        line = [*ALONE, MOUNT + 'install -m 600 "$1" "$0/kept.db" && exec "$2" -m bot serve ' + request.param, str(disk), tables]
        started = house.start(runner=("-c", f"import os, sys; os.execvp({line[0]!r}, [*{line!r}, sys.executable])"))
        house.until(lambda: house.ready() == 200)
        yield house, Path(f"/proc/{started.pid}/root{disk}")


def fill(file: Path) -> None:
    """To the last byte there is room for."""
    with suppress(OSError), file.open("ab", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))
    with suppress(OSError), file.open("ab", buffering=0) as filler:
        while filler.write(b"x"):
            pass


@contextmanager
def copied(disk: Path, folder: Path) -> Iterator[sqlite3.Connection]:
    """The database as it lies there: SQLite itself would look for it outside."""
    folder.mkdir()
    for name in ("kept.db", "kept.db-wal"):
        shutil.copyfile(disk / name, folder / name)
    with closing(sqlite3.connect(folder / "kept.db")) as raw:
        yield raw


def test_e3_a_full_disk_is_said_reads_go_on_and_it_recovers_without_a_restart(small: tuple[House, Path]) -> None:
    house, disk = small
    begin(house)
    assert "Kept as #1" in house.say("/concern rosa afraid of the bill")
    fill(disk / "filler")
    assert os.statvfs(disk).f_bavail == 0
    for nth in range(4):
        assert FULL in house.say(f"/barrier rosa no ride {nth}")
    for _ in range(20):
        assert "afraid of the bill" in house.say("/kept show 1")
        assert FULL in house.say("/kept edit 1 afraid of nothing")
    assert "There is no #2" in house.say("/kept show 2")
    assert house.ready() == 503
    # What was read has its rows, whatever that took; what was not saved has none.
    with copied(disk, house.folder / "full") as raw:
        assert raw.execute("SELECT count(*) FROM audit WHERE action = 'item read' AND outcome = 'ok'").fetchone() == (20,)
        assert raw.execute("SELECT number FROM item").fetchall() == [(1,)]
    (disk / "filler").unlink()
    house.until(lambda: house.ready() == 200)
    assert "Kept as #2" in house.say("/barrier rosa no ride at last")
    with copied(disk, house.folder / "freed") as raw:
        assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert raw.execute("SELECT number FROM item ORDER BY number").fetchall() == [(1,), (2,)]
    assert "Traceback" not in house.log.read_text()


@pytest.mark.soak  # a message that the disk filled under is looked for before it is sent, a minute later
@pytest.mark.parametrize("small", ["--with-worker"], indirect=True)
def test_e3_the_worker_of_a_full_disk_goes_on_and_says_it_once(small: tuple[House, Path], slack: OtherSlack) -> None:
    house, disk = small
    begin(house)
    assert "Kept as #1" in house.say("/commit rosa call about the bill in 10 minutes")
    fill(disk / "filler")
    house.ahead(11 * 60)
    house.until(lambda: "not decided" in house.log.read_text() or "a beat failed" in house.log.read_text())
    (disk / "filler").unlink()
    slack.wait(lambda: slack.to("D9MIA"), 150)
    swept = house.log.read_text().count("sweep finished")
    house.ahead(12 * 60)
    house.until(lambda: house.log.read_text().count("sweep finished") > swept)
    assert [post["text"] for post in slack.to("D9MIA")] == ["Kept: #1 needs a person"]
    assert "about the bill" not in house.log.read_text()
