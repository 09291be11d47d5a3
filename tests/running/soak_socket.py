"""Part of ``make soak``: Slack asks for new connections and cuts them, fifty times, while people type; then all is counted.

Nothing typed may be missing or there twice, and by the sandbox's clock no acknowledgement may take longer than a second.
``SOAK_ROUNDS`` (50) is how often.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

import models.tables  # noqa: F401  every table, so that mappers find each other
from bot.sandbox.core import Sandbox
from bot.settings import Way
from models.item import Item
from models.sealing import Keyring, master_key
from models.store import Store
from models.workspace import installed
from tests.running import other_slack
from tests.running.processes import House

ROUNDS = int(os.environ.get("SOAK_ROUNDS", "50"))
ROOM, LEAD, TYPISTS = "C0MAPLE", "U0PRIYA", ("U0ANA", "U0BEN", "U0PRIYA")
SLOWEST = 1.0  # seconds
PAUSE = 0.05   # seconds between two commands of one person: they press Enter fast, but they are three
APART = 2.5        # seconds between upsets: Slack gives out fifty addresses a minute, and each upset takes one or two
# What is done to the connections, in turn. Slack leaves ten seconds between its warning and the end; here it is one.
UPSETS = {"refresh": lambda box: box.refresh(warn=False, after=1.0), "warned refresh": lambda box: box.refresh(after=0.5),
          "cut": lambda box: box.disconnect(), "both cut": lambda box: (box.disconnect(), box.disconnect())}


@dataclass
class Where:
    """What House needs to know of a Slack."""

    address: str = ""
    lines: None = None


@dataclass
class Flow:
    """``kept`` are the numbers that people were told; ``again`` is what was done to the connections each time that one of them
    had to press Enter again.
    """

    kept: list[int] = field(default_factory=list)
    again: list[list[str]] = field(default_factory=list)
    acks: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def said(self, rounds: int) -> str:
        return (f"Socket Mode: {rounds} refreshes and cuts, {len(self.kept)} commands, {len(self.acks)} acknowledgements, the "
                f"slowest after {max(self.acks) * 1000:.0f} ms, {len(self.again)} typed again because of a cut: "
                f"{'; '.join(self.wrong) or 'none lost, none doubled, none late'}")


@contextmanager
def connected(folder: Path, database_url: str, way: Way = Way.SOCKET, *worker: str) -> Iterator[tuple[Sandbox, House]]:
    """Kept at a sandbox, over Socket Mode or HTTP, with care time that both share."""
    with House(folder, database_url, Where()) as house:  # type: ignore[arg-type]
        box = Sandbox(other_slack.SECRET, other_slack.TOKEN, app_token=other_slack.APP_TOKEN, clock_file=house.clock)
        box.start()
        try:
            house.env |= {"SLACK_API_URL": box.api_url, "KEPT_LOG_LEVEL": "INFO"}
            if way is Way.SOCKET:
                house.env |= {"SLACK_APP_TOKEN": other_slack.APP_TOKEN, "SLACK_SIGNING_SECRET": ""}
            else:
                box.app_url = house.url
            house.furnish()
            house.serve(*worker)
            box.wait_for(lambda: box.transport == way.value and (way is Way.HTTP or box.sockets.connected() == 2))
            yield box, house
        finally:
            box.stop()


def begin(box: Sandbox) -> None:
    """A care team in ROOM, and everyone's name known."""
    for who, line in ((LEAD, "setup zone America/New_York digest 8:30 hours 9-17"), (LEAD, "patient add rosa-m"),
                      *((one, "mine") for one in TYPISTS)):
        assert box.command(who, ROOM, "/kept", line).status == 200


class People:
    """Three people who type promises, and press Enter again until they are answered."""

    def __init__(self, box: Sandbox, flow: Flow) -> None:
        self._box, self._flow = box, flow
        self.upsets = ["nothing"]
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._type, args=(one,)) for one in TYPISTS]

    def __enter__(self) -> People:
        for one in self._threads:
            one.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for one in self._threads:
            one.join(30)

    def _type(self, who: str) -> None:
        serial = 0
        while not self._stop.is_set():
            serial += 1
            number = self._until_answered(who, f"rosa call about matter {serial} in 2 hours")
            with self._lock:
                self._flow.kept.append(number)
            time.sleep(PAUSE)

    def _until_answered(self, who: str, text: str) -> int:
        while True:
            begun = len(self.upsets)
            reply = self._box.command(who, ROOM, "/commit", text)
            found = re.search(r"(?:Kept as|Already saved:) #(\d+)", str(reply.body))
            if reply.status == 200 and found:
                return int(found[1])
            with self._lock:
                self._flow.again.append(self.upsets[begun - 1:])
            assert reply.status == 0, f"an answer nobody expected: {str(reply.body)[:300]}"
            time.sleep(PAUSE)


def run(box: Sandbox, house: House, rounds: int) -> Flow:
    begin(box)
    flow = Flow()
    box.acks.clear()
    kinds = list(UPSETS)
    with People(box, flow) as people:
        for turn in range(rounds):
            before = len(flow.kept)
            box.wait_for(lambda before=before: len(flow.kept) >= before + 3)
            people.upsets.append(kinds[turn % len(kinds)])
            UPSETS[people.upsets[-1]](box)
            box.wait_for(lambda: box.sockets.connected() == 2)
            people.upsets.append("nothing")
            time.sleep(APART)
    flow.acks = [seconds for _, seconds in box.acks]
    flow.wrong = wrong(flow, house)
    return flow


def wrong(flow: Flow, house: House) -> list[str]:
    """In sentences; empty when all is well."""
    store = Store(house.env["DATABASE_URL"], Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
    try:
        (workspace,) = store.peek(installed)
        rows = store.transact(workspace, lambda s: [(one.number, one.author_id, one.text) for one in s.scalars(
            select(Item).where(Item.workspace_id == workspace))])
    finally:
        store.close()
    found: list[str] = []
    if sorted(flow.kept) != sorted(number for number, *_ in rows):
        found.append(f"people were told of {len(flow.kept)} promises, {len(rows)} are kept")
    if len({(author, text) for _, author, text in rows}) != len(rows):
        found.append("a promise is there twice")
    if max(flow.acks) > SLOWEST:
        found.append(f"an acknowledgement took {max(flow.acks):.1f} s")
    found += [f"a command was not answered during: {', '.join(during)}" for during in flow.again
              if not any("cut" in one for one in during)]
    return found


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-soak-") as name, \
            connected(Path(name), f"sqlite:///{name}/kept.db") as (box, house):
        flow = run(box, house, ROUNDS)
    print(flow.said(ROUNDS), flush=True)
    sys.exit(1 if flow.wrong else 0)


if __name__ == "__main__":
    main()
