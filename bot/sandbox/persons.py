"""What happens to people: what they say, and what changes about them, with the events it makes."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bot.sandbox import methods
from bot.sandbox.rooms import externals, hears
from bot.sandbox.typed import escaped

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Person, Workspace
    from bot.sandbox.world import Json

MARK = re.compile(r"<@(\w+)\|[^>]*>")
MARKED = re.compile(r"<@(\w+)>")
CHANGEABLE = frozenset({"name", "username", "title", "tz", "is_restricted", "is_ultra_restricted"})


def say(box: Sandbox, user: str, channel: str, text: str) -> Json:
    """An ordinary message of a person. The app hears of it where it is in: as a message, and as a mention of itself.

    Raises ValueError where they cannot write.
    """
    room, home = box.room_of(user, channel), box.at(user)
    w = home if room not in home.channels else hears(box, room)
    # In a message a mention is the id alone; only a command's text carries the name too.
    plain = MARK.sub(r"<@\1>", escaped(text, home.people.values(), home.channels.values(), w.bot))
    made = home.post(room, user, plain, [])
    if w.bot in w.members(room):
        event = _message(w, box.people[user], room, plain, made["ts"])
        kind = {"D": "im"}.get(room[0], "group" if room in w.channels and w.channels[room].private else "channel")
        found = [(w.team, {"type": "message", **event, "channel_type": kind})]
        if kind != "im" and f"<@{w.bot}>" in plain:
            # In a mention Slack's ``team`` is the workspace of the app, not of the person.
            found.append((w.team, {"type": "app_mention", **event, "team": w.team}))
        box.tell(found)
    return made


def mention(box: Sandbox, user: str, channel: str, text: str) -> Json:
    return say(box, user, channel, f"@kept {text}")


def deactivate(box: Sandbox, user: str) -> None:
    """They stay in the lists of members."""
    _set(box, user, {"deleted": True})


def reactivate(box: Sandbox, user: str) -> None:
    _set(box, user, {"deleted": False})


def change_profile(box: Sandbox, user: str, **fields: Any) -> None:
    """Raises ValueError for a field that is none of a profile's."""
    if wrong := set(fields) - CHANGEABLE:
        raise ValueError(f"{', '.join(sorted(wrong))} is none of {', '.join(sorted(CHANGEABLE))}")
    _set(box, user, fields)


def arrive(box: Sandbox, person: Person, team: str = "") -> None:
    """A new member of a workspace, in no channel yet."""
    w = box.workspaces[team] if team else box.workspace
    with box.world.changed:
        person.team = w.team
        w.people[person.id] = person
        box.world.touch()
    _tell(box, w, person.id, "team_join")


def _set(box: Sandbox, user: str, fields: Json) -> None:
    w = box.at(user)
    with box.world.changed:
        for name, value in fields.items():
            setattr(w.people[user], name, value)
        box.world.touch()
    _tell(box, w, user, "user_change")


def _tell(box: Sandbox, w: Workspace, user: str, kind: str) -> None:
    ts = box.world.stamp()
    box.tell([(w.team, {"type": kind, "user": methods.user(w, w.people[user]), "cache_ts": int(float(ts)), "event_ts": ts})])


def _message(w: Workspace, person: Person, room: str, text: str, ts: str) -> Json:
    parts = MARKED.split(text)
    # Odd parts are the ids between the marks.
    elements: list[Json] = [{"type": "user", "user_id": part} if at % 2 else {"type": "text", "text": unescape(part)}
                            for at, part in enumerate(parts) if part]
    made: Json = {
        "user": person.id, "ts": ts, "client_msg_id": str(uuid4()), "text": text, "team": person.team or w.team,
        "channel": room, "event_ts": ts,
        "blocks": [{"type": "rich_text", "block_id": uuid4().hex[:5],
                    "elements": [{"type": "rich_text_section", "elements": elements}]}]}
    team = person.team or w.team
    if team != w.team and room in w.channels and externals(w, w.channels[room]):
        theirs = w.world.orgs.get(team, "") or team
        made |= {"user_team": theirs, "source_team": theirs,
                 "user_profile": {"name": person.username, "real_name": person.name, "display_name": person.name, "team": theirs}}
    return made
