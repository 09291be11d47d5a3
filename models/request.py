"""Request keys: what tells a second delivery, or a second Enter, from a second wish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, insert_into
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
        self._session, self._workspace = session, workspace_id
        mac = data_key().request_mac
        said = mac(f"words:{words}".encode())
        windows = {mac(f"person:{user}".encode()): DOUBLE_ENTER, mac(f"delivery:{delivery}".encode()): REPLAY}
        self._keys = list(windows)
        self.answer: str | None = None
        for row in self._lock(said, wall):
            # Without an answer it is the row just made, or one whose windows were ended.
            same = row.answer is not None and abs(wall - row.made_at) <= windows[row.key]
            if same and (windows[row.key] == REPLAY or row.said == said):
                self.answer = self.answer or row.answer
        self._now = {"said": said, "made_at": wall}
        if self.again:
            # A later copy of this second delivery is told the same.
            self._set(Request.answer.is_(None), answer=self.answer)

    def _lock(self, said: bytes, wall: datetime) -> Sequence[Any]:
        """Both rows as they stand, made if they are new, and held until the transaction ends.

        In a fixed order, the person first, so that two deliveries of one request cannot deadlock.
        """
        made = insert_into(self._session, Request).values([
            {"workspace_id": self._workspace, "key": key, "said": said, "made_at": wall, "answer": None} for key in self._keys])
        return self._session.execute(
            made.on_conflict_do_update(index_elements=["workspace_id", "key"], set_={"key": made.excluded.key})
            .returning(Request.key, Request.said, Request.made_at, Request.answer)
        ).all()

    def _set(self, *where: ColumnElement[bool], **values: object) -> None:
        self._session.execute(
            update(Request).where(Request.workspace_id == self._workspace, Request.key.in_(self._keys), *where).values(**values),
            execution_options={"synchronize_session": False})

    @property
    def again(self) -> bool:
        return self.answer is not None

    def answered(self, answer: str) -> None:
        self._set(**self._now, answer=answer)

    def changed_nothing(self) -> None:
        """The same again is answered again: without an answer, neither row stands for anything."""
        self._set(**self._now, answer=None)


def forget_old(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Request).where(Request.workspace_id == workspace_id, Request.made_at < wall - REPLAY))
