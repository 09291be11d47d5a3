"""Journeys: from nothing to a care team, each form rightly and wrongly filled, Home, shortcuts, a second person, a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bot.sandbox.core import Sandbox
from tests.journeys.conftest import chooses, form, types
from tests.sandbox.browser.conftest import Visit

ANA, BEN, PRIYA = ("?as=U0ANA&in=C0MAPLE", "?as=U0BEN&in=C0MAPLE", "?as=U0PRIYA&in=C0MAPLE")
OAK = "?as=U0DANA&in=C0OAK"


def test_from_nothing_to_a_care_team(visit: Visit, box: Sandbox) -> None:
    page = visit(OAK)
    types(page, "/kept")
    expect(page.get_by_text("This channel is not a care team yet").last).to_be_visible()
    page.get_by_role("button", name="Set up").last.click()
    dialog = form(page, "Make it a care team")
    dialog.get_by_label("It ends").fill("08:00")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("must open before it closes")).to_be_visible()
    # Nothing that was entered is lost, and the form is still there to be put right.
    expect(dialog.get_by_label("It ends")).to_have_value("08:00")
    dialog.get_by_label("It ends").fill("16:30")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("This channel is a care team now")).to_be_visible()
    page.keyboard.press("Escape")
    types(page, "/kept status")
    expect(page.get_by_text("09:00 to 16:30").last).to_be_visible()


def test_a_concern_a_barrier_and_a_promise(visit: Visit, box: Sandbox) -> None:
    page = visit(ANA)
    types(page, "/concern")
    dialog = form(page, "Keep a concern")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_label("In their own words")).to_be_focused()
    dialog.get_by_label("In their own words").fill("worried she'll lose her job")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("worried she'll lose her job")).to_be_visible()
    page.keyboard.press("Escape")

    types(page, "/barrier")
    dialog = form(page, "Keep a barrier")
    chooses(page, dialog, "Patient", "noor-k", "Add “noor-k” as a new patient")
    dialog.get_by_label("What stands in the way").fill("no ride since her car broke")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("Getting there")).to_be_visible()
    page.keyboard.press("Escape")

    types(page, "/commit")
    dialog = form(page, "Keep a promise")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("What was promised").fill("call the ride service")
    dialog.get_by_label("By when").fill("Feb 30")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("there is no such date")).to_be_visible()
    dialog.get_by_label("By when").fill("at 8 in 3 days")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Write it")).to_be_visible()
    expect(dialog.get_by_label("What was promised")).to_have_value("call the ride service")
    dialog.get_by_label("By when").fill("in 3 working days")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("call the ride service")).to_be_visible()
    assert box.modal("U0ANA") is not None


def test_a_promise_is_late_and_a_barrier_resolved_from_their_cards(visit: Visit, box: Sandbox) -> None:
    page = visit(ANA)
    types(page, "/commit rosa ask the clinic about evenings in 2 working days")
    card = page.locator(".message", has_text="ask the clinic about evenings").last
    card.get_by_role("button", name="Tell them it'll be late").click()
    dialog = form(page, "It will be late")
    expect(dialog.get_by_text("Words that may help")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Say the new time")).to_be_visible()
    dialog.get_by_label("When will it be?").fill("in 4 working days")
    dialog.get_by_label("Yes, the patient knows").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("has a new time, and the patient knows")).to_be_visible()
    page.keyboard.press("Escape")

    types(page, "/barrier rosa mold in the bedroom")
    expect(page.get_by_text("mold in the bedroom").last).to_be_visible()
    types(page, "/kept resolve")
    dialog = form(page, "Out of the way")
    chooses(page, dialog, "Which one", "rosa", "mold in the bedroom")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_visible()
    dialog.get_by_role("radio", name="The patient confirms it").check()
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("is out of the way")).to_be_visible()


def test_two_people_put_the_same_thing_right(visit: Visit, box: Sandbox) -> None:
    ana, ben = visit(ANA), visit(BEN)
    types(ana, "/barrier rosa the elevator is broken")
    ana.locator(".message", has_text="the elevator is broken").last.get_by_role("button", name="Edit").click()
    dialog = ana.get_by_role("dialog")
    expect(dialog.get_by_label("The words")).to_have_value("the elevator is broken")
    number = box.modal("U0ANA")["title"]["text"].split("#")[1].split(" ")[0]
    types(ben, f"/kept edit {number} the elevator is broken since May")
    expect(ben.get_by_text("since May").last).to_be_visible()
    dialog.get_by_label("The words").fill("no elevator on weekends")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("changed while this form was open")).to_be_visible()
    expect(dialog.get_by_label("The words")).to_have_value("no elevator on weekends")
    dialog.get_by_role("button", name="Save anyway").click()
    expect(ana.get_by_role("dialog").get_by_text("no elevator on weekends").first).to_be_visible()


def test_words_without_a_verb_are_kept_at_once_and_sorted_after(visit: Visit, box: Sandbox) -> None:
    page = visit(ANA)
    types(page, "/kept rosa needs someone to read the letter to her")
    card = page.locator(".message", has_text="read the letter to her").last
    for name in ("Concern", "Barrier", "Promise", "Call"):
        expect(card.get_by_role("button", name=name, exact=True)).to_be_visible()
    card.get_by_role("button", name="Barrier", exact=True).click()
    expect(page.locator(".message", has_text="read the letter to her").last.get_by_text("Kept as #")).to_be_visible()


def test_home_follows_what_happens_and_a_promise_is_kept_from_it(visit: Visit, box: Sandbox) -> None:
    page = visit("?as=U0BEN&in=D0BEN")
    page.get_by_role("tab", name="Home").click()
    panel = page.get_by_role("tabpanel", name="Home")
    expect(panel).not_to_contain_text("No Home yet")
    other = visit(ANA)
    types(other, "/commit rosa bring the bus pass in 2 working days @ben")
    expect(panel.get_by_text("bring the bus pass").or_(panel.get_by_text("rosa-m")).first).to_be_visible()
    panel.get_by_role("button", name="Kept").first.click()
    expect(page.get_by_role("dialog").get_by_text("is kept. Thank you.")).to_be_visible()


def test_a_message_becomes_a_concern_and_is_found_again(visit: Visit, box: Sandbox) -> None:
    box.say("U0BEN", "C0MAPLE", "rosa told me the pharmacy lost her refill")
    page = visit(ANA)
    message = page.locator(".message", has_text="lost her refill").first
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Log as a concern").click()
    dialog = form(page, "Keep a concern")
    expect(dialog.get_by_label("In their own words")).to_have_value("rosa told me the pharmacy lost her refill")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text("From a message")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Search Kept").click()
    dialog = page.get_by_role("dialog", name="Find")
    dialog.get_by_label("Words to look for").fill("pharmacy REFILL")
    dialog.get_by_role("button", name="Find").click()
    expect(page.get_by_role("dialog").get_by_text("lost her refill").first).to_be_visible()


def test_a_newcomer_waits_for_a_lead(visit: Visit, box: Sandbox) -> None:
    box.join("U0DANA", "C0MAPLE")
    dana = visit("?as=U0DANA&in=C0MAPLE")
    types(dana, "/kept list")
    expect(dana.get_by_text("You are new to this care team here").last).to_be_visible()
    priya = visit("?as=U0PRIYA&in=D0PRIYA")
    priya.get_by_role("button", name="Confirm").last.click()
    expect(priya.get_by_text("Confirmed. They can use Kept").last).to_be_visible()
    types(dana, "/kept list")
    expect(dana.get_by_text("Open in this care team").last).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_a_form_fits_and_works(visit: Visit, box: Sandbox, width: int) -> None:
    page = visit(PRIYA, width=width, height=844, is_mobile=True, has_touch=True)
    types(page, "/concern")
    dialog = form(page, "Keep a concern")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("In their own words").fill(f"afraid of the {width} stairs")
    dialog.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_text(f"afraid of the {width} stairs")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
