"""Room on the disk that is kept back, so that on a full one what is shown can still be audited (SQLite).

Nothing is shown that is not audited first, and on a full disk nothing can be: a team could not even look up whom to call. So a
file lies beside the database that holds nothing but room. Once it was spent, only what is read is taken down, until there is
room for the file again.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from shutil import disk_usage

from sqlalchemy import Engine
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

SIZE = 1024 * 1024   # bytes: some hundreds of looks
NEEDED = 2 * SIZE    # what must be free before it is made, so that making it leaves room to work in
_READ = "kept_read"    # in a session's info: that its transaction writes down no more than what was looked at


def only_read(session: Session) -> None:
    session.info[_READ] = True


def was_only_read(session: Session) -> bool:
    return _READ in session.info


class Reserve:
    """Of one database, shared by all its processes: whether it was spent is what its file says. Where it could not be made,
    Kept works as if there were none.
    """

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = database.with_name(f"{database.name}-reserve")
        self._lay()

    @property
    def spent(self) -> bool:
        """Whether it is, and there is still no room for it."""
        return self._size() == 0 and not self._lay()

    def make_room(self, engine: Engine) -> None:
        """For what is read: this, and the room of SQLite's log, which is written anew once all of it stands in the database."""
        with suppress(OSError):
            if self._size():
                os.truncate(self._path, 0)
        with suppress(sqlite3.Error, PoolTimeout), closing(engine.raw_connection()) as raw, closing(raw.cursor()) as asking:
            asking.execute("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            whole = asking.fetchone()
            if whole is not None and whole[0] - self._database.stat().st_size < SIZE // 2:
                asking.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _size(self) -> int | None:
        try:
            return self._path.stat().st_size
        except OSError:
            return None

    def _lay(self) -> bool:
        if self._size():
            return True
        try:
            if disk_usage(self._path.parent).free < NEEDED:
                return False
            file = os.open(self._path, os.O_CREAT | os.O_WRONLY, 0o600)
            try:
                # Written, not only claimed: not every system and not every disk keeps room for what was not.
                os.write(file, os.urandom(SIZE))
            finally:
                os.close(file)
        except OSError:
            return False
        return True
