"""Contacts: one exchange with a patient, a fact without a number, corrected by appending and never changed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKeyConstraint, Index, ScalarSelect, UniqueConstraint, exists, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Tenanted, new_id, words_of
from models.errors import Conflict
from models.history import History
from models.item import Danger, Item
from models.patient import Patient
from models.sealing import Sealed
from models.team import Member


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Way(StrEnum):
    CALL = "call"
    VISIT = "visit"
    TEXT = "text"
    VIDEO = "video"
    IN_PERSON = "in person"


class Outcome(StrEnum):
    REACHED = "reached"
    SOMEONE_ELSE = "someone else"
    MESSAGE_LEFT = "message left"
    NO_ANSWER = "no answer"


class Contact(Tenanted, Base):
    """``minutes`` is what it took, if said. ``unprompted`` is a kindness nobody was owed.

    ``danger`` is asked when the note suggests harm; a person's answer is the one thing of a contact that is set later.
    """

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "patient_id"], ["patient.workspace_id", "patient.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        Index(None, "workspace_id", "patient_id", "happened_at"),
        Index(None, "workspace_id", "member_id", "recorded_at"),
    )

    team_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    member_id: Mapped[UUID]
    direction: Mapped[Direction] = mapped_column(words_of(Direction))
    way: Mapped[Way] = mapped_column(words_of(Way))
    outcome: Mapped[Outcome] = mapped_column(words_of(Outcome))
    danger: Mapped[Danger] = mapped_column(words_of(Danger))
    minutes: Mapped[int | None]
    unprompted: Mapped[bool]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    note_sealed: Mapped[bytes | None]
    note = Sealed()

    # As in Item: the relationships order the inserts and read.
    patient: Mapped[Patient] = relationship(viewonly=True)
    member: Mapped[Member] = relationship(viewonly=True)
    about: Mapped[list[ContactItem]] = relationship(order_by="ContactItem.id", overlaps="patient,member")
    withdrawal: Mapped[ContactWithdrawal | None] = relationship(overlaps="patient,member,about")

    def __init__(self, patient: Patient, member: Member, now: datetime, way: Way, outcome: Outcome, *,
                 direction: Direction = Direction.OUTBOUND, happened_at: datetime | None = None, minutes: int | None = None,
                 note: str | None = None, unprompted: bool = False, danger: Danger = Danger.NONE) -> None:
        super().__init__(
            workspace_id=patient.workspace_id, id=new_id(), team_id=patient.team_id, patient_id=patient.id,
            member_id=member.id, direction=direction, way=way, outcome=outcome, danger=danger, minutes=minutes,
            unprompted=unprompted, happened_at=happened_at or now, recorded_at=now)
        if note:
            self.note = note

    @property
    def private(self) -> bool:
        """Its note is its member's and the leads' alone; that there was a contact is not."""
        return self.danger in (Danger.ASKED, Danger.PRESENT)

    def concerns(self, item: Item, member: Member, now: datetime) -> None:
        """It was about this item. A patient who was reached is an answer, or progress."""
        caused = item.hear(member, now) if self.outcome is Outcome.REACHED else None
        self._link(item, caused)

    def led_to(self, item: Item) -> None:
        """An item entered because of it; taken back with it."""
        self._link(item, item.history[-1])

    def _link(self, item: Item, caused: History | None) -> None:
        row = ContactItem(workspace_id=self.workspace_id, id=new_id(), contact_id=self.id, item=item, item_id=item.id)
        if caused is not None:
            row.caused, row.history_id = caused, caused.id
        self.about.append(row)

    def withdraw(self, member: Member, now: datetime) -> None:
        """Appended: the fact itself stays as it was recorded."""
        if self.member_id != member.id:
            raise Conflict("That contact was not entered by you, so it is not yours to undo.")
        if self.withdrawal is not None:
            raise Conflict("That contact was taken back already.")
        self.withdrawal = ContactWithdrawal(workspace_id=self.workspace_id, id=new_id(), contact_id=self.id,
                                            member_id=member.id, recorded_at=now)

    def answer_danger(self, present: bool) -> None:
        if self.danger is Danger.NONE:
            raise Conflict("Nobody asked about danger there.")
        self.danger = Danger.PRESENT if present else Danger.ABSENT


class ContactItem(Tenanted, Base):
    """What a contact was about. ``history_id`` is the change to the item that it caused, if any."""

    __tablename__ = "contact_item"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contact.workspace_id", "contact.id"]),
        ForeignKeyConstraint(["workspace_id", "item_id"], ["item.workspace_id", "item.id"]),
        ForeignKeyConstraint(["workspace_id", "history_id"], ["history.workspace_id", "history.id"]),
        Index(None, "workspace_id", "contact_id"),
        Index(None, "workspace_id", "item_id"),
    )

    contact_id: Mapped[UUID]
    item_id: Mapped[UUID]
    history_id: Mapped[UUID | None]

    # Real ones, so that what the contact led to is inserted before this row.
    item: Mapped[Item] = relationship(overlaps="about")
    caused: Mapped[History | None] = relationship(overlaps="about,item")


class ContactWithdrawal(Tenanted, Base):
    """A contact that did not happen as recorded, taken back by whoever entered it."""

    __tablename__ = "contact_withdrawal"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contact.workspace_id", "contact.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        UniqueConstraint("workspace_id", "contact_id"),
    )

    contact_id: Mapped[UUID]
    member_id: Mapped[UUID]
    recorded_at: Mapped[datetime]


def stands() -> ColumnElement[bool]:
    """A contact that was not taken back."""
    return ~exists().where(ContactWithdrawal.workspace_id == Contact.workspace_id, ContactWithdrawal.contact_id == Contact.id)


def reached(workspace_id: UUID) -> ScalarSelect[datetime]:
    """When a patient of an enclosing query was last reached, by either side: one look by index, however many contacts."""
    return (select(Contact.happened_at)
            .where(Contact.workspace_id == workspace_id, Contact.patient_id == Patient.id, Contact.outcome == Outcome.REACHED,
                   stands())
            .order_by(Contact.happened_at.desc()).limit(1).correlate(Patient).scalar_subquery())


def last_contact(session: Session, workspace_id: UUID, patients: Collection[UUID]) -> dict[UUID, datetime]:
    """When each of these patients was last reached; those who never were are left out."""
    rows = session.execute(select(Patient.id, reached(workspace_id)).where(
        Patient.workspace_id == workspace_id, Patient.id.in_(patients)))
    return {key: at for key, at in rows if at is not None}


def latest_by(session: Session, patient_team: UUID, member: Member) -> Contact | None:
    """The newest contact that the member entered in a care team and has not taken back."""
    return session.scalars(
        select(Contact).where(Contact.workspace_id == member.workspace_id, Contact.member_id == member.id,
                              Contact.team_id == patient_team, stands())
        .order_by(Contact.recorded_at.desc(), Contact.id.desc()).limit(1)).one_or_none()


def of_patient(session: Session, patient: Patient, most: int) -> list[Contact]:
    """The newest first."""
    return list(session.scalars(
        select(Contact).where(Contact.workspace_id == patient.workspace_id, Contact.patient_id == patient.id, stands())
        .order_by(Contact.happened_at.desc(), Contact.id.desc()).limit(most)))
