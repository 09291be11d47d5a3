"""The audit chain: one row an act, each holding the keyed hash of itself and of the row before.

What is older than a workspace keeps its audit is cut off at the beginning: the head then says, under a keyed hash of its own,
where the chain begins. A tail that was cut off with its head is found by comparing with a checkpoint, kept elsewhere.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, given
from models.sealing import data_key

PAGE = 1000
NOTED = "kept_audit"  # in a session's info: the rows to come
SYSTEM = "system"   # the actor of what Kept does by itself


def system_for(reader: str) -> str:
    """The actor of what Kept shows somebody by itself; ``reader`` is a Slack id, of a member or a channel."""
    return f"{SYSTEM} for {reader}"


class AuditRow(Base):
    """``seq`` runs 1..n in each workspace. Ids and fixed words only, never typed text."""

    __tablename__ = "audit"
    __table_args__ = (Index(None, "workspace_id", "subject"),)

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
    """The last row's number and hash; its row lock is what keeps the chain from forking.

    ``base_seq`` and ``base_mac`` are those of the last row that was cut off at the beginning, and ``base_seal`` is a keyed hash
    of them.
    """

    __tablename__ = "audit_head"

    workspace_id: Mapped[UUID] = mapped_column(ForeignKey("workspace.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes]
    base_seq: Mapped[int] = mapped_column(BigInteger)
    base_mac: Mapped[bytes]
    base_seal: Mapped[bytes]


class Wrong(StrEnum):
    """What is wrong with the first row that does not fit."""

    CHANGED = "was changed, or was not written by Kept"
    MOVED = "stands elsewhere in the chain"
    MISSING = "is missing"
    HEAD = "is the chain's end, and its record of where it ends was changed"
    BASE = "should be the chain's beginning, and its record of where it begins was changed"
    CUT = "was in a checkpoint, and the chain ends before it"
    REWRITTEN = "is not the one that a checkpoint knows: the chain was written anew"


@dataclass(frozen=True)
class Fault:
    seq: int
    wrong: Wrong


@dataclass(frozen=True)
class Checkpoint:
    """How the chain ended at some time."""

    seq: int
    mac: bytes


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
        raw.execute(_BEGIN, {"workspace_id": workspace_id, "seq": seq, "mac": mac, "base_seq": 0, "base_mac": b"",
                             "base_seal": _base_seal(0, b"")})


def note(session: Session, now: datetime, actor: str, action: str, subject: UUID, surface: str) -> None:
    """A row to come, for whoever does not know what is still locked after it: the store appends it when all else is done."""
    session.info.setdefault(NOTED, []).append((now, actor, action, str(subject), surface))


def write_noted(session: Session, workspace_id: UUID) -> None:
    for one in session.info.pop(NOTED, ()):
        record(session, workspace_id, *one)


def first_bad(session: Session, workspace_id: UUID) -> int | None:
    """The number of the first row that does not fit the chain, or None when all do."""
    found = fault(session, workspace_id)
    return found.seq if found else None


def fault(session: Session, workspace_id: UUID, known: tuple[Checkpoint, ...] = ()) -> Fault | None:
    """The first row that does not fit the chain, or one of the ``known`` checkpoints; None when all do."""
    head = session.get(AuditHead, workspace_id, populate_existing=True)
    before, expected = (head.base_mac, head.base_seq + 1) if head else (b"", 1)
    if head is not None and not hmac.compare_digest(head.base_seal, _base_seal(head.base_seq, head.base_mac)):
        return Fault(expected, Wrong.BASE)
    wanted = {one.seq: one.mac for one in known if one.seq >= expected}
    for row in _rows(session, workspace_id):
        if row.seq != expected or row.mac != _mac(before, row.seq, row.at, *_words(row)):
            return Fault(expected, _what(session, workspace_id, before, expected))
        if wanted.get(row.seq, row.mac) != row.mac:
            return Fault(expected, Wrong.REWRITTEN)
        before, expected = row.mac, expected + 1
    if head is None and expected > 1:
        return Fault(expected, Wrong.HEAD)
    if head is not None and (head.seq != expected - 1 or head.mac != before):
        return Fault(expected, Wrong.MISSING if head.seq >= expected else Wrong.HEAD)
    if any(seq >= expected for seq in wanted):
        return Fault(expected, Wrong.CUT)
    return None


def _words(row: AuditRow) -> tuple[str, ...]:
    return row.actor, row.action, row.subject, row.surface, row.outcome


def _what(session: Session, workspace_id: UUID, before: bytes, expected: int) -> Wrong:
    """Whether the row that belongs here is somewhere near by, or gone, or there and changed."""
    near = session.scalars(select(AuditRow).where(
        AuditRow.workspace_id == workspace_id, AuditRow.seq > expected - PAGE).order_by(AuditRow.seq).limit(2 * PAGE)).all()
    # Its hash holds its number, so a row that fits under this number, but stands under another, was moved.
    if any(row.seq != expected and row.mac == _mac(before, expected, row.at, *_words(row)) for row in near):
        return Wrong.MOVED
    return Wrong.CHANGED if any(row.seq == expected for row in near) else Wrong.MISSING


def _base_seal(seq: int, mac: bytes) -> bytes:
    return data_key().audit_mac(b"base:%d:" % seq + mac)


def checkpoint(session: Session, workspace_id: UUID) -> Checkpoint | None:
    """How the chain ends now; None when nothing was audited yet."""
    head = session.get(AuditHead, workspace_id, populate_existing=True)
    return Checkpoint(head.seq, head.mac) if head else None


def cut_before(session: Session, workspace_id: UUID, at: datetime, most: int = PAGE) -> int:
    """Cut off the beginning: rows older than ``at``, at most ``most`` of them, never the last. Returns how many."""
    head = session.get(AuditHead, workspace_id, with_for_update=True, populate_existing=True)
    if head is None:
        return 0
    old = session.execute(select(AuditRow.seq, AuditRow.mac, AuditRow.at).where(
        AuditRow.workspace_id == workspace_id, AuditRow.seq < head.seq).order_by(AuditRow.seq).limit(most)).all()
    found = 0
    for row in old:
        if row.at >= at:
            break
        head.base_seq, head.base_mac, found = row.seq, row.mac, found + 1
    if found:
        head.base_seal = _base_seal(head.base_seq, head.base_mac)
        _delete(session, workspace_id, head.base_seq)
    return found


def _delete(session: Session, workspace_id: UUID, last: int) -> None:
    """Up to ``last``. On PostgreSQL Kept's own role may not: the owner's function does, and only what is old enough."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.kept_cut_audit(last)))
    else:
        session.execute(delete(AuditRow).where(AuditRow.workspace_id == workspace_id, AuditRow.seq <= last),
                        execution_options={"synchronize_session": False})


def count(session: Session, workspace_id: UUID) -> int:
    return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.workspace_id == workspace_id)) or 0


def _rows(session: Session, workspace_id: UUID) -> Iterator[AuditRow]:
    """In pages: a cursor left open on the server, when a bad row ends the reading early, would be a leak."""
    after = -(2 ** 63)
    while page := session.scalars(
        select(AuditRow).where(AuditRow.workspace_id == workspace_id, AuditRow.seq > after).order_by(AuditRow.seq).limit(PAGE)
    ).all():
        yield from page
        after = page[-1].seq
