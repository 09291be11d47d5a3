"""Kept's own processes, started as an operator starts them, killed as a machine kills them."""

from __future__ import annotations

import base64
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic, sleep
from time import time as wall_time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, update

import models.tables  # noqa: F401  every table, so that mappers find each other
from models.store import normal_url
from models.team import CareTeam, Member
from tests.databases import as_app
from tests.running import other_slack
from tests.running.other_slack import OtherSlack
from tests.running.other_socket import OtherSocket

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]
ZONE = ZoneInfo("America/New_York")
UMASK = 0o022  # which would let everybody read what Kept writes


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def next_monday() -> datetime:
    """Ten in the morning in New York, on the Monday that comes."""
    now = datetime.now(ZONE)
    return datetime.combine(now.date() + timedelta(days=7 - now.weekday()), time(10), ZONE)


class House:
    """One installation: a database, a clock file, and the processes started so far. Use it as a context manager."""

    def __init__(self, folder: Path, database_url: str, slack: OtherSlack) -> None:
        self.folder, self.slack, self.port = folder, slack, free_port()
        self.log = folder / "kept.log"
        self.clock = folder / "clock"
        # Care time begins on a Monday morning, whenever the test runs.
        self._monday = (next_monday() - datetime.now(UTC)).total_seconds()
        self.ahead(0)
        self._serial = itertools.count(1)
        self._running: list[subprocess.Popen[bytes]] = []
        self.owner = database_url
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("SLACK_", "KEPT_"))},
            "DATABASE_URL": database_url, "SLACK_BOT_TOKEN": other_slack.TOKEN, "SLACK_SIGNING_SECRET": other_slack.SECRET,
            "KEPT_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(), "SLACK_API_URL": slack.address,
            "KEPT_CLOCK_FILE": str(self.clock), "PORT": str(self.port), "KEPT_LOG_LEVEL": "DEBUG",
        }

    def __enter__(self) -> House:
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._running:
            self.kill(one)

    def run(self, *args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "bot", *args], env=self.env, cwd=ROOT, capture_output=True, text=True,
                              timeout=60, check=False, umask=UMASK)

    @property
    def running(self) -> list[subprocess.Popen[bytes]]:
        return self._running

    def furnish(self) -> None:
        """See that its tables are there. A copied SQLite file has all that ``kept migrate`` makes."""
        if not Path(self.owner.removeprefix("sqlite:///")).exists():
            done = self.migrate()
            assert done.returncode == 0, done.stderr

    def migrate(self) -> subprocess.CompletedProcess[str]:
        """As the tables' owner; from then on all processes log in as Kept's own role."""
        self.env["DATABASE_URL"] = self.owner
        done = self.run("migrate")
        self.env["DATABASE_URL"] = as_app(self.owner)
        return done

    def start(self, *args: str, runner: tuple[str, ...] = ("-m", "bot"), env: dict[str, str] | None = None,
              ) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            started = subprocess.Popen([sys.executable, *runner, *args], env={**self.env, **(env or {})}, cwd=ROOT, stderr=log,
                                       stdout=log, umask=UMASK)
        self._running.append(started)
        return started

    def serve(self, *args: str, **more: Any) -> subprocess.Popen[bytes]:
        """``kept serve``, waited for until it is ready."""
        started = self.start("serve", *args, **more)
        self.until(lambda: self.ready() == 200 or started.poll() is not None)
        return started

    def ready(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2) as got:
                return int(got.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def until(self, holds: Callable[[], Any], seconds: float = 30) -> Any:
        end = monotonic() + seconds
        while not (found := holds()):
            assert monotonic() < end, f"did not happen in {seconds} s\n{self.log.read_text()[-4000:]}"
            sleep(0.05)
        return found

    def say(self, line: str, *, user: str = "U9MIA", trigger: str | None = None) -> str:
        """Type a command; returns the reply as JSON text. Raises when Kept did not answer."""
        status, body = self.send(line, user=user, trigger=trigger)
        assert status == 200, f"{status} for {line}\n{self.log.read_text()[-4000:]}"
        return str(body)

    def send(self, line: str, *, user: str = "U9MIA", trigger: str | None = None) -> tuple[int, Json]:
        name, _, text = line.partition(" ")
        form = other_slack.command(name, text, user=user, trigger=trigger or f"t{next(self._serial)}")
        return self._deliver("slash_commands", form, form)

    def write_to(self, text: str, event_id: str, *, retry: int = 0) -> int:
        """A direct message to Kept; the status of its event."""
        told = {"type": "event_callback", "team_id": other_slack.TEAM, "event_id": event_id, "event_time": int(wall_time()),
                "event": {"type": "message", "channel_type": "im", "channel": "D9MIA", "user": "U9MIA", "text": text}}
        return other_slack.signed(self.url, told, retry=retry)[0]

    def press(self, message: Json, action: str, *, user: str = "U9MIA") -> int:
        answer = f"{self.slack.address.removesuffix('api/')}respond/{next(self._serial)}"
        form = other_slack.press(message, action, user=user, trigger=f"t{next(self._serial)}", response_url=answer)
        return self._deliver("interactive", json.loads(form["payload"]), form)[0]

    def _deliver(self, kind: str, payload: Json, form: Json) -> tuple[int, Json]:
        """As the app is connected. Over a socket 200 stands for an acknowledgement, 0 for none in time."""
        if self.slack.lines is None:
            return other_slack.signed(self.url, form)
        found = self.slack.lines.send(kind, payload)
        return (0, {}) if found is None else (200, found)

    def over_socket(self) -> OtherSocket:
        """From now on, its processes are connected over Socket Mode."""
        self.slack.lines = OtherSocket()
        self.env |= {"SLACK_APP_TOKEN": other_slack.APP_TOKEN, "SLACK_SIGNING_SECRET": ""}
        return self.slack.lines

    def forget_who_is_here(self) -> None:
        """As if more than five minutes, and a day, had passed since Slack was last asked about anybody."""
        store = create_engine(normal_url(self.owner))
        long_ago = datetime.now(UTC) - timedelta(days=2)
        with store.begin() as connection:
            connection.execute(update(CareTeam).values(members_checked_at=long_ago, unseen_at=None))
            connection.execute(update(Member).where(Member.checked_at.is_not(None)).values(checked_at=long_ago))
        store.dispose()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/slack/events"

    def ahead(self, seconds: float) -> None:
        """Move care time to ``seconds`` after the Monday morning it began on, and what has passed since."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(self._monday + seconds))
        new.replace(self.clock)
