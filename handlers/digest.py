"""The lead's morning digest: three that need them first, the counts, yesterday's wins."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.cards import item as cards
from handlers.cards import other, words
from handlers.cards.blocks import Bold, Button, Card, Part, Person
from handlers.case import Case
from handlers.language.command import Said
from handlers.table import command
from models import audit, outgoing
from models.errors import Refused
from models.item import LIVING, Concern, Danger, Item, State
from models.nudge import decide, undelivered
from models.team import CareTeam, TeamState, leads, places
from models.workspace import Subject, schedule

READ = 500  # open items looked at for one digest
WINS = frozenset({State.KEPT, State.RESOLVED, State.SETTLED})
RULE = "digest"


def build(session: Session, team: CareTeam, now: datetime) -> Card:
    found = list(session.scalars(
        select(Item).where(Item.workspace_id == team.workspace_id, Item.team_id == team.id,
                           Item.state.in_(LIVING) | Item.untold).order_by(Item.since).limit(READ)
    ))
    active = {p.member_id for p in places(session, team) if p.present and p.confirmed_at}
    ranked = sorted(((rank, item.due_at or item.since, item) for item in found
                     if (rank := _need(item, active, now)) is not None), key=lambda one: one[:2])
    needs = [_row(item, rank, team, now) for rank, _, item in ranked[:3]]
    return other.digest(_title(team, now), needs, _counts(session, team, found, now), _wins(session, team, now))


def _need(item: Item, active: set[UUID], now: datetime) -> int | None:
    """The place of an item's strongest reason in words.NEEDS, or None when it can wait."""
    tests = (item.danger in (Danger.ASKED, Danger.PRESENT), item.owner_id not in active, item.overdue(now), item.untold,
             item.living and item.urgency.value == "urgent", item.state is State.RAISED and now - item.since > timedelta(days=1))
    return next((place for place, holds in enumerate(tests) if holds), None)


def _row(item: Item, rank: int, team: CareTeam, now: datetime) -> tuple[tuple[Part, ...], list[Button | None]]:
    parts: tuple[Part, ...] = (
        Bold(f"#{item.number} "), f"{words.name(item)} · {item.patient.alias} · {words.NEEDS[rank]} · with ",
        Person(item.owner.slack_id), f" · since {words.short_when(item.due_at or item.since, team.tz, now)}")
    s = cards.subject(item)
    return parts, [Button("Take it", "take", s), Button("Show", "show", s)]


def _counts(session: Session, team: CareTeam, found: list[Item], now: datetime) -> list[str]:
    today = now.astimezone(team.tz).date()
    numbers = {
        "due today": sum(1 for i in found if i.living and i.due_at and i.due_at.astimezone(team.tz).date() == today),
        "overdue": sum(1 for i in found if i.overdue(now)),
        "open barriers": sum(1 for i in found if i.kind.value == "barrier" and i.living),
        "concerns without a first contact": sum(1 for i in found if isinstance(i, Concern) and i.state is State.RAISED),
        "not told yet": sum(1 for i in found if i.untold),
        "not delivered": len(undelivered(session, team.workspace_id, team.id)),
    }
    return [f"{count} {name}" for name, count in numbers.items() if count]


def _wins(session: Session, team: CareTeam, now: datetime) -> list[tuple[Part, ...]]:
    found = session.scalars(
        select(Item).where(Item.workspace_id == team.workspace_id, Item.team_id == team.id, Item.state.in_(WINS),
                           Item.changed_at > now - timedelta(days=1)).order_by(Item.number).limit(5))
    return [(Bold(f"#{i.number} "), f"{words.name(i)} · {i.patient.alias} · {words.state(i, now)}") for i in found]


def _title(team: CareTeam, now: datetime) -> str:
    local = now.astimezone(team.tz)
    return words.GOOD_MORNING.format(day=f"{local:%A}, {local:%B} {local.day}")


def sweep_team(session: Session, workspace_id: UUID, key: UUID, now: datetime, wall: datetime) -> int:
    """The team's digest to each lead by DM, once a day whoever sweeps; missed mornings collapse into this one."""
    team = session.get(CareTeam, (workspace_id, key), with_for_update=True)
    if team is None or team.state is not TeamState.SET_UP:
        schedule(session, workspace_id, Subject.TEAM, key, None)
        return 0
    sent, today = 0, now.astimezone(team.tz).date()
    if team.work.is_working_day(today):
        body = json.dumps(build(session, team, now).body())
        for lead in leads(session, team):
            row = decide(session, workspace_id, team.id, team.id, RULE, today.toordinal(), lead.slack_id, now)
            if row is not None:
                row.outgoing_id = outgoing.post(session, workspace_id, lead.slack_id, body, wall)
                audit.record(session, workspace_id, now, "system", "digest read", str(team.id), "digest")
                sent += 1
    schedule(session, workspace_id, Subject.TEAM, key, team.next_digest(now))
    return sent


@command(RULE, reads=True)
def digest(case: Case, said: Said) -> Card:
    if not case.place.lead:
        raise Refused(words.LEADS_ONLY)
    case.audit("digest read", case.team.id)
    return build(case.session, case.team, case.now)
