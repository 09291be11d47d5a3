"""Where the app is installed, by which tokens, and which of Slack's words answers a token that is no longer good."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

GRANTED = frozenset({"commands", "chat:write", "users:read", "groups:read", "groups:history", "channels:read",
                     "channels:history", "im:write", "im:read", "im:history", "app_mentions:read", "files:write"})
MOST_ACTIVE = 2  # tokens of one install that rotate: an older one is revoked


class Refused(Exception):
    """A token that opens nothing; its text is Slack's code."""


@dataclass
class Install:
    """The app in one workspace, or in a whole Enterprise org (``home`` is then the org's id and ``teams`` its workspaces).

    ``gone`` is uninstalled; ``revoked`` is installed still, with no token, and told of nothing.
    """

    home: str
    teams: list[str]
    scopes: frozenset[str] = GRANTED
    by: str = ""
    org_wide: bool = False
    gone: bool = False
    revoked: bool = False


@dataclass
class Token:
    """``ends`` is when it expires in seconds of wall time, None for never."""

    text: str
    install: Install
    ends: float | None = None
    revoked: bool = False


@dataclass
class Installs:
    """``refreshing`` are the refresh tokens that were not used yet."""

    wall: Callable[[], float] = time.time
    tokens: dict[str, Token] = field(default_factory=dict)
    refreshing: dict[str, Install] = field(default_factory=dict)
    app_token: str = ""

    def add(self, install: Install, token: str, life: float | None = None) -> Token:
        made = self.tokens[token] = Token(token, install, None if life is None else self.wall() + life)
        return made

    def open(self, token: str) -> Install:
        """The install behind a bot token. Raises Refused."""
        if not token:
            raise Refused("not_authed")
        if self.app_token and token == self.app_token:
            raise Refused("not_allowed_token_type")
        found = self.tokens.get(token)
        if found is None:
            raise Refused("invalid_auth")
        if found.install.gone:
            raise Refused("account_inactive")
        if found.revoked:
            raise Refused("token_revoked")
        if found.ends is not None and self.wall() >= found.ends:
            raise Refused("token_expired")
        return found.install

    def at(self, team: str) -> Install | None:
        """The install by which the app is in a workspace now; one of the workspace's own goes before its org's."""
        found = [one.install for one in self.tokens.values() if team in one.install.teams and not one.install.gone]
        return next(iter(sorted(found, key=lambda one: one.org_wide)), None)

    def grant(self, home: str, teams: Iterable[str], scopes: frozenset[str], by: str, *, org_wide: bool) -> Install:
        """Install, or install once more: scopes are only ever added to."""
        known = next((one.install for one in self.tokens.values() if one.install.home == home and not one.install.gone), None)
        if known is None:
            return Install(home, list(teams), scopes, by, org_wide)
        known.scopes |= scopes
        known.by, known.revoked = by, False
        return known

    def issue(self, install: Install, life: float | None) -> tuple[str, str]:
        """(bot token, refresh token). Without rotation (``life`` is None) an install keeps the token it has."""
        if life is None:
            kept = next((one for one in self._active(install) if one.ends is None), None)
            return (kept or self.add(install, f"xoxb-{secrets.randbelow(10**12)}-{secrets.token_hex(12)}")).text, ""
        # As long as Slack's are: 162 characters.
        fresh = self.add(install, "xoxe.xoxb-1-" + secrets.token_hex(75), life)
        for old in self._active(install)[:-MOST_ACTIVE]:
            old.revoked = True
        refresh = "xoxe-1-" + secrets.token_hex(70)
        self.refreshing[refresh] = install
        return fresh.text, refresh

    def revoke(self, install: Install) -> None:
        """Every token of an install."""
        install.revoked = True
        for one in self.tokens.values():
            if one.install is install:
                one.revoked = True
        self.refreshing = {text: one for text, one in self.refreshing.items() if one is not install}

    def _active(self, install: Install) -> list[Token]:
        return [one for one in self.tokens.values()
                if one.install is install and not one.revoked and (one.ends is None or self.wall() < one.ends)]
