"""A member's desk, their Home in Slack: which part of it they look at, and when it has to be made anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, ForeignKeyConstraint, UniqueConstraint, bindparam, literal, or_, select
from sqlalchemy.dialects.postgresql import insert as post_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Instant, Tenanted, given, new_id, words_of
from models.patient import Patient
from models.team import Member, TeamMember
from models.workspace import Due, Subject, schedule

RECENT = timedelta(days=14)  # a Home nobody has opened since is not made anew: opening it does that


class Part(StrEnum):
    """What of a desk its Home shows."""

    EVERYTHING = "everything"
    PROMISES = "promises"
    WAITING = "waiting"
    PATIENTS = "patients"
    ENTRIES = "entries"
    TEAM = "team"


class Desk(Tenanted, Base):
    """``opened_at`` and ``published_at`` are wall time. ``team_id`` is the one care team it is narrowed to, if any.

    ``digest`` is a keyed hash of what was last sent to Slack; without one, what stands there is not known.
    """

    __tablename__ = "desk"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        UniqueConstraint("workspace_id", "member_id"),
    )

    member_id: Mapped[UUID]
    team_id: Mapped[UUID | None]
    part: Mapped[Part] = mapped_column(words_of(Part))
    page: Mapped[int]
    opened_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    digest: Mapped[bytes | None]

    def __init__(self, member: Member, wall: datetime) -> None:
        super().__init__(workspace_id=member.workspace_id, id=new_id(), member_id=member.id, team_id=None,
                         part=Part.EVERYTHING, page=0, opened_at=wall, published_at=None, digest=None)

    def show(self, part: Part, page: int) -> None:
        self.part, self.page, self.digest = part, max(0, page), None

    def narrow(self, team_id: UUID | None) -> None:
        self.team_id, self.page, self.digest = team_id, 0, None


def desk_of(session: Session, member: Member) -> Desk | None:
    """The member's desk, locked: it is made by one at a time."""
    return session.scalars(select(Desk).where(Desk.workspace_id == member.workspace_id, Desk.member_id == member.id)
                           .with_for_update()).one_or_none()


def _mark(insert: Callable[..., Any]) -> Executable:
    """In one statement, since it runs with every change: most people's desks are closed, and then it finds nothing."""
    leads = select(TeamMember.member_id).where(
        TeamMember.workspace_id == given("workspace"), TeamMember.team_id == given("team"), TeamMember.lead)
    owners = select(Patient.owner_id).where(
        Patient.workspace_id == given("workspace"), Patient.id.in_(bindparam("patients", expanding=True)))
    theirs = select(
        Desk.workspace_id, Desk.id, literal(Subject.DESK, Due.subject.type), bindparam("wall", type_=Instant()),
    ).where(
        Desk.workspace_id == given("workspace"), Desk.opened_at > bindparam("since", type_=Instant()),
        or_(Desk.member_id.in_(bindparam("members", expanding=True)), Desk.member_id.in_(owners), Desk.member_id.in_(leads)),
    ).order_by(Desk.id)  # in a fixed order, so that two changes at once cannot deadlock
    made = insert(Due).from_select(["workspace_id", "id", "subject", "at"], theirs)
    found: Executable = made.on_conflict_do_update(index_elements=["workspace_id", "id", "subject"],
                                                         set_={"at": made.excluded.at})
    return found


_MARK = {"sqlite": _mark(lite_insert), "postgresql": _mark(post_insert)}


def mark(session: Session, workspace_id: UUID, team_id: UUID, wall: datetime, members: Iterable[UUID] = (),
         patients: Iterable[UUID] = ()) -> None:
    """The desks of these members, of these patients' owners and of the team's leads are made anew at the next beat."""
    session.flush()  # who leads and who owns is read by the statement
    raw = session.connection()
    raw.execute(_MARK[raw.dialect.name], {
        "workspace": workspace_id, "team": team_id, "wall": wall, "since": wall - RECENT,
        "members": sorted(set(members)), "patients": sorted(set(patients))})


def mark_own(session: Session, member: Member, wall: datetime) -> None:
    """The member's own desk is made anew at the next beat: what they may see may have changed."""
    desk = session.scalars(select(Desk.id).where(
        Desk.workspace_id == member.workspace_id, Desk.member_id == member.id, Desk.opened_at > wall - RECENT)).one_or_none()
    if desk is not None:
        schedule(session, member.workspace_id, Subject.DESK, desk, wall)
