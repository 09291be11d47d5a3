"""What comes round by itself: the next occurrence, when the one before it has ended or its time has come."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import series as cards
from handlers.cards import words
from handlers.case import Case
from handlers.nudge import replan
from models import audit
from models.desk import mark
from models.item import STOPPED, Commitment, Item, State
from models.occurrence import come_round, held, missed_after, plan, take_back
from models.series import Series
from models.team import CareTeam
from models.workspace import Subject, schedule

LOOKED_AT = 14   # dates of a new rule, to see whether some of them are days off


def sweep_series(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Make the occurrence that is next; those missed in a downtime are not made. Plans no message: its own reminders will."""
    series = held(session, workspace_id, key)
    if series is None:
        schedule(session, workspace_id, Subject.SERIES, key, None)
        return 0
    plan(session, series)
    made = come_round(session, series, now)
    if made is not None:
        session.flush()  # its reminder and its owner's desk refer to it
        replan(session, made, session.get_one(CareTeam, (workspace_id, made.team_id)))
        mark(session, workspace_id, made.team_id, wall, [made.owner_id], [made.patient_id])
        audit.record(session, workspace_id, now, audit.SYSTEM, "commitment create", str(made.id), "series")
    return 0


def follow(case: Case, item: Item) -> str:
    """After an act on an occurrence: a sentence about the next one, if it was made now or the series is over."""
    series = held(case.session, case.workspace_id, item.series_id) if item.series_id and not item.living else None
    if series is None or not series.going_on:
        return ""
    made = come_round(case.session, series, case.now)
    if made is not None and made.due_at is not None:
        case.touch(made)
        case.audit("commitment create", made.id)
        return cards.FOLLOWS.format(number=made.number, at=words.said_when(made.due_at, case.zone))
    return "" if series.going_on else cards.FOLLOWS_NONE


def begins(case: Case, item: Item) -> list[str]:
    """What the first of a series is said to begin: the rule, its next three dates, its end, and how to stop it."""
    if item.series is None or item.due_at is None:
        return []
    known, team = item.series.recurrence, case.team
    found = cards.begins(item.number, known, case.now, case.zone)
    works = [team.work.is_working_day(at.astimezone(team.tz).date()) for at in known.some(case.now, LOOKED_AT)]
    return [cards.OFF_DAYS, *found] if works[0] and not all(works) else found


def about(case: Case, item: Item) -> list[str]:
    """What a person should know of an occurrence: when the next one is, or that it was the last."""
    if not isinstance(item, Commitment) or item.series is None or item.state is State.IN_ERROR:
        return []
    return cards.stands(item, item.series, missed_after(case.session, item), case.zone)


def undone(case: Case, item: Item, before: Series | None, verb: str) -> None:
    """What the undo of an act on an occurrence means for its series."""
    series = held(case.session, case.workspace_id, before.id) if before is not None else None
    if series is None:
        return
    if item.state is State.IN_ERROR or item.series_id is None:
        for one in take_back(case.session, series, case.me, case.now):
            case.touch(one)
    elif verb == STOPPED:
        series.resume()
        # What was withdrawn with it stays so; then another one is due.
        made = come_round(case.session, series, case.now)
        if made is not None:
            case.touch(made)
    plan(case.session, series)
