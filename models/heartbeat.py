"""When a sweep last finished, and the audit's checkpoints were last written, whoever did it: of no workspace, since both are of
all of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.workspace import LATE

ONLY = 1
UNMARKED = timedelta(hours=26)   # a day, and some tries


class Heartbeat(Base):
    """One row. ``silent_from`` and ``silent_until`` are the last time nothing was swept for longer than it may be,
    ``checkpoints_at`` is when the audit's checkpoints were last written. Wall time.
    """

    __tablename__ = "heartbeat"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    finished_at: Mapped[datetime]
    silent_from: Mapped[datetime | None]
    silent_until: Mapped[datetime | None]
    checkpoints_at: Mapped[datetime | None]


def sweep_begins(session: Session, wall: datetime) -> None:
    """Notes a silence before anything is decided, so that this very sweep's digest can admit it."""
    row = session.get(Heartbeat, ONLY, with_for_update=True)
    if row is None:
        session.add(Heartbeat(id=ONLY, finished_at=wall, silent_from=None, silent_until=None, checkpoints_at=None))
    elif wall - row.finished_at > LATE:
        row.silent_from, row.silent_until, row.finished_at = row.finished_at, wall, wall


def sweep_finished(session: Session, wall: datetime) -> None:
    row = session.get(Heartbeat, ONLY, with_for_update=True)
    if row is not None:
        row.finished_at = wall


def silent(session: Session, wall: datetime) -> bool:
    """Whether sweeps have run here and none has finished for too long."""
    row = session.get(Heartbeat, ONLY)
    return row is not None and wall - row.finished_at > LATE


def silence(session: Session, since: datetime) -> tuple[datetime, datetime] | None:
    """The last time nobody swept, if it ended after ``since``."""
    row = session.get(Heartbeat, ONLY)
    if row is None or row.silent_from is None or row.silent_until is None or row.silent_until <= since:
        return None
    return row.silent_from, row.silent_until


def checkpointed(session: Session, wall: datetime) -> bool:
    """Whether the audit's checkpoints were written on this day already."""
    row = session.get(Heartbeat, ONLY)
    return row is not None and row.checkpoints_at is not None and row.checkpoints_at.date() == wall.date()


def checkpoint_written(session: Session, wall: datetime) -> None:
    row = session.get(Heartbeat, ONLY, with_for_update=True)
    if row is not None:
        row.checkpoints_at = wall


def unmarked(session: Session, wall: datetime) -> bool:
    """Whether a worker runs here and has written no checkpoints for more than a day."""
    row = session.get(Heartbeat, ONLY)
    return row is not None and (row.checkpoints_at is None or wall - row.checkpoints_at > UNMARKED)
