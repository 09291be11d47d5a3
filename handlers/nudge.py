"""What the sweep says by itself: decide, write the ledger row and the message, at once; and live messages kept true."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import item as cards
from handlers.cards.blocks import Card
from models import audit, outgoing
from models.item import Item
from models.ladder import Audience, Rung, due_rung, next_nudge
from models.nudge import Nudge, NudgeState, decide, of_outgoing, of_subject
from models.team import CareTeam, Detail, Member, leads, place_of
from models.workspace import Subject, schedule

SYSTEM = "system"


def replan(session: Session, item: Item, team: CareTeam) -> None:
    """Set when the sweep looks at this item next."""
    planned = next_nudge(item, team.work)
    schedule(session, item.workspace_id, Subject.ITEM, item.id, planned.at if planned else None)


def sweep_item(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Send the rung that is due, if any; rungs missed in a downtime collapse into the latest. Returns messages planned."""
    item = session.get(Item, (workspace_id, key), with_for_update=True)
    if item is None:
        schedule(session, workspace_id, Subject.ITEM, key, None)
        return 0
    team = session.get_one(CareTeam, (workspace_id, item.team_id))
    planned, passed = due_rung(item, team.work, now)
    if planned is not None and not team.work.is_open(now):
        # Due in working time, found at night after a downtime: it waits for the morning.
        schedule(session, workspace_id, Subject.ITEM, key, team.work.next_open(now))
        return 0
    sent = 0
    if planned is not None:
        sent = sum(_send(session, item, team, planned.rung, to, now, wall)
                   for to in recipients(session, item, team, planned.rung))
        item.rung = passed
    replan(session, item, team)
    return sent


def recipients(session: Session, item: Item, team: CareTeam, rung: Rung) -> list[str]:
    """Slack ids. A private item never reaches the channel; an owner who is gone is stood in for by the leads."""
    lead_ids = [m.slack_id for m in leads(session, team)]
    owner = session.get_one(Member, (item.workspace_id, item.owner_id))
    place = place_of(session, team, owner)
    here = place is not None and place.present and place.confirmed_at is not None and owner.standing is None
    owner_ids = [owner.slack_id] if here else lead_ids
    if rung.audience is Audience.OWNER:
        return owner_ids
    if rung.audience is Audience.OWNER_AND_LEAD:
        return list(dict.fromkeys([*owner_ids, *lead_ids]))
    if rung.audience is Audience.CHANNEL and not item.private:
        return [team.channel]
    return lead_ids


def _send(session: Session, item: Item, team: CareTeam, rung: Rung, to: str, now: datetime, wall: datetime) -> int:
    row = decide(session, item.workspace_id, team.id, item.id, rung.rule, item.epoch, to, now)
    if row is None:
        return 0
    for older in of_subject(session, item.workspace_id, item.id):
        if older.live and older.id != row.id:
            _change(session, older, _card(session, item, team, older.rule, now, buttons=False), wall)
            older.live = False
    card = _card(session, item, team, rung.rule, now, buttons=True)
    row.outgoing_id = outgoing.post(session, item.workspace_id, to, json.dumps(card.body()), wall)
    audit.record(session, item.workspace_id, now, SYSTEM, f"nudge {rung.rule}", str(item.id), "nudge")
    return 1


def _card(session: Session, item: Item, team: CareTeam, rule: str, now: datetime, *, buttons: bool) -> Card:
    owner = session.get_one(Member, (item.workspace_id, item.owner_id))
    return cards.nudge(item, item.patient.alias, owner.slack_id, rule, now, team.tz,
                       full_detail=team.detail is Detail.FULL and not item.private, buttons=buttons)


def _change(session: Session, row: Nudge, card: Card, wall: datetime) -> None:
    if row.channel and row.ts:
        outgoing.post(session, row.workspace_id, row.channel, json.dumps(card.body()), wall, ts=row.ts)


def refresh(session: Session, item: Item, team: CareTeam, now: datetime, wall: datetime) -> None:
    """The item changed: what has not left yet is taken back when it no longer holds; what stands in Slack is updated."""
    ended = not item.living and not item.untold
    for row in of_subject(session, item.workspace_id, item.id):
        if row.state is NudgeState.PLANNED and row.outgoing_id and (ended or row.epoch != item.epoch):
            if outgoing.cancel(session, item.workspace_id, row.outgoing_id):
                row.state, row.reason, row.outgoing_id = NudgeState.SUPPRESSED, "changed", None
        elif row.live:
            _change(session, row, _card(session, item, team, row.rule, now, buttons=not ended), wall)
            row.live = not ended


def arrived(session: Session, sent: outgoing.Outgoing, channel: str, ts: str, now: datetime, wall: datetime) -> None:
    """A message stands in Slack: its ledger rows say where. An item that changed on the way updates it at once."""
    for row in of_outgoing(session, sent.workspace_id, sent.id):
        row.state, row.channel, row.ts, row.live = NudgeState.SENT, channel, ts, row.rule != "digest"
        item = session.get(Item, (sent.workspace_id, row.subject_id))
        if item is not None and item.changed_at > row.planned_at:
            team = session.get_one(CareTeam, (sent.workspace_id, item.team_id))
            ended = not item.living and not item.untold
            _change(session, row, _card(session, item, team, row.rule, now, buttons=not ended), wall)
            row.live = not ended


def lost(session: Session, failed: outgoing.Outgoing, code: str, now: datetime) -> None:
    """A message that cannot be delivered: the ledger says so, and the digest and status show it."""
    for row in of_outgoing(session, failed.workspace_id, failed.id):
        row.state, row.reason = NudgeState.FAILED, code
        audit.record(session, failed.workspace_id, now, SYSTEM, f"undelivered {row.rule}", str(row.subject_id), "nudge", code)
