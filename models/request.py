"""Request keys: what tells a second delivery, or a second Enter, from a second wish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Row, bindparam, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Instant, given, upsert
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


_SAID, _MADE_AT = bindparam("said", type_=Request.said.type), bindparam("made_at", type_=Instant())
_HOLD = upsert(Request, "key", "said", "made_at", "answer", key="key", rows=[
    (given("workspace"), bindparam(row, type_=Request.key.type), _SAID, _MADE_AT)
    for row in ("person", "delivered")])  # in a fixed order, so that two deliveries of one request cannot deadlock
_BOTH = (Request.workspace_id == given("workspace"),
         Request.key.in_([bindparam("person"), bindparam("delivered")]))
_ANSWER = update(Request).where(*_BOTH).values(
    said=bindparam("to_said"), made_at=bindparam("to_made_at"), answer=bindparam("to_answer"))
_COPY = update(Request).where(*_BOTH, Request.answer.is_(None)).values(answer=bindparam("to_answer"))


def _mac(text: str) -> bytes:
    """Of what arrived, as it arrived: nothing has put right half a character in it yet."""
    return data_key().request_mac(text.encode(errors="surrogatepass"))


class Seen:
    """The two rows of one request. ``answer`` is what the first delivery was told, or None when this is the first.

    A double Enter says what the same person said just before. Done, undo, done is three wishes, however fast.
    """

    def __init__(self, session: Session, workspace_id: UUID, user: str, delivery: str, words: str, wall: datetime) -> None:
        self._workspace, self._raw = workspace_id, session.connection()
        said = _mac(f"words:{words}")
        person, delivered = _mac(f"person:{user}"), _mac(f"delivery:{delivery}")
        self._rows = {"workspace": workspace_id, "person": person, "delivered": delivered}
        windows = {person: DOUBLE_ENTER, delivered: REPLAY}
        self.answer: str | None = None
        for row in sorted(self._lock(said, wall), key=lambda row: row.key == delivered):
            window = windows[row.key]
            # Without an answer it is the row just made, or one whose windows were ended.
            same = row.answer is not None and abs(wall - row.made_at) <= window
            if same and (window == REPLAY or row.said == said):
                self.answer = self.answer or row.answer
        self._now = {"to_said": said, "to_made_at": wall}
        if self.again:
            # A later copy of this second delivery is told the same.
            self._raw.execute(_COPY, {**self._rows, "to_answer": self.answer})

    def _lock(self, said: bytes, wall: datetime) -> Sequence[Row[Any]]:
        """The two rows as they stand, made if they are new, and held until the transaction ends."""
        return self._raw.execute(_HOLD[self._raw.dialect.name], {**self._rows, "said": said, "made_at": wall}).all()

    @property
    def again(self) -> bool:
        return self.answer is not None

    def answered(self, answer: str) -> None:
        self._raw.execute(_ANSWER, {**self._rows, **self._now, "to_answer": answer})

    def changed_nothing(self) -> None:
        """The same again is answered again: without an answer, neither row stands for anything."""
        self._raw.execute(_ANSWER, {**self._rows, **self._now, "to_answer": None})


def forget_old(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Request).where(Request.workspace_id == workspace_id, Request.made_at < wall - REPLAY))
