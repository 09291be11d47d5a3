"""What happens in Slack by itself: events.

Slack may tell an event twice, late, or after a younger one. So most of them only make what we know stale: whoever needs it
next asks Slack how it is now, and then the order in which events came does not matter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from handlers.access import Facts, Outdated
from handlers.cards import guidance
from handlers.language.verbs import NAMES, VERBS
from handlers.language.words import typed, unmarked
from handlers.people import learn_kind
from models import installation, outgoing
from models.desk import mark, mark_own
from models.heard import first_time
from models.nudge import Nudge
from models.outgoing import Outgoing
from models.store import Store
from models.team import CareTeam, Member, team_of_channel
from models.workspace import Subject, Workspace, schedule


@dataclass(frozen=True)
class Happening:
    """``at`` is when it happened, by Slack's clock; ``wall`` and ``now`` when we heard of it. ``user`` may be empty. ``shared``
    is where people of another company may read.
    """

    kind: str
    event: Mapping[str, Any]
    event_id: str
    at: datetime
    wall: datetime
    now: datetime
    user: str
    shared: bool = False

    def text(self, name: str) -> str:
        found = self.event.get(name)
        return found if isinstance(found, str) else ""


@dataclass
class Hearing:
    """One event in the transaction of its work. ``facts`` are None until Slack was asked what the event left open."""

    session: Session
    workspace_id: UUID
    happening: Happening
    facts: Facts | None

    def team(self, channel: str) -> CareTeam | None:
        return team_of_channel(self.session, self.workspace_id, channel)

    def member(self, slack_id: str) -> Member | None:
        """Whoever Kept knows by this id: an event makes nobody a member."""
        return self.session.scalars(
            select(Member).where(Member.workspace_id == self.workspace_id, Member.slack_id == slack_id)).one_or_none()


Act = Callable[[Hearing], None]
EVENTS: dict[str, Act] = {}


def heard(*kinds: str) -> Callable[[Act], Act]:
    def enter(act: Act) -> Act:
        for kind in kinds:
            EVENTS[kind] = act
        return act

    return enter


def hear(store: Store, workspace_id: UUID, happening: Happening, facts: Facts | None = None) -> None:
    """Does what an event asks for, once. Raises Outdated when Slack must be asked first; then nothing was done.

    With ``facts``, however empty, it is done as far as they go.
    """
    def once(session: Session) -> None:
        if first_time(session, workspace_id, happening.event_id, happening.wall):
            act = EVENTS.get(happening.kind)
            if act is not None:
                act(Hearing(session, workspace_id, happening, facts))

    store.transact(workspace_id, once)


@heard("member_joined_channel", "member_left_channel", "channel_left", "group_left")
def people_changed(h: Hearing) -> None:
    """Who is in the channel is asked for when somebody needs to know."""
    team = h.team(h.happening.text("channel"))
    if team is not None:
        team.members_checked_at = None
        mark(h.session, h.workspace_id, team.id, h.happening.wall)
        who = h.member(h.happening.user)
        if who is not None:
            mark_own(h.session, who, h.happening.wall)


@heard("channel_archive", "channel_unarchive", "group_archive", "group_unarchive", "channel_rename", "group_rename",
       "channel_shared", "channel_unshared")
def channel_changed(h: Hearing) -> None:
    """What kind of channel it is now is asked for at once: until then its nudges would go on."""
    named = h.happening.event.get("channel")
    team = h.team(str(named.get("id", "")) if isinstance(named, dict) else str(named or ""))
    if team is None:
        return
    if h.facts is None:
        raise Outdated(None, profile=False, room=team.channel)
    team.members_checked_at = team.room_checked_at = None
    if h.facts.room is not None:
        learn_kind(h.session, team, h.facts.room, h.happening.now, h.happening.wall)


@heard("channel_id_changed")
def channel_moved(h: Hearing) -> None:
    """The same channel under another id: whatever was written under the old one stands under the new one."""
    old, new = h.happening.text("old_channel_id"), h.happening.text("new_channel_id")
    team = h.team(old)
    if team is None or not new or h.team(new) is not None:
        return
    team.channel, team.members_checked_at, team.room_checked_at = new, None, None
    for table, column in ((Nudge, Nudge.recipient), (Nudge, Nudge.channel), (Outgoing, Outgoing.channel)):
        h.session.execute(update(table).where(table.workspace_id == h.workspace_id, column == old).values({column: new}),
                          execution_options={"synchronize_session": False})


@heard("user_change")
def person_changed(h: Hearing) -> None:
    """A name, a zone, a deactivated account: unknown until Slack is asked, and the worker asks soon. Most changes of a user
    are none of these: a status, a picture."""
    user = h.happening.event.get("user")
    if not isinstance(user, dict):
        return
    member = h.member(str(user.get("id", "")))
    if member is not None and _other_than(member, user):
        member.checked_at = None
        schedule(h.session, h.workspace_id, Subject.MEMBER, member.id, h.happening.wall)
        mark_own(h.session, member, h.happening.wall)


def _other_than(member: Member, user: Mapping[str, Any]) -> bool:
    """Whether the event says anything of a person that we know otherwise."""
    profile = user.get("profile")
    names = {user.get("real_name"), user.get("name")} | ({profile.get("display_name")} if isinstance(profile, dict) else set())
    barred = any(user.get(flag) for flag in ("deleted", "is_restricted", "is_ultra_restricted", "is_bot", "is_stranger"))
    return barred != (member.standing is not None) or user.get("tz") != member.zone or member.called not in names


@heard("team_join")
def someone_new(h: Hearing) -> None:
    """They are nobody to Kept until they join a care team's channel."""


@heard("app_uninstalled", "tokens_revoked")
def uninstalled(h: Hearing) -> None:
    tokens = h.happening.event.get("tokens")
    if h.happening.kind == "tokens_revoked":
        bots = tokens.get("bot") if isinstance(tokens, dict) else None
        ours = h.session.get_one(Workspace, h.workspace_id).bot_user
        if not isinstance(bots, list) or ours not in bots:
            return  # somebody's own token, of which Kept has none
    before = installation.is_before(h.session, h.workspace_id, h.happening.at)
    if before is None:
        # Told close to an install, by clocks that may differ: only the token itself can say.
        if h.facts is None:
            raise Outdated(None, profile=False, token=True)
        before = h.facts.works is not False
    if not before:
        installation.withdraw(h.session, h.workspace_id, h.happening.wall)


@heard("app_mention")
def mentioned(h: Hearing) -> None:
    """Answered to that person alone, wherever it was said."""
    channel = h.happening.text("channel")
    if h.happening.user and channel and not h.happening.shared and not h.happening.event.get("bot_id"):
        _say(h, channel, person=h.happening.user)


@heard("message")
def written_to(h: Hearing) -> None:
    """A direct message to Kept: in no other place does it hear what people write."""
    event = h.happening.event
    if event.get("channel_type") != "im" or event.get("subtype") or event.get("bot_id"):
        return
    if h.happening.user and not h.happening.shared:
        _say(h, h.happening.text("channel"))


def _say(h: Hearing, channel: str, person: str | None = None) -> None:
    bot = h.session.get_one(Workspace, h.workspace_id).bot_user
    card = guidance.spoken_to(would_be(h.happening.text("text"), bot))
    outgoing.post(h.session, h.workspace_id, channel, json.dumps(card.body()), h.happening.wall, person=person)


def would_be(text: str, bot: str) -> str:
    """The command that the words would have been, or empty. A mention of Kept itself is not part of it."""
    said = unmarked(typed(text))
    words = [word for word in said.split() if word.casefold() not in {"@kept", f"@{bot}".casefold()}]
    if not words:
        return ""
    name = words[0].casefold().strip("/:,")
    if name == "kept" and len(words) > 1:
        words, name = words[1:], words[1].casefold().strip("/:,")
    verb = VERBS.get(NAMES.get(name, ""))
    line = " ".join(words[1:]) if verb else " ".join(words)
    if verb is None:
        return f"/kept {line}"
    return f"/{verb.name} {line}".strip() if verb.top else f"/kept {verb.name} {line}".strip()
