"""Each limit, just inside and just outside."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.limits import Block, fault, refusal

Node = dict[str, Any]


def plain(size: int) -> Node:
    return {"type": "plain_text", "text": "x" * size}


def section(size: int) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}}


def button(**more: Any) -> Node:
    return {"type": "button", "text": plain(1), "action_id": "a", **more}


def actions(*elements: Node, **more: Any) -> Block:
    return {"type": "actions", "elements": list(elements), **more}


def buttons(count: int) -> Block:
    return actions(*(button(action_id=f"a{n}") for n in range(count)))


def option(label: int = 1, value: int = 1, **more: Any) -> Node:
    return {"text": plain(label), "value": "v" * value, **more}


def menu(*options: Node, **more: Any) -> Block:
    return actions({"type": "static_select", "action_id": "a", "options": list(options), **more})


def overflow(count: int) -> Block:
    return actions({"type": "overflow", "action_id": "a", "options": [option()] * count})


def rich(*inline: Node, kind: str = "rich_text_section", **more: Any) -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": list(inline), **more}]}


def date(**more: Any) -> Block:
    return rich({"type": "date", "timestamp": 1_800_000_000, "format": "{date_long} at {time}", **more})


def table(rows: int, cells: int) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def confirm(title: int, text: int, yes: int) -> Block:
    return actions(button(confirm={"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(1)}))


TEXT = {"type": "text", "text": "x"}
INSIDE_AND_OUTSIDE: list[tuple[str, Block | list[Block], Block | list[Block]]] = [
    ("text object", section(3000), section(3001)),
    ("empty text", section(1), section(0)),
    ("fields", {"type": "section", "fields": [plain(2000)]}, {"type": "section", "fields": [plain(2001)]}),
    ("field count", {"type": "section", "fields": [plain(1)] * 10}, {"type": "section", "fields": [plain(1)] * 11}),
    ("section has something", section(1), {"type": "section"}),
    ("header", {"type": "header", "text": plain(150)}, {"type": "header", "text": plain(151)}),
    ("header is plain", {"type": "header", "text": plain(1)}, {"type": "header", "text": {"type": "mrkdwn", "text": "x"}}),
    ("blocks", [section(1)] * 50, [section(1)] * 51),
    ("buttons in a row", buttons(25), buttons(26)),
    ("a row has something", buttons(1), buttons(0)),
    ("context", {"type": "context", "elements": [plain(1)] * 10}, {"type": "context", "elements": [plain(1)] * 11}),
    ("button label", actions(button(text=plain(75))), actions(button(text=plain(76)))),
    ("button value", actions(button(value="v" * 2000)), actions(button(value="v" * 2001))),
    ("button style", actions(button(style="danger")), actions(button(style="loud"))),
    ("action_id length", actions(button(action_id="a" * 255)), actions(button(action_id="a" * 256))),
    ("action_id needed", actions(button()), actions({"type": "button", "text": plain(1)})),
    ("action_id once", [actions(button()), actions(button(action_id="b"))], [actions(button()), actions(button())]),
    ("block_id length", actions(button(), block_id="b" * 255), actions(button(), block_id="b" * 256)),
    ("block_id once", [{**section(1), "block_id": "b"}, section(1)], [{**section(1), "block_id": "b"}] * 2),
    ("options", menu(*[option()] * 100), menu(*[option()] * 101)),
    ("some option", menu(option()), menu()),
    ("option label", menu(option(label=75)), menu(option(label=76))),
    ("option value", menu(option(value=150)), menu(option(value=151))),
    ("option description", menu(option(description=plain(75))), menu(option(description=plain(76)))),
    ("placeholder", menu(option(), placeholder=plain(150)), menu(option(), placeholder=plain(151))),
    ("initial option", menu(option(), initial_option=option()), menu(option(), initial_option=option(value=2))),
    ("overflow, most", overflow(5), overflow(6)),
    ("overflow, least", overflow(2), overflow(1)),
    ("confirm title", confirm(100, 1, 1), confirm(101, 1, 1)),
    ("confirm text", confirm(1, 300, 1), confirm(1, 301, 1)),
    ("confirm button", confirm(1, 1, 30), confirm(1, 1, 31)),
    ("picker", actions({"type": "datetimepicker", "action_id": "a", "initial_date_time": 1_800_000_000}),
     actions({"type": "datetimepicker", "action_id": "a", "initial_date_time": 180_000_000})),
    ("people menu", actions({"type": "users_select", "action_id": "a"}), actions({"type": "channels_select", "action_id": "a"})),
    ("accessory", {**section(1), "accessory": button()},
     {**section(1), "accessory": {"type": "datetimepicker", "action_id": "a"}}),
    ("rows", table(100, 1), table(101, 1)),
    ("cells", table(1, 20), table(1, 21)),
    ("one table", [table(1, 1)], [table(1, 1), table(1, 1)]),
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
    ("date", date(fallback="Friday"), date(fallback="")),
    ("date token", date(format="{ago}"), date(format="{someday}")),
    ("date has a token", date(format="due {date_num}"), date(format="due")),
    ("date is whole seconds", date(timestamp=1), date(timestamp=1.5)),
    ("known block", [{"type": "divider"}], [{"type": "carousel"}]),
    ("forms only", section(1), {"type": "input", "label": plain(1), "element": {"type": "plain_text_input", "action_id": "a"}}),
    ("nothing added", section(1), {**section(1), "colour": "red"}),
    ("list", {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "indent": 8,
                                                 "elements": [{"type": "rich_text_section", "elements": [TEXT]}]}]},
     {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "indent": 9,
                                         "elements": [{"type": "rich_text_section", "elements": [TEXT]}]}]}),
]


@pytest.mark.parametrize(("inside", "outside"), [row[1:] for row in INSIDE_AND_OUTSIDE],
                         ids=[row[0] for row in INSIDE_AND_OUTSIDE])
def test_limit(inside: Block | list[Block], outside: Block | list[Block]) -> None:
    assert fault("", inside if isinstance(inside, list) else [inside]) is None
    assert refusal("", outside if isinstance(outside, list) else [outside]) == "invalid_blocks"


def test_all_text_together() -> None:
    assert refusal("", [section(2600)] * 5) is None
    assert refusal("", [section(2601)] * 5) == "msg_blocks_too_long"


@pytest.mark.parametrize(("update", "most"), [(False, 40_000), (True, 4000)])
def test_text_of_a_message(update: bool, most: int) -> None:
    assert refusal("x" * most, [], update=update) is None
    assert refusal("x" * (most + 1), [], update=update) == "msg_too_long"


@pytest.mark.parametrize(("text", "blocks", "code"), [
    ("", [], "no_text"), ("x", {}, "invalid_blocks_format"), ("x", ["y"], "invalid_blocks_format"),
    ("x", [{"type": []}], "invalid_blocks"), ("x", [{"type": "actions", "elements": ["y"]}], "invalid_blocks"),
    ("x", [{"type": "section", "text": "y"}], "invalid_blocks"),
    ("x", [{"type": "rich_text", "elements": [[]]}], "invalid_blocks"),
    ("x", [{"type": "actions", "elements": [{"type": {}, "action_id": "a"}]}], "invalid_blocks"),
])
def test_what_is_no_message_at_all(text: str, blocks: Any, code: str) -> None:
    assert refusal(text, blocks) == code


def test_the_place_that_broke_is_named() -> None:
    found = fault("", [section(1), actions(button(), button(action_id="b", text=plain(76)))])
    assert found is not None
    assert "/blocks/1/elements/1/text/text" in found.why
