"""What the app receives, and what a person then sees."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import BOT, SLACKBOT, Reply, Sandbox
from tests.sandbox.conftest import TinyApp

CARD: list[dict[str, Any]] = [
    {"type": "section", "text": {"type": "plain_text", "text": "#1"}},
    {"type": "actions", "elements": [
        {"type": "button", "action_id": "done/1-0", "text": {"type": "plain_text", "text": "Kept"}, "value": "i.1"},
        {"type": "button", "action_id": "time/1-1", "text": {"type": "plain_text", "text": "Today"}, "value": "i.1.today"},
        {"type": "button", "action_id": "time/1-2", "text": {"type": "plain_text", "text": "Tomorrow"},
         "value": "i.1.tomorrow"}]},
    {"type": "actions", "block_id": "i.1/2", "elements": [{"type": "datetimepicker", "action_id": "time/2"}]},
    {"type": "actions", "block_id": "i.1/3", "elements": [
        {"type": "static_select", "action_id": "category/3", "options": [
            {"text": {"type": "plain_text", "text": "Housing"}, "value": "housing"}]}]}]


def test_a_command_carries_what_slack_sends(box: Sandbox, app: TinyApp) -> None:
    reply = box.command("U0ANA", "C0MAPLE", "/kept", "  help  ")
    assert reply == Reply(200, {"text": "kept"})
    form = app.forms[-1]
    assert set(form) == {"token", "team_id", "team_domain", "channel_id", "channel_name", "user_id", "user_name", "command",
                         "text", "response_url", "trigger_id", "api_app_id", "is_enterprise_install"}
    assert (form["user_name"], form["channel_name"], form["text"]) == ("ana", "care-maple", "help")
    assert form["response_url"].startswith(f"http://127.0.0.1:{box.port}/response/")
    box.command("U0ANA", "D0ANA", "/kept", "")
    assert app.forms[-1]["channel_name"] == "directmessage"
    assert app.forms[-1]["trigger_id"] != form["trigger_id"]


@pytest.mark.parametrize(("typed", "sent"), [
    ("BP > 140 & <low>", "BP &gt; 140 &amp; &lt;low&gt;"),
    ("assign 41 @ben", "assign 41 <@U0BEN|ben>"),
    ("assign 41 @Ben Okafor, please", "assign 41 <@U0BEN|ben>, please"),
    ("@PRIYA", "<@U0PRIYA|priya>"),
    ("ben@ben.example and @benny", "ben@ben.example and @benny"),
    ("see https://kept.example/@ben?a=1&b=2", "see <https://kept.example/@ben?a=1&amp;b=2>"),
    ("in #care-maple", "in <#C0MAPLE|>"),
])
def test_typed_text_is_escaped(box: Sandbox, app: TinyApp, typed: str, sent: str) -> None:
    box.command("U0ANA", "C0MAPLE", "/kept", typed)
    assert app.forms[-1]["text"] == sent


@pytest.mark.parametrize(("said", "private", "public"), [
    ({"text": "a", "blocks": CARD}, ["a"], []), ("plain words", ["plain words"], []), ("", [], []), ({}, [], []),
    ({"text": "to all", "response_type": "in_channel"}, [], ["to all"]),
])
def test_the_acknowledgement_is_what_is_shown(box: Sandbox, app: TinyApp, said: Any, private: list[str],
                                              public: list[str]) -> None:
    app.says = lambda form: (200, said)
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x").status == 200
    assert [one["text"] for one in box.ephemerals("U0ANA")] == private
    assert [one["text"] for one in box.messages("C0MAPLE")] == public


def test_an_answer_outside_the_limits_is_an_error(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, {"text": "x", "blocks": [{"type": "carousel"}]})
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x").body == {"text": "invalid_blocks"}
    assert "invalid_blocks" in box.ephemerals("U0ANA")[-1]["text"]
    assert box.refused == [("/kept", "invalid_blocks")]


def test_late_is_operation_timeout(box: Sandbox, app: TinyApp) -> None:
    def wait(form: dict[str, Any]) -> tuple[int, Any]:
        app.let_go.wait(10)
        return 200, {}

    app.says = wait
    assert box.command("U0ANA", "C0MAPLE", "/commit", "x") == Reply(0, {"text": "operation_timeout"})
    [one] = box.ephemerals("U0ANA")
    assert (one["user"], one["text"]) == (SLACKBOT, '/commit failed with the error "operation_timeout"')


def test_unreachable_and_broken_are_dispatch_failed(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (500, {})
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x") == Reply(500, {"text": "dispatch_failed"})
    box.app_url = "http://127.0.0.1:9/slack/events"
    assert box.command("U0ANA", "C0MAPLE", "/kept", "x") == Reply(0, {"text": "dispatch_failed"})


def test_what_slack_would_not_send(box: Sandbox, app: TinyApp) -> None:
    assert box.command("U0ANA", "C0MAPLE", "/shout", "x").body == {"text": "unknown_command"}
    with pytest.raises(ValueError, match="not in C0MAPLE"):
        box.command("U0DANA", "C0MAPLE", "/kept", "x")
    assert app.forms == []
    box.join("U0DANA", "C0MAPLE")
    assert box.command("U0DANA", "C0MAPLE", "/kept", "x").status == 200


def test_a_press_carries_what_slack_sends(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    [message] = box.messages("C0MAPLE")
    app.says = lambda form: (200, "")
    assert box.press("U0BEN", message, "done") == Reply(200, {})
    sent = app.payload
    assert sent["type"] == "block_actions"
    assert sent["user"] == {"id": "U0BEN", "username": "ben", "name": "ben", "team_id": "T0KEPT"}
    assert sent["container"] == {"type": "message", "message_ts": message["ts"], "channel_id": "C0MAPLE", "is_ephemeral": False}
    assert sent["message"]["blocks"] == message["blocks"]
    assert sent["channel"] == {"id": "C0MAPLE", "name": "care-maple"}
    [action] = sent["actions"]
    assert (action["action_id"], action["value"], action["type"]) == ("done/1-0", "i.1", "button")
    assert action["block_id"] == message["blocks"][1]["block_id"]


def test_an_ephemeral_press_leaves_the_message_out(box: Sandbox, app: TinyApp) -> None:
    app.says = lambda form: (200, {"text": "card", "blocks": CARD} if "command" in form else "")
    box.command("U0ANA", "C0MAPLE", "/kept", "x")
    [card] = box.ephemerals("U0ANA")
    assert (card["user"], card["to"], card["ephemeral"]) == (BOT, "U0ANA", True)
    box.press("U0ANA", card, "done/1-0")
    assert "message" not in app.payload
    assert app.payload["container"]["is_ephemeral"] is True
    with pytest.raises(KeyError):
        box.press("U0BEN", card, "done")
    box.dismiss("U0ANA", card["ts"])
    with pytest.raises(KeyError):
        box.press("U0ANA", card, "done")


def test_menus_and_pickers(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    [card] = box.messages("C0MAPLE")
    box.press("U0ANA", card, "category", "housing")
    [action] = app.payload["actions"]
    assert (action["selected_option"]["value"], action["block_id"]) == ("housing", "i.1/3")
    box.press("U0ANA", card, "time", 1_800_000_000)
    assert app.payload["actions"][0]["selected_date_time"] == 1_800_000_000
    box.press("U0ANA", card, "time", "Tomorrow")
    assert app.payload["actions"][0]["value"] == "i.1.tomorrow"
    box.press("U0ANA", card, "time")
    assert app.payload["actions"][0]["value"] == "i.1.today"
    with pytest.raises(ValueError, match="not one of the options"):
        box.press("U0ANA", card, "category", "luck")
    assert [(one.label, one.kind) for one in box.controls(card)][:2] == [("Kept", "button"), ("Today", "button")]


def test_a_control_that_is_gone_cannot_be_pressed(box: Sandbox, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    [card] = box.messages("C0MAPLE")
    slack.chat_update(channel="C0MAPLE", ts=card["ts"], text="settled")
    with pytest.raises(KeyError):
        box.press("U0ANA", card, "done")


def test_before_start_nothing_can_be_typed() -> None:
    with pytest.raises(RuntimeError, match="start"):
        Sandbox("made-up", "xoxb-made-up").command("U0ANA", "C0MAPLE", "/kept", "x")
