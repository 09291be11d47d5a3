"""Hand-offs: a patient or some items offered to another member; each stays the giver's until it is accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Tenanted, new_id, words_of
from models.errors import Conflict
from models.history import LIVING, History, State
from models.item import TAKEN_OVER, Item, Kind
from models.patient import Patient
from models.team import CareTeam, Member


class Answer(StrEnum):
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"      # it ended, or went to somebody else, before an answer


class HandOff(Item):
    """Its owner is the receiver, who has to answer and later to tell the patient; its author is the giver.

    ``text`` is what was tried.
    """

    __mapper_args__ = {"polymorphic_identity": Kind.HANDOFF}
    BEGINS = State.OFFERED

    giver: Mapped[Member] = relationship(viewonly=True, foreign_keys="[Item.workspace_id, Item.author_id]")
    parts: Mapped[list[HandOffPart]] = relationship(
        order_by="HandOffPart.id", overlaps="team,patient,owner,history", foreign_keys="[HandOffPart.workspace_id, "
        "HandOffPart.handoff_id]")

    def offer(self, items: Iterable[Item], *, patient_too: bool) -> None:
        for item in items:
            self.parts.append(HandOffPart(self, item))
        if patient_too:
            self.parts.append(HandOffPart(self, None))

    def _must_be_offered(self, actor: Member) -> None:
        self.must_stand()
        if self.state is not State.OFFERED:
            raise Conflict(f"#{self.number} is {self.state.value} already.")
        if actor.id != self.owner_id:
            raise Conflict(f"Only who #{self.number} is offered to can answer it.")

    def waiting(self) -> list[HandOffPart]:
        return [part for part in self.parts if part.answer is Answer.WAITING]

    def accept(self, parts: Sequence[HandOffPart], patient: Patient, actor: Member, now: datetime) -> History:
        """What is still the giver's becomes the receiver's; the rest has lapsed. The patient is to be told at the end."""
        self._must_be_offered(actor)
        standing = [part for part in parts if part.stands(self.author_id, patient)]
        if not standing:
            raise Conflict(f"Nothing of that is the giver's any more, so there is nothing to accept in #{self.number}.")
        for part in parts:
            if part not in standing:
                part.settle(Answer.LAPSED, now)
                continue
            part.settle(Answer.ACCEPTED, now)
            if part.item is not None:
                part.item.assign(actor, actor, now, verb=TAKEN_OVER)
            else:
                patient.owner_id = actor.id
        return self._answered("accepted", actor, now, None)

    def decline(self, parts: Sequence[HandOffPart], actor: Member, now: datetime, note: str | None = None) -> History:
        """They stay the giver's."""
        self._must_be_offered(actor)
        if not parts:
            raise Conflict(f"Nothing of #{self.number} waits for that answer.")
        for part in parts:
            part.settle(Answer.DECLINED, now)
        return self._answered("declined", actor, now, note)

    def _answered(self, verb: str, actor: Member, now: datetime, note: str | None) -> History:
        if self.waiting():
            return self._move(f"in part {verb}", State.OFFERED, actor, now, note)
        taken = any(part.answer is Answer.ACCEPTED for part in self.parts)
        self.untold, self.told_at = taken, None
        return self._move(verb, State.ACCEPTED if taken else State.DECLINED, actor, now, note)

    def hear(self, actor: Member, now: datetime) -> History | None:
        """Talking with the patient answers no offer."""
        return None

    def assign(self, owner: Member, actor: Member, now: datetime, note: str | None = None, *, verb: str = "assigned") -> None:
        """Who is offered something is not replaced; once accepted, someone else may have to tell the patient."""
        if self.living:
            raise Conflict(f"#{self.number} is offered to someone already. They can decline it, or its giver undo it.")
        super().assign(owner, actor, now, note, verb=verb)

    def reopen(self, actor: Member, now: datetime) -> None:
        raise Conflict(f"#{self.number} was answered. To offer it again: /kept handoff")

    def undo(self, actor: Member, now: datetime) -> str:
        acts = self.last_act()
        if acts and acts[0].verb.endswith(("accepted", "declined")):
            raise Conflict(f"#{self.number} was answered, and who has what has changed. To give it back: /kept handoff")
        return super().undo(actor, now)


class HandOffPart(Tenanted, Base):
    """One thing that is offered: an item, or without one the patient themself."""

    __tablename__ = "handoff_part"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "handoff_id"], ["item.workspace_id", "item.id"]),
        ForeignKeyConstraint(["workspace_id", "item_id"], ["item.workspace_id", "item.id"]),
        UniqueConstraint("workspace_id", "handoff_id", "item_id"),
        Index(None, "workspace_id", "item_id"),
    )

    handoff_id: Mapped[UUID]
    item_id: Mapped[UUID | None]
    answer: Mapped[Answer] = mapped_column(words_of(Answer))
    answered_at: Mapped[datetime | None]

    item: Mapped[Item | None] = relationship(viewonly=True, foreign_keys="[HandOffPart.workspace_id, HandOffPart.item_id]")

    def __init__(self, handoff: HandOff, item: Item | None) -> None:
        super().__init__(workspace_id=handoff.workspace_id, id=new_id(), handoff_id=handoff.id,
                         item_id=item.id if item else None, answer=Answer.WAITING, answered_at=None)

    def stands(self, giver: UUID, patient: Patient) -> bool:
        if self.item is None:
            return patient.owner_id == giver
        return self.item.owner_id == giver and (self.item.living or self.item.untold)

    def settle(self, answer: Answer, now: datetime) -> None:
        self.answer, self.answered_at = answer, now


def givable(session: Session, patient: Patient, giver: Member) -> list[Item]:
    """What the giver has open or untold of a patient, and has not offered to anyone already."""
    found = session.scalars(
        select(Item).where(Item.workspace_id == patient.workspace_id, Item.patient_id == patient.id,
                           Item.owner_id == giver.id, Item.state.in_(LIVING) | Item.untold, Item.kind != Kind.HANDOFF)
        .order_by(Item.number)).all()
    taken = offered(session, patient.workspace_id, [item.id for item in found])
    return [item for item in found if item.id not in taken]


def offered(session: Session, workspace_id: UUID, items: Sequence[UUID]) -> dict[UUID, HandOff]:
    """Those of the items that are part of an offer nobody has answered."""
    rows = session.execute(
        select(HandOffPart.item_id, HandOff).join(HandOff, HandOff.id == HandOffPart.handoff_id)
        .where(HandOffPart.workspace_id == workspace_id, HandOff.workspace_id == workspace_id,
               HandOffPart.item_id.in_(items), HandOffPart.answer == Answer.WAITING, HandOff.state == State.OFFERED))
    return {key: handoff for key, handoff in rows if key is not None}


def patient_offered(session: Session, patient: Patient) -> bool:
    return session.scalars(
        select(HandOffPart.id).join(HandOff, HandOff.id == HandOffPart.handoff_id)
        .where(HandOffPart.workspace_id == patient.workspace_id, HandOff.workspace_id == patient.workspace_id,
               HandOff.patient_id == patient.id, HandOffPart.item_id.is_(None), HandOffPart.answer == Answer.WAITING,
               HandOff.state == State.OFFERED)).first() is not None


def offers_to(session: Session, team: CareTeam, member: Member) -> list[UUID]:
    """The hand-offs that wait for the member's answer, the oldest first."""
    return list(session.scalars(
        select(HandOff.id).where(HandOff.workspace_id == team.workspace_id, HandOff.owner_id == member.id,
                                 HandOff.team_id == team.id, HandOff.state == State.OFFERED).order_by(HandOff.number)))


def offering(session: Session, team: CareTeam, receiver: Member, number: int) -> UUID | None:
    """The hand-off in which the item of this number is offered to the member."""
    return session.scalars(
        select(HandOffPart.handoff_id).join(HandOff, HandOff.id == HandOffPart.handoff_id)
        .where(HandOffPart.workspace_id == team.workspace_id, HandOff.workspace_id == team.workspace_id,
               HandOff.owner_id == receiver.id, HandOff.team_id == team.id, HandOff.state == State.OFFERED,
               HandOffPart.answer == Answer.WAITING, HandOffPart.item_id == select(Item.id).where(
                   Item.workspace_id == team.workspace_id, Item.team_id == team.id, Item.number == number).scalar_subquery())
    ).first()
