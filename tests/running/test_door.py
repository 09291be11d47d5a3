"""The one door in: what is refused, with nothing parsed, nothing kept and nothing repeated in a log."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import re
import selectors
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from urllib.parse import urlencode

import psutil
import pytest

from tests.databases import Lite, Server
from tests.running.other_slack import SECRET, OtherSlack, command, press, signed
from tests.running.processes import House
from tests.running.test_processes import begin

CANARY = "CANARY-7f3a"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, databases: dict[str, Lite | Server]) -> Iterator[House]:
    """One process for all of these: each must leave it up and able to serve the next."""
    folder: Path = tmp_path_factory.mktemp("door")
    slack = OtherSlack()
    with House(folder, databases["sqlite"].make(empty=False), slack) as made:
        made.serve()
        begin(made)
        yield made
    assert CANARY not in made.log.read_text()
    assert "Traceback" not in made.log.read_text()
    slack.close()


def send(house: House, body: bytes, *, kind: str = FORM, stamp: str | bytes | None = None, signature: bytes | None = None,
         **headers: str) -> int:
    """The status of a raw request; signed rightly unless told otherwise."""
    when = str(int(time.time())).encode() if stamp is None else stamp.encode() if isinstance(stamp, str) else stamp
    made = b"v0=" + hmac.new(SECRET.encode(), b"v0:" + when + b":" + body, hashlib.sha256).hexdigest().encode()
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
    line.putrequest("POST", "/slack/events")
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **given}.items():
        line.putheader(name, value)
    line.putheader("X-Slack-Request-Timestamp", when)
    line.putheader("X-Slack-Signature", signature or made)
    line.endheaders()
    try:
        line.send(body)
        return line.getresponse().status
    finally:
        line.close()


def typed(text: str = CANARY) -> bytes:
    return urlencode(command("/concern", f"rosa {text}", trigger=f"door-{time.monotonic_ns()}")).encode()


@pytest.mark.parametrize("stamp", ["abc", "", "5" * 5000, "-1", "1e9"])
def test_a2_a_timestamp_that_is_none(house: House, stamp: str) -> None:
    assert send(house, typed(), stamp=stamp) in {400, 401, 431}
    assert house.ready() == 200


@pytest.mark.parametrize(("ago", "status"), [(301, 401), (299, 200), (-302, 401), (-299, 200)])
def test_a6_the_window_is_five_minutes_either_way(house: House, ago: int, status: int) -> None:
    assert send(house, typed("afraid of the bill"), stamp=str(int(time.time()) - ago)) == status


@pytest.mark.parametrize("signature", [b"v0=\xff", b"v0=" + b"0" * 64, b"v1=abc", b"v0="])
def test_a1_a5_a_wrong_signature_is_401(house: House, signature: bytes) -> None:
    assert send(house, typed(), signature=signature) == 401


@pytest.mark.parametrize(("body", "kind"), [
    (b'{"type": "event_callback", "text": "CANARY-7f3a', "application/json"), (b"[1]", "application/json"),
    (b"7", "application/json"), (b'{"type": 5}', "application/json"), (b"\xff\xfe", "application/json"),
    (b"[" * 100_000, "application/json"), (b"payload=%7B%22type%22%3A%22block_actions%22%7D", FORM), (b"payload=7", FORM),
    (b"command=CANARY-7f3a&text=x", FORM), (b"=&=&", FORM), (b"", FORM), (b"hello CANARY-7f3a", "text/plain"),
    (urlencode({"payload": json.dumps({"type": "block_actions", "user": {"id": 5}, "container": {}, "trigger_id": "t",
                                       "actions": [{"action_id": "done/1"}]})}).encode(), FORM),
])
def test_a4_signed_but_malformed_is_400(house: House, body: bytes, kind: str) -> None:
    assert send(house, body, kind=kind) == 400


def test_a11_who_is_refused_is_told_so_and_quoted_nowhere(house: House) -> None:
    told = house.say(f"/concern rosa {CANARY}", user="U9KAI")
    assert "open only to members" in told
    assert CANARY not in told


def test_a13_what_breaks_is_a_number_for_the_person_and_no_words_for_the_log(house: House) -> None:
    """The database's own complaint quotes what was typed, as any exception may."""
    with sqlite3.connect(house.owner.removeprefix("sqlite:///")) as raw:
        raw.execute(f"CREATE TRIGGER breaks BEFORE INSERT ON item BEGIN SELECT RAISE(ABORT, '{CANARY}'); END")
    told = house.say(f"/concern rosa {CANARY} again")
    with sqlite3.connect(house.owner.removeprefix("sqlite:///")) as raw:
        raw.execute("DROP TRIGGER breaks")
    number = re.search(r"this number: ([0-9a-f]{8})", told)
    assert number is not None
    assert CANARY not in told
    assert number[1] in house.log.read_text()
    assert "#" in house.say("/concern rosa afraid of the third bill")


def test_b3_where_another_company_may_read_nothing_is_answered(house: House) -> None:
    """A message that says neither whose it is nor whose the channel is."""
    for kind, where in (("message", "im"), ("message", "group"), ("app_mention", "group")):
        found = {"type": "event_callback", "team_id": "T9ELM", "event_id": f"Ev{kind}{where}", "event_time": int(time.time()),
                 "is_ext_shared_channel": True, "event": {"type": kind, "user": "U0UTSIDE", "text": CANARY, "channel": "C9ELM",
                                                          "channel_type": where, "ts": "1.2"}}
        assert send(house, json.dumps(found).encode(), kind="application/json") == 200
    with sqlite3.connect(house.owner.removeprefix("sqlite:///")) as raw:
        assert raw.execute("SELECT count(*) FROM heard").fetchone() == (3,)
        assert raw.execute("SELECT count(*) FROM outgoing WHERE sort != 'home'").fetchone() == (0,)


def test_f5_a_hundred_thousand_characters_are_refused_with_the_limit(house: House) -> None:
    told = house.say("/concern rosa " + "x" * 100_000)
    assert "the limit is 3,000 characters" in told


def test_a9_too_large_and_encoded(house: House) -> None:
    for how in ("gzip", "br", "gzip, identity"):
        assert send(house, b"x", Content_Encoding=how) == 415
    # Refused by its length, before any of it is read.
    assert send(house, b"", Content_Length=str(2 * 1024 * 1024)) == 413
    assert house.ready() == 200


@pytest.mark.parametrize("chunked", [False, True])
def test_a9_a_large_body_is_read_no_further_than_the_limit(house: House, chunked: bool) -> None:
    """Signed rightly, with its length or without."""
    process, body, stamp = psutil.Process(house.running[0].pid), b"x" * 2 * 1024 * 1024, str(int(time.time()))
    made = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    before = process.memory_info().rss
    line = http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)
    try:
        line.request("POST", "/slack/events", body=(body[at:at + 65_536] for at in range(0, len(body), 65_536)), headers={
            "Content-Type": FORM, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}",
            **({"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(len(body))})}, encode_chunked=chunked)
        status = line.getresponse().status
    except (BrokenPipeError, ConnectionResetError):
        status = 413  # it hung up on the rest
    finally:
        line.close()
    assert status == 413
    assert process.memory_info().rss - before < 10 * 1024 * 1024
    assert house.ready() == 200


def test_a16_headers_without_end_are_refused(house: House) -> None:
    """One that is long, and many: refused with a status, or hung up on."""
    for more in ({"X_Long": "x" * 500_000}, {f"X_{nth}": "x" for nth in range(2_000)}):
        try:
            assert send(house, typed(), **more) in {400, 413, 431}
        except OSError:
            assert house.ready() == 200
    assert house.ready() == 200


def test_a12_an_unknown_payload_is_answered_and_not_repeated(house: House) -> None:
    found = {"type": "dialog_suggestion", "value": CANARY, "name": CANARY, "team": {"id": "T9ELM"},
             "user": {"id": "U9MIA", "team_id": "T9ELM"}}
    assert send(house, urlencode({"payload": json.dumps(found)}).encode()) == 200


def test_a14_slacks_own_checks(house: House) -> None:
    assert send(house, b"ssl_check=1&token=x", signature=b"v0=none") == 200
    raw = json.dumps({"type": "url_verification", "challenge": "c1"}).encode()
    assert send(house, raw, kind="application/json") == 200


def test_b2_a_press_of_somebody_from_another_workspace_is_refused(house: House) -> None:
    house.say("/concern rosa afraid of the second bill")
    card = {"blocks": [{"elements": [{"action_id": "show/1", "value": "i.none"}]}], "channel": "C9ELM"}
    form = press(card, "show", trigger="outsider")
    payload = json.loads(form["payload"])
    payload["user"]["team_id"] = "T0THER"
    url = f"{house.slack.address.removesuffix('api/')}respond/outsider"
    payload["response_url"] = url
    assert signed(house.url, {"payload": json.dumps(payload)})[0] == 200
    told = house.slack.wait(lambda: [p for p in house.slack.posts if p["channel"] == "/respond/outsider"])
    assert "open only to members" in json.dumps(told)


HALVES = [b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Le", b"POST /slack/ev", b"",
          b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf",
          b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"]


def test_a15_300_half_sent_of_each_kind_hurt_nobody_and_are_hung_up_on(house: House) -> None:
    """Headers, and bodies: the server's time for headers ends the one, the door's for bodies the other."""
    with ExitStack() as lines, selectors.DefaultSelector() as waiting:
        for nth in range(600):
            one = lines.enter_context(socket.create_connection(("127.0.0.1", house.port), 5))
            one.sendall(HALVES[nth % len(HALVES)])
            waiting.register(one, selectors.EVENT_READ)
        for nth in range(3):
            assert "#" in house.say(f"/concern rosa worried about form {nth}")
        # All of them were still there, and in nobody's way.
        assert waiting.select(0) == []
        assert house.ready() == 200
        while waiting.get_map():
            ended = waiting.select(30)
            assert ended
            for key, _ in ended:
                with suppress(ConnectionResetError):
                    if key.fileobj.recv(65536):  # type: ignore[union-attr]
                        continue  # what it was told; that it is over comes next
                waiting.unregister(key.fileobj)
    assert house.ready() == 200
