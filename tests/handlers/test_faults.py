"""The faults of SECURITY.md's table, by their ids, as far as they show in handlers and models and are in no file of their own."""

from __future__ import annotations

import itertools
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import checkpoints
from bot.backup import back_up
from bot.slack import Slack, SlackError, Unknown
from handlers.access import Facts
from handlers.case import Inbound
from handlers.happening import Happening, hear
from handlers.language.words import clean
from handlers.route import answer
from models.installation import Grant, grant, token_of
from models.item import Item
from models.outgoing import Outgoing
from models.patient import Patient
from models.schema import migrate
from models.store import Store
from models.workspace import install
from tests.handlers.conftest import BEN, HOME, NOW, Team
from tests.handlers.test_sealed import bytes_of

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


@pytest.mark.parametrize("text", ["ends in a star*", "***", "*", "a\N{ZERO WIDTH JOINER}b", "x" * 2980,
                                  "\N{SMILING FACE WITH OPEN MOUTH}" * 2980])
def test_c4_words_come_back_as_they_were(team: Team, text: str) -> None:
    team.say(f"/concern rosa {text}")
    assert read(team) == text


def test_c4_as_many_emoji_as_a_form_takes_come_back(team: Team) -> None:
    whole = "\N{FACE WITH TEARS OF JOY}" * 3000
    form = team.form("/concern")
    assert team.submit(form, patient=team.offered("patient", "rosa")[0][1], words=whole).startswith("Kept as #1")
    assert read(team) == whole


def test_c4_a_sealed_value_of_any_size_is_byte_for_byte_what_it_was(team: Team) -> None:
    """Empty, longer than anybody may type, and around the lengths to which it is padded."""
    team.say("/concern rosa afraid")
    for size in (0, 1, 31, 32, 33, 1019, 4061, 12_000):
        whole = ("*\N{FACE WITH TEARS OF JOY}\x00\\" * (size // 4 + 1))[:size]

        def put(session: Session, whole: str = whole) -> None:
            session.scalars(select(Item).where(Item.workspace_id == team.workspace)).one().text = whole

        team.store.transact(team.workspace, put)
        assert read(team) == whole


def read(team: Team) -> str:
    return team.store.look(team.workspace, lambda s: s.scalars(
        select(Item).where(Item.workspace_id == team.workspace)).one().text)


ALIAS = "bab-0012"
TYPED = ("bab-0012", "BAB0012", "\uff22\uff21\uff22\uff10\uff10\uff11\uff12", "bab", "Bab-00-12")


def test_c8_how_an_alias_is_typed_does_not_matter_and_a_look_alike_is_someone_else(team: Team) -> None:
    team.say(f"/kept patient add {ALIAS}")
    for alias in TYPED:
        assert "afraid" in team.say(f"/concern {alias} afraid {next(SERIAL)}"), alias
    assert "not known here" in team.say("/concern \u0412ab-0012 afraid")  # Cyrillic
    # Two that differ by their hyphens alone would be one: the second is refused, never joined to the first.
    for alias in TYPED[1:3]:
        assert "taken" in team.say(f"/kept patient add {alias}")
    kept = bytes_of(team).lower()
    assert [one for one in {ALIAS, *TYPED} - {"bab"} if one.lower().encode() in kept] == []


def test_c8_the_index_of_one_alias_differs_between_workspaces(team: Team) -> None:
    store = team.store
    other = Team(store, store.untenanted(lambda s: install(s, store.keyring, "T8", "UBOT", team.now).id), team.now)
    for one in (team, other):
        one.say("/kept setup zone UTC")
        one.say(f"/kept patient add {ALIAS}")
    mine, theirs = ({index for row in one.rows(Patient) for index in (row.alias_index, row.first_index)} for one in (team, other))
    assert len(mine) == 4  # rosa is there, too
    assert len(theirs) == 2
    assert not mine & theirs


@pytest.mark.parametrize("team", ["sqlite"], indirect=True)
def test_c9_nobody_else_may_read_a_file_of_kepts(team: Team, tmp_path: Path) -> None:
    """Under a umask that would let everybody. The worker's own files: tests/running/test_operator.py."""
    before = os.umask(0o022)
    try:
        url = f"sqlite:///{tmp_path}/made/kept.db"
        migrate(url)
        store = Store(url, team.store.keyring)
        store.untenanted(lambda s: install(s, store.keyring, "T1", "UBOT", team.now))
        back_up(store, tmp_path / "made" / "kept.backup", team.now, lambda _: None)
        checkpoints.write(store, str(tmp_path / "made" / "checkpoints"), team.now)
        modes = {one.name: one.stat().st_mode & 0o777 for one in (tmp_path / "made").iterdir()}
        store.close()
    finally:
        os.umask(before)
    assert modes.keys() >= {"kept.db", "kept.db-wal", "kept.db-shm", "kept.backup", "checkpoints"}
    assert set(modes.values()) == {0o600}


# As long as one that Slack renews, shorter and longer.
TOKENS = ["xoxe.xoxb-1-" + "R" * 150, "xoxb-" + "1" * 60, "xoxe.xoxp-1-" + "z" * 600]
SECRETS = (b"xoxb-", b"xoxp-", b"xoxe", b"xapp-", b"hooks.slack.com/services")


@pytest.mark.parametrize("token", TOKENS)
def test_c10_a_token_is_read_back_and_in_no_byte_of_the_database(
        team: Team, token: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    given = Grant("T1", "UBOT", token, "chat:write", "xoxe-1-" + token[5:], team.now + timedelta(hours=12))
    team.store.transact(team.workspace, lambda s: grant(s, team.workspace, given, team.now, team.now))
    back = team.store.look(team.workspace, lambda s: token_of(s, team.workspace, team.now + timedelta(hours=11)))
    assert back is not None
    assert (back.token, back.refresh) == (token, given.refresh)
    # An address that anybody may post at is such a secret too, when somebody pastes it.
    team.say("/concern rosa https://hooks.slack.com/services/T0/B0/abc and xoxp-9 are what she wrote down")
    kept = bytes_of(team) + caplog.text.encode()
    assert [one for one in SECRETS if one in kept] == []


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


@pytest.mark.parametrize("nothing", ["\u202e\u2066", "\ufeff\x00", "\u200b\u00ad", "\u200d\ufe0f", "\u3000\u00a0\t", "\ue000"])
def test_f6_words_of_which_nothing_can_be_seen_are_none(team: Team, nothing: str) -> None:
    for line in (f"/concern rosa {nothing}", f"/commit rosa {nothing} by Friday 3pm", f"/barrier rosa ! {nothing}"):
        team.say(line)
    assert team.items() == []
