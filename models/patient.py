"""Patients: an alias unique in its team, found by a keyed blind index, never by its text."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Tenanted, given, new_id, words_of
from models.errors import Conflict, Unclear
from models.sealing import Sealed, data_key, readable
from models.team import CareTeam, Member

ALIAS = re.compile(r"[^\W_][\w-]{0,39}")


class PatientState(StrEnum):
    ACTIVE = "active"
    CLOSED = "closed"


def alias_key(alias: str) -> str:
    """Case and hyphens do not tell aliases apart (SPEC 2), nor does how wide a keyboard makes its letters. Letters that only
    look alike do.
    """
    return unicodedata.normalize("NFKC", alias).casefold().replace("-", "")


class Patient(Tenanted, Base):
    """``reached_at`` is when they were last reached, or else when they were added; ``cadence_days`` how often that should be, 0
    for not at all and None for the team's usual; ``reach_by`` by when, for one of their own (models/cadence.py)."""

    __tablename__ = "patient"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "owner_id"], ["member.workspace_id", "member.id"]),
        UniqueConstraint("workspace_id", "team_id", "alias_index"),
        Index(None, "workspace_id", "owner_id", "state"),
        Index(None, "workspace_id", "team_id", "state", "reached_at"),
        Index(None, "workspace_id", "team_id", "state", "reach_by"),
    )

    team_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    alias_sealed: Mapped[bytes | None]
    alias_index: Mapped[bytes]
    first_index: Mapped[bytes] = mapped_column(index=True)
    state: Mapped[PatientState] = mapped_column(words_of(PatientState))
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    reached_at: Mapped[datetime]
    cadence_days: Mapped[int | None]
    reach_by: Mapped[datetime | None]
    alias = Sealed()

    def __init__(self, team: CareTeam, alias: str, owner: Member, now: datetime) -> None:
        if not ALIAS.fullmatch(alias):
            raise Unclear("An alias is letters, digits and hyphens, up to 40, such as rosa-m.", "patient")
        key = new_id()
        super().__init__(
            workspace_id=team.workspace_id, id=key, team_id=team.id, owner_id=owner.id, state=PatientState.ACTIVE,
            closed_at=None, created_at=now, reached_at=now, cadence_days=None, reach_by=None,
        )
        self.alias = alias.lower()
        self.find_by(alias)

    def find_by(self, alias: str) -> None:
        """Under the active generation of the workspace's keys."""
        self.alias_index = data_key().index(self.team_id, alias_key(alias))
        self.first_index = data_key().index(self.team_id, "first:" + alias_key(alias.split("-")[0]))

    @property
    def called(self) -> str:
        """The alias to show; one that no longer opens never takes a list down."""
        return readable(lambda: self.alias)

    def close(self, now: datetime) -> None:
        if self.state is PatientState.CLOSED:
            raise Conflict("This patient is closed already.")
        self.state, self.closed_at = PatientState.CLOSED, now

    def open_again(self, now: datetime) -> None:
        """Back again, and with the days until the next contact from now on."""
        self.state, self.closed_at, self.reached_at = PatientState.ACTIVE, None, now


_SAME_NAME = select(Patient).where(
    Patient.workspace_id == given("workspace"), Patient.team_id == given("team"),
    or_(Patient.alias_index.in_(bindparam("whole", expanding=True)), Patient.first_index.in_(bindparam("first", expanding=True))))


def same_name(session: Session, team: CareTeam, word: str) -> list[Patient]:
    """Patients whose whole alias, or whose part before the first hyphen, is this word; a whole match stands alone."""
    whole = data_key().indexes(team.id, alias_key(word))
    first = data_key().indexes(team.id, "first:" + alias_key(word))
    found = list(session.scalars(
        _SAME_NAME, {"workspace": team.workspace_id, "team": team.id, "whole": whole, "first": first}))
    return [p for p in found if p.alias_index in whole] or found


def aliases(session: Session, team: CareTeam) -> list[str]:
    """The team's aliases, for near misses."""
    found = session.scalars(
        select(Patient).where(Patient.workspace_id == team.workspace_id, Patient.team_id == team.id)
    )
    return [p.called for p in found]
