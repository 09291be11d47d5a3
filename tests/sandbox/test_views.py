"""views.open, push, update and publish answer and refuse as Slack does, to Slack's own client."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import Sandbox
from bot.sandbox.triggers import Triggers
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import button, home, modal, option, plain, section, text


def refused(call: Callable[..., Any], **args: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**args)
    return str(caught.value.response["error"])


def trigger(box: Sandbox, app: TinyApp) -> str:
    box.command("U0ANA", "C0MAPLE", "/kept", "form")
    return str(app.forms[-1]["trigger_id"])


def pressed_in_modal(box: Sandbox, app: TinyApp) -> str:
    app.says = lambda form: (200, "")
    box.press_modal("U0ANA", "go")
    return str(app.payload["trigger_id"])


def test_a_view_comes_back_whole(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    given = modal(section(1), private_metadata="pm", close=plain("No"))
    view = slack.views_open(trigger_id=trigger(box, app), view=given)["view"]
    assert set(view) == {"id", "team_id", "type", "blocks", "private_metadata", "callback_id", "state", "hash", "title",
                         "clear_on_close", "notify_on_close", "close", "submit", "previous_view_id", "root_view_id", "app_id",
                         "external_id", "app_installed_team_id", "bot_id"}
    assert (view["team_id"], view["app_id"], view["bot_id"]) == ("T0KEPT", "A0KEPT", "B0KEPT")
    assert (view["type"], view["private_metadata"], view["callback_id"], view["external_id"]) == ("modal", "pm", "form", "")
    assert (view["close"], view["state"]) == ({"type": "plain_text", "text": "No", "emoji": True}, {"values": {}})
    assert (view["root_view_id"], view["previous_view_id"]) == (view["id"], None)
    assert view["blocks"][0]["block_id"]
    assert view["blocks"][0]["text"] == {"type": "mrkdwn", "text": "x", "verbatim": False}


def test_home_comes_back_whole(slack: WebClient) -> None:
    view = slack.views_publish(user_id="U0ANA", view=home(callback_id="mine"))["view"]
    assert (view["type"], view["callback_id"], view["title"]["text"]) == ("home", "mine", "View Title")
    assert (view["submit"], view["close"], view["root_view_id"]) == (None, None, view["id"])


def test_a_form_carries_the_view_as_text(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    view = json.dumps(modal())
    assert slack.api_call("views.open", params={"trigger_id": trigger(box, app), "view": view})["view"]["callback_id"] == "form"
    assert refused(slack.api_call, api_method="views.open",
                   params={"trigger_id": trigger(box, app), "view": "{"}) == "invalid_arguments"


def test_a_trigger_works_once_and_for_three_seconds(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    now = [0.0]
    box.workspace.views.triggers = Triggers(lambda: now[0])
    first = trigger(box, app)
    now[0] = 3.0
    slack.views_open(trigger_id=first, view=modal())
    assert refused(slack.views_open, trigger_id=first, view=modal()) == "exchanged_trigger_id"
    late = trigger(box, app)
    now[0] = 6.001
    assert refused(slack.views_open, trigger_id=late, view=modal()) == "expired_trigger_id"
    assert refused(slack.views_push, trigger_id=late, view=modal()) == "expired_trigger_id"


@pytest.mark.parametrize("name", ["1.2", "soon", "999.1800000000.abcdef"])
def test_a_trigger_that_was_never_given(slack: WebClient, name: str) -> None:
    assert refused(slack.views_open, trigger_id=name, view=modal()) == "invalid_trigger_id"


def test_a_view_refused_leaves_the_trigger_whole(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    given = trigger(box, app)
    with pytest.raises(SlackApiError) as caught:
        slack.views_open(trigger_id=given, view=modal(title=plain(25)))
    assert caught.value.response.data == {
        "ok": False, "error": "invalid_arguments",
        "response_metadata": {"messages": ["[ERROR] 25 characters, from 1 to 24 [json-pointer:/view/title/text]"]}}
    assert box.refused == [("views.open", "invalid_arguments")]
    assert box.stack("U0ANA") == []
    slack.views_open(trigger_id=given, view=modal())


@pytest.mark.parametrize(("method", "args", "code"), [
    ("views.open", {"view": modal()}, "invalid_arguments"), ("views.open", {"trigger_id": "1.2.a"}, "invalid_arguments"),
    ("views.open", {"trigger_id": 5, "view": modal()}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.a", "view": home()}, "invalid_arguments"),
    ("views.open", {"trigger_id": "1.2.a", "view": modal(), "user_id": "U0ANA"}, "invalid_arguments"),
    ("views.open", {"interactivity_pointer": "1.2.a", "view": modal()}, "invalid_arguments"),
    ("views.push", {"view": modal()}, "invalid_arguments"), ("views.push", {"trigger_id": "1.2.a"}, "invalid_arguments"),
    ("views.update", {"view": modal()}, "invalid_arguments"),
    ("views.update", {"view": modal(), "view_id": "V1", "external_id": "e"}, "invalid_arguments"),
    ("views.update", {"view": modal(), "view_id": "V1"}, "not_found"),
    ("views.update", {"view": modal(), "external_id": "e"}, "not_found"),
    ("views.update", {"view": home(), "view_id": "V1"}, "invalid_arguments"),
    ("views.publish", {"view": home()}, "invalid_arguments"), ("views.publish", {"user_id": "U0ANA"}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0NONE", "view": home()}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0ANA", "view": modal()}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0ANA", "view": home(), "trigger_id": "1.2.a"}, "invalid_arguments"),
    ("views.publish", {"user_id": "U0ANA", "view": home(), "hash": "1.a"}, "hash_conflict"),
    ("views.close", {"view_id": "V1"}, "unknown_method"),
])
def test_refused(slack: WebClient, method: str, args: dict[str, Any], code: str) -> None:
    assert refused(slack.api_call, api_method=method, json=args) == code


def test_too_large_a_view(slack: WebClient) -> None:
    wide = [{**option(75, 150, description=plain(75)), "text": plain("é" * 75)} for _ in range(100)]
    blocks = [{"type": "actions", "elements": [{"type": "static_select", "action_id": f"a{n}", "options": wide}]}
              for n in range(6)]
    assert refused(slack.views_publish, user_id="U0ANA", view=home(*blocks)) == "view_too_large"


def test_somebody_who_left_has_no_home(box: Sandbox, slack: WebClient) -> None:
    box.people["U0BEN"].deleted = True
    with pytest.raises(SlackApiError) as caught:
        slack.views_publish(user_id="U0BEN", view=home())
    assert caught.value.response["response_metadata"] == {"messages": ["invalid `user_id`"]}


def test_home_may_be_off(box: Sandbox, slack: WebClient) -> None:
    box.workspace.views.home_enabled = False
    assert refused(slack.views_publish, user_id="U0ANA", view=home()) == "not_enabled"


def test_a_hash_that_is_no_longer_true(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    old = slack.views_open(trigger_id=trigger(box, app), view=modal())["view"]
    new = slack.views_update(view_id=old["id"], hash=old["hash"], view=modal(title=plain("Second")))["view"]
    assert new["hash"] != old["hash"]
    assert refused(slack.views_update, view_id=old["id"], hash=old["hash"], view=modal()) == "hash_conflict"
    slack.views_update(view_id=old["id"], view=modal(title=plain("Third")))
    assert [one["title"]["text"] for one in box.stack("U0ANA")] == ["Third"]

    first = slack.views_publish(user_id="U0ANA", view=home())["view"]
    second = slack.views_publish(user_id="U0ANA", view=home(section(1)), hash=first["hash"])["view"]
    assert (second["id"], second["hash"] != first["hash"]) == (first["id"], True)
    assert refused(slack.views_publish, user_id="U0ANA", view=home(), hash=first["hash"]) == "hash_conflict"


def test_a_stack_of_three(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    root = slack.views_open(trigger_id=trigger(box, app), view=modal(button(), text()))["view"]
    second = slack.views_push(trigger_id=pressed_in_modal(box, app), view=modal(button(), text()))["view"]
    third = slack.views_push(trigger_id=pressed_in_modal(box, app), view=modal(button(), text()))["view"]
    assert (second["root_view_id"], second["previous_view_id"]) == (root["id"], root["id"])
    assert (third["root_view_id"], third["previous_view_id"]) == (root["id"], second["id"])
    assert refused(slack.views_push, trigger_id=pressed_in_modal(box, app), view=modal()) == "push_limit_reached"
    assert [one["id"] for one in box.stack("U0ANA")] == [root["id"], second["id"], third["id"]]
    slack.views_update(view_id=root["id"], view=modal(title=plain("Below")))
    assert box.stack("U0ANA")[0]["title"]["text"] == "Below"


def test_nothing_is_pushed_where_no_modal_is(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    assert refused(slack.views_push, trigger_id=trigger(box, app), view=modal()) == "not_found"
    slack.views_open(trigger_id=trigger(box, app), view=modal(button(), text()))
    inside = pressed_in_modal(box, app)
    assert refused(slack.views_push, trigger_id=trigger(box, app), view=modal()) == "not_found"
    box.close("U0ANA")
    assert refused(slack.views_push, trigger_id=inside, view=modal()) == "not_found"


def test_another_modal_takes_the_place(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    first = slack.views_open(trigger_id=trigger(box, app), view=modal())["view"]
    slack.views_open(trigger_id=trigger(box, app), view=modal(title=plain("Second")))
    assert [one["title"]["text"] for one in box.stack("U0ANA")] == ["Second"]
    assert refused(slack.views_update, view_id=first["id"], view=modal()) == "not_found"
    assert box.stack("U0BEN") == []


def test_a_name_of_the_app_s_own(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    slack.views_open(trigger_id=trigger(box, app), view=modal(external_id="e"))
    assert refused(slack.views_open, trigger_id=trigger(box, app), view=modal(external_id="e")) == "duplicate_external_id"
    assert refused(slack.views_publish, user_id="U0BEN", view=home(external_id="e")) == "duplicate_external_id"
    slack.views_update(external_id="e", view=modal(external_id="e", title=plain("Second")))
    assert [one["title"]["text"] for one in box.stack("U0ANA")] == ["Second"]
    box.close("U0ANA")
    slack.views_open(trigger_id=trigger(box, app), view=modal(external_id="e"))


def test_no_scope_is_asked_for(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.api.scopes = frozenset()
    slack.views_open(trigger_id=trigger(box, app), view=modal())
    slack.views_publish(user_id="U0ANA", view=home())


def test_one_payload_of_each_shape_is_kept(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    first = home(button(style="danger"))
    for view in (first, home(button("other", style="danger")), home(button(style="primary")), home(section(1))):
        slack.views_publish(user_id="U0ANA", view=view)
    slack.chat_postMessage(channel="C0MAPLE", text="x", blocks=[section(1)])
    slack.views_open(trigger_id=trigger(box, app), view=modal())
    assert [kind for kind, _ in box.payloads] == ["home", "home", "home", "message", "modal"]
    assert box.payloads[0] == ("home", first)


def test_faults_spoil_views_too(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.fail_next("views.publish", "reset-after")
    with pytest.raises(OSError, match=r".+"):
        slack.views_publish(user_id="U0ANA", view=home())
    assert box.home("U0ANA") is not None
