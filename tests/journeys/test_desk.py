"""Home, the shortcuts and the search; and the same on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from bot.sandbox.core import Sandbox
from tests.journeys.conftest import ANA, PRIYA, Rows, chooses, done, entered, form, message, picture, presses, types
from tests.sandbox.browser.conftest import Visit
from tests.sandbox.browser.test_phone import SIZE, fits

SOON = 5_000  # milliseconds within which Home shows what others changed


def at_home(page: Page) -> None:
    page.get_by_role("tab", name="Home").click()
    expect(page.get_by_role("tabpanel", name="Home")).not_to_contain_text("No Home yet")


def test_home_follows_what_others_do_and_a_promise_is_kept_from_it(visit: Visit, rows: Rows) -> None:
    page, other = visit("?as=U0BEN&in=D0BEN"), visit(ANA)
    at_home(page)
    panel = page.get_by_role("tabpanel", name="Home")
    expect(panel).to_contain_text("Your desk is empty")
    picture(page, "home empty")
    number = entered(other, "/commit rosa bring the bus pass in 2 working days @ben", "bring the bus pass")
    expect(panel).to_contain_text(f"#{number} · rosa-m", timeout=SOON)
    # Kept and closed by somebody else, it goes without anybody's asking for it.
    gone = entered(other, "/commit rosa send the form tomorrow noon @ben", "send the form")
    expect(panel).to_contain_text(f"#{gone} · rosa-m", timeout=SOON)
    picture(page, "home")
    presses(panel, "Waiting")
    expect(panel).to_contain_text("Nothing else waits for you.")
    expect(panel).not_to_contain_text("What you promised, soonest due first")
    picture(page, "home waiting")
    presses(panel, "Promises")
    expect(panel).to_contain_text(f"#{gone} · rosa-m")
    types(other, f"/kept done {gone}")
    expect(panel).not_to_contain_text(f"#{gone} · rosa-m", timeout=SOON)
    presses(panel, "Kept")
    done(page, f"#{number} is kept. Thank you.")
    expect(panel).to_contain_text("You have no open promises.", timeout=SOON)
    assert rows("SELECT number, state FROM item WHERE number IN (:a, :b) ORDER BY number", a=number, b=gone) == [
        (number, "kept"), (gone, "kept")]


def test_a_lead_sees_the_team(visit: Visit) -> None:
    entered(visit(ANA), "/barrier rosa no heating in her flat", "no heating")
    page = visit("?as=U0PRIYA&in=D0PRIYA")
    at_home(page)
    panel = page.get_by_role("tabpanel", name="Home")
    presses(panel, "Team")
    expect(panel).to_contain_text("Ana Reyes")
    picture(page, "home of a lead")


def test_a_message_becomes_a_concern_and_is_found_again(visit: Visit, box: Sandbox, rows: Rows) -> None:
    box.say("U0BEN", "C0MAPLE", "rosa told me the pharmacy lost her refill")
    page = visit(ANA)
    _on_message(page, "lost her refill", "Log as a concern")
    dialog = form(page, "Keep a concern")
    expect(dialog.get_by_label("In their own words")).to_have_value("rosa told me the pharmacy lost her refill")
    presses(dialog, "Save")
    expect(dialog.get_by_role("combobox", name="Patient")).to_be_focused()
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    presses(dialog, "Save")
    number = done(page, "From a message")
    assert rows("SELECT kind, link_sealed IS NOT NULL FROM item WHERE number = :n", n=number) == [("concern", 1)]
    page.get_by_role("button", name="Shortcuts").click()
    page.get_by_role("menuitem", name="Search Kept").click()
    dialog = form(page, "Find")
    presses(dialog, "Find")
    expect(dialog.get_by_label("Words to look for")).to_be_focused()
    dialog.get_by_label("Words to look for").fill("pharmacy REFILL")
    picture(page, "search")
    presses(dialog, "Find")
    expect(page.get_by_role("dialog").get_by_text("One found")).to_be_visible()
    picture(page, "search found")
    presses(page.get_by_role("dialog"), f"Show #{number}")
    expect(page.get_by_role("dialog").get_by_text("From a message")).to_be_visible()
    picture(page, "search shown")


def test_a_promise_is_made_of_a_message(visit: Visit, box: Sandbox, rows: Rows) -> None:
    box.say("U0BEN", "C0MAPLE", "I will ask the pantry to deliver")
    page = visit(ANA)
    _on_message(page, "ask the pantry", "Make a promise of this")
    dialog = form(page, "Keep a promise")
    expect(dialog.get_by_label("What was promised")).to_have_value("I will ask the pantry to deliver")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    chooses(page, dialog, "Who looks after it", "Ben", "Ben Okafor")
    dialog.get_by_label("By when").fill("in 2 working days")
    presses(dialog, "Save")
    number = done(page, "From a message")
    assert rows("SELECT kind, slack_id, link_sealed IS NOT NULL FROM item JOIN member ON member.id = owner_id "
                "WHERE number = :n", n=number) == [("commitment", "U0BEN", 1)]


def _on_message(page: Page, words: str, item: str) -> None:
    said = message(page, words)
    said.hover()
    said.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name=item).click()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_a_form_fits_and_works(visit: Visit, rows: Rows, width: int) -> None:
    page = visit(PRIYA, **{**SIZE, "width": width}, is_mobile=True)
    types(page, "/commit")
    dialog = form(page, "Keep a promise")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("What was promised").fill(f"call about the {width} stairs")
    dialog.get_by_label("By when").fill("in 2 working days")
    fits(page)
    picture(page, f"phone form {width}")
    presses(dialog, "Save")
    expect(page.get_by_role("dialog").get_by_text(f"call about the {width} stairs")).to_be_visible()
    fits(page)
    number = done(page, "Kept as #")
    assert rows("SELECT kind, state FROM item WHERE number = :n", n=number) == [("commitment", "open")]


def test_on_a_phone_home_fits_and_works(visit: Visit, rows: Rows) -> None:
    number = entered(visit(ANA), "/commit rosa order the pill box tomorrow noon @priya", "order the pill box")
    page = visit("?as=U0PRIYA&in=D0PRIYA", **SIZE, is_mobile=True)
    page.get_by_role("tab", name="Home").tap()
    panel = page.get_by_role("tabpanel", name="Home")
    expect(panel).not_to_contain_text("No Home yet")
    panel.get_by_role("button", name="Promises", exact=True).tap()
    expect(panel).to_contain_text(f"#{number} · rosa-m")
    fits(page)
    picture(page, "phone home")
    panel.get_by_role("button", name="Kept", exact=True).first.tap()
    expect(page.get_by_role("dialog").get_by_text("is kept. Thank you.")).to_be_visible()
    fits(page)
    picture(page, "phone home kept")
    assert rows("SELECT state FROM item WHERE number = :n", n=number) == [("kept",)]
