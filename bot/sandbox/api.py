"""The Web API's door: token, method, scope and arguments, then the method, or a fault that was asked for."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from bot.sandbox import faults, files, methods, view_methods
from bot.sandbox.faults import Faults
from bot.sandbox.installs import Install, Installs, Refused
from bot.sandbox.methods import No, Pace
from bot.sandbox.tiers import Limited, Tiers
from bot.sandbox.workspace import Json, Workspace
from bot.sandbox.world import World

POST = "channel text blocks metadata unfurl_links unfurl_media"


@dataclass(frozen=True)
class Method:
    """``json`` is whether a JSON body is read: Slack's reading methods ignore it, and then miss their arguments.

    In a scope ``*`` stands for the kind of the conversation: channels (public), groups (private) or im.
    """

    scope: str
    do: Callable[[Workspace, Pace, Json], Json]
    needs: str = ""
    may: str = ""
    json: bool = False


METHODS = {
    "auth.test": Method("", methods.auth_test, json=True),
    "chat.postMessage": Method("chat:write", methods.post_message, "channel", POST, json=True),
    "chat.update": Method("chat:write", methods.update, "channel ts", "text blocks metadata", json=True),
    "chat.delete": Method("chat:write", methods.delete, "channel ts", json=True),
    "chat.postEphemeral": Method("chat:write", methods.post_ephemeral, "channel user", "text blocks", json=True),
    "conversations.open": Method("im:write", methods.open_dm, "users", "return_im prevent_creation", json=True),
    "conversations.members": Method("*:read", methods.members, "channel", "cursor limit"),
    "conversations.info": Method("*:read", methods.info, "channel", "include_num_members"),
    "conversations.history": Method("*:history", methods.history, "channel",
                                    "include_all_metadata limit oldest latest inclusive cursor"),
    "files.getUploadURLExternal": Method("files:write", files.begin, "filename", "length alt_txt snippet_type", json=True),
    "files.completeUploadExternal": Method("files:write", files.finish, "", "files channel_id channels initial_comment "
                                           "thread_ts blocks", json=True),
    "users.info": Method("users:read", methods.user_info, "user", "include_locale"),
    "views.open": Method("", view_methods.open_view, "view", "trigger_id interactivity_pointer", json=True),
    "views.push": Method("", view_methods.push_view, "view", "trigger_id interactivity_pointer", json=True),
    "views.update": Method("", view_methods.update_view, "view", "view_id external_id hash", json=True),
    "views.publish": Method("", view_methods.publish_view, "user_id view", "hash", json=True),
}
HEADER_ONLY = frozenset({"apps.connections.open"})
# Methods of Slack's that Kept was not granted: their answer is missing_scope, not unknown_method.
UNGRANTED = {"reactions.add": "reactions:write",
             "conversations.create": "groups:write", "conversations.invite": "groups:write", "pins.add": "pins:write",
             "conversations.join": "channels:join", "users.lookupByEmail": "users:read.email",
             "users.profile.set": "users.profile:write"}


@dataclass
class Api:
    """``own`` answers the methods that are not about one workspace, from (the token, the arguments). It may raise No."""

    world: World
    workspaces: dict[str, Workspace]
    installs: Installs
    faults: Faults = field(default_factory=Faults)
    pace: Pace = field(default_factory=Pace)
    tiers: Tiers = field(default_factory=Tiers)
    own: dict[str, Callable[[str, Json], Json]] = field(default_factory=dict)
    on_call: Callable[[str, Json], None] | None = None
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await _given(request, method)
        header = request.headers.get("Authorization", "").removeprefix("Bearer").strip()
        # An app's own token is taken from the header alone.
        token = header if method in HEADER_ONLY else given.pop("token", None) or header
        self.world.calls.append((method, given))
        if self.on_call is not None:
            # It may block, or end the process it watches: not on the loop.
            await asyncio.get_running_loop().run_in_executor(None, self.on_call, method, given)
        kind = self.faults.take(method)
        if kind and kind not in faults.DONE:
            self.world.log("fault", method, kind)
            return faults.instead(request, kind)
        answer = self._do(method, given, str(token))
        if kind:
            self.world.log("fault", method, kind)
            return await faults.spoiled(request, kind, answer, self.stopping)
        return answer

    def _do(self, method: str, given: Json, token: str) -> web.Response:
        answer = self._answered(method, given, token)
        known = self.installs.tokens.get(token)
        if known is not None:
            answer.headers["X-OAuth-Scopes"] = ",".join(sorted(known.install.scopes))
        return answer

    def _answered(self, method: str, given: Json, token: str) -> web.Response:
        try:
            with self.world.changed:
                found = self._found(method, given, token)
        except No as no:
            why = "; ".join(no.extra.get("response_metadata", {}).get("messages", []))
            self.world.refuse(method, no.code, why)
            if no.code == "ratelimited":
                return faults.limited(str(no.extra.get("after", 1)))
            return web.json_response({"ok": False, "error": no.code, **no.extra})
        return web.json_response({"ok": True, **found})

    def _found(self, method: str, given: Json, token: str) -> Json:
        """Raises No."""
        if method in self.own:
            known = self.installs.tokens.get(token)
            self._limit(method, known.install.home if known else "")
            found = self.own[method](token, given)
            self.world.log("call", "Kept", f"{method} ok")
            return found
        try:
            install = self.installs.open(token)
        except Refused as refused:
            raise No(str(refused)) from None
        workspace = self._workspace(install, given)
        allowed = _allowed(method, given, install.scopes, workspace)
        self._limit(method, install.home)
        found = allowed.do(workspace, self.pace, _read(given))
        self.world.log("call", "Kept", f"{method} ok{_where(workspace, given)}")
        return found

    def _limit(self, method: str, home: str) -> None:
        """Raises No."""
        try:
            self.tiers.take(method, home)
        except Limited as limited:
            raise No("ratelimited", after=limited.after) from None

    def _workspace(self, install: Install, given: Json) -> Workspace:
        """The workspace a call is about: with an org's token, the one that knows the conversation, person or view named."""
        mine = [self.workspaces[team] for team in install.teams]
        if not mine:
            raise No("team_access_not_granted")
        place = str(given.get("channel") or given.get("user") or given.get("users") or given.get("user_id") or "")
        return next((one for one in mine if one.room(place) is not None or one.views.knows(given)), mine[0])


def _where(workspace: Workspace, given: Json) -> str:
    """Whom or what a call was about, by name."""
    place = str(given.get("channel") or given.get("user") or given.get("users") or given.get("user_id") or "")
    room = workspace.room(place)
    if room in workspace.channels:
        return f", {workspace.channels[room].name}"
    person = workspace.people.get("U" + place[1:])
    return f", {person.name}" if person else ""


def _allowed(method: str, given: Json, scopes: frozenset[str], workspace: Workspace) -> Method:
    """Raises No."""
    found = METHODS.get(method)
    needed = _scopes(found.scope if found else UNGRANTED.get(method, ""), workspace, str(given.get("channel", "")))
    if needed and not needed & scopes:
        raise No("missing_scope", needed=",".join(sorted(needed)), provided=",".join(sorted(scopes)))
    if found is None:
        raise No("unknown_method", req_method=method)
    needs = set(found.needs.split())
    wrong = [f"[ERROR] missing required field: {one}" for one in sorted(needs - set(given))]
    wrong += [f"[ERROR] no such argument: {one}" for one in sorted(set(given) - needs - set(found.may.split()))]
    wrong += [f"[ERROR] must be a string: {one}" for one in sorted(needs & set(given) - {"view"})
              if not isinstance(given[one], str)]
    if wrong:
        raise No("invalid_arguments", response_metadata={"messages": wrong})
    return found


def _scopes(scope: str, workspace: Workspace, place: str) -> frozenset[str]:
    """The scopes of which one is needed: of a conversation nobody can name, that of any kind will do."""
    room = workspace.room(place)
    if "*" not in scope:
        kinds = [""]
    elif room is None:
        kinds = ["channels", "groups", "im", "mpim"]
    elif room in workspace.channels:
        kinds = ["groups" if workspace.channels[room].private else "channels"]
    else:
        kinds = ["im"]
    return frozenset(scope.replace("*", kind) for kind in kinds if scope)


async def _given(request: web.Request, method: str) -> Json:
    """The arguments of the address and of a form body, or of a JSON body where the method reads one."""
    found: Json = dict(request.query)
    raw = await request.text()
    if request.content_type != "application/json":
        return found | dict(parse_qsl(raw, keep_blank_values=True))
    try:
        body = json.loads(raw or "{}")
    except ValueError:
        body = {"invalid_json": raw[:40]}
    reads = method not in METHODS or METHODS[method].json
    return found | body if reads and isinstance(body, dict) else found


def _read(given: Json) -> Json:
    """In a form, blocks, metadata and views are JSON in text. Raises No."""
    found = dict(given)
    for name, code in (("blocks", "invalid_blocks_format"), ("metadata", "invalid_metadata_format"),
                       ("view", "invalid_arguments")):
        value: Any = found.get(name)
        if isinstance(value, str):
            try:
                found[name] = json.loads(value)
            except ValueError:
                raise No(code) from None
    return found
