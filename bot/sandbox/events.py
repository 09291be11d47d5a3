"""Events: who hears of one, the envelope it comes in, and further tries when the app does not answer."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections import deque
from typing import TYPE_CHECKING

from bot.sandbox import deliver, pressed
from bot.sandbox.door import Answer
from bot.sandbox.installs import Install

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.workspace import Workspace
    from bot.sandbox.world import Json

# Slack tries again at once, after a minute, and after five: here a hundred times sooner.
AGAIN_AFTER = (0.0, 60.0, 300.0)
FASTER = 100
# What Kept subscribes to, and for each the scopes of which one is needed.
HEARD = {
    "app_home_opened": "", "app_mention": "app_mentions:read", "message.im": "im:history",
    "member_joined_channel": "channels:read groups:read", "member_left_channel": "channels:read groups:read",
    "channel_archive": "channels:read", "channel_unarchive": "channels:read", "channel_rename": "channels:read",
    "group_archive": "groups:read", "group_unarchive": "groups:read", "group_rename": "groups:read",
    "channel_shared": "channels:read groups:read", "channel_unshared": "channels:read groups:read",
    "channel_id_changed": "channels:read groups:read", "user_change": "users:read", "team_join": "users:read",
    "tokens_revoked": "", "app_uninstalled": "",
}
KINDS = ("duplicate", "late", "reversed", "drop-ack")


class Events:
    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._faults: deque[str] = deque()
        self._held: list[Json] = []
        self._swapped: Json | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._serial = itertools.count(1)
        self.subscribed = set(HEARD)

    async def happen(self, event: Json, team: str) -> None:
        """Returns after the first try; further ones go on by themselves."""
        w = self._box.workspaces[team]
        install = self._box.installs.at(team)
        if install is None or not self._hears(event, install):
            return
        await self._send(self._wrapped(w, install, event))

    def fail(self, kind: str, times: int) -> None:
        if kind not in KINDS:
            raise ValueError(f"{kind} is none of {', '.join(KINDS)}")
        self._faults.extend([kind] * times)

    async def release(self) -> None:
        """Send the events that were held back, oldest first."""
        held, self._held = self._held, []
        for envelope in held:
            await self._try(envelope)

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
        elif kind == "reversed":
            self._swapped = envelope
        else:
            await self._try(envelope, lost=kind == "drop-ack")
            if kind == "duplicate":
                await self._try(envelope)

    async def _try(self, envelope: Json, *, lost: bool = False) -> None:
        answer = await deliver.send(self._box, deliver.EVENT, envelope)
        self._box.world.log("event", envelope["event"]["type"], answer.error or "delivered")
        if (answer.error or lost) and not answer.no_retry:
            task = asyncio.create_task(self._again(envelope, _why(answer, lost=lost)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _again(self, envelope: Json, why: str) -> None:
        for number, seconds in enumerate(AGAIN_AFTER, 1):
            await asyncio.sleep(seconds / FASTER)
            answer = await deliver.send(self._box, deliver.EVENT, envelope, (number, why))
            self._box.world.log("event", envelope["event"]["type"], f"try {number}: {answer.error or 'delivered'}")
            if not answer.error or answer.no_retry:
                return
            why = _why(answer)

    def _hears(self, event: Json, install: Install) -> bool:
        name = event["type"]
        name = f"{name}.{event['channel_type']}" if name == "message" else name
        needs = HEARD.get(name, "").split()
        return name in self.subscribed and (not needs or bool(set(needs) & install.scopes))

    def _wrapped(self, w: Workspace, install: Install, event: Json) -> Json:
        org = w.enterprise.id if w.enterprise else None
        found: Json = {
            "token": pressed.VERIFICATION, "team_id": w.team, "context_team_id": w.team, "context_enterprise_id": org,
            "api_app_id": w.app, "event": event, "type": "event_callback",
            "event_id": f"Ev{next(self._serial):04d}{secrets.token_hex(3).upper()}", "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": org, "team_id": w.team, "user_id": w.bot, "is_bot": True,
                                "is_enterprise_install": install.org_wide}],
            "is_ext_shared_channel": False}
        return found | ({"enterprise_id": org} if org else {})


def _why(answer: Answer, *, lost: bool = False) -> str:
    """Slack's word for why there is another try; Socket Mode leaves its "http_" out."""
    if lost or answer.error == "operation_timeout":
        return "http_timeout"
    return "http_error" if answer.status else "connection_failed"
