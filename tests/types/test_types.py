"""Slack's types tell a good payload from a bad one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.forms import button, control, field, home, modal, option, plain
from tests.sandbox.test_modals import EVERY_KIND
from tests.sandbox.test_shapes import IN_MESSAGES, IN_VIEWS
from tests.types.slack import NoCompiler, check_types

GOOD: list[tuple[str, Any]] = [
    ("message", [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}, button(style="danger")]),
    ("modal", modal(field(control("static_select", options=[option()])))),
    ("home", home(button())),
    ("options", {"options": [option()]}),
    ("options", {"option_groups": [{"label": plain(1), "options": [option()]}]}),
]
BAD: list[tuple[str, Any]] = [
    ("message", [button(style="loud")]), ("message", [{"type": "carriage"}]),
    ("modal", home()), ("modal", modal(colour="red")), ("modal", modal(field(control("textarea")))),
    ("home", home({"type": "section", "text": "x"})), ("options", {"options": [{"value": "v"}]}),
]


def checked(payloads: list[tuple[str, Any]]) -> list[str]:
    try:
        return check_types(payloads)
    except NoCompiler as missing:
        pytest.skip(str(missing))


def test_what_the_sandbox_takes_is_what_slack_names() -> None:
    """Everything that the sandbox's own tests have accepted: else it would let pass what Slack does not know."""
    messages = [inside for _, inside, _ in IN_MESSAGES]
    taken: list[tuple[str, Any]] = [("message", one if isinstance(one, list) else [one]) for one in messages]
    taken += [(one["type"], one) for _, one, _ in IN_VIEWS]
    taken += [("modal", modal(field(element))) for element, _, _ in EVERY_KIND]
    assert checked(taken) == []


def test_only_what_does_not_fit_is_named() -> None:
    found = checked([*GOOD, *BAD])
    assert [int(line.partition(",")[0]) for line in found] == list(range(len(GOOD), len(GOOD) + len(BAD))), found
