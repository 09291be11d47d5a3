"""A second Slack stand-in, written apart from the sandbox: the app must need nothing but the Web API at an address.

It keeps what is posted, answers as Slack documents, refuses what it does not know, and can be told to misbehave.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.running.other_socket import OtherSocket

TEAM, BOT, TOKEN, SECRET, APP_TOKEN = "T9ELM", "U9KEPT", "xoxb-elm-not-real", "elm-secret", "xapp-elm-not-real"
PEOPLE = {"U9MIA": "Mia Holt", "U9LEO": "Leo Park"}
OUTSIDE = {"U9KAI": "Kai Odd"}   # of the workspace, and not in the channel
CHANNEL = "C9ELM"
FORM_ONLY = {"auth.test", "conversations.members", "conversations.open", "conversations.history", "users.info",
             "conversations.info"}
Json = dict[str, Any]


Answer = tuple[int, dict[str, str], bytes]
OK = {"Content-Type": "application/json"}
# What a call is answered that is not done.
INSTEAD: dict[str, Answer] = {
    "429": (429, {**OK, "Retry-After": "1"}, b'{"ok": false, "error": "ratelimited"}'),
    "429-bare": (429, OK, b'{"ok": false, "error": "ratelimited"}'),
    "500": (500, OK, b'{"ok": false}'), "503": (503, {"Content-Type": "text/html"}, b"<h1>Service Unavailable</h1>"),
    "html": (200, {"Content-Type": "text/html"}, b"<!doctype html><title>Slack</title><p>We are having trouble.</p>"),
    "list": (200, OK, b"[1]")}
# And of one that is done: late, or so that nobody can know it. "late" is done only when nobody waits for it any more.
SPOILED = ("500-after", "truncated", "slow", "reset-after", "late")
FAULTS = (*INSTEAD, "reset-before", *SPOILED)
SLOW = 11.0   # seconds; nobody waits that long


class Refusal(Exception):
    pass


class OtherSlack(ThreadingHTTPServer):
    """``faults`` are taken one a call of their method, or one a call of "method channel": each of FAULTS.

    With ``lines`` it has Socket Mode. ``present`` are the channel's members, or None when it does not show them; ``rooms``
    are further channels by their members, ``people`` all who have an account, by their names, ``deleted`` who had one, and
    ``tokens`` those it takes. ``ahead`` is how far its clock runs before this machine's, in seconds.
    """

    daemon_threads = True

    def __init__(self, people: Mapping[str, str] = PEOPLE) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.people, self.ahead, self.closing = dict(people), 0.0, threading.Event()
        self.posts: list[Json] = []
        self.calls: list[str] = []
        self.faults: dict[str, list[str]] = {}
        self.paced: dict[str, float] = {}
        self.present: list[str] | None = [*people, BOT]
        self.rooms: dict[str, list[str]] = {}
        self.tokens = {TOKEN}
        self.deleted: set[str] = set()
        self.homes: dict[str, list[Json]] = {}
        self.lock = threading.Condition()
        self.lines: OtherSocket | None = None
        self.on_call: Callable[[str, Json], None] = lambda *_: None
        self.on_accept: Callable[[Json], None] = lambda _: None
        self._serial = itertools.count(1)
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/"

    def close(self) -> None:
        if self.lines is not None:
            self.lines.close()
        self.closing.set()
        self.shutdown()
        self.server_close()

    def fault(self, method: str, args: Json) -> str:
        """What goes wrong with this call."""
        with self.lock:
            for name in (f"{method} {args.get('channel', '')}", method):
                if self.faults.get(name):
                    return self.faults[name].pop(0)
        return ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A process that was killed hangs up in the middle: that is what these tests are about, and no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def to(self, channel: str) -> list[Json]:
        with self.lock:
            return [dict(post) for post in self.posts if post["channel"] == channel]

    def wait(self, holds: Callable[[], Any], seconds: float = 30) -> Any:
        """The first true value of ``holds``, looked at whenever something arrives."""
        until = time.monotonic() + seconds
        while not (found := holds()):
            with self.lock:
                self.lock.wait(0.2)
            assert time.monotonic() < until, f"did not happen in {seconds} s; posts: {[p['text'] for p in self.posts]}"
        return found

    def chatter(self, channel: str, messages: int) -> None:
        """What people themselves write."""
        with self.lock:
            self.posts += [{"channel": channel, "ts": f"{time.time():.6f}", "text": "hello", "blocks": [], "metadata": None,
                            "updated": 0} for _ in range(messages)]

    def say(self, method: str, args: Json) -> Json:
        answer = getattr(self, "on_" + re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), method).replace(".", "_"), None)
        if answer is None:
            raise Refusal("unknown_method")
        found: Json = answer(**args)
        return found

    def on_apps_connections_open(self) -> Json:
        if self.lines is None:
            raise Refusal("connections_disabled")
        return {"url": self.lines.address()}

    def on_auth_test(self) -> Json:
        return {"team_id": TEAM, "user_id": BOT}

    def on_conversations_members(self, channel: str, limit: str = "100", cursor: str = "") -> Json:
        return {"members": self._in(channel), "response_metadata": {"next_cursor": ""}}

    def _in(self, channel: str) -> list[str]:
        found = self.present if channel == CHANNEL else self.rooms.get(channel)
        if found is None:
            raise Refusal("channel_not_found")
        return list(found)

    def on_conversations_info(self, channel: str) -> Json:
        self._in(channel)
        return {"channel": {"id": channel, "is_private": True, "is_archived": False, "is_ext_shared": False}}

    def on_users_info(self, user: str) -> Json:
        known = {**self.people, **OUTSIDE}
        if user not in known:
            raise Refusal("user_not_found")
        return {"user": {"id": user, "team_id": TEAM, "real_name": known[user], "tz": "America/New_York",
                         "deleted": user in self.deleted, "is_bot": False, "profile": {}}}

    def on_conversations_open(self, users: str) -> Json:
        return {"channel": {"id": "D" + users[1:]}}

    def on_conversations_history(self, channel: str, oldest: str = "0", latest: str = "9e9", limit: str = "100",
                                 inclusive: str = "0", include_all_metadata: str = "0", cursor: str = "0") -> Json:
        """Newest first, and fifteen at the most, as Slack serves apps outside its marketplace."""
        found = [p for p in self.to(channel) if float(oldest) <= float(p["ts"]) <= float(latest)][::-1]
        if include_all_metadata != "1":
            found = [{k: v for k, v in p.items() if k != "metadata"} for p in found]
        begin, end = int(cursor), int(cursor) + min(15, int(limit))
        return {"messages": found[begin:end], "response_metadata": {"next_cursor": str(end) if end < len(found) else ""}}

    def on_chat_post_message(self, channel: str, text: str, blocks: list[Json], metadata: Json, unfurl_links: bool,
                            unfurl_media: bool) -> Json:
        where = "D" + channel[1:] if channel in self.people else channel
        if where != CHANNEL and where not in self.rooms and "U" + where[1:] not in self.people:
            raise Refusal("channel_not_found")
        with self.lock:
            if time.monotonic() - self.paced.get(where, -9) < 0.9:  # a little less than Slack's second: clocks jitter
                raise Refusal("ratelimited")
            self.paced[where] = time.monotonic()
            ts = f"{time.time() + self.ahead:.5f}{next(self._serial) % 10}"
            post = {"channel": where, "ts": ts, "text": text, "blocks": blocks, "metadata": metadata, "updated": 0}
            self.posts.append(post)
            self.lock.notify_all()
        self.on_accept(post)
        return {"channel": where, "ts": post["ts"]}

    def on_views_publish(self, user_id: str, view: Json) -> Json:
        if user_id not in self.people:
            raise Refusal("user_not_found")
        with self.lock:
            self.homes.setdefault(user_id, []).append(view)
            self.lock.notify_all()
        return {"view": {"id": f"V{user_id}", "hash": f"{len(self.homes[user_id])}"}}

    def on_chat_update(self, channel: str, ts: str, text: str, blocks: list[Json]) -> Json:
        with self.lock:
            for post in self.posts:
                if (post["channel"], post["ts"]) == (channel, ts):
                    post.update(text=text, blocks=blocks, updated=post["updated"] + 1)
                    self.lock.notify_all()
                    return {"channel": channel, "ts": ts}
        raise Refusal("message_not_found")

    def on_chat_delete(self, channel: str, ts: str) -> Json:
        with self.lock:
            kept = [post for post in self.posts if (post["channel"], post["ts"]) != (channel, ts)]
            if len(kept) == len(self.posts):
                raise Refusal("message_not_found")
            self.posts[:] = kept
            self.lock.notify_all()
        return {"channel": channel, "ts": ts}


class _Handler(BaseHTTPRequestHandler):
    server: OtherSlack

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.startswith("/api/"):
            # A response_url: what a person would be shown.
            with self.server.lock:
                self.server.posts.append({"channel": self.path, "text": "response", **json.loads(raw)})
                self.server.lock.notify_all()
            self._send(200, {"ok": True})
            return
        method = self.path.removeprefix("/api/")
        as_json = "json" in self.headers.get("Content-Type", "")
        args = json.loads(raw) if as_json and method not in FORM_ONLY else dict(parse_qsl(raw.decode()))
        self.server.calls.append(method)
        self.server.on_call(method, args)
        fault = self.server.fault(method, args)
        if fault in INSTEAD:
            self._answer(*INSTEAD[fault])
            return
        if fault == "late":
            self.server.closing.wait(SLOW)
        if fault == "reset-before":
            self.close_connection = True
            return
        try:
            tokens = {APP_TOKEN} if method == "apps.connections.open" else self.server.tokens
            if self.headers.get("Authorization", "").removeprefix("Bearer ") not in tokens:
                raise Refusal("invalid_auth")
            found = {"ok": True, **self.server.say(method, args)}
        except Refusal as refusal:
            limited = str(refusal) == "ratelimited"
            self._send(429 if limited else 200, {"ok": False, "error": str(refusal)}, {"Retry-After": "1"} if limited else {})
            return
        except TypeError:
            found = {"ok": False, "error": "invalid_arguments"}
        if fault in {"reset-after", "late"}:
            self.close_connection = True
            return
        if fault == "slow":
            self.server.closing.wait(SLOW)
        status, heads, raw = 500 if fault == "500-after" else 200, OK, json.dumps(found).encode()
        self._answer(status, heads, raw[:len(raw) // 2] if fault == "truncated" else raw)

    def _send(self, status: int, body: Json, headers: Mapping[str, str] = {}) -> None:
        self._answer(status, {**OK, **headers}, json.dumps(body).encode())

    def _answer(self, status: int, headers: Mapping[str, str], data: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string((time.time() if timestamp is None else timestamp) + self.server.ahead)

    def log_message(self, *args: object) -> None:
        pass


def signed(url: str, form: Json, *, secret: str = SECRET, at: int | None = None, timeout: float = 10,
           retry: int | None = None) -> tuple[int, Json]:
    """Send what Slack sends, signed as Slack signs; returns (status, body), (0, {}) when nobody answers.

    With ``retry`` it is an event, sent for that many times before.
    """
    body = (urlencode(form) if retry is None else json.dumps(form)).encode()
    stamp = str(int(time.time()) if at is None else at)
    mac = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(url, body, {
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}",
        "Content-Type": "application/x-www-form-urlencoded" if retry is None else "application/json",
        **({"X-Slack-Retry-Num": str(retry)} if retry else {})})
    try:
        with urllib.request.urlopen(request, timeout=timeout) as got:
            raw = got.read()
            return got.status, json.loads(raw) if raw.startswith(b"{") else {}
    except urllib.error.HTTPError as error:
        return error.code, {}
    except OSError:
        return 0, {}


def command(name: str, text: str, *, user: str = "U9MIA", channel: str = CHANNEL, trigger: str, response_url: str = "") -> Json:
    return {"command": name, "text": text, "user_id": user, "user_name": "x", "channel_id": channel, "channel_name": "elm",
            "team_id": TEAM, "team_domain": "elm", "trigger_id": trigger, "api_app_id": "A9", "is_enterprise_install": "false",
            "response_url": response_url, "token": "old"}


def press(message: Json, action: str, *, user: str = "U9MIA", trigger: str, response_url: str = "") -> Json:
    """A press on the first button of ``message`` whose action id begins with ``action``."""
    for block in message["blocks"]:
        for element in block.get("elements", []):
            if element.get("action_id", "").startswith(action + "/"):
                return {"payload": json.dumps({
                    "type": "block_actions", "trigger_id": trigger, "response_url": response_url,
                    "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "api_app_id": "A9",
                    "container": {"type": "message", "message_ts": message.get("ts"), "channel_id": message.get("channel")},
                    "channel": {"id": message.get("channel")}, "is_enterprise_install": False,
                    "actions": [{"type": "button", "action_id": element["action_id"], "block_id": "b",
                                 "value": element.get("value", "")}]})}
    raise AssertionError(f"no button {action} in {json.dumps(message['blocks'])}")
