"""What stands in Slack, or is on its way there, kept true: rewritten when an item changes, and loud when it is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import cadence, other, together, words
from handlers.cards import item as cards
from handlers.cards.blocks import Bold, Card
from handlers.nudge import (
    giver_of,
    held,
    hidden,
    in_hours,
    in_team,
    notify,
    on_chain,
    owner_here,
    owner_of,
    post,
    put,
    withheld,
)
from handlers.standing_in import covers_for, for_whom
from models import audit, outgoing
from models.absence import away
from models.desk import mark
from models.item import Item, Urgency
from models.nudge import (
    CADENCE,
    CHANGED,
    DIGEST,
    LISTED,
    ROWS,
    SUPERSEDED,
    UNDELIVERED,
    YOUR_DAY,
    Nudge,
    NudgeState,
    decide,
    of_outgoing,
    of_subject,
)
from models.patient import Patient
from models.team import CareTeam, Detail, Member, leads

WHAT = {DIGEST: "digest", YOUR_DAY: "morning message"}   # what is lost that is about no item


def composed(session: Session, team: CareTeam, rows: Sequence[Nudge], now: datetime, *, fresh: bool = False) -> Card:
    """The message of these rows as it stands now. ``fresh`` is one that has not left: all of it still has its buttons."""
    shown = [(row, item) for row in sorted(rows, key=lambda row: row.place) if (item := _read(session, row)) is not None]
    if len(shown) == 1 and len(rows) == 1:
        row, item = shown[0]
        return _alone(session, item, team, row, now, buttons=fresh or row.live)
    parts = [_part(session, item, team, row, now, buttons=fresh or row.live) for row, item in shown]
    day = next((row for row in rows if row.rule == YOUR_DAY), None)
    if day is None:
        return together.several(parts, now, team.tz)
    card = together.day(parts, day.planned_at, now, team.tz)
    return _to_be_reached(session, card, team, [row for row in rows if row.rule == CADENCE], day.planned_at)


def _to_be_reached(session: Session, card: Card, team: CareTeam, rows: Sequence[Nudge], sent_at: datetime) -> Card:
    if rows:
        card.line(Bold(words.DAY_PARTS["contact"]))
    for row in sorted(rows, key=lambda row: row.place):
        patient = session.get(Patient, (row.workspace_id, row.subject_id), populate_existing=True)
        if patient is not None:
            owner = session.get_one(Member, (row.workspace_id, patient.owner_id))
            cadence.row(card, patient, team, row.recipient, owner.slack_id, sent_at.astimezone(team.tz).date())
    return card


def _read(session: Session, row: Nudge) -> Item | None:
    """Read anew: whoever changed it meanwhile has been waited for."""
    return session.get(Item, (row.workspace_id, row.subject_id), populate_existing=True)


def _alone(session: Session, item: Item, team: CareTeam, row: Nudge, now: datetime, *, buttons: bool) -> Card:
    if withheld(session, team, item, row.recipient):
        return cards.withheld(item)
    owner, out = owner_of(session, item), away(session, team, now)
    return cards.nudge(item, item.patient.called, owner.slack_id, row.rule, now, team.tz,
                       full_detail=team.detail is Detail.FULL and not item.private, buttons=buttons,
                       moved=_gone_on(item, row), gone=not owner_here(session, item, team), reader=row.recipient,
                       out=for_whom(item, team, owner, row.recipient, out, now))


def _part(session: Session, item: Item, team: CareTeam, row: Nudge, now: datetime, *, buttons: bool) -> together.Part:
    owner, out = owner_of(session, item), away(session, team, now)
    return together.Part(item, item.patient.called, owner.slack_id, row.recipient, row.rule,
                         full_detail=team.detail is Detail.FULL and not item.private,
                         buttons=buttons and holds(session, item, team, row), moved=_gone_on(item, row),
                         gone=not owner_here(session, item, team),
                         withheld=withheld(session, team, item, row.recipient),
                         out=for_whom(item, team, owner, row.recipient, out, now),
                         covers=covers_for(owner, row.recipient, out))


def _gone_on(item: Item, row: Nudge) -> bool:
    """Whether the rule it was sent by no longer says why it is here."""
    return row.rule != LISTED and row.epoch != item.epoch


def holds(session: Session, item: Item, team: CareTeam, row: Nudge) -> bool:
    """Whether what a message says of an item still calls for its reader."""
    return (item.living or item.untold) and not _gone_on(item, row) and not hidden(session, team, item, row.recipient)


def send(session: Session, item: Item, team: CareTeam, rule: str, to: str, now: datetime, wall: datetime) -> bool:
    """A message of its own, written at once; False when it was decided before."""
    row = decide(session, item.workspace_id, team.id, item.id, rule, item.epoch, to, now)
    if row is None:
        return False
    write(session, team, [row], to, now, wall)
    on_chain(session, item, rule, to, now)
    return True


def write(session: Session, team: CareTeam, rows: Sequence[Nudge], to: str, now: datetime, wall: datetime) -> None:
    """One message of these rows. What was said before about their items loses its buttons, or does not leave any more."""
    for place, row in enumerate(sorted(rows, key=lambda row: _first(session, row))):
        row.place = place
    session.flush()  # what a card shows is read anew
    own, stale = {row.id for row in rows}, dict[UUID | None, Nudge]()
    for subject in dict.fromkeys(row.subject_id for row in rows if row.rule != YOUR_DAY):
        for older in of_subject(session, team.workspace_id, subject):
            if older.id in own:
                continue
            if older.live:
                older.live, stale[older.outgoing_id] = False, older
            elif older.state is NudgeState.PLANNED and older.outgoing_id and older.recipient == to:
                _take_back(session, team, older, SUPERSEDED, now)
    for older in stale.values():  # each message once, however many of its items are here
        _put_right(session, team, older, now, wall)
    post(session, rows, to, composed(session, team, rows, now, fresh=True), wall)


def _first(session: Session, row: Nudge) -> tuple[bool, datetime, int]:
    """What is urgent, then what is due or has waited for longest."""
    item = session.get(Item, (row.workspace_id, row.subject_id))
    if item is None:
        return True, row.planned_at, 0
    return item.urgency is not Urgency.URGENT, item.due_at or item.since, item.number


def _put_right(session: Session, team: CareTeam, row: Nudge, now: datetime, wall: datetime) -> None:
    """The message that a row stands in says what is so now."""
    if row.outgoing_id is None or not row.channel or not row.ts:
        return
    outgoing.get(session, row.workspace_id, row.outgoing_id)  # two who change two of its items write one after the other
    session.flush()
    rows = of_outgoing(session, row.workspace_id, row.outgoing_id)
    outgoing.post(session, row.workspace_id, row.channel, json.dumps(composed(session, team, rows, now).body()), wall, ts=row.ts)


def _take_back(session: Session, team: CareTeam, row: Nudge, why: str, now: datetime) -> None:
    """A row that does not hold any more leaves a message which has not begun to leave; the message goes when it was the last."""
    key = row.outgoing_id
    if key is not None:
        waits = outgoing.get(session, row.workspace_id, key)
        if waits is None or waits.state is not outgoing.OutgoingState.PLANNED:
            return  # on its way: it is put right where it arrives
        others = [one for one in of_outgoing(session, row.workspace_id, key) if one.id != row.id]
        if any(one.rule != YOUR_DAY for one in others):
            row.outgoing_id = None
            session.flush()
            waits.body = json.dumps(composed(session, team, others, now, fresh=True).body())
        else:
            outgoing.cancel(session, row.workspace_id, key)
            for one in others:
                one.state, one.reason, one.outgoing_id = NudgeState.SUPPRESSED, why, None
    row.state, row.reason, row.outgoing_id = NudgeState.SUPPRESSED, why, None


def refresh(session: Session, item: Item, team: CareTeam, now: datetime, wall: datetime) -> None:
    """The item changed: what has not left yet is taken back when it no longer holds; what stands in Slack is updated."""
    if item.created_at == now:
        return  # nothing was ever said about it
    for row in of_subject(session, item.workspace_id, item.id):
        if row.state is NudgeState.PLANNED and not holds(session, item, team, row):
            _take_back(session, team, row, CHANGED, now)
        elif row.live:
            row.live = holds(session, item, team, row)
            _put_right(session, team, row, now, wall)


def in_touch_again(session: Session, patient: UUID, team: CareTeam, now: datetime, wall: datetime) -> None:
    """A patient was reached, or is to be at another time: their row in a message for the day says so."""
    for row in of_subject(session, team.workspace_id, patient):
        if row.rule == CADENCE and row.live:
            _put_right(session, team, row, now, wall)


def withdraw(session: Session, team: CareTeam, subject: UUID, rule: str, card: Card, wall: datetime, *, to: str = "") -> None:
    """What a rule said about no item, to one reader or to all, is settled: taken back if it has not left, else ``card`` stands
    in its place."""
    for row in of_subject(session, team.workspace_id, subject):
        if row.rule != rule or (to and row.recipient != to):
            continue
        if row.state is NudgeState.PLANNED and row.outgoing_id and outgoing.cancel(session, team.workspace_id, row.outgoing_id):
            row.state, row.reason, row.outgoing_id = NudgeState.SUPPRESSED, CHANGED, None
        elif row.state is NudgeState.SENT and row.channel and row.ts:
            outgoing.post(session, row.workspace_id, row.channel, json.dumps(card.body()), wall, ts=row.ts)


def hold_subjects(session: Session, workspace_id: UUID, outgoing_id: UUID) -> None:
    """Lock what a message is about, before the message itself: who presses a button takes them in this order."""
    for row in of_outgoing(session, workspace_id, outgoing_id):
        held(session, workspace_id, row.subject_id)


def arrived(session: Session, sent: outgoing.Outgoing, channel: str, ts: str, now: datetime, wall: datetime) -> None:
    """A message stands in Slack: its ledger rows say where. What changed on the way updates it at once."""
    rows = of_outgoing(session, sent.workspace_id, sent.id)
    changed: Nudge | None = None
    for row in rows:
        item = held(session, sent.workspace_id, row.subject_id)
        row.state, row.channel, row.ts, row.live = (
            NudgeState.SENT, channel, ts, item is not None or row.rule == CADENCE)
        if row.rule == CADENCE and _reached_since(session, row):
            changed = row
        if item is not None and item.changed_at > row.planned_at:
            team = session.get_one(CareTeam, (sent.workspace_id, item.team_id))
            row.live, changed = holds(session, item, team, row), row
    if changed is not None:
        _put_right(session, session.get_one(CareTeam, (sent.workspace_id, changed.team_id)), changed, now, wall)


def _reached_since(session: Session, row: Nudge) -> bool:
    patient = session.get(Patient, (row.workspace_id, row.subject_id))
    return patient is not None and patient.reached_at > row.planned_at


def lost(session: Session, failed: outgoing.Outgoing, code: str, now: datetime) -> None:
    """A message that cannot be delivered: the ledger says so, the digest and status show it, and the leads hear of it."""
    rows = of_outgoing(session, failed.workspace_id, failed.id)
    for row in rows:
        row.state, row.reason = NudgeState.FAILED, code
        if row.rule not in ROWS:  # a morning is told of as one
            _tell_another(session, row, now, failed.changed_at)
    for row in rows:
        audit.record(session, failed.workspace_id, now, audit.SYSTEM, f"undelivered {row.rule}", str(row.subject_id), "nudge",
                     code)


def _tell_another(session: Session, row: Nudge, now: datetime, wall: datetime) -> None:
    """Somebody hears another way that a message was lost: the other leads; else the channel; else whose item it is."""
    team = session.get_one(CareTeam, (row.workspace_id, row.team_id))
    item = session.get(Item, (row.workspace_id, row.subject_id))
    mark(session, team.workspace_id, team.id, wall)
    session.flush()  # what has just failed is read below
    said = [one for one in of_subject(session, row.workspace_id, row.subject_id) if one.epoch == row.epoch]
    if row.rule == UNDELIVERED and any(one.rule == UNDELIVERED and one.state is not NudgeState.FAILED for one in said):
        return  # another hears it
    failed = {one.recipient for one in said if one.state is NudgeState.FAILED}
    to = next((some for some in _others(session, team, item, failed) if some), [])
    for one in to:
        if item is not None:
            put(session, item, team, UNDELIVERED, one, now)
        elif row.rule != UNDELIVERED:
            notify(session, team, row.subject_id, UNDELIVERED, row.epoch, one, other.not_arrived(
                WHAT.get(row.rule, "message"), row.recipient, row.reason or ""), now, in_hours(team, now, wall))


def _others(session: Session, team: CareTeam, item: Item | None, failed: set[str]) -> Iterator[list[str]]:
    """Who may hear of an item, or of what is about none, in the order in which they are tried."""
    yield [m.slack_id for m in leads(session, team) if m.slack_id not in failed]
    yield [team.channel] if team.channel not in failed and not (item and item.private) else []
    if item is not None:
        people = dict.fromkeys((owner_of(session, item), giver_of(session, item)))
        yield [m.slack_id for m in people if m.slack_id not in failed and in_team(session, team, m)]
