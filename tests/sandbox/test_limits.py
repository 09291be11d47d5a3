"""Each figure of the one table, just inside and just outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bot.sandbox.checks import LIMITS
from bot.sandbox.limits import fault, options_fault, refusal, view_fault
from bot.sandbox.triggers import Unfit
from bot.sandbox.views import Views
from tests.sandbox.forms import Node, control, field, home, modal, option, plain, rich, section, text


@dataclass(frozen=True)
class Case:
    """``make`` gives a payload of a size; ``figure`` is Slack's; ``code`` is its error one further, or one less if ``least``."""

    limit: str
    figure: int
    make: Callable[[int], Any]
    takes: Callable[[Any], str | None]
    code: str
    least: bool = False


def message(blocks: Node | list[Node]) -> str | None:
    return refusal("", blocks if isinstance(blocks, list) else [blocks])


def posted(words: str) -> str | None:
    return refusal(words, [])


def updated(words: str) -> str | None:
    return refusal(words, [], update=True)


def view(given: Node) -> str | None:
    found = view_fault(given, given["type"])
    return found.code if found else None


def answer(given: Node) -> str | None:
    found = options_fault(given)
    return found.code if found else None


def pushed(depth: int) -> str | None:
    views = Views("T", "A", "B")
    shown = views.open(views.triggers.make("U"), modal())
    try:
        for _ in range(depth - 1):
            shown = views.push_on(shown, modal())
    except Unfit as unfit:
        return str(unfit)
    return None


def one(kind: str, **more: Any) -> Node:
    return {"type": "actions", "elements": [control(kind, **more)]}


def press(**more: Any) -> Node:
    return one("button", **{"text": plain(1), **more})


def menu(*options: Node, **more: Any) -> Node:
    return one("static_select", options=list(options), **more)


def confirm(title: int = 1, text: int = 1, yes: int = 1) -> Node:
    return press(confirm={"title": plain(title), "text": plain(text), "confirm": plain(yes), "deny": plain(1)})


def table(rows: int, cells: int) -> Node:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * cells] * rows}


def indented(depth: int) -> Node:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}
    return rich(section, kind="rich_text_list", style="bullet", indent=depth)


def groups(count: int) -> list[Node]:
    return [{"label": plain(1), "options": [option()]}] * count


def choices(kind: str, count: int) -> Node:
    return modal(field(control(kind, options=[option(value=f"v{n}") for n in range(count)])))


def weighing(size: int) -> Node:
    """A modal whose JSON is ``size`` bytes, with nothing else out of bounds."""
    long = [option(label=75, value=150, description=plain(75))] * 100
    whole = modal(*(field(control("static_select", action_id=f"a{n}", options=long), f"f{n}") for n in range(5)),
                  private_metadata="")
    while size - bytes_of(whole) > 2500:
        whole["blocks"].append(section(2000))
    return whole | {"private_metadata": "x" * (size - bytes_of(whole))}


def bytes_of(node: Node) -> int:
    return len(json.dumps(node, ensure_ascii=False).encode())


INVALID, WRONG = "invalid_blocks", "invalid_arguments"
CASES = [
    Case("text", 3000, section, message, INVALID),
    Case("fields", 10, lambda n: {"type": "section", "fields": [plain(1)] * n}, message, INVALID),
    Case("field", 2000, lambda n: {"type": "section", "fields": [plain(n)]}, message, INVALID),
    Case("header", 150, lambda n: {"type": "header", "text": plain(n)}, message, INVALID),
    Case("blocks", 50, lambda n: [section(1)] * n, message, INVALID),
    Case("all_text", 13_000, lambda n: [section(2600)] * 4 + [section(n - 4 * 2600)], message, "msg_blocks_too_long"),
    Case("post", 40_000, lambda n: "x" * n, posted, "msg_too_long"),
    Case("update", 4000, lambda n: "x" * n, updated, "msg_too_long"),
    Case("id", 255, lambda n: press(action_id="a" * n), message, INVALID),
    Case("id", 255, lambda n: press() | {"block_id": "b" * n}, message, INVALID),
    Case("actions", 25, lambda n: {"type": "actions", "elements": [control("button", text=plain(1), action_id=f"a{m}")
                                                                   for m in range(n)]}, message, INVALID),
    Case("context", 10, lambda n: {"type": "context", "elements": [plain(1)] * n}, message, INVALID),
    Case("button", 75, lambda n: press(text=plain(n)), message, INVALID),
    Case("value", 2000, lambda n: press(value="v" * n), message, INVALID),
    Case("url", 3000, lambda n: press(url="https://kept.example/".ljust(n, "x")), message, INVALID),
    Case("label", 75, lambda n: menu(option(label=n)), message, INVALID),
    Case("label", 75, lambda n: menu(option(description=plain(n))), message, INVALID),
    Case("label", 75, lambda n: one("static_select", option_groups=[{"label": plain(n), "options": [option()]}]), message,
         INVALID),
    Case("option_value", 150, lambda n: menu(option(value=n)), message, INVALID),
    Case("placeholder", 150, lambda n: menu(option(), placeholder=plain(n)), message, INVALID),
    Case("placeholder", 150, lambda n: modal(text(placeholder=plain(n))), view, WRONG),
    Case("options", 100, lambda n: menu(*[option()] * n), message, INVALID),
    Case("options", 100, lambda n: {"options": [option()] * n}, answer, "invalid_options"),
    Case("groups", 100, lambda n: one("static_select", option_groups=groups(n)), message, INVALID),
    Case("groups", 100, lambda n: {"option_groups": groups(n)}, answer, "invalid_options"),
    Case("overflow", 5, lambda n: one("overflow", options=[option()] * n), message, INVALID),
    Case("overflow_least", 2, lambda n: one("overflow", options=[option()] * n), message, INVALID, least=True),
    Case("checkboxes", 10, lambda n: choices("checkboxes", n), view, WRONG),
    Case("radio", 10, lambda n: choices("radio_buttons", n), view, WRONG),
    Case("confirm_title", 100, lambda n: confirm(title=n), message, INVALID),
    Case("confirm_text", 300, lambda n: confirm(text=n), message, INVALID),
    Case("confirm_button", 30, lambda n: confirm(yes=n), message, INVALID),
    Case("rows", 100, lambda n: table(n, 1), message, INVALID),
    Case("cells", 20, lambda n: table(1, n), message, INVALID),
    Case("tables", 1, lambda n: [table(1, 1)] * n, message, INVALID),
    Case("indent", 8, indented, message, INVALID),
    Case("stack", 3, lambda n: n, pushed, "push_limit_reached"),
    Case("view_bytes", 250_000, weighing, view, "view_too_large"),
    Case("view_blocks", 100, lambda n: modal(*[section(1)] * n), view, WRONG),
    Case("view_blocks", 100, lambda n: home(*[section(1)] * n), view, WRONG),
    Case("title", 24, lambda n: modal(title=plain(n)), view, WRONG),
    Case("submit", 24, lambda n: modal(submit=plain(n)), view, WRONG),
    Case("close", 24, lambda n: modal(close=plain(n)), view, WRONG),
    Case("callback_id", 255, lambda n: modal(callback_id="c" * n), view, WRONG),
    Case("external_id", 255, lambda n: home(external_id="e" * n), view, WRONG),
    Case("private_metadata", 3000, lambda n: home(private_metadata="p" * n), view, WRONG),
    Case("input_label", 2000, lambda n: modal(text() | {"label": plain(n)}), view, WRONG),
    Case("hint", 2000, lambda n: modal(text() | {"hint": plain(n)}), view, WRONG),
    Case("typed", 3000, lambda n: modal(text(max_length=n)), view, WRONG),
    Case("typed", 3000, lambda n: modal(text(initial_value="x" * n)), view, WRONG),
    Case("focus", 1, lambda n: modal(*(text(f"t{m}", focus_on_load=True) for m in range(n))), view, WRONG),
]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.limit}{number}" for number, case in enumerate(CASES)])
def test_limit(case: Case) -> None:
    assert LIMITS[case.limit] == case.figure
    assert case.takes(case.make(case.figure)) is None
    assert case.takes(case.make(case.figure + (-1 if case.least else 1))) == case.code


def test_no_limit_is_without_a_case() -> None:
    assert {case.limit for case in CASES} == set(LIMITS)


def test_a_modal_of_that_size_has_that_size() -> None:
    assert bytes_of(weighing(250_000)) == 250_000


def test_the_place_that_broke_is_named() -> None:
    broken = fault("", [section(1), press(text=plain(76))])
    assert broken is not None
    assert broken.why.endswith("[json-pointer:/blocks/1/elements/0/text/text]")
    deep = view_fault(modal(section(1), text(placeholder=plain(151))), "modal")
    assert deep is not None
    assert deep.why.endswith("[json-pointer:/view/blocks/1/element/placeholder/text]")
