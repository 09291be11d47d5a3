"""What must be known before Kept tells anyone anything by itself: who is in the channel, and that they are who they were."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from handlers.access import Profile, Room
from handlers.cards import words
from models.errors import Stale
from models.team import FRESH, PROFILE_FRESH, ROOM_FRESH, CareTeam, Member, older

UNSEEN_AGAIN = timedelta(minutes=10)  # how soon to ask again for a channel that Slack did not show


class Unsure(Stale):
    """What Slack must be asked first: ``teams`` are channels by care team whose members, ``rooms`` those whose kind must be
    known, ``people`` Slack ids. With ``wait`` it said no
    not long ago, and need not be asked before that.

    Raised inside a transaction that is rolled back, so that nothing is decided.
    """

    def __init__(self, teams: Mapping[UUID, str], people: tuple[str, ...], wait: timedelta | None = None,
                 rooms: Mapping[UUID, str] | None = None) -> None:
        super().__init__(words.TRY_AGAIN)
        self.teams, self.people, self.wait, self.rooms = teams, people, wait, rooms or {}


@dataclass(frozen=True)
class Told:
    """What Slack said: who is in a team's channel, or its word for not showing it; and profiles, None for nobody's."""

    members: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    unseen: Mapping[UUID, str] = field(default_factory=dict)
    profiles: Mapping[str, Profile | None] = field(default_factory=dict)
    rooms: Mapping[UUID, Room] = field(default_factory=dict)


def must_be_fresh(wall: datetime, teams: Iterable[CareTeam], people: Iterable[Member]) -> None:
    """Raises Unsure when a channel's members or a person's profile were learned too long ago (SPEC 6)."""
    teams = list(teams)
    if any(team.unseen_at is not None and not older(team.unseen_at, wall, UNSEEN_AGAIN) for team in teams):
        raise Unsure({}, (), UNSEEN_AGAIN)
    old = {team.id: team.channel for team in teams if team.unseen is not None or older(team.members_checked_at, wall, FRESH)}
    strangers = tuple(dict.fromkeys(one.slack_id for one in people if older(one.checked_at, wall, PROFILE_FRESH)))
    rooms = {team.id: team.channel for team in teams if older(team.room_checked_at, wall, ROOM_FRESH)}
    if old or strangers or rooms:
        raise Unsure(old, strangers, rooms=rooms)
