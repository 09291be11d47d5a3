"""The occurrences of a series: the first, the ones that come round, and what becomes of them when it stops."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.errors import Conflict
from models.history import CAME_ROUND
from models.item import LIVING, Commitment
from models.patient import Patient
from models.recurrence import Recurrence
from models.series import Series, SeriesState
from models.team import CareTeam, Member
from models.workspace import Subject, schedule


def begin(session: Session, team: CareTeam, patient: Patient, owner: Member, known: Recurrence, grain: str,
          now: datetime) -> Series:
    """A new series, whose first occurrence is its caller's to make, due when the recurrence begins."""
    made = Series(team, patient, owner, known, grain, now)
    session.add(made)
    session.flush()  # its occurrence refers to it
    plan(session, made)
    return made


def plan(session: Session, series: Series) -> None:
    """The sweep looks at it when its newest occurrence is due."""
    schedule(session, series.workspace_id, Subject.SERIES, series.id, series.last_at if series.going_on else None)


def held(session: Session, workspace_id: UUID, key: UUID) -> Series | None:
    """The series, locked: the next occurrence is made by one at a time."""
    return session.get(Series, (workspace_id, key), with_for_update={"key_share": True}, populate_existing=True)


def come_round(session: Session, series: Series, now: datetime) -> Commitment | None:
    """The next occurrence, made if it is time: the newest one has ended, or is due. None when there is none to make.

    A series whose rule has no more of them ends. ``series`` must be held.
    """
    if not series.going_on:
        return None
    newest = _at(session, series, series.last_at)
    if newest.living and series.last_at > now:
        plan(session, series)
        return None
    at = series.following(now)
    if at is None:
        series.end(None, now)
        plan(session, series)
        return None
    team = session.get_one(CareTeam, (series.workspace_id, series.team_id))
    author, owner = (session.get_one(Member, (series.workspace_id, key)) for key in (newest.author_id, series.owner_id))
    made = newest.again(team, author, owner, at, series.grain, now, number=team.take_number(session))
    series.last_at = at
    made.belong(series)
    session.add(made)
    plan(session, series)
    return made


def _at(session: Session, series: Series, at: datetime) -> Commitment:
    return session.scalars(select(Commitment).where(
        Commitment.workspace_id == series.workspace_id, Commitment.series_id == series.id, Commitment.occurs_at == at)).one()


def take_back(session: Session, series: Series, actor: Member, now: datetime) -> list[Commitment]:
    """The series was entered in error. What came round in it and nobody has touched goes with it, and is returned."""
    series.end(actor, now)
    untouched = [one for one in _open(session, series) if [row.verb for row in one.history] == [CAME_ROUND]]
    for one in untouched:
        one.void(actor, now)
    return untouched


def _open(session: Session, series: Series, after: datetime | None = None) -> list[Commitment]:
    """Its open occurrences, or those of a later date, locked in the order of their numbers."""
    found = select(Commitment).where(Commitment.workspace_id == series.workspace_id, Commitment.series_id == series.id,
                                     Commitment.state.in_(LIVING))
    if after is not None:
        found = found.where(Commitment.occurs_at > after)
    return list(session.scalars(found.order_by(Commitment.number).with_for_update(key_share=True),
                                execution_options={"populate_existing": True}))


def stop(series: Series, item: Commitment, actor: Member, now: datetime) -> None:
    """It does not come round again. ``item`` is the occurrence it was stopped from, whose undo lets it go on."""
    if not series.going_on:
        raise Conflict(f"#{item.number} does not repeat any more.")
    series.end(actor, now)
    item.note_stop(actor, now)


def later(session: Session, item: Commitment) -> list[Commitment]:
    """The open occurrences after this one."""
    return _open(session, item.series, item.occurs_at) if item.series is not None else []


def missed_after(session: Session, item: Commitment) -> int:
    """How many dates passed between this occurrence and the one made after it, and were not made up for."""
    if item.series is None or item.occurs_at is None:
        return 0
    after = session.scalar(select(func.min(Commitment.occurs_at)).where(
        Commitment.workspace_id == item.workspace_id, Commitment.series_id == item.series_id,
        Commitment.occurs_at > item.occurs_at))
    return item.series.recurrence.between(item.occurs_at, after) if after is not None else 0


def pass_on(series: Series, items: list[Commitment], owner: Member, actor: Member, now: datetime) -> None:
    """Those to come are the owner's, and of the open ones those that were with who had the series."""
    for item in items:
        if item.owner_id == series.owner_id and item.owner_id != owner.id:
            item.assign(owner, actor, now)
    series.owner_id = owner.id


def repeating(session: Session, patient: Patient) -> list[Commitment]:
    """The open promises to the patient that repeat."""
    return list(session.scalars(
        select(Commitment).join(Series, Series.id == Commitment.series_id)
        .where(Commitment.workspace_id == patient.workspace_id, Commitment.patient_id == patient.id,
               Commitment.state.in_(LIVING), Series.workspace_id == patient.workspace_id, Series.state == SeriesState.GOING_ON)
        .order_by(Commitment.number)))


def go_with(session: Session, patient: Patient, giver: UUID, receiver: UUID) -> None:
    """Who takes over a patient takes over what repeats for them."""
    for series in session.scalars(select(Series).where(
            Series.workspace_id == patient.workspace_id, Series.patient_id == patient.id, Series.owner_id == giver,
            Series.state == SeriesState.GOING_ON).order_by(Series.id).with_for_update(key_share=True)):
        series.owner_id = receiver
