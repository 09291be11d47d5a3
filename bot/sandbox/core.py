"""A stand-in for Slack on 127.0.0.1, for the demo and tests: signed payloads out, Web API in."""

import asyncio
import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.sandbox.limits import refusal

TEAM, BOT = "T0KEPT", "U0KEPT"
PEOPLE = {"U0ANA": "Ana Reyes", "U0BEN": "Ben Okafor", "U0PRIYA": "Priya Nair"}
CHANNELS = {"C0MAPLE": "care-maple"}
POST = frozenset({"channel", "text", "blocks", "metadata", "unfurl_links", "unfurl_media"})
METHODS: dict[str, frozenset[str]] = {
    "auth.test": frozenset(),
    "chat.postMessage": POST,
    "chat.update": POST | {"ts"},
    "conversations.open": frozenset({"users"}),
    "conversations.members": frozenset({"channel", "cursor", "limit"}),
    "conversations.history": frozenset({"channel", "include_all_metadata", "limit", "oldest"}),
    "users.info": frozenset({"user"}),
}
Json = dict[str, Any]


@dataclass
class Reply:
    """What a person saw: the HTTP status (0 when unreachable or late) and the body."""

    status: int
    body: Json = field(default_factory=dict)


class Sandbox:
    """One workspace in memory. Times are wall-clock seconds; pace is one post a second a channel."""

    def __init__(self, signing_secret: str, bot_token: str, app_url: str, port: int = 0) -> None:
        self.app_url, self.port = app_url, port
        self._secret, self._token = signing_secret.encode(), bot_token
        self.calls: list[tuple[str, Json]] = []
        self._messages: dict[str, list[Json]] = {name: [] for name in CHANNELS}
        self._last_post: dict[str, float] = {}
        self._serial = 0

    @property
    def api_url(self) -> str:
        """Base address for SLACK_API_URL."""
        return f"http://127.0.0.1:{self.port}/api/"

    def start(self) -> None:
        """Serve on 127.0.0.1 in a thread of its own."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._serve(), self._loop).result(10)

    def stop(self) -> None:
        """Close the server and its thread."""
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_post("/api/{method}", self._api)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    def messages(self, channel: str) -> list[Json]:
        """Messages of a channel, oldest first."""
        return list(self._messages.get(channel, []))

    def dm(self, user: str) -> list[Json]:
        """The bot's direct messages to a person, oldest first."""
        return self.messages("D" + user[1:])

    def command(self, user: str, channel: str, command: str, text: str) -> Reply:
        """Type a slash command as a person."""
        form = {"command": command, "text": text, "user_id": user, "channel_id": channel}
        form |= {"team_id": TEAM, "trigger_id": self._next("trigger")}
        return self._send(form)

    def press(self, user: str, message: Json, action_id: str) -> Reply:
        """Press a button of a message; KeyError when it has no such button."""
        parts: list[Json] = []
        for block in message["blocks"]:
            parts += [*block.get("elements", []), block.get("accessory", {})]
        button = next((e for e in parts if e.get("action_id") == action_id), None)
        if button is None:
            raise KeyError(action_id)
        action = {"type": "button", "action_id": action_id, "value": button.get("value", "")}
        payload: Json = {"type": "block_actions", "user": {"id": user}, "team": {"id": TEAM}}
        payload |= {"channel": {"id": message["channel"]}, "message": message}
        payload |= {"actions": [action], "trigger_id": self._next("trigger")}
        return self._send({"payload": json.dumps(payload)})

    def _next(self, kind: str) -> str:
        self._serial += 1
        return f"{kind}.{self._serial}"

    def _send(self, form: Json) -> Reply:
        body, stamp = urlencode(form).encode(), str(int(time.time()))
        signed = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
        heads = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": "v0=" + signed.hexdigest()}
        heads["Content-Type"] = "application/x-www-form-urlencoded"
        request = urllib.request.Request(self.app_url, body, heads)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=3) as got:  # noqa: S310
                raw = got.read().decode()
        except urllib.error.HTTPError as error:
            return Reply(error.code, {"text": "dispatch_failed"})
        except TimeoutError:
            return Reply(0, {"text": "operation_timeout"})
        except urllib.error.URLError:
            return Reply(0, {"text": "dispatch_failed"})
        return Reply(200, json.loads(raw) if raw.startswith("{") else {"text": raw})

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        raw = await request.text()
        is_json = request.content_type == "application/json"
        args: Json = json.loads(raw or "{}") if is_json else dict(parse_qsl(raw))
        token = args.pop("token", None) or request.headers.get("Authorization", "")[7:]
        self.calls.append((method, args))
        if token != self._token:
            return _no("invalid_auth")
        if method not in METHODS:
            return _no("unknown_method")
        if set(args) - METHODS[method]:
            return _no("invalid_arguments")
        if isinstance(args.get("blocks"), str):
            args["blocks"] = json.loads(args["blocks"])
        if isinstance(args.get("metadata"), str):
            args["metadata"] = json.loads(args["metadata"])
        if method.startswith("chat."):
            return self._chat(method, args)
        return self._look(method, args)

    def _look(self, method: str, args: Json) -> web.Response:
        if method == "auth.test":
            return _yes(user_id=BOT, team_id=TEAM, bot_id="B0KEPT")
        if method == "users.info":
            name = PEOPLE.get(args.get("user", ""))
            return _yes(user={"id": args["user"], "real_name": name}) if name else _no("user_not_found")
        if method == "conversations.open":
            user = args.get("users", "")
            return _yes(channel={"id": "D" + user[1:]}) if user in PEOPLE else _no("user_not_found")
        channel = args.get("channel", "")
        if channel not in CHANNELS:
            return _no("channel_not_found")
        if method == "conversations.members":
            return _yes(members=[*PEOPLE, BOT], response_metadata={"next_cursor": ""})
        return _yes(messages=self._messages[channel][::-1], has_more=False)

    def _chat(self, method: str, args: Json) -> web.Response:
        channel = args.get("channel", "")
        channel = "D" + channel[1:] if channel in PEOPLE else channel
        if channel not in CHANNELS and "U" + channel[1:] not in PEOPLE:
            return _no("channel_not_found")
        blocks, update = args.get("blocks", []), method == "chat.update"
        if code := refusal(args.get("text", ""), blocks, update=update):
            return _no(code)
        kept = self._messages.setdefault(channel, [])
        if update:
            found = next((one for one in kept if one["ts"] == args.get("ts")), None)
            if found is None:
                return _no("message_not_found")
            found.update({"text": args.get("text", ""), "blocks": blocks})
            return _yes(channel=channel, ts=found["ts"])
        if time.monotonic() - self._last_post.get(channel, -9.0) < 1:
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers={"Retry-After": "1"})
        self._last_post[channel] = time.monotonic()
        stamp = f"{time.time():.6f}"
        made = {"channel": channel, "ts": stamp, "user": BOT, "text": args.get("text", ""), "blocks": blocks}
        kept.append(made | {"metadata": args.get("metadata")})
        return _yes(channel=channel, ts=stamp)


def _yes(**body: Any) -> web.Response:
    return web.json_response({"ok": True, **body})


def _no(code: str) -> web.Response:
    return web.json_response({"ok": False, "error": code})
