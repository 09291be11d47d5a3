"""Shortcuts: from the search bar, and on a message."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import Reply, Sandbox, Shortcut
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import modal

OURS = [Shortcut("new", "Something new"), Shortcut("keep", "Keep this", "message")]


@pytest.fixture
def box(box: Sandbox, app: TinyApp) -> Sandbox:
    box.shortcuts += OURS
    app.says = lambda form: (200, "")
    return box


def test_a_global_shortcut_carries_what_slack_sends(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    assert box.shortcut("U0ANA", "new") == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "team", "enterprise", "is_enterprise_install", "user", "callback_id", "action_ts",
                         "trigger_id"}
    assert (sent["type"], sent["callback_id"], sent["user"]["id"]) == ("shortcut", "new", "U0ANA")
    slack.views_open(trigger_id=sent["trigger_id"], view=modal())
    assert len(box.stack("U0ANA")) == 1


def test_a_message_shortcut_carries_what_slack_sends(box: Sandbox, app: TinyApp) -> None:
    said = box.say("U0BEN", "C0MAPLE", "her ride fell through")
    assert box.shortcut("U0ANA", "keep", said) == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "team", "enterprise", "is_enterprise_install", "user", "callback_id", "action_ts",
                         "trigger_id", "message", "message_ts", "channel", "response_url"}
    assert (sent["type"], sent["message_ts"]) == ("message_action", said["ts"])
    assert sent["channel"] == {"id": "C0MAPLE", "name": "care-maple"}
    assert (sent["message"]["text"], sent["message"]["user"], "bot_id" in sent["message"]) == (
        "her ride fell through", "U0BEN", False)
    assert sent["response_url"].startswith(f"http://127.0.0.1:{box.port}/response/")


def test_only_what_the_app_declares(box: Sandbox, app: TinyApp) -> None:
    said = box.say("U0BEN", "C0MAPLE", "x")
    for name, message in (("other", None), ("keep", None), ("new", said)):
        with pytest.raises(KeyError):
            box.shortcut("U0ANA", name, message)
    with pytest.raises(KeyError):
        box.shortcut("U0DANA", "keep", said)
    assert app.forms == []


def test_no_shortcut_on_what_one_person_alone_sees(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, {"text": "kept"})
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    [card] = box.ephemerals("U0ANA")
    with pytest.raises(ValueError, match="no shortcuts"):
        box.shortcut("U0ANA", "keep", card)


def test_one_that_fails(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (500, "")
    assert box.shortcut("U0ANA", "new") == Reply(500, {"text": "dispatch_failed"})
    assert "failed" in box.events[-1]["what"]
