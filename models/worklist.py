"""What lies on a member's desk: read by index, a few rows at a time, and only what they may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, not_, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from models.base import Instant, given
from models.contact import Contact, reached, stands
from models.history import CAME_ROUND
from models.item import LIVING, PRIVATE_CATEGORIES, Danger, History, Item, Kind, State
from models.patient import Patient, PatientState
from models.team import CareTeam, Member
from models.unsorted import Unsorted

Clause = ColumnElement[bool]
COUNTED = 1000                     # what is more than this is said to be more: counting on would cost with what exists
OPEN_COUNTED = 99
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
    by_state: bool = False


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
    return count(reader.session, *promises(reader)[0].where, Item.due_at < reader.now, by_state=True)


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


def due_before(team: CareTeam, owner: UUID, until: datetime, *where: Clause) -> list[Group]:
    """What someone promised that falls due before then, or has, the soonest first."""
    return [Group("promises", (*_promised(team, owner), Item.due_at < until, *where), (Item.due_at, Item.id), by_state=True)]


def _promised(team: CareTeam, owner: UUID) -> tuple[Clause, ...]:
    """Open promises of one person. The team as a range of one, so that a planner looks at what the person has, by the index
    for that, and not at all that the team has."""
    return (Item.workspace_id == team.workspace_id, Item.owner_id == owner, Item.state == State.OPEN,
            Item.kind == Kind.COMMITMENT, Item.team_id.between(team.id, team.id))


def promised_on(session: Session, team: CareTeam, owner: UUID, due: datetime, besides: UUID, *, of_all: bool) -> Count:
    """How many other open promises of the owner are due that day, as the team counts its days: read from the index. Without
    ``of_all`` what is private is not counted."""
    day = due.astimezone(team.tz).date()
    begins, ends = (datetime.combine(day + timedelta(days=n), time(), team.tz) for n in (0, 1))
    found = session.scalar(_PROMISED_ON[of_all], {
        "workspace": team.workspace_id, "owner": owner, "team": team.id, "item": besides, "begins": begins, "ends": ends}) or 0
    return Count(min(found, COUNTED), found > COUNTED)


def _promised_on(*more: Clause) -> Select[int]:
    return select(func.count()).select_from(select(literal(1)).select_from(Item).where(
        Item.workspace_id == given("workspace"), Item.owner_id == given("owner"), Item.state == State.OPEN,
        Item.kind == Kind.COMMITMENT, Item.team_id.between(given("team"), given("team")), Item.id != given("item"),
        Item.due_at >= bindparam("begins", type_=Instant()), Item.due_at < bindparam("ends", type_=Instant()), *more,
    ).order_by(Item.due_at).limit(COUNTED + 1).subquery())


# What the indexes of a team's and of an owner's items go by.
BY_STATE = (Item.state, Item.kind, Item.due_at)


def count(session: Session, *where: Clause, by_state: bool = False) -> Count:
    """``by_state`` for what is narrowed by state, kind or due time: in that order the index finds few among many, else a planner
    may guess that there are many and look at all.
    """
    # Of a row nothing is read but that it is there, which the index alone says.
    rows = select(literal(1)).select_from(Item).where(*where).limit(COUNTED + 1)
    found = session.scalar(select(func.count()).select_from((rows.order_by(*BY_STATE) if by_state else rows).subquery())) or 0
    return Count(min(found, COUNTED), found > COUNTED)


def take(session: Session, groups: Sequence[Group], first: int, most: int) -> tuple[list[Item], Count]:
    """``most`` items from the ``first`` on, of the groups one after another, and how many there are in all."""
    totals = [count(session, *group.where, by_state=group.by_state) for group in groups]
    rows: list[Item] = []
    for group, total in zip(groups, totals, strict=True):
        if total.number <= first and not total.more:
            first -= total.number
        elif len(rows) < most:
            rows += session.scalars(_items().where(*group.where).order_by(*group.order).offset(first).limit(most - len(rows)))
            first = 0
    return rows, Count(sum(one.number for one in totals), any(one.more for one in totals))


def _items() -> Select[Item]:
    return select(Item).options(joinedload(Item.patient), joinedload(Item.owner), joinedload(Item.series))


@dataclass(frozen=True)
class Entry:
    """Something the reader entered or changed, and when they last did."""

    what: Item | Contact | Unsorted
    at: datetime


def entries(reader: Reader, first: int, most: int) -> tuple[list[Entry], Count]:
    """What the reader entered or changed in the last day and may still see, the newest first."""
    since, teams = reader.now - ENTRIES_FOR, [team.id for team in reader.teams]
    acts = (
        select(History.item_id, func.max(History.recorded_at).label("at"))
        .where(History.workspace_id == reader.workspace, History.actor_id == reader.me.id, History.recorded_at > since,
               History.verb != CAME_ROUND).group_by(History.item_id).subquery())
    items = select(Item.id.label("id"), acts.c.at.label("at")).join(acts, acts.c.item_id == Item.id).where(
        Item.workspace_id == reader.workspace, Item.team_id.in_(teams), Item.state != State.IN_ERROR, _open_to(reader))
    contacts = select(Contact.id, Contact.recorded_at).where(
        Contact.workspace_id == reader.workspace, Contact.member_id == reader.me.id, Contact.recorded_at > since,
        Contact.team_id.in_(teams), stands())
    unsorted = select(Unsorted.id, Unsorted.at).where(*_unsorted(reader), Unsorted.at > since)
    every = union_all(items, contacts, unsorted).subquery()
    rows = reader.session.execute(
        select(every.c.id, every.c.at).order_by(every.c.at.desc(), every.c.id.desc()).offset(first).limit(most)).all()
    total = reader.session.scalar(select(func.count()).select_from(select(every.c.id).limit(COUNTED + 1).subquery())) or 0
    return _loaded(reader, [(key, at) for key, at in rows]), Count(min(total, COUNTED), total > COUNTED)


def _loaded(reader: Reader, rows: list[tuple[UUID, datetime]]) -> list[Entry]:
    """In the order of ``rows``; ids are unique over all tables."""
    found: dict[UUID, Item | Contact | Unsorted] = {}
    keys = [key for key, _ in rows]
    for item in reader.session.scalars(_items().where(Item.workspace_id == reader.workspace, Item.id.in_(keys))):
        found[item.id] = item
    for contact in reader.session.scalars(select(Contact).options(joinedload(Contact.patient)).where(
            Contact.workspace_id == reader.workspace, Contact.id.in_(keys))):
        found[contact.id] = contact
    for entry in reader.session.scalars(select(Unsorted).options(joinedload(Unsorted.patient)).where(
            Unsorted.workspace_id == reader.workspace, Unsorted.id.in_(keys))):
        found[entry.id] = entry
    return [Entry(found[key], at) for key, at in rows]


def _unsorted(reader: Reader) -> tuple[Clause, ...]:
    return (Unsorted.workspace_id == reader.workspace, Unsorted.author_id == reader.me.id, Unsorted.sorted_at.is_(None),
            Unsorted.team_id.in_([team.id for team in reader.teams]))


def unsorted(reader: Reader, first: int, most: int) -> tuple[list[Unsorted], Count]:
    """The reader's own words that wait to be sorted, the oldest first."""
    total = reader.session.scalar(select(func.count()).select_from(
        select(Unsorted.id).where(*_unsorted(reader)).limit(COUNTED + 1).subquery())) or 0
    rows = reader.session.scalars(select(Unsorted).options(joinedload(Unsorted.patient)).where(*_unsorted(reader))
                                  .order_by(Unsorted.id).offset(first).limit(most)).all() if most else []
    return list(rows), Count(min(total, COUNTED), total > COUNTED)


def private() -> Clause:
    return func.coalesce(or_(Item.danger.in_([Danger.ASKED, Danger.PRESENT]), Item.category.in_(PRIVATE_CATEGORIES)), False)


# Asked with every promise, so they are built once; the team as in ``_promised``.
_PROMISED_ON = {True: _promised_on(), False: _promised_on(not_(private()))}


def _open_to(reader: Reader) -> Clause:
    """A private item is its owner's, its author's and the leads' alone."""
    return or_(not_(private()), Item.owner_id == reader.me.id, Item.author_id == reader.me.id,
               Item.team_id.in_([team.id for team in reader.led]))


@dataclass(frozen=True)
class Known:
    """A patient as their row shows them. ``last`` is when they were last reached, ``open`` counts items, to a hundred."""

    patient: Patient
    last: datetime | None
    open: Count


def patients(reader: Reader, first: int, most: int) -> tuple[list[Known], Count]:
    """The reader's active patients: who was never reached first, then who was not for longest.

    Of more than a thousand, the first thousand are put in order.
    """
    where = (Patient.workspace_id == reader.workspace, Patient.owner_id == reader.me.id, Patient.state == PatientState.ACTIVE,
             Patient.team_id.in_([team.id for team in reader.teams]))
    some = select(Patient.id).where(*where).order_by(Patient.id).limit(COUNTED + 1).subquery()
    total = reader.session.scalar(select(func.count()).select_from(some)) or 0
    newest = reached(reader.workspace)
    living = (select(Item.id).where(Item.workspace_id == reader.workspace, Item.patient_id == Patient.id,
                                    Item.state.in_(LIVING), _open_to(reader)).limit(OPEN_COUNTED + 1).correlate(Patient))
    number = select(func.count()).select_from(living.subquery()).correlate(Patient).scalar_subquery()
    # The order is found first, so that only for those who are shown anything is counted.
    shown = (select(some.c.id).join(Patient, Patient.id == some.c.id).where(Patient.workspace_id == reader.workspace)
             .order_by(newest.asc().nulls_first(), some.c.id).offset(first).limit(most).subquery())
    rows = reader.session.execute(
        select(Patient, newest, number).join(shown, shown.c.id == Patient.id).where(Patient.workspace_id == reader.workspace)
        .order_by(newest.asc().nulls_first(), Patient.id)).all()
    return ([Known(one, last, Count(min(many, OPEN_COUNTED), many > OPEN_COUNTED)) for one, last, many in rows],
            Count(min(total, COUNTED), total > COUNTED))


def next_change(reader: Reader) -> datetime:
    """When the desk next looks different though nobody does anything: something falls due, an entry is a day old, or the
    day turns."""
    session, (_, tomorrow), since = reader.session, reader.today(), reader.now - ENTRIES_FOR
    ahead = (Item.state == State.OPEN, Item.kind == Kind.COMMITMENT, Item.due_at > reader.now)
    whose = [mine(reader), *((Item.workspace_id == team.workspace_id, Item.team_id == team.id) for team in reader.led)]
    times = [session.scalar(select(func.min(Item.due_at)).where(*one, *ahead)) for one in whose]
    oldest = [
        session.scalar(select(func.min(History.recorded_at)).where(
            History.workspace_id == reader.workspace, History.actor_id == reader.me.id, History.recorded_at > since,
            History.verb != CAME_ROUND)),
        session.scalar(select(func.min(Contact.recorded_at)).where(
            Contact.workspace_id == reader.workspace, Contact.member_id == reader.me.id, Contact.recorded_at > since)),
        session.scalar(select(func.min(Unsorted.at)).where(*_unsorted(reader), Unsorted.at > since)),
    ]
    return min([tomorrow, *(at + timedelta(microseconds=1) for at in times if at is not None),
                *(at + ENTRIES_FOR for at in oldest if at is not None)])
