"""What the sweep says by itself: which rung of an item is due, whom it reaches, and the rows of the ledger that say so."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards.blocks import Card
from handlers.fresh import must_be_fresh
from handlers.standing_in import Out, covers, heard_by, look_at
from models import audit, outgoing
from models.absence import away, digest_readers, leads_in
from models.item import Danger, Item
from models.ladder import Planned, due_rung, next_nudge, said_all, upcoming
from models.nudge import DIGEST, OF_NO_PATIENT, Nudge, decide, of_outgoing
from models.rungs import Audience, Rung, plan_of
from models.team import CareTeam, Member, leading, leads, member_of, place_of
from models.workspace import Subject, schedule


def replan(session: Session, item: Item, team: CareTeam) -> None:
    """Set when the sweep looks at this item next, and whether it is the leads' to decide since no rung is left."""
    plan = plan_of(team)
    planned = next_nudge(item, plan)
    # Where there is a rung to come, not all was said. What does not change is not set, since that would cost a flush.
    handed_up = (item.handed_up_at or item.changed_at) if planned is None and said_all(item, plan) else None
    if item.handed_up_at != handed_up:
        item.handed_up_at = handed_up
    schedule(session, item.workspace_id, Subject.ITEM, item.id, planned.at if planned else None)


def held(session: Session, workspace_id: UUID, key: UUID) -> Item | None:
    """The item, locked: whoever changes it has to wait, or sees what is decided here."""
    return session.get(Item, (workspace_id, key), with_for_update={"key_share": True})


def put_off(session: Session, team: CareTeam, subject: Subject, key: UUID, now: datetime) -> bool:
    """Whether nothing may be said to the team now, and so the subject is looked at later."""
    if team.work.is_open(now) and team.barred is None:
        return False
    # Due in working time, found at night after a downtime: it waits for the morning. Where its channel is read by others the
    # team hears nothing until that is over, and then all is planned anew.
    later = team.work.add_days(now, 1) if team.work.is_open(now) else team.work.next_open(now)
    schedule(session, team.workspace_id, subject, key, later)
    return True


def sweep_item(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Send the rung that is due, if any; rungs missed in a downtime collapse into the latest. Returns messages planned."""
    item = held(session, workspace_id, key)
    if item is None:
        schedule(session, workspace_id, Subject.ITEM, key, None)
        return 0
    team = session.get_one(CareTeam, (workspace_id, item.team_id))
    planned = due_rung(item, plan_of(team), now)
    if planned is None:
        replan(session, item, team)
        return 0
    if put_off(session, team, Subject.ITEM, key, now):
        return 0
    out, people = away(session, team, now), [owner_of(session, item), giver_of(session, item)]
    must_be_fresh(wall, [team], [*people, *covers(out, {one.id for one in people}), *leading(session, team)])
    to = recipients(session, item, team, planned.rung, now)
    if not to and planned.rung.audience is not Audience.DIGEST:
        # Nobody may hear it now: not passed over, but tried again until somebody is back, or the team has a lead.
        schedule(session, workspace_id, Subject.ITEM, key,
                 min([team.work.add_days(now, 1), *look_at(upcoming(item, plan_of(team)), out, now)]))
        return 0
    sent = sum(put(session, item, team, planned.rung.rule, one, now) for one in to)
    passed(session, item, team, planned, now)
    return sent


def passed(session: Session, item: Item, team: CareTeam, planned: Planned, now: datetime) -> None:
    """A rung is done with, and those before it. After the last, every lead's digest says so until someone decides."""
    item.rung = planned.place + 1
    if said_all(item, plan_of(team)):
        item.handed_up_at = now
    replan(session, item, team)


def recipients(session: Session, item: Item, team: CareTeam, rung: Rung, now: datetime) -> list[str]:
    """Slack ids. A private item never reaches the channel; an owner who is gone is stood in for by the leads, one who is out
    as models/absence.py says.

    A team without a lead, or whose leads are all out, hears in its channel; of private items as ``_of_private`` says.
    """
    out = away(session, team, now)
    lead_ids = [m.slack_id for m in leads_in(session, team, out)]
    instead = lead_ids or (_of_private(session, item, team, out) if item.private else [team.channel])
    owner, giver = owner_of(session, item), giver_of(session, item)
    owner_ids = heard_by(session, item, team, owner, out, instead) if in_team(session, team, owner) else instead
    if rung.audience is Audience.DIGEST:
        return []
    if rung.audience is Audience.OWNER:
        return owner_ids
    if rung.audience is Audience.GIVER:
        return heard_by(session, item, team, giver, out, instead) if in_team(session, team, giver) else instead
    if rung.audience is Audience.OWNER_AND_LEAD:
        return list(dict.fromkeys([*owner_ids, *lead_ids]))
    if rung.audience is Audience.CHANNEL and not item.private:
        return [team.channel]
    return instead


def _of_private(session: Session, item: Item, team: CareTeam, out: Out) -> list[str]:
    """Who hears of a private item when no lead is here: who entered it, else nobody until someone is back. But where someone may
    be in danger, the leads hear it though they are out: no rest is worth that nobody knows."""
    author = giver_of(session, item)
    if in_team(session, team, author) and author.id not in out:
        return [author.slack_id]
    return [] if item.danger is Danger.NONE or item.danger is Danger.ABSENT else [m.slack_id for m in leads(session, team)]


def owner_of(session: Session, item: Item) -> Member:
    return session.get_one(Member, (item.workspace_id, item.owner_id))


def giver_of(session: Session, item: Item) -> Member:
    """Of a hand-off, who offers it."""
    return session.get_one(Member, (item.workspace_id, item.author_id))


def owner_here(session: Session, item: Item, team: CareTeam) -> bool:
    return in_team(session, team, owner_of(session, item))


def in_team(session: Session, team: CareTeam, member: Member) -> bool:
    place = place_of(session, team, member)
    return place is not None and place.here


def withheld(session: Session, team: CareTeam, item: Item, to: str) -> bool:
    """Whether who reads there may not see the item: a private one who is neither its owner nor its author nor a lead, and
    nothing at all who has left the channel."""
    return hidden(session, team, item, to) or (to != team.channel and not is_here(session, team, to))


def hidden(session: Session, team: CareTeam, item: Item, to: str) -> bool:
    """Whether it is private, and not to who reads there: the channel, or a cover who heard of it before it was."""
    if not item.private or to == team.channel:
        return item.private
    theirs = (owner_of(session, item), giver_of(session, item), *leads(session, team))
    return to not in {member.slack_id for member in theirs}


def is_here(session: Session, team: CareTeam, slack_id: str) -> bool:
    place = place_of(session, team, member_of(session, team.workspace_id, slack_id))
    return place is not None and place.here


def may_leave(session: Session, workspace_id: UUID, outgoing_id: UUID, wall: datetime) -> bool:
    """Whether who a direct message is for is still in the care team: it may have waited for long. Raises Unsure."""
    for row in of_outgoing(session, workspace_id, outgoing_id):
        team = session.get_one(CareTeam, (workspace_id, row.team_id))
        if row.rule in OF_NO_PATIENT:
            continue
        if team.barred is not None:
            return False
        if row.recipient == team.channel:
            continue
        must_be_fresh(wall, [team], [member_of(session, workspace_id, row.recipient)])
        if not is_here(session, team, row.recipient):
            return False
        if row.rule == DIGEST and row.recipient not in {m.slack_id for m, _ in digest_readers(session, team, row.planned_at)}:
            return False
    return True


def put(session: Session, item: Item, team: CareTeam, rule: str, to: str, now: datetime) -> bool:
    """Decide a message about an item; it is written with whatever else waits for that reader. False when it was before."""
    row = decide(session, item.workspace_id, team.id, item.id, rule, item.epoch, to, now)
    if row is None:
        return False
    schedule(session, team.workspace_id, Subject.MAIL, _reader(session, team, to), now)
    on_chain(session, item, rule, to, now)
    return True


def on_chain(session: Session, item: Item, rule: str, to: str, now: datetime) -> None:
    """What Kept is about to say of an item is on the chain with its reader, before it leaves (SPEC 6)."""
    audit.note(session, now, audit.system_for(to), f"nudge {rule}", item.id, "nudge")


def _reader(session: Session, team: CareTeam, to: str) -> UUID:
    """What mail is looked up by: a member's place in the team, or the team itself for its channel."""
    place = place_of(session, team, member_of(session, team.workspace_id, to)) if to != team.channel else None
    return place.id if place is not None else team.id


def post(session: Session, rows: Sequence[Nudge], to: str, card: Card, wall: datetime) -> None:
    """One message of all these rows."""
    key = outgoing.post(session, rows[0].workspace_id, to, json.dumps(card.body()), wall)
    for row in rows:
        row.outgoing_id = key


def notify(session: Session, team: CareTeam, subject: UUID, rule: str, epoch: int, to: str, card: Card, now: datetime,
           wall: datetime) -> bool:
    """A message that is about no item, as a row of the ledger like any other; False when it was decided before."""
    row = decide(session, team.workspace_id, team.id, subject, rule, epoch, to, now)
    if row is None:
        return False
    post(session, [row], to, card, wall)
    return True


def in_hours(team: CareTeam, now: datetime, wall: datetime) -> datetime:
    """When a message may leave, in wall time: nothing at night (SPEC 4)."""
    return wall + (team.work.next_open(now) - now)
