"""How the audit chains end, each day, to a file or an address elsewhere: taken, refused, tried again, and said when it is not."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from bot import checkpoints, doctor
from bot.auditing import verify
from bot.checkpoints import NotTaken
from bot.chores import Chores
from bot.clock import Clock
from bot.house import House
from bot.settings import BadSettings, read
from bot.tokens import Slacks
from models.heartbeat import sweep_begins, unmarked
from tests.handlers.conftest import Team


class Elsewhere(HTTPServer):
    """What takes checkpoints; ``status`` is what it answers next, ``taken`` what it took."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.status, self.taken = 200, list[tuple[str, str | None, bytes]]()

    @property
    def address(self) -> str:
        return f"http://kept:s%40crit@127.0.0.1:{self.server_port}/in"


class _Taking(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.taken.append((self.path, self.headers["authorization"], body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.server.taken.append((self.path, None, b""))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """It is quiet."""


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Then(Clock):
    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def wall(self) -> datetime:
        return self.at


def hour(team: Team, where: str) -> None:
    """What the worker does each hour, at the team's time."""
    clock = Then(team.now)
    slacks = Slacks(team.store, clock, "http://127.0.0.1:1/api/", None)
    Chores(team.store, slacks, clock, where).run()
    slacks.close()


def test_an_address_takes_what_a_file_would_hold(team: Team, elsewhere: Elsewhere, tmp_path: Path) -> None:
    assert checkpoints.write(team.store, elsewhere.address, team.now) == 1
    ((path, secret, body),) = elsewhere.taken
    assert (path, secret) == ("/in", "Basic " + base64.b64encode(b"kept:s@crit").decode())
    assert {"at", "workspace", "id", "seq", "mac"} == json.loads(body).keys()
    file = tmp_path / "fetched"
    file.write_bytes(body)
    team.say("/concern rosa afraid")
    (verdict,) = verify(team.store, file)
    assert (verdict.fault, verdict.checkpoints) == (None, 1)


@pytest.mark.parametrize(("status", "code"), [(500, "http_500"), (403, "http_403"), (302, "http_302")])
def test_an_address_that_does_not_take_it_is_no_success(team: Team, elsewhere: Elsewhere, status: int, code: str) -> None:
    elsewhere.status = status
    with pytest.raises(NotTaken) as failed:
        checkpoints.write(team.store, elsewhere.address, team.now)
    assert failed.value.code == code
    assert "crit" not in str(failed.value)
    assert len(elsewhere.taken) == 1


def test_nobody_there_is_no_success_either(team: Team, tmp_path: Path) -> None:
    for where, code in (("http://127.0.0.1:1/in", "not_reached"), (str(tmp_path / "none" / "file"), "not_written")):
        with pytest.raises(NotTaken, match=code):
            checkpoints.write(team.store, where, team.now)


def test_once_a_day_by_whoever_works_and_again_each_hour_until_it_is_taken(team: Team, elsewhere: Elsewhere,
                                                                          caplog: pytest.LogCaptureFixture) -> None:
    team.store.untenanted(lambda s: sweep_begins(s, team.now))
    hour(team, elsewhere.address)
    hour(team, elsewhere.address)
    assert len(elsewhere.taken) == 1
    team.later(days=1)
    elsewhere.status = 503
    hour(team, elsewhere.address)
    (said,) = [one for one in caplog.records if one.levelname == "ERROR"]
    assert "KEPT_AUDIT_CHECKPOINTS" in said.message
    assert "crit" not in str(vars(said))
    assert not team.store.peek(lambda s: unmarked(s, team.now))
    team.later(hours=3)
    assert team.store.peek(lambda s: unmarked(s, team.now))
    elsewhere.status = 200
    hour(team, elsewhere.address)
    assert len(elsewhere.taken) == 3
    assert not team.store.peek(lambda s: unmarked(s, team.now))


def test_readyz_and_the_doctor_say_that_there_are_none(team: Team, elsewhere: Elsewhere) -> None:
    environ = {"DATABASE_URL": team.store.url, "KEPT_MASTER_KEY": base64.b64encode(team.store.keyring.master).decode(),
               "SLACK_API_URL": "http://127.0.0.1:1/api/", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s",
               "KEPT_AUDIT_CHECKPOINTS": elsewhere.address}
    settings = read(environ, "serve")
    assert "crit" not in repr(settings)
    wall = Clock(None).wall()
    team.store.untenanted(lambda s: sweep_begins(s, wall - timedelta(days=3)))
    house = House(settings)
    assert "not written in the last day" in house.notices()["checkpoints"]
    (found,) = doctor._checkpoints(settings, team.store, house.clock)
    assert not found.ok
    team.now = wall
    hour(team, elsewhere.address)
    assert "checkpoints" not in house.notices()
    (found,) = doctor._checkpoints(settings, team.store, house.clock)
    assert found.ok
    house.close()


@pytest.mark.parametrize("where", ["http://logs.example.org/in", "ftp://logs.example.org/in"])
def test_an_address_that_anybody_could_read_on_the_way_is_refused(where: str) -> None:
    with pytest.raises(BadSettings, match="https address"):
        read({"KEPT_AUDIT_CHECKPOINTS": where, "KEPT_MASTER_KEY": base64.b64encode(bytes(32)).decode()}, "audit")
