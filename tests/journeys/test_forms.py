"""Each form as a person fills it in: wrongly first, with the mistake at its field and nothing lost, then rightly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from bot.sandbox.core import Sandbox
from tests.journeys.conftest import ANA, BEN, Rows, chooses, done, entered, form, message, opens, presses, types, wrong
from tests.sandbox.browser.conftest import Visit

ZONE = ZoneInfo("America/New_York")


def test_a_concern(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    dialog = opens(page, "/concern", "Keep a concern")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    presses(dialog, "Save")
    expect(dialog.get_by_label("In their own words")).to_be_focused()
    expect(dialog.get_by_role("combobox", name="Patient")).to_have_value("rosa-m")
    dialog.get_by_label("In their own words").fill("worried she'll lose her job")
    presses(dialog, "Save")
    number = done(page, "Kept as #")
    assert rows("SELECT kind, state FROM item WHERE number = :n", n=number) == [("concern", "raised")]


def test_a_barrier_of_a_new_patient(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    dialog = opens(page, "/barrier", "Keep a barrier")
    dialog.get_by_label("What stands in the way").fill("no ride since her car broke")
    presses(dialog, "Save")
    expect(dialog.get_by_role("combobox", name="Patient")).to_be_focused()
    expect(dialog.get_by_label("What stands in the way")).to_have_value("no ride since her car broke")
    chooses(page, dialog, "Patient", "noor-k", "Add “noor-k” as a new patient")
    dialog.get_by_role("radio", name="Urgent").check()
    presses(dialog, "Save")
    number = done(page, "Getting there")
    assert rows("SELECT kind, state, category, urgency FROM item WHERE number = :n", n=number) == [
        ("barrier", "open", "transport", "urgent")]


def test_a_promise_by_its_words_and_by_the_picker(visit: Visit, box: Sandbox, rows: Rows) -> None:
    page = visit(ANA)
    dialog = opens(page, "/commit", "Keep a promise")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("What was promised").fill("call the ride service")
    dialog.get_by_label("By when").fill("Feb 30")
    presses(dialog, "Save")
    wrong(dialog, "By when", "there is no such date")
    dialog.get_by_label("By when").fill("Friday at 8")
    presses(dialog, "Save")
    wrong(dialog, "By when", "That could mean more than one time")
    readings = dialog.get_by_text("That could mean more than one time").inner_text()
    assert "8:00 AM" in readings
    assert "8:00 PM" in readings
    expect(dialog.get_by_label("What was promised")).to_have_value("call the ride service")
    dialog.get_by_label("By when").fill("")
    day = (box.clock.now().astimezone(ZONE) + timedelta(days=3)).date()
    dialog.get_by_label("Or pick the day and time").fill(f"{day}T15:30")
    presses(dialog, "Save")
    number = done(page, "Kept as #")
    [(kind, state, due)] = rows("SELECT kind, state, due_at FROM item WHERE number = :n", n=number)
    picked = datetime.combine(day, datetime.min.time(), ZONE).replace(hour=15, minute=30)
    assert (kind, state, datetime.fromisoformat(due).replace(tzinfo=UTC)) == ("commitment", "open", picked)


def test_a_promise_will_be_late(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    number = entered(page, "/commit rosa ask the clinic about evenings in 2 working days", "ask the clinic about evenings")
    presses(message(page, "ask the clinic about evenings"), "Tell them it'll be late")
    dialog = form(page, "It will be late")
    expect(dialog.get_by_text("Words that may help")).to_be_visible()
    dialog.get_by_label("Why, in a few words").fill("the clinic closes early")
    presses(dialog, "Save")
    wrong(dialog, "When will it be?", "Say the new time")
    expect(dialog.get_by_label("Why, in a few words")).to_have_value("the clinic closes early")
    dialog.get_by_label("When will it be?").fill("in 4 working days")
    dialog.get_by_label("Yes, the patient knows").check()
    presses(dialog, "Save")
    done(page, "has a new time, and the patient knows")
    assert rows("SELECT verb, history.told_at IS NOT NULL FROM history JOIN item ON item.id = history.item_id "
                "WHERE number = :n ORDER BY history.id", n=number) == [("created", 0), ("delayed", 1)]


@pytest.mark.parametrize(("known", "by"), [("The patient confirms it", "patient"), ("We assume it", "staff")])
def test_a_barrier_is_out_of_the_way(visit: Visit, rows: Rows, known: str, by: str) -> None:
    page, words = visit(ANA), f"mold in the bedroom, {by}"
    number = entered(page, f"/barrier rosa {words}", words)
    dialog = opens(page, "/kept resolve", "Out of the way")
    chooses(page, dialog, "Which one", str(number), words)
    dialog.get_by_label("How it was resolved").fill("the landlord painted it")
    presses(dialog, "Save")
    expect(dialog.get_by_role("radio", name=known)).not_to_be_checked()
    expect(dialog.get_by_label("How it was resolved")).to_have_value("the landlord painted it")
    dialog.get_by_role("radio", name=known).check()
    presses(dialog, "Save")
    done(page, "is out of the way")
    assert rows("SELECT state, confirmed_by FROM item WHERE number = :n", n=number) == [("resolved", by)]


def test_a_barrier_cannot_be_removed(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    number = entered(page, "/barrier rosa no money for the rent this year", "no money for the rent")
    dialog = opens(page, "/kept cannot", "We cannot remove it")
    chooses(page, dialog, "Which one", str(number), "no money for the rent")
    presses(dialog, "Save")
    reason = dialog.get_by_label("Why we cannot, and what was offered instead")
    expect(reason).to_be_focused()
    reason.fill("no funds this year; offered the food bank")
    presses(dialog, "Save")
    done(page, "It closes when the patient was told.")
    assert rows("SELECT state, untold FROM item WHERE number = :n", n=number) == [("cannot", 1)]


def test_words_are_put_right(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    number = entered(page, "/concern rosa afraid of the bill", "afraid of the bill")
    presses(message(page, "afraid of the bill"), "Edit")
    dialog = form(page, f"Put #{number} right")
    dialog.get_by_label("The words").fill("")
    presses(dialog, "Save")
    expect(dialog.get_by_label("The words")).to_be_focused()
    dialog.get_by_label("The words").fill("afraid of the rent")
    presses(dialog, "Save")
    done(page, "has its new words")
    assert rows("SELECT verb FROM history JOIN item ON item.id = history.item_id WHERE number = :n ORDER BY history.id",
                n=number) == [("created",), ("edited",)]


def test_a_patient_is_added_by_an_alias_that_is_none_first(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    before = rows("SELECT count(*) FROM patient")[0][0]
    dialog = opens(page, "/kept patient", "Add a patient")
    dialog.get_by_label("Alias").fill("Rosa Martinez")
    presses(dialog, "Add")
    expect(dialog.get_by_label("Alias")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Alias")).to_have_value("Rosa Martinez")
    dialog.get_by_label("Alias").fill("li-w")
    presses(dialog, "Add")
    done(page, "li-w is a patient")
    assert rows("SELECT count(*) FROM patient") == [(before + 1,)]


def test_a_call_of_ours(visit: Visit, rows: Rows) -> None:
    page = visit(BEN)
    dialog = opens(page, "/kept call", "Keep a contact")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("How long, in minutes").fill("a while")
    dialog.get_by_label("A note").fill("she is relieved")
    presses(dialog, "Save")
    wrong(dialog, "How long, in minutes", "Write how long it took in minutes")
    expect(dialog.get_by_label("A note")).to_have_value("she is relieved")
    dialog.get_by_label("How long, in minutes").fill("12")
    presses(dialog, "Save")
    done(page, "she is relieved")
    assert rows("SELECT direction, way, outcome, minutes FROM contact") == [("outbound", "call", "reached", 12)]


def test_a_call_of_theirs_is_promised_back(visit: Visit, rows: Rows) -> None:
    page = visit(BEN)
    dialog = opens(page, "/kept called", "They called")
    chooses(page, dialog, "Patient", "ros", "rosa-m")
    dialog.get_by_label("What they wanted").fill("news about the ride")
    dialog.get_by_label("By when to call back").fill("yesterday")
    presses(dialog, "Save")
    expect(dialog.get_by_label("By when to call back")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("What they wanted")).to_have_value("news about the ride")
    dialog.get_by_label("By when to call back").fill("tomorrow noon")
    presses(dialog, "Save")
    number = done(page, "Calling back is promised as")
    assert rows("SELECT kind, state FROM item WHERE number = :n", n=number) == [("commitment", "open")]


def test_a_patient_is_handed_over_and_taken(visit: Visit, rows: Rows) -> None:
    ana, ben = visit(ANA), visit("?as=U0BEN&in=D0BEN")
    types(ana, "/kept patient add mei-l")
    expect(message(ana, "mei-l is a patient")).to_be_visible()
    item = entered(ana, "/concern mei cannot sleep for worry", "cannot sleep for worry")
    dialog = opens(ana, "/kept handoff", "Hand over")
    chooses(ana, dialog, "Patient", "mei", "mei-l")
    dialog.get_by_label("What was tried").fill("she prefers mornings")
    chooses(ana, dialog, "To whom", "Ana", "Ana Reyes")
    presses(dialog, "Offer")
    wrong(dialog, "To whom", "It is with you already")
    expect(dialog.get_by_label("What was tried")).to_have_value("she prefers mornings")
    chooses(ana, dialog, "To whom", "Ben", "Ben Okafor")
    presses(dialog, "Offer")
    number = done(ana, "Each stays yours until it is accepted")
    presses(message(ben, f"#{number}"), "Accept all")
    expect(ben.get_by_text("with you now").last).to_be_visible()
    assert rows("SELECT state FROM item WHERE number = :n", n=number) == [("accepted",)]
    assert rows("SELECT slack_id FROM item JOIN member ON member.id = owner_id WHERE number = :n", n=item) == [("U0BEN",)]


def test_words_without_a_verb_are_kept_at_once_and_sorted_after(visit: Visit, rows: Rows) -> None:
    page = visit(ANA)
    types(page, "/kept rosa needs someone to read the letter to her")
    card = message(page, "read the letter to her")
    for name in ("Concern", "Barrier", "Promise", "Call"):
        expect(card.get_by_role("button", name=name, exact=True)).to_be_visible()
    presses(card, "Barrier")
    expect(message(page, "read the letter to her").get_by_text("Kept as #")).to_be_visible()
    types(page, "/kept rosa asked for the bus times")
    presses(message(page, "asked for the bus times"), "Discard")
    presses(message(page, "Discarded."), "Bring it back")
    presses(message(page, "It waits for you again"), "Concern")
    expect(message(page, "asked for the bus times").get_by_text("Kept as #")).to_be_visible()
    assert rows("SELECT became, sorted_at IS NOT NULL, item_id IS NOT NULL FROM unsorted ORDER BY at") == [
        ("barrier", 1, 1), ("concern", 1, 1)]
