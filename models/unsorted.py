"""Words about a patient that nobody has said yet what they are: kept at once, sorted later, once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Tenanted, new_id, words_of
from models.contact import Contact
from models.errors import Conflict
from models.item import Danger, Item
from models.patient import Patient
from models.sealing import Sealed
from models.team import CareTeam, Member


class Became(StrEnum):
    CONCERN = "concern"
    BARRIER = "barrier"
    PROMISE = "promise"
    CALL = "call"
    DISCARDED = "discarded"


class Unsorted(Tenanted, Base):
    """``text`` is as Slack sent it, cleaned: sorting reads it as if it were typed after that verb.

    ``danger`` is asked when the words suggest harm; then only the author and the leads see them. What they become asks.
    """

    __tablename__ = "unsorted"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "patient_id"], ["patient.workspace_id", "patient.id"]),
        ForeignKeyConstraint(["workspace_id", "author_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "item_id"], ["item.workspace_id", "item.id"]),
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contact.workspace_id", "contact.id"]),
        Index(None, "workspace_id", "author_id", "sorted_at"),
        Index(None, "workspace_id", "patient_id", "sorted_at"),
    )

    team_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    author_id: Mapped[UUID]
    danger: Mapped[Danger] = mapped_column(words_of(Danger))
    at: Mapped[datetime]
    sorted_at: Mapped[datetime | None]
    became: Mapped[Became | None] = mapped_column(words_of(Became))
    item_id: Mapped[UUID | None]
    contact_id: Mapped[UUID | None]
    text_sealed: Mapped[bytes | None]
    text = Sealed()

    patient: Mapped[Patient] = relationship(viewonly=True)
    author: Mapped[Member] = relationship(viewonly=True)

    def __init__(self, patient: Patient, author: Member, text: str, danger: Danger, now: datetime) -> None:
        super().__init__(workspace_id=patient.workspace_id, id=new_id(), team_id=patient.team_id, patient_id=patient.id,
                         author_id=author.id, danger=danger, at=now, sorted_at=None, became=None, item_id=None,
                         contact_id=None)
        self.text = text

    @property
    def private(self) -> bool:
        return self.danger is not Danger.NONE

    def must_wait(self) -> None:
        if self.became is Became.DISCARDED:
            raise Conflict("Those words were discarded already.")
        if self.became is not None:
            raise Conflict(f"Those words were sorted already, as a {self.became.value}.")

    def become(self, what: Became, now: datetime, *, item: Item | None = None, contact: Contact | None = None) -> None:
        """Once, whatever it is."""
        self.must_wait()
        self.became, self.sorted_at = what, now
        self.item_id, self.contact_id = item.id if item else None, contact.id if contact else None

    def bring_back(self) -> None:
        if self.became is not Became.DISCARDED:
            raise Conflict("Only what was discarded can be brought back.")
        self.became, self.sorted_at = None, None


def give_back(session: Session, workspace_id: UUID, which: ColumnElement[bool]) -> None:
    """What an entry became was undone: its words wait to be sorted again, so that they are never left in nothing."""
    for entry in session.scalars(select(Unsorted).where(Unsorted.workspace_id == workspace_id, which)):
        entry.became, entry.sorted_at, entry.item_id, entry.contact_id = None, None, None, None


def waiting_of(session: Session, team: CareTeam, member: Member, most: int) -> tuple[Sequence[Unsorted], int]:
    """The member's own unsorted entries in a team, the oldest first, and how many there are."""
    where = (Unsorted.workspace_id == team.workspace_id, Unsorted.author_id == member.id, Unsorted.team_id == team.id,
             Unsorted.sorted_at.is_(None))
    total = session.scalar(select(func.count()).select_from(Unsorted).where(*where)) or 0
    return session.scalars(select(Unsorted).where(*where).order_by(Unsorted.id).limit(most)).all(), total


def waiting_about(session: Session, patient: Patient) -> list[Unsorted]:
    """A patient's unsorted entries, the oldest first."""
    return list(session.scalars(
        select(Unsorted).where(Unsorted.workspace_id == patient.workspace_id, Unsorted.patient_id == patient.id,
                               Unsorted.sorted_at.is_(None)).order_by(Unsorted.id)))


def latest_waiting(session: Session, team: CareTeam, member: Member) -> Unsorted | None:
    """The member's newest entry that waits, for ``undo`` and ``last``."""
    return session.scalars(
        select(Unsorted).where(Unsorted.workspace_id == team.workspace_id, Unsorted.author_id == member.id,
                               Unsorted.team_id == team.id, Unsorted.sorted_at.is_(None))
        .order_by(Unsorted.id.desc()).limit(1)).one_or_none()
