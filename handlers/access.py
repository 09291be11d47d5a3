"""The one door in: who may act in which care team. Unknown means no (SPEC 6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from handlers.cards import guidance, words
from handlers.case import Inbound, Surface
from models import audit
from models.absence import Absence
from models.contact import Contact
from models.desk import mark
from models.errors import Hidden, NotFound, Refused, SeveralTeams, Stale
from models.glass import Glass
from models.item import Item, plan_anew
from models.team import (
    FRESH,
    PROFILE_FRESH,
    ROOM_FRESH,
    CareTeam,
    Member,
    Seat,
    TeamMember,
    TeamState,
    member_of,
    older,
    place_of,
    places,
    plan_days,
    refresh_members,
    seat_of,
    team_ids,
    team_of_channel,
    teams_of,
)
from models.unsorted import Unsorted
from models.workspace import forget, hold

# What a button may be about, by the letter its subject begins with.
Thing = Item | Contact | Unsorted | Absence | Glass
OF_TEAM: dict[str, type[Thing]] = {"i": Item, "c": Contact, "u": Unsorted, "a": Absence, "g": Glass}


@dataclass(frozen=True)
class Profile:
    """What Slack says of a user. ``standing`` is None, or bot, deleted, guest or stranger."""

    name: str
    zone: str | None
    standing: str | None


@dataclass(frozen=True)
class Room:
    """What Slack says of a channel. ``shared`` is with people of another company."""

    private: bool
    archived: bool
    shared: bool


@dataclass(frozen=True)
class Facts:
    """Fresh answers from Slack, taken between two tries of one request. None means Slack did not say. ``works`` is whether
    our token does."""

    members: frozenset[str] | None = None
    profile: Profile | None = None
    room: Room | None = None
    works: bool | None = None


class Outdated(Stale):
    """``channel`` is the care team's channel whose members must be asked for, ``room`` the one whose kind must be;
    ``profile`` whether the person must be, ``token`` whether our token must be tried."""

    def __init__(self, channel: str | None, profile: bool, room: str | None = None, *, token: bool = False) -> None:
        super().__init__(words.TRY_AGAIN)
        self.token = token
        self.channel, self.room = channel, room
        self.profile = profile


def person(session: Session, workspace_id: UUID, inbound: Inbound, facts: Facts) -> tuple[Member, Seat]:
    """The member row of who asks, with the fresh profile taken in, and where they sit. Refuses outsiders before anything else."""
    if not inbound.own_workspace:
        raise Refused(words.NOT_YOURS)
    if facts.members is not None or facts.profile is not None:
        hold(session, workspace_id)
    seat = seat_of(session, workspace_id, inbound.user, inbound.channel)
    me = seat.member or member_of(session, workspace_id, inbound.user)
    if facts.profile:
        know(session, me, facts.profile, inbound.wall)
    return me, seat


def know(session: Session, member: Member, profile: Profile, wall: datetime) -> None:
    """Take in what Slack says of someone."""
    member.name, member.zone = profile.name, profile.zone
    if member.standing != profile.standing:
        member.standing = profile.standing
        for team_id in team_ids(session, member):
            mark(session, member.workspace_id, team_id, wall, [member.id])
    if member.checked_at is None:
        forget(session, member.workspace_id, member.id)  # the worker need not ask any more
    member.checked_at = wall


def sets_up(inbound: Inbound) -> bool:
    """Whether this may begin a care team where there is none."""
    if inbound.action:
        return inbound.action in {"form.setup", "set_up", "zone"}
    return [word.casefold() for word in inbound.text.split()[:1]] == ["setup"]


@dataclass(frozen=True)
class Where:
    """The care team that a request is judged by. ``gone`` when it names by its id what is not there for this person; ``key`` is
    that id when it is somewhere in the workspace, and ``thing`` what it is of, if it is of a thing."""

    team: CareTeam | None
    gone: bool = False
    key: UUID | None = None
    thing: Thing | None = None


def find_team(session: Session, workspace_id: UUID, inbound: Inbound, me: Member, seat: Seat) -> Where:
    """The team a button or form belongs to, else the channel's, else the person's only one. Asks when there are several.

    An id of a team that does not know the person is met as one that is nobody's: both are judged by the channel they were
    pressed in alone, so that neither the answer nor what Slack is asked first tells them apart.
    """
    here = seat.team or team_of_channel(session, workspace_id, inbound.channel)
    if inbound.subject or (inbound.surface is Surface.BUTTON and not sets_up(inbound)):
        named = _named(session, workspace_id, inbound.subject)
        if named.team is not None and (named.team is here or _knows(session, named.team, me)):
            return named
        return Where(here, gone=True, key=named.key)
    if here is not None:
        return Where(here)
    if sets_up(inbound) and not inbound.channel.startswith("D"):
        return Where(None)  # a new team, not new settings for the one they are in
    mine = teams_of(session, me)
    if len(mine) > 1:
        raise SeveralTeams(words.WHICH_TEAM, tuple((one.id, one.channel) for one in mine))
    return Where(mine[0] if mine else None)


def gone(key: UUID | None) -> NotFound:
    """What is not there for this person; ``key`` when it is there for others."""
    return Hidden(words.GONE, key) if key else NotFound(words.GONE)


def _knows(session: Session, team: CareTeam, me: Member) -> bool:
    """Whether the person is a member, as far as was last known; ``admit`` asks whether they still are."""
    place = place_of(session, team, me)
    return place is not None and place.present and place.confirmed_at is not None


def _named(session: Session, workspace_id: UUID, subject: str) -> Where:
    """Of which care team a subject is, if it is in the workspace."""
    sort, _, rest = subject.partition(".")
    try:
        key = UUID(rest.partition(".")[0])
    except ValueError:
        return Where(None)
    kind: Any = OF_TEAM.get(sort)
    thing: Thing | None = session.get(kind, (workspace_id, key)) if kind else None
    team = session.get(CareTeam, (workspace_id, thing.team_id if thing else key)) if thing or not kind else None
    if team is None or team.state is not TeamState.SET_UP:
        return Where(None)
    return Where(team, key=key, thing=thing)


def admit(session: Session, team: CareTeam, me: Member, inbound: Inbound, facts: Facts, seat: Seat) -> TeamMember:
    """The person's place in the team. Raises Outdated when Slack must be asked first, Refused when they may not.

    Whoever names something by its id is told the same whether it exists or not.
    """
    if facts.members is not None:
        take_in(session, team, facts.members, inbound.wall)
    if facts.room is not None:
        learn_room(session, team, facts.room, inbound.now, inbound.wall)
    stale_room = older(team.room_checked_at, inbound.wall, ROOM_FRESH)
    stale_members = team.unseen is not None or older(team.members_checked_at, inbound.wall, FRESH)
    stale_profile = older(me.checked_at, inbound.wall, PROFILE_FRESH)
    if stale_members or stale_profile or stale_room:
        raise Outdated(team.channel if stale_members else None, stale_profile, team.channel if stale_room else None)
    if me.standing is not None:
        raise Refused(words.GONE if inbound.subject else words.STANDING.get(me.standing, words.NOT_YOURS))
    # Who has just been taken in had no place when theirs was looked up.
    place = seat.place if seat.place is not None and seat.team is team else place_of(session, team, me)
    if place is None or not place.present:
        raise Refused(words.GONE if inbound.subject else words.NOT_YOURS)
    if team.barred is not None:
        raise Refused(guidance.BARRED[team.barred])
    return place


def take_in(session: Session, team: CareTeam, members: frozenset[str], wall: datetime, *, confirm: bool = False) -> None:
    """Who is in the channel now. What was put off while Slack did not show it is looked at again."""
    seen_again = team.unseen is not None
    changed = refresh_members(session, team, set(members), wall, confirm=confirm or team.join == "open")
    if seen_again:
        plan_anew(session, team, wall)
        plan_days(session, team, wall)
        changed = {place.member_id for place in places(session, team)}
    if changed:
        mark(session, team.workspace_id, team.id, wall, changed)


def learn_room(session: Session, team: CareTeam, room: Room, now: datetime, wall: datetime) -> None:
    """Take in what kind of channel it is. Others than the team may read in one that is public or shared with another company,
    so Kept then says nothing there, and nothing about it, and its leads hear why (SPEC 6).
    """
    before = team.barred
    team.barred = "shared" if room.shared else None if room.private else "public"
    team.room_checked_at = wall
    if team.barred != before:
        team.barred_at = wall if team.barred else None
        mark(session, team.workspace_id, team.id, wall, [place.member_id for place in places(session, team)])
        audit.record(session, team.workspace_id, now, audit.SYSTEM, f"channel {team.barred or 'private'}", str(team.id), "event")
    if before is not None and team.barred is None:
        plan_anew(session, team, now)
        plan_days(session, team, now)
