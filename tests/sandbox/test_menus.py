"""External menus ask the app for their options; what else is chosen in messages is known to the next press."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, button, control, field, home, modal, option, plain, section

ROSA, NOAH = option("rosa-m", "p1"), option("noah-b", "p2")
ASKS = control("external_select", action_id="patient/1", min_query_length=0)


def answers(app: TinyApp, body: Any, status: int = 200) -> None:
    app.says = lambda form: (status, body)


def open_modal(box: Sandbox, app: TinyApp, slack: WebClient, element: Node = ASKS) -> Node:
    box.command("U0ANA", "C0MAPLE", "/kept", "form")
    view = modal(field(element, "who"), field(element | {"action_id": "other", "min_query_length": 2}, "other", optional=True))
    made = slack.views_open(trigger_id=app.forms[-1]["trigger_id"], view=view)["view"]
    app.forms.clear()
    return dict(made)


def test_a_menu_in_a_modal_asks(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    made = open_modal(box, app, slack)
    answers(app, {"options": [ROSA, NOAH]})
    assert box.options("U0ANA", "patient", "ro") == [("rosa-m", "p1"), ("noah-b", "p2")]
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "container",
                         "view", "action_id", "block_id", "value"}
    assert (sent["type"], sent["action_id"], sent["block_id"], sent["value"]) == ("block_suggestion", "patient/1", "who", "ro")
    assert (sent["container"], sent["view"]["id"]) == ({"type": "view", "view_id": made["id"]}, made["id"])
    answers(app, "")
    box.submit("U0ANA", {"who": "p2"})
    assert app.payload["view"]["state"]["values"]["who"]["patient/1"]["selected_option"]["value"] == "p2"


def test_only_what_was_offered_can_be_chosen(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    open_modal(box, app, slack, control("multi_external_select", action_id="patient/1", min_query_length=0))
    answers(app, {"option_groups": [{"label": plain("Active"), "options": [ROSA]}]})
    assert box.options("U0ANA", "patient") == [("rosa-m", "p1")]
    answers(app, {"options": [NOAH]})
    box.options("U0ANA", "patient", "no")
    with pytest.raises(ValueError, match="not one of the options"):
        box.submit("U0ANA", {"who": ["p3"]})
    answers(app, "")
    assert box.submit("U0ANA", {"who": ["p1", "p2"]}).status == 200


def test_too_short_a_query_asks_nobody(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    open_modal(box, app, slack)
    answers(app, {"options": [ROSA]})
    assert box.options("U0ANA", "other", "r") == []
    assert app.forms == []
    assert box.options("U0ANA", "other", "ro") == [("rosa-m", "p1")]


def test_three_characters_unless_said_otherwise(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    open_modal(box, app, slack, control("external_select", action_id="patient/1"))
    answers(app, {"options": [ROSA]})
    assert box.options("U0ANA", "patient", "ro") == []
    assert box.options("U0ANA", "patient", "ros") == [("rosa-m", "p1")]


@pytest.mark.parametrize(("status", "body", "code"), [
    (200, "", "invalid_options"), (200, {"options": [plain(1)]}, "invalid_options"), (200, "soon", "invalid_options"),
    (200, {"options": [option(value=n) for n in range(1, 102)]}, "invalid_options"), (500, "", "dispatch_failed"),
])
def test_an_answer_that_slack_does_not_take(box: Sandbox, app: TinyApp, slack: WebClient, status: int, body: Any,
                                            code: str) -> None:
    open_modal(box, app, slack)
    answers(app, body, status)
    assert box.options("U0ANA", "patient") == []
    assert box.refused == [("options patient/1", code)]


def test_no_options_is_an_answer(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    open_modal(box, app, slack)
    answers(app, {"options": []})
    assert box.options("U0ANA", "patient") == []
    assert box.refused == []


def test_a_late_answer_offers_nothing(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    def wait(form: Node) -> tuple[int, Any]:
        app.let_go.wait(10)
        return 200, {"options": [ROSA]}

    open_modal(box, app, slack)
    app.says = wait
    assert box.options("U0ANA", "patient") == []
    assert box.refused == [("options patient/1", "operation_timeout")]


def test_a_menu_in_home_asks(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    made = slack.views_publish(user_id="U0ANA", view=home({**section(1), "accessory": ASKS}))["view"]
    answers(app, {"options": [ROSA]})
    assert box.options("U0ANA", "patient", where="home") == [("rosa-m", "p1")]
    assert (app.payload["container"]["view_id"], app.payload["view"]["type"]) == (made["id"], "home")
    answers(app, "")
    box.press_home("U0ANA", "patient", "p1")
    assert app.payload["actions"][0]["selected_option"]["value"] == "p1"


def test_a_menu_in_a_message_asks(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="x", blocks=[{"type": "actions", "block_id": "row", "elements": [ASKS]}])
    [card] = box.messages("C0MAPLE")
    with pytest.raises(ValueError, match="not one of the options"):
        box.press("U0ANA", card, "patient", "p1")
    answers(app, {"options": [ROSA]})
    assert box.options("U0ANA", "patient", where=card) == [("rosa-m", "p1")]
    sent = app.payload
    assert sent["container"] == {"type": "message", "message_ts": card["ts"], "channel_id": "C0MAPLE", "is_ephemeral": False}
    assert (sent["channel"]["id"], sent["message"]["ts"], sent["block_id"]) == ("C0MAPLE", card["ts"], "row")
    answers(app, "")
    box.press("U0ANA", card, "patient", "p1")
    assert app.payload["actions"][0]["selected_option"]["value"] == "p1"
    assert app.payload["state"]["values"]["row"]["patient/1"]["selected_option"]["value"] == "p1"


def test_who_asks_nobody_has_no_options_to_ask_for(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="x", blocks=[button()])
    [card] = box.messages("C0MAPLE")
    with pytest.raises(KeyError):
        box.options("U0ANA", "go", where=card)
    with pytest.raises(KeyError):
        box.options("U0ANA", "patient")
    with pytest.raises(KeyError):
        box.options("U0DANA", "go", where=card)


@pytest.mark.parametrize(("element", "choice", "key"), [
    (control("checkboxes", options=[ROSA, NOAH]), ["p1", "p2"], "selected_options"),
    (control("radio_buttons", options=[ROSA, NOAH]), "p1", "selected_option"),
    (control("multi_static_select", options=[ROSA, NOAH]), ["p1"], "selected_options"),
    (control("multi_users_select"), ["U0BEN"], "selected_users"), (control("users_select"), "U0BEN", "selected_user"),
    (control("datepicker"), "2026-11-27", "selected_date"), (control("timepicker"), "15:00", "selected_time"),
])
def test_what_is_chosen_in_a_message_is_known_to_the_next_press(box: Sandbox, app: TinyApp, slack: WebClient, element: Node,
                                                                choice: Any, key: str) -> None:
    blocks = [{**section(1), "block_id": "row", "accessory": element}, button()]
    slack.chat_postMessage(channel="C0MAPLE", text="x", blocks=blocks)
    [card] = box.messages("C0MAPLE")
    answers(app, "")
    box.press("U0ANA", card, "a", choice)
    [action] = app.payload["actions"]
    assert (action["type"], bool(action[key])) == (element["type"], True)
    box.press("U0ANA", card, "go")
    assert app.payload["state"]["values"]["row"]["a"][key] == action[key]
    box.press("U0BEN", card, "go")
    assert not app.payload["state"]["values"]["row"]["a"][key]
