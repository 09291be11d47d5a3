"""The audit chain: one row an act, each holding the keyed hash of itself and of the row before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, given
from models.sealing import data_key

PAGE = 1000


class AuditRow(Base):
    """``seq`` runs 1..n in each workspace. Ids and fixed words only, never typed text."""

    __tablename__ = "audit"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    surface: Mapped[str]
    outcome: Mapped[str]
    mac: Mapped[bytes]


class AuditHead(Base):
    """The last row's number and hash; its row lock is what keeps the chain from forking."""

    __tablename__ = "audit_head"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes]


def _mac(before: bytes, seq: int, at: datetime, *words: str) -> bytes:
    when = at.astimezone(UTC).isoformat(timespec="microseconds")
    return data_key().audit_mac(before + json.dumps([seq, when, *words]).encode())


# Built once: they run in every transaction that writes.
_OURS = AuditHead.workspace_id == given("workspace")
_HEAD = select(AuditHead.seq, AuditHead.mac).where(_OURS).with_for_update()
_ROW = insert(AuditRow)
_MOVE = update(AuditHead).where(_OURS).values(seq=bindparam("to_seq"), mac=bindparam("to_mac"))
_BEGIN = insert(AuditHead)


def record(session: Session, workspace_id: UUID, now: datetime, actor: str, action: str, subject: str = "",
           surface: str = "", outcome: str = "ok") -> None:
    """Append one row. Take it last in a transaction: every writer of the workspace waits on the head."""
    session.flush()  # the head is locked after everything else (lock order)
    raw = session.connection()
    words = (actor, action, subject, surface, outcome)
    head = raw.execute(_HEAD, {"workspace": workspace_id}).one_or_none()
    seq, before = (head.seq + 1, head.mac) if head else (1, b"")
    mac = _mac(before, seq, now, *words)
    raw.execute(_ROW, {"workspace_id": workspace_id, "seq": seq, "at": now, "actor": actor, "action": action,
                       "subject": subject, "surface": surface, "outcome": outcome, "mac": mac})
    if head:
        raw.execute(_MOVE, {"workspace": workspace_id, "to_seq": seq, "to_mac": mac})
    else:
        raw.execute(_BEGIN, {"workspace_id": workspace_id, "seq": seq, "mac": mac})


def first_bad(session: Session, workspace_id: UUID) -> int | None:
    """The number of the first row that does not fit the chain, or None when all do."""
    before, expected = b"", 1
    for row in _rows(session, workspace_id):
        words = (row.actor, row.action, row.subject, row.surface, row.outcome)
        if row.seq != expected or row.mac != _mac(before, row.seq, row.at, *words):
            return expected
        before, expected = row.mac, expected + 1
    head = session.get(AuditHead, workspace_id)
    if head is not None and (head.seq != expected - 1 or head.mac != before):
        return expected
    return None


def _rows(session: Session, workspace_id: UUID) -> Iterator[AuditRow]:
    """In pages: a cursor left open on the server, when a bad row ends the reading early, would be a leak."""
    after = -(2 ** 63)
    while page := session.scalars(
        select(AuditRow).where(AuditRow.workspace_id == workspace_id, AuditRow.seq > after).order_by(AuditRow.seq).limit(PAGE)
    ).all():
        yield from page
        after = page[-1].seq
