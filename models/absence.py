"""Who is out of a care team until when, who covers for them, and whom that leaves to hear what they would have heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CompoundSelect, ForeignKeyConstraint, Index, or_, select, union, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, Tenanted, given, new_id, words_of
from models.errors import Conflict, Unclear
from models.item import LIVING, Item
from models.team import CareTeam, Member, leads, places
from models.workspace import Due
from models.worktime import WorkingTime

LONGEST = timedelta(days=366)


class CoverAnswer(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Absence(Tenanted, Base):
    """A member is out of one care team from ``starts_at`` until ``until``, the opening of the day they are back: care time.

    ``cover_id`` is who was asked to stand in, with their ``answer``. Until it has ended a member has one in a team at most.
    """

    __tablename__ = "absence"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "cover_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "author_id"], ["member.workspace_id", "member.id"]),
        Index("ix_absence_standing", "workspace_id", "team_id", "member_id", unique=True,
              sqlite_where=sql("ended_at IS NULL"), postgresql_where=sql("ended_at IS NULL")),
        Index(None, "workspace_id", "team_id", "until"),
    )

    team_id: Mapped[UUID]
    member_id: Mapped[UUID]
    author_id: Mapped[UUID]
    cover_id: Mapped[UUID | None]
    answer: Mapped[CoverAnswer | None] = mapped_column(words_of(CoverAnswer))
    answered_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    until: Mapped[datetime]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    member: Mapped[Member] = relationship(viewonly=True, foreign_keys="[Absence.workspace_id, Absence.member_id]")
    cover: Mapped[Member | None] = relationship(viewonly=True, foreign_keys="[Absence.workspace_id, Absence.cover_id]")

    def __init__(self, team: CareTeam, member: Member, author: Member, starts_at: datetime, until: datetime,
                 now: datetime) -> None:
        must_fit(starts_at, until, now)
        super().__init__(workspace_id=team.workspace_id, id=new_id(), team_id=team.id, member_id=member.id, author_id=author.id,
                         cover_id=None, answer=None, answered_at=None, asked_at=None, starts_at=starts_at, until=until,
                         created_at=now, ended_at=None)

    @property
    def covered(self) -> bool:
        return self.cover_id is not None and self.answer is CoverAnswer.ACCEPTED

    def holds(self, at: datetime) -> bool:
        """Whether the member is out at that instant, also one that has gone by."""
        return self.starts_at <= at < min(self.until, self.ended_at or self.until)

    def over(self, now: datetime) -> bool:
        return self.ended_at is not None or self.until <= now

    def move(self, starts_at: datetime, until: datetime, now: datetime) -> None:
        """Other days for it. Who accepted fewer days is asked about the more."""
        self._must_stand()
        must_fit(starts_at, until, now)
        if self.covered and self.cover is not None and (until > self.until or starts_at < self.starts_at):
            self.ask(self.cover, now)
        self.starts_at, self.until = starts_at, until

    def ask(self, cover: Member, now: datetime) -> None:
        self._must_stand()
        if cover.id == self.member_id:
            raise Unclear("Nobody covers for themselves. Name someone else. Nothing was changed.", "out").at("cover")
        self.cover_id, self.answer, self.answered_at, self.asked_at = cover.id, CoverAnswer.ASKED, None, now

    def reply(self, actor: Member, now: datetime, *, accepted: bool) -> None:
        """The cover's own answer. Who accepted may still say that they cannot after all, and the other way round."""
        self._must_stand()
        if self.over(now):
            raise Conflict("They are back, so nobody has to cover for them any more.")
        if self.cover_id != actor.id:
            raise Conflict("Someone else is asked to cover for them now.")
        wanted = CoverAnswer.ACCEPTED if accepted else CoverAnswer.DECLINED
        if self.answer is wanted:
            raise Conflict("You have answered that already. Thank you.")
        self.answer, self.answered_at = wanted, now

    def asked_again_at(self, work: WorkingTime) -> tuple[datetime, datetime] | None:
        """When a cover who has not answered is asked once more, and when the leads hear of it: as of a hand-off."""
        if self.answer is not CoverAnswer.ASKED or self.asked_at is None:
            return None
        return work.add_hours(self.asked_at, 4), work.add_days(self.asked_at, 1)

    def next_look(self, work: WorkingTime, now: datetime) -> datetime:
        """When the sweep looks at it: at the latest when they are back."""
        ahead = [at for at in self.asked_again_at(work) or () if at > now]
        return min([*ahead, work.next_open(max(now, self.until))])

    def lose_cover(self, now: datetime) -> None:
        """Who was to cover is out then too."""
        self.answer, self.answered_at = CoverAnswer.DECLINED, now

    def end(self, now: datetime) -> None:
        self._must_stand()
        self.ended_at = now

    def _must_stand(self) -> None:
        if self.ended_at is not None:
            raise Conflict("They are back already.")


def must_fit(starts_at: datetime, until: datetime, now: datetime) -> None:
    if until <= now:
        raise Unclear("That day is not ahead any more. Say the day you are back, such as Wednesday. Nothing was changed.",
                      "out").at("when")
    if until <= starts_at:
        raise Unclear("The day you are back has to come after the day you go. Nothing was changed.", "out").at("when")
    if until - now > LONGEST:
        raise Unclear("That is more than a year ahead. Hand over what is open instead: /kept handoff. Nothing was changed.",
                      "out").at("when")


class Hears(StrEnum):
    """Who hears what was meant for someone."""

    THEY = "they"        # they are here
    COVER = "cover"
    LEADS = "leads"
    LATER = "later"      # nobody, until they are back; what is for others goes on


def stand_in(absence: Absence | None, *, private: bool, theirs_alone: bool = False, cover_here: bool = True) -> Hears:
    """Who hears what is for someone whose ``absence`` holds now, or who is here without one (SPEC 4).

    What is ``private`` goes to the leads, not to a cover: being asked to stand in opens nothing that was not open before.
    ``theirs_alone`` is what no cover could answer, such as a hand-off that is offered to them.
    """
    if absence is None:
        return Hears.THEY
    if private:
        return Hears.LEADS
    if absence.covered and cover_here and not theirs_alone:
        return Hears.COVER
    return Hears.LATER


def away(session: Session, team: CareTeam, at: datetime) -> dict[UUID, Absence]:
    """By member, who of the team is out at that instant."""
    found = session.scalars(select(Absence).where(
        Absence.workspace_id == team.workspace_id, Absence.team_id == team.id, Absence.until > at, Absence.starts_at <= at))
    return {one.member_id: one for one in found if one.holds(at)}


# Asked with every promise, so it is built once.
_STANDING = select(Absence).where(Absence.workspace_id == given("workspace"), Absence.team_id == given("team"),
                                  Absence.member_id == given("member"), Absence.ended_at.is_(None))


def standing(session: Session, team: CareTeam, member: Member) -> Absence | None:
    """The member's absence that has not ended, one to come too."""
    return session.scalars(_STANDING, {"workspace": team.workspace_id, "team": team.id, "member": member.id}).one_or_none()


def back_since(session: Session, team: CareTeam, member: Member, since: datetime) -> bool:
    """Whether the member has come back after that instant; a sweep that comes late is a week late at most."""
    return session.scalars(select(Absence.id).where(
        Absence.workspace_id == team.workspace_id, Absence.team_id == team.id, Absence.until > since - timedelta(days=7),
        Absence.member_id == member.id, Absence.ended_at >= since, Absence.starts_at < Absence.ended_at)).first() is not None


def out_between(session: Session, team: CareTeam, member: Member, starts_at: datetime, until: datetime) -> Absence | None:
    """The member's absence that has a moment in common with that time."""
    found = standing(session, team, member)
    return found if found is not None and found.starts_at < until and starts_at < found.until else None


def covering(session: Session, team: CareTeam, cover: Member, starts_at: datetime, until: datetime) -> list[Absence]:
    """Those the member stands in for, or is asked to, at some moment of that time."""
    return list(session.scalars(select(Absence).where(
        Absence.workspace_id == team.workspace_id, Absence.team_id == team.id, Absence.cover_id == cover.id,
        or_(Absence.answer == CoverAnswer.ASKED, Absence.answer == CoverAnswer.ACCEPTED), Absence.ended_at.is_(None),
        Absence.until > starts_at, Absence.starts_at < until).order_by(Absence.id)))


def of_member(session: Session, member: Member, teams: Sequence[CareTeam], now: datetime) -> tuple[list[Absence], list[Absence]]:
    """(the member's own in those teams, those they cover): what has not ended."""
    found = list(session.scalars(select(Absence).where(
        Absence.workspace_id == member.workspace_id, Absence.team_id.in_([team.id for team in teams]), Absence.until > now,
        Absence.ended_at.is_(None)).order_by(Absence.until)))
    return ([one for one in found if one.member_id == member.id],
            [one for one in found if one.covered and one.cover_id == member.id])


def leads_in(session: Session, team: CareTeam, out: Mapping[UUID, Absence]) -> list[Member]:
    """The leads who are not out."""
    return [lead for lead in leads(session, team) if lead.id not in out]


def digest_readers(session: Session, team: CareTeam, at: datetime) -> list[tuple[Member, bool]]:
    """(who gets the digest of that instant, whether they lead): a lead who is out passes theirs to a cover who is here."""
    out = away(session, team, at)
    found = {lead.id: (lead, True) for lead in leads_in(session, team, out)}
    here = {place.member_id for place in places(session, team) if place.here}
    for lead in leads(session, team):
        absence = out.get(lead.id)
        if absence is not None and absence.covered and absence.cover is not None:
            cover = absence.cover
            if cover.id in here and cover.id not in out:
                found.setdefault(cover.id, (cover, False))
    return list(found.values())


def open_of(team: CareTeam, owner: UUID) -> CompoundSelect[UUID]:
    """The ids of what the owner has open, in whatever team, or untold in this one: each is read by its own index."""
    theirs = (Item.workspace_id == team.workspace_id, Item.owner_id == owner)
    return union(select(Item.id).where(*theirs, Item.state.in_(LIVING)),
                 select(Item.id).where(*theirs, Item.team_id == team.id, Item.untold.is_(True)))


def look_again(session: Session, team: CareTeam, member: Member, now: datetime) -> None:
    """Who hears of the member's items has changed: the sweep looks at each open one again."""
    theirs = session.scalars(open_of(team, member.id)).all()
    session.execute(update(Due).where(Due.workspace_id == team.workspace_id, Due.id.in_(theirs)).values(at=now),
                    execution_options={"synchronize_session": False})
