"""Events heard: Slack tells the same one again for an hour when it doubts that we listened."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete
from sqlalchemy.dialects.postgresql import insert as post_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.sealing import data_key

REMEMBERED = timedelta(hours=25)  # Slack may retry for an hour, and replays a day's after an outage


class Heard(Base):
    """``key`` is a keyed hash of Slack's event id; ``at`` is wall time."""

    __tablename__ = "heard"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


def first_time(session: Session, workspace_id: UUID, event_id: str, wall: datetime) -> bool:
    """Whether this event is new; it counts as heard once the transaction of its work commits."""
    raw = session.connection()
    insert = post_insert if raw.dialect.name == "postgresql" else lite_insert
    key = data_key().request_mac(f"event:{event_id}".encode())
    # The new row is asked back: how many rows were made, PostgreSQL's driver does not always say.
    made = raw.execute(insert(Heard).values(workspace_id=workspace_id, key=key, at=wall).on_conflict_do_nothing()
                       .returning(Heard.key))
    return made.first() is not None


def forget_heard(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Heard).where(Heard.workspace_id == workspace_id, Heard.at < wall - REMEMBERED))
