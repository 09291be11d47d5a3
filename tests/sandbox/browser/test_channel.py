"""A channel: what a person reads, types and presses there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.sandbox.core import BOT, Sandbox
from bot.sandbox.workspace import Channel, Person
from tests.sandbox.browser.conftest import CHANNEL, Answers, Visit, presses
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, control, option, plain

DUE = 1_796_043_600  # Monday, November 30, 2026, 8:00 in New York
QUOTE = "worried she'll lose her job"
WORDS: Node = {"type": "rich_text", "elements": [
    {"type": "rich_text_section", "elements": [{"type": "text", "text": "#1 · Concern", "style": {"bold": True}}]},
    {"type": "rich_text_quote", "elements": [{"type": "text", "text": QUOTE}]},
    {"type": "rich_text_section", "elements": [
        {"type": "date", "timestamp": DUE, "format": "{date_long} at {time}", "fallback": "then"},
        {"type": "text", "text": " with "}, {"type": "user", "user_id": "U0BEN"}]}]}


def actions(*elements: Node) -> Node:
    return {"type": "actions", "elements": list(elements)}


def button(label: str, **more: Any) -> Node:
    return control("button", action_id=label.lower(), text=plain(label), **more)


def test_a_person_reads_a_card_and_presses(box: Sandbox, app: TinyApp, answers: Answers, visit: Visit) -> None:
    answers()
    box.workspace.post("C0MAPLE", BOT, "Kept: #1", [WORDS, actions(button("Answered", value="i.1", style="primary"))])
    box.say("U0BEN", "C0MAPLE", "thanks & see <you> @ana")
    page = visit()
    messages = page.get_by_role("region", name="Messages", exact=True)
    for part in (QUOTE, "Monday, November 30th, 2026 at 8:00 AM with @Ben Okafor", "thanks & see <you> @Ana Reyes"):
        expect(messages).to_contain_text(part)
    pressed = messages.get_by_role("button", name="Answered")
    pressed.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".log-press")).to_contain_text("Ana Reyes Answered")
    expect(pressed).not_to_have_attribute("aria-disabled", "true")
    [sent] = presses(box, app, 1)
    assert (sent["actions"][0]["action_id"], sent["actions"][0]["value"]) == ("answered", "i.1")


def test_menus_and_pickers_act_when_something_is_chosen(box: Sandbox, app: TinyApp, answers: Answers, visit: Visit) -> None:
    answers()
    menu = control("static_select", action_id="kind", placeholder=plain("Category"),
                   options=[option("Housing", "housing"), option("Food", "food")])
    more = control("overflow", action_id="more", options=[option("Snooze", "snooze"), option("Show", "show")])
    people = control("users_select", action_id="who", placeholder=plain("Hand to"))
    boxes = control("checkboxes", action_id="boxes", options=[option("Told", "told"), option("Left word", "left")])
    at = control("datetimepicker", action_id="at", initial_date_time=DUE)
    box.workspace.post("C0MAPLE", BOT, "Kept: #1", [actions(menu, people, more), actions(boxes), actions(at)])
    page = visit()
    page.get_by_role("combobox", name="Category").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".log-press")).to_have_count(1)
    page.get_by_role("combobox", name="Hand to").click()
    page.get_by_role("option", name="Priya Nair").click()
    expect(page.locator(".log-press")).to_have_count(2)
    page.get_by_role("button", name="More options").press("ArrowUp")
    expect(page.get_by_role("menuitem", name="Show")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".log-press")).to_have_count(3)
    page.get_by_role("checkbox", name="Left word").check()
    expect(page.locator(".log-press")).to_have_count(4)
    page.get_by_label("Date and time").fill("2026-12-01T09:30")
    page.get_by_role("button", name="Choose").click()
    expect(page.locator(".log-press")).to_have_count(5)
    sent = [one["actions"][0] for one in presses(box, app, 5)]
    assert [one["action_id"] for one in sent] == ["kind", "who", "more", "boxes", "at"]
    assert (sent[0]["selected_option"]["value"], sent[1]["selected_user"]) == ("food", "U0PRIYA")
    assert (sent[2]["selected_option"]["value"], sent[3]["selected_options"][0]["value"]) == ("show", "left")
    assert sent[4]["selected_date_time"] == DUE + 86_400 + 90 * 60


def test_a_dangerous_button_asks_first(box: Sandbox, app: TinyApp, answers: Answers, visit: Visit) -> None:
    answers()
    sure = {"title": plain("Withdraw #3?"), "text": {"type": "mrkdwn", "text": "It will *not* be kept."},
            "confirm": plain("Withdraw"), "deny": plain("Leave it"), "style": "danger"}
    box.workspace.post("C0MAPLE", BOT, "Kept: #3", [actions(button("Stop", style="danger", confirm=sure))])
    page = visit()
    stop = page.get_by_role("button", name="Stop")
    for no in ("Escape", "Enter"):
        stop.click()
        asked = page.get_by_role("alertdialog", name="Withdraw #3?")
        expect(asked).to_contain_text("It will not be kept.")
        expect(asked.get_by_role("button", name="Leave it")).to_be_focused()
        page.keyboard.press(no)
        expect(asked).to_have_count(0)
    expect(stop).to_be_focused()
    stop.click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.locator(".log-press")).to_have_count(1)
    assert len(presses(box, app, 1)) == 1


def test_what_only_one_person_sees(box: Sandbox, visit: Visit) -> None:
    box.workspace.whisper("C0MAPLE", "U0ANA", "for you alone", [])
    page = visit()
    private = page.locator(".message", has_text="for you alone")
    expect(private).to_contain_text("Only visible to you")
    private.get_by_role("button", name="Dismiss message").press("Enter")
    expect(private).to_have_count(0)
    expect(page.get_by_role("combobox", name="Message or command")).to_be_focused()
    assert box.ephemerals("U0ANA") == []
    assert box.ephemerals("U0BEN") == []


@pytest.mark.parametrize("key", ["Tab", "Enter"])
def test_a_command_is_typed_with_hints(box: Sandbox, app: TinyApp, visit: Visit, key: str) -> None:
    page = visit()
    text, hints = page.get_by_role("combobox", name="Message or command"), page.get_by_role("listbox", name="Commands")
    text.focus()
    page.keyboard.type("/")
    expect(hints.get_by_role("option")).to_have_count(5)
    expect(text).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(hints.get_by_role("option", selected=True)).to_contain_text("/concern")
    page.keyboard.press(key)
    expect(text).to_have_value("/concern ")
    page.keyboard.type("rosa afraid of the bill")
    expect(hints).to_contain_text("<what they said>")
    page.keyboard.press("Enter")
    expect(page.locator(".message")).to_contain_text(["kept"])
    expect(text).to_have_value("")
    page.keyboard.type("/")
    page.keyboard.press("Escape")
    expect(hints).to_be_hidden()
    expect(text).to_have_value("/")
    assert (app.forms[-1]["command"], app.forms[-1]["text"]) == ("/concern", "rosa afraid of the bill")


def test_nothing_typed_is_lost(app: TinyApp, visit: Visit) -> None:
    app.says = lambda form: (500, "")
    page = visit()
    text = page.get_by_role("combobox", name="Message or command")
    text.fill("/kept mine")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not sent: dispatch_failed")
    expect(text).to_have_value("/kept mine")
    page.get_by_role("button", name="Priya Nair").click()
    expect(page.locator("#you-now")).to_contain_text("Priya Nair")
    expect(text).to_have_value("")
    page.get_by_role("button", name="Ana Reyes").click()
    expect(text).to_have_value("/kept mine")


def test_news_is_read_out_and_another_person_sees_their_own(box: Sandbox, visit: Visit) -> None:
    page = visit()
    live = page.locator("#live")
    expect(live).to_have_attribute("aria-live", "polite")
    box.workspace.post("D0BEN", BOT, "Kept: #3 needs a person", [])
    said = box.say("U0PRIYA", "C0MAPLE", "news for all")
    expect(live).to_have_text("Priya Nair: news for all")
    box.workspace.rewrite("C0MAPLE", said["ts"], "news put right", [])
    expect(live).to_have_text("Priya Nair: news put right")
    expect(page.locator("body")).not_to_contain_text("#3 needs")
    page.get_by_role("button", name="Ben Okafor").click()
    expect(page.get_by_role("button", name="Kept 1 unread")).to_be_visible()
    expect(page.locator(".phone")).to_contain_text("#3 needs a person")
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator(".day")).to_have_text("Yesterday")
    assert box.clock.offset == 86_400
    page.get_by_role("button", name="Next working morning").click()
    expect(page.locator("#care-time")).to_contain_text(re.compile("8:45 AM"))


def test_someone_who_is_not_there_any_more(visit: Visit) -> None:
    page = visit("?as=U0NOBODY")
    expect(page.get_by_role("button", name="Ana Reyes")).to_have_attribute("aria-pressed", "true")


def test_names_of_every_script_stand_rightly(box: Sandbox, visit: Visit) -> None:
    box.people["U0LAYLA"] = Person("U0LAYLA", "layla", "ليلى حداد", "Interpreter 🌿")
    box.people["U0EMO"] = Person("U0EMO", "emo", "👩🏽‍⚕️ Zoë Ångström", "<b>Nurse</b>")
    box.channels["C0MAPLE"].members += ["U0LAYLA", "U0EMO"]
    box.say("U0LAYLA", "C0MAPLE", "صباح الخير")
    page = visit()
    expect(page.locator(".message .text")).to_have_css("direction", "rtl")
    expect(page.locator(".message strong")).to_have_css("direction", "rtl")
    entry = page.get_by_role("button", name="Zoë Ångström")
    expect(entry).to_contain_text("<b>Nurse</b>")
    expect(entry.locator(".face")).to_have_text("👩🏽‍⚕️Å")


def test_several_workspaces(box: Sandbox, visit: Visit) -> None:
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "Nurse")], [Channel("C1ELM", "care-elm", ["U1MIA"])])
    page = visit()
    side = page.get_by_role("navigation", name="Channels and people")
    region = side.get_by_role("region", name="Workspaces")
    expect(region.get_by_role("button", pressed=True)).to_have_count(1)
    region.get_by_role("button", pressed=False).press("Enter")
    expect(side.get_by_role("button", name="Mia Lund")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("heading", name="care-elm")).to_be_visible()
    expect(side.get_by_role("button", name="Ana Reyes")).to_have_count(0)


def scrolled(page: Page) -> bool:
    return bool(page.evaluate("""() => {
        const one = document.getElementById('scroll');
        return one.scrollHeight > one.clientHeight && one.scrollHeight - one.scrollTop - one.clientHeight < 4;
    }"""))


def test_a_long_channel_stays_at_its_end_and_says_when_more_came(box: Sandbox, visit: Visit) -> None:
    for number in range(60):
        box.say("U0BEN", "C0MAPLE", f"line {number}")
    page = visit()
    expect(page.get_by_text("line 59", exact=True)).to_be_in_viewport()
    assert scrolled(page)
    box.say("U0BEN", "C0MAPLE", "line 60")
    expect(page.get_by_text("line 60", exact=True)).to_be_in_viewport()
    page.get_by_role("region", name="Messages", exact=True).focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("line 0", exact=True)).to_be_in_viewport()
    box.say("U0BEN", "C0MAPLE", "line 61")
    page.get_by_role("button", name="New messages below").click()
    expect(page.get_by_text("line 61", exact=True)).to_be_in_viewport()


def test_a_call_is_broken_by_hand(box: Sandbox, visit: Visit) -> None:
    page = visit(CHANNEL)
    page.get_by_text("Break something").click()
    page.get_by_label("Call").select_option("chat.update")
    page.get_by_label("What goes wrong").select_option("500")
    page.get_by_label("How often").fill("2")
    page.get_by_role("button", name="Break the next call").click()
    expect(page.locator("#fault-waiting")).to_have_text("Waiting: chat.update: 500, 500")
    page.get_by_label("How often").fill("99")
    page.get_by_role("button", name="Break the next call").click()
    assert box.api.faults.waiting() == {"chat.update": ["500", "500"]}


def test_switches_are_buttons(box: Sandbox, app: TinyApp, visit: Visit) -> None:
    page = visit()
    page.get_by_text("Break something").click()
    expect(page.locator("#place-about")).to_have_text("Ana Reyes, Ben Okafor, Priya Nair, and Kept")
    page.get_by_role("button", name="Take Kept out of #care-maple").press("Enter")
    expect(page.get_by_role("button", name="Invite Kept to #care-maple")).to_be_visible()
    expect(page.locator("#place-about")).to_have_text("Ana Reyes, Ben Okafor, and Priya Nair")
    held = page.get_by_role("button", name="Send what was held back (1)")
    page.get_by_role("button", name="Hold the next event back").click()
    expect(page.locator("#live")).to_have_text("Done.")
    heard = len(app.events)
    box.happen({"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home", "event_ts": "1.0"})
    held.click()
    expect(held).to_have_count(0)
    assert len(app.events) == heard + 1


def test_a_message_may_bring_files(box: Sandbox, visit: Visit) -> None:
    def file(name: str, kind: str, address: str, **more: str) -> Node:
        return {"name": name, "title": name, "mimetype": kind, "url_private": address, **more}

    made = box.workspace.post("C0MAPLE", BOT, "The month", [])
    made["files"] = [file("month.png", "image/png", f"{box.page_url}files/F1/month.png", alt_txt="Nine of ten promises kept"),
                     file("month.csv", "text/csv", f"{box.page_url}files/F2/month.csv"),
                     file("far.png", "image/png", "https://far.example/files/F3/far.png")]
    box.workspace.touch()
    message = visit().locator(".message")
    expect(message.get_by_role("img", name="Nine of ten promises kept")).to_have_attribute("src", "/files/F1/month.png")
    expect(message.get_by_role("link", name="Download")).to_have_attribute("href", "/files/F2/month.csv")
    expect(message.get_by_role("img")).to_have_count(1)
    expect(message).to_contain_text("far.png")
