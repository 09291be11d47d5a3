"""What a person does in a modal: what the app receives, and what then stands on the screen."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import Reply, Sandbox
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, modal, plain, text


def opened(box: Sandbox, app: TinyApp, slack: WebClient, view: Node) -> Node:
    """The view as Slack's answer gives it, opened for Ana by a command."""
    box.command("U0ANA", "C0MAPLE", "/kept", "form")
    made = slack.views_open(trigger_id=app.forms[-1]["trigger_id"], view=view)["view"]
    app.says = lambda form: (200, "")
    return dict(made)


def test_a_submission_carries_what_slack_sends(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    made = opened(box, app, slack, modal(private_metadata="pm"))
    assert box.submit("U0ANA", {"words": "her rent"}) == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "trigger_id",
                         "view", "response_urls"}
    assert (sent["type"], sent["response_urls"]) == ("view_submission", [])
    assert sent["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0KEPT"}
    assert sent["view"]["state"] == {"values": {"words": {"words/1": {"type": "plain_text_input", "value": "her rent"}}}}
    assert {name: sent["view"][name] for name in ("id", "hash", "private_metadata", "root_view_id", "previous_view_id")} == {
        "id": made["id"], "hash": made["hash"], "private_metadata": "pm", "root_view_id": made["id"], "previous_view_id": None}
    assert box.modal("U0ANA") is None


@pytest.mark.parametrize(("said", "titles"), [
    ({"response_action": "update", "view": modal(title=plain("Other"))}, ["Other"]),
    ({"response_action": "push", "view": modal(title=plain("Other"))}, ["Form", "Other"]),
    ({"response_action": "clear"}, []), ({}, []), ("", []),
])
def test_the_acknowledgement_says_what_becomes_of_the_modal(box: Sandbox, app: TinyApp, slack: WebClient, said: Any,
                                                            titles: list[str]) -> None:
    opened(box, app, slack, modal())
    app.says = lambda form: (200, said)
    assert box.submit("U0ANA", {"words": "x"}).status == 200
    assert [one["title"]["text"] for one in box.stack("U0ANA")] == titles
    assert box.refused == []


def test_errors_stand_beside_their_fields(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    opened(box, app, slack, modal(text("words"), text("more")))
    app.says = lambda form: (200, {"response_action": "errors", "errors": {"more": "Too little."}})
    assert box.submit("U0ANA", {"words": "x", "more": "y"}).status == 200
    [view] = box.stack("U0ANA")
    assert view["errors"] == {"more": "Too little."}
    assert view["values"] == {"words": {"words/1": "x"}, "more": {"more/1": "y"}}
