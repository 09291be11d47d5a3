"""The page is for its own machine, and says so in headers."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from bot.sandbox.core import Sandbox
from tests.sandbox.conftest import TinyApp


def ask(box: Sandbox, method: str, path: str, body: Any = None, **heads: str) -> tuple[int, Any, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=10)
    headers = {"Host": f"127.0.0.1:{box.port}"}
    headers |= {"Content-Type": "application/json"} if body is not None else {}
    headers |= {name.replace("_", "-"): value for name, value in heads.items()}
    connection.request(method, path, json.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    found = json.loads(raw) if answer.headers.get_content_type() == "application/json" else raw.decode()
    return answer.status, found, answer.headers


def do(box: Sandbox, what: str, **body: Any) -> tuple[int, Any]:
    return ask(box, "POST", f"/do/{what}", {"as": "U0ANA", "channel": "C0MAPLE", **body})[:2]


def seen(box: Sandbox, user: str = "U0ANA") -> Any:
    return ask(box, "GET", f"/state?since=-1&as={user}")[1]


@pytest.mark.parametrize("path", ["/", "/page/app.js", "/page/style.css", "/page/hints.json", "/state?as=U0ANA"])
def test_headers(box: Sandbox, path: str) -> None:
    status, _, headers = ask(box, "GET", path)
    assert status == 200
    assert headers["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'")
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_nothing_stands_inline(box: Sandbox) -> None:
    page = ask(box, "GET", "/")[1]
    assert "Sandbox, not Slack" in page
    assert "made-up patients only" in page
    assert [part for part in ("<style", " style=", " onclick=", "<script>") if part in page] == []


@pytest.mark.parametrize(("heads", "status"), [
    ({"Origin": "http://evil.example"}, 403), ({"Origin": "null"}, 403), ({"Host": "evil.example"}, 403),
    ({"Host": "127.0.0.1:1"}, 403), ({"Content_Type": "text/plain"}, 415),
    ({"Content_Type": "application/x-www-form-urlencoded"}, 415),
])
def test_another_website_is_refused(box: Sandbox, heads: dict[str, str], status: int) -> None:
    body = {"as": "U0ANA", "channel": "C0MAPLE", "text": "x"}
    assert ask(box, "POST", "/do/say", body, **heads)[0] == status
    assert box.messages("C0MAPLE") == []


def test_its_own_page_is_not(box: Sandbox) -> None:
    for here in (f"127.0.0.1:{box.port}", f"localhost:{box.port}"):
        body = {"as": "U0ANA", "channel": "C0MAPLE", "text": "x"}
        assert ask(box, "POST", "/do/say", body, Host=here, Origin=f"http://{here}")[0] == 200


@pytest.mark.parametrize("path", ["/page/../pages.py", "/page/%2e%2e%2fcore.py", "/page/none.js", "/page/index.html/x"])
def test_only_the_page_is_served(box: Sandbox, path: str) -> None:
    assert ask(box, "GET", path)[0] == 404


def test_a_person_sees_their_own_places(box: Sandbox, app: TinyApp) -> None:
    do(box, "command", text="/kept help")
    do(box, "say", text="good morning @priya")
    assert [one["name"] for one in seen(box)["conversations"]] == ["care-maple", "Kept"]
    assert [one["text"] for one in seen(box)["conversations"][0]["messages"]] == ["kept", "good morning <@U0PRIYA>"]
    assert len(seen(box, "U0BEN")["conversations"][0]["messages"]) == 1
    assert seen(box, "U0PRIYA")["notification"]["text"] == "good morning <@U0PRIYA>"
    assert seen(box, "U0BEN")["notification"] is None
    assert [one["name"] for one in seen(box, "U0DANA")["conversations"]] == ["care-oak", "Kept"]


def test_what_is_done_by_hand(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (500, "")
    assert do(box, "command", text="/kept help")[1] == {"ok": False, "error": "dispatch_failed"}
    assert do(box, "clock", by="morning")[0] == do(box, "clock", by=3600)[0] == 200
    assert box.clock.offset > 3600
    assert do(box, "fail", method="chat.postMessage", kind="500")[0] == 200
    assert seen(box)["faults"] == {"chat.postMessage": ["500"]}
    [failed] = box.ephemerals("U0ANA")
    assert do(box, "dismiss", ts=failed["ts"])[0] == 200
    assert box.ephemerals("U0ANA") == []


@pytest.mark.parametrize(("what", "body", "status"), [
    ("dance", {}, 404), ("say", {"text": " "}, 400), ("say", {"as": "U0NONE", "text": "x"}, 400),
    ("say", {"channel": "C0OAK", "text": "x"}, 400), ("command", {}, 400), ("press", {"ts": "1.0", "action_id": "x"}, 404),
    ("clock", {"by": -5}, 400), ("clock", {}, 400), ("fail", {"method": "x", "kind": "500", "times": 0}, 400),
    ("fail", {"method": "x", "kind": "no such"}, 400),
])
def test_what_cannot_be_done_is_said(box: Sandbox, what: str, body: dict[str, Any], status: int) -> None:
    got, said = do(box, what, **body)
    assert got == status
    assert said["error"].endswith(".")


def test_the_state_comes_when_something_changes(box: Sandbox) -> None:
    version = seen(box)["version"]
    box.say("U0BEN", "C0MAPLE", "news")
    status, found, _ = ask(box, "GET", f"/state?since={version}&as=U0ANA")
    assert (status, found["version"] > version) == (200, True)
    assert ask(box, "GET", "/state?since=x&as=U0ANA")[0] == 400
