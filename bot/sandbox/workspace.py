"""What the stand-in workspace holds: people, channels, messages, what one person alone sees, and the log.

Message times ("ts") are wall time and unique; "care_at" is the moved clock, for display only.
"""

from __future__ import annotations

import threading
import time
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.blocks import named
from bot.sandbox.clock import Clock
from bot.sandbox.payloads import Payloads
from bot.sandbox.views import Views

TEAM, DOMAIN, APP = "T0KEPT", "kept-sandbox", "A0KEPT"
BOT, BOT_PROFILE, SLACKBOT = "U0KEPT", "B0KEPT", "USLACKBOT"
ZONE = "America/New_York"

Json = dict[str, Any]


@dataclass
class Person:
    """A made-up member of the workspace. The flags are those that Slack's users.info carries."""

    id: str
    username: str
    name: str
    title: str
    tz: str = ZONE
    deleted: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False


@dataclass
class Channel:
    id: str
    name: str
    members: list[str]
    private: bool = True


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


@dataclass
class Workspace:
    """Everything is read and changed under ``changed``, whose waiters are woken on each change of ``version``."""

    clock: Clock
    people: dict[str, Person] = field(default_factory=made_up_people)
    channels: dict[str, Channel] = field(default_factory=made_up_channels)
    events: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    payloads: Payloads = field(default_factory=Payloads)
    views: Views = field(default_factory=lambda: Views(TEAM, APP, BOT_PROFILE))
    version: int = 0
    closing: bool = False

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self.clock.on_move = self.touch
        self._messages: dict[str, list[Json]] = {}
        self._private: dict[str, list[Json]] = {}
        self._last_stamp = 0

    def touch(self) -> None:
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def close(self) -> None:
        """Lets go of whoever waits for a change."""
        self.closing = True
        self.touch()

    def wait_past(self, version: int, seconds: float) -> None:
        """Returns when there is something newer than ``version``, or after ``seconds``."""
        with self.changed:
            self.changed.wait_for(lambda: self.version > version or self.closing, seconds)

    def room(self, channel: str) -> str | None:
        """The conversation an id names: a channel, a DM, or a person's DM; None when there is none."""
        if channel in self.channels:
            return channel
        if channel in self.people:
            return dm_of(channel)
        return channel if channel.startswith("D") and "U" + channel[1:] in self.people else None

    def members(self, room: str) -> list[str]:
        return list(self.channels[room].members) if room in self.channels else ["U" + room[1:], BOT]

    def name_of(self, room: str) -> str:
        return self.channels[room].name if room in self.channels else "directmessage"

    def messages(self, room: str) -> list[Json]:
        with self.changed:
            return deepcopy(self._messages.get(room, []))

    def ephemerals(self, user: str) -> list[Json]:
        with self.changed:
            return deepcopy(self._private.get(user, []))

    def seen_by(self, user: str, room: str, ts: str) -> Json:
        """A message as it stands now, as this person sees it. Raises KeyError."""
        with self.changed:
            found = self._find_private(user, ts) or (self.find(room, ts) if user in self.members(room) else None)
            if found is None:
                raise KeyError(f"{user} sees no message {ts} in {room}")
            return deepcopy(found)

    def find(self, room: str, ts: str) -> Json | None:
        return next((one for one in self._messages.get(room, []) if one["ts"] == ts), None)

    def _find_private(self, user: str, ts: str) -> Json | None:
        return next((one for one in self._private.get(user, []) if one["ts"] == ts), None)

    def post(self, room: str, user: str, text: str, blocks: list[Json], metadata: Json | None = None) -> Json:
        with self.changed:
            made = self._made(room, user, text, blocks) | {"metadata": metadata, "edited": False}
            self._messages.setdefault(room, []).append(made)
            self.touch()
            return made

    def whisper(self, room: str, to: str, text: str, blocks: list[Json], user: str = BOT) -> Json:
        """A message that only ``to`` sees."""
        with self.changed:
            made = self._made(room, user, text, blocks) | {"ephemeral": True, "to": to}
            self._private.setdefault(to, []).append(made)
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
            kept = self._private.get(to, []) if to else self._messages.get(room, [])
            kept[:] = [one for one in kept if one["ts"] != ts]
            self.touch()

    def log(self, kind: str, who: str, what: str) -> None:
        with self.changed:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.events.append({"at": at, "kind": kind, "who": who, "what": what})
            self.touch()

    def refuse(self, place: str, code: str, why: str = "") -> None:
        """Notes that the sandbox said no, as Slack would have."""
        with self.changed:
            self.refused.append((place, code))
            self.log("refused", place, f"{code}{': ' if why else ''}{why}")

    def _made(self, room: str, user: str, text: str, blocks: list[Json]) -> Json:
        return {"channel": room, "ts": self._stamp(), "user": user, "text": text, "blocks": self._taken(blocks),
                "care_at": self.clock.now().isoformat(timespec="seconds")}

    def _taken(self, blocks: list[Json]) -> list[Json]:
        if blocks:
            self.payloads.add("message", blocks)
        return named(blocks)

    def _stamp(self) -> str:
        self._last_stamp = max(time.time_ns() // 1000, self._last_stamp + 1)
        return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"
