"""What each Web API method does. Arguments have been checked for their names; each may raise No."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.sandbox import rooms
from bot.sandbox.limits import fault
from bot.sandbox.workspace import SLACKBOT, ZONE, Json, Person, Workspace, dm_of

PACE = 0.9  # seconds between posts in one channel: Slack says one, and clocks jitter


class No(Exception):
    """A refusal: Slack's error code, and further fields of the answer."""

    def __init__(self, code: str, **extra: Any) -> None:
        super().__init__(code)
        self.code, self.extra = code, extra


class Pace:
    """One post a second in each channel, on the seconds that ``clock`` counts."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: dict[str, float] = {}

    def take(self, room: str) -> None:
        """Raises No."""
        now, last = self._clock(), self._last.get(room)
        if last is not None and now - last < PACE:
            raise No("ratelimited")
        self._last[room] = now


def auth_test(w: Workspace, pace: Pace, args: Json) -> Json:
    """An org's token is told its org: both as ``enterprise_id`` and where a workspace's token is told its workspace."""
    org: Json = {"enterprise_id": w.enterprise.id} if w.enterprise else {}
    if w.org_wide and w.enterprise:
        org |= {"team": w.enterprise.name, "team_id": w.enterprise.id}
    return {"url": f"https://{w.domain}.example/", "team": w.name, "user": "kept", "team_id": w.team, "user_id": w.bot,
            "bot_id": w.bot_profile, "is_enterprise_install": w.org_wide, **org}


def post_message(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"])
    text, blocks = contents(args)
    metadata = _metadata(args)
    if _archived(w, room):
        raise No("is_archived")
    pace.take(room)
    made = w.post(room, w.bot, text, blocks, metadata)
    return {"channel": room, "ts": made["ts"], "message": _shown(w, made, with_metadata=True)}


def update(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"], by_id_only=True)
    found = w.find(room, str(args["ts"]))
    if found is None:
        raise No("message_not_found")
    if found["user"] != w.bot:
        raise No("cant_update_message")
    if _archived(w, room):
        raise No("is_inactive")
    text, blocks = contents(args, update=True)
    w.rewrite(room, found["ts"], text, blocks, metadata=_metadata(args))
    return {"channel": room, "ts": found["ts"], "text": text, "message": _shown(w, found, with_metadata=True)}


def delete(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"], by_id_only=True)
    found = w.find(room, str(args["ts"]))
    if found is None:
        raise No("message_not_found")
    if found["user"] != w.bot:
        raise No("cant_delete_message")
    w.remove(room, found["ts"])
    return {"channel": room, "ts": found["ts"]}


def post_ephemeral(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"], by_id_only=True)
    if args["user"] not in w.members(room):
        raise No("user_not_in_channel")
    if _archived(w, room):
        raise No("is_archived")
    text, blocks = contents(args)
    return {"message_ts": w.whisper(room, args["user"], text, blocks)["ts"]}


def open_dm(w: Workspace, pace: Pace, args: Json) -> Json:
    whom = str(args["users"])
    if "," in whom:
        raise No("missing_scope", needed="mpim:write", provided="")
    if whom in (w.bot, SLACKBOT):
        raise No("cannot_dm_bot")
    if whom not in w.people:
        raise No("user_not_found")
    if w.people[whom].deleted:
        raise No("user_disabled")
    if _stranger(w, w.people[whom]):
        raise No("invalid_user_combination")
    return {"channel": {"id": dm_of(whom)}}


def members(w: Workspace, pace: Pace, args: Json) -> Json:
    page, cursor = _page(w.members(bots(w, args["channel"], by_id_only=True, outside=True)), args, 100, 1000)
    return {"members": page, "response_metadata": {"next_cursor": cursor}}


def info(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"], by_id_only=True, outside=True)
    count = {"num_members": len(w.members(room))} if _flag(args, "include_num_members") else {}
    if room in w.channels:
        return {"channel": rooms.shown(w, w.channels[room]) | count}
    return {"channel": {"id": room, "created": 0, "is_im": True, "is_org_shared": False, "user": "U" + room[1:],
                        "is_archived": False, "is_open": True, "context_team_id": w.team} | count}


def history(w: Workspace, pace: Pace, args: Json) -> Json:
    room = bots(w, args["channel"], by_id_only=True)
    oldest, latest = _seconds(args, "oldest", 0.0), _seconds(args, "latest", 9e12)
    edges = _flag(args, "inclusive")
    found = [one for one in reversed(w.messages(room)) if oldest < float(one["ts"]) < latest
             or (edges and float(one["ts"]) in (oldest, latest))]
    page, cursor = _page(found, args, 100, 999)
    shown = [_shown(w, one, with_metadata=_flag(args, "include_all_metadata")) for one in page]
    more: Json = {"response_metadata": {"next_cursor": cursor}} if cursor else {}
    return {"messages": shown, "has_more": bool(cursor), "pin_count": 0, **more}


def user_info(w: Workspace, pace: Pace, args: Json) -> Json:
    if args["user"] == w.bot:
        return {"user": user(w, Person(w.bot, "kept", "Kept", "")) | {"is_bot": True}}
    if args["user"] not in w.people:
        raise No("user_not_found")
    return {"user": user(w, w.people[args["user"]])}


def user(w: Workspace, one: Person) -> Json:
    """The user object of Slack's. One from elsewhere is told by ``team_id``, and is a stranger when no channel is shared."""
    team = one.team or ("T0OTHER" if one.is_stranger else w.team)
    zone = datetime.now(ZoneInfo(one.tz or ZONE))
    profile = {"real_name": one.name, "real_name_normalized": one.name, "display_name": one.name,
               "display_name_normalized": one.name, "title": one.title, "team": team}
    found = {"id": one.id, "team_id": team, "name": one.username, "real_name": one.name, "deleted": one.deleted,
             "is_bot": False, "is_app_user": False, "is_admin": False, "is_owner": False, "tz": one.tz or ZONE,
             "tz_label": zone.tzname(), "tz_offset": int((zone.utcoffset() or timedelta()).total_seconds()),
             "is_restricted": one.is_restricted, "is_ultra_restricted": one.is_ultra_restricted,
             "is_stranger": _stranger(w, one), "updated": 0, "profile": profile}
    if w.enterprise and w.world.orgs.get(team) == w.enterprise.id:
        found["enterprise_user"] = {"id": one.id, "enterprise_id": w.enterprise.id, "enterprise_name": w.enterprise.name,
                                    "is_admin": False, "is_owner": False, "teams": [team]}
    return found


def _stranger(w: Workspace, one: Person) -> bool:
    mine = one.team in ("", w.team) or (w.enterprise is not None and w.world.orgs.get(one.team) == w.enterprise.id)
    met = any(one.id in room.members and w.bot in room.members for room in w.channels.values())
    return one.is_stranger or (not mine and not met)


def _archived(w: Workspace, room: str) -> bool:
    return room in w.channels and w.channels[room].archived


def bots(w: Workspace, channel: str, *, by_id_only: bool = False, outside: bool = False) -> str:
    """A conversation the bot may use. A private channel it is not in does not exist for it.

    ``outside`` is for what can be done from outside a public channel.
    """
    room = None if by_id_only and channel in w.people else w.room(channel)
    if room is None:
        raise No("channel_not_found")
    if w.bot not in w.members(room):
        if w.channels[room].private:
            raise No("channel_not_found")
        if not outside:
            raise No("not_in_channel")
    return room


def contents(args: Json, *, update: bool = False) -> tuple[str, list[Json]]:
    text, blocks = args.get("text") or "", args.get("blocks") or []
    if broken := fault(text, blocks, update=update):
        raise No(broken.code, response_metadata={"messages": [f"[ERROR] {broken.why}"]})
    return text, blocks


def _metadata(args: Json) -> Json | None:
    found = args.get("metadata")
    if found is None:
        return None
    known = isinstance(found, dict) and set(found) == {"event_type", "event_payload"}
    if not known or not isinstance(found["event_type"], str) or not isinstance(found["event_payload"], dict):
        raise No("invalid_metadata_format")
    return dict(found)


def _shown(w: Workspace, message: Json, *, with_metadata: bool) -> Json:
    shown = {"type": "message", **{key: message[key] for key in ("user", "text", "ts", "blocks")}, "team": w.team}
    if message["user"] == w.bot:
        shown |= {"bot_id": w.bot_profile, "app_id": w.app}
    if message["edited"]:
        shown["edited"] = {"user": message["user"], "ts": message["ts"]}
    if message.get("files"):
        shown["files"] = message["files"]
    if with_metadata and message["metadata"]:
        shown["metadata"] = message["metadata"]
    return shown


def _page(rows: list[Any], args: Json, usual: int, most: int) -> tuple[list[Any], str]:
    """One page of rows, and the cursor of the next."""
    limit = str(args.get("limit", usual))
    if not limit.isdigit() or not 1 <= int(limit) <= most:
        raise No("invalid_limit")
    start = _start(args.get("cursor") or "")
    end = start + int(limit)
    following = base64.b64encode(json.dumps({"at": end}).encode()).decode() if end < len(rows) else ""
    return rows[start:end], following


def _start(cursor: str) -> int:
    try:
        return int(json.loads(base64.b64decode(cursor, validate=True))["at"]) if cursor else 0
    except (ValueError, TypeError, KeyError):
        raise No("invalid_cursor") from None


def _seconds(args: Json, name: str, usual: float) -> float:
    try:
        return float(args.get(name, usual))
    except (TypeError, ValueError):
        raise No(f"invalid_ts_{name}") from None


def _flag(args: Json, name: str) -> bool:
    return str(args.get(name, "")).lower() in ("1", "true")
