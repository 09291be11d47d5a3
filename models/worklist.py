"""What lies on a member's desk: read by index, a few rows at a time, and only what they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, not_, or_, select
from sqlalchemy.orm import Session, joinedload

from models.contact import last_contact
from models.item import LIVING, PRIVATE_CATEGORIES, Danger, History, Item, Kind, State
from models.nudge import RECENT, Nudge, NudgeState
from models.patient import Patient, PatientState
from models.team import CareTeam, Member, TeamMember

Clause = ColumnElement[bool]
COUNTED = 1000                     # what is more than this is said to be more: counting on would cost with what exists
ENTRIES_FOR = timedelta(hours=24)  # SPEC 2: as long as /kept last brings a card back


@dataclass(frozen=True)
class Reader:
    """Whose desk it is. ``teams`` are those whose patients they may see, ``led`` the ones of them they lead."""

    session: Session
    me: Member
    teams: Sequence[CareTeam]
    led: Sequence[CareTeam]
    now: datetime
    zone: ZoneInfo

    @property
    def workspace(self) -> UUID:
        return self.me.workspace_id

    def today(self) -> tuple[datetime, datetime]:
        """When the reader's day began, and when the next does."""
        day = self.now.astimezone(self.zone).date()
        return datetime.combine(day, time(), self.zone), datetime.combine(day + timedelta(days=1), time(), self.zone)


@dataclass(frozen=True)
class Group:
    """Items of one sort, in their order. ``name`` is how the cards call it."""

    name: str
    where: tuple[Clause, ...]
    order: tuple[Any, ...]


@dataclass(frozen=True)
class Count:
    """``more`` says that it was not counted to the end."""

    number: int
    more: bool = False


def mine(reader: Reader) -> tuple[Clause, ...]:
    return (Item.workspace_id == reader.workspace, Item.owner_id == reader.me.id,
            Item.team_id.in_([team.id for team in reader.teams]))


def promises(reader: Reader) -> list[Group]:
    """What the reader promised, the soonest due first; those without a time last."""
    due = Item.due_at.asc().nulls_last()
    return [Group("promises", (*mine(reader), Item.state == State.OPEN, Item.kind == Kind.COMMITMENT), (due, Item.id))]


def overdue(reader: Reader) -> Count:
    """How many of the reader's promises are."""
    return count(reader.session, *promises(reader)[0].where, Item.due_at < reader.now)


def waiting(reader: Reader) -> list[Group]:
    """What else waits for the reader: what only has to be told, then hand-offs offered to them, then concerns nobody has
    answered, then the rest."""
    own, longest = mine(reader), (Item.since, Item.id)
    return [
        Group("untold", (*own, Item.untold.is_(True)), longest),
        Group("offered", (*own, Item.state == State.OFFERED, Item.kind == Kind.HANDOFF), longest),
        Group("raised", (*own, Item.state == State.RAISED, Item.kind == Kind.CONCERN), longest),
        Group("barriers", (*own, Item.state.in_([State.OPEN, State.IN_PROGRESS]), Item.kind == Kind.BARRIER), longest),
        Group("answered", (*own, Item.state == State.ANSWERED, Item.kind == Kind.CONCERN), longest),
    ]


def attention(team: CareTeam, now: datetime) -> list[Group]:
    """What a lead looks at first: overdue, then what ended without the patient knowing."""
    ours = (Item.workspace_id == team.workspace_id, Item.team_id == team.id)
    late = (Item.state == State.OPEN, Item.kind == Kind.COMMITMENT, Item.due_at < now)
    listed = and_(*late, Item.due_at.is_not(None))
    return [
        Group("overdue", (*ours, *late), (Item.due_at, Item.id)),
        Group("untold", (*ours, Item.untold.is_(True), not_(func.coalesce(listed, False))), (Item.since, Item.id)),
    ]


def count(session: Session, *where: Clause) -> Count:
    found = session.scalar(select(func.count()).select_from(select(Item.id).where(*where).limit(COUNTED + 1).subquery())) or 0
    return Count(min(found, COUNTED), found > COUNTED)


def take(session: Session, groups: Sequence[Group], first: int, most: int) -> tuple[list[Item], Count]:
    """``most`` items from the ``first`` on, of the groups one after another, and how many there are in all."""
    totals = [count(session, *group.where) for group in groups]
    rows: list[Item] = []
    for group, total in zip(groups, totals, strict=True):
        if total.number <= first and not total.more:
            first -= total.number
        elif len(rows) < most:
            rows += session.scalars(_items().where(*group.where).order_by(*group.order).offset(first).limit(most - len(rows)))
            first = 0
    return rows, Count(sum(one.number for one in totals), any(one.more for one in totals))


def _items() -> Select[Item]:
    return select(Item).options(joinedload(Item.patient), joinedload(Item.owner))


def entries(reader: Reader, first: int, most: int) -> tuple[list[tuple[Item, datetime]], Count]:
    """What the reader entered or changed in the last day and may still see, the newest first, with when."""
    recent = (
        select(History.item_id, func.max(History.recorded_at).label("at"))
        .where(History.workspace_id == reader.workspace, History.actor_id == reader.me.id,
               History.recorded_at > reader.now - ENTRIES_FOR)
        .group_by(History.item_id).subquery())
    seen = (Item.workspace_id == reader.workspace, Item.team_id.in_([team.id for team in reader.teams]),
            Item.state != State.IN_ERROR, _open_to(reader))
    joined = _items().add_columns(recent.c.at).join(recent, recent.c.item_id == Item.id).where(*seen)
    rows = reader.session.execute(joined.order_by(recent.c.at.desc(), Item.id.desc()).offset(first).limit(most)).all()
    total = reader.session.scalar(select(func.count()).select_from(
        select(Item.id).join(recent, recent.c.item_id == Item.id).where(*seen).limit(COUNTED + 1).subquery())) or 0
    return [(item, at) for item, at in rows], Count(min(total, COUNTED), total > COUNTED)


def _open_to(reader: Reader) -> Clause:
    """A private item is its owner's, its author's and the leads' alone."""
    private = or_(Item.danger.in_([Danger.ASKED, Danger.PRESENT]), Item.category.in_(PRIVATE_CATEGORIES))
    return or_(not_(func.coalesce(private, False)), Item.owner_id == reader.me.id, Item.author_id == reader.me.id,
               Item.team_id.in_([team.id for team in reader.led]))


@dataclass(frozen=True)
class Known:
    """A patient as their row shows them. ``last`` is when they were last reached, ``open`` counts items."""

    patient: Patient
    last: datetime | None
    open: int


def patients(reader: Reader, first: int, most: int) -> tuple[list[Known], Count]:
    """The reader's active patients, in the order they were added."""
    where = (Patient.workspace_id == reader.workspace, Patient.owner_id == reader.me.id, Patient.state == PatientState.ACTIVE,
             Patient.team_id.in_([team.id for team in reader.teams]))
    total = reader.session.scalar(select(func.count()).select_from(
        select(Patient.id).where(*where).limit(COUNTED + 1).subquery())) or 0
    rows = reader.session.scalars(select(Patient).where(*where).order_by(Patient.id).offset(first).limit(most)).all()
    about = (Item.workspace_id == reader.workspace, Item.patient_id.in_([one.id for one in rows]))
    last = last_contact(reader.session, reader.workspace, [one.id for one in rows])
    living: dict[UUID, int] = dict(reader.session.execute(select(Item.patient_id, func.count()).where(
        *about, _open_to(reader), Item.state.in_(LIVING)).group_by(Item.patient_id)).all())
    return ([Known(one, last.get(one.id), living.get(one.id, 0)) for one in rows],
            Count(min(total, COUNTED), total > COUNTED))


@dataclass(frozen=True)
class Load:
    """One member's open items, and how many of them are overdue."""

    slack_id: str
    open: int
    overdue: int


@dataclass(frozen=True)
class TeamDesk:
    """What a lead sees of the team. ``partly`` says that the loads count only the first thousand."""

    team: CareTeam
    counts: dict[str, Count]
    loads: list[Load]
    partly: bool
    newcomers: list[Member]
    arriving: int
    undelivered: list[tuple[int | None, str, str]]
    failed: int


def team_desk(reader: Reader, team: CareTeam, few: int) -> TeamDesk:
    session, ours = reader.session, (Item.workspace_id == team.workspace_id, Item.team_id == team.id)
    today, tomorrow = reader.today()
    open_promise = (*ours, Item.state == State.OPEN, Item.kind == Kind.COMMITMENT)
    counts = {
        "overdue": count(session, *open_promise, Item.due_at < reader.now),
        "due": count(session, *open_promise, Item.due_at >= max(today, reader.now), Item.due_at < tomorrow),
        "barriers": count(session, *ours, Item.state.in_([State.OPEN, State.IN_PROGRESS]), Item.kind == Kind.BARRIER),
        "raised": count(session, *ours, Item.state == State.RAISED),
        "untold": count(session, *ours, Item.untold.is_(True)),
    }
    loads, partly = _loads(session, team, reader.now)
    newcomers, arriving = _newcomers(session, team, few)
    undelivered, failed = _undelivered(session, team, reader.now, few)
    return TeamDesk(team, counts, loads, partly, newcomers, arriving, undelivered, failed)


def _loads(session: Session, team: CareTeam, now: datetime) -> tuple[list[Load], bool]:
    """Those with the most overdue first, then the most open."""
    some = select(Item.owner_id, Item.due_at).where(
        Item.workspace_id == team.workspace_id, Item.team_id == team.id, Item.state.in_(LIVING)).limit(COUNTED + 1).subquery()
    late, every = func.count().filter(some.c.due_at < now), func.count()
    rows = session.execute(
        select(Member.slack_id, every, late).select_from(some).join(Member, Member.id == some.c.owner_id)
        .where(Member.workspace_id == team.workspace_id)
        .group_by(Member.slack_id).order_by(late.desc(), every.desc(), Member.slack_id)).all()
    return [Load(*row) for row in rows], sum(row[1] for row in rows) > COUNTED


def _newcomers(session: Session, team: CareTeam, few: int) -> tuple[list[Member], int]:
    """Who is in the channel and not confirmed; a bot is never asked about."""
    where = (TeamMember.workspace_id == team.workspace_id, TeamMember.team_id == team.id, TeamMember.present,
             TeamMember.confirmed_at.is_(None), Member.workspace_id == team.workspace_id, Member.standing.is_(None))
    found = select(Member).join(TeamMember, TeamMember.member_id == Member.id).where(*where)
    total = session.scalar(select(func.count()).select_from(found.subquery())) or 0
    return list(session.scalars(found.order_by(TeamMember.id).limit(few))), total


def _undelivered(session: Session, team: CareTeam, now: datetime, few: int) -> tuple[list[tuple[int | None, str, str]], int]:
    """(the item's number if it was about one, whom it was for, Slack's word for why), the newest first."""
    where = (Nudge.workspace_id == team.workspace_id, Nudge.team_id == team.id, Nudge.state == NudgeState.FAILED,
             Nudge.planned_at > now - RECENT)
    total = session.scalar(select(func.count()).select_from(Nudge).where(*where)) or 0
    rows = session.execute(
        select(Item.number, Nudge.recipient, Nudge.reason)
        .outerjoin(Item, and_(Item.workspace_id == team.workspace_id, Item.id == Nudge.subject_id))
        .where(*where).order_by(Nudge.id.desc()).limit(few))
    return [(number, to, reason or "") for number, to, reason in rows], total


def next_change(reader: Reader) -> datetime:
    """When the desk next looks different though nobody does anything: something falls due, an entry is a day old, or the
    day turns."""
    session, (_, tomorrow) = reader.session, reader.today()
    ahead = (Item.state == State.OPEN, Item.kind == Kind.COMMITMENT, Item.due_at > reader.now)
    whose = [mine(reader), *((Item.workspace_id == team.workspace_id, Item.team_id == team.id) for team in reader.led)]
    times = [session.scalar(select(func.min(Item.due_at)).where(*one, *ahead)) for one in whose]
    oldest = session.scalar(select(func.min(History.recorded_at)).where(
        History.workspace_id == reader.workspace, History.actor_id == reader.me.id,
        History.recorded_at > reader.now - ENTRIES_FOR))
    ends = [at + timedelta(microseconds=1) for at in times if at is not None]
    return min([tomorrow, *ends, *([oldest + ENTRIES_FOR] if oldest is not None else [])])
