"""What a message, a modal and Home may hold at all: one that is taken, beside one that is not."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.checks import Broken
from bot.sandbox.limits import options_fault, refusal, view_fault
from bot.sandbox.sdk import second_opinion
from tests.sandbox.forms import Node, button, control, field, home, modal, option, plain, rich, section, text


def actions(*elements: Node) -> Node:
    return {"type": "actions", "elements": list(elements)}


def menu(*options: Node, **more: Any) -> Node:
    return actions(control("static_select", options=list(options), **more))


def date(**more: Any) -> Node:
    return rich({"type": "date", "timestamp": 1_800_000_000, "format": "{date_long} at {time}", **more})


def listed(depth: int, style: str = "bullet") -> Node:
    section = {"type": "rich_text_section", "elements": [TEXT]}
    return rich(section, kind="rich_text_list", style=style, indent=depth)


TEXT = {"type": "text", "text": "x"}
TABLE = {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}
MARKDOWN = {"type": "markdown", "text": "**x**"}
SECTION = {"type": "section", "text": plain(1)}
Pair = tuple[str, Node | list[Node], Node | list[Node]]

IN_MESSAGES: list[Pair] = [
    ("empty text", section(1), section(0)),
    ("section has something", section(1), {"type": "section"}),
    ("header is plain", {"type": "header", "text": plain(1)}, {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("a row has something", button(), actions()),
    ("button style", button(style="danger"), button(style="loud")),
    ("action_id needed", button(), actions({"type": "button", "text": plain(1)})),
    ("action_id once", [button("a"), button("b")], [button("a"), button("a")]),
    ("block_id once", [{**section(1), "block_id": "b"}, section(1)], [{**section(1), "block_id": "b"}] * 2),
    ("some option", menu(option()), menu()),
    ("initial option", menu(option(), initial_option=option()), menu(option(), initial_option=option(value=2))),
    ("picker", actions(control("datetimepicker", initial_date_time=1_800_000_000)),
     actions(control("datetimepicker", initial_date_time=180_000_000))),
    ("people menu", actions(control("users_select")), actions(control("channels_select"))),
    ("external menu", actions(control("external_select", min_query_length=0)),
     actions(control("external_select", options=[option()]))),
    ("day", actions(control("datepicker", initial_date="2026-02-28")), actions(control("datepicker", initial_date="2026-02-30"))),
    ("time", actions(control("timepicker", initial_time="23:59")), actions(control("timepicker", initial_time="24:00"))),
    ("accessory", {**section(1), "accessory": control("datepicker")}, {**section(1), "accessory": control("datetimepicker")}),
    ("rich text", rich(TEXT), rich({"type": "text", "text": ""})),
    ("a section of rich text has something", rich(TEXT), rich()),
    ("quote", rich(TEXT, kind="rich_text_quote"), rich(TEXT, kind="rich_text_shout")),
    ("style", rich({**TEXT, "style": {"bold": True}}), rich({**TEXT, "style": {"loud": True}})),
    ("style is true or false", rich({**TEXT, "style": {"bold": False}}), rich({**TEXT, "style": {"bold": "yes"}})),
    ("person", rich({"type": "user", "user_id": "U0ANA"}), rich({"type": "user", "user_id": "ana"})),
    ("channel", rich({"type": "channel", "channel_id": "C0MAPLE"}), rich({"type": "channel", "channel_id": "care-maple"})),
    ("emoji", rich({"type": "emoji", "name": "seedling"}), rich({"type": "emoji", "name": "Seed ling"})),
    ("link", rich({"type": "link", "url": "https://kept.example"}), rich({"type": "link", "url": "javascript:alert(1)"})),
    ("nobody is pinged", rich(TEXT), rich({"type": "broadcast", "range": "here"})),
    ("list", listed(0), listed(0, "dashed")),
    ("date", date(fallback="Friday"), date(fallback="")),
    ("date token", date(format="{ago}"), date(format="{someday}")),
    ("date has a token", date(format="due {date_num}"), date(format="due")),
    ("date is whole seconds", date(timestamp=1), date(timestamp=1.5)),
    ("known block", {"type": "divider"}, {"type": "carousel"}),
    ("forms only", section(1), text()),
    ("nothing added", section(1), {**section(1), "colour": "red"}),
    ("table", TABLE, {"type": "table", "rows": []}),
]

MODAL, HOME = modal(), home()
IN_VIEWS: list[tuple[str, Node, Node]] = [
    ("a modal", MODAL, {**MODAL, "type": "form"}),
    ("a title", MODAL, {key: value for key, value in MODAL.items() if key != "title"}),
    ("a plain title", MODAL, modal(title={"type": "mrkdwn", "text": "x"})),
    ("an empty title", modal(title=plain(1)), modal(title=plain(0))),
    ("some block", modal(section(1)), {**MODAL, "blocks": []}),
    ("blocks in a list", MODAL, {**MODAL, "blocks": {}}),
    ("blocks are objects", MODAL, {**MODAL, "blocks": ["x"]}),
    ("nothing added", modal(notify_on_close=True), modal(submit_disabled=True)),
    ("true or false", modal(clear_on_close=False), modal(clear_on_close="no")),
    ("an input needs submit", modal(), {key: value for key, value in MODAL.items() if key != "submit"}),
    ("no input, no submit", {"type": "modal", "title": plain(1), "blocks": [section(1)]}, {"type": "modal", "title": plain(1)}),
    ("no table in a modal", modal(section(1)), modal(TABLE)),
    ("no markdown in a modal", modal(rich(TEXT)), modal(MARKDOWN)),
    ("no table in Home", home(section(1)), home(TABLE)),
    ("no markdown in Home", home(rich(TEXT)), home(MARKDOWN)),
    ("no title in Home", HOME, {**HOME, "title": plain(1)}),
    ("no submit in Home", HOME, {**HOME, "submit": plain(1)}),
    ("no date and time in Home", home(field(control("datepicker"))), home(field(control("datetimepicker")))),
    ("no number in Home", home(text()), home(field(control("number_input", is_decimal_allowed=False)))),
    ("block_id once", modal(text("a"), text("b")), modal(text("a"), text("a") | {"label": plain(2)})),
    ("action_id once", modal(text("a"), text("b")), modal(text("a"), text("b") | {"element": text("a")["element"]})),
    ("label needed", modal(), modal({"type": "input", "element": control("plain_text_input")})),
    ("element needed", modal(), modal({"type": "input", "label": plain(1)})),
    ("no button in an input", modal(field(control("users_select"))), modal(field(control("button", text=plain(1))))),
    ("no field outside an input", modal(actions(control("datepicker"))), modal(actions(control("plain_text_input")))),
    ("optional is true or false", modal(text() | {"optional": True}), modal(text() | {"optional": 1})),
    ("lengths", modal(text(min_length=2, max_length=2)), modal(text(min_length=3, max_length=2))),
    ("length of the initial value",
     modal(text(initial_value="xx", max_length=2)), modal(text(initial_value="xxx", max_length=2))),
    ("lines", modal(text(multiline=True)), modal(text(multiline="yes"))),
    ("dispatch", modal(text(dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]})),
     modal(text(dispatch_action_config={"trigger_actions_on": ["on_leave"]}))),
    ("number", modal(field(control("number_input", is_decimal_allowed=True, initial_value="1.5"))),
     modal(field(control("number_input", is_decimal_allowed=True, initial_value=1.5)))),
    ("number's bounds", modal(field(control("number_input", is_decimal_allowed=True, min_value="1", max_value="2"))),
     modal(field(control("number_input", is_decimal_allowed=True, min_value="3", max_value="2")))),
    ("chosen options", modal(field(control("multi_static_select", options=[option()], initial_options=[option()]))),
     modal(field(control("multi_static_select", options=[option()], initial_options=[option(2)])))),
    ("most chosen", modal(field(control("multi_users_select", initial_users=["U1"], max_selected_items=1))),
     modal(field(control("multi_users_select", initial_users=["U1", "U2"], max_selected_items=1)))),
    ("external options", modal(field(control("multi_external_select", initial_options=[option()], max_selected_items=1))),
     modal(field(control("multi_external_select", initial_options=[plain(1)])))),
    ("checked boxes", modal(field(control("checkboxes", options=[option(description=plain(1))]))),
     modal(field(control("checkboxes", options=[])))),
    ("a radio button's text", modal(field(control("radio_buttons", options=[{"text": {"type": "mrkdwn", "text": "x"},
                                                                             "value": "v"}]))),
     modal(field(control("static_select", options=[{"text": {"type": "mrkdwn", "text": "x"}, "value": "v"}])))),
    ("no address in a menu", modal(field(control("static_select", options=[option()]))),
     modal(field(control("static_select", options=[option(url="https://kept.example")])))),
    ("focus", modal(text(focus_on_load=True)), modal(text(focus_on_load="here"))),
]


@pytest.mark.parametrize(("inside", "outside"), [row[1:] for row in IN_MESSAGES], ids=[row[0] for row in IN_MESSAGES])
def test_in_a_message(inside: Node | list[Node], outside: Node | list[Node]) -> None:
    assert refusal("", inside if isinstance(inside, list) else [inside]) is None
    assert refusal("", outside if isinstance(outside, list) else [outside]) == "invalid_blocks"


@pytest.mark.parametrize(("inside", "outside"), [row[1:] for row in IN_VIEWS], ids=[row[0] for row in IN_VIEWS])
def test_in_a_view(inside: Node, outside: Node) -> None:
    assert view_fault(inside, inside["type"]) is None
    broken = view_fault(outside, inside["type"])
    assert broken is not None
    assert (broken.code, "[json-pointer:/view" in broken.why) == ("invalid_arguments", True)


@pytest.mark.parametrize("kind", ["modal", "home"])
def test_a_view_is_for_one_surface(kind: str) -> None:
    assert view_fault(HOME if kind == "modal" else MODAL, kind) is not None


@pytest.mark.parametrize("given", [None, "x", [], {}])
def test_what_is_no_view_at_all(given: Any) -> None:
    assert view_fault(given, "modal") is not None


@pytest.mark.parametrize(("text", "blocks", "code"), [
    ("", [], "no_text"), ("x", {}, "invalid_blocks_format"), ("x", ["y"], "invalid_blocks_format"),
    ("x", [{"type": []}], "invalid_blocks"), ("x", [{"type": "actions", "elements": ["y"]}], "invalid_blocks"),
    ("x", [{"type": "section", "text": "y"}], "invalid_blocks"),
    ("x", [{"type": "rich_text", "elements": [[]]}], "invalid_blocks"),
    ("x", [{"type": "actions", "elements": [{"type": {}, "action_id": "a"}]}], "invalid_blocks"),
])
def test_what_is_no_message_at_all(text: str, blocks: Any, code: str) -> None:
    assert refusal(text, blocks) == code


@pytest.mark.parametrize("answer", [
    {}, [], {"options": "x"}, {"options": [plain(1)]}, {"options": [option()], "option_groups": []}, {"option_groups": []},
    {"options": [option()], "more": True}, {"option_groups": [{"label": plain(1), "options": []}]}])
def test_what_is_no_answer_with_options(answer: Any) -> None:
    broken = options_fault(answer)
    assert broken is not None
    assert broken.code == "invalid_options"


@pytest.mark.parametrize("answer", [{"options": []}, {"options": [option()]},
                                    {"option_groups": [{"label": plain(1), "options": [option()]}]}])
def test_what_is_an_answer_with_options(answer: Any) -> None:
    assert options_fault(answer) is None


@pytest.mark.parametrize(("good", "bad"), [
    ([section(1)], [{"type": "section"}]), ([section(1)], [{"type": "carriage"}]), (MODAL, {**MODAL, "type": "form"}),
    (HOME, {**HOME, "submit": plain(1)}), ({"options": [option()]}, {"options": [option()] * 101}),
    ([TABLE], [{"type": "table"}]),
])
def test_slack_s_own_models_are_asked_too(good: Any, bad: Any) -> None:
    second_opinion(good)
    with pytest.raises(Broken):
        second_opinion(bad)
