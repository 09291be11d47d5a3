"""Response URLs: five uses, thirty minutes, and what they replace."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.webhook import WebhookClient

from bot.sandbox.core import Sandbox
from bot.sandbox.links import Links, Spent
from tests.sandbox.conftest import TinyApp
from tests.sandbox.test_signed import CARD


def tell(url: str, **body: Any) -> tuple[int, str]:
    answer = WebhookClient(url, retry_handlers=[]).send_dict(body)
    return answer.status_code, answer.body


def test_five_uses_then_used_url(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, "")
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    url = app.forms[-1]["response_url"]
    assert [tell(url, text=str(n))[0] for n in range(6)] == [200] * 5 + [404]
    assert "used_url" in tell(url, text="x")[1]
    assert [one["text"] for one in box.ephemerals("U0ANA")] == list("01234")


def test_thirty_minutes_then_expired_url() -> None:
    now = [0.0]
    links = Links(lambda: now[0])
    name = links.make("C0MAPLE", "U0ANA")
    now[0] = 1800.0
    links.take(name)
    now[0] = 1800.1
    with pytest.raises(Spent, match="expired_url"):
        links.take(name)
    with pytest.raises(Spent, match="invalid_url"):
        links.take("made-up")


def test_the_pressed_ephemeral_is_replaced(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, {"text": "card", "blocks": CARD} if "command" in form else "")
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    [card] = box.ephemerals("U0ANA")
    box.press("U0ANA", card, "done")
    url = app.payload["response_url"]
    assert tell(url, replace_original=True, text="done")[0] == 200
    assert [(one["ts"], one["text"], one["blocks"]) for one in box.ephemerals("U0ANA")] == [(card["ts"], "done", [])]
    assert tell(url, delete_original=True)[0] == 200
    assert box.ephemerals("U0ANA") == []


def test_the_pressed_message_is_replaced_or_answered_to_one_person(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, {"text": "card", "blocks": CARD, "response_type": "in_channel"} if "command" in form else "")
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    box.press("U0BEN", box.messages("C0MAPLE")[0], "done")
    url = app.payload["response_url"]
    tell(url, text="only Ben", response_type="ephemeral", replace_original=False)
    assert [one["text"] for one in box.ephemerals("U0BEN")] == ["only Ben"]
    tell(url, text="new words", replace_original=True)
    assert [(one["text"], one["edited"]) for one in box.messages("C0MAPLE")] == [("new words", True)]


def test_what_breaks_the_limits_is_refused(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, "")
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    status, body = tell(app.forms[-1]["response_url"], text="x", blocks=[{"type": "carousel"}])
    assert (status, box.refused) == (400, [("response_url", "invalid_blocks")])
    assert "invalid_blocks" in body
