"""A stand-in for Slack on 127.0.0.1, for the demo and tests: signed payloads out, Web API in, and a page to use by hand.

The app under it is the real one, over real HTTP. State is in workspace.py; this is what the demo and the tests hold.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import ChainMap
from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from bot.sandbox import deliver, door, files, gestures, links, pages, persons, pressed, rooms, screens, visitor
from bot.sandbox.api import Api
from bot.sandbox.clock import Clock
from bot.sandbox.consent import Consent
from bot.sandbox.events import Events
from bot.sandbox.installs import Install, Installs
from bot.sandbox.links import Links
from bot.sandbox.oauth import OAuth
from bot.sandbox.pressed import Button
from bot.sandbox.reply import Reply
from bot.sandbox.server import Server
from bot.sandbox.shortcuts import Shortcut
from bot.sandbox.sockets import Sockets
from bot.sandbox.surfaces import Surfaces
from bot.sandbox.workspace import APP, BOT, SLACKBOT, TEAM, Channel, Enterprise, Json, Person, Workspace, dm_of
from bot.sandbox.world import World

__all__ = ["APP", "BOT", "SLACKBOT", "TEAM", "Button", "Channel", "Person", "Reply", "Sandbox", "Shortcut"]

T = TypeVar("T")
COMMANDS = frozenset({"/concern", "/barrier", "/commit", "/promise", "/kept"})


class Sandbox:
    """Workspaces in memory. ``app_url`` is the app's whole /slack/events address and may be set after start.

    The app is installed in the first workspace by ``bot_token``, unless that is empty. With an ``app_token`` it may
    connect over Socket Mode, and while it is connected everything goes there.

    Installing: ``redirect_urls`` are the addresses the app was set up with (when empty, all on the app's own server), and
    ``rotate`` makes tokens that expire after ``token_life`` seconds.
    """

    def __init__(self, signing_secret: str, bot_token: str, app_url: str = "", port: int = 0,
                 clock_file: Path | None = None, app_token: str = "") -> None:
        self.app_url, self.port = app_url, port
        self.secret = signing_secret.encode()
        self.clock = Clock(clock_file)
        self.world = World()
        self.workspace = Workspace(self.clock, world=self.world)
        self.workspaces = {self.workspace.team: self.workspace}
        self.installs = Installs(app_token=app_token)
        if bot_token:
            self.installs.add(Install(TEAM, [TEAM]), bot_token)
        self.sockets = Sockets(self.world, self.installs, APP, lambda: f"ws://127.0.0.1:{self.port}")
        self.client_id, self.client_secret = f"{secrets.randbelow(10**10)}.{secrets.randbelow(10**10)}", secrets.token_hex(16)
        self.redirect_urls: list[str] = []
        self.rotate, self.token_life = False, 43_200.0
        self.oauth = OAuth(self)
        self.api = Api(self.world, self.workspaces, self.installs, own={
            "apps.connections.open": self.sockets.call, "oauth.v2.access": self.oauth.access,
            "auth.revoke": self.oauth.revoke, "apps.uninstall": self.oauth.uninstall})
        self.links = Links()
        self.commands = set(COMMANDS)
        # A look-up goes through all workspaces; what is added this way goes into the first.
        self.people: ChainMap[str, Person] = ChainMap(self.workspace.people)
        self.channels: ChainMap[str, Channel] = ChainMap(self.workspace.channels)
        self.events, self.calls, self.refused = self.world.events, self.world.calls, self.world.refused
        self.happenings = Events(self)
        self.shortcuts: list[Shortcut] = []
        self.surfaces = Surfaces(self)
        self.server = Server()

    def add_workspace(self, team: str, domain: str, people: Iterable[Person], channels: Iterable[Channel], *,
                      enterprise: str = "") -> Workspace:
        """Another workspace, in which the app is not installed. Ids of people and channels are unique in a sandbox.

        ``enterprise`` is the id of an Enterprise org, which is made when no workspace has it yet.
        """
        org = Enterprise(enterprise, f"Org {enterprise}") if enterprise else None
        # In an org the app's bot user is one, as people are.
        tail = (enterprise or team)[1:]
        made = Workspace(self.clock, {one.id: one for one in people}, {one.id: one for one in channels}, self.world,
                         team=team, domain=domain, name=domain, bot=f"U{tail}KEPT", bot_profile=f"B{tail}KEPT", enterprise=org)
        self.workspaces[team] = made
        self.people.maps.append(made.people)
        self.channels.maps.append(made.channels)
        return made

    def at(self, user: str) -> Workspace:
        """The workspace a person belongs to, or the one that knows them as someone from outside. Raises KeyError."""
        found = [one for one in self.workspaces.values() if user in one.people]
        if not found:
            raise KeyError(user)
        return next((one for one in found if one.people[user].team in ("", one.team)), found[0])

    def acts(self, user: str, message: Json) -> Workspace:
        """The workspace of the app that hears when a person presses something of a message."""
        made = (one for one in self.workspaces.values() if one.bot == message["user"] and user in one.people)
        return next(made, self.at(user))

    @property
    def api_url(self) -> str:
        """Base address for SLACK_API_URL."""
        return f"http://127.0.0.1:{self.port}/api/"

    @property
    def page_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def payloads(self) -> list[tuple[str, Any]]:
        """One of each shape that the app sent and the sandbox took: (message, modal, home or options; payload)."""
        return list(self.world.payloads.kept)

    @property
    def on_call(self) -> Callable[[str, Json], None] | None:
        """Called with (method, arguments) in a thread of its own before a call is applied, for crash tests."""
        return self.api.on_call

    @on_call.setter
    def on_call(self, callback: Callable[[str, Json], None] | None) -> None:
        self.api.on_call = callback

    @property
    def transport(self) -> str:
        return deliver.transport(self)

    @property
    def acks(self) -> list[tuple[str, float]]:
        """(kind, seconds) of each acknowledgement that came over Socket Mode."""
        return self.sockets.acks

    @property
    def subscribed(self) -> set[str]:
        """The events the app has asked for, by Slack's names ("message.im")."""
        return self.happenings.subscribed

    def start(self) -> None:
        """Serve on 127.0.0.1 in a thread of its own. Raises OSError when the port is taken."""
        self.port = self.server.start(self._app, self.port)
        self.world.address = self.page_url

    def stop(self) -> None:
        """Close the server and its thread; calls that wait are let go."""
        self.world.close()
        self.server.stop(self._let_go())

    def _app(self) -> web.Application:
        # Fresh after a stop, so that the same workspaces can be served again.
        self.world.closing, self.api.stopping = False, asyncio.Event()
        app = web.Application(client_max_size=1024 * 1024, middlewares=[pages.guard(self)])
        app.router.add_post("/api/{method}", self.api.answer)
        app.router.add_get("/api/{method}", self.api.answer)
        app.router.add_post("/response/{name}", partial(links.answer, self))
        app.router.add_get("/socket/{ticket}", self.sockets.serve)
        Consent(self).add_routes(app)
        files.add_routes(app, self.world)
        pages.add_routes(app, self)
        return app

    async def _let_go(self) -> None:
        self.api.stopping.set()
        await self.happenings.close()
        await self.sockets.close()

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        return self.server.wait(work)

    def messages(self, channel: str) -> list[Json]:
        """Messages of a channel or DM, oldest first, as they stand now."""
        return self.workspace.messages(channel)

    def dm(self, user: str) -> list[Json]:
        """The bot's direct messages with a person, oldest first."""
        return self.workspace.messages(dm_of(user))

    def ephemerals(self, user: str) -> list[Json]:
        """What only this person sees, oldest first."""
        return self.workspace.ephemerals(user)

    def controls(self, message: Json) -> list[Button]:
        return pressed.controls(message)

    def wait_for(self, fn: Callable[[], T], seconds: float = 20) -> T:
        """The first true value of ``fn``, looked at whenever something changes here. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while True:
            seen = self.world.version
            if found := fn():
                return found
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"did not happen in {seconds} s; last: {self.events[-5:]}")
            # Half a second at the most: what is waited for may be the app's, which wakes nobody here.
            self.world.wait_past(seen, min(left, 0.5))

    def fail_next(self, method: str, kind: str, times: int = 1) -> None:
        """Spoil the next calls of a method; the kinds are in faults.py, and any other word is an error code."""
        self.api.faults.add(method, kind, times)
        self.world.touch()

    def happen(self, event: Json, *, team: str | None = None) -> None:
        """Let the app know of one event, if it subscribes to it; returns after the first try."""
        self.wait(self.a_happen(event, team=team))

    async def a_happen(self, event: Json, *, team: str | None = None) -> None:
        await self.happenings.happen(event, team or self.workspace.team)

    def fail_delivery(self, kind: str, times: int = 1) -> None:
        """Spoil the next events: duplicate, late (held until release()), reversed (after the next one), drop-ack."""
        self.happenings.fail(kind, times)

    def release(self) -> None:
        self.wait(self.happenings.release())

    def refresh(self, *, warn: bool = True, after: float = 0.2) -> None:
        """Ask every Socket Mode connection to be made anew, then close it ``after`` that many seconds."""
        self.wait(self.sockets.refresh(warn=warn, after=after))

    def disable_socket_mode(self) -> None:
        """Switch Socket Mode off for the app: connections end with link_disabled, and what happens goes to ``app_url``."""
        self.wait(self.sockets.disable())

    def disconnect(self) -> None:
        """Cut one Socket Mode connection without a word."""
        self.wait(self._disconnect())

    async def _disconnect(self) -> None:
        self.sockets.drop()

    def install(self, user: str, start_url: str, *, whole_org: bool = False, allow: bool = True) -> int:
        """Install the app as a person does in a browser, from its own address; the status of its last answer."""
        return self.wait(visitor.install(self, user, start_url, whole_org=whole_org, allow=allow))

    def uninstall(self, home: str) -> None:
        """Remove the app from a workspace or an org. Raises KeyError where it is not installed."""
        found = [one.install for one in self.installs.tokens.values() if one.install.home == home and not one.install.gone]
        if not found:
            raise KeyError(home)
        self.oauth.remove(found[0])

    def tell(self, happenings: rooms.Happenings, install: Install | None = None) -> None:
        """Let the app know of (workspace, event) in their order, and wait for it; on the sandbox's own loop, without waiting.

        ``install`` is one that has just ended, for the last events there will be.
        """
        if self.server.is_here():
            self.happenings.later(self._told(happenings, install))
        elif self.server.running:
            self.wait(self._told(happenings, install))

    async def _told(self, happenings: rooms.Happenings, install: Install | None) -> None:
        for team, event in happenings:
            await self.happenings.happen(event, team, install)

    say, mention, arrive = persons.say, persons.mention, persons.arrive
    deactivate, reactivate, change_profile = persons.deactivate, persons.reactivate, persons.change_profile
    archive, unarchive, rename, make_public = rooms.archive, rooms.unarchive, rooms.rename, rooms.make_public
    share, unshare, change_id, join, leave = rooms.share, rooms.unshare, rooms.change_id, rooms.join, rooms.leave

    def command(self, user: str, channel: str, command: str, text: str) -> Reply:
        """Type a slash command as a person. Raises ValueError in a channel they are not in."""
        return self.wait(self.type_command(user, channel, command, text))

    def press(self, user: str, message: Json, action_id: str, choice: Any = None) -> Reply:
        """Press a control of a message as it stands now; ``action_id`` may stop before its first "/".

        ``choice`` is the value of a menu's option, or a picker's unix seconds. Raises KeyError when the message
        has no such control, ValueError when a menu has no such option.
        """
        return self.wait(self.press_control(user, message["channel"], message["ts"], action_id, choice))

    def dismiss(self, user: str, ts: str) -> None:
        """Put away an ephemeral message."""
        self.at(user).remove("", ts, to=user)

    stack, modal, home, open_home, shortcut = screens.stack, screens.modal, screens.home, screens.open_home, screens.shortcut
    submit, close, options = screens.submit, screens.close, screens.options
    press_modal, press_home = screens.press_modal, screens.press_home

    type_command, press_control, room_of = gestures.type_command, gestures.press_control, gestures.room_of

    def response_url(self, room: str, user: str, message: Json | None = None, team: str = "") -> str:
        return f"http://127.0.0.1:{self.port}/response/{self.links.make(room, user, message, team)}"

    async def interact(self, payload: Json) -> door.Answer:
        """Sends the app one interaction."""
        return await deliver.send(self, deliver.INTERACTIVE, payload)
