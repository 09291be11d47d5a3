"""Modals: one on another, how one is left, and where the focus is all the while."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox
from tests.sandbox.browser.conftest import Answers, Visit, payloads
from tests.sandbox.browser.test_modal import KINDS, opened
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, button, control, field, modal, plain, text

Opens = Callable[[Node], Callable[[Node], str]]


def test_modals_lie_on_each_other(box: Sandbox, app: TinyApp, slack: WebClient, answers: Answers, opens: Opens,
                                  visit: Visit) -> None:
    second = modal(text("more"), title=plain("Second"), notify_on_close=True)

    def push(payload: Node) -> str:
        slack.views_push(trigger_id=payload["trigger_id"], view=second)
        return ""

    answers(command=opens(modal(text("words"), button("push"))), block_actions=push)
    page = visit()
    dialog = opened(page)
    expect(dialog.get_by_role("button", name="Back")).to_be_hidden()
    dialog.get_by_label("Field").fill("typed below")
    dialog.get_by_role("button", name="Go").press("Enter")
    upper = page.get_by_role("dialog", name="Second")
    expect(upper.get_by_label("Field")).to_be_focused()
    page.keyboard.type("typed above")
    upper.get_by_role("button", name="Back").click()
    expect(dialog.get_by_label("Field")).to_have_value("typed below")
    expect(dialog.get_by_role("button", name="Go")).to_be_focused()
    assert payloads(app, "block_actions")[0]["view"]["state"]["values"]["words"]["words/1"]["value"] == "typed below"
    page.keyboard.press("Enter")
    expect(upper).to_be_visible()
    upper.get_by_role("button", name="Close", exact=True).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    box.wait_for(lambda: len(payloads(app, "view_closed")) == 2)
    assert [one["is_cleared"] for one in payloads(app, "view_closed")] == [False, True]


@pytest.mark.parametrize("way", ["Escape", "Cancel", "Close"])
def test_a_modal_is_left(box: Sandbox, answers: Answers, opens: Opens, visit: Visit, way: str) -> None:
    answers(command=opens(modal(text())))
    page = visit()
    dialog = opened(page)
    expect(dialog).to_have_attribute("aria-modal", "true")
    expect(dialog.get_by_label("Field")).to_be_focused()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        dialog.get_by_role("button", name=way, exact=True).click()
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("combobox", name="Message or command")).to_be_focused()
    assert box.stack("U0ANA") == []


def test_escape_closes_the_list_before_the_modal(answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(field(control("static_select", action_id="kind", options=KINDS), "kind", label=plain("Kind")))))
    page = visit()
    dialog = opened(page)
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("listbox")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_the_focus_stays_inside(answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(text("a"), text("b"))))
    page = visit()
    opened(page)
    names = []
    for _ in range(10):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"))
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
    assert names[:5] == ["", "Cancel", "Save", "Close", ""]
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate("document.activeElement.closest('dialog') !== null")


def test_the_field_that_asks_for_it_has_the_focus(answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(text("a"), text("b", focus_on_load=True), title=plain("Form"), close=plain("Not now"))))
    dialog = opened(visit())
    expect(dialog.locator("input").nth(1)).to_be_focused()
    expect(dialog.get_by_role("button", name="Not now")).to_be_visible()


def test_a_form_that_comes_after_its_first_view_has_the_focus(box: Sandbox, slack: WebClient, answers: Answers,
                                                              visit: Visit) -> None:
    """As Kept does it: the trigger is spent at once on a view that says to wait."""
    waiting = modal({"type": "section", "text": plain("One moment…")})
    del waiting["submit"]

    def open_and_update(payload: Node) -> str:
        view = slack.views_open(trigger_id=payload["trigger_id"], view=waiting)["view"]
        slack.views_update(view_id=view["id"], view=modal(text("a"), text("b")))
        return ""

    answers(command=open_and_update)
    page = visit()
    dialog = opened(page)
    expect(dialog.locator("input").first).to_be_focused()
    dialog.locator("input").nth(1).focus()
    slack.views_update(view_id=box.stack("U0ANA")[0]["id"], view=modal(text("a"), text("b"), text("c")))
    expect(dialog.locator("input")).to_have_count(3)
    expect(dialog.locator("input").nth(1)).to_be_focused()


def test_a_modal_with_nothing_to_send(answers: Answers, opens: Opens, visit: Visit) -> None:
    view = modal({"type": "section", "text": plain("Words alone.")})
    del view["submit"]
    answers(command=opens(view))
    page = visit()
    dialog = opened(page)
    expect(dialog.locator("#modal-submit")).to_be_hidden()
    expect(dialog.get_by_role("heading", name="Form")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(dialog.locator("#modal-cancel")).to_be_focused()
    expect(dialog.locator("#modal-cancel")).to_have_text("Close")


def test_a_reload_comes_back_to_the_open_modal(answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(text())))
    page = visit()
    opened(page)
    page.reload()
    expect(page.get_by_role("dialog", name="Form").get_by_label("Field")).to_be_focused()
