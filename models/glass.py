"""Break-glass: in an emergency, who leads a care team opens a patient of another for an hour, and its leads hear of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, func, select
from sqlalchemy.orm import Mapped, Session, relationship

from models.audit import AuditRow
from models.base import Base, Tenanted, new_id
from models.errors import Conflict
from models.patient import Patient, alias_key
from models.sealing import Sealed, data_key
from models.team import CareTeam, Member, TeamState, teams_of

LASTS = timedelta(hours=1)
MISSED, MISSES, WITHIN = "glass alias not there", 3, timedelta(hours=1)   # so many guesses at an alias in that time are too many


class Glass(Tenanted, Base):
    """``team_id`` is the patient's care team; ``why`` is what was typed, for its leads. All instants are wall time."""

    __tablename__ = "glass"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "patient_id"], ["patient.workspace_id", "patient.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        Index(None, "workspace_id", "patient_id", "member_id"),
    )

    team_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    member_id: Mapped[UUID]
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    why_sealed: Mapped[bytes | None]
    why = Sealed()

    patient: Mapped[Patient] = relationship(viewonly=True)
    member: Mapped[Member] = relationship(viewonly=True)

    def __init__(self, patient: Patient, member: Member, why: str, wall: datetime) -> None:
        super().__init__(workspace_id=patient.workspace_id, id=new_id(), team_id=patient.team_id, patient_id=patient.id,
                         member_id=member.id, opened_at=wall, ends_at=wall + LASTS)
        self.why = why

    def is_open(self, wall: datetime) -> bool:
        return self.opened_at <= wall < self.ends_at

    def end(self, wall: datetime) -> None:
        if not self.is_open(wall):
            raise Conflict("It has ended already.")
        self.ends_at = wall


def open_glass(session: Session, member: Member, patient: Patient, wall: datetime) -> Glass | None:
    """The one through which the member may look at the patient now."""
    return session.scalars(
        select(Glass).where(Glass.workspace_id == patient.workspace_id, Glass.patient_id == patient.id,
                            Glass.member_id == member.id, Glass.opened_at <= wall, Glass.ends_at > wall)
        .order_by(Glass.ends_at.desc()).limit(1)).one_or_none()


def misses(session: Session, member: Member, now: datetime) -> int:
    """How often the member lately named a patient whom no other care team has."""
    return session.scalar(select(func.count()).select_from(AuditRow).where(
        AuditRow.workspace_id == member.workspace_id, AuditRow.subject == str(member.id), AuditRow.action == MISSED,
        AuditRow.at > now - WITHIN)) or 0


def of_other_teams(session: Session, member: Member, alias: str) -> Sequence[Patient]:
    """The patients of exactly this alias in the care teams that the member is not in, closed ones too."""
    own = {team.id for team in teams_of(session, member)}
    others = session.scalars(select(CareTeam.id).where(
        CareTeam.workspace_id == member.workspace_id, CareTeam.state == TeamState.SET_UP).order_by(CareTeam.id)).all()
    indexes = [one for team in others if team not in own for one in data_key().indexes(team, alias_key(alias))]
    return session.scalars(select(Patient).where(
        Patient.workspace_id == member.workspace_id, Patient.alias_index.in_(indexes)).order_by(Patient.id)).all()
