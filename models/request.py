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
    """``key`` is a keyed hash of a person, with ``said`` of what they did last, or of a delivery (trigger id).

    ``answer`` is a short number, or a sentence of ours.
    """

    __tablename__ = "request"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    key: Mapped[bytes] = mapped_column(primary_key=True)
    said: Mapped[bytes]
    made_at: Mapped[datetime] = mapped_column(index=True)
    answer: Mapped[str | None]


class Seen:
    """The two rows of one request. ``answer`` is what the first delivery was told, or None when this is the first.

    A double Enter says what the same person said just before. Done, undo, done is three wishes, however fast.
    """

    def __init__(self, session: Session, workspace_id: UUID, user: str, delivery: str, words: str, wall: datetime) -> None:
        self.answer: str | None = None
        self._rows: list[Request] = []
        said = data_key().request_mac(f"words:{words}".encode())
        # Locked in a fixed order (the person first), so that two deliveries of one request cannot deadlock.
        for text, window in ((f"person:{user}", DOUBLE_ENTER), (f"delivery:{delivery}", REPLAY)):
            key = data_key().request_mac(text.encode())
            row = session.get(Request, (workspace_id, key), with_for_update=True)
            if row is None:
                row = Request(workspace_id=workspace_id, key=key, said=said, made_at=wall)
                session.add(row)
                session.flush()  # a clash here repeats the transaction, which then finds the row
            elif abs(wall - row.made_at) <= window and (window == REPLAY or row.said == said):
                self.answer = self.answer or row.answer or ""
            self._rows.append(row)
        for row in self._rows:
            if not self.again:
                row.said, row.made_at, row.answer = said, wall, None
            elif row.answer is None:
                row.answer = self.answer  # a later copy of this second delivery is told the same

    @property
    def again(self) -> bool:
        return self.answer is not None

    def answered(self, answer: str) -> None:
        for row in self._rows:
            row.answer = answer

    def changed_nothing(self) -> None:
        """The same again is answered again: both windows are over at once."""
        for row in self._rows:
            row.made_at -= 2 * REPLAY


def forget_old(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Request).where(Request.workspace_id == workspace_id, Request.made_at < wall - REPLAY))
