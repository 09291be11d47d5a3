"""Sentences about a patient's contact cadence: on their page, in a message for the day, in the set-up."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from handlers.cards.blocks import Bold, Button, Card, Part, Person
from models import cadence
from models.patient import Patient, PatientState
from models.team import CareTeam

SET = "the contact cadence"
NONE = "{alias} has no contact cadence: Kept does not say when they were not spoken with for long."
STANDS = "{alias} is spoken with at least {every}{usual}; next by {day}."
PAST = "{alias} is spoken with at least {every}{usual}; that was due by {day}."
THE_USUAL = ", as is usual in this team"
TEAMS = "A patient is spoken with at least {every}, unless theirs says otherwise: /kept cadence rosa every 2 weeks."
TEAMS_NONE = "Patients have no contact cadence, unless theirs says so: /kept cadence rosa every 2 weeks."
NOT_DUE = ": nothing is due any more."
IN_TOUCH = ": in touch since. Thank you."


def stands(patient: Patient, team: CareTeam, now: datetime) -> str:
    due = cadence.due_on(patient, team)
    if due is None:
        return NONE.format(alias=patient.called)
    today = now.astimezone(team.tz).date()
    return (PAST if due < today else STANDS).format(
        alias=patient.called, every=_every(cadence.every(patient, team)), day=day(due, today),
        usual=THE_USUAL if patient.cadence_days is None else "")


def teams(team: CareTeam) -> str:
    return TEAMS.format(every=_every(cadence.usual(team))) if cadence.usual(team) else TEAMS_NONE


def _every(days: int) -> str:
    return "every day" if days == 1 else f"every {days} days"


def day(of: date, today: date) -> str:
    return f"{of:%a} {of:%b} {of.day}" + ("" if of.year == today.year else f", {of.year}")


def row(card: Card, patient: Patient, team: CareTeam, reader: str, owner: str, said_on: date) -> None:
    """One line of a message for the day, written on that day; without buttons once they were reached."""
    due = cadence.due_on(patient, team)
    if patient.state is not PatientState.ACTIVE or due is None or cadence.this_morning_of(team, said_on) <= due:
        reached = patient.reached_at.astimezone(team.tz).date() >= said_on and patient.state is PatientState.ACTIVE
        card.line(Bold(patient.called), IN_TOUCH if reached else NOT_DUE)
        return
    whose: tuple[Part, ...] = (" With ", Person(owner), ".") if owner != reader else ()
    at = patient.reached_at.astimezone(team.tz).date()
    last = f"last reached {day(at, said_on)}, " if patient.reached_at != patient.created_at else ""
    card.line(Bold(patient.called), f" · {last}due by {day(due, said_on)}.", *whose)
    card.actions(Button("Keep a contact", "new_contact", subject(team.id, patient.id)),
                 Button("Open", "open_patient", subject(team.id, patient.id)))


def subject(team: UUID, patient: UUID) -> str:
    return f"t.{team}.{patient}"
