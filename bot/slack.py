"""The only place that calls Slack's Web API. Each failure says what is known of it.

SlackError
├── Limited       429: nothing was done; ``after`` is how long to wait
├── Passing       nothing was done, and it may work in a while
├── Unknown       the answer never came or made no sense: it may have been done
└── Permanent     Slack says no; ``code`` is its word for it
    └── LockedOut what Kept was granted is not good any more: all of a workspace waits for somebody to put that right
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web import SlackResponse
from slack_sdk.webhook import WebhookClient

from bot.clock import Clock
from handlers.access import Profile, Room
from handlers.language.words import clean
from models.installation import LOCKED_OUT, Grant

QUIET = logging.getLogger("slack_sdk")
TIMEOUT = 10           # seconds for a message; far below the two minutes after which another worker looks
MOST_PAGES = 20
NAME = 80              # characters of a person's name that are kept: what Slack lets them have
ZONE = re.compile(r"[A-Za-z0-9_+/-]{1,64}")
UNSAID = timedelta(seconds=5)   # to wait when Slack does not say how long
MARKS = "kept"         # event type of our metadata
PASSING = frozenset({"token_expired", "service_unavailable", "request_timeout", "team_added_to_org", "accesslimited",
                     "org_login_required", "external_channel_migrating", "message_limit_exceeded"})
SCOPE = re.compile(r"[a-z.:,_]{1,80}")
# Slack says of these that some part of the call may have been done.
HALF_DONE = frozenset({"internal_error", "fatal_error"})


class SlackError(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Limited(SlackError):
    """``said`` is whether Slack named ``after``, or it is only a guess."""

    def __init__(self, after: timedelta | None) -> None:
        super().__init__("ratelimited")
        self.said, self.after = after is not None, after or UNSAID


class Passing(SlackError):
    pass


class Unknown(SlackError):
    pass


class Permanent(SlackError):
    """``needed`` is the scope that Slack says is missing, when that is why."""

    needed = ""


class LockedOut(Permanent):
    pass


class Slack:
    """One workspace's bot token. Safe to use from several threads. ``clock`` hears from each answer what time it is there."""

    def __init__(self, token: str, api_url: str, clock: Clock | None = None) -> None:
        self._token, self._api_url, self._clock = token, api_url, clock or Clock()

    def whoami(self) -> Grant:
        """Which workspace or org the token is for, who our bot is there, and what it was granted."""
        response = self._ask("auth.test", {}, TIMEOUT)
        found, heads = response.data, {str(name).lower(): value for name, value in dict(response.headers).items()}
        whole_org = isinstance(found, dict) and bool(found.get("is_enterprise_install"))
        home = found.get("enterprise_id" if whole_org else "team_id") if isinstance(found, dict) else None
        if not isinstance(found, dict) or not home or not found.get("user_id"):
            raise Unknown("malformed")
        scopes = heads.get("x-oauth-scopes", "")
        scopes = ",".join(scopes) if isinstance(scopes, list) else str(scopes)
        return Grant(str(home), str(found["user_id"]), self._token, scopes=scopes.replace(" ", ""), whole_org=whole_org)

    def works(self, seconds: float) -> bool:
        """Whether the token is still good."""
        try:
            self._call("auth.test", {}, seconds)
        except Permanent:
            return False
        return True

    def members(self, channel: str, seconds: float) -> frozenset[str]:
        """Everyone in a channel. One page that fails fails the whole list: half a list would lock people out."""
        found: set[str] = set()
        cursor = ""
        for _ in range(MOST_PAGES):
            page = self._call("conversations.members", {"channel": channel, "limit": 1000,
                                                        **({"cursor": cursor} if cursor else {})}, seconds)
            if not isinstance(page.get("members"), list):
                raise Unknown("malformed")
            found.update(str(one) for one in page["members"])
            cursor = _cursor(page)
            if not cursor:
                return frozenset(found)
        raise Permanent("too_many_members")

    def profile(self, user: str, workspace: str, seconds: float) -> Profile:
        found = self._call("users.info", {"user": user}, seconds).get("user")
        if not isinstance(found, dict):
            raise Unknown("malformed")
        name = _dict(found, "profile").get("display_name") or found.get("real_name") or found.get("name") or user
        zone = found.get("tz")
        # What people call themselves is as hostile as what they type.
        return Profile(clean(str(name))[:NAME] or user, zone if isinstance(zone, str) and ZONE.fullmatch(zone) else None,
                       _standing(found, workspace))

    def post(self, channel: str, body: str, mark: str) -> tuple[str, str]:
        """Post a message that carries ``mark``, by which it can be found again; returns (channel, ts)."""
        found = self._call("chat.postMessage", {
            "channel": channel, **json.loads(body), "metadata": {"event_type": MARKS, "event_payload": {"id": mark}},
            "unfurl_links": False, "unfurl_media": False}, TIMEOUT)
        return _place(found)

    def update(self, channel: str, ts: str, body: str) -> tuple[str, str]:
        return _place(self._call("chat.update", {"channel": channel, "ts": ts, **json.loads(body)}, TIMEOUT))

    def delete(self, channel: str, ts: str) -> None:
        """Delete a message of our own; ``channel`` may be a user, whose DM it stands in."""
        self._call("chat.delete", {"channel": self._dm(channel), "ts": ts}, TIMEOUT)

    def _dm(self, channel: str) -> str:
        """The channel itself, or for a user the one of our DM with them."""
        if not channel.startswith(("U", "W")):
            return channel
        opened = self._call("conversations.open", {"users": channel}, TIMEOUT)
        return str(_dict(opened, "channel").get("id", ""))

    def whisper(self, channel: str, user: str, body: str) -> tuple[str, str]:
        """Show a message to one person alone; nothing can be found or changed of it later."""
        found = self._call("chat.postEphemeral", {"channel": channel, "user": user, **json.loads(body)}, TIMEOUT)
        if not isinstance(found.get("message_ts"), str):
            raise Unknown("malformed")
        return channel, found["message_ts"]

    def open(self, trigger: str, view: dict[str, Any], seconds: float) -> tuple[str, str]:
        """Open a modal with a trigger, which lives for three seconds; returns the view's (id, hash)."""
        return _view(self._call("views.open", {"trigger_id": trigger, "view": view}, seconds))

    def replace(self, view_id: str, hash_: str, view: dict[str, Any], seconds: float) -> tuple[str, str]:
        """Put another view in place of an open one, unless it changed since ``hash_``: then Permanent("hash_conflict")."""
        return _view(self._call("views.update", {"view_id": view_id, "hash": hash_, "view": view}, seconds))

    def fill(self, name: str, view: dict[str, Any], seconds: float) -> tuple[str, str]:
        """Put another view in place of the open one that carries this external_id, whatever stands in it."""
        return _view(self._call("views.update", {"external_id": name, "view": view}, seconds))

    def publish(self, user: str, view: str) -> tuple[str, str]:
        """Put a person's Home in place, whatever stood there before; ``view`` is JSON."""
        return user, _view(self._call("views.publish", {"user_id": user, "view": json.loads(view)}, TIMEOUT))[0]

    def find(self, channel: str, mark: str, since: datetime, until: datetime) -> tuple[str, str] | None:
        """Where a message with this mark, sent between the two, stands; None when it does not.

        ``channel`` may be a user, whose DM is then searched. Pages are followed to the end: Slack gives the newest first,
        and some apps fifteen at a time.
        """
        channel = self._dm(channel)
        asked = {"channel": channel, "include_all_metadata": True, "inclusive": True, "limit": 200,
                 "oldest": f"{since.timestamp():.6f}", "latest": f"{until.timestamp():.6f}"}
        cursor = ""
        for _ in range(MOST_PAGES):
            page = self._call("conversations.history", {**asked, **({"cursor": cursor} if cursor else {})}, TIMEOUT)
            found = page.get("messages")
            if not isinstance(found, list) or not all(isinstance(one, dict) and isinstance(one.get("ts"), str) for one in found):
                raise Unknown("malformed")  # not there is only said of what was read: else it would be sent again
            for message in found:
                if _dict(_dict(message, "metadata"), "event_payload").get("id") == mark:
                    return channel, message["ts"]
            cursor = _cursor(page)
            if not cursor:
                return None
        raise Unknown("too_many_messages")

    def channel(self, channel: str, seconds: float) -> Room:
        """What kind of channel it is."""
        found = self._call("conversations.info", {"channel": channel}, seconds).get("channel")
        if not isinstance(found, dict):
            raise Unknown("malformed")
        shared = any(found.get(name) for name in ("is_ext_shared", "is_pending_ext_shared"))
        return Room(private=found.get("is_private") is True, archived=bool(found.get("is_archived")), shared=shared)

    def _call(self, method: str, args: dict[str, Any], seconds: float) -> dict[str, Any]:
        found = self._ask(method, args, seconds).data
        if not isinstance(found, dict):
            raise Unknown("malformed")
        return found

    def _ask(self, method: str, args: dict[str, Any], seconds: float) -> SlackResponse:
        # A client a call: its timeout is an attribute, and the calls differ in theirs.
        client = WebClient(self._token, base_url=self._api_url, timeout=max(1, round(seconds)), retry_handlers=[],
                           logger=QUIET)
        asked = self._clock.ticks()
        try:
            # Only the writing methods read a JSON body; the others ignore it and then miss their arguments.
            found = (client.api_call(method, json=args) if method.startswith(("chat.", "views."))
                     else client.api_call(method, params=args))
        except SlackApiError as error:
            raise _refused(error) from None
        except ConnectionRefusedError:
            raise Passing("unreachable") from None
        except OSError as error:
            refused = isinstance(getattr(error, "reason", None), ConnectionRefusedError)
            raise (Passing if refused else Unknown)("unreachable") from None
        except Exception:  # the client fails in many ways on bodies that are not Slack's
            raise Unknown("malformed") from None
        self._hear(found.headers, asked)
        return found

    def _hear(self, headers: Mapping[str, Any], asked: float) -> None:
        said = _head(headers, "date")
        with suppress(ValueError):
            self._clock.hear(parsedate_to_datetime(said).astimezone(UTC), asked)


def socket_address(app_token: str, api_url: str) -> str:
    """Where Socket Mode's next connection is to be opened: good once, and not for long. Raises SlackError."""
    found = Slack(app_token, api_url)._call("apps.connections.open", {}, TIMEOUT).get("url")
    # In clear only to a Slack on this machine: what people type travels on it.
    if not isinstance(found, str) or not found.startswith("wss://" if api_url.startswith("https:") else ("wss://", "ws://")):
        raise Unknown("malformed")
    return found


def respond(url: str, body: dict[str, Any]) -> None:
    """Best effort: the act is saved, and this only says so."""
    try:
        WebhookClient(url, timeout=3, retry_handlers=[], logger=QUIET).send_dict(body)
    except (OSError, ValueError, SlackClientError):
        QUIET.warning("a reply to a button did not arrive")


def _cursor(page: dict[str, Any]) -> str:
    return str(_dict(page, "response_metadata").get("next_cursor") or "")


def _dict(found: dict[str, Any], name: str) -> dict[str, Any]:
    """What stands there, when it is of the shape that it should be."""
    inside = found.get(name)
    return inside if isinstance(inside, dict) else {}


def _place(found: dict[str, Any]) -> tuple[str, str]:
    if not isinstance(found.get("channel"), str) or not isinstance(found.get("ts"), str):
        raise Unknown("malformed")
    return found["channel"], found["ts"]


@dataclass(frozen=True)
class OAuth:
    """The app's own name and secret at Slack, by which codes and refresh tokens become tokens."""

    client_id: str
    client_secret: str
    api_url: str

    def exchange(self, code: str, redirect: str) -> Grant:
        """What a code from the install page grants. Raises as the Web API's calls do."""
        return _granted(self._access({"code": code, "redirect_uri": redirect}))

    def renew(self, refresh: str) -> Grant:
        """A fresh token for a refresh token, which can never be used again."""
        return _granted(self._access({"grant_type": "refresh_token", "refresh_token": refresh}))

    def _access(self, args: dict[str, str]) -> dict[str, Any]:
        secrets = {"client_id": self.client_id, "client_secret": self.client_secret}
        return Slack("", self.api_url)._call("oauth.v2.access", {**secrets, **args}, TIMEOUT)


def _granted(found: dict[str, Any]) -> Grant:
    """Raises Unknown when it is nothing that could be kept as an installation."""
    whole_org = found.get("is_enterprise_install") is True
    home = found.get("enterprise" if whole_org else "team")
    token, bot, seconds = found.get("access_token"), found.get("bot_user_id"), found.get("expires_in")
    if not isinstance(home, dict) or not isinstance(home.get("id"), str) or not isinstance(token, str) or not token \
            or not isinstance(bot, str):
        raise Unknown("malformed")
    by, refresh = found.get("authed_user"), found.get("refresh_token")
    return Grant(home["id"], bot, token, scopes=str(found.get("scope") or ""),
                 refresh=refresh if isinstance(refresh, str) and refresh else None,
                 expires_at=datetime.now(UTC) + timedelta(seconds=seconds) if isinstance(seconds, int) else None,
                 whole_org=whole_org, by=str((by if isinstance(by, dict) else {}).get("id") or ""))


def _view(found: dict[str, Any]) -> tuple[str, str]:
    view = found.get("view")
    if not isinstance(view, dict) or not isinstance(view.get("id"), str) or not isinstance(view.get("hash"), str):
        raise Unknown("malformed")
    return view["id"], view["hash"]


def _refused(error: SlackApiError) -> SlackError:
    status = getattr(error.response, "status_code", 0)
    if status == 429:
        return Limited(_after(error))
    data = getattr(error.response, "data", None)
    code = data.get("error") if isinstance(data, dict) else None
    if status != 200 or not isinstance(code, str) or not code.replace("_", "").isalnum():
        return Unknown(f"http_{status}")
    if code in {"ratelimited", "rate_limited"}:
        return Limited(_after(error))
    if code in HALF_DONE:
        return Unknown(code)
    if code in PASSING:
        return Passing(code)
    found = (LockedOut if code in LOCKED_OUT else Permanent)(code)
    needed = data.get("needed") if isinstance(data, dict) else None
    found.needed = needed if isinstance(needed, str) and SCOPE.fullmatch(needed) else ""
    return found


def _after(error: SlackApiError) -> timedelta | None:
    text = _head(getattr(error.response, "headers", {}) or {}, "retry-after")
    return timedelta(seconds=min(int(text), 3600)) if text.isdigit() else None


def _head(headers: Mapping[str, Any], name: str) -> str:
    found = next((value for key, value in dict(headers).items() if str(key).lower() == name), "")
    return str(found[0] if isinstance(found, list) else found)


def _standing(user: dict[str, Any], workspace: str) -> str | None:
    """Why this account may see nothing, or None."""
    if user.get("is_bot") or user.get("is_app_user") or user.get("id") == "USLACKBOT":
        return "bot"
    if user.get("deleted"):
        return "deleted"
    org = _dict(user, "enterprise_user")
    teams = org.get("teams")
    # A list: as a text it might hold ours within another's.
    ours = workspace in (user.get("team_id"), org.get("enterprise_id"), *(teams if isinstance(teams, list) else ()))
    if user.get("is_stranger") or not ours:
        return "stranger"
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return "guest"
    return None
