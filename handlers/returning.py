"""Coming back: the absence ends, and one catch-up says what fell due, what the cover did, and what waits."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from handlers.cards import absence as cards
from handlers.cards.blocks import Card
from handlers.case import zone_or
from handlers.fresh import must_be_fresh
from handlers.nudge import in_hours, is_here, notify, passed, replan
from handlers.standing import withdraw
from models import audit
from models.absence import Absence, away, leads_in, open_of
from models.desk import mark
from models.item import History, Item
from models.ladder import due_rung
from models.nudge import CATCH_UP, COVER_ASKED, COVER_DONE, COVER_SILENT, NudgeState, decide
from models.rungs import Audience, plan_of
from models.team import CareTeam, Member, leading, place_of
from models.worklist import Reader, count, due_before, take, waiting
from models.workspace import Subject, schedule

SHOWN = 7


def sweep_absence(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Whoever's day of return has opened is back. Found at night after a downtime, it waits for the morning."""
    absence = session.get(Absence, (workspace_id, key), with_for_update=True)
    if absence is None or absence.ended_at is not None:
        schedule(session, workspace_id, Subject.ABSENCE, key, None)
        return 0
    team = session.get_one(CareTeam, (workspace_id, absence.team_id))
    if not team.work.is_open(now):
        schedule(session, workspace_id, Subject.ABSENCE, key, team.work.next_open(now))
        return 0
    if team.barred is not None:
        # Its channel is read by others: Kept is silent about it until that is over.
        schedule(session, workspace_id, Subject.ABSENCE, key, team.work.add_days(now, 1))
        return 0
    if now < absence.until:
        sent = ask_again(session, team, absence, now, wall)
        schedule(session, workspace_id, Subject.ABSENCE, key, absence.next_look(team.work, now))
        return sent
    must_be_fresh(wall, [team], [absence.member])
    return bring_back(session, team, absence, now, wall)


def ask_again(session: Session, team: CareTeam, absence: Absence, now: datetime, wall: datetime) -> int:
    """A cover who does not answer is asked once more; then the leads hear that nobody covers yet. Returns messages planned."""
    times, cover = absence.asked_again_at(team.work), absence.cover
    if times is None or cover is None or now < times[0]:
        return 0
    again, give_up = times
    out = away(session, team, now)
    must_be_fresh(wall, [team], [cover, *leading(session, team)])
    if now < give_up:
        return int(is_here(session, team, cover.slack_id) and notify(
            session, team, absence.id, COVER_ASKED, int(again.timestamp()), cover.slack_id,
            cards.asks(absence, team, team.tz, now), now, wall))
    hear = {lead.slack_id for lead in leads_in(session, team, out)} - {cover.slack_id, absence.member.slack_id}
    card = cards.unanswered(absence, cover.slack_id, team, team.tz, now)
    return sum(notify(session, team, absence.id, COVER_SILENT, int(give_up.timestamp()), to, card, now, wall)
               for to in sorted(hear))


def bring_back(session: Session, team: CareTeam, absence: Absence, now: datetime, wall: datetime) -> int:
    """Returns how many messages were planned. What reminders have waited for them is said by the catch-up."""
    begun, early = absence.starts_at <= now, now < absence.until
    cover = absence.cover
    absence.end(now)
    schedule(session, team.workspace_id, Subject.ABSENCE, absence.id, None)
    stands = cards.asked_before(absence, absence.member.slack_id, team, team.tz, now, theirs=False)
    withdraw(session, team, absence.id, COVER_ASKED, stands, wall)
    mark(session, team.workspace_id, team.id, wall, [absence.member_id, *([cover.id] if cover else [])])
    sent = 0
    if cover is not None and absence.covered and early:
        sent += notify(session, team, absence.id, COVER_DONE, 1, cover.slack_id, cards.thanks(absence.member.slack_id), now,
                       in_hours(team, now, wall))
    if not begun or not is_here(session, team, absence.member.slack_id):
        return sent
    sent += notify(session, team, absence.id, CATCH_UP, 1, absence.member.slack_id, _catch_up(session, team, absence, now), now,
                   wall)
    reader = audit.system_for(absence.member.slack_id)
    audit.record(session, team.workspace_id, now, reader, "catch-up read", str(team.id), "nudge")
    for item in _theirs(session, team, absence.member_id):
        _absorb(session, item, team, absence.member, now)
    place = place_of(session, team, absence.member)
    if place is not None and place.lead:
        # Today's digest, unless somebody has had theirs passed on: each reader gets one a day.
        schedule(session, team.workspace_id, Subject.TEAM, team.id, team.todays_digest(now))
    return sent


def _absorb(session: Session, item: Item, team: CareTeam, owner: Member, now: datetime) -> None:
    """A reminder that has waited for its owner is said by the catch-up; what is for others goes on."""
    planned = due_rung(item, plan_of(team), now)
    ahead = item.living and item.due_at is not None and item.due_at >= _tomorrow(team, now)
    if planned is not None and planned.rung.audience is Audience.OWNER and not ahead:
        row = decide(session, item.workspace_id, team.id, item.id, planned.rung.rule, item.epoch, owner.slack_id, now)
        if row is not None:
            row.state, row.reason = NudgeState.SUPPRESSED, CATCH_UP
        passed(session, item, team, planned, now)
    else:
        replan(session, item, team)


def _theirs(session: Session, team: CareTeam, owner: UUID) -> list[Item]:
    """Held in one order, so that two who change several items do not wait for each other."""
    return list(session.scalars(
        select(Item).where(Item.workspace_id == team.workspace_id, Item.team_id == team.id,
                           Item.id.in_(session.scalars(open_of(team, owner)).all()))
        .order_by(Item.id).with_for_update(key_share=True)))


def _catch_up(session: Session, team: CareTeam, absence: Absence, now: datetime) -> Card:
    me: Member = absence.member
    zone = zone_or(me.zone, team.tz)
    fell, total = take(session, due_before(team, me.id, _tomorrow(team, now)), 0, SHOWN)
    done, more = _done(session, absence, now)
    reader = Reader(session, me, [team], [], now, zone)
    waits = [(group.name, count(session, *group.where)) for group in waiting(reader)]
    author = session.get_one(Member, (team.workspace_id, absence.author_id))
    return cards.catch_up(absence, author.slack_id if author.id != me.id else None, fell, total, done, more, waits, now, zone)


def _tomorrow(team: CareTeam, now: datetime) -> datetime:
    return datetime.combine(now.astimezone(team.tz).date() + timedelta(days=1), time(), team.tz)


def _done(session: Session, absence: Absence, now: datetime) -> tuple[list[tuple[Item, History, str]], int]:
    """What the cover did about their items, and how much more: read by what the cover did, not by all they ever had."""
    if absence.cover is None:
        return [], 0
    where = (History.workspace_id == absence.workspace_id, History.actor_id == absence.cover.id,
             History.recorded_at > absence.starts_at, History.recorded_at <= now, History.undone.is_(False),
             Item.workspace_id == absence.workspace_id, Item.team_id == absence.team_id, Item.owner_id == absence.member_id)
    rows = session.execute(select(Item, History).join(History, History.item_id == Item.id).where(*where)
                           .order_by(History.id).limit(SHOWN)).all()
    total = session.scalar(select(func.count()).select_from(History).join(Item, Item.id == History.item_id).where(*where)) or 0
    return [(item, row, absence.cover.slack_id) for item, row in rows], total - len(rows)
