"""Request keys: what tells a second delivery, or a second Enter, from a second wish."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.sealing import data_key

REPLAY = timedelta(minutes=10)    # the signature window is five minutes either way
DOUBLE_ENTER = timedelta(seconds=8)


class Request(Base):
    """``key`` is a keyed hash of the delivery (trigger id) or of who typed what where; ``answer`` a short number."""

    __tablename__ = "request"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[str | None]


class Seen:
    """The two rows of one request. ``answer`` is what the first delivery was told, or None when this is the first."""

    def __init__(self, session: Session, workspace_id: UUID, delivery: str, words: str, wall: datetime) -> None:
        self.answer: str | None = None
        self._rows: list[Request] = []
        # Locked in a fixed order (words first), so that two deliveries of one request cannot deadlock.
        for text, window in ((f"words:{words}", DOUBLE_ENTER), (f"delivery:{delivery}", REPLAY)):
            key = data_key().request_mac(text.encode())
            row = session.get(Request, (workspace_id, key), with_for_update=True)
            if row is None:
                row = Request(workspace_id=workspace_id, key=key, made_at=wall)
                session.add(row)
                session.flush()  # a clash here repeats the transaction, which then finds the row
            elif wall - row.made_at <= window:
                self.answer = row.answer or ""
            else:
                row.made_at, row.answer = wall, None
            self._rows.append(row)

    @property
    def again(self) -> bool:
        return self.answer is not None

    def answered(self, answer: str) -> None:
        for row in self._rows:
            row.answer = answer


def forget_old(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Request).where(Request.workspace_id == workspace_id, Request.made_at < wall - REPLAY))
