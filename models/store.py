"""The database: engines, and the one way to run a transaction."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from shutil import disk_usage
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, make_url, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker

from models import audit
from models.errors import Busy, InDoubt
from models.reserve import Reserve, was_only_read
from models.sealing import DataKey, Keyring, using
from models.tenants import begin, enter, open_at_once, stay_within, step_down
from models.turnstile import BUSY, PATIENCE, WRITER_WAIT, Turnstile, begin_writing
from models.workspace import Workspace

T = TypeVar("T")
MAYBE = ("Kept lost its database at the very moment of saving, so this may have been saved, and may not. Please look with "
         "/kept last before you send it again.")
UNREACHABLE = "Kept could not reach its database, so nothing was saved. Please try again in a minute."
FULL = ("The disk that Kept keeps its database on is full, so nothing was saved. Please tell whoever runs Kept, and send it "
        "again once there is room.")
NO_ROOM = frozenset({"SQLITE_FULL", "53100"})
ROOM = 256 * 1024  # bytes that a disk must have left: what one command may write
KNOWN_FOR = 60.0   # seconds that an opened key may stay in memory


class Store:
    """One database. ``transact`` is the only way care data is written."""

    def __init__(self, url: str, keyring: Keyring, *, pool: int = 32) -> None:
        self.url = normal_url(url)
        self.keyring = keyring
        self.engine = _engine(self.url, pool)
        self.lite = self.engine.dialect.name == "sqlite"
        path = lite_path(self.url)
        self._reserve = None if path is None else Reserve(path)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._turnstiles: dict[UUID | None, Turnstile] = {}
        self._opened: dict[UUID, tuple[DataKey, float]] = {}

    def transact(self, workspace_id: UUID, fn: Callable[[Session], T]) -> T:
        """Run ``fn`` in one write transaction of one workspace, sealed attributes open to it; returns after commit.

        No row of another workspace is within its reach, whatever it asks (models/tenants.py).

        A clash on PostgreSQL (unique key, deadlock) is repeated up to three times, so ``fn`` must have no effects
        outside the session. Raises Busy when the database cannot be reached in time; then nothing was saved, unless it is
        InDoubt.
        """
        # On SQLite the whole file has one writer. On PostgreSQL a workspace has: its audit chain has one end, and a
        # thread that holds that lock while others hold the interpreter keeps everybody waiting.
        with self._ticket(None if self.lite else workspace_id):
            return self._retrying(lambda: self._once(workspace_id, fn))

    def _ticket(self, writer: UUID | None) -> AbstractContextManager[None]:
        return self._turnstiles.setdefault(writer, Turnstile(WRITER_WAIT)).ticket()

    def _once(self, workspace_id: UUID, fn: Callable[[Session], T], *, again: bool = True) -> T:
        reading = False
        try:
            with self._saving() as session:
                begin(session, workspace_id)
                with using(self._key_of(session, workspace_id)):
                    done = fn(session)
                    reading = was_only_read(session)
                    audit.write_noted(session, workspace_id)
                    # The flush stays inside the block: a handler may leave sealing to the last moment.
                    session.flush()
            return done
        except OperationalError as error:
            if not (again and reading and self._reserve is not None and cause(error) in NO_ROOM):
                raise
        self._reserve.make_room(self.engine)
        return self._once(workspace_id, fn, again=False)

    @contextmanager
    def _saving(self) -> Iterator[Session]:
        """One transaction, saved at the end. Until then a lost database has saved nothing; while it saves, nobody can tell."""
        with self._sessions() as session:
            yield session
            session.flush()
            if self._reserve is not None and not was_only_read(session) and self._reserve.spent:
                raise Busy(FULL)
            try:
                session.commit()
            except DBAPIError as error:
                # What SQLite wrote and could not make last may still be found by whoever opens the file next.
                if error.connection_invalidated or str(cause(error)).startswith("SQLITE_IOERR"):
                    raise InDoubt(MAYBE) from None
                raise

    def _key_of(self, session: Session, workspace_id: UUID) -> DataKey:
        now = time.monotonic()
        found, until = self._opened.get(workspace_id, (None, 0.0))
        if found is None or now >= until:
            wrapped = session.scalars(select(Workspace.wrapped_key).where(Workspace.id == workspace_id)).one()
            found = self.keyring.unwrap(workspace_id, wrapped)
            # Those nobody asked for any more go too: no opened key is older than that.
            self._opened = {key: one for key, one in list(self._opened.items()) if one[1] > now}
            self._opened[workspace_id] = found, now + KNOWN_FOR
        return found

    def forget_key(self, workspace_id: UUID) -> None:
        """The next transaction opens the workspace's keys anew: they were changed."""
        self._opened.pop(workspace_id, None)

    def _retrying(self, once: Callable[[], T]) -> T:
        for attempt in range(4):
            try:
                return once()
            except IntegrityError:
                if attempt == 3:
                    raise
            except PoolTimeout:
                raise Busy(BUSY) from None
            except (OperationalError, DBAPIError) as error:
                if attempt < 3 and cause(error) in {"40001", "40P01"}:
                    time.sleep(0.01 * (attempt + 1))
                    continue
                if _unreachable(error):
                    raise Busy(FULL if cause(error) in NO_ROOM else UNREACHABLE) from None
                raise
        raise AssertionError("unreachable")

    def untenanted(self, fn: Callable[[Session], T]) -> T:
        """A transaction over the tables that belong to no workspace: ``workspace`` and ``due``."""
        if self.lite:
            with self._ticket(None):
                return self._retrying(lambda: self._plain(fn))
        return self._retrying(lambda: self._plain(fn))

    def _plain(self, fn: Callable[[Session], T]) -> T:
        with self._saving() as session:
            begin(session, None)
            done = fn(session)
        return done

    def peek(self, fn: Callable[[Session], T]) -> T:
        """A read of untenanted tables, without queueing behind writers."""
        with self._looking(None) as session:
            return fn(session)

    def look(self, workspace_id: UUID, fn: Callable[[Session], T]) -> T:
        """A read of one workspace, sealed attributes open to it, without queueing behind writers."""
        with self._looking(workspace_id) as session, using(self._key_of(session, workspace_id)):
            return fn(session)

    @contextmanager
    def _looking(self, workspace_id: UUID | None) -> Iterator[Session]:
        with Session(self.engine.execution_options(kept_read=True), expire_on_commit=False) as session:
            begin(session, workspace_id)
            yield session

    @contextmanager
    def snapshot(self, *, write: bool = False) -> Iterator[tuple[Session, Callable[[UUID | None], None]]]:
        """One transaction over all workspaces, each entered in turn, that sees the database as it stands at one moment and may
        take as long as it needs: for a backup, or with ``write`` for a restore.
        """
        how: dict[str, Any] = {"kept_read": not write}
        if not self.lite and not write:
            how["kept_begin"] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        with Session(self.engine.execution_options(**how), expire_on_commit=False) as session, session.begin():
            if not self.lite:
                session.execute(text("SET LOCAL statement_timeout = 0"))
            yield session, lambda workspace_id: enter(session, workspace_id)

    def ping(self) -> None:
        """Raises when the database cannot be read or written: a look would not notice a full disk, nor would one small write
        when a larger one that failed has left its room behind.
        """
        path = lite_path(self.url)
        if path is not None and disk_usage(path.parent).free < ROOM:
            raise Busy(FULL)
        self.untenanted(lambda s: s.execute(text("UPDATE alembic_version SET version_num = version_num")))

    def close(self) -> None:
        self.engine.dispose()


def _unreachable(error: DBAPIError) -> bool:
    return isinstance(error, OperationalError) or error.connection_invalidated


def cause(error: DBAPIError) -> object:
    """The database's own name for what is wrong."""
    return getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)


def normal_url(url: str) -> str:
    """Accept the addresses hosting providers hand out (``postgres://``) and name the driver we use."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url[len(prefix):]
    return url


def lite_path(url: str) -> Path | None:
    """The database file of an SQLite address, or None."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


def make_file(url: str) -> None:
    """Make an SQLite file before SQLite does, with mode 0600: it gives the WAL the mode of the database beside it."""
    path = lite_path(url)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _engine(url: str, pool: int) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        # The driver leaves it to us to begin; a connection that was closed meanwhile is noticed then (models/tenants.py).
        engine = create_engine(url, pool_size=pool, max_overflow=0, pool_timeout=WRITER_WAIT, isolation_level="AUTOCOMMIT",
                               connect_args={"connect_timeout": 2, "options": "-c statement_timeout=2500 -c timezone=UTC"})
        step_down(engine)
        open_at_once(engine)
        return engine
    make_file(url)
    engine = create_engine(url, pool_size=pool, max_overflow=0, pool_timeout=WRITER_WAIT,
                           connect_args={"timeout": 2.0, "check_same_thread": False, "isolation_level": None})

    @event.listens_for(engine, "connect")
    def _pragmas(raw: Any, _: object) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={PATIENCE}",
                       "secure_delete=ON", "temp_store=MEMORY"):
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("kept_read"):
            connection.exec_driver_sql("BEGIN")
        else:
            begin_writing(connection)

    stay_within(engine)
    return engine
