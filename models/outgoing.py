"""Messages on their way to Slack: rows first, so that a crash can lose none and double none."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Tenanted, new_id, words_of
from models.sealing import Sealed
from models.workspace import Subject, forget, schedule

PACE = timedelta(seconds=1)      # Slack: one post a second a channel
STUCK = timedelta(minutes=2)     # a message still "sending" after this was left by a crash


class OutgoingState(StrEnum):
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"


class Outgoing(Tenanted, Base):
    """``channel`` is a Slack channel or user id; ``ts`` names the message an update changes, or where a post landed.

    ``body`` is sealed JSON of text and blocks. All its instants are wall time.
    """

    __tablename__ = "outgoing"
    __table_args__ = (ForeignKeyConstraint(["workspace_id"], ["workspace.id"]), Index(None, "state", "changed_at"))

    channel: Mapped[str]
    ts: Mapped[str | None]
    updates: Mapped[bool]
    state: Mapped[OutgoingState] = mapped_column(words_of(OutgoingState))
    attempts: Mapped[int]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    body_sealed: Mapped[bytes | None]
    body = Sealed()


class Pace(Base):
    """When the next post to a channel may leave, shared by every worker."""

    __tablename__ = "channel_pace"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    next_post_at: Mapped[datetime]


def post(session: Session, workspace_id: UUID, channel: str, body: str, wall: datetime, *, ts: str | None = None) -> UUID:
    """Queue a post, or with ``ts`` an update of that message; returns the row's id."""
    row = Outgoing(workspace_id=workspace_id, id=new_id(), channel=channel, ts=ts, updates=ts is not None,
                   state=OutgoingState.PLANNED, attempts=0, error=None, created_at=wall, changed_at=wall)
    row.body = body
    session.add(row)
    schedule(session, workspace_id, Subject.OUTGOING, row.id, wall)
    return row.id


def claim(session: Session, workspace_id: UUID, key: UUID, wall: datetime, *, held: OutgoingState) -> Outgoing | None:
    """Take a message in the ``held`` state as sending. None when another worker has it: only one update changes a row."""
    taken = session.execute(
        update(Outgoing).where(Outgoing.workspace_id == workspace_id, Outgoing.id == key, Outgoing.state == held)
        .values(state=OutgoingState.SENDING, attempts=Outgoing.attempts + 1, changed_at=wall)
        .returning(Outgoing.id), execution_options={"synchronize_session": False},
    ).first()
    if taken is None:
        return None
    schedule(session, workspace_id, Subject.OUTGOING, key, wall + STUCK)
    return session.get_one(Outgoing, (workspace_id, key), populate_existing=True)


def wait(session: Session, workspace_id: UUID, channel: str, wall: datetime) -> datetime | None:
    """Reserve the channel's next second: None when it may leave now, else when to try again."""
    row = session.get(Pace, (workspace_id, channel), with_for_update=True)
    if row is None:
        session.add(Pace(workspace_id=workspace_id, channel=channel, next_post_at=wall + PACE))
        session.flush()  # a clash with another worker repeats the transaction
        return None
    if row.next_post_at > wall:
        return row.next_post_at
    row.next_post_at = wall + PACE
    return None


def hold(session: Session, workspace_id: UUID, channel: str, until: datetime) -> None:
    """Slack said to wait: nobody posts to the channel before ``until``."""
    row = session.get(Pace, (workspace_id, channel), with_for_update=True)
    if row is not None:
        row.next_post_at = max(row.next_post_at, until)


def settle(session: Session, row: Outgoing, state: OutgoingState, wall: datetime, *, ts: str | None = None,
           error: str | None = None, again_at: datetime | None = None) -> None:
    """What became of a message. ``again_at`` is when to look at it next; None is for good."""
    row.state, row.error, row.changed_at = state, error, wall
    if ts is not None:
        row.ts = ts
    if again_at is None:
        forget(session, row.workspace_id, row.id)
    else:
        schedule(session, row.workspace_id, Subject.OUTGOING, row.id, again_at)


def cancel(session: Session, workspace_id: UUID, key: UUID) -> bool:
    """Take back a message that has not begun to leave; False when it has."""
    row = session.get(Outgoing, (workspace_id, key), with_for_update=True, populate_existing=True)
    if row is None or row.state is not OutgoingState.PLANNED:
        return False
    session.delete(row)
    forget(session, workspace_id, key)
    return True
