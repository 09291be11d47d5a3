"""A team begins, two people meet at one item, a newcomer is let in, and someone outside learns nothing."""

from __future__ import annotations

from playwright.sync_api import expect

from bot.sandbox.core import Sandbox
from tests.journeys.conftest import ANA, BEN, Rows, entered, form, message, picture, presses, types, wrong
from tests.sandbox.browser.conftest import Visit

OAK = "?as=U0DANA&in=C0OAK"


def test_from_nothing_to_a_care_team(visit: Visit, rows: Rows) -> None:
    page = visit(OAK)
    types(page, "/kept")
    expect(message(page, "This channel is not a care team yet")).to_be_visible()
    presses(message(page, "This channel is not a care team yet"), "Set up")
    dialog = form(page, "Make it a care team")
    expect(dialog.get_by_role("combobox", name="The team's time zone")).to_be_visible()
    picture(page, "form set up")
    dialog.get_by_label("It ends").fill("08:00")
    presses(dialog, "Save")
    wrong(dialog, "It ends", "must open before it closes")
    # Nothing that was entered is lost, and the form is still there to be put right.
    expect(dialog.get_by_label("It ends")).to_have_value("08:00")
    picture(page, "form set up wrong")
    dialog.get_by_label("It ends").fill("16:30")
    presses(dialog, "Save")
    expect(page.get_by_role("dialog").get_by_text("This channel is a care team now")).to_be_visible()
    page.keyboard.press("Escape")
    types(page, "/kept status")
    expect(page.get_by_text("09:00 to 16:30").last).to_be_visible()
    (hours,), = rows("SELECT hours FROM care_team WHERE channel = 'C0OAK'")
    assert hours == "09:00-16:30 " * 5 + "- -"


def test_two_people_put_the_same_thing_right(visit: Visit, rows: Rows) -> None:
    """Both have the form open. Who saves second sees what changed, loses nothing, and saves anyway."""
    ana, ben = visit(ANA), visit(BEN)
    number = entered(ana, "/barrier rosa the elevator is broken", "the elevator is broken")
    types(ben, f"/kept show {number}")
    presses(message(ben, "the elevator is broken"), "Edit")
    presses(message(ana, "the elevator is broken"), "Edit")
    mine, theirs = form(ana, f"Put #{number} right"), form(ben, f"Put #{number} right")
    theirs.get_by_label("The words").fill("the elevator is broken since May")
    presses(theirs, "Save")
    expect(ben.get_by_role("dialog").get_by_text("has its new words")).to_be_visible()
    mine.get_by_label("The words").fill("no elevator on weekends")
    presses(mine, "Save")
    expect(mine.get_by_text("changed while this form was open")).to_be_visible()
    expect(mine.get_by_text("since May")).to_be_visible()
    expect(mine.get_by_label("The words")).to_have_value("no elevator on weekends")
    picture(ana, "form stale")
    presses(mine, "Save anyway")
    expect(ana.get_by_role("dialog").get_by_text("no elevator on weekends").first).to_be_visible()
    assert rows("SELECT verb, slack_id FROM history JOIN item ON item.id = history.item_id JOIN member ON member.id = actor_id "
                "WHERE number = :n ORDER BY history.id", n=number) == [
        ("created", "U0ANA"), ("edited", "U0BEN"), ("edited", "U0ANA")]


def test_someone_who_is_not_in_the_channel_learns_nothing(visit: Visit, rows: Rows) -> None:
    ana = visit(ANA)
    types(ana, "/kept patient add tom-b")
    expect(message(ana, "tom-b is a patient")).to_be_visible()
    number = entered(ana, "/concern tom afraid of the dark stairs", "afraid of the dark stairs")
    dana = visit("?as=U0DANA&in=D0DANA")
    expect(dana.get_by_role("button", name="care-maple")).to_have_count(0)
    dana.get_by_role("tab", name="Home").click()
    home = dana.get_by_role("tabpanel", name="Home")
    expect(home).not_to_contain_text("No Home yet")
    expect(home).not_to_contain_text("tom-b")
    dana.get_by_role("tab", name="Messages").click()
    for line in (f"/kept show {number}", "/kept find stairs", "/kept list tom-b"):
        seen = dana.locator(".message").count()
        types(dana, line)
        expect(dana.locator(".message")).to_have_count(seen + 1)
        expect(dana.locator(".message").last).not_to_contain_text("dark stairs")
        expect(dana.locator(".message").last).not_to_contain_text("Concern · tom-b")
    picture(dana, "not in the channel")
    assert rows("SELECT count(*) FROM team_member JOIN member ON member.id = member_id JOIN care_team ON care_team.id = team_id "
                "WHERE slack_id = 'U0DANA' AND channel = 'C0MAPLE'") == [(0,)]


def test_a_newcomer_waits_for_a_lead(visit: Visit, box: Sandbox, rows: Rows) -> None:
    standing = ("SELECT confirmed_at IS NOT NULL FROM team_member JOIN member ON member.id = member_id "
                "JOIN care_team ON care_team.id = team_id WHERE slack_id = 'U0DANA' AND channel = 'C0MAPLE'")
    box.join("U0DANA", "C0MAPLE")
    dana = visit("?as=U0DANA&in=C0MAPLE")
    types(dana, "/kept list")
    expect(message(dana, "You are new to this care team here")).to_be_visible()
    assert rows(standing) == [(0,)]
    priya = visit("?as=U0PRIYA&in=D0PRIYA")
    priya.get_by_role("button", name="Confirm").last.click()
    expect(message(priya, "Confirmed. They can use Kept")).to_be_visible()
    types(dana, "/kept list")
    expect(message(dana, "Open in this care team")).to_be_visible()
    assert rows(standing) == [(1,)]
