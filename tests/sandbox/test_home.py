"""Home: what the app published for one person, what opening it tells the app, and what is pressed there."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import Reply, Sandbox
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import button, control, field, home, modal, option, section


def test_each_person_has_their_own(box: Sandbox, slack: WebClient) -> None:
    slack.views_publish(user_id="U0ANA", view=home(section(1), private_metadata="pm"))
    mine = box.home("U0ANA")
    assert mine is not None
    assert (mine["private_metadata"], mine["blocks"][0]["text"]["text"], mine["errors"]) == ("pm", "x", {})
    assert box.home("U0BEN") is None
    slack.views_publish(user_id="U0ANA", view=home(section(2)))
    again = box.home("U0ANA")
    assert again is not None
    assert (again["id"], again["blocks"][0]["text"]["text"], again["private_metadata"]) == (mine["id"], "xx", "")


def test_opening_it_is_told_with_what_stands_there(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.open_home("U0ANA")
    slack.views_publish(user_id="U0ANA", view=home(callback_id="mine"))
    box.open_home("U0ANA")
    box.open_home("U0ANA", "messages")
    first, second, third = (one["event"] for one in app.events)
    assert set(first) == {"type", "user", "channel", "tab", "event_ts"}
    assert (first["type"], first["user"], first["channel"], first["tab"]) == ("app_home_opened", "U0ANA", "D0ANA", "home")
    shown = box.home("U0ANA")
    assert shown is not None
    assert (second["view"]["id"], second["view"]["hash"], second["view"]["callback_id"]) == (shown["id"], shown["hash"], "mine")
    assert set(second["view"]) == set(shown) - {"errors", "notice", "values"}
    assert (third["tab"], "view" in third) == ("messages", False)


def test_the_event_s_envelope(box: Sandbox, app: TinyApp) -> None:
    box.open_home("U0ANA")
    [envelope] = app.events
    assert (envelope["type"], envelope["team_id"], envelope["api_app_id"]) == ("event_callback", "T0KEPT", "A0KEPT")
    assert envelope["event_id"].startswith("Ev")
    assert envelope["authorizations"][0]["team_id"] == "T0KEPT"


def test_a_press_in_home_carries_what_slack_sends(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    view = home(button("go/1", value="v"), field(control("static_select", options=[option("Ride", "ride")], action_id="m"),
                                                 "menu", dispatch_action=True))
    made = slack.views_publish(user_id="U0ANA", view=view)["view"]
    app.says = lambda form: (200, "")
    assert box.press_home("U0ANA", "go") == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "trigger_id",
                         "view", "container", "actions"}
    assert sent["container"] == {"type": "view", "view_id": made["id"]}
    assert (sent["view"]["type"], sent["actions"][0]["value"]) == ("home", "v")
    box.press_home("U0ANA", "m", "ride")
    assert app.payload["view"]["state"]["values"]["menu"]["m"]["selected_option"]["value"] == "ride"
    assert app.payload["actions"][0]["selected_option"]["value"] == "ride"


def test_a_press_in_home_may_open_a_modal_but_push_none(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.views_publish(user_id="U0ANA", view=home(button()))
    app.says = lambda form: (200, "")
    box.press_home("U0ANA", "go")
    with pytest.raises(SlackApiError, match="not_found"):
        slack.views_push(trigger_id=app.payload["trigger_id"], view=modal())
    box.press_home("U0ANA", "go")
    slack.views_open(trigger_id=app.payload["trigger_id"], view=modal())
    assert len(box.stack("U0ANA")) == 1


def test_where_no_home_is_nothing_can_be_pressed(box: Sandbox, slack: WebClient) -> None:
    with pytest.raises(KeyError):
        box.press_home("U0ANA", "go")
    slack.views_publish(user_id="U0ANA", view=home(button()))
    with pytest.raises(KeyError):
        box.press_home("U0ANA", "stop")
    with pytest.raises(KeyError):
        box.press_home("U0BEN", "go")


def test_a_press_that_fails_is_told_in_home(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.views_publish(user_id="U0ANA", view=home(button()))
    app.says = lambda form: (500, "")
    assert box.press_home("U0ANA", "go").body == {"text": "dispatch_failed"}
    shown = box.home("U0ANA")
    assert shown is not None
    assert "trouble" in shown["notice"]
