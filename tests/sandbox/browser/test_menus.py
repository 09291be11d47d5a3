"""Menus with a search: what the app answers as someone types, several choices, and lists too long for the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

from bot.sandbox.core import BOT, Sandbox
from tests.sandbox.browser.conftest import Answers, Visit, payloads, presses
from tests.sandbox.browser.test_modal import opened
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, control, field, modal, option, plain

Opens = Callable[[Node], Callable[[Node], str]]
PLACES = ["Eastside Food Pantry", "Eastside Legal Aid", "Harbor Rides"]


def suggested(payload: Node) -> Node:
    found = [option(name, name.lower()) for name in PLACES if payload["value"].lower() in name.lower()]
    return {"options": found}


def searched(kind: str = "external_select", **more: Any) -> Node:
    return modal(field(control(kind, action_id="place", **more), "place", label=plain("Resource"), optional=True))


def combobox(page: Page, name: str = "Resource") -> Locator:
    return page.get_by_role("combobox", name=name)


def chosen(app: TinyApp) -> Node:
    return dict(payloads(app, "view_submission")[-1]["view"]["state"]["values"]["place"]["place"])


def test_an_external_menu_asks_the_app(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(searched(min_query_length=2)), block_suggestion=suggested)
    page = visit()
    dialog = opened(page)
    menu = combobox(page)
    menu.press("ArrowDown")
    expect(dialog.get_by_role("status")).to_have_text("Type at least 2 letters to search.")
    page.keyboard.type("e")
    expect(dialog.get_by_role("status")).to_have_text("Type 1 more letter to search.")
    page.keyboard.type("as")
    expect(dialog.get_by_role("option")).to_have_text(PLACES[:2])
    page.keyboard.press("ArrowDown")
    expect(menu).to_have_attribute("aria-activedescendant", dialog.get_by_role("option").nth(1).get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(menu).to_have_value("Eastside Legal Aid")
    expect(dialog.get_by_role("listbox")).to_be_hidden()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert payloads(app, "block_suggestion")[-1]["value"] == "eas"
    assert chosen(app)["selected_option"]["value"] == "eastside legal aid"


def test_nothing_found_and_a_choice_taken_back(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    answers(command=opens(searched(min_query_length=0)), block_suggestion=suggested)
    page = visit()
    dialog = opened(page)
    combobox(page).click()
    expect(dialog.get_by_role("option")).to_have_count(3)
    page.keyboard.type("zzz")
    expect(dialog.get_by_role("status")).to_have_text("Nothing found.")
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    combobox(page).fill("harbor")
    dialog.get_by_role("option", name="Harbor Rides").click()
    expect(combobox(page)).to_have_value("Harbor Rides")
    combobox(page).fill("half a wo")
    dialog.get_by_role("button", name="Save").focus()
    expect(combobox(page)).to_have_value("Harbor Rides")
    dialog.get_by_role("button", name="Clear").click()
    expect(combobox(page)).to_have_value("")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert chosen(app)["selected_option"] is None


def test_several_are_chosen_up_to_the_most(app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    view = searched("multi_external_select", min_query_length=0, max_selected_items=2)
    answers(command=opens(view), block_suggestion=suggested)
    page = visit()
    dialog = opened(page)
    combobox(page).click()
    for name in PLACES:
        dialog.get_by_role("option", name=name).click()
    expect(dialog.get_by_role("status")).to_have_text("At most 2 can be chosen.")
    expect(dialog.get_by_role("option", selected=True)).to_have_text(PLACES[:2])
    page.keyboard.press("Escape")
    dialog.get_by_role("button", name=f"Remove {PLACES[0]}").click()
    expect(dialog.locator(".chips li")).to_have_text([PLACES[1]])
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    assert [one["value"] for one in chosen(app)["selected_options"]] == [PLACES[1].lower()]


def test_a_choice_from_the_app_outlasts_a_refusal_and_a_reload(answers: Answers, opens: Opens, visit: Visit) -> None:
    refused = {"response_action": "errors", "errors": {"place": "That one is closed."}}
    answers(command=opens(searched(min_query_length=0)), block_suggestion=suggested, view_submission=refused)
    page = visit()
    dialog = opened(page)
    combobox(page).click()
    dialog.get_by_role("option", name="Harbor Rides").click()
    dialog.get_by_role("button", name="Save").click()
    expect(combobox(page)).to_have_accessible_description("That one is closed.")
    expect(combobox(page)).to_have_value("Harbor Rides")
    page.reload()
    expect(combobox(page)).to_have_value("Harbor Rides")


def test_an_app_that_fails_to_suggest(answers: Answers, app: TinyApp, opens: Opens, visit: Visit) -> None:
    answers(command=opens(searched(min_query_length=0)))
    page = visit()
    dialog = opened(page)
    app.says = lambda form: (500, "")
    combobox(page).click()
    expect(dialog.get_by_role("status")).to_have_text("Nothing found.")
    answers(block_suggestion=suggested)
    page.keyboard.type("har")
    expect(dialog.get_by_role("option")).to_have_text(["Harbor Rides"])


def test_an_external_menu_in_a_message(box: Sandbox, app: TinyApp, answers: Answers, visit: Visit) -> None:
    answers(block_suggestion=suggested)
    menu = control("external_select", action_id="place", min_query_length=0, placeholder=plain("Refer to"))
    box.workspace.post("C0MAPLE", BOT, "Kept: #1", [{"type": "actions", "elements": [menu]}])
    page = visit()
    combobox(page, "Refer to").click()
    page.get_by_role("option", name="Eastside Legal Aid").click()
    expect(page.locator(".log-press")).to_have_count(1)
    assert presses(box, app, 1)[0]["actions"][0]["selected_option"]["value"] == "eastside legal aid"


def test_a_long_list_scrolls_in_sight(answers: Answers, opens: Opens, visit: Visit) -> None:
    groups = [{"label": plain(f"Group {group}"), "options": [option(f"Place {group}-{number}", f"{group}-{number}")
                                                             for number in range(40)]} for group in (1, 2)]
    fields = [field(control("plain_text_input", action_id=f"t{number}", multiline=True), f"t{number}", optional=True)
              for number in range(4)]
    menu = field(control("static_select", action_id="place", option_groups=groups), "place", label=plain("Resource"))
    answers(command=opens(modal(*fields, menu)))
    page = visit(height=600)
    dialog = opened(page)
    combobox(page).click()
    last = dialog.get_by_role("option", name="Place 2-39")
    expect(last).not_to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(last).to_be_in_viewport()
    expect(dialog.get_by_text("Group 2")).to_have_count(1)
    page.keyboard.type("2-7")
    expect(dialog.get_by_role("option")).to_have_text(["Place 2-7"])
    page.keyboard.press("Enter")
    expect(combobox(page)).to_have_value("Place 2-7")
