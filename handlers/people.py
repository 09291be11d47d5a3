"""What Slack said of people, taken in; and the leads told, once, when it does not show Kept their channel any more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.access import Profile, Room, know, learn_room, take_in
from handlers.cards import other
from handlers.fresh import Told
from handlers.nudge import in_hours, notify
from models import audit
from models.desk import mark
from models.nudge import BARRED, UNSEEN
from models.team import CareTeam, leading, leads, member_of, places
from models.workspace import hold


def learn(session: Session, workspace_id: UUID, told: Told, now: datetime, wall: datetime) -> None:
    hold(session, workspace_id)
    for slack_id, profile in told.profiles.items():
        member = member_of(session, workspace_id, slack_id)
        # Slack knows nobody of that id any more: then they may see nothing.
        know(session, member, profile or Profile(member.called, member.zone, "stranger"), wall)
    for team_id, members in told.members.items():
        take_in(session, session.get_one(CareTeam, (workspace_id, team_id)), members, wall)
    for team_id, room in told.rooms.items():
        learn_kind(session, session.get_one(CareTeam, (workspace_id, team_id)), room, now, wall)
    for team_id, code in told.unseen.items():
        _lost_sight(session, session.get_one(CareTeam, (workspace_id, team_id)), code, now, wall)


def learn_kind(session: Session, team: CareTeam, room: Room, now: datetime, wall: datetime) -> None:
    """What kind of channel it is, and the leads told when others than the team read in it, whoever noticed first."""
    learn_room(session, team, room, now, wall)
    if team.barred is None or team.barred_at is None:
        return
    for lead in leading(session, team):
        # Of no patient, so anybody who leads may read it.
        notify(session, team, team.id, BARRED, int(team.barred_at.timestamp()), lead.slack_id,
               other.barred(team.channel, team.barred), now, wall)


def _lost_sight(session: Session, team: CareTeam, code: str, now: datetime, wall: datetime) -> None:
    """Nobody can be known to be in the channel, so nothing is said about patients until it is seen again."""
    first = team.unseen is None
    team.unseen, team.unseen_at = code, wall
    if not first:
        return
    card = other.unseen(team.channel, code)
    for lead in leads(session, team):
        # Of no patient, so it may reach who led when the channel was last seen.
        notify(session, team, team.id, UNSEEN, int(wall.timestamp()), lead.slack_id, card, now, in_hours(team, now, wall))
    mark(session, team.workspace_id, team.id, wall, [place.member_id for place in places(session, team)])
    audit.record(session, team.workspace_id, now, audit.SYSTEM, "channel unseen", str(team.id), "nudge", code)
