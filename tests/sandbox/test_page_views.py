"""The page's way to modals, Home, menus and shortcuts."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox, Shortcut
from bot.sandbox.surfaces import TROUBLE
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, button, control, field, home, modal, option, section, text
from tests.sandbox.test_page import do, seen

ROSA = option("rosa-m", "p1")
MENU = control("external_select", action_id="patient", min_query_length=0)


@pytest.fixture
def view(box: Sandbox, app: TinyApp, slack: WebClient) -> Node:
    """A modal that Ana has open."""
    box.command("U0ANA", "C0MAPLE", "/kept", "form")
    given = modal(text(), field(MENU, "who", optional=True), button("go"), text("more", min_length=3) | {"optional": True})
    made = slack.views_open(trigger_id=app.forms[-1]["trigger_id"], view=given)["view"]
    app.says = lambda form: (200, "")
    return dict(made)


def test_the_state_holds_what_is_on_the_screen(box: Sandbox, slack: WebClient, view: Node) -> None:
    slack.views_publish(user_id="U0BEN", view=home(section(1)))
    box.shortcuts.append(Shortcut("new", "Something new"))
    found = seen(box)
    [shown] = found["stack"]
    assert (shown["id"], shown["errors"], shown["notice"]) == (view["id"], {}, "")
    assert shown["values"] == {"words": {"words/1": None}, "who": {"patient": None}, "more": {"more/1": None}}
    assert found["home"] is None
    assert found["shortcuts"] == [{"callback_id": "new", "name": "Something new", "type": "global"}]
    theirs = seen(box, "U0BEN")
    assert (theirs["stack"], theirs["home"]["blocks"][0]["text"]["text"]) == ([], "x")


def test_filled_in_and_submitted(box: Sandbox, app: TinyApp, view: Node) -> None:
    assert do(box, "submit", view_id=view["id"], values={"words": {"words/1": "x"}}) == (200, {"ok": True, "error": ""})
    assert app.payload["view"]["state"]["values"]["words"]["words/1"]["value"] == "x"
    assert seen(box)["stack"] == []
    assert do(box, "submit", view_id=view["id"], values={})[0] == 404


def test_what_is_missing_stands_beside_its_field(box: Sandbox, app: TinyApp, view: Node) -> None:
    app.forms.clear()
    assert do(box, "submit", view_id=view["id"], values={"more": {"more/1": "xx"}}) == (200, {"ok": True, "error": ""})
    assert set(seen(box)["stack"][0]["errors"]) == {"words", "more"}
    assert app.forms == []


def test_trouble_is_told(box: Sandbox, app: TinyApp, view: Node) -> None:
    app.says = lambda form: (200, "saved")
    values = {"words": {"words/1": "x"}}
    assert do(box, "submit", view_id=view["id"], values=values) == (200, {"ok": False, "error": TROUBLE})
    [shown] = seen(box)["stack"]
    assert (shown["notice"], shown["values"]["words"]) == (TROUBLE, {"words/1": "x"})


def test_pressed_with_what_is_filled_in_so_far(box: Sandbox, app: TinyApp, view: Node) -> None:
    body = {"view_id": view["id"], "block_id": view["blocks"][2]["block_id"], "action_id": "go"}
    assert do(box, "press", **body, values={"words": {"words/1": "so far"}}) == (200, {"ok": True, "error": ""})
    assert app.payload["view"]["state"]["values"]["words"]["words/1"]["value"] == "so far"
    assert seen(box)["stack"][0]["values"]["words"] == {"words/1": "so far"}
    assert do(box, "press", **body | {"block_id": "words"})[0] == 404
    assert do(box, "press", **body | {"view_id": "V0NONE"})[0] == 404


def test_closed(box: Sandbox, view: Node) -> None:
    assert do(box, "close", view_id=view["id"]) == (200, {"ok": True})
    assert seen(box)["stack"] == []
    assert do(box, "close", view_id=view["id"], everything=True)[0] == 404


def test_a_menu_asks(box: Sandbox, app: TinyApp, slack: WebClient, view: Node) -> None:
    app.says = lambda form: (200, {"options": [ROSA]})
    offered = {"ok": True, "options": [{"label": "rosa-m", "value": "p1"}]}
    asks = {"action_id": "patient", "query": "ro"}
    assert do(box, "options", view_id=view["id"], block_id="who", **asks) == (200, offered)
    slack.views_publish(user_id="U0ANA", view=home(field(MENU)))
    assert do(box, "options", view_id=seen(box)["home"]["id"], **asks) == (200, offered)
    slack.chat_postMessage(channel="C0MAPLE", text="x", blocks=[{"type": "actions", "elements": [MENU]}])
    [card] = box.messages("C0MAPLE")
    assert do(box, "options", ts=card["ts"], **asks) == (200, offered)
    app.says = lambda form: (200, "")
    assert do(box, "press", ts=card["ts"], action_id="patient", choice="p1")[1]["ok"] is True


def test_home_is_opened_and_pressed(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    app.says = lambda form: (200, "")
    assert do(box, "home") == (200, {"ok": True})
    assert app.events[-1]["event"]["type"] == "app_home_opened"
    made = slack.views_publish(user_id="U0ANA", view=home(button()))["view"]
    assert do(box, "press", view_id=made["id"], action_id="go") == (200, {"ok": True, "error": ""})
    assert app.payload["container"]["view_id"] == made["id"]


def test_shortcuts_are_started(box: Sandbox, app: TinyApp) -> None:
    box.shortcuts += [Shortcut("new", "Something new"), Shortcut("keep", "Keep this", "message")]
    app.says = lambda form: (200, "")
    assert do(box, "shortcut", callback_id="new", channel="") == (200, {"ok": True, "error": ""})
    said = box.say("U0BEN", "C0MAPLE", "x")
    assert do(box, "shortcut", callback_id="keep", ts=said["ts"])[1]["ok"] is True
    assert app.payload["message_ts"] == said["ts"]


@pytest.mark.parametrize(("what", "body", "status"), [
    ("submit", {}, 400), ("submit", {"view_id": "V1"}, 404), ("submit", {"view_id": "V1", "values": "x"}, 400),
    ("submit", {"view_id": "V1", "values": {"words": "x"}}, 400), ("close", {}, 400), ("close", {"view_id": "V1"}, 404),
    ("press", {"view_id": "V1"}, 400), ("press", {"view_id": "V1", "action_id": "go"}, 404),
    ("options", {"action_id": "patient", "query": "x"}, 400), ("options", {"view_id": "V1", "action_id": "x", "query": "x"}, 404),
    ("home", {"as": "U0NONE"}, 400), ("shortcut", {"callback_id": "none"}, 404), ("shortcut", {}, 400),
])
def test_what_cannot_be_done_is_said(box: Sandbox, what: str, body: dict[str, Any], status: int) -> None:
    got, said = do(box, what, **body)
    assert got == status
    assert said["error"].endswith(".")


def test_a_value_that_is_not_offered_is_said(box: Sandbox, view: Node) -> None:
    got, said = do(box, "submit", view_id=view["id"], values={"who": {"patient": "p9"}})
    assert (got, "not one of the options" in said["error"]) == (400, True)
