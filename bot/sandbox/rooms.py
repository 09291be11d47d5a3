"""What happens to channels: each change of state, the events it makes, and a channel as the Web API shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Channel, Workspace
    from bot.sandbox.world import Json

OTHER = "T0OTHER"  # a workspace of another company, which the sandbox need not hold
Happenings = list[tuple[str, "Json"]]


def hears(box: Sandbox, channel: str) -> Workspace:
    """The workspace an event in a channel is sent for: Slack sends one, however many workspaces share it. Raises KeyError."""
    having = [one for one in box.workspaces.values() if channel in one.channels]
    if not having:
        raise KeyError(channel)
    host = having[0].channels[channel].host
    having.sort(key=lambda one: one.team != host)
    return next((one for one in having if box.installs.at(one.team)), having[0])


def archive(box: Sandbox, channel: str, by: str = "") -> None:
    _change(box, channel, "archived", True)
    _lifecycle(box, channel, "archive", {"user": _someone(box, channel, by), "is_moved": 0})


def unarchive(box: Sandbox, channel: str, by: str = "") -> None:
    _change(box, channel, "archived", False)
    _lifecycle(box, channel, "unarchive", {"user": _someone(box, channel, by)})


def rename(box: Sandbox, channel: str, name: str) -> None:
    """Raises ValueError for a name that Slack does not allow."""
    if not 1 <= len(name) <= 80 or name != name.lower() or not name.replace("-", "").replace("_", "").isalnum():
        raise ValueError("a channel's name is lower case letters, digits, hyphens and underscores, at most 80")
    room = hears(box, channel).channels[channel]
    with box.world.changed:
        room.previous_names.insert(0, room.name)
    _change(box, channel, "name", name)
    _lifecycle(box, channel, "rename", {"channel": {
        "id": channel, "name": name, "name_normalized": name, "created": room.created, "is_channel": not room.private,
        "is_mpim": False}})


def make_public(box: Sandbox, channel: str, by: str = "") -> None:
    """Slack has no event of its own for this, only a message of a subtype."""
    _change(box, channel, "private", False)
    w = hears(box, channel)
    user, ts = _someone(box, channel, by), box.world.stamp()
    if w.bot in w.channels[channel].members:
        box.tell([(w.team, {
            "type": "message", "subtype": "channel_convert_to_public", "user": user, "ts": ts, "event_ts": ts,
            "text": "made this channel public", "channel": channel, "channel_type": "channel", "team": w.team})])


def share(box: Sandbox, channel: str, team: str = OTHER) -> None:
    """Connect a channel to another workspace: of another company (Slack Connect), or of the same Enterprise org."""
    w = hears(box, channel)
    room = w.channels[channel]
    with box.world.changed:
        room.host = room.host or w.team
        if team not in room.connected:
            room.connected.append(team)
        if team in box.workspaces:
            box.workspaces[team].channels[channel] = room
        box.world.touch()
    org = box.world.orgs.get(team, "")
    outside = team in externals(w, room)
    _tell(box, w, room, {"type": "channel_shared", "connected_team_id": org if org and outside else team, "channel": channel})


def unshare(box: Sandbox, channel: str, team: str = "") -> None:
    """Cut one connection, or all. The host keeps the id; for the other workspace the channel is gone."""
    w = hears(box, channel)
    room = w.channels[channel]
    if not room.connected:
        raise ValueError(f"{channel} is shared with nobody")
    for one in [team] if team else list(room.connected):
        with box.world.changed:
            room.connected.remove(one)
            if one in box.workspaces:
                box.workspaces[one].channels.pop(channel)
                room.members[:] = [user for user in room.members if user not in box.workspaces[one].people or (user in w.people
                                   and w.people[user].team == w.team)]
            box.world.touch()
        org = box.world.orgs.get(one, "")
        _tell(box, w, room, {"type": "channel_unshared", "previously_connected_team_id": org or one, "channel": channel,
                             "is_ext_shared": bool(externals(w, room))})


def change_id(box: Sandbox, channel: str, new: str) -> None:
    """As when a channel begins to be shared. By its old id it is not found any more."""
    w = hears(box, channel)
    if new in box.channels:
        raise ValueError(f"{new} is another channel")
    with box.world.changed:
        for one in box.workspaces.values():
            if channel in one.channels:
                one.channels[new] = one.channels.pop(channel)
        room = w.channels[new]
        room.id = new
        box.world.messages[new] = box.world.messages.pop(channel, [])
        for message in (*box.world.messages[new], *(one for kept in box.world.private.values() for one in kept)):
            if message["channel"] == channel:
                message["channel"] = new
        box.world.touch()
    _tell(box, w, room, {"type": "channel_id_changed", "old_channel_id": channel, "new_channel_id": new})


def join(box: Sandbox, user: str, channel: str, inviter: str = "") -> None:
    """Nothing happens when they are in it already. ``user`` may be the app's bot user."""
    w = hears(box, channel)
    room = w.channels[channel]
    if user in room.members:
        return
    with box.world.changed:
        room.members.append(user)
        if user in box.people:
            # A person of a connected workspace is known to every workspace that has the channel.
            for one in box.workspaces.values():
                if channel in one.channels:
                    one.people.setdefault(user, box.people[user])
        box.world.touch()
    team, org = _from(box, w, user)
    if w.bot in room.members:
        box.tell([(w.team, {
            "type": "member_joined_channel", "user": user, "channel": channel, "channel_type": channel[0], "team": team,
            **({"inviter": inviter} if inviter else {}), **({"enterprise": org} if org else {}),
            "event_ts": box.world.stamp()})])


def leave(box: Sandbox, user: str, channel: str, by: str = "") -> None:
    """Slack tells an app that was itself removed by channel_left or group_left, never by member_left_channel."""
    w = hears(box, channel)
    room = w.channels[channel]
    with box.world.changed:
        room.members.remove(user)
        box.world.touch()
    if user == w.bot:
        box.tell([(w.team, {"type": f"{_prefix(room)}_left", "channel": channel, "actor_id": _someone(box, channel, by),
                            "event_ts": box.world.stamp()})])
    elif w.bot in room.members:
        team, org = _from(box, w, user)
        # For a person of an Enterprise org Slack gives the org here, where member_joined_channel gives the workspace.
        box.tell([(w.team, {"type": "member_left_channel", "user": user, "channel": channel, "channel_type": channel[0],
                            "team": org or team, "event_ts": box.world.stamp()})])


# The switches of the page: what can be done to a channel with no more than its id.
ACTS: dict[str, Callable[[Sandbox, str], None]] = {
    "archive": archive, "unarchive": unarchive, "share": share, "unshare": unshare, "make_public": make_public,
    "remove_bot": lambda box, channel: leave(box, hears(box, channel).bot, channel),
    "add_bot": lambda box, channel: join(box, hears(box, channel).bot, channel)}


def others(w: Workspace, room: Channel) -> list[str]:
    """The other workspaces that have this channel."""
    return [one for one in [room.host, *room.connected] if one and one != w.team] if room.connected else []


def externals(w: Workspace, room: Channel) -> list[str]:
    """Those of the others that belong to another company."""
    return [one for one in others(w, room) if not w.enterprise or w.world.orgs.get(one) != w.enterprise.id]


def shown(w: Workspace, room: Channel) -> Json:
    """The conversation object of Slack's."""
    outside = externals(w, room)
    found: dict[str, Any] = {
        "id": room.id, "name": room.name, "name_normalized": room.name, "is_channel": not room.private,
        "is_group": room.private, "is_im": False, "is_mpim": False, "is_private": room.private, "created": room.created,
        "is_archived": room.archived, "is_general": False, "is_frozen": False, "unlinked": 0,
        "is_member": w.bot in room.members, "is_shared": bool(others(w, room)), "is_ext_shared": bool(outside),
        "is_org_shared": len(outside) < len(others(w, room)), "is_pending_ext_shared": False, "pending_shared": [],
        "pending_connected_team_ids": [], "context_team_id": w.team, "previous_names": list(room.previous_names),
        "shared_team_ids": [w.team, *others(w, room)]}
    if outside:
        found |= {"connected_team_ids": outside, "conversation_host_id": room.host,
                  "internal_team_ids": [w.team, *(one for one in others(w, room) if one not in outside)]}
    return found


def _change(box: Sandbox, channel: str, name: str, value: Any) -> None:
    room = hears(box, channel).channels[channel]
    with box.world.changed:
        if getattr(room, name) == value:
            raise ValueError(f"{channel} is so already")
        setattr(room, name, value)
        box.world.touch()


def _lifecycle(box: Sandbox, channel: str, what: str, fields: Json) -> None:
    w = hears(box, channel)
    room = w.channels[channel]
    _tell(box, w, room, {"type": f"{_prefix(room)}_{what}", "channel": channel, **fields})


def _tell(box: Sandbox, w: Workspace, room: Channel, event: Json) -> None:
    """An app hears of all public channels, and of private ones only while it is in them."""
    if not room.private or w.bot in room.members:
        box.tell([(w.team, event | {"event_ts": box.world.stamp()})])


def _prefix(room: Channel) -> str:
    return "group" if room.private else "channel"


def _someone(box: Sandbox, channel: str, by: str) -> str:
    return by or next((one for one in hears(box, channel).channels[channel].members if one in box.people), "")


def _from(box: Sandbox, w: Workspace, user: str) -> tuple[str, str]:
    """(workspace, Enterprise org or nothing) that a person or the bot belongs to."""
    team = (box.people[user].team if user in box.people else "") or w.team
    return team, box.world.orgs.get(team, "")
