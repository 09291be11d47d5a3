"""Events: who hears of one, the envelope it comes in, and further tries when the app does not answer."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

from bot.sandbox import deliver, pressed
from bot.sandbox.door import Answer
from bot.sandbox.installs import Install
from bot.sandbox.rooms import externals

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Json

# Slack tries again at once, after a minute, and after five: here a hundred times sooner.
AGAIN_AFTER = (0.0, 60.0, 300.0)
FASTER = 100
# Slack's events, and for each the scopes of which one is needed.
NEEDS = {
    "app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history",
    "message.channels": "channels:history", "message.groups": "groups:history",
    "member_joined_channel": "channels:read groups:read", "member_left_channel": "channels:read groups:read",
    "channel_left": "channels:read", "channel_archive": "channels:read", "channel_unarchive": "channels:read",
    "channel_rename": "channels:read", "group_left": "groups:read", "group_archive": "groups:read",
    "group_unarchive": "groups:read", "group_rename": "groups:read", "channel_shared": "channels:read groups:read",
    "channel_unshared": "channels:read groups:read", "channel_id_changed": "channels:read groups:read",
    "user_change": "users:read", "team_join": "users:read", "tokens_revoked": "", "app_uninstalled": "",
}
# What Kept has no use for: what people say to each other.
UNHEARD = frozenset({"message.channels", "message.groups"})
KINDS = ("duplicate", "late", "reversed", "drop-ack")


class Events:
    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._faults: deque[str] = deque()
        self._held: list[Json] = []
        self._swapped: Json | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._serial = itertools.count(1)
        self.subscribed = set(NEEDS) - UNHEARD

    async def happen(self, event: Json, team: str, install: Install | None = None) -> None:
        """Returns after the first try; further ones go on by themselves. ``install`` is one that has just ended."""
        w, now = self._box.workspaces[team], self._box.installs.at(team)
        install = install or (None if now is None or now.revoked else now)
        if install is None or not self._hears(event, install):
            return
        await self._send(self._wrapped(w, install, event))

    @property
    def held(self) -> int:
        """How many events are held back."""
        return len(self._held)

    def fail(self, kind: str, times: int) -> None:
        if kind not in KINDS:
            raise ValueError(f"{kind} is none of {', '.join(KINDS)}")
        self._faults.extend([kind] * times)
        self._box.world.touch()

    async def release(self) -> None:
        """Send the events that were held back, oldest first."""
        held, self._held = self._held, []
        for envelope in held:
            await self._try(envelope)

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _send(self, envelope: Json) -> None:
        if self._swapped is not None:
            first, self._swapped = self._swapped, None
            await self._try(envelope)
            await self._try(first)
            return
        kind = self._faults.popleft() if self._faults else ""
        if kind == "late":
            self._held.append(envelope)
            self._box.world.log("event", envelope["event"]["type"], "held back")
        elif kind == "reversed":
            self._swapped = envelope
        else:
            await self._try(envelope, lost=kind == "drop-ack")
            if kind == "duplicate":
                await self._try(envelope)

    async def _try(self, envelope: Json, *, lost: bool = False) -> None:
        answer = await deliver.send(self._box, deliver.EVENT, envelope)
        failed = _failed(answer)
        self._box.world.log("event", envelope["event"]["type"], answer.error if failed else "delivered")
        if (failed or lost) and not answer.no_retry:
            self.later(self._again(envelope, _why(answer, lost=lost)))

    async def _again(self, envelope: Json, why: str) -> None:
        for number, seconds in enumerate(AGAIN_AFTER, 1):
            await asyncio.sleep(seconds / FASTER)
            answer = await deliver.send(self._box, deliver.EVENT, envelope, (number, why))
            failed = _failed(answer)
            self._box.world.log("event", envelope["event"]["type"], f"try {number}: {answer.error if failed else 'delivered'}")
            if not failed or answer.no_retry:
                return
            why = _why(answer)

    def _hears(self, event: Json, install: Install) -> bool:
        name = event["type"]
        if name == "message":
            name += {"im": ".im", "group": ".groups"}.get(event["channel_type"], ".channels")
        needs = NEEDS.get(name, "").split()
        return name in self.subscribed and (not needs or bool(set(needs) & install.scopes))

    def _wrapped(self, w: Workspace, install: Install, event: Json) -> Json:
        """The whole event_callback. Whom it is for is told by ``authorizations``: of what someone from outside does in a
        shared channel, ``team_id`` is their workspace, except in a mention."""
        org = w.enterprise.id if w.enterprise else None
        room = w.channels.get(str(event.get("channel")))
        shared = room is not None and bool(externals(w, room))
        team = w.team if event["type"] == "app_mention" or not shared else self._actor(w, event)
        home: str | None = w.team
        if install.gone and install.org_wide:
            # What ends in a whole org is of no workspace.
            team, home = install.home, None
        found: Json = {
            "token": pressed.VERIFICATION, "team_id": team, "context_team_id": w.team, "context_enterprise_id": org,
            "api_app_id": w.app, "event": event, "type": "event_callback",
            "event_id": f"Ev{next(self._serial):04d}{secrets.token_hex(3).upper()}", "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": org, "team_id": home, "user_id": w.bot, "is_bot": True,
                                "is_enterprise_install": install.org_wide}],
            "is_ext_shared_channel": shared}
        theirs = self._box.world.orgs.get(team) or (install.home if home is None else None)
        return found | ({"enterprise_id": theirs} if theirs else {})

    def _actor(self, w: Workspace, event: Json) -> str:
        """The workspace of the person an event is about."""
        person = self._box.people.get(str(event.get("user")))
        return (person.team if person else "") or w.team


def _failed(answer: Answer) -> bool:
    """Of events any 2xx is an acknowledgement, where a command or a press needs 200."""
    return bool(answer.error) and not 200 <= answer.status < 300


def _why(answer: Answer, *, lost: bool = False) -> str:
    """Slack's word for why there is another try; Socket Mode leaves its "http_" out."""
    if lost or answer.error == "operation_timeout":
        return "http_timeout"
    return "http_error" if answer.status else "connection_failed"
