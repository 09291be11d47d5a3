"""The database goes away, at the best moment and at the worst, or is held by somebody: what a person is told then is so."""

from __future__ import annotations

import select
import socket
import socketserver
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, make_url, text

from models.store import MAYBE, UNREACHABLE, Store
from models.turnstile import PATIENCE
from tests.databases import as_owner, by_hand
from tests.handlers.conftest import Team

COMMIT, WRITING = b"COMMIT", b"INSERT INTO item"
LINE = "/commit rosa call the clinic by Friday 3pm"


class Between(socketserver.ThreadingTCPServer):
    """A line to the server that goes dead once, when ``at`` is said over it: before that arrives there, or with ``heard``
    after, before the answer is back. ``stays`` dead, it lets nobody in any more."""

    def __init__(self, server: Path) -> None:
        super().__init__(("127.0.0.1", 0), Pipe)
        self.real, self.at, self.heard, self.stays, self.dead = server, b"", False, False, False
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class Pipe(socketserver.BaseRequestHandler):
    server: Between

    def handle(self) -> None:
        if self.server.dead:
            return
        with socket.socket(socket.AF_UNIX) as there:
            there.connect(str(self.server.real))
            ways = {self.request: there, there: self.request}
            while True:
                for one in select.select(list(ways), [], [])[0]:
                    try:
                        data = one.recv(65536)
                    except ConnectionResetError:
                        return
                    if not data or (one is self.request and self._dies(data, there)):
                        return
                    ways[one].sendall(data)

    def _dies(self, data: bytes, there: socket.socket) -> bool:
        line = self.server
        if not line.at or line.at not in data:
            return False
        line.at, line.dead = b"", line.stays
        if line.heard:
            there.sendall(data)
            there.recv(65536)
        return True


@pytest.fixture
def line(team: Team) -> Iterator[Between]:
    made = Between(Path(str(make_url(team.store.url).query["host"])) / ".s.PGSQL.5432")
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def far(team: Team, line: Between) -> Iterator[Team]:
    """The same care team, over that line."""
    url = make_url(team.store.url).set(host="127.0.0.1", port=line.server_address[1], query={})
    store = Store(url.render_as_string(), team.store.keyring)
    made = Team(store, team.workspace, team.now)
    made.say("/kept mine")  # a connection commits once when it is made
    yield made
    store.close()


@pytest.mark.parametrize(("at", "heard", "stays", "told", "kept"), [
    (WRITING, False, False, UNREACHABLE, 0), (WRITING, True, False, UNREACHABLE, 0),
    (COMMIT, False, False, "Kept as #1", 1), (COMMIT, True, False, "Already saved: #1", 1),
    (COMMIT, False, True, MAYBE, 0), (COMMIT, True, True, MAYBE, 1)])
@pytest.mark.parametrize("team", ["postgresql"], indirect=True)
def test_e10_what_may_have_been_saved_is_never_said_not_to_be(
        team: Team, far: Team, line: Between, at: bytes, heard: bool, stays: bool, told: str, kept: int) -> None:
    line.at, line.heard, line.stays = at, heard, stays
    assert told in far.say(LINE, delivery="one")
    assert line.at == b""
    assert len(team.items()) == kept
    # The line is up again, and nothing needs to be started anew.
    line.dead = False
    again = far.say(LINE, delivery="one")
    assert ("Already saved: #1" if kept else "Kept as #1") in again
    assert len(team.items()) == 1


@pytest.mark.parametrize("team", ["postgresql"], indirect=True)
def test_e11_a_connection_that_the_server_has_closed_is_noticed_before_anyone_is(team: Team) -> None:
    """All that were waiting in the pool, as after a restart of the server."""
    team.say("/concern rosa afraid of the bill")
    with by_hand(team.store) as connection:
        gone = connection.scalars(text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kept_app' AND datname = current_database()"))
        assert any(gone.all())
    assert "Kept as #2" in team.say(LINE)
    assert team.store.peek(lambda s: s.scalar(text("SELECT 1"))) == 1


def test_e12_while_somebody_holds_the_tables_it_is_said_and_then_goes_on(team: Team) -> None:
    """An operator's own session with the database, say."""
    engine = team.store.engine if team.store.lite else create_engine(as_owner(team.store.url))
    with closing(engine.raw_connection()) as raw, closing(raw.cursor()) as hand:
        for statement in ("BEGIN IMMEDIATE",) if team.store.lite else ("BEGIN", "LOCK TABLE item"):
            hand.execute(statement)
        assert UNREACHABLE in team.say(LINE, delivery="one")
        hand.execute("ROLLBACK")
    if not team.store.lite:
        engine.dispose()
    assert "Kept as #1" in team.say(LINE, delivery="one")
    assert len(team.items()) == 1


@pytest.mark.parametrize("team", ["sqlite"], indirect=True)
def test_e12_who_waits_for_another_process_to_write_comes_next(team: Team) -> None:
    """And what else waits on that connection afterwards waits as long as before."""
    tried = threading.Semaphore(0)

    def hear(raw: Any, *_: object) -> None:
        raw.set_trace_callback(lambda said: tried.release() if said == "BEGIN IMMEDIATE" else None)

    with closing(team.store.engine.raw_connection()) as hand, ThreadPoolExecutor(1) as pool:
        hand.cursor().execute("BEGIN IMMEDIATE")
        event.listen(team.store.engine, "checkout", hear)
        reply = pool.submit(team.say, LINE)
        assert all(tried.acquire(timeout=10) for _ in range(3))
        hand.rollback()
        assert "Kept as #1" in reply.result(10)
        event.remove(team.store.engine, "checkout", hear)
    with team.store.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(None)
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == PATIENCE
