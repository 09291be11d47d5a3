"""Where the app is installed, by which tokens, and which of Slack's words answers a token that is no longer good."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

GRANTED = frozenset({"commands", "chat:write", "users:read", "groups:read", "groups:history", "channels:read",
                     "channels:history", "im:write", "im:read", "im:history", "app_mentions:read"})


class Refused(Exception):
    """A token that opens nothing; its text is Slack's code."""


@dataclass
class Install:
    """The app in one workspace, or in a whole Enterprise org (``home`` is then the org's id and ``teams`` its workspaces)."""

    home: str
    teams: list[str]
    scopes: frozenset[str] = GRANTED
    by: str = ""
    org_wide: bool = False
    gone: bool = False


@dataclass
class Token:
    """``ends`` is when it expires in seconds of wall time, None for never."""

    text: str
    install: Install
    ends: float | None = None
    revoked: bool = False


@dataclass
class Installs:
    wall: Callable[[], float] = time.time
    tokens: dict[str, Token] = field(default_factory=dict)
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
        """The install by which the app is in a workspace now."""
        return next((one.install for one in self.tokens.values() if team in one.install.teams and not one.install.gone), None)
