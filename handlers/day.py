"""A member's day in one message: at the team's opening, what is late, due today, coming up, and waiting for them, or for
whom they cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, not_, select
from sqlalchemy.orm import Session

from handlers.cards.together import MOST
from handlers.fresh import must_be_fresh
from handlers.mail import waiting
from handlers.nudge import held, in_team, passed
from handlers.standing import write
from handlers.standing_in import covers
from models import audit
from models.absence import away, back_since
from models.cadence import due_before, this_morning_of, window
from models.item import LIVING, Item, Kind, State
from models.ladder import FIRST, Planned, upcoming
from models.nudge import CADENCE, LISTED, SUPERSEDED, YOUR_DAY, Nudge, NudgeState, decide, decided, unwritten
from models.patient import Patient
from models.rungs import AHEAD, Audience, Plan, plan_of
from models.team import CareTeam, Member, TeamMember, TeamState, places
from models.worklist import private
from models.workspace import Subject, schedule

MOST_REACHED = 5             # patients of one morning
READ = 60                    # of each sort of a member's items, looked at for one morning

Clause = ColumnElement[bool]


def sweep_morning(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """A team opens: whoever has something late, due or waiting is due a message. Sends nothing itself."""
    team = session.get(CareTeam, (workspace_id, key), with_for_update={"key_share": True})
    if team is None or team.state is not TeamState.SET_UP:
        schedule(session, workspace_id, Subject.MORNING, key, None)
        return 0
    if team.barred is None and team.work.is_open(now):
        owners = {owner for group in _to_say(team, plan_of(team), now)
                  for owner in session.scalars(select(Item.owner_id).where(*group).distinct())}
        for due in due_before(team, this_morning_of(team, now.astimezone(team.tz).date())):
            owners |= set(session.scalars(select(Patient.owner_id).where(*due).distinct()))
        owners |= {cover.id for cover in covers(away(session, team, now), owners)}
        readers = {row.recipient for row in unwritten(session, team)}
        for place in places(session, team):
            if place.here and (place.member_id in owners or place.member.slack_id in readers):
                schedule(session, workspace_id, Subject.DAY, place.id, now)
    schedule(session, workspace_id, Subject.MORNING, key, team.work.next_opening(now))
    return 0


def _to_say(team: CareTeam, plan: Plan, now: datetime) -> list[tuple[Clause, ...]]:
    """The items of which an owner may have to be told this morning, in their order: each sort is read by an index, however
    many others there are."""
    longest = max((rung.days for rung in plan.ladders["ahead"]), default=0)
    horizon = team.work.add_days(_tomorrow(team, now), longest + 1)
    ours = (Item.workspace_id == team.workspace_id, Item.team_id == team.id)
    return [(*ours, Item.state == State.OPEN, Item.kind == Kind.COMMITMENT, Item.due_at < horizon),
            (*ours, Item.untold.is_(True)),
            (*ours, Item.state == State.OFFERED, Item.kind == Kind.HANDOFF),
            (*ours, Item.state == State.RAISED, Item.kind == Kind.CONCERN)]


def _tomorrow(team: CareTeam, now: datetime) -> datetime:
    return datetime.combine(now.astimezone(team.tz).date() + timedelta(days=1), time(), team.tz)


def sweep_day(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """One member's morning in one team: once a day whoever sweeps, however late; nothing to say is no message."""
    schedule(session, workspace_id, Subject.DAY, key, None)
    place = session.get(TeamMember, (workspace_id, key))
    team = session.get(CareTeam, (workspace_id, place.team_id)) if place else None
    if place is None or team is None or team.barred is not None or not team.work.is_open(now):
        return 0
    out = away(session, team, now)
    covered = [one.member for one in out.values() if one.covered and one.cover_id == place.member_id]
    must_be_fresh(wall, [team], [place.member, *covered])
    if not place.here or place.member_id in out:
        return 0  # who is out hears on coming back
    today = now.astimezone(team.tz).date()
    if back_since(session, team, place.member, datetime.combine(today, time(), team.tz)):
        return 0  # their catch-up has said it, with what is due today
    me, theirs = place.member.slack_id, [one.id for one in covered if in_team(session, team, one)]
    if decided(session, workspace_id, place.id, YOUR_DAY, today.toordinal(), me):
        return 0
    rows = [_later(session, team, [place.member_id, *theirs], row, item, today, now)
            for row, item in waiting(session, team, me)[:MOST]]
    rows += _listed(session, team, place.member, theirs, {row.subject_id for row in rows}, today, now)
    rows += _to_be_reached(session, team, me, [place.member_id, *theirs], today, now)
    own = decide(session, workspace_id, team.id, place.id, YOUR_DAY, today.toordinal(), me, now) if rows else None
    if own is None:
        return 0
    write(session, team, [own, *rows], me, now, wall)
    audit.record(session, workspace_id, now, audit.system_for(me), "day read", str(team.id), "nudge")
    return 1


def _later(session: Session, team: CareTeam, owners: Sequence[UUID], row: Nudge, item: Item, today: date,
           now: datetime) -> Nudge:
    """What waits already, or in its place what would follow it this very morning."""
    early = _absorbed(item, plan_of(team), _tomorrow(team, now), team.work.opening(today) + FIRST)
    if early is None or item.owner_id not in owners:
        return row
    later = decide(session, team.workspace_id, team.id, item.id, early.rung.rule, item.epoch, row.recipient, now)
    if later is None:
        return row
    passed(session, item, team, early, now)
    row.state, row.reason = NudgeState.SUPPRESSED, SUPERSEDED
    return later


def _listed(session: Session, team: CareTeam, me: Member, theirs: Sequence[UUID], shown: set[UUID], today: date,
            now: datetime) -> Iterator[Nudge]:
    """A row for each item the morning names, one's own first, the latest first; one whose nudge falls in this morning has it
    here. ``theirs`` is for whom one covers."""
    plan = plan_of(team)
    found = [item for item in _mine(session, team, plan, me, theirs, now) if item.id not in shown]
    for item in sorted(found, key=lambda one: one.id):
        held(session, team.workspace_id, item.id)  # in one order, before any of them is changed
    count = len(shown)
    for item in found:
        if count >= MOST or (item.snoozed_until is not None and item.snoozed_until > now):
            continue
        early = _absorbed(item, plan, _tomorrow(team, now), team.work.opening(today) + FIRST)
        if early is not None:
            row = decide(session, team.workspace_id, team.id, item.id, early.rung.rule, item.epoch, me.slack_id, now)
            passed(session, item, team, early, now)
        elif _today(item, _tomorrow(team, now)):
            row = decide(session, team.workspace_id, team.id, item.id, LISTED, today.toordinal(), me.slack_id, now)
        else:
            row = None
        if row is not None:
            count += 1
            yield row


def _to_be_reached(session: Session, team: CareTeam, to: str, owners: Sequence[UUID], today: date,
                   now: datetime) -> Iterator[Nudge]:
    """Patients who were not spoken with for as long as they should be, each once for each time that went by; a few a morning,
    who have just become due first."""
    found = [patient for due in due_before(team, this_morning_of(team, today)) for patient in session.scalars(
        select(Patient).where(*due, Patient.owner_id.in_(owners)).order_by(Patient.reached_at.desc(), Patient.id).limit(READ))]
    said = 0
    for patient in found:
        if said == MOST_REACHED:
            return
        row = decide(session, team.workspace_id, team.id, patient.id, CADENCE, window(patient, team, today), to, now)
        if row is not None:
            said += 1
            yield row


def _mine(session: Session, team: CareTeam, plan: Plan, me: Member, theirs: Sequence[UUID], now: datetime) -> list[Item]:
    """The latest first, then what has waited longest. Of others only what their cover may hear and answer."""
    whose: list[tuple[Clause, ...]] = [(Item.owner_id == me.id,)]
    if theirs:
        whose.append((Item.owner_id.in_(theirs), not_(private()), Item.kind != Kind.HANDOFF))
    return list({item.id: item for mine in whose for group in _to_say(team, plan, now) for item in session.scalars(
        select(Item).where(*group, *mine).order_by(Item.due_at, Item.since, Item.id).limit(READ))}.values())


def _today(item: Item, tomorrow: datetime) -> bool:
    return item.due_at is None or item.due_at < tomorrow or item.untold or item.state not in LIVING


def _absorbed(item: Item, plan: Plan, tomorrow: datetime, first: datetime) -> Planned | None:
    """The nudge to the owner that the morning says in its stead: one ahead that falls on this day, or any in its first hour."""
    found = None
    for one in upcoming(item, plan):
        ahead = one.rung.rule in AHEAD and one.at < tomorrow
        if one.rung.audience is not Audience.OWNER or not (ahead or one.at <= first):
            break
        found = one
    return found
