"""Shortcuts: beside the composer, and on a message."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from bot.sandbox.core import Sandbox, Shortcut
from tests.sandbox.browser.conftest import Answers, Visit, payloads
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, modal, text

Opens = Callable[[Node], Callable[[Node], str]]


def declared(box: Sandbox) -> None:
    box.shortcuts[:] = [Shortcut("call", "Log a call"), Shortcut("promise", "Make a promise"),
                        Shortcut("keep", "Keep as a concern", "message")]


def test_a_global_shortcut_opens_a_form(box: Sandbox, app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    declared(box)
    answers(shortcut=opens(modal(text())))
    page = visit()
    button = page.get_by_role("button", name="Shortcuts")
    button.press("Enter")
    expect(page.get_by_role("menuitem")).to_have_count(2)
    expect(page.get_by_role("menuitem", name="Log a call")).to_be_focused()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")
    button.press("Enter")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Form")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    assert [one["callback_id"] for one in payloads(app, "shortcut")] == ["promise"]


def test_a_message_shortcut_names_its_message(box: Sandbox, app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    declared(box)
    answers(message_action=opens(modal(text())))
    said = box.say("U0BEN", "C0MAPLE", "she cannot get here on Fridays")
    page = visit()
    message = page.locator(".message", has_text="on Fridays")
    more = message.get_by_role("button", name="More actions")
    expect(message.locator(".hover")).to_have_css("opacity", "0")
    more.focus()
    expect(message.locator(".hover")).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    page.get_by_role("menuitem", name="Keep as a concern").click()
    expect(page.get_by_role("dialog", name="Form")).to_be_visible()
    [sent] = payloads(app, "message_action")
    assert (sent["message_ts"], sent["channel"]["id"], sent["callback_id"]) == (said["ts"], "C0MAPLE", "keep")


def test_where_there_are_none(box: Sandbox, visit: Visit) -> None:
    box.say("U0BEN", "C0MAPLE", "for all")
    box.workspace.whisper("C0MAPLE", "U0ANA", "for you alone", [])
    page = visit()
    expect(page.locator(".message")).to_have_count(2)
    expect(page.get_by_role("button", name="Shortcuts")).to_have_count(0)
    expect(page.get_by_role("button", name="More actions")).to_have_count(0)
    declared(box)
    box.say("U0BEN", "C0MAPLE", "and another")
    expect(page.locator(".message", has_text="for all").get_by_role("button", name="More actions")).to_have_count(1)
    expect(page.locator(".message", has_text="you alone").get_by_role("button", name="More actions")).to_have_count(0)


def test_a_shortcut_that_fails_is_said(box: Sandbox, app: TinyApp, visit: Visit) -> None:
    declared(box)
    app.says = lambda form: (500, "")
    page = visit()
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Log a call").click()
    expect(page.get_by_role("alert")).to_contain_text("Kept did not answer: dispatch_failed")
