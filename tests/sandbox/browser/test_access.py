"""The page for those who see little, hear it read out, or use no mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from slack_sdk import WebClient

from bot.sandbox.core import BOT, Sandbox, Shortcut
from tests.sandbox.browser.conftest import CHANNEL, Answers, Visit
from tests.sandbox.browser.test_channel import WORDS
from tests.sandbox.browser.test_home import at_home, day
from tests.sandbox.browser.test_modal import every_kind, opened
from tests.sandbox.forms import Node, button, control, option, plain

Opens = Callable[[Node], Callable[[Node], str]]

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")


def filled(box: Sandbox) -> None:
    box.shortcuts[:] = [Shortcut("call", "Log a call"), Shortcut("keep", "Keep as a concern", "message")]
    menu = control("static_select", action_id="kind", placeholder=plain("Category"), options=[option("Housing", "housing")])
    box.say("U0BEN", "C0MAPLE", "see `code`, https://good.example/ @ana and @priya")
    stop = control("button", action_id="stop", text=plain("Stop"), style="danger")
    made = box.workspace.post("C0MAPLE", BOT, "Kept: #1 <@U0ANA>", [
        WORDS, button(style="primary"), {"type": "actions", "elements": [stop, menu]},
        {"type": "context", "elements": [plain("small print")]}])
    box.workspace.rewrite("C0MAPLE", made["ts"], made["text"], made["blocks"])
    box.workspace.whisper("C0MAPLE", "U0ANA", "for you alone", [{"type": "carousel"}])
    box.workspace.post("D0ANA", BOT, "unread", [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_can_be_read(box: Sandbox, slack: WebClient, answers: Answers, opens: Opens, visit: Visit,
                                scheme: str) -> None:
    filled(box)
    answers(command=opens(every_kind()))
    page = visit(CHANNEL, color_scheme=scheme)
    page.get_by_text("Break something").click()
    assert page.evaluate(CONTRAST) == []
    page.get_by_role("combobox", name="Message or command").fill("/con")
    assert page.evaluate(CONTRAST) == []
    dialog = opened(page)
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator(".error:visible").first).to_be_visible()
    dialog.get_by_role("combobox", name="Owner").click()
    expect(dialog.get_by_role("listbox")).to_be_visible()
    assert page.evaluate(CONTRAST) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    slack.views_publish(user_id="U0ANA", view=day())
    page.get_by_role("button", name="Kept 1 unread").click()
    expect(at_home(page)).to_contain_text("Two promises")
    assert page.evaluate(CONTRAST) == []


def test_the_measure_of_contrast_finds_what_is_too_faint(visit: Visit) -> None:
    page = visit()
    page.evaluate("document.getElementById('place-about').style.color = '#bbb'")
    assert any(one.endswith(": 1.92") for one in page.evaluate(CONTRAST))


def test_every_part_has_its_name(box: Sandbox, answers: Answers, opens: Opens, visit: Visit) -> None:
    filled(box)
    answers(command=opens(every_kind()))
    page = visit()
    for role, name in (("banner", None), ("navigation", "Channels and people"), ("main", None),
                       ("complementary", "Phone, switches and log"), ("region", "Direct messages")):
        expect(page.get_by_role(role, name=name)).to_have_count(1)  # type: ignore[arg-type]
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    dialog = opened(page)
    expect(page.get_by_role("heading", level=2, name="Form")).to_be_visible()
    nameless(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((one) => one.id)")
    assert len(ids) == len(set(ids))
    dangling = page.evaluate("""['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'].flatMap((name) =>
        [...document.querySelectorAll(`[${name}]`)].flatMap((one) => one.getAttribute(name).split(' ')))
        .filter((id) => id && !document.getElementById(id))""")
    assert dangling == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    nameless(page)


def nameless(page: Page) -> None:
    """Buttons, links and fields whose name in the accessibility tree is empty."""
    lines = page.locator("body").aria_snapshot().splitlines()
    roles = ("button", "link", "textbox", "combobox", "checkbox", "radio", "spinbutton", "tab", "menuitem", "option")
    assert [line for line in lines if line.strip().removeprefix("- ").rstrip(":") in roles] == []


def test_everything_is_reached_by_keyboard_and_left_again(box: Sandbox, visit: Visit) -> None:
    filled(box)
    page = visit()
    expect(page.locator(".message")).to_have_count(3)
    page.evaluate("document.activeElement.blur()")
    reached: list[str] = []
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("""(() => { const one = document.activeElement;
            return one.getAttribute('aria-label') || one.id || one.textContent.trim(); })()"""))
        if "Skip to writing" in reached[:-1] and reached[-1] == "Skip to writing":
            break
    else:
        pytest.fail(f"the focus never came round: {reached}")
    wanted = ["Skip to writing", "+1 hour", "Next working morning", "Phone, switches and log", "care-maple", "Messages",
              "More actions", "Go", "Stop", "Category", "Dismiss message", "Shortcuts", "text", "Send", "Break something",
              "What happened, newest first"]
    assert [one for one in wanted if not any(one in each for each in reached)] == []
    expect(page.get_by_role("link", name="Skip to writing")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Message or command")).to_be_focused()


def test_the_focus_is_seen(box: Sandbox, visit: Visit) -> None:
    filled(box)
    page = visit()
    expect(page.locator(".message")).to_have_count(3)
    for _ in range(40):
        page.keyboard.press("Tab")
        seen = page.evaluate("""(() => { const one = document.activeElement;
            if (one === document.body) return true;
            return [one, one.closest('.write, .select') || one].map((node) => getComputedStyle(node)).some((style) =>
                (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1) || style.boxShadow !== 'none'); })()""")
        assert seen, page.evaluate("document.activeElement.outerHTML")


def test_the_focus_stays_when_a_message_changes(box: Sandbox, visit: Visit) -> None:
    made = box.workspace.post("C0MAPLE", BOT, "Kept: #1", [{**button(), "block_id": "b"}])
    page = visit()
    page.get_by_role("button", name="Go").focus()
    box.workspace.rewrite("C0MAPLE", made["ts"], "Kept: #1 changed", [WORDS, {**button(), "block_id": "b"}])
    expect(page.locator(".edited")).to_be_visible()
    expect(page.get_by_role("button", name="Go")).to_be_focused()
    box.workspace.rewrite("C0MAPLE", made["ts"], "Kept: done", [])
    expect(page.locator(".message")).to_contain_text("Kept: done")
    expect(page.get_by_role("region", name="Messages", exact=True)).to_be_focused()
