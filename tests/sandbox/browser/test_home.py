"""Home: the tab beside the messages, what is pressed there, and what the app publishes meanwhile."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox
from tests.sandbox.browser.conftest import CHANNEL, HOME, Answers, Visit, presses
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, button, control, field, home, option, plain

WHOSE = [option("Mine", "mine"), option("All", "all")]
MENU = control("overflow", action_id="more/7", options=[option("Late", "late"), option("Hand over", "handoff")])


def day(words: str = "Two promises today") -> Node:
    return home({"type": "section", "block_id": "head", "text": {"type": "mrkdwn", "text": words}, "accessory": MENU},
                {**button("kept/7", style="primary"), "block_id": "does"},
                field(control("plain_text_input", action_id="find"), "find", label=plain("Find"), optional=True),
                field(control("static_select", action_id="whose", options=WHOSE), "whose", label=plain("Whose"),
                      dispatch_action=True))


def at_home(page: Page) -> Any:
    page.get_by_role("tab", name="Home").click()
    return page.get_by_role("tabpanel", name="Home")


def test_the_app_hears_that_its_home_is_opened(box: Sandbox, app: TinyApp, slack: WebClient, visit: Visit) -> None:
    page = visit(HOME)
    panel = at_home(page)
    expect(panel).to_contain_text("No Home yet")
    box.wait_for(lambda: app.events)
    assert (app.events[0]["event"]["type"], app.events[0]["event"]["tab"]) == ("app_home_opened", "home")
    slack.views_publish(user_id="U0ANA", view=day())
    expect(panel).to_contain_text("Two promises today")
    expect(page.get_by_role("combobox", name="Message or command")).to_be_hidden()
    page.get_by_role("tab", name="Home").press("ArrowRight")
    expect(page.get_by_role("tab", name="Messages")).to_be_focused()
    expect(page.get_by_role("tab", name="Messages")).to_have_attribute("aria-selected", "true")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("combobox", name="Message or command")).to_be_visible()


def test_home_is_each_persons_own(slack: WebClient, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day("Ana's day"))
    slack.views_publish(user_id="U0BEN", view=day("Ben's day"))
    page = visit(HOME)
    panel = at_home(page)
    expect(panel).to_contain_text("Ana's day")
    page.get_by_role("button", name="Ben Okafor").click()
    expect(page.locator("#you-now")).to_contain_text("Ben Okafor")
    page.get_by_role("button", name="Kept", exact=True).click()
    expect(panel).to_contain_text("Ben's day")
    expect(panel).not_to_contain_text("Ana's day")


def test_what_is_pressed_in_home(box: Sandbox, app: TinyApp, slack: WebClient, answers: Answers, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day())
    answers()
    page = visit(HOME)
    panel = at_home(page)
    panel.get_by_label("Find").fill("rosa")
    panel.get_by_role("button", name="Go").press("Enter")
    expect(page.locator(".log-press")).to_have_count(1)
    panel.get_by_role("button", name="More options").press("Enter")
    page.keyboard.press("h")
    page.keyboard.press("Enter")
    expect(page.locator(".log-press")).to_have_count(2)
    panel.get_by_role("combobox", name="Whose").click()
    panel.get_by_role("option", name="All").click()
    expect(page.locator(".log-press")).to_have_count(3)
    sent = presses(box, app, 3)
    assert [one["actions"][0]["action_id"] for one in sent] == ["kept/7", "more/7", "whose"]
    assert [one["actions"][0]["selected_option"]["value"] for one in sent[1:]] == ["handoff", "all"]
    assert sent[0]["view"]["type"] == "home"
    assert sent[0]["view"]["state"]["values"]["find"]["find"]["value"] == "rosa"


def test_a_press_that_fails_is_said(app: TinyApp, slack: WebClient, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day())
    app.says = lambda form: (500, "")
    page = visit(HOME)
    at_home(page).get_by_role("button", name="Go").click()
    expect(page.get_by_role("alert")).to_contain_text("Kept did not answer: dispatch_failed")
    page.get_by_role("alert").get_by_role("button", name="Close").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_what_is_being_typed_outlasts_a_new_home(slack: WebClient, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day())
    page = visit(HOME)
    panel = at_home(page)
    panel.get_by_label("Find").press_sequentially("ro")
    slack.views_publish(user_id="U0ANA", view=day("Three promises today"))
    expect(panel).to_contain_text("Three promises today")
    page.keyboard.type("sa")
    expect(panel.get_by_label("Find")).to_have_value("rosa")


def test_the_place_is_remembered(slack: WebClient, visit: Visit) -> None:
    slack.views_publish(user_id="U0ANA", view=day())
    page = visit(CHANNEL)
    page.get_by_role("button", name="Kept", exact=True).click()
    at_home(page)
    page.goto(page.url.partition("?")[0])
    expect(page.get_by_role("tabpanel", name="Home")).to_contain_text("Two promises today")
