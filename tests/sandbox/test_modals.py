"""What a person does in a modal: what the app receives, and what then stands on the screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import Reply, Sandbox
from bot.sandbox.surfaces import TROUBLE
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, button, control, field, modal, option, plain, section, text

Opens = Callable[..., Node]
HOUSING, RIDE = option("Housing", "housing"), option("A ride", "ride")
EVERY_KIND: list[tuple[Node, Any, Node]] = [
    (control("plain_text_input"), "her rent", {"value": "her rent"}),
    (control("plain_text_input"), None, {"value": None}),
    (control("plain_text_input", initial_value="as before"), ..., {"value": "as before"}),
    (control("plain_text_input", multiline=True), "one\ntwo", {"value": "one\ntwo"}),
    (control("number_input", is_decimal_allowed=True), "1.5", {"value": "1.5"}),
    (control("static_select", options=[HOUSING, RIDE]), "ride", {"selected_option": "ride"}),
    (control("static_select", options=[HOUSING, RIDE], initial_option=RIDE), ..., {"selected_option": "ride"}),
    (control("static_select", options=[HOUSING, RIDE], initial_option=RIDE), None, {"selected_option": None}),
    (control("static_select", option_groups=[{"label": plain(1), "options": [RIDE]}]), "ride", {"selected_option": "ride"}),
    (control("external_select", initial_option=RIDE), ..., {"selected_option": "ride"}),
    (control("multi_static_select", options=[HOUSING, RIDE]), ["ride", "housing"], {"selected_options": ["ride", "housing"]}),
    (control("multi_static_select", options=[HOUSING, RIDE]), [], {"selected_options": []}),
    (control("multi_external_select", initial_options=[RIDE]), ..., {"selected_options": ["ride"]}),
    (control("checkboxes", options=[HOUSING, RIDE], initial_options=[RIDE]), ["housing"], {"selected_options": ["housing"]}),
    (control("radio_buttons", options=[HOUSING, RIDE]), "housing", {"selected_option": "housing"}),
    (control("users_select", initial_user="U0ANA"), "U0BEN", {"selected_user": "U0BEN"}),
    (control("multi_users_select"), ["U0BEN", "U0ANA"], {"selected_users": ["U0BEN", "U0ANA"]}),
    (control("datepicker"), "2026-11-27", {"selected_date": "2026-11-27"}),
    (control("timepicker"), "15:00", {"selected_time": "15:00"}),
    (control("datetimepicker"), 1_800_000_000, {"selected_date_time": 1_800_000_000}),
]


@pytest.fixture
def opens(box: Sandbox, app: TinyApp, slack: WebClient) -> Opens:
    """Opens a view for Ana by a command; gives it as Slack's answer does."""
    def opened(view: Node) -> Node:
        box.command("U0ANA", "C0MAPLE", "/kept", "form")
        made = slack.views_open(trigger_id=app.forms[-1]["trigger_id"], view=view)["view"]
        app.forms.clear()
        app.says = lambda form: (200, "")
        return dict(made)

    return opened


def titles(box: Sandbox) -> list[str]:
    return [one["title"]["text"] for one in box.stack("U0ANA")]


def pushed(box: Sandbox, app: TinyApp, view: Node) -> None:
    app.says = lambda form: (200, {"response_action": "push", "view": view})
    box.submit("U0ANA", {"words": "x"})
    app.says = lambda form: (200, "")


def test_a_submission_carries_what_slack_sends(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    made = opens(modal(private_metadata="pm"))
    assert box.submit("U0ANA", {"words": "her rent"}) == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "trigger_id",
                         "view", "response_urls"}
    assert (sent["type"], sent["response_urls"], sent["team"]["id"]) == ("view_submission", [], "T0KEPT")
    assert sent["user"] == {"id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0KEPT"}
    assert sent["view"]["state"] == {"values": {"words": {"words/1": {"type": "plain_text_input", "value": "her rent"}}}}
    assert {name: sent["view"][name] for name in ("id", "hash", "private_metadata", "root_view_id", "previous_view_id")} == {
        "id": made["id"], "hash": made["hash"], "private_metadata": "pm", "root_view_id": made["id"], "previous_view_id": None}
    assert box.modal("U0ANA") is None


@pytest.mark.parametrize(("element", "value", "sent"), EVERY_KIND)
def test_what_is_filled_in_arrives_in_slack_s_shapes(box: Sandbox, app: TinyApp, opens: Opens, element: Node, value: Any,
                                                     sent: Node) -> None:
    opens(modal(field(element, optional=True)))
    assert box.submit("U0ANA", {} if value is ... else {"field": value}).status == 200
    [(key, expected)] = sent.items()
    found = app.payload["view"]["state"]["values"]["field"]["a"]
    assert set(found) == {"type", key}
    assert found["type"] == element["type"]
    chosen = found[key]
    if key.startswith("selected_option") and chosen:
        chosen = [one["value"] for one in chosen] if isinstance(chosen, list) else chosen["value"]
    assert chosen == expected


@pytest.mark.parametrize(("element", "value", "why"), [
    (control("static_select", options=[RIDE]), "luck", "not one of the options"),
    (control("external_select"), "ride", "not one of the options"),
    (control("checkboxes", options=[RIDE]), "ride", "as a list"), (control("checkboxes", options=[RIDE]), ["ride"] * 2, "once"),
    (control("multi_static_select", options=[RIDE, HOUSING], max_selected_items=1), ["ride", "housing"], "at most 1"),
    (control("users_select"), "U0NONE", "not one of the people"), (control("datepicker"), "2026-02-30", "YYYY-MM-DD"),
    (control("datepicker"), 5, "YYYY-MM-DD"), (control("timepicker"), "25:00", "HH:MM"),
    (control("datetimepicker"), "soon", "unix seconds"), (control("datetimepicker"), True, "unix seconds"),
    (control("plain_text_input"), 5, "string"), (control("plain_text_input"), "one\ntwo", "one line"),
])
def test_what_a_control_does_not_offer(box: Sandbox, app: TinyApp, opens: Opens, element: Node, value: Any, why: str) -> None:
    opens(modal(text(), field(element)))
    with pytest.raises(ValueError, match=why):
        box.submit("U0ANA", {"words": "x", "field": value})
    assert app.forms == []
    [view] = box.stack("U0ANA")
    assert view["values"]["words"] == {"words/1": None}


@pytest.mark.parametrize("name", ["i.1/words", "i.1", "entry/2", "entry"])
def test_a_field_is_called_by_block_or_action(box: Sandbox, app: TinyApp, opens: Opens, name: str) -> None:
    opens(modal(field(control("plain_text_input", action_id="entry/2"), "i.1/words"), text("more") | {"optional": True}))
    assert box.submit("U0ANA", {name: "x"}).status == 200
    assert app.payload["view"]["state"]["values"]["i.1/words"]["entry/2"]["value"] == "x"


def test_a_name_that_is_nowhere_or_twice(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal(text("a/1"), text("a/2")))
    for name in ("nowhere", "a"):
        with pytest.raises(KeyError):
            box.submit("U0ANA", {name: "x"})
    assert app.forms == []


@pytest.mark.parametrize(("said", "left"), [
    ({"response_action": "update", "view": modal(title=plain("Other"))}, ["Other"]),
    ({"response_action": "push", "view": modal(title=plain("Other"))}, ["Form", "Other"]),
    ({"response_action": "clear"}, []), ({}, []), ("", []), (" \n", []),
])
def test_the_acknowledgement_says_what_becomes_of_the_modal(box: Sandbox, app: TinyApp, opens: Opens, said: Any,
                                                            left: list[str]) -> None:
    opens(modal())
    app.says = lambda form: (200, said)
    assert box.submit("U0ANA", {"words": "x"}).status == 200
    assert titles(box) == left
    assert box.refused == []


def test_after_an_empty_one_the_view_below_is_seen_again(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal())
    pushed(box, app, modal(title=plain("Second")))
    assert box.submit("U0ANA", {"words": "y"}) == Reply(200, {})
    assert titles(box) == ["Form"]
    [below] = box.stack("U0ANA")
    assert below["values"] == {"words": {"words/1": "x"}}


def test_clear_takes_the_whole_stack(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal())
    pushed(box, app, modal())
    app.says = lambda form: (200, {"response_action": "clear"})
    box.submit("U0ANA", {"words": "y"})
    assert box.stack("U0ANA") == []


def test_errors_stand_beside_their_fields(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal(text("words"), text("more")))
    app.says = lambda form: (200, {"response_action": "errors", "errors": {"more": "Too little."}})
    assert box.submit("U0ANA", {"words": "x", "more": "y"}).body["response_action"] == "errors"
    [view] = box.stack("U0ANA")
    assert (view["errors"], view["notice"]) == ({"more": "Too little."}, "")
    assert view["values"] == {"words": {"words/1": "x"}, "more": {"more/1": "y"}}
    app.says = lambda form: (200, "")
    box.submit("U0ANA", {"more": "enough"})
    assert app.payload["view"]["state"]["values"]["words"]["words/1"]["value"] == "x"
    assert box.stack("U0ANA") == []


@pytest.mark.parametrize(("status", "said", "code"), [
    (500, "", "dispatch_failed"), (404, {}, "dispatch_failed"), (200, "ok", "invalid_acknowledgement"),
    (200, [1], "invalid_acknowledgement"), (200, {"text": "saved"}, "invalid_acknowledgement"),
    (200, {"response_action": "open"}, "invalid_acknowledgement"),
    (200, {"response_action": "errors"}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": {}}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": ["x"]}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": {"words": ""}}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": {"words": 1}}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": {"nowhere": "x"}}, "invalid_acknowledgement"),
    (200, {"response_action": "errors", "errors": {"said": "not an input"}}, "invalid_acknowledgement"),
    (200, {"response_action": "update"}, "invalid_acknowledgement"),
    (200, {"response_action": "clear", "view": modal()}, "invalid_acknowledgement"),
    (200, {"response_action": "update", "view": modal(title=plain(25))}, "invalid_arguments"),
    (200, {"response_action": "push", "view": {}}, "invalid_arguments"),
    (200, {"response_action": "update", "view": modal(external_id="taken")}, "duplicate_external_id"),
])
def test_what_slack_does_not_take_is_trouble(box: Sandbox, app: TinyApp, opens: Opens, slack: WebClient, status: int, said: Any,
                                             code: str) -> None:
    slack.views_publish(user_id="U0BEN", view={"type": "home", "blocks": [section(1)], "external_id": "taken"})
    opens(modal(text(), {**section(1), "block_id": "said"}))
    app.says = lambda form: (status, said)
    assert box.submit("U0ANA", {"words": "long to type"}) == Reply(status, {"text": code})
    [view] = box.stack("U0ANA")
    assert (view["notice"], view["errors"], titles(box)) == (TROUBLE, {}, ["Form"])
    assert view["values"]["words"] == {"words/1": "long to type"}
    assert box.refused == [("submit form", code)]
    app.says = lambda form: (200, "")
    box.submit("U0ANA")
    assert app.payload["view"]["state"]["values"]["words"]["words/1"]["value"] == "long to type"


def test_late_is_trouble_too(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    def wait(form: Node) -> tuple[int, Any]:
        app.let_go.wait(10)
        return 200, ""

    opens(modal())
    app.says = wait
    assert box.submit("U0ANA", {"words": "x"}) == Reply(0, {"text": "operation_timeout"})
    [view] = box.stack("U0ANA")
    assert (view["notice"], view["values"]) == (TROUBLE, {"words": {"words/1": "x"}})


def test_a_fourth_view_is_trouble(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal())
    pushed(box, app, modal())
    pushed(box, app, modal())
    app.says = lambda form: (200, {"response_action": "push", "view": modal()})
    assert box.submit("U0ANA", {"words": "x"}).body == {"text": "push_limit_reached"}
    assert len(box.stack("U0ANA")) == 3


@pytest.mark.parametrize(("element", "more", "value", "says"), [
    (control("plain_text_input"), {}, "", "required"), (control("users_select"), {}, None, "required"),
    (control("checkboxes", options=[RIDE]), {}, [], "required"),
    (control("plain_text_input", min_length=3), {}, "xx", "at least 3"),
    (control("plain_text_input", max_length=3), {}, "xxxx", "at most 3"),
    (control("plain_text_input"), {}, "x" * 3001, "at most 3000"),
    (control("plain_text_input", min_length=3), {"optional": True}, "xx", "at least 3"),
    (control("number_input", is_decimal_allowed=False), {}, "1.5", "number"),
    (control("number_input", is_decimal_allowed=False, max_value="9"), {}, "10", "number"),
    (control("number_input", is_decimal_allowed=False), {}, "ten", "number"),
])
def test_slack_s_own_client_holds_back_what_is_not_complete(box: Sandbox, app: TinyApp, opens: Opens, element: Node, more: Node,
                                                            value: Any, says: str) -> None:
    opens(modal(text(), field(element, **more)))
    assert box.submit("U0ANA", {"words": "kept", "field": value}) == Reply(0, {"text": "required"})
    assert app.forms == []
    [view] = box.stack("U0ANA")
    assert list(view["errors"]) == ["field"]
    assert says in view["errors"]["field"]
    assert view["values"]["words"] == {"words/1": "kept"}


def test_what_is_filled_in_stays_over_an_update(box: Sandbox, app: TinyApp, slack: WebClient, opens: Opens) -> None:
    menu = field(control("static_select", options=[HOUSING, RIDE], action_id="m"), "menu", dispatch_action=True)
    made = opens(modal(text(), menu, text("more", initial_value="first")))
    box.submit("U0ANA", {"words": "", "menu": "ride", "more": "typed"})
    box.press_modal("U0ANA", "m", "housing")
    slack.views_update(view_id=made["id"], view=modal(
        text(initial_value="too late"), menu, text("more", initial_value="second"), text("fresh", initial_value="third")))
    [view] = box.stack("U0ANA")
    assert view["values"] == {"words": {"words/1": None}, "menu": {"m": "housing"}, "more": {"more/1": "typed"},
                              "fresh": {"fresh/1": "third"}}
    assert view["errors"] == {}
    slack.views_update(view_id=made["id"], view=modal(
        field(control("static_select", options=[RIDE], action_id="m"), "menu"),
        field(control("plain_text_input", action_id="other"), "more"),
        field(control("users_select", action_id="words/1"), "words")))
    [view] = box.stack("U0ANA")
    assert view["values"] == {"menu": {"m": None}, "more": {"other": None}, "words": {"words/1": None}}


def test_an_answer_that_updates_keeps_what_is_filled_in(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    first = opens(modal())
    app.says = lambda form: (200, {"response_action": "update", "view": modal(text(), text("more"))})
    box.submit("U0ANA", {"words": "x"})
    [view] = box.stack("U0ANA")
    assert view["values"] == {"words": {"words/1": "x"}, "more": {"more/1": None}}
    assert (view["id"], view["hash"] != first["hash"]) == (first["id"], True)


@pytest.mark.parametrize(("more", "heard"), [({"notify_on_close": True}, [False]), ({}, [])])
def test_closing_one_view(box: Sandbox, app: TinyApp, opens: Opens, more: Node, heard: list[bool]) -> None:
    opens(modal())
    pushed(box, app, modal(title=plain("Second"), **more))
    app.forms.clear()
    reply = box.close("U0ANA")
    assert [app.payload["is_cleared"] for _ in app.forms] == heard
    assert reply == (Reply(200, {}) if heard else None)
    assert titles(box) == ["Form"]


def test_closing_says_what_slack_says(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    made = opens(modal(notify_on_close=True, private_metadata="pm"))
    box.close("U0ANA")
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "view",
                         "is_cleared"}
    assert (sent["type"], sent["view"]["id"], sent["view"]["private_metadata"]) == ("view_closed", made["id"], "pm")
    with pytest.raises(KeyError):
        box.close("U0ANA")


@pytest.mark.parametrize(("more", "everything"), [({}, True), ({"clear_on_close": True}, False)])
def test_closing_all_at_once(box: Sandbox, app: TinyApp, opens: Opens, more: Node, everything: bool) -> None:
    opens(modal(notify_on_close=True))
    pushed(box, app, modal(title=plain("Second"), notify_on_close=True, **more))
    app.forms.clear()
    box.close("U0ANA", everything=everything)
    assert box.stack("U0ANA") == []
    assert len(app.forms) == 2
    assert (app.payload["is_cleared"], app.payload["view"]["title"]["text"]) == (True, "Form")


def test_a_press_in_a_modal_carries_what_slack_sends(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    made = opens(modal(text() | {"optional": True}, button("go/1", value="v", style="danger")))
    assert box.press_modal("U0ANA", "go") == Reply(200, {})
    sent = app.payload
    assert set(sent) == {"type", "token", "api_app_id", "team", "enterprise", "is_enterprise_install", "user", "trigger_id",
                         "view", "container", "actions"}
    assert (sent["type"], sent["container"]) == ("block_actions", {"type": "view", "view_id": made["id"]})
    assert sent["view"]["hash"] == made["hash"]
    assert sent["view"]["state"]["values"] == {"words": {"words/1": {"type": "plain_text_input", "value": None}}}
    [action] = sent["actions"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value", "style")} == {
        "type": "button", "action_id": "go/1", "block_id": made["blocks"][1]["block_id"], "value": "v", "style": "danger"}


def test_an_input_that_dispatches(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal(text("a") | {"dispatch_action": True}, text("b")))
    with pytest.raises(ValueError, match="nothing is chosen"):
        box.press_modal("U0ANA", "a")
    box.press_modal("U0ANA", "a", "typed")
    [action] = app.payload["actions"]
    assert {key: action[key] for key in ("type", "action_id", "block_id", "value")} == {
        "type": "plain_text_input", "action_id": "a/1", "block_id": "a", "value": "typed"}
    assert app.payload["view"]["state"]["values"]["a"]["a/1"]["value"] == "typed"
    with pytest.raises(ValueError, match="sends nothing by itself"):
        box.press_modal("U0ANA", "b", "typed")
    with pytest.raises(KeyError):
        box.press_modal("U0ANA", "c")
    box.press_modal("U0ANA", "a/1")
    assert app.payload["actions"][0]["value"] == "typed"


def test_a_press_that_fails_is_told_in_the_modal(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens(modal(text(), button()))
    app.says = lambda form: (500, "")
    assert box.press_modal("U0ANA", "go") == Reply(500, {"text": "dispatch_failed"})
    [view] = box.stack("U0ANA")
    assert view["notice"] == TROUBLE
    app.says = lambda form: (200, "")
    box.press_modal("U0ANA", "go")
    [view] = box.stack("U0ANA")
    assert view["notice"] == ""


def test_only_the_view_on_top_is_before_a_person(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    below = opens(modal(text(), button("under")))
    pushed(box, app, modal(title=plain("Second")))
    with pytest.raises(KeyError):
        box.press_modal("U0ANA", "under")
    with pytest.raises(KeyError):
        box.submit("U0ANA", {"words": "x"}, below["id"])
    with pytest.raises(KeyError):
        box.submit("U0BEN", {"words": "x"})


def test_an_acknowledgement_for_a_modal_that_is_gone_changes_nothing(box: Sandbox, app: TinyApp, slack: WebClient,
                                                                     opens: Opens) -> None:
    opens(modal())

    def replaced(form: Node) -> tuple[int, Any]:
        trigger = json.loads(form["payload"])["trigger_id"]
        slack.views_open(trigger_id=trigger, view=modal(title=plain("Second")))
        return 200, {"response_action": "push", "view": modal(title=plain("Third"))}

    app.says = replaced
    assert box.submit("U0ANA", {"words": "x"}).status == 200
    assert titles(box) == ["Second"]


def test_a_view_without_submit_cannot_be_submitted(box: Sandbox, app: TinyApp, opens: Opens) -> None:
    opens({"type": "modal", "title": plain("Told"), "blocks": [section(1)]})
    with pytest.raises(KeyError, match="nothing to submit"):
        box.submit("U0ANA")
