"""FAULTS A to F, by their ids, as far as they show in handlers and models: what is not in a file of its own."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack import Slack, SlackError, Unknown
from handlers.access import Facts
from handlers.case import Inbound
from handlers.happening import Happening, hear
from handlers.language.words import clean
from handlers.route import answer
from models.item import Item
from models.outgoing import Outgoing
from models.store import Store
from tests.handlers.conftest import BEN, HOME, NOW, Team

SERIAL = itertools.count()


def heard(team: Team, store: Store, kind: str, event_id: str = "", ago: int = 0, **event: Any) -> None:
    at = team.now.replace(microsecond=0)
    hear(store, team.workspace, Happening(kind, {"type": kind, **event}, event_id or f"EvF{next(SERIAL)}",
                                          at.fromtimestamp(at.timestamp() - ago, at.tzinfo), team.now, team.now, event["user"]))


@pytest.mark.parametrize("when", ["after", "meanwhile", "after a restart"])
def test_a8_an_event_told_again_does_its_work_once(team: Team, when: str) -> None:
    said = {"user": BEN, "channel": "D1", "channel_type": "im", "text": "hello"}
    stores = [team.store, Store(team.store.url, team.store.keyring) if when == "after a restart" else team.store]
    if when == "meanwhile":
        both = threading.Barrier(2, timeout=20)

        def tell(store: Store) -> None:
            both.wait()
            heard(team, store, "message", "Ev8", **said)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(tell, stores))
    else:
        for store in stores:
            heard(team, store, "message", "Ev8", **said)
    if stores[1] is not team.store:
        stores[1].close()
    assert len([row for row in team.rows(Outgoing) if row.channel == "D1"]) == 1


def test_b5_events_that_come_in_the_wrong_order_let_nobody_in(team: Team) -> None:
    """He left at 200 and had joined at 100; told the other way round, he is still out: Slack is asked."""
    team.members[HOME] -= {BEN}
    heard(team, team.store, "member_left_channel", user=BEN, channel=HOME, ago=100)
    heard(team, team.store, "member_joined_channel", user=BEN, channel=HOME, ago=200)
    assert "open only to members" in team.say("/kept list", user=BEN)


@pytest.fixture
def slack() -> Iterator[tuple[Slack, Callable[..., None]]]:
    """A Slack of one script: what it answers, in turn."""
    answers: list[tuple[int, bytes]] = []

    class Script(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            status, found = answers.pop(0)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: object) -> None:
            """It is quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Script)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield (Slack("xoxb-x", f"http://127.0.0.1:{server.server_port}/"),
           lambda *given: answers.extend((status, json.dumps(found).encode()) for status, found in given))
    server.shutdown()
    server.server_close()


PAGE = (200, {"ok": True, "members": ["U1", "U2"], "response_metadata": {"next_cursor": "more"}})


@pytest.mark.parametrize("then", [(500, {}), (429, {"ok": False, "error": "ratelimited"}), (200, {"ok": False, "error":
                         "channel_not_found"}), (200, [1]), (200, {"ok": True}), (200, {"ok": True, "members": "U1"})])
def test_b6_a_page_that_fails_fails_the_whole_list(slack: tuple[Slack, Callable[..., None]], then: tuple[int, Any]) -> None:
    asked, script = slack
    script(PAGE, then)
    with pytest.raises(SlackError):
        asked.members("C1", 5)
    script(PAGE, (200, {"ok": True, "members": ["U3"]}))
    assert asked.members("C1", 5) == {"U1", "U2", "U3"}


@pytest.mark.parametrize(("flag", "standing"), [
    ("is_bot", "bot"), ("deleted", "deleted"), ("is_restricted", "guest"), ("is_ultra_restricted", "guest"),
    ("is_stranger", "stranger"), ("is_app_user", "bot"), ("none", None)])
def test_b7_who_is_no_plain_member_is_known_and_refused(team: Team, slack: tuple[Slack, Callable[..., None]], flag: str,
                                                        standing: str | None) -> None:
    asked, script = slack
    script((200, {"ok": True, "user": {"id": BEN, "team_id": "T1", "name": "ben", flag: True}}))
    profile = asked.profile(BEN, "T1", 5)
    assert profile.standing == standing
    if standing is not None:
        team.standing[BEN] = standing
    assert ("Open in this care team" in team.say("/kept list", user=BEN) or "Nothing here" in team.say(
        "/kept list", user=BEN)) is (standing is None)


@pytest.mark.parametrize("said", [
    {"profile": {"display_name": "a\ud83d\0\u202e" + "x" * 99_999}, "tz": "../../etc/passwd\0", "enterprise_user": [1]},
    {"profile": [1]}, {"profile": "x", "enterprise_user": "E1"}, {"enterprise_user": {"teams": "T12", "id": 3}}, {"tz": 7},
    {"profile": {"display_name": "<!channel> *b* <@U1>"}}, {"real_name": {"a": 1}}, {"name": None}])
def test_what_slack_says_of_a_person_breaks_nothing_and_lets_nobody_in(
        team: Team, slack: tuple[Slack, Callable[..., None]], said: dict[str, Any]) -> None:
    """Whatever they call themselves; a member of another workspace stays one."""
    asked, script = slack
    script((200, {"ok": True, "user": {"id": BEN, "team_id": "T1", **said}}))
    script((200, {"ok": True, "user": {"id": BEN, "team_id": "T9", **said}}))
    ours, theirs = asked.profile(BEN, "T1", 5), asked.profile(BEN, "T1", 5)
    assert (ours.standing, theirs.standing) == (None, "stranger")
    inbound = Inbound(BEN, HOME, "odd", team.now, team.now, command="/concern", text="rosa afraid")
    reply = answer(team.store, team.workspace, inbound, Facts(team.members[HOME], ours, team.room))
    assert "Kept as #1" in str(reply.body())
    assert "#1" in team.say("/kept list")


@pytest.mark.parametrize("odd", [[1], ["mark"], [None], [{}], [{"metadata": {"event_payload": {"id": "mark"}}, "ts": 7}]])
def test_a_history_that_makes_no_sense_does_not_say_that_a_message_is_not_there(
        slack: tuple[Slack, Callable[..., None]], odd: Any) -> None:
    asked, script = slack
    script((200, {"ok": True, "messages": odd}))
    with pytest.raises(Unknown):
        asked.find("C1", "mark", NOW, NOW)
    others = [{"metadata": [1], "ts": "1"}, {"metadata": {"event_payload": "mark"}, "ts": "2"}]
    script((200, {"ok": True, "messages": others, "response_metadata": [1]}))
    assert asked.find("C1", "mark", NOW, NOW) is None


@pytest.mark.parametrize("kind", [{"is_private": "false"}, {"is_private": 1}, {}, {"is_private": True, "is_ext_shared": "no"}])
def test_a_channel_that_is_not_said_to_be_private_is_not(slack: tuple[Slack, Callable[..., None]], kind: dict[str, Any]) -> None:
    asked, script = slack
    script((200, {"ok": True, "channel": {"id": "C1", **kind}}))
    room = asked.channel("C1", 5)
    assert room.shared or not room.private


@pytest.mark.parametrize("text", ["ends in a star*", "***", "\N{SMILING FACE WITH OPEN MOUTH}" * 2900, "a\N{ZERO WIDTH JOINER}b"])
def test_c4_words_come_back_as_they_were(team: Team, text: str) -> None:
    team.say(f"/concern rosa {text}")
    (kept,) = team.store.transact(team.workspace, lambda s: [one.text for one in s.scalars(
        select(Item).where(Item.workspace_id == team.workspace))])
    assert kept == text


def test_c8_how_an_alias_is_typed_does_not_matter_and_a_look_alike_is_someone_else(team: Team) -> None:
    team.say("/kept patient add bab-0012")
    for alias in ("bab-0012", "BAB0012", "\uff22\uff21\uff22\uff10\uff10\uff11\uff12", "bab"):
        assert "afraid" in team.say(f"/concern {alias} afraid {next(SERIAL)}"), alias
    assert "not known here" in team.say("/concern \u0412ab-0012 afraid")  # Cyrillic
    assert "taken" in team.say("/kept patient add \uff22\uff21\uff22\uff10\uff10\uff11\uff12")


def test_f2_a_long_text_is_cut_before_it_is_escaped_or_not_at_all(team: Team) -> None:
    whole = team.reply("/concern rosa " + "x" * 2985 + " <!channel>")
    assert "@channel" in whole.text
    assert "<!channel" not in json.dumps(whole.body)
    team.say("/kept setup detail full")
    team.later(days=2)
    team.sweep()
    for _, message, _ in team.deliver():
        assert "<!" not in json.dumps(message.body)
        assert "xxx" not in message.body["text"]
    assert "the limit is 3,000" in team.say("/concern rosa " + "x" * 2998 + " <!channel>")


def test_f3_f4_what_cannot_be_stored_is_put_right_first(team: Team) -> None:
    team.say("/concern rosa a\ud83d b\x00c \u202ed\u2066 \ufeffe")
    shown = team.say("/kept show 1")
    assert "a\ufffd bc d e" in shown
    assert clean(shown) == shown


def test_f5_what_is_too_long_is_refused_and_nothing_is_stored(team: Team) -> None:
    assert "the limit is 3,000" in team.say("/concern rosa " + "x" * 100_000)
    assert team.items() == []
