"""What a lead sees of the team beside their own desk: what is late, who has what, who waits, what did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, not_, select
from sqlalchemy.orm import Session

from models.cadence import past
from models.item import LIVING, Item, Kind, State
from models.nudge import RECENT, ROWS, Nudge, NudgeState
from models.team import CareTeam, Member, TeamMember
from models.worklist import BY_STATE, COUNTED, Count, Group, Reader, count


def attention(team: CareTeam, now: datetime) -> list[Group]:
    """What a lead looks at first: overdue, then what ended without the patient knowing."""
    ours = (Item.workspace_id == team.workspace_id, Item.team_id == team.id)
    late = (Item.state == State.OPEN, Item.kind == Kind.COMMITMENT, Item.due_at < now)
    listed = and_(*late, Item.due_at.is_not(None))
    return [
        Group("overdue", (*ours, *late), (Item.due_at, Item.id), by_state=True),
        Group("untold", (*ours, Item.untold.is_(True), not_(func.coalesce(listed, False))), (Item.since, Item.id)),
    ]


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
        "overdue": count(session, *open_promise, Item.due_at < reader.now, by_state=True),
        "due": count(session, *open_promise, Item.due_at >= max(today, reader.now), Item.due_at < tomorrow, by_state=True),
        "barriers": count(session, *ours, Item.state.in_([State.OPEN, State.IN_PROGRESS]), Item.kind == Kind.BARRIER,
                          by_state=True),
        "raised": count(session, *ours, Item.state == State.RAISED),
        "handoffs": count(session, *ours, Item.state == State.OFFERED),
        "untold": count(session, *ours, Item.untold.is_(True)),
        "cadence": Count(past(session, team, reader.now)),
    }
    loads, partly = _loads(session, team, reader.now)
    newcomers, arriving = _newcomers(session, team, few)
    undelivered, failed = _undelivered(session, team, reader.now, few)
    return TeamDesk(team, counts, loads, partly, newcomers, arriving, undelivered, failed)


def _loads(session: Session, team: CareTeam, now: datetime) -> tuple[list[Load], bool]:
    """Those with the most overdue first, then the most open."""
    some = select(Item.owner_id, Item.due_at).where(
        Item.workspace_id == team.workspace_id, Item.team_id == team.id, Item.state.in_(LIVING)
    ).order_by(*BY_STATE).limit(COUNTED + 1).subquery()
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
             Nudge.planned_at > now - RECENT, Nudge.rule.not_in(ROWS))
    total = session.scalar(select(func.count()).select_from(Nudge).where(*where)) or 0
    rows = session.execute(
        select(Item.number, Nudge.recipient, Nudge.reason)
        .outerjoin(Item, and_(Item.workspace_id == team.workspace_id, Item.id == Nudge.subject_id))
        .where(*where).order_by(Nudge.planned_at.desc(), Nudge.id.desc()).limit(few))
    return [(number, to, reason or "") for number, to, reason in rows], total
