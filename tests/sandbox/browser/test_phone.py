"""The page as wide as a phone: 390 by 844."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.core import BOT, Sandbox, Shortcut
from tests.sandbox.browser.conftest import CHANNEL, HOME, Answers, Visit
from tests.sandbox.browser.test_channel import WORDS
from tests.sandbox.browser.test_home import at_home, day
from tests.sandbox.browser.test_modal import every_kind, opened
from tests.sandbox.forms import Node, button, control, option, plain

Opens = Callable[[Node], Callable[[Node], str]]
SIZE = {"width": 390, "height": 844, "has_touch": True, "reduced_motion": "reduce"}
LEAST = 24  # CSS pixels: WCAG 2.2, 2.5.8


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    # Nothing that can be pressed lies outside, and all of it can be hit with a finger.
    out = page.evaluate("""(least) => [...document.querySelectorAll('button, input, select, textarea, a[href]')]
        .filter((one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: false }) && !one.closest('.skip'))
        .map((one) => [one.outerHTML.slice(0, 120), one.closest('label, .select') ?? one])
        .map(([name, one]) => [name, one.getBoundingClientRect()])
        .filter(([, box]) => box.width > 0)
        .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1 || box.width < least || box.height < least)
        .map(([name, box]) => `${name} ${Math.round(box.left)}..${Math.round(box.right)} x ${Math.round(box.height)}`)""", LEAST)
    assert out == []


@pytest.mark.parametrize("width", [390, 320])
def test_a_channel(box: Sandbox, visit: Visit, width: int) -> None:
    box.shortcuts[:] = [Shortcut("call", "Log a call"), Shortcut("keep", "Keep as a concern", "message")]
    menu = control("static_select", action_id="kind", placeholder=plain("Category"), options=[option("Housing", "housing")])
    at = control("datetimepicker", action_id="at", initial_date_time=1_796_043_600)
    wide = {"type": "table", "rows": [[{"type": "raw_text", "text": f"column {number}"} for number in range(12)]]}
    box.workspace.post("C0MAPLE", BOT, "Kept: #1", [WORDS, button(), {"type": "actions", "elements": [menu, at]}, wide])
    box.say("U0BEN", "C0MAPLE", "averyveryverylongwordwithoutanyspaces" * 6)
    page = visit(CHANNEL, **{**SIZE, "width": width})
    fits(page)
    expect(page.get_by_role("button", name="More actions").first).to_be_visible()
    page.get_by_role("button", name="Shortcuts").tap()
    page.get_by_role("menuitem", name="Log a call").tap()
    page.get_by_role("combobox", name="Message or command").fill("/")
    expect(page.get_by_role("option").first).to_be_in_viewport()
    fits(page)


def test_another_place_and_another_person(visit: Visit) -> None:
    page = visit(CHANNEL, **SIZE)
    side = page.get_by_role("navigation", name="Channels and people")
    opener = page.get_by_role("button", name="Channels and people")
    expect(side).to_be_hidden()
    opener.tap()
    expect(opener).to_have_attribute("aria-expanded", "true")
    fits(page)
    side.get_by_role("button", name="Kept").tap()
    expect(page.get_by_role("heading", name="Kept", exact=True)).to_be_visible()
    expect(side).to_be_hidden()
    opener.press("Enter")
    expect(side).to_be_visible()
    page.keyboard.press("Escape")
    expect(side).to_be_hidden()
    expect(opener).to_be_focused()
    opener.tap()
    side.get_by_role("button", name="Priya Nair").tap()
    expect(page.locator("#you-now")).to_contain_text("Priya Nair")


def test_the_panel(visit: Visit) -> None:
    page = visit(CHANNEL, **SIZE)
    panel = page.get_by_role("complementary", name="Phone, switches and log")
    opener = page.get_by_role("button", name="Phone, switches and log")
    expect(panel).to_be_hidden()
    opener.tap()
    expect(panel.get_by_role("button", name="Close")).to_be_focused()
    page.get_by_text("Break something").tap()
    fits(page)
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(opener).to_be_focused()


def test_home(slack: WebClient, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day())
    page = visit(HOME, **SIZE)
    expect(at_home(page)).to_contain_text("Two promises today")
    fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_modal_fills_the_screen(answers: Answers, opens: Opens, visit: Visit, scheme: str) -> None:
    answers(command=opens(every_kind()))
    page = visit(CHANNEL, color_scheme=scheme, **SIZE)
    dialog = opened(page)
    found = dialog.bounding_box()
    assert found is not None
    assert (found["x"], found["y"], found["width"], found["height"]) == (0, 0, 390, 844)
    fits(page)
    expect(dialog.get_by_role("button", name="Save")).to_be_in_viewport()
    dialog.get_by_role("combobox", name="Owner").tap()
    expect(dialog.get_by_role("option").first).to_be_in_viewport()
    fits(page)
    dialog.get_by_role("option", name="Priya Nair").tap()
    expect(dialog.get_by_role("combobox", name="Owner")).to_have_value("Priya Nair")
