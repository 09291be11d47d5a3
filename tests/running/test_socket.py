"""Socket Mode, as an operator runs it: nothing is lost when Slack asks for new connections, cuts them or cannot be asked."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App as BoltApp
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy import create_engine, text

from bot.dispatch import Dispatch
from bot.socket import Socket
from tests.databases import Lite, Server
from tests.running import other_slack, other_socket, soak_socket
from tests.running.other_slack import CHANNEL, TEAM, OtherSlack
from tests.running.other_socket import OtherSocket
from tests.running.processes import House
from tests.running.test_processes import begin

CANARY = "CANARY-91b2"
MIA = {"id": "U9MIA", "team_id": TEAM}
PRESS = {"type": "block_actions", "user": MIA, "team": {"id": TEAM}, "container": {}, "trigger_id": "p",
         "actions": [{"action_id": "nothing/1", "value": ""}]}
VIEW = {"type": "modal", "id": "V1", "hash": "h", "callback_id": "none", "private_metadata": "{}", "state": {"values": {}}}
EVENT = {"type": "event_callback", "team_id": TEAM, "event_id": "Ev1", "event_time": 1,
         "event": {"type": "app_mention", "text": CANARY}}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, databases: dict[str, Lite | Server]) -> Iterator[House]:
    """One process for all that leave it as it was: connected, both connections standing, and a care team begun."""
    folder: Path = tmp_path_factory.mktemp("socket")
    slack = OtherSlack()
    with House(folder, databases["sqlite"].make(empty=False), slack) as made:
        lines = made.over_socket()
        made.serve()
        begin(made)
        yield made
        assert lines.wrong == []
    assert CANARY not in made.log.read_text()
    assert "Traceback" not in made.log.read_text()
    slack.close()


@pytest.fixture
def lines(standing: House) -> OtherSocket:
    found = standing.slack.lines
    assert found is not None
    standing.until(lambda: len(found.open) == 2)
    found.fewest = 2
    return found


def test_commands_and_presses_are_answered_over_it(standing: House, lines: OtherSocket) -> None:
    slack = standing.slack
    assert "Kept as #" in standing.say("/concern rosa afraid of the bill")
    card = lines.send("slash_commands", other_slack.command("/kept", "last", trigger="last"))
    assert card is not None
    assert standing.press({**card, "channel": CHANNEL}, "answer") == 200
    answered = slack.wait(lambda: [p for p in slack.posts if p["channel"].startswith("/respond/")])
    assert "Answered" in json.dumps(answered)


@pytest.mark.parametrize(("kind", "payload"), [
    ("interactive", PRESS), ("interactive", {**PRESS, "type": "view_submission", "view": VIEW}),
    ("interactive", {**PRESS, "type": "view_closed", "view": VIEW}),
    ("interactive", {**PRESS, "type": "block_suggestion", "action_id": "a", "block_id": "b", "value": CANARY}),
    ("events_api", EVENT), ("interactive", {"type": "workflow_step_edit", "callback_id": CANARY}),
    ("something_new", {"type": "something_new", "text": CANARY})])
def test_every_kind_is_acknowledged(lines: OtherSocket, kind: str, payload: dict[str, Any]) -> None:
    assert lines.send(kind, payload) is not None


@pytest.mark.parametrize(("kind", "payload"), [
    ("slash_commands", {"command": CANARY}), ("slash_commands", CANARY), ("slash_commands", None),
    ("slash_commands", {**other_slack.command("/kept", "x", trigger="t"), "text": 7}),
    ("interactive", {"type": 5}), ("interactive", {**PRESS, "user": CANARY}), ("interactive", {}),
    ("interactive", {**PRESS, "type": "view_submission", "view": {**VIEW, "private_metadata": "[" * 90_000}}),
    ("interactive", {**PRESS, "type": "view_submission", "view": {**VIEW, "type": None}}),
    ("interactive", {**PRESS, "actions": []}), ("events_api", {**EVENT, "event_time": CANARY})])
def test_what_is_malformed_is_acknowledged_and_dropped(standing: House, lines: OtherSocket, kind: str, payload: Any) -> None:
    before = standing.log.read_text().count('"event": "malformed"')
    assert lines.send(kind, payload) == {}
    assert standing.log.read_text().count('"event": "malformed"') == before + 1


@pytest.mark.parametrize("text", [CANARY, "", "7", "[]", '{"type": "hello', "[" * 100_000, '{"type": "CANARY-91b2"}',
                                  '{"type": "slash_commands", "payload": {}}', '{"envelope_id": 7, "type": "events_api"}'])
def test_what_slack_never_says_is_passed_over(standing: House, lines: OtherSocket, text: str) -> None:
    lines.say(text)
    assert "#" in standing.say("/concern rosa worried about the form")
    assert len(lines.open) == 2


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled", CANARY])
def test_a_new_connection_stands_before_the_old_is_given_up(standing: House, lines: OtherSocket, reason: str) -> None:
    old = lines.open
    # Slack leaves ten seconds; a busy machine needs some of them.
    asking = threading.Thread(target=lines.refresh, args=(reason,), kwargs={"close_after": 2.0})
    asking.start()
    while asking.is_alive():
        assert "Nothing here" in standing.say("/kept list overdue")
    standing.until(lambda: len(lines.open) == 2 and not set(lines.open) & set(old))
    assert lines.fewest == 2
    assert standing.ready() == 200


def test_a_cut_connection_is_replaced_at_once_and_the_other_goes_on(standing: House, lines: OtherSocket) -> None:
    for _ in range(3):
        old, begun = lines.open, time.monotonic()
        lines.drop()
        assert "Nothing here" in standing.say("/kept list overdue")
        standing.until(lambda old=old: len(lines.open) == 2 and lines.open != old)
        # slack_sdk's client looks only every five seconds.
        assert time.monotonic() - begun < 3
        assert standing.ready() == 200


def test_when_all_are_cut_it_comes_back(standing: House, lines: OtherSocket) -> None:
    for number in lines.open:
        lines.drop(number)
    standing.until(lambda: len(lines.open) == 2)
    assert "Nothing here" in standing.say("/kept list overdue")


def test_the_door_is_open_for_checks_alone(standing: House, lines: OtherSocket) -> None:
    assert other_slack.signed(standing.url, other_slack.command("/kept", "help", trigger="d"))[0] == 404
    assert other_slack.signed(standing.url, other_slack.command("/kept", "help", trigger="d"), secret="")[0] == 404
    with urllib.request.urlopen(standing.url.replace("/slack/events", "/healthz"), timeout=5) as got:
        assert got.read() == b"ok"


def faults(house: House) -> dict[str, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/readyz", timeout=5) as got:
            return dict(json.load(got)["faults"])
    except urllib.error.HTTPError as error:
        return dict(json.load(error)["faults"])
    except OSError:
        return {"nobody": "listens"}


@pytest.mark.soak
def test_a_slack_that_gives_no_address_is_said_and_asked_again(standing: House, lines: OtherSocket) -> None:
    standing.slack.faults["apps.connections.open"] = ["429", "500", "reset-after", "500"]
    for number in lines.open:
        lines.drop(number)
    said = standing.until(lambda: faults(standing).get("socket"))
    assert said.startswith("Slack's socket is not connected (")
    standing.until(lambda: len(lines.open) == 2)
    assert faults(standing) == {}


def test_one_connection_too_many_is_done_without(standing: House, lines: OtherSocket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_socket, "MOST", 1)
    lines.drop()
    standing.until(lambda: '"code": "too_many_websockets"' in standing.log.read_text())
    assert faults(standing) == {}
    assert "Nothing here" in standing.say("/kept list overdue")


def test_without_a_hello_it_is_not_connected(house: House) -> None:
    lines = house.over_socket()
    lines.mute = True
    house.start("serve")
    house.until(lambda: lines.opened)
    assert "Slack's socket is not connected" in house.until(lambda: faults(house).get("socket"))


class Gate:
    """Holds back what Slack says of a person, so that their first command is under way until it opens."""

    def __init__(self, slack: OtherSlack) -> None:
        self._open, self._slack, self._say = threading.Event(), slack, slack.say
        slack.say = self.say  # type: ignore[method-assign]

    def say(self, method: str, args: dict[str, Any]) -> dict[str, Any]:
        if method == "users.info":
            self._open.wait(5)
        return self._say(method, args)

    def wait(self, lines: OtherSocket, text: str) -> other_socket.Sent:
        """Leo's first command, which is under way when this returns."""
        before = self._slack.calls.count("users.info")
        sent = lines.begin("slash_commands", other_slack.command("/concern", text, user="U9LEO", trigger="gate"))
        self._slack.wait(lambda: self._slack.calls.count("users.info") > before)
        return sent

    def open(self) -> None:
        self._open.set()


@pytest.fixture
def up(house: House) -> OtherSocket:
    lines = house.over_socket()
    house.serve()
    begin(house)
    house.until(lambda: len(lines.open) == 2)
    return lines


@pytest.mark.parametrize("end", [lambda lines, by: lines.drop(by), lambda lines, by: lines.refresh(close_after=0)],
                         ids=["cut", "closed after a refresh"])
def test_an_acknowledgement_whose_connection_died_goes_over_another(
        house: House, slack: OtherSlack, up: OtherSocket, end: Callable[[OtherSocket, int], None]) -> None:
    gate = Gate(slack)
    sent = gate.wait(up, "rosa afraid of the bill")
    end(up, sent.by)
    house.until(lambda: sent.by not in up.open)
    gate.open()
    assert "Kept as #1" in json.dumps(up.answer(sent))
    assert up.wrong == []


def test_where_slack_takes_it_nowhere_else_enter_again_is_already_saved(house: House, slack: OtherSlack, up: OtherSocket) -> None:
    up.anywhere = False
    gate = Gate(slack)
    sent = gate.wait(up, "rosa afraid of the bill")
    up.drop(sent.by)
    gate.open()
    assert up.answer(sent) is None
    assert "Already saved: #1" in house.say("/concern rosa afraid of the bill", user="U9LEO")
    assert "#2" not in house.say("/kept list")


def test_told_to_stop_it_finishes_what_has_begun(house: House, slack: OtherSlack) -> None:
    lines = house.over_socket()
    process = house.serve("--with-worker")
    begin(house)
    gate = Gate(slack)
    sent = gate.wait(lines, "rosa afraid of the bill")
    process.terminate()
    gate.open()
    assert "Kept as #1" in json.dumps(sent.answer.result(20))
    assert process.wait(20) == 0
    assert lines.open == []
    assert lines.wrong == []


def ask(app: BoltApp, question: Callable[[OtherSocket], Any]) -> Any:
    """What ``question`` finds out, while this app is connected through Kept's sockets and pool."""
    lines, dispatch = OtherSocket(), Dispatch(app)

    async def begin() -> Any:
        async with Socket(lines.address, dispatch):
            while not lines.open:
                await asyncio.sleep(0.02)
            return await asyncio.to_thread(question, lines)

    try:
        return asyncio.run(begin())
    finally:
        dispatch.close()
        lines.close()


def app(work: Callable[[], Any]) -> BoltApp:
    """One of the tests' own, whose events do ``work``."""
    allowed = AuthorizeResult(enterprise_id=None, team_id=TEAM, bot_token="xoxb-none", bot_id="", bot_user_id="")
    made = BoltApp(authorize=lambda: allowed, process_before_response=True, request_verification_enabled=False)
    made.event("app_mention")(lambda: work() and None)
    return made


def test_an_event_whose_work_fails_is_not_acknowledged_so_that_slack_sends_it_again() -> None:
    tries = iter([False, True])

    def work() -> None:
        if not next(tries):
            raise RuntimeError(CANARY)

    assert ask(app(work), lambda lines: [lines.send("events_api", EVENT) for _ in range(2)]) == [None, {}]


def test_without_its_database_events_wait_people_are_told_and_all_is_well_again(house: House, up: OtherSocket) -> None:
    opened = {**EVENT, "team_id": "T0THER", "event": {"type": "app_home_opened", "user": "U9MIA", "tab": "home"}}
    owner = create_engine(house.owner)

    def rename(old: str, new: str) -> None:
        with owner.begin() as connection:
            connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))

    try:
        rename("workspace", "away")
        assert up.send("events_api", opened) is None
        told = up.send("slash_commands", {**other_slack.command("/kept", "mine", trigger="t"), "team_id": "T0THER"})
        assert "Something went wrong on our side and nothing was saved" in json.dumps(told)
        rename("away", "workspace")
    finally:
        owner.dispose()
    assert up.send("events_api", opened) == {}
    assert "Nothing here" in house.say("/kept mine")


def test_sixteen_are_worked_on_at_once() -> None:
    together = threading.Barrier(16, timeout=5)

    def send(lines: OtherSocket) -> list[Any]:
        return [lines.answer(one) for one in [lines.begin("events_api", EVENT) for _ in range(16)]]

    # Each waits for the fifteen others: one after another, none would ever end.
    assert ask(app(together.wait), send) == [{}] * 16


@pytest.mark.soak
def test_refreshes_and_cuts_lose_nothing_double_nothing_and_nobody_waits(
        house_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with soak_socket.connected(tmp_path, house_url) as (box, house):
        flow = soak_socket.run(box, house, 10)
        # An acknowledgement whose connection was cut goes over another, which the sandbox does not take.
        assert {code for _, code in box.refused} <= {"unknown_envelope"}
    with capsys.disabled():
        sys.stdout.write(f"\n{flow.said(10)}\n")
    assert flow.wrong == []
