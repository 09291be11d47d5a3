"""What is decided for one reader, written: several at once as one message, in working time and within the day's cap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards.together import MOST
from handlers.nudge import held, put_off
from handlers.standing import holds, write
from models.item import Item, Urgency
from models.nudge import CAP, CHANGED, UNDELIVERED, Nudge, NudgeState, unwritten, written_since
from models.team import CareTeam, Member, TeamMember, cap_of
from models.workspace import Subject, schedule


def sweep_mail(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """Write all that waits for a reader, ``key`` being their place or the team. Returns how many messages it became."""
    found = reader(session, workspace_id, key)
    if found is None:
        schedule(session, workspace_id, Subject.MAIL, key, None)
        return 0
    team, to = found
    if put_off(session, team, Subject.MAIL, key, now):
        return 0
    rows = within_cap(session, team, to, waiting(session, team, to), now)
    messages = [rows[n:n + MOST] for n in range(0, len(rows), MOST)]
    for one in messages:
        write(session, team, [row for row, _ in one], to, now, wall)
    schedule(session, workspace_id, Subject.MAIL, key, None)
    return len(messages)


def reader(session: Session, workspace_id: UUID, key: UUID) -> tuple[CareTeam, str] | None:
    """A care team, and the Slack id of whom or where its mail goes."""
    place = session.get(TeamMember, (workspace_id, key))
    team = session.get(CareTeam, (workspace_id, place.team_id if place else key))
    if team is None:
        return None
    return team, session.get_one(Member, (workspace_id, place.member_id)).slack_id if place else team.channel


def waiting(session: Session, team: CareTeam, to: str) -> list[tuple[Nudge, Item]]:
    """What is decided for a reader and not written yet, its items held; what does not hold any more is put aside."""
    for row in unwritten(session, team, to):
        held(session, team.workspace_id, row.subject_id)
    found = []
    # Asked again: whoever held an item before may have written, or taken back, what was said of it.
    for row in unwritten(session, team, to):
        item = session.get(Item, (team.workspace_id, row.subject_id), populate_existing=True)
        if item is not None and holds(session, item, team, row):
            found.append((row, item))
        else:
            row.state, row.reason = NudgeState.SUPPRESSED, CHANGED
    return sorted(found, key=lambda one: (one[1].urgency is not Urgency.URGENT, one[1].due_at or one[1].since, one[1].number))


def within_cap(session: Session, team: CareTeam, to: str, rows: Sequence[tuple[Nudge, Item]],
               now: datetime) -> list[tuple[Nudge, Item]]:
    """Over the day's cap only what cannot wait is still sent; the rest is suppressed, and the leads' digest lists it."""
    midnight = datetime.combine(now.astimezone(team.tz).date(), time(), team.tz)
    if written_since(session, team, to, midnight) < cap_of(team, to):
        return list(rows)
    kept = []
    for row, item in rows:
        if spared(item, row.rule):
            kept.append((row, item))
        else:
            row.state, row.reason = NudgeState.SUPPRESSED, CAP
    return kept


def spared(item: Item, rule: str) -> bool:
    """What a day's cap does not hold back."""
    return item.urgency is Urgency.URGENT or item.private or rule == UNDELIVERED
