"""What the sweep says by itself: decide, write the ledger row and the message, at once; and live messages kept true."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import item as cards
from handlers.cards import other
from handlers.cards.blocks import Card
from handlers.fresh import must_be_fresh
from handlers.standing_in import covers, for_whom, heard_by, look_at
from models import audit, outgoing
from models.absence import away, digest_readers, leads_in
from models.desk import mark
from models.item import Item
from models.ladder import Audience, Rung, due_rung, next_nudge, upcoming
from models.nudge import DIGEST, OF_NO_PATIENT, UNDELIVERED, Nudge, NudgeState, decide, of_outgoing, of_subject
from models.team import CareTeam, Detail, Member, leading, leads, member_of, place_of
from models.workspace import Subject, schedule

SYSTEM = "system"


def replan(session: Session, item: Item, team: CareTeam) -> None:
    """Set when the sweep looks at this item next."""
    planned = next_nudge(item, team.work)
    schedule(session, item.workspace_id, Subject.ITEM, item.id, planned.at if planned else None)


def _held(session: Session, workspace_id: UUID, key: UUID) -> Item | None:
    """The item, locked: whoever changes it has to wait, or sees what is decided here."""
    return session.get(Item, (workspace_id, key), with_for_update={"key_share": True})


def sweep_item(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Send the rung that is due, if any; rungs missed in a downtime collapse into the latest. Returns messages planned."""
    item = _held(session, workspace_id, key)
    if item is None:
        schedule(session, workspace_id, Subject.ITEM, key, None)
        return 0
    team = session.get_one(CareTeam, (workspace_id, item.team_id))
    planned, passed = due_rung(item, team.work, now)
    if planned is None:
        replan(session, item, team)
        return 0
    if not team.work.is_open(now):
        # Due in working time, found at night after a downtime: it waits for the morning.
        schedule(session, workspace_id, Subject.ITEM, key, team.work.next_open(now))
        return 0
    if team.barred is not None:
        # Its channel is read by others: silent until that is over, and then all is planned anew.
        schedule(session, workspace_id, Subject.ITEM, key, team.work.add_days(now, 1))
        return 0
    out, people = away(session, team, now), [_owner(session, item), _giver(session, item)]
    must_be_fresh(wall, [team], [*people, *covers(out, *people), *leading(session, team)])
    to = recipients(session, item, team, planned.rung, now)
    if not to:
        # Nobody may hear it now: not passed over, but tried again until somebody is back, or the team has a lead.
        schedule(session, workspace_id, Subject.ITEM, key,
                 min([team.work.add_days(now, 1), *look_at(upcoming(item, team.work), out, now)]))
        return 0
    sent = sum(send(session, item, team, planned.rung.rule, one, now, wall) for one in to)
    item.rung = passed
    replan(session, item, team)
    for _ in range(sent):
        audit.record(session, workspace_id, now, SYSTEM, f"nudge {planned.rung.rule}", str(item.id), "nudge")
    return sent


def recipients(session: Session, item: Item, team: CareTeam, rung: Rung, now: datetime) -> list[str]:
    """Slack ids. A private item never reaches the channel; an owner who is gone is stood in for by the leads, one who is out
    as models/absence.py says.

    A team without a lead, or whose leads are all out, hears in its channel, except of private items.
    """
    out = away(session, team, now)
    lead_ids = [m.slack_id for m in leads_in(session, team, out)]
    instead = lead_ids or ([] if item.private else [team.channel])
    owner, giver = _owner(session, item), _giver(session, item)
    owner_ids = heard_by(session, item, team, owner, out, instead) if _is_placed(session, owner, team) else instead
    if rung.audience is Audience.OWNER:
        return owner_ids
    if rung.audience is Audience.GIVER:
        return heard_by(session, item, team, giver, out, instead) if _is_placed(session, giver, team) else instead
    if rung.audience is Audience.OWNER_AND_LEAD:
        return list(dict.fromkeys([*owner_ids, *lead_ids]))
    if rung.audience is Audience.CHANNEL and not item.private:
        return [team.channel]
    return instead


def _owner(session: Session, item: Item) -> Member:
    return session.get_one(Member, (item.workspace_id, item.owner_id))


def _giver(session: Session, item: Item) -> Member:
    """Of a hand-off, who offers it."""
    return session.get_one(Member, (item.workspace_id, item.author_id))


def _owner_here(session: Session, item: Item, team: CareTeam) -> bool:
    return _is_placed(session, _owner(session, item), team)


def _is_placed(session: Session, member: Member, team: CareTeam) -> bool:
    place = place_of(session, team, member)
    return place is not None and place.here


def _withheld(session: Session, team: CareTeam, item: Item, to: str) -> bool:
    """Whether who reads there may not see the item: a private one who is neither its owner nor its author nor a lead, and
    nothing at all who has left the channel."""
    return _hidden(session, team, item, to) or (to != team.channel and not is_here(session, team, to))


def _hidden(session: Session, team: CareTeam, item: Item, to: str) -> bool:
    """Whether it is private, and not to who reads there: the channel, or a cover who heard of it before it was."""
    if not item.private or to == team.channel:
        return item.private
    return to not in {_owner(session, item).slack_id, _giver(session, item).slack_id, *(m.slack_id for m in leads(session, team))}


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


def send(session: Session, item: Item, team: CareTeam, rule: str, to: str, now: datetime, wall: datetime) -> int:
    row = decide(session, item.workspace_id, team.id, item.id, rule, item.epoch, to, now)
    if row is None:
        return 0
    for older in of_subject(session, item.workspace_id, item.id):
        if older.live and older.id != row.id:
            _change(session, older, _card(session, item, team, older, now, buttons=False), wall)
            older.live = False
    _post(session, row, _card(session, item, team, row, now, buttons=True), wall)
    return 1


def _post(session: Session, row: Nudge, card: Card, wall: datetime) -> None:
    row.outgoing_id = outgoing.post(session, row.workspace_id, row.recipient, json.dumps(card.body()), wall)


def notify(session: Session, team: CareTeam, subject: UUID, rule: str, epoch: int, to: str, card: Card, now: datetime,
           wall: datetime) -> bool:
    """A message that is about no item, as a row of the ledger like any other; False when it was decided before."""
    row = decide(session, team.workspace_id, team.id, subject, rule, epoch, to, now)
    if row is None:
        return False
    _post(session, row, card, wall)
    return True


def withdraw(session: Session, team: CareTeam, subject: UUID, rule: str, card: Card, wall: datetime, *, to: str = "") -> None:
    """What a rule said about no item, to one reader or to all, is settled: taken back if it has not left, else ``card`` stands
    in its place."""
    for row in of_subject(session, team.workspace_id, subject):
        if row.rule != rule or (to and row.recipient != to):
            continue
        if row.state is NudgeState.PLANNED and row.outgoing_id and outgoing.cancel(session, team.workspace_id, row.outgoing_id):
            row.state, row.reason, row.outgoing_id = NudgeState.SUPPRESSED, "changed", None
        elif row.state is NudgeState.SENT:
            _change(session, row, card, wall)


def in_hours(team: CareTeam, now: datetime, wall: datetime) -> datetime:
    """When a message may leave, in wall time: nothing at night (SPEC 4)."""
    return wall + (team.work.next_open(now) - now)


def _card(session: Session, item: Item, team: CareTeam, row: Nudge, now: datetime, *, buttons: bool) -> Card:
    if _withheld(session, team, item, row.recipient):
        return cards.withheld(item)
    owner = _owner(session, item)
    return cards.nudge(item, item.patient.called, owner.slack_id, row.rule, now, team.tz,
                       full_detail=team.detail is Detail.FULL and not item.private, buttons=buttons,
                       moved=row.epoch != item.epoch, gone=not _owner_here(session, item, team),
                       reader=row.recipient, stands_in=for_whom(team, owner, row.recipient, away(session, team, now), now))


def _change(session: Session, row: Nudge, card: Card, wall: datetime) -> None:
    if row.channel and row.ts:
        outgoing.post(session, row.workspace_id, row.channel, json.dumps(card.body()), wall, ts=row.ts)


def _holds(session: Session, item: Item, team: CareTeam, row: Nudge) -> bool:
    """Whether what a message says still calls for its reader."""
    return (item.living or item.untold) and row.epoch == item.epoch and not _hidden(session, team, item, row.recipient)


def refresh(session: Session, item: Item, team: CareTeam, now: datetime, wall: datetime) -> None:
    """The item changed: what has not left yet is taken back when it no longer holds; what stands in Slack is updated."""
    if item.created_at == now:
        return  # nothing was ever said about it
    for row in of_subject(session, item.workspace_id, item.id):
        holds = _holds(session, item, team, row)
        if row.state is NudgeState.PLANNED and row.outgoing_id and not holds:
            if outgoing.cancel(session, item.workspace_id, row.outgoing_id):
                row.state, row.reason, row.outgoing_id = NudgeState.SUPPRESSED, "changed", None
        elif row.live:
            _change(session, row, _card(session, item, team, row, now, buttons=holds), wall)
            row.live = holds


def hold_subjects(session: Session, workspace_id: UUID, outgoing_id: UUID) -> None:
    """Lock what a message is about, before the message itself: who presses a button takes them in this order."""
    for row in of_outgoing(session, workspace_id, outgoing_id):
        _held(session, workspace_id, row.subject_id)


def arrived(session: Session, sent: outgoing.Outgoing, channel: str, ts: str, now: datetime, wall: datetime) -> None:
    """A message stands in Slack: its ledger rows say where. An item that changed on the way updates it at once."""
    for row in of_outgoing(session, sent.workspace_id, sent.id):
        item = _held(session, sent.workspace_id, row.subject_id)
        row.state, row.channel, row.ts, row.live = NudgeState.SENT, channel, ts, item is not None
        if item is not None and item.changed_at > row.planned_at:
            team = session.get_one(CareTeam, (sent.workspace_id, item.team_id))
            row.live = _holds(session, item, team, row)
            _change(session, row, _card(session, item, team, row, now, buttons=row.live), wall)


def lost(session: Session, failed: outgoing.Outgoing, code: str, now: datetime) -> None:
    """A message that cannot be delivered: the ledger says so, the digest and status show it, and the leads hear of it."""
    rows = of_outgoing(session, failed.workspace_id, failed.id)
    for row in rows:
        row.state, row.reason = NudgeState.FAILED, code
        if row.rule != UNDELIVERED:  # one that fails itself is not answered by another
            _tell_leads(session, row, now, failed.changed_at)
    for row in rows:
        audit.record(session, failed.workspace_id, now, SYSTEM, f"undelivered {row.rule}", str(row.subject_id), "nudge", code)


def _tell_leads(session: Session, row: Nudge, now: datetime, wall: datetime) -> None:
    """Each lead but the one it did not reach; without another, the channel, unless it is private or it was the channel."""
    team = session.get_one(CareTeam, (row.workspace_id, row.team_id))
    item = session.get(Item, (row.workspace_id, row.subject_id))
    mark(session, team.workspace_id, team.id, wall)
    to = [m.slack_id for m in leads(session, team) if m.slack_id != row.recipient]
    if not to and row.recipient != team.channel and not (item and item.private):
        to = [team.channel]
    for one in to:
        if item is not None:
            send(session, item, team, UNDELIVERED, one, now, wall)
        else:
            what = "digest" if row.rule == DIGEST else "message"
            notify(session, team, row.subject_id, UNDELIVERED, row.epoch, one,
                   other.not_arrived(what, row.recipient, row.reason or ""), now, wall)
