"""Modals: what is entered, what is refused, and how one is left. Most of it by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox
from tests.sandbox.browser.conftest import Answers, Visit, payloads
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, control, field, modal, option, plain, text

Opens = Callable[[Node], Callable[[Node], str]]
DUE = 1_796_043_600  # Monday, November 30, 2026, 8:00 in New York
KINDS = [option("Ride", "ride"), option("Call", "call")]


def every_kind() -> Node:
    return modal(
        field(control("plain_text_input", action_id="line"), "line", label=plain("Patient")),
        field(control("plain_text_input", action_id="words", multiline=True), "words", label=plain("What she said")),
        field(control("number_input", action_id="number", is_decimal_allowed=False), "number", label=plain("Minutes")),
        field(control("static_select", action_id="kind", options=KINDS), "kind", label=plain("Kind")),
        field(control("users_select", action_id="owner"), "owner", label=plain("Owner")),
        field(control("multi_users_select", action_id="team", initial_users=["U0BEN"]), "team", label=plain("Team")),
        field(control("multi_static_select", action_id="kinds", options=KINDS), "kinds", label=plain("Kinds")),
        field(control("checkboxes", action_id="boxes", options=[option("Told", "told"), option("Wrote", "wrote")]), "boxes",
              label=plain("Done")),
        field(control("radio_buttons", action_id="radio", options=[option("High", "high"), option("Low", "low")]), "radio",
              label=plain("Urgency")),
        field(control("datepicker", action_id="day"), "day", label=plain("Day")),
        field(control("timepicker", action_id="time"), "time", label=plain("Time")),
        field(control("datetimepicker", action_id="at", initial_date_time=DUE), "at", label=plain("Due")),
        field(control("plain_text_input", action_id="note"), "note", label=plain("Note"), optional=True))


def opened(page: Page, title: str = "Form") -> Locator:
    page.get_by_role("combobox", name="Message or command").fill("/kept form")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name=title)
    expect(dialog).to_be_visible()
    return dialog


def test_every_kind_of_field_is_sent(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(every_kind()))
    page = visit()
    dialog = opened(page)
    dialog.get_by_label("Patient").fill("rosa-m")
    dialog.get_by_label("What she said").fill("“no ride”\nsince <b>May</b>")
    dialog.get_by_label("Minutes").fill("12")
    dialog.get_by_role("combobox", name="Kind", exact=True).fill("cal")
    page.keyboard.press("Enter")
    dialog.get_by_role("combobox", name="Owner").click()
    dialog.get_by_role("option", name="Priya Nair").click()
    dialog.get_by_role("combobox", name="Team").click()
    dialog.get_by_role("option", name="Ana Reyes").click()
    page.keyboard.press("Escape")
    dialog.get_by_role("combobox", name="Kinds").press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    dialog.get_by_label("Told").check()
    dialog.get_by_role("radio", name="High").check()
    dialog.get_by_role("radio", name="High").press("ArrowDown")
    dialog.get_by_label("Day").fill("2026-12-03")
    dialog.get_by_label("Time").fill("08:30")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    [sent] = payloads(app, "view_submission")
    values = {block: next(iter(own.values())) for block, own in sent["view"]["state"]["values"].items()}
    assert [values[name]["value"] for name in ("line", "words", "number", "note")] == [
        "rosa-m", "“no ride”\nsince <b>May</b>", "12", None]
    assert (values["kind"]["selected_option"]["value"], values["owner"]["selected_user"]) == ("call", "U0PRIYA")
    assert values["team"]["selected_users"] == ["U0BEN", "U0ANA"]
    assert [one["value"] for one in values["kinds"]["selected_options"]] == ["ride"]
    assert [one["value"] for one in values["boxes"]["selected_options"]] == ["told"]
    assert values["radio"]["selected_option"]["value"] == "low"
    assert (values["day"]["selected_date"], values["time"]["selected_time"]) == ("2026-12-03", "08:30")
    assert values["at"]["selected_date_time"] == DUE


def test_a_date_and_time_is_the_persons_own(box: Sandbox, app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    box.people["U0ANA"].tz = "America/Los_Angeles"
    at = control("datetimepicker", action_id="at", initial_date_time=DUE)
    answers(command=opens(modal(field(at, "at", label=plain("Due")))))
    dialog = opened(visit())
    due = dialog.get_by_label("Due")
    expect(due).to_have_value("2026-11-30T05:00")
    expect(dialog).to_contain_text("PST")
    due.fill("2026-12-01T17:30")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    [sent] = payloads(app, "view_submission")
    assert sent["view"]["state"]["values"]["at"]["at"]["selected_date_time"] == DUE + 36.5 * 3600


def test_what_is_refused_stands_at_its_field(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    refused = {"response_action": "errors", "errors": {"when": "“someday” is no time.", "who": "Nobody here is called that."}}
    answers(command=opens(modal(text("words"), text("when"), text("who", max_length=5))), view_submission=refused)
    page = visit()
    dialog = opened(page)
    words, when, who = (dialog.locator("input").nth(number) for number in range(3))
    for one, typed in ((words, "call the clinic"), (when, "someday"), (who, "Zoë")):
        one.fill(typed)
    page.keyboard.press("Enter")
    expect(when).to_be_focused()
    expect(when).to_have_attribute("aria-invalid", "true")
    expect(when).to_have_accessible_description("“someday” is no time.")
    expect(who).to_have_accessible_description("Nobody here is called that.")
    expect(words).not_to_have_attribute("aria-invalid", "true")
    assert [one.input_value() for one in (words, when, who)] == ["call the clinic", "someday", "Zoë"]
    when.fill("Friday 3pm")
    expect(when).not_to_have_attribute("aria-invalid", "true")
    expect(who).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Enter")
    expect(when).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("button", name="Save")).not_to_have_attribute("aria-disabled", "true")
    answers()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    assert [one["view"]["state"]["values"]["when"]["when/1"]["value"] for one in payloads(app, "view_submission")] == [
        "someday", "Friday 3pm", "Friday 3pm"]


def test_what_must_be_filled_in_is_asked_for(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    view = modal(field(control("static_select", action_id="kind", options=KINDS), "kind", label=plain("Kind"),
                       hint=plain("One of two.")),
                 field(control("checkboxes", action_id="boxes", options=KINDS), "boxes", label=plain("Done")),
                 field(control("plain_text_input", action_id="note"), "note", label=plain("Note"), optional=True))
    answers(command=opens(view))
    page = visit()
    dialog = opened(page)
    kind = dialog.get_by_role("combobox", name="Kind")
    expect(kind).to_have_attribute("aria-required", "true")
    expect(dialog.get_by_label("Note (optional)")).not_to_have_attribute("aria-required", "true")
    dialog.get_by_role("button", name="Save").click()
    expect(kind).to_be_focused()
    expect(kind).to_have_accessible_description("Please complete this required field. One of two.")
    expect(dialog.get_by_role("group", name="Done").get_by_label("Ride")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator(".error:visible")).to_have_count(2)
    assert payloads(app, "view_submission") == []


def test_more_than_fits_is_not_cut_off(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(text("words", max_length=5))))
    dialog = opened(visit())
    words = dialog.get_by_label("Field")
    words.fill("too long by far")
    expect(dialog).to_contain_text("10 too many")
    dialog.get_by_role("button", name="Save").click()
    expect(words).to_have_attribute("aria-invalid", "true")
    expect(words).to_have_value("too long by far")
    assert payloads(app, "view_submission") == []


@pytest.mark.parametrize("status", [500, 404])
def test_nothing_typed_is_lost_when_kept_does_not_answer(app: TinyApp, answers: Answers, opens: Opens, visit: Visit,
                                                         status: int) -> None:
    answers(command=opens(modal(text())))
    page = visit()
    dialog = opened(page)
    dialog.get_by_label("Field").fill("her own words")
    app.says = lambda form: (status, "")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("We had some trouble connecting.")
    expect(dialog.get_by_label("Field")).to_have_value("her own words")
    answers()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert payloads(app, "view_submission")[-1]["view"]["state"]["values"]["words"]["words/1"]["value"] == "her own words"


def test_an_update_keeps_what_is_typed(box: Sandbox, slack: WebClient, answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(modal(text("words"), text("gone"))))
    page = visit()
    dialog = opened(page)
    words = dialog.locator("input").first
    dialog.locator("input").nth(1).fill("goes with its field")
    words.fill("stays as it is")
    words.evaluate("one => one.setSelectionRange(5, 5)")
    view = box.modal("U0ANA")
    assert view is not None
    more = modal(field(control("plain_text_input", action_id="words/1", initial_value="new"), "words", label=plain("Renamed")),
                 text("fresh", initial_value="fresh"), title=plain("Form"))
    slack.views_update(view_id=view["id"], view=more)
    expect(dialog.get_by_label("Renamed")).to_have_value("stays as it is")
    expect(dialog.get_by_label("Field")).to_have_value("fresh")
    expect(dialog.get_by_label("Renamed")).to_be_focused()
    page.keyboard.type(" just")
    expect(dialog.get_by_label("Renamed")).to_have_value("stays just as it is")


def test_a_field_may_act_at_once(app: TinyApp, slack: WebClient, answers: Answers, opens: Opens, visit: Visit) -> None:
    words = text("words", dispatch_action_config={"trigger_actions_on": ["on_enter_pressed"]}) | {"dispatch_action": True}
    kind = field(control("static_select", action_id="kind", options=KINDS), "kind", label=plain("Kind"), dispatch_action=True)

    def update(payload: Node) -> str:
        shown = {"type": "section", "text": plain(f"Seen: {payload['actions'][0]['action_id']}")}
        slack.views_update(view_id=payload["view"]["id"], view=modal(words, kind, shown))
        return ""

    answers(command=opens(modal(words, kind)), block_actions=update)
    page = visit()
    dialog = opened(page)
    dialog.get_by_label("Field").fill("rosa")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Seen: words/1")
    dialog.get_by_role("combobox", name="Kind").click()
    dialog.get_by_role("option", name="Call").click()
    expect(dialog).to_contain_text("Seen: kind")
    expect(dialog.get_by_label("Field")).to_have_value("rosa")
    expect(dialog.get_by_role("combobox", name="Kind")).to_have_value("Call")
    assert payloads(app, "view_submission") == []
    assert [one["actions"][0].get("value") for one in payloads(app, "block_actions")] == ["rosa", None]
