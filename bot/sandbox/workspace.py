"""What a stand-in workspace holds: people, channels, messages and what one person alone sees.

Message times ("ts") are wall time and unique; "care_at" is the moved clock, for display only.
"""

from __future__ import annotations

import threading
from copy import deepcopy
from dataclasses import dataclass, field

from bot.sandbox.blocks import named
from bot.sandbox.clock import Clock
from bot.sandbox.views import Views
from bot.sandbox.world import Json as Json
from bot.sandbox.world import World

TEAM, DOMAIN, APP = "T0KEPT", "kept-sandbox", "A0KEPT"
BOT, BOT_PROFILE, SLACKBOT = "U0KEPT", "B0KEPT", "USLACKBOT"
ZONE = "America/New_York"


@dataclass
class Person:
    """A made-up member of a workspace (``team``). The flags are those that Slack's users.info carries."""

    id: str
    username: str
    name: str
    title: str
    tz: str = ZONE
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    team: str = ""


@dataclass
class Channel:
    """``connected`` are the workspaces it is shared with, and ``host`` the one that shared it first.

    A channel that workspaces share is one object, in each of them.
    """

    id: str
    name: str
    members: list[str]
    private: bool = True
    archived: bool = False
    host: str = ""
    connected: list[str] = field(default_factory=list)
    previous_names: list[str] = field(default_factory=list)
    created: int = 1_700_000_000


def made_up_people() -> dict[str, Person]:
    return {one.id: one for one in (
        Person("U0ANA", "ana", "Ana Reyes", "Care manager"), Person("U0BEN", "ben", "Ben Okafor", "Social worker"),
        Person("U0PRIYA", "priya", "Priya Nair", "Team lead"),
        Person("U0DANA", "dana", "Dana Whitfield", "Community health worker"))}


def made_up_channels() -> dict[str, Channel]:
    return {one.id: one for one in (Channel("C0MAPLE", "care-maple", ["U0ANA", "U0BEN", "U0PRIYA", BOT]),
                                    Channel("C0OAK", "care-oak", ["U0PRIYA", "U0DANA", BOT]))}


def dm_of(user: str) -> str:
    """The id of the bot's direct message with a person."""
    return "D" + user[1:]


@dataclass(frozen=True)
class Enterprise:
    """An Enterprise org, which has several workspaces."""

    id: str
    name: str


@dataclass
class Workspace:
    """One workspace and the app's account there. Everything is read and changed under ``changed``, which all share.

    ``org_wide`` is whether the app here is there by an install on the whole org.
    """

    clock: Clock
    people: dict[str, Person] = field(default_factory=made_up_people)
    channels: dict[str, Channel] = field(default_factory=made_up_channels)
    world: World = field(default_factory=World)
    team: str = TEAM
    domain: str = DOMAIN
    name: str = "Sandbox"
    bot: str = BOT
    bot_profile: str = BOT_PROFILE
    app: str = APP
    enterprise: Enterprise | None = None
    org_wide: bool = False

    def __post_init__(self) -> None:
        self.log, self.refuse, self.touch = self.world.log, self.world.refuse, self.world.touch
        self.clock.on_move = self.touch
        self.views = Views(self.team, self.app, self.bot_profile,
                           lambda: self.enterprise.id if self.enterprise and self.org_wide else self.team)
        if self.enterprise:
            self.world.orgs[self.team] = self.enterprise.id
        for one in self.people.values():
            one.team = one.team or self.team

    @property
    def changed(self) -> threading.Condition:
        return self.world.changed

    def whose(self, person: Person | None = None) -> Json:
        """The fields by which an interactive payload says where it comes from.

        With a ``person``, as of what happens in no channel (modals, Home, shortcuts): an org-wide install is then told no
        workspace at all, and someone from outside is told by their own, not the app's. Without one, as of a message.
        """
        org = {"enterprise_id": self.enterprise.id, "enterprise_name": self.enterprise.name} if self.enterprise else {}
        team: Json | None = {"id": self.team, "domain": self.domain, **org}
        if person is not None and self.org_wide:
            team = None
        elif person is not None and person.team not in ("", self.team):
            team = {"id": person.team, "domain": person.team.lower()}
        return {"team": team, "is_enterprise_install": self.org_wide,
                "enterprise": {"id": self.enterprise.id, "name": self.enterprise.name} if self.enterprise else None}

    def room(self, channel: str) -> str | None:
        """The conversation an id names: a channel, a DM, or a person's DM; None when there is none."""
        if channel in self.channels:
            return channel
        if channel in self.people:
            return dm_of(channel)
        return channel if channel.startswith("D") and "U" + channel[1:] in self.people else None

    def members(self, room: str) -> list[str]:
        return list(self.channels[room].members) if room in self.channels else ["U" + room[1:], self.bot]

    def name_of(self, room: str) -> str:
        return self.channels[room].name if room in self.channels else "directmessage"

    def messages(self, room: str) -> list[Json]:
        with self.changed:
            return deepcopy(self.world.messages.get(room, []))

    def ephemerals(self, user: str) -> list[Json]:
        with self.changed:
            return deepcopy(self.world.private.get(user, []))

    def seen_by(self, user: str, room: str, ts: str) -> Json:
        """A message as it stands now, as this person sees it. Raises KeyError."""
        with self.changed:
            found = self._find_private(user, ts) or (self.find(room, ts) if user in self.members(room) else None)
            if found is None:
                raise KeyError(f"{user} sees no message {ts} in {room}")
            return deepcopy(found)

    def find(self, room: str, ts: str) -> Json | None:
        return next((one for one in self.world.messages.get(room, []) if one["ts"] == ts), None)

    def _find_private(self, user: str, ts: str) -> Json | None:
        return next((one for one in self.world.private.get(user, []) if one["ts"] == ts), None)

    def post(self, room: str, user: str, text: str, blocks: list[Json], metadata: Json | None = None) -> Json:
        with self.changed:
            made = self._made(room, user, text, blocks) | {"metadata": metadata, "edited": False}
            self.world.messages.setdefault(room, []).append(made)
            self.touch()
            return made

    def whisper(self, room: str, to: str, text: str, blocks: list[Json], user: str = "") -> Json:
        """A message that only ``to`` sees, of the app's unless ``user`` is named."""
        with self.changed:
            made = self._made(room, user or self.bot, text, blocks) | {"ephemeral": True, "to": to}
            self.world.private.setdefault(to, []).append(made)
            self.touch()
            return made

    def rewrite(self, room: str, ts: str, text: str, blocks: list[Json], *, to: str | None = None,
                metadata: Json | None = None) -> bool:
        """Puts new contents in place of a message's, or of a person's ephemeral; False when it is gone."""
        with self.changed:
            found = self._find_private(to, ts) if to else self.find(room, ts)
            if found is None:
                return False
            found.update({"text": text, "blocks": self._taken(blocks)})
            if not to:
                found["edited"] = True
                found["metadata"] = metadata if metadata is not None else found["metadata"]
            self.touch()
            return True

    def remove(self, room: str, ts: str, *, to: str | None = None) -> None:
        with self.changed:
            kept = self.world.private.get(to, []) if to else self.world.messages.get(room, [])
            kept[:] = [one for one in kept if one["ts"] != ts]
            self.touch()

    def _made(self, room: str, user: str, text: str, blocks: list[Json]) -> Json:
        return {"channel": room, "ts": self.world.stamp(), "user": user, "text": text, "blocks": self._taken(blocks),
                "care_at": self.clock.now().isoformat(timespec="seconds")}

    def _taken(self, blocks: list[Json]) -> list[Json]:
        if blocks:
            self.world.payloads.add("message", blocks)
        return named(blocks)
