"""Fault switches: what the caller gets, and whether the message is there all the same."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import pytest

from bot.sandbox.core import Sandbox
from tests.sandbox.conftest import TOKEN


def post(box: Sandbox, seconds: float = 5) -> tuple[int, str, Any]:
    """(status, body, Retry-After); the status is 0 when nothing whole came back."""
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=seconds)
    try:
        connection.request("POST", "/api/chat.postMessage", json.dumps({"channel": "C0MAPLE", "text": "x"}),
                           {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"})
        got = connection.getresponse()
        return got.status, got.read().decode(), got.headers.get("Retry-After")
    except (OSError, http.client.HTTPException):
        return 0, "", None
    finally:
        connection.close()


@pytest.mark.parametrize(("kind", "status", "body", "after", "done"), [
    ("429", 429, "ratelimited", "1", False), ("429-bare", 429, "ratelimited", None, False), ("500", 500, "Server", None, False),
    ("html", 200, "<!doctype", None, False), ("list", 200, "[1]", None, False), ("truncated", 200, '{"ok": true', None, True),
    ("reset-before", 0, "", None, False), ("reset-after", 0, "", None, True),
    ("channel_not_found", 200, '"channel_not_found"', None, False),
])
def test_fault(box: Sandbox, kind: str, status: int, body: str, after: str | None, done: bool) -> None:
    box.fail_next("chat.postMessage", kind)
    got = post(box)
    assert (got[0], got[2]) == (status, after)
    assert body in got[1]
    assert len(box.messages("C0MAPLE")) == int(done)
    assert [method for method, _ in box.calls] == ["chat.postMessage"]


def test_half_an_answer_is_no_json(box: Sandbox) -> None:
    box.fail_next("chat.postMessage", "truncated")
    with pytest.raises(ValueError, match=r"."):
        json.loads(post(box)[1])


def test_slow_is_done_but_not_answered_in_time(box: Sandbox) -> None:
    box.fail_next("chat.postMessage", "slow")
    assert post(box, seconds=0.5)[0] == 0
    assert len(box.wait_for(lambda: box.messages("C0MAPLE"))) == 1


def test_each_fault_is_used_as_often_as_asked(box: Sandbox) -> None:
    box.fail_next("chat.postMessage", "500", times=2)
    assert [post(box)[0] for _ in range(3)] == [500, 500, 200]


def test_the_callback_runs_before_the_call_is_applied(box: Sandbox) -> None:
    seen: list[tuple[str, str, int]] = []
    box.on_call = lambda method, args: seen.append((method, args["text"], len(box.messages("C0MAPLE"))))
    post(box)
    assert seen == [("chat.postMessage", "x", 0)]


def test_stopping_lets_go_of_a_call_that_waits() -> None:
    box = Sandbox("made-up", TOKEN)
    box.start()
    box.fail_next("chat.postMessage", "slow")
    caller = threading.Thread(target=post, args=(box, 30))
    caller.start()
    box.wait_for(lambda: box.messages("C0MAPLE"))
    box.stop()
    caller.join(5)
    assert not caller.is_alive()
