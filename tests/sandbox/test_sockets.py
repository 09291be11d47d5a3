"""Socket Mode, to Slack's own client and to one that says what it likes."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.core import Reply, Sandbox
from tests.sandbox.conftest import SECRET, TOKEN, TinyApp
from tests.sandbox.test_events import OPENED
from tests.sandbox.test_signed import CARD

APP_TOKEN = "xapp-made-up"
Json = dict[str, Any]


class Ear:
    """An app on one loop of its own: ``connect`` opens a connection, ``says`` makes what is sent back for an envelope."""

    def __init__(self, box: Sandbox) -> None:
        self._box = box
        self.says: Callable[[Json], Json | None] = lambda one: {"envelope_id": one["envelope_id"]}
        self.heard: list[tuple[int, Json]] = []
        self.closed: list[int] = []
        self._sockets: list[ClientWebSocketResponse] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def connect(self) -> Json:
        """Returns the first message, which is Slack's hello."""
        url = WebClient(APP_TOKEN, base_url=self._box.api_url).apps_connections_open(app_token=APP_TOKEN)["url"]
        return dict(self.run(self._connect(url)).result(10))

    async def _connect(self, url: str) -> Json:
        session = ClientSession()
        try:
            socket = await session.ws_connect(url)
        except WSServerHandshakeError:
            await session.close()
            raise
        first = dict(await socket.receive_json(timeout=5))
        number = len(self._sockets)
        self._sockets.append(socket)
        self._reading = asyncio.ensure_future(self._read(number, session, socket))
        return first

    async def _read(self, number: int, session: ClientSession, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                one = json.loads(message.data)
                self.heard.append((number, one))
                said = self.says(one) if "envelope_id" in one else None
                if said is not None:
                    await socket.send_json(said)
        self.closed.append(number)
        await session.close()

    async def send(self, number: int, message: Json) -> None:
        await self._sockets[number].send_json(message)

    def close(self) -> None:
        async def shut() -> None:
            for one in self._sockets:
                await one.close()
        self.run(shut()).result(10)
        self._box.wait_for(lambda: len(self.closed) == len(self._sockets))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox(SECRET, TOKEN, app_token=APP_TOKEN)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def ear(box: Sandbox) -> Iterator[Ear]:
    made = Ear(box)
    yield made
    made.close()


@pytest.mark.parametrize(("token", "code"), [
    (TOKEN, "not_allowed_token_type"), ("xapp-other", "invalid_auth"), ("", "not_authed")])
def test_only_the_apps_own_token_opens_a_connection(box: Sandbox, token: str, code: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        WebClient(base_url=box.api_url).api_call("apps.connections.open", headers={"Authorization": f"Bearer {token}"})
    assert caught.value.response["error"] == code


def test_the_apps_token_is_good_for_nothing_else(box: Sandbox) -> None:
    with pytest.raises(SlackApiError, match="not_allowed_token_type"):
        WebClient(APP_TOKEN, base_url=box.api_url).auth_test()


def test_hello_counts_the_connections(box: Sandbox, ear: Ear) -> None:
    hello = ear.connect()
    assert (hello["type"], hello["num_connections"], hello["connection_info"]) == ("hello", 1, {"app_id": "A0KEPT"})
    assert hello["debug_info"]["approximate_connection_time"] > 0
    assert ear.connect()["num_connections"] == 2
    assert box.transport == "socket"


def test_a_command_is_answered_by_its_acknowledgement(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.says = lambda one: {"envelope_id": one["envelope_id"], "payload": {"text": "heard"}}
    assert box.command("U0ANA", "C0MAPLE", "/kept", "help") == Reply(200, {"text": "heard"})
    [(_, envelope)] = ear.heard
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (envelope["payload"]["command"], envelope["payload"]["is_enterprise_install"]) == ("/kept", "false")
    assert [one["text"] for one in box.ephemerals("U0ANA")] == ["heard"]
    [(kind, seconds)] = box.acks
    assert kind == "slash_commands"
    assert 0 < seconds < 3


def test_a_press_may_be_acknowledged_only_without_a_payload(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    WebClient(TOKEN, base_url=box.api_url).chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    [card] = box.messages("C0MAPLE")
    assert box.press("U0ANA", card, "done") == Reply(200, {})
    assert ear.heard[-1][1]["accepts_response_payload"] is False
    assert ear.heard[-1][1]["payload"]["type"] == "block_actions"
    ear.says = lambda one: {"envelope_id": one["envelope_id"], "payload": {}}
    assert box.press("U0ANA", card, "done") == Reply(200, {})
    ear.says = lambda one: {"envelope_id": one["envelope_id"], "payload": {"text": "heard"}}
    assert box.press("U0ANA", card, "done").body == {"text": "dispatch_failed"}
    assert box.refused == [("socket", "payload_not_accepted")]


def test_nothing_said_in_three_seconds_is_a_timeout(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.says = lambda one: {"envelope_id": "another"}
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x") == Reply(0, {"text": "operation_timeout"})
    assert box.refused == [("socket", "unknown_envelope")]


def test_no_connection_and_no_address_is_dispatch_failed(box: Sandbox) -> None:
    assert box.transport == "none"
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x") == Reply(0, {"text": "dispatch_failed"})


def test_events_say_which_try_it_is(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.says = lambda one: {"envelope_id": one["envelope_id"]} if one["retry_attempt"] else None
    box.happen(OPENED)
    box.wait_for(lambda: len(ear.heard) == 2)
    first, second = (one for _, one in ear.heard)
    assert (first["type"], first["accepts_response_payload"], first["retry_attempt"]) == ("events_api", False, 0)
    assert (second["retry_attempt"], second["retry_reason"]) == (1, "timeout")
    assert second["payload"] == first["payload"]
    assert second["envelope_id"] != first["envelope_id"]


def test_any_connection_may_get_a_payload(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.connect()
    for _ in range(4):
        box.happen(OPENED)
    assert {number for number, _ in ear.heard} == {0, 1}


def test_an_eleventh_connection_is_one_too_many(box: Sandbox, ear: Ear) -> None:
    for _ in range(10):
        ear.connect()
    assert ear.connect()["reason"] == "too_many_websockets"


def test_an_address_is_good_once(box: Sandbox, ear: Ear) -> None:
    url = WebClient(base_url=box.api_url).apps_connections_open(app_token=APP_TOKEN)["url"]
    ear.run(ear._connect(url)).result(10)
    with pytest.raises(WSServerHandshakeError, match="404"):
        ear.run(ear._connect(url)).result(10)


def test_a_refresh_is_said_before_and_the_next_payload_goes_elsewhere(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    box.refresh(warn=True)
    box.wait_for(lambda: ear.closed)
    assert [one["reason"] for _, one in ear.heard] == ["warning", "refresh_requested"]
    assert box.transport == "none"


def test_an_abrupt_end_fails_what_was_under_way(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.says = lambda one: None
    typing = ear.run(asyncio.to_thread(box.command, "U0ANA", "C0MAPLE", "/kept", "x"))
    box.wait_for(lambda: ear.heard)
    box.disconnect()
    assert typing.result(10) == Reply(0, {"text": "operation_timeout"})
    box.wait_for(lambda: ear.closed)


def test_an_event_whose_connection_ends_goes_out_anew(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.says = lambda one: {"envelope_id": one["envelope_id"]} if one["retry_attempt"] else None
    happening = ear.run(asyncio.to_thread(box.happen, OPENED))
    box.wait_for(lambda: ear.heard)
    ear.connect()
    box.disconnect()
    happening.result(10)
    box.wait_for(lambda: len(ear.heard) == 2)
    (first, one), (second, two) = ear.heard
    assert (first, second) == (0, 1)
    assert (two["retry_attempt"], two["payload"]["event_id"]) == (1, one["payload"]["event_id"])


def test_an_acknowledgement_counts_on_its_own_connection(box: Sandbox, ear: Ear) -> None:
    ear.connect()
    ear.connect()
    ear.says = lambda one: None
    typing = ear.run(asyncio.to_thread(box.command, "U0ANA", "C0MAPLE", "/kept", "x"))
    [(number, envelope)] = box.wait_for(lambda: ear.heard)
    ear.run(ear.send(1 - number, {"envelope_id": envelope["envelope_id"], "payload": {"text": "late"}})).result(5)
    assert typing.result(10) == Reply(0, {"text": "operation_timeout"})
    assert box.refused == [("socket", "unknown_envelope")]


def test_switched_off_everything_goes_to_the_address(box: Sandbox, ear: Ear, app: TinyApp) -> None:
    ear.connect()
    box.app_url = f"http://127.0.0.1:{app.server_port}/slack/events"
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x").status == 200
    assert app.forms == []
    box.disable_socket_mode()
    box.wait_for(lambda: ear.closed)
    assert ear.heard[-1][1]["reason"] == "link_disabled"
    assert box.transport == "http"
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x").status == 200
    assert len(app.forms) == 1
    with pytest.raises(SlackApiError, match="forbidden_team"):
        ear.connect()


def test_slacks_own_client_goes_through_a_refresh(box: Sandbox) -> None:
    """The client Kept uses, with what it does by itself: it connects anew when asked to."""
    heard: list[str] = []

    async def take(client: SocketModeClient, request: SocketModeRequest) -> None:
        heard.append(request.type)
        payload = {"text": "heard"} if request.accepts_response_payload else None
        await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload))

    async def run(done: asyncio.Event) -> None:
        slack = AsyncWebClient(base_url=box.api_url)
        client = SocketModeClient(APP_TOKEN, web_client=slack)
        client.socket_mode_request_listeners.append(take)
        await client.connect()
        await done.wait()
        await client.disconnect()
        await client.close()

    loop, done = asyncio.new_event_loop(), asyncio.Event()
    thread = threading.Thread(target=loop.run_until_complete, args=(run(done),))
    thread.start()
    try:
        box.wait_for(lambda: box.transport == "socket")
        assert box.command("U0ANA", "C0MAPLE", "/kept", "x").body == {"text": "heard"}
        box.refresh(warn=False)
        box.wait_for(lambda: box.transport == "socket")
        assert box.command("U0ANA", "C0MAPLE", "/kept", "x").body == {"text": "heard"}
        box.happen(OPENED)
        assert heard == ["slash_commands", "slash_commands", "events_api"]
        assert box.refused == []
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(10)
        loop.close()
