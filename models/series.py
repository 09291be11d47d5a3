"""A promise that repeats: who keeps it, by which rule. Each occurrence is a commitment of its own (models/occurrence.py)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Tenanted, new_id, words_of
from models.patient import Patient
from models.recurrence import Recurrence
from models.team import CareTeam, Member


class SeriesState(StrEnum):
    GOING_ON = "going on"
    ENDED = "ended"


class Series(Tenanted, Base):
    """``rule``, ``starts`` (a wall time) and ``zone`` are its recurrence. ``last_at`` is the instant of its newest occurrence.

    While it goes on, its newest occurrence is open: the next one is made when that ends, or when its time comes. The words
    are the newest occurrence's, so that one put right stays right. ``ended_by`` is None when the rule has run out.
    """

    __tablename__ = "series"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "patient_id"], ["patient.workspace_id", "patient.id"]),
        ForeignKeyConstraint(["workspace_id", "owner_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "ended_by"], ["member.workspace_id", "member.id"]),
        Index(None, "workspace_id", "patient_id", "state"),
    )

    team_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    rule: Mapped[str]
    starts: Mapped[str]
    zone: Mapped[str]
    grain: Mapped[str]
    last_at: Mapped[datetime]
    state: Mapped[SeriesState] = mapped_column(words_of(SeriesState))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None]
    created_at: Mapped[datetime]

    def __init__(self, team: CareTeam, patient: Patient, owner: Member, known: Recurrence, grain: str, now: datetime) -> None:
        super().__init__(
            workspace_id=team.workspace_id, id=new_id(), team_id=team.id, patient_id=patient.id, owner_id=owner.id,
            rule=known.rule, starts=known.start.isoformat(timespec="minutes"), zone=known.zone.key, grain=grain,
            last_at=known.at(known.start), state=SeriesState.GOING_ON, ended_at=None, ended_by=None, created_at=now)

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(self.rule, datetime.fromisoformat(self.starts), ZoneInfo(self.zone))

    @property
    def going_on(self) -> bool:
        return self.state is SeriesState.GOING_ON

    def following(self, now: datetime) -> datetime | None:
        """When the next occurrence is: what passed meanwhile is missed, and not made up for."""
        return self.recurrence.next(max(now, self.last_at))

    def end(self, by: Member | None, now: datetime) -> None:
        self.state, self.ended_at, self.ended_by = SeriesState.ENDED, now, by.id if by else None

    def resume(self) -> None:
        self.state, self.ended_at, self.ended_by = SeriesState.GOING_ON, None, None
