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
from models import audit, outgoing
from models.desk import mark
from models.item import Item
from models.ladder import due_rung, next_nudge, said_all
from models.nudge import DIGEST, OF_NO_PATIENT, UNDELIVERED, Nudge, NudgeState, decide, of_outgoing, of_subject
from models.rungs import Audience, Rung, plan_of
from models.team import CareTeam, Detail, Member, leading, leads, member_of, place_of
from models.workspace import Subject, schedule

SYSTEM = "system"


def replan(session: Session, item: Item, team: CareTeam) -> None:
    """Set when the sweep looks at this item next."""
    planned = next_nudge(item, plan_of(team))
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
    plan = plan_of(team)
    planned = due_rung(item, plan, now)
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
    must_be_fresh(wall, [team], [_owner(session, item), _giver(session, item), *leading(session, team)])
    to = recipients(session, item, team, planned.rung)
    if not to and planned.rung.audience is not Audience.DIGEST:
        # Nobody is left who may see it: not passed over, but tried again until the team has a lead.
        schedule(session, workspace_id, Subject.ITEM, key, team.work.add_days(now, 1))
        return 0
    sent = sum(send(session, item, team, planned.rung.rule, one, now, wall) for one in to)
    item.rung = planned.place + 1
    if said_all(item, plan):
        item.handed_up_at = now  # from here on every lead's digest says so, until someone decides
    replan(session, item, team)
    for _ in range(sent):
        audit.record(session, workspace_id, now, SYSTEM, f"nudge {planned.rung.rule}", str(item.id), "nudge")
    return sent


def recipients(session: Session, item: Item, team: CareTeam, rung: Rung) -> list[str]:
    """Slack ids. A private item never reaches the channel; an owner who is gone is stood in for by the leads.

    A team without a lead hears in its channel, except of private items.
    """
    lead_ids = [m.slack_id for m in leads(session, team)]
    instead = lead_ids or ([] if item.private else [team.channel])
    owner_ids = [_owner(session, item).slack_id] if _owner_here(session, item, team) else instead
    if rung.audience is Audience.DIGEST:
        return []
    if rung.audience is Audience.OWNER:
        return owner_ids
    if rung.audience is Audience.GIVER:
        return [_giver(session, item).slack_id] if _is_placed(session, _giver(session, item), team) else instead
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
    """Whether who reads there may not see the item: in the channel a private one, and nothing at all who has left it."""
    if to == team.channel:
        return item.private
    return not is_here(session, team, to)


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
        if row.rule == DIGEST and row.recipient not in {m.slack_id for m in leads(session, team)}:
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


def _card(session: Session, item: Item, team: CareTeam, row: Nudge, now: datetime, *, buttons: bool) -> Card:
    if _withheld(session, team, item, row.recipient):
        return cards.withheld(item)
    return cards.nudge(item, item.patient.called, _owner(session, item).slack_id, row.rule, now, team.tz,
                       full_detail=team.detail is Detail.FULL and not item.private, buttons=buttons,
                       moved=row.epoch != item.epoch, gone=not _owner_here(session, item, team))


def _change(session: Session, row: Nudge, card: Card, wall: datetime) -> None:
    if row.channel and row.ts:
        outgoing.post(session, row.workspace_id, row.channel, json.dumps(card.body()), wall, ts=row.ts)


def _holds(item: Item, team: CareTeam, row: Nudge) -> bool:
    """Whether what a message says still calls for its reader."""
    return (item.living or item.untold) and row.epoch == item.epoch and not (item.private and row.recipient == team.channel)


def refresh(session: Session, item: Item, team: CareTeam, now: datetime, wall: datetime) -> None:
    """The item changed: what has not left yet is taken back when it no longer holds; what stands in Slack is updated."""
    if item.created_at == now:
        return  # nothing was ever said about it
    for row in of_subject(session, item.workspace_id, item.id):
        holds = _holds(item, team, row)
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
            row.live = _holds(item, team, row)
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
