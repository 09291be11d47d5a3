"""Care teams and the people in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, BigInteger, ForeignKeyConstraint, UniqueConstraint, and_, bindparam, func, select, update
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from models.base import Base, Tenanted, given, new_id, words_of
from models.sealing import Sealed, readable
from models.workspace import Subject, schedule
from models.worktime import OFFICE, WorkingTime, week_of, written

FRESH = timedelta(minutes=5)   # SPEC 6: channel membership is at most this old
PROFILE_FRESH = timedelta(hours=24)
ROOM_FRESH = timedelta(hours=1)   # what kind of channel it is changes seldom, and events say when it does


class TeamState(StrEnum):
    SET_UP = "set up"
    ARCHIVED = "archived"


class Detail(StrEnum):
    """How much a nudge says in the channel: ``minimal`` never shows typed text."""

    MINIMAL = "minimal"
    FULL = "full"


class CareTeam(Tenanted, Base):
    """One private Slack channel. Hours and digest time are wall time in ``zone``.

    ``hours`` are the week's, as ``worktime`` writes them; ``holidays`` a calendar such as US-NY; ``dates`` what 3/12 means:
    mdy, dmy, or ask.
    ``barred`` says why Kept is silent in its channel, if it is: public, or shared with another company.
    ``unseen`` is Slack's word for why it does not show Kept the channel's members, if it does not, ``unseen_at`` when it
    last said so.
    """

    __tablename__ = "care_team"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        UniqueConstraint("workspace_id", "channel"),
    )

    channel: Mapped[str]
    zone: Mapped[str]
    hours: Mapped[str]
    holidays: Mapped[str]
    days_off_sealed: Mapped[bytes | None]
    dates: Mapped[str]
    digest_at: Mapped[str]
    detail: Mapped[Detail] = mapped_column(words_of(Detail))
    join: Mapped[str]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[TeamState] = mapped_column(words_of(TeamState))
    last_number: Mapped[int]
    members_checked_at: Mapped[datetime | None]
    barred: Mapped[str | None]
    barred_at: Mapped[datetime | None]
    room_checked_at: Mapped[datetime | None]
    unseen: Mapped[str | None]
    unseen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    days_off = Sealed()

    def __init__(self, workspace_id: UUID, channel: str, now: datetime) -> None:
        super().__init__(
            workspace_id=workspace_id, id=new_id(), channel=channel, zone="UTC", hours=written(OFFICE),
            holidays="", dates="ask", digest_at="08:30", detail=Detail.MINIMAL, join="confirm",
            settings={"version": 1}, state=TeamState.SET_UP, last_number=0, members_checked_at=None,
            unseen=None, unseen_at=None, barred=None, barred_at=None, room_checked_at=None, created_at=now,
        )

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def work(self) -> WorkingTime:
        own = self.own_days
        return WorkingTime(self.tz, week_of(self.hours), self.holidays,
                           {day: name for day, name in own.items() if name is not None},
                           frozenset(day for day, name in own.items() if name is None))

    @property
    def parts(self) -> dict[str, time]:
        """The parts of the day that have a time of their own here, such as morning."""
        return {part: time.fromisoformat(at) for part, at in self.settings.get("parts", {}).items()}

    @property
    def own_days(self) -> dict[date, str | None]:
        """The days it closes by itself, with their names if any; None marks a holiday on which it works."""
        lines = readable(lambda: self.days_off, "").splitlines()
        return {date.fromisoformat(line[1:11]): line[12:] if line[0] == "-" else None for line in lines}

    @own_days.setter
    def own_days(self, days: Mapping[date, str | None]) -> None:
        # Their names are typed text, so all of it is sealed.
        self.days_off = "\n".join(f"+{day}" if name is None else f"-{day} {name}" for day, name in sorted(days.items())) or None

    def next_digest(self, after: datetime) -> datetime:
        """The next working day's digest instant strictly after ``after``. A wall time skipped by DST moves later."""
        day, work = after.astimezone(self.tz).date(), self.work
        for ahead in range(400):
            candidate = day + timedelta(days=ahead)
            if not work.is_working_day(candidate):
                continue
            at = datetime.combine(candidate, time.fromisoformat(self.digest_at), self.tz)
            if at.timestamp() > after.timestamp():
                return at
        raise ValueError("no working day within 400 days")

    def todays_digest(self, now: datetime) -> datetime:
        """When a digest that is to be looked at again is due: at its time today, at once when that has passed."""
        midnight = datetime.combine(now.astimezone(self.tz).date(), time(), self.tz)
        return max(self.next_digest(midnight - timedelta(microseconds=1)), now)

    def last_digest(self, before: datetime) -> datetime:
        """The digest instant of the last working day before the day of ``before``."""
        day = self.work.last_working_day(before.astimezone(self.tz).date())
        return datetime.combine(day, time.fromisoformat(self.digest_at), self.tz)

    def take_number(self, session: Session) -> int:
        """The next short number. The row lock makes it gapless: it is given back if the transaction fails."""
        raw, given_ids = session.connection(), {"workspace": self.workspace_id, "team": self.id}
        if raw.dialect.name == "postgresql":
            return int(raw.execute(_COUNT_IN_TURN, {**given_ids, "turn": self.id.int % 2**63}).scalar_one())
        return int(raw.execute(_COUNT, given_ids).scalar_one())


_COUNT = (update(CareTeam).where(CareTeam.workspace_id == given("workspace"), CareTeam.id == given("team"))
          .values(last_number=CareTeam.last_number + 1).returning(CareTeam.last_number))
# First come, first served: who waits for a row that is updated starts over at the end of its queue.
_TURN = select(func.pg_advisory_xact_lock(bindparam("turn", type_=BigInteger))).scalar_subquery()
_COUNT_IN_TURN = _COUNT.where(_TURN.is_not(None))


class Member(Tenanted, Base):
    """A Slack user of the workspace. ``standing`` is None, or why they may see nothing: bot, deleted, guest, stranger."""

    __tablename__ = "member"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id"], ["workspace.id"]),
        UniqueConstraint("workspace_id", "slack_id"),
    )

    slack_id: Mapped[str]
    name_sealed: Mapped[bytes | None]
    zone: Mapped[str | None]
    standing: Mapped[str | None]
    checked_at: Mapped[datetime | None]
    name = Sealed()

    def __init__(self, workspace_id: UUID, slack_id: str) -> None:
        super().__init__(workspace_id=workspace_id, id=new_id(), slack_id=slack_id, zone=None, standing=None,
                         checked_at=None)

    @property
    def called(self) -> str:
        return readable(lambda: self.name)


class TeamMember(Tenanted, Base):
    """A member's place in one care team: ``present`` is Slack's word, ``confirmed_at`` a lead's.

    ``named_by`` is who else, a lead then, named them lead; who founded the team leads it by nobody's word but their own.
    """

    __tablename__ = "team_member"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "member_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "named_by"], ["member.workspace_id", "member.id"]),
        UniqueConstraint("workspace_id", "team_id", "member_id"),
    )

    team_id: Mapped[UUID]
    member_id: Mapped[UUID]
    lead: Mapped[bool]
    named_by: Mapped[UUID | None]
    present: Mapped[bool]
    asked: Mapped[bool]
    confirmed_at: Mapped[datetime | None]

    team: Mapped[CareTeam] = relationship(overlaps="member")
    member: Mapped[Member] = relationship(overlaps="team", foreign_keys="[TeamMember.workspace_id, TeamMember.member_id]")

    def __init__(self, team: CareTeam, member: Member) -> None:
        super().__init__(workspace_id=team.workspace_id, id=new_id(), team_id=team.id, member_id=member.id,
                         lead=False, named_by=None, present=True, asked=False, confirmed_at=None, team=team, member=member)

    def leads(self, leads: bool, by: Member) -> None:
        """Nobody's own word makes them a lead whom another has named."""
        self.lead = leads
        if not leads:
            self.named_by = None
        elif by.id != self.member_id:
            self.named_by = by.id

    @property
    def named(self) -> bool:
        """In the channel and confirmed, as far as is known: they can be given something."""
        return self.present and self.confirmed_at is not None and self.member.standing is None

    @property
    def here(self) -> bool:
        """Named, and Slack has said that they are neither a bot nor a guest nor deactivated: they may be told something."""
        return self.named and self.member.checked_at is not None


_OF_CHANNEL = select(CareTeam).where(CareTeam.workspace_id == given("workspace"), CareTeam.channel == bindparam("channel"),
                                     CareTeam.state == TeamState.SET_UP)
_OF_SLACK_ID = select(Member).where(Member.workspace_id == given("workspace"), Member.slack_id == bindparam("slack_id"))
_PLACE = select(TeamMember).where(TeamMember.workspace_id == given("workspace"), TeamMember.team_id == given("team"),
                                  TeamMember.member_id == given("member"))


@dataclass(frozen=True)
class Seat:
    """Who acts in which channel, as far as Kept knows them: found in one read."""

    member: Member | None = None
    team: CareTeam | None = None
    place: TeamMember | None = None


_SEAT = select(Member, CareTeam, TeamMember).outerjoin(CareTeam, and_(
    CareTeam.workspace_id == Member.workspace_id, CareTeam.channel == bindparam("channel"), CareTeam.state == TeamState.SET_UP,
)).outerjoin(TeamMember, and_(
    TeamMember.workspace_id == Member.workspace_id, TeamMember.team_id == CareTeam.id, TeamMember.member_id == Member.id,
)).where(Member.workspace_id == given("workspace"), Member.slack_id == bindparam("slack_id"))


def seat_of(session: Session, workspace_id: UUID, slack_id: str, channel: str) -> Seat:
    row = session.execute(_SEAT, {"workspace": workspace_id, "slack_id": slack_id, "channel": channel}).one_or_none()
    return Seat() if row is None else Seat(*row)


def team_of_channel(session: Session, workspace_id: UUID, channel: str) -> CareTeam | None:
    return session.scalars(_OF_CHANNEL, {"workspace": workspace_id, "channel": channel}).one_or_none()


def member_of(session: Session, workspace_id: UUID, slack_id: str) -> Member:
    """The member row of a Slack user, made when it is new."""
    found = session.scalars(_OF_SLACK_ID, {"workspace": workspace_id, "slack_id": slack_id}).one_or_none()
    if found is None:
        found = Member(workspace_id, slack_id)
        session.add(found)
        session.flush()  # its id is about to be a foreign key
    return found


def place_of(session: Session, team: CareTeam, member: Member) -> TeamMember | None:
    return session.scalars(_PLACE, {"workspace": team.workspace_id, "team": team.id, "member": member.id}).one_or_none()


_PLACES = (select(TeamMember).where(TeamMember.workspace_id == given("workspace"), TeamMember.team_id == given("team"))
           .options(joinedload(TeamMember.member)).order_by(TeamMember.id))
_LEADS = _PLACES.where(TeamMember.lead.is_(True))   # asked for each nudge, and few of a team


def places(session: Session, team: CareTeam) -> list[TeamMember]:
    return list(session.scalars(_PLACES, {"workspace": team.workspace_id, "team": team.id}))


def leads(session: Session, team: CareTeam) -> list[Member]:
    """The present, confirmed leads of whom Slack has said who they are."""
    return [p.member for p in session.scalars(_LEADS, {"workspace": team.workspace_id, "team": team.id}) if p.here]


def leading(session: Session, team: CareTeam) -> list[Member]:
    """The present, confirmed leads, whatever else is known of them: they are asked about before they are told anything."""
    found = session.scalars(_LEADS, {"workspace": team.workspace_id, "team": team.id})
    return [p.member for p in found if p.present and p.confirmed_at is not None]


def teams_of(session: Session, member: Member) -> list[CareTeam]:
    """The care teams a member is a present, confirmed member of."""
    return list(session.scalars(
        select(CareTeam).join(TeamMember, TeamMember.team_id == CareTeam.id)
        .where(CareTeam.workspace_id == member.workspace_id, TeamMember.workspace_id == member.workspace_id,
               TeamMember.member_id == member.id, TeamMember.present, TeamMember.confirmed_at.is_not(None),
               CareTeam.state == TeamState.SET_UP)
        .order_by(CareTeam.id)
    ))


def team_ids(session: Session, member: Member) -> list[UUID]:
    """Every care team the member has, or had, a place in."""
    return list(session.scalars(select(TeamMember.team_id).where(
        TeamMember.workspace_id == member.workspace_id, TeamMember.member_id == member.id).order_by(TeamMember.team_id)))


def plan_days(session: Session, team: CareTeam, now: datetime) -> None:
    """A team's days are told of from now on, today's too: at their time, or at once when that has passed."""
    schedule(session, team.workspace_id, Subject.TEAM, team.id, team.todays_digest(now))
    schedule(session, team.workspace_id, Subject.MORNING, team.id, now)


CAPS = {"person": 12, "channel": 20}   # messages a day


def cap_of(team: CareTeam, to: str) -> int:
    """How many messages a day the team's channel gets, or one of its members from the team."""
    which = "channel" if to == team.channel else "person"
    return int(team.settings.get("caps", {}).get(which, CAPS[which]))


def older(at: datetime | None, wall: datetime, limit: timedelta) -> bool:
    """Whether what was learned then is too old to go by; what comes from the future is, too."""
    return at is None or not timedelta(0) <= wall - at <= limit


def refresh_members(session: Session, team: CareTeam, present: set[str], now: datetime, confirm: bool) -> set[UUID]:
    """Take Slack's list of who is in the channel. ``confirm`` also confirms newcomers (set-up, or ``join: open``).

    Returns the members whose place changed.
    """
    changed: set[UUID] = set()
    known = {p.member.slack_id: p for p in places(session, team)}
    led = any(p.lead and p.here and slack_id in present for slack_id, p in known.items())
    for slack_id in sorted(present - known.keys()):
        place = TeamMember(team, member_of(session, team.workspace_id, slack_id))
        session.add(place)
        known[slack_id] = place
        changed.add(place.member_id)
        if place.member.checked_at is None:
            schedule(session, team.workspace_id, Subject.MEMBER, place.member_id, now)
    for slack_id, place in known.items():
        came = slack_id in present and (not place.present or place.confirmed_at is None)
        if place.present != (slack_id in present):
            changed.add(place.member_id)
        place.present = slack_id in present
        if not place.present:
            # Who leaves the channel and comes back is a newcomer again.
            place.confirmed_at, place.asked = None, False
        elif came and (confirm or (place.lead and not led)):
            # A lead who comes back to a team without one has nobody to ask.
            place.confirmed_at = now
            changed.add(place.member_id)
    team.members_checked_at, team.unseen, team.unseen_at = now, None, None
    return changed
