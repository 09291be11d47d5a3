"""Modals and Home in other workspaces: with an org's token, and for someone who only shares a channel."""

from __future__ import annotations

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import Person, Sandbox, Shortcut
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import button, home, modal, plain, text
from tests.sandbox.test_oauth import Installer, org

__all__ = ["org"]


def test_an_org_s_token_reaches_the_views_of_each_workspace(box: Sandbox, app: TinyApp, org: Installer) -> None:
    org.install(whole_org=True)
    slack = org.slack()
    for user, channel, team in (("U1MIA", "C1ASH", "T0ASH"), ("U1LEO", "C1BAY", "T0BAY")):
        box.command(user, channel, "/kept", "form")
        app.says = lambda form: (200, "")
        view = slack.views_open(trigger_id=app.forms[-1]["trigger_id"], view=modal(text(), button("go")))["view"]
        assert (view["team_id"], view["app_installed_team_id"]) == (team, "E0ORG")
        slack.views_update(view_id=view["id"], view=modal(text(), button("go"), title=plain("Second")))
        box.press_modal(user, "go")
        slack.views_push(trigger_id=app.payload["trigger_id"], view=modal(title=plain("Third"), external_id=team))
        slack.views_update(external_id=team, view=modal(title=plain("Fourth")))
        assert [one["title"]["text"] for one in box.stack(user)] == ["Second", "Fourth"]
        box.submit(user, {"words": "x"})
        assert (app.payload["team"], app.payload["is_enterprise_install"], app.payload["user"]["team_id"]) == (None, True, team)
        slack.views_publish(user_id=user, view=home())
        box.open_home(user)
        assert app.events[-1]["event"]["view"]["team_id"] == team
    assert box.home("U0ANA") is None


def test_one_workspace_s_token_reaches_no_other(box: Sandbox, app: TinyApp, org: Installer) -> None:
    org.install()
    app.says = lambda form: (200, "")
    box.command("U0ANA", "C0MAPLE", "/kept", "form")
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        org.slack().views_open(trigger_id=app.forms[-1]["trigger_id"], view=modal())
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        org.slack().views_publish(user_id="U0ANA", view=home())


def test_someone_from_outside_may_have_a_modal_before_them(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    """Their own workspace is the payload's team; only the view tells where the app is."""
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [])
    box.share("C0MAPLE", "T0ELM")
    box.join("U1MIA", "C0MAPLE")
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=[button("go")])
    app.says = lambda form: (200, "")
    box.press("U1MIA", box.messages("C0MAPLE")[-1], "go")
    slack.views_open(trigger_id=app.payload["trigger_id"], view=modal())
    assert len(box.stack("U1MIA")) == 1
    box.submit("U1MIA", {"words": "x"})
    assert (app.payload["team"]["id"], app.payload["user"]["team_id"]) == ("T0ELM", "T0ELM")
    assert (app.payload["view"]["team_id"], app.payload["view"]["app_installed_team_id"]) == ("T0KEPT", "T0KEPT")
    assert box.stack("U1MIA") == []


def test_shortcuts_are_for_where_the_app_is(box: Sandbox, app: TinyApp) -> None:
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [])
    box.shortcuts.append(Shortcut("new", "Something new"))
    with pytest.raises(KeyError):
        box.shortcut("U1MIA", "new")
    assert app.forms == []
