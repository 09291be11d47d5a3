"""DBOS's own SQLite file beside ours: sharing one made people wait for its writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, create_engine, event

from bot.house import NotReady

NEEDED = (3, 42, 0)   # DBOS uses unixepoch('subsec')


class NoEngine(NotReady):
    """The engine cannot run here; the message is a sentence that says what to do."""


def opened(path: Path) -> Engine:
    """The engine of the file beside the database at ``path``. Raises NoEngine where no SQLite is new enough."""
    file = path.with_name(f"{path.name}-engine.sqlite3")
    file.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{file}", module=_sqlite(), pool_size=5, max_overflow=0,
                           connect_args={"timeout": 30.0, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _settings(raw: Any, _: object) -> None:
        raw.isolation_level = "IMMEDIATE"
        # Losing DBOS's last second costs nothing: what is due is in our own tables.
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
            raw.execute(f"PRAGMA {pragma}")

    return engine


def _sqlite() -> ModuleType:
    """An SQLite new enough for DBOS."""
    if sqlite3.sqlite_version_info >= NEEDED:
        return sqlite3
    try:
        import pysqlite3
    except ImportError:
        raise NoEngine("The worker needs SQLite 3.42 or newer, and this Python has an older one. "
                       "Use a newer Python build, or PostgreSQL.") from None
    found: ModuleType = pysqlite3.dbapi2
    return found
