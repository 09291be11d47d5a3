"""What every test may use: a database of either kind, and no network beyond this machine."""

from __future__ import annotations

import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.databases import KINDS, CannotStart, Lite, Server, stop
from tests.types import noted

FOLDER = pytest.StashKey[Path]()
SAID = pytest.StashKey[list[str]]()
RUNNING, HANDLERS = (Path(__file__).parent / name for name in ("running", "handlers"))
ON_BOTH = {"test_a_nudge_is_said_once_whatever_dies", "test_doctor_and_digest"}
EVERY_CASE = {"test_verbs", "test_forms", "test_lost"}   # each of their cases asks something else of the database
LOOPBACK = {"localhost", "::1", "0:0:0:0:0:0:0:1"}


def pytest_configure(config: pytest.Config) -> None:
    """The run's folder is made by the process that was started by hand, and handed to its workers."""
    given = getattr(config, "workerinput", {}).get("databases")
    config.stash[FOLDER] = Path(given or tempfile.mkdtemp(prefix="kept-"))
    noted.note_into(_payloads(config))
    if given is None:
        # Told to end, it ends as after Ctrl-C: else the run's PostgreSQL would be left running.
        signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    node.workerinput["databases"] = str(node.config.stash[FOLDER])


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """On the second database, ``make soak`` is left what would only show again what is shown already.

    Whole processes but for a crash and the operator's look, since what differs between the databases is below them; and of the
    handlers' tests, which all run on both, every case of a table but its first, which asks the database the same.
    """
    seen: set[str] = set()
    for item in items:
        if "[postgresql" not in item.name:
            continue
        again = item.nodeid.partition("[")[0] in seen and item.path.stem not in EVERY_CASE
        seen.add(item.nodeid.partition("[")[0])
        large = item.get_closest_marker("large") is not None
        alone = item.path.parent == RUNNING and item.name.partition("[")[0] not in ON_BOTH
        if large or alone or (item.path.parent == HANDLERS and again):
            item.add_marker(pytest.mark.soak)


def _payloads(config: pytest.Config) -> Path:
    return config.stash[FOLDER] / "payloads"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Once all of the run's processes are done: whatever the app sent in it, Slack must have a type for."""
    if hasattr(session.config, "workerinput"):
        return
    fits, said = noted.verdict(_payloads(session.config))
    session.config.stash[SAID] = said
    if not fits:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    said = config.stash.get(SAID, [])
    if said:
        terminalreporter.section("what the app sent")
        for line in said:
            terminalreporter.write_line(line)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        stop(config.stash[FOLDER])


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Lite | Server]:
    worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
    return {"sqlite": Lite(tmp_path_factory.mktemp("lite")), "postgresql": Server(request.config.stash[FOLDER], worker)}


def _database(databases: dict[str, Lite | Server], kind: str, *, empty: bool) -> Iterator[str]:
    try:
        url = databases[kind].make(empty=empty)
    except CannotStart as error:
        pytest.fail(str(error), pytrace=False)
    yield url
    databases[kind].drop(url)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: dict[str, Lite | Server]) -> Iterator[str]:
    """A migrated, empty database for this test alone; the test runs once on each kind."""
    yield from _database(databases, request.param, empty=False)


@pytest.fixture(params=KINDS)
def empty_database_url(request: pytest.FixtureRequest, databases: dict[str, Lite | Server]) -> Iterator[str]:
    """A database nobody has migrated."""
    yield from _database(databases, request.param, empty=True)


@pytest.fixture(autouse=True)
def only_this_machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A connection to anywhere but loopback is refused, and fails the test even if the code swallows the refusal.

    Yields the hosts that were refused.
    """
    reached: list[str] = []
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def allowed(sock: socket.socket, address: Any) -> None:
        if sock.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])
            if host not in LOOPBACK and not host.startswith("127."):
                reached.append(host)
                raise OSError(f"tests may not reach {host}")

    def guarded(sock: socket.socket, address: Any) -> None:
        allowed(sock, address)
        connect(sock, address)

    def guarded_ex(sock: socket.socket, address: Any) -> int:
        allowed(sock, address)
        return connect_ex(sock, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    yield reached
    if reached:
        pytest.fail(f"the test reached beyond this machine: {', '.join(reached)}", pytrace=False)
