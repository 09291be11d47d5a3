"""What an operator asks of the database from the command line."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.house import House
from bot.rehearse import Rehearsal, rehearse
from bot.settings import Settings
from handlers.cards.printed import printed
from handlers.digest import build
from models import audit
from models.sealing import readable
from models.team import CareTeam, Member, TeamState
from models.workspace import installed

Digest = tuple[str, dict[str, Any], str]


def digests(settings: Settings, channel: str | None) -> list[Digest]:
    """(channel, message, its lines) for each care team, or for the one of ``channel``. Sends nothing."""
    house = House(settings)
    try:
        found: list[Digest] = []
        for workspace in house.store.peek(installed):
            found += house.store.transact(workspace, partial(_of_workspace, house=house, workspace=workspace, channel=channel))
        return found
    finally:
        house.close()


def rehearsals(settings: Settings, channel: str | None, days: int, *, sample: bool) -> list[Rehearsal]:
    """What each care team, or the one of ``channel``, would be sent in the next days. Sends nothing."""
    house = House(settings)
    try:
        return [rehearse(house.store, workspace, team, house.clock.now(), days, sample=sample)
                for workspace in house.store.peek(installed)
                for team in house.store.transact(
                    workspace, partial(_rehearsed, house=house, workspace=workspace, channel=channel))]
    finally:
        house.close()


def _rehearsed(session: Session, house: House, workspace: UUID, channel: str | None) -> list[UUID]:
    found = [team for team in session.scalars(
                 select(CareTeam).where(CareTeam.workspace_id == workspace, CareTeam.state == TeamState.SET_UP)
                 .order_by(CareTeam.id)) if channel in (None, team.channel)]
    for team in found:
        audit.record(session, team.workspace_id, house.clock.now(), "operator", "rehearsal read", str(team.id), "command line")
    return [team.id for team in found]


def _of_workspace(session: Session, house: House, workspace: UUID, channel: str | None) -> list[Digest]:
    now = house.clock.now()
    found: list[Digest] = []
    for team in session.scalars(select(CareTeam).where(
            CareTeam.workspace_id == workspace, CareTeam.state == TeamState.SET_UP).order_by(CareTeam.id)):
        if channel in (None, team.channel):
            names = {m.slack_id: readable(partial(getattr, m, "name")) for m in session.scalars(
                select(Member).where(Member.workspace_id == workspace))}
            body = build(session, team, now, house.clock.wall()).body()
            audit.record(session, team.workspace_id, now, "operator", "digest read", str(team.id), "command line")
            found.append((team.channel, body, printed(body, team.tz, names)))
    return found
