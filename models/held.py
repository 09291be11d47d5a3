"""What was typed and is not saved, since it looks as if it held an identifier: kept sealed until whoever typed it says what to
do with it, for an hour at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, Tenanted, new_id
from models.sealing import Sealed
from models.team import CareTeam, Member

HELD = timedelta(hours=1)


class Held(Tenanted, Base):
    """``text`` is the whole line as Slack sent it, cleaned. ``at`` is care time, ``until`` wall time."""

    __tablename__ = "held"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
    )

    team_id: Mapped[UUID]
    member_id: Mapped[UUID]
    at: Mapped[datetime]
    until: Mapped[datetime] = mapped_column(index=True)
    text_sealed: Mapped[bytes | None]
    text = Sealed()

    def __init__(self, team: CareTeam, member: Member, text: str, now: datetime, wall: datetime) -> None:
        super().__init__(workspace_id=team.workspace_id, id=new_id(), team_id=team.id, member_id=member.id, at=now,
                         until=wall + HELD)
        self.text = text


def forget_held(session: Session, workspace_id: UUID, wall: datetime) -> None:
    session.execute(delete(Held).where(Held.workspace_id == workspace_id, Held.until < wall))
