"""Who did what, and who looked: the audit chain read for people, by patient and by member."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.audit import AuditHead, AuditRow, system_for
from models.contact import Contact
from models.item import Item
from models.patient import Patient
from models.team import CareTeam
from models.unsorted import Unsorted

T = TypeVar("T")
MOST_IDS = 400   # in one question
NEWEST, FARTHEST = 1000, 50_000   # rows of a member that are looked at, and how far back in the chain, while a person waits
# What shows the patients of a team all at once: it names the team, and no patient.
WIDE = ("list read", "patients read", "find", "digest read", "home read", "day read", "catch-up read", "near aliases read",
        "rehearsal read")


@dataclass(frozen=True)
class Look:
    """One row, with the number of the item it is about, if it is about one."""

    seq: int
    at: datetime
    actor: str
    action: str
    surface: str
    outcome: str
    subject: str
    number: int | None = None
    patient: UUID | None = None


def about_patient(session: Session, patient: Patient, most: int, since: datetime | None = None) -> list[Look]:
    """What was done with a patient, their items and contacts, and who looked, the newest first."""
    mine = patient.workspace_id
    numbers: dict[str, int | None] = {str(patient.id): None}
    for key, number in session.execute(
            select(Item.id, Item.number).where(Item.workspace_id == mine, Item.patient_id == patient.id)):
        numbers[str(key)] = number
    for kind in (Contact, Unsorted):
        found = session.scalars(select(kind.id).where(kind.workspace_id == mine, kind.patient_id == patient.id))
        numbers.update({str(key): None for key in found})
    rows = [row for some in _parts(numbers) for row in _rows(session, mine, most, since, AuditRow.subject.in_(some))]
    return [_look(row, numbers.get(row.subject)) for row in sorted(rows, key=lambda row: -row.seq)[:most]]


def by_member(session: Session, workspace_id: UUID, slack_id: str, most: int, since: datetime | None = None) -> list[Look]:
    """What a member did and saw, the newest first."""
    found = [_look(row, None) for row in _rows(session, workspace_id, most, since, _whose(slack_id))]
    numbers: dict[str, int] = {}
    for some in _parts({UUID(one.subject): None for one in found if len(one.subject) == 36}):
        numbers.update({str(key): number for key, number in session.execute(
            select(Item.id, Item.number).where(Item.workspace_id == workspace_id, Item.id.in_(some)))})
    return [Look(**{**vars(one), "number": numbers.get(one.subject)}) for one in found]


def _whose(slack_id: str) -> ColumnElement[bool]:
    """What they did, and what Kept showed them by itself."""
    return AuditRow.actor.in_([slack_id, system_for(slack_id)])


def by_member_in(session: Session, team: CareTeam, slack_id: str) -> list[Look]:
    """What a member did and saw in one care team, the newest first: what they do in another is not its leads' to know."""
    head = session.get(AuditHead, team.workspace_id, populate_existing=True)
    rows = _rows(session, team.workspace_id, NEWEST, None, _whose(slack_id), AuditRow.seq > (head.seq if head else 0) - FARTHEST)
    keys = {UUID(row.subject): None for row in rows if len(row.subject) == 36}
    about: dict[str, tuple[int | None, UUID | None]] = {str(team.id): (None, None)}
    for some in _parts(keys):
        for kind in (Contact, Unsorted):
            about.update({str(key): (None, patient) for key, patient in session.execute(select(kind.id, kind.patient_id).where(
                kind.workspace_id == team.workspace_id, kind.team_id == team.id, kind.id.in_(some)))})
        for key, number, patient in session.execute(select(Item.id, Item.number, Item.patient_id).where(
                Item.workspace_id == team.workspace_id, Item.team_id == team.id, Item.id.in_(some))):
            about[str(key)] = number, patient
        about.update({str(key): (None, key) for key in session.scalars(select(Patient.id).where(
            Patient.workspace_id == team.workspace_id, Patient.team_id == team.id, Patient.id.in_(some)))})
    return [replace(_look(row, about[row.subject][0]), patient=about[row.subject][1]) for row in rows if row.subject in about]


def newest(session: Session, workspace_id: UUID, most: int) -> list[Look]:
    return [_look(row, None) for row in _rows(session, workspace_id, most, None)]


def wide_looks(session: Session, team: tuple[UUID, UUID], since: datetime | None = None) -> list[tuple[str, str, int]]:
    """(who, what, how often) of what shows all patients of a team (workspace, id), or of its reader's, at once."""
    workspace_id, team_id = team
    where = [AuditRow.workspace_id == workspace_id, AuditRow.action.in_(WIDE), AuditRow.subject == str(team_id)]
    if since is not None:
        where.append(AuditRow.at >= since)
    rows = session.execute(select(AuditRow.actor, AuditRow.action, func.count()).where(*where)
                           .group_by(AuditRow.actor, AuditRow.action).order_by(AuditRow.actor, AuditRow.action))
    return [(actor, action, times) for actor, action, times in rows]


def _rows(session: Session, workspace_id: UUID, most: int, since: datetime | None,
          *where: ColumnElement[bool]) -> Sequence[AuditRow]:
    within = [AuditRow.workspace_id == workspace_id, *where]
    if since is not None:
        within.append(AuditRow.at >= since)
    return session.scalars(select(AuditRow).where(*within).order_by(AuditRow.seq.desc()).limit(most)).all()


def _parts(keys: Mapping[T, object]) -> Iterator[list[T]]:
    every = iter(keys)
    while some := list(islice(every, MOST_IDS)):
        yield some


def _look(row: AuditRow, number: int | None) -> Look:
    return Look(row.seq, row.at, row.actor, row.action, row.surface, row.outcome, row.subject, number)
