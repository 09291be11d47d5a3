"""How long a workspace keeps what it has, and what stops anything from being let go: a legal hold."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table that is emptied
from models import audit
from models.base import Base
from models.belongings import references
from models.errors import Conflict, Unclear
from models.patient import Patient, PatientState
from models.workspace import LEAST_AUDIT_YEARS, Workspace, WorkspaceState

GRACE = timedelta(days=30)       # after an uninstall, until the data key is destroyed
WARNED = timedelta(days=7)       # before that, each day
BATCH = 500
HELD = "A legal hold is on this workspace, so nothing may be deleted. kept retention --release ends the hold."
STAYS = frozenset({"audit", "audit_head"})   # of a workspace whose key was destroyed


@dataclass(frozen=True)
class Keeping:
    """``closed_months`` is None for ever. ``destroyed_at`` is when an uninstalled workspace's data key is destroyed."""

    workspace: str
    held_since: datetime | None
    closed_months: int | None
    audit_years: int
    destroyed_at: datetime | None

    def as_dict(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(self).items()}


def keeping(session: Session, workspace_id: UUID) -> Keeping:
    row = session.get_one(Workspace, workspace_id)
    return Keeping(row.slack_id, row.held_at, row.keep_closed_months, row.keep_audit_years, destroyed_at(row))


def destroyed_at(row: Workspace) -> datetime | None:
    """None while it is installed, or held."""
    if row.state is WorkspaceState.INSTALLED or row.uninstalled_at is None or row.held_at is not None:
        return None
    return row.uninstalled_at + GRACE


def locked(session: Session, workspace_id: UUID) -> Workspace:
    """Against all who change it, and not against those whose rows refer to it."""
    return session.get_one(Workspace, workspace_id, with_for_update={"key_share": True}, populate_existing=True)


def must_not_be_held(session: Session, workspace_id: UUID) -> None:
    """Locks the row: whoever puts a hold on at the same moment comes before, or after."""
    if locked(session, workspace_id).held_at is not None:
        raise Conflict(HELD)


def hold(session: Session, workspace_id: UUID, wall: datetime, actor: str, *, on: bool) -> None:
    row = locked(session, workspace_id)
    if (row.held_at is not None) == on:
        raise Conflict("A legal hold is on this workspace already." if on else "No legal hold is on this workspace.")
    row.held_at = wall if on else None
    audit.record(session, workspace_id, wall, actor, "legal hold" if on else "legal hold release", "", "command line")


def keep(session: Session, workspace_id: UUID, wall: datetime, actor: str, *, closed_months: int | None,
         audit_years: int) -> None:
    if audit_years < LEAST_AUDIT_YEARS:
        raise Unclear(f"The audit is kept for {LEAST_AUDIT_YEARS} years at least.")
    if closed_months is not None and closed_months < 1:
        raise Unclear("Closed patients are kept for a month at least, or for ever.")
    row = locked(session, workspace_id)
    row.keep_closed_months, row.keep_audit_years = closed_months, audit_years
    audit.record(session, workspace_id, wall, actor, "retention", "", "command line")


def closed_too_long(session: Session, workspace_id: UUID, now: datetime) -> list[UUID]:
    """Patients whose time is up, unless a hold is on."""
    row = session.get_one(Workspace, workspace_id)
    if row.keep_closed_months is None or row.held_at is not None:
        return []
    return list(session.scalars(select(Patient.id).where(
        Patient.workspace_id == workspace_id, Patient.state == PatientState.CLOSED,
        Patient.closed_at < now - relativedelta(months=row.keep_closed_months)).order_by(Patient.id)))


def cut_audit(session: Session, workspace_id: UUID, wall: datetime) -> int:
    """One batch of audit rows whose time is up; returns how many."""
    row = session.get_one(Workspace, workspace_id)
    if row.held_at is not None:
        return 0
    return audit.cut_before(session, workspace_id, wall - relativedelta(years=row.keep_audit_years))


def abandoned(session: Session, wall: datetime) -> list[tuple[UUID, str, datetime]]:
    """(id, Slack id, when its key is destroyed) of the uninstalled workspaces that nothing holds and whose end is near."""
    rows = session.scalars(select(Workspace).where(Workspace.state == WorkspaceState.UNINSTALLED)).all()
    return [(row.id, row.slack_id, end) for row in rows if (end := destroyed_at(row)) is not None and end - WARNED <= wall]


def empty(session: Session, workspace_id: UUID) -> int:
    """Delete one batch of what a destroyed key left behind: ids, dates and states. Returns how many rows; 0 at the end."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in STAYS or "workspace_id" not in table.columns:
            continue
        key = next(one for one in table.primary_key.columns if one.name != "workspace_id")
        some = session.scalars(select(key).where(table.c.workspace_id == workspace_id).limit(BATCH)).all()
        if some:
            _unlink(session, table, workspace_id)
            session.execute(delete(table).where(table.c.workspace_id == workspace_id, key.in_(some)))
            return len(some)
    return 0


def _unlink(session: Session, table: Table, workspace_id: UUID) -> None:
    for column, referred in references(table):
        if referred is table:
            session.execute(update(table).where(table.c.workspace_id == workspace_id, column.is_not(None)).values({column: None}))
