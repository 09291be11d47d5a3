"""Text that would be markup, addresses that would be scripts, and blocks that nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.sandbox.core import BOT, Sandbox, Shortcut
from bot.sandbox.workspace import Person
from tests.sandbox.browser.conftest import HOME, Answers, Visit
from tests.sandbox.browser.test_home import at_home
from tests.sandbox.browser.test_modal import opened
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node, control, field, home, modal, option, plain

Opens = Callable[[Node], Callable[[Node], str]]
HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
SCRIPT = "javascript:document.title='hacked'"


def unharmed(page: Page) -> None:
    assert page.locator("img, iframe, object, embed, body script, style").count() == 0
    assert page.evaluate("""[...document.querySelectorAll('*')].flatMap((one) => [...one.attributes])
        .filter((one) => one.name.startsWith('on') || /^\\s*(javascript|data|vbscript):/i.test(one.value)).length""") == 0
    assert "hacked" not in page.title()


def test_hostile_words_stay_words(box: Sandbox, app: TinyApp, answers: Answers, opens: Opens, visit: Visit) -> None:
    short = "<b onclick=x>bold</b>"
    menu = control("static_select", action_id="kind", placeholder=plain(short),
                   options=[option(short, "1", description=plain(short))])
    sure = {"title": plain(short), "text": plain(HOSTILE), "confirm": plain("<i>Yes</i>"), "deny": plain("<i>No</i>")}
    press = control("button", action_id="press", text=plain(short), confirm=sure, accessibility_label=short)
    section = {"type": "section", "text": {"type": "mrkdwn", "text": HOSTILE.replace("<", "&lt;").replace(">", "&gt;")},
               "fields": [plain(HOSTILE)]}
    box.people["U0EVE"] = Person("U0EVE", "eve", HOSTILE, HOSTILE)
    box.channels["C0MAPLE"].members.append("U0EVE")
    box.channels["C0MAPLE"].name = short
    box.shortcuts[:] = [Shortcut("x", short), Shortcut("y", short, "message")]
    box.say("U0EVE", "C0MAPLE", f"{HOSTILE} @ana")
    box.workspace.post("C0MAPLE", BOT, HOSTILE, [section, {"type": "header", "text": plain(short)},
                                                 {"type": "actions", "elements": [press, menu]}])
    words = control("plain_text_input", action_id="a", initial_value=HOSTILE, placeholder=plain(short))
    view = modal(section, field(words, "words", label=plain(HOSTILE), hint=plain(HOSTILE)), title=plain(short),
                 submit=plain("<u>Save</u>"))
    answers(command=opens(view), view_submission={"response_action": "errors", "errors": {"words": HOSTILE}})
    page = visit()
    expect(page.locator(".message").first).to_contain_text(HOSTILE)
    expect(page.locator(".phone")).to_contain_text(HOSTILE)
    expect(page.locator("#place")).to_contain_text(short)
    unharmed(page)
    page.get_by_role("combobox", name=short).click()
    page.locator(".message").get_by_role("button", name=short, exact=True).click()
    expect(page.get_by_role("alertdialog")).to_contain_text(HOSTILE)
    unharmed(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="More actions").first.click()
    page.keyboard.press("Escape")
    dialog = opened(page, short)
    expect(dialog.locator("input")).to_have_value(HOSTILE)
    dialog.get_by_role("button", name="<u>Save</u>").click()
    expect(dialog.locator(".error")).to_have_text(HOSTILE)
    unharmed(page)


def test_only_web_addresses_are_links(box: Sandbox, app: TinyApp, answers: Answers, visit: Visit) -> None:
    answers()
    inline = [{"type": "link", "url": url, "text": text} for url, text in (
        (SCRIPT, "bad one"), (" JavaScript:alert(1)", "bad two"), ("data:text/html,<script>", "bad three"),
        ("https://good.example/", "good"))]
    mrkdwn = f"<{SCRIPT}|bad four> <HTTPS://good.example/a?b=1&amp;c=2|good two> <tel:5551234|by phone>"
    box.workspace.whisper("C0MAPLE", "U0ANA", "links", [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": inline}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}},
        {"type": "actions", "elements": [control("button", action_id="bad", text=plain("Bad five"), url=SCRIPT),
                                         control("button", action_id="good", text=plain("Good three"), url="https://good.example/b")]}])
    page = visit()
    for bad in ("bad one", "bad two", "bad three", "bad four", "by phone"):
        expect(page.get_by_text(bad)).to_be_visible()
    expect(page.get_by_role("button", name="Bad five")).to_be_visible()
    links = page.get_by_role("region", name="Messages", exact=True).get_by_role("link")
    assert [one.get_attribute("href") for one in links.all()] == [
        "https://good.example/", "HTTPS://good.example/a?b=1&c=2", "https://good.example/b"]
    assert {one.get_attribute("rel") for one in links.all()} == {"noreferrer noopener"}
    unharmed(page)


UNKNOWN: list[tuple[Node, str]] = [
    ({"type": "carousel"}, "carousel"), ({"type": "constructor"}, "constructor"),
    ({"type": "section", "text": plain("x"), "accessory": control("knob")}, "knob"),
    ({"type": "actions", "elements": [control("knob")]}, "knob"),
    ({"type": "context", "elements": [{"type": "image", "image_url": "https://far.example/x.png", "alt_text": "x"}]}, "image"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_poem", "elements": []}]}, "rich_text_poem"),
    ({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "color"}]}]}, "color"),
    (field(control("file_input")), "file_input"),
]


@pytest.mark.parametrize("place", ["message", "home"])
def test_what_nobody_knows_is_shown_as_such(box: Sandbox, visit: Visit, place: str) -> None:
    blocks = [{**block, "block_id": f"b{number}"} for number, (block, _) in enumerate(UNKNOWN)]
    broken = [{"type": "section", "block_id": "s", "accessory": {}}, {"type": "header", "block_id": "h"}]
    if place == "message":
        box.workspace.whisper("C0MAPLE", "U0ANA", "unknown", [*blocks, *broken])
        page = visit()
    else:
        box.workspace.views.publish("U0ANA", home(*blocks, *broken), None)
        page = visit(HOME)
        at_home(page)
    shown = page.locator(".broken")
    expect(shown).to_have_count(len(blocks) + 2)
    for number, (_, name) in enumerate(UNKNOWN):
        expect(shown.nth(number)).to_contain_text(f"“{name}”")
    expect(shown.nth(8)).to_contain_text("undefined")
    expect(shown.nth(9)).to_contain_text("This header block could not be drawn")


def test_the_page_runs_no_script_but_its_own(box: Sandbox, visit: Visit) -> None:
    page = visit()
    answer = page.request.get(box.page_url)
    rule = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
                 "form-action 'none'", "frame-ancestors 'none'"):
        assert part in rule
    assert "unsafe" not in rule


@pytest.mark.parametrize("does", [
    "const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)",
    "const s = document.createElement('a'); s.href = 'javascript:window.ran = true'; document.body.append(s); s.click()",
    "const s = document.createElement('i'); s.setAttribute('onclick', 'window.ran = true'); document.body.append(s); s.click()",
    "const s = document.createElement('script'); s.src = 'data:text/javascript,window.ran = true'; document.body.append(s)",
])
def test_the_browser_refuses_a_script_that_slips_in(box: Sandbox, chromium: Any, does: str) -> None:
    """Past the page's own care: the policy that the server sends stops it, and says so."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(box.page_url)
    with page.expect_event("console", lambda said: "Content Security Policy" in said.text):
        page.evaluate(f"() => {{ {does} }}")
    assert page.evaluate("window.ran") is None
    context.close()
