"""How often a patient is spoken with at least, and who has not been for longer (SPEC 1: a contact cadence).

The days are the calendar's, in the team's zone. When it is due is not stored for those who go by the team's usual cadence: that
may change, and then it is another day for all of them at once.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from models.contact import last_contact
from models.patient import Patient, PatientState
from models.team import CareTeam

USUAL, LONGEST = 30, 366   # days
COUNTED = 1000

Clause = ColumnElement[bool]


def usual(team: CareTeam) -> int:
    """In days; 0 for none."""
    return int(team.settings.get("cadence", USUAL))


def every(patient: Patient, team: CareTeam) -> int:
    return usual(team) if patient.cadence_days is None else patient.cadence_days


def due_on(patient: Patient, team: CareTeam) -> date | None:
    days = every(patient, team)
    return patient.reached_at.astimezone(team.tz).date() + timedelta(days=days) if days else None


def plan(patient: Patient, team: CareTeam) -> None:
    """When one with a cadence of their own is due, so that it is found by index."""
    due = due_on(patient, team) if patient.cadence_days is not None else None
    patient.reach_by = _begins(due, team) if due is not None else None


def keep_in_touch(session: Session, patient: Patient, team: CareTeam) -> None:
    """A contact was entered or taken back: the days count from the last time they were reached."""
    session.flush()  # which the statement reads
    found = last_contact(session, team.workspace_id, [patient.id])
    patient.reached_at = found.get(patient.id, patient.created_at)
    plan(patient, team)


def due_before(team: CareTeam, day: date) -> list[tuple[Clause, ...]]:
    """The active patients whose contact is due before that day, in two parts that are each read by an index."""
    ours = (Patient.workspace_id == team.workspace_id, Patient.team_id == team.id, Patient.state == PatientState.ACTIVE)
    found: list[tuple[Clause, ...]] = [(*ours, Patient.reach_by < _begins(day, team))]
    if usual(team):
        since = _begins(day - timedelta(days=usual(team)), team)
        found.append((*ours, Patient.cadence_days.is_(None), Patient.reached_at < since))
    return found


def past(session: Session, team: CareTeam, now: datetime) -> int:
    """How many should have been spoken with before today, counted to a thousand of each sort."""
    today = now.astimezone(team.tz).date()
    return sum(session.scalar(select(func.count()).select_from(select(Patient.id).where(*where).limit(COUNTED).subquery())) or 0
               for where in due_before(team, today))


def this_morning_of(team: CareTeam, day: date) -> date:
    """Before which day a contact has to be due to be said on ``day``: what falls on closed days is said before them."""
    return team.work.next_opening(datetime.combine(day, time(23, 59), team.tz)).date()


def window(patient: Patient, team: CareTeam, today: date) -> int:
    """Which day its latest window ended on: once for each it is said."""
    due, days = due_on(patient, team), every(patient, team)
    if due is None or days == 0 or today <= due:
        return (due or today).toordinal()
    return due.toordinal() + (today - due).days // days * days


def _begins(day: date, team: CareTeam) -> datetime:
    return datetime.combine(day, time(), team.tz)
