"""Installing: codes that are good once, tokens for them, refreshing, revoking and uninstalling, as oauth.v2 does it."""

from __future__ import annotations

import base64
import binascii
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from bot.sandbox.installs import Install, Refused
from bot.sandbox.methods import No

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox
    from bot.sandbox.world import Json

CODE_GOOD = 600.0  # seconds
# Scopes a bot may have. Slack refuses to ask for any other.
SCOPES = frozenset((
    "app_mentions:read", "assistant:write", "bookmarks:read", "bookmarks:write", "calls:read", "calls:write", "canvases:read",
    "canvases:write", "channels:history", "channels:join", "channels:manage", "channels:read", "chat:write",
    "chat:write.customize", "chat:write.public", "commands", "conversations.connect:manage", "conversations.connect:read",
    "conversations.connect:write", "dnd:read", "emoji:read", "files:read", "files:write", "groups:history", "groups:read",
    "groups:write", "im:history", "im:read", "im:write", "incoming-webhook", "links:read", "links:write",
    "metadata.message:read", "mpim:history", "mpim:read", "mpim:write", "pins:read", "pins:write", "reactions:read",
    "reactions:write", "reminders:read", "reminders:write", "team:read", "usergroups:read", "usergroups:write", "users:read",
    "users:read.email", "users:write", "users.profile:read", "workflow.steps:execute"))


class Wrong(Exception):
    """An address to authorize that Slack shows a page of complaint for; its text is Slack's code."""


@dataclass(frozen=True)
class Ask:
    """What the app asks for: ``redirect`` is empty when it named none, ``back`` where the person is sent in any case."""

    scopes: frozenset[str]
    state: str
    redirect: str
    back: str
    team: str


@dataclass(frozen=True)
class Code:
    ask: Ask
    user: str
    whole_org: bool
    ends: float


class OAuth:
    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self._codes: dict[str, Code] = {}

    def ask(self, query: Json) -> Ask:
        """Reads an address to authorize. Raises Wrong."""
        if query.get("client_id") != self._box.client_id:
            raise Wrong("invalid_client_id")
        redirect = query.get("redirect_uri", "")
        back = redirect or next(iter(self._box.redirect_urls), "")
        if not self._may_go(back):
            raise Wrong("bad_redirect_uri")
        scopes = frozenset(one for one in query.get("scope", "").replace(" ", ",").split(",") if one)
        if not scopes or query.get("user_scope"):
            raise Wrong("invalid_scope" if scopes else "no_scopes")
        if scopes - SCOPES:
            raise Wrong("invalid_scope")
        if query.get("team") and query["team"] not in self._box.workspaces:
            raise Wrong("invalid_team")
        return Ask(scopes, query.get("state", ""), redirect, back, query.get("team", ""))

    def allow(self, ask: Ask, user: str, *, whole_org: bool) -> str:
        """The code the person is sent back with."""
        code = f"{secrets.token_hex(8)}.{secrets.token_hex(32)}"
        self._codes[code] = Code(ask, user, whole_org, self._box.installs.wall() + CODE_GOOD)
        return code

    def access(self, token: str, given: Json) -> Json:
        """oauth.v2.access. Raises No."""
        self._client(token, given)
        grant = given.get("grant_type") or "authorization_code"
        if grant == "refresh_token":
            return self._refresh(str(given.get("refresh_token", "")))
        if grant != "authorization_code":
            raise No("invalid_grant_type")
        # Whatever comes of it, a code shown once is spent.
        code = self._codes.pop(str(given.get("code", "")), None)
        if code is None or self._box.installs.wall() >= code.ends:
            raise No("invalid_code")
        if given.get("redirect_uri", "") != code.ask.redirect:
            raise No("bad_redirect_uri")
        return self._issued(self._install(code)) | {"authed_user": {"id": code.user}}

    def revoke(self, token: str, given: Json) -> Json:
        """auth.revoke: of an install that rotates the one token, else all there is. Raises No."""
        installs = self._box.installs
        if token in installs.refreshing:
            del installs.refreshing[token]
            return {"revoked": True}
        install = _opened(self._box, token)
        if str(given.get("test", "")).lower() in ("1", "true"):
            return {"revoked": False}
        if installs.tokens[token].ends is not None:
            installs.tokens[token].revoked = True
            return {"revoked": True}
        installs.revoke(install)
        self._leave(install, uninstalled=False)
        return {"revoked": True}

    def uninstall(self, token: str, given: Json) -> Json:
        """apps.uninstall. Raises No."""
        self._client("", given)
        self.remove(_opened(self._box, token))
        return {}

    def remove(self, install: Install) -> None:
        """Revoke every token, put the bot out of its channels, and let the app know."""
        self._box.installs.revoke(install)
        install.gone = True
        self._leave(install, uninstalled=True)

    def _leave(self, install: Install, *, uninstalled: bool) -> None:
        box = self._box
        places = [box.workspaces[team] for team in install.teams]
        with box.world.changed:
            for w in places:
                w.org_wide = False if uninstalled else w.org_wide
                for room in w.channels.values():
                    room.members[:] = [user for user in room.members if user != w.bot]
            box.world.touch()
        bot = places[0].bot
        found: list[Json] = [{"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [bot]}, "event_ts": box.world.stamp()}]
        if uninstalled:
            found.append({"type": "app_uninstalled", "event_ts": box.world.stamp()})
        box.tell([(install.teams[0], event) for event in found], install)

    def _client(self, token: str, given: Json) -> None:
        """By HTTP Basic, or by fields. Raises No."""
        name, secret = given.get("client_id", ""), given.get("client_secret", "")
        if token.startswith("Basic "):
            name, _, secret = _basic(token).partition(":")
        if name != self._box.client_id:
            raise No("invalid_client_id")
        if secret != self._box.client_secret:
            raise No("bad_client_secret")

    def _install(self, code: Code) -> Install:
        box = self._box
        w = box.at(code.user)
        if code.whole_org and w.enterprise:
            teams = [one.team for one in box.workspaces.values() if one.enterprise and one.enterprise.id == w.enterprise.id]
            found = box.installs.grant(w.enterprise.id, teams, code.ask.scopes, code.user, org_wide=True)
            for team in teams:
                box.workspaces[team].org_wide = True
            return found
        return box.installs.grant(w.team, [w.team], code.ask.scopes, code.user, org_wide=False)

    def _refresh(self, text: str) -> Json:
        install = self._box.installs.refreshing.pop(text, None)
        if install is None:
            raise No("invalid_refresh_token")
        return self._issued(install, rotate=True)

    def _issued(self, install: Install, *, rotate: bool = False) -> Json:
        box = self._box
        rotate = rotate or box.rotate
        token, refresh = box.installs.issue(install, box.token_life if rotate else None)
        w = box.workspaces[install.teams[0]]
        found: Json = {
            "app_id": w.app, "scope": ",".join(sorted(install.scopes)), "token_type": "bot", "access_token": token,
            "bot_user_id": w.bot, "team": None if install.org_wide else {"id": w.team, "name": w.name},
            "enterprise": {"id": w.enterprise.id, "name": w.enterprise.name} if w.enterprise else None,
            "is_enterprise_install": install.org_wide}
        return found | ({"refresh_token": refresh, "expires_in": int(box.token_life)} if rotate else {})

    def _may_go(self, back: str) -> bool:
        """https, or this very machine; without an anchor; at or below an address the app was set up with."""
        place = urlsplit(back)
        local = place.scheme == "http" and place.hostname in ("127.0.0.1", "localhost")
        if place.fragment or not (place.scheme == "https" or local):
            return False
        known = self._box.redirect_urls or [f"{urlsplit(self._box.app_url).scheme}://{urlsplit(self._box.app_url).netloc}/"]
        return any(back == one or back.startswith(one.rstrip("/") + "/") for one in known)


def _opened(box: Sandbox, token: str) -> Install:
    """Raises No."""
    try:
        return box.installs.open(token)
    except Refused as refused:
        raise No(str(refused)) from None


def _basic(header: str) -> str:
    try:
        return unquote(base64.b64decode(header.removeprefix("Basic "), validate=True).decode())
    except (binascii.Error, UnicodeDecodeError):
        return ""
