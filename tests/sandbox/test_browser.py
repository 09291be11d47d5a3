"""The page in a real browser: what a person reads, types and presses."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.core import BOT, Sandbox
from tests.sandbox.browser import Browser, installed
from tests.sandbox.conftest import TinyApp

Visit = Callable[[str, Callable[[Browser], Awaitable[None]]], None]
DUE = 1_796_043_600  # Monday, November 30, 2026, 8:00 in New York
QUOTE = "worried <b>she'll</b> lose her job"
CARD: list[dict[str, Any]] = [
    {"type": "rich_text", "elements": [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": "#1 · Concern", "style": {"bold": True}}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": QUOTE}]},
        {"type": "rich_text_section", "elements": [
            {"type": "date", "timestamp": DUE, "format": "{date_long} at {time}", "fallback": "then"},
            {"type": "text", "text": " with "}, {"type": "user", "user_id": "U0BEN"}]}]},
    {"type": "actions", "elements": [{"type": "button", "action_id": "done/1-0", "value": "i.1", "style": "primary",
                                      "text": {"type": "plain_text", "text": "Answered"}}]},
    {"type": "actions", "elements": [{"type": "static_select", "action_id": "category/2", "options": [
        {"text": {"type": "plain_text", "text": "Housing"}, "value": "housing"}]}]},
    {"type": "actions", "elements": [{"type": "datetimepicker", "action_id": "time/3", "initial_date_time": DUE}]}]


@pytest.fixture
def visit(box: Sandbox, tmp_path: Path) -> Visit:
    if installed() is None:
        pytest.skip("chromium is not installed: these tests look at the page in a real browser (apt-get install chromium).")

    def go(query: str, does: Callable[[Browser], Awaitable[None]], width: int = 1280) -> None:
        async def run() -> None:
            async with Browser(box.page_url + query, tmp_path / "profile", width) as browser:
                await does(browser)

        asyncio.run(run())

    return go


def shows(*parts: str) -> str:
    return " && ".join(f"document.body.textContent.includes({json.dumps(part)})" for part in parts)


def test_a_person_reads_and_presses(box: Sandbox, app: TinyApp, visit: Visit) -> None:
    app.says = lambda form: (200, "")
    box.workspace.post("C0MAPLE", BOT, "Kept: #1", CARD)
    box.workspace.whisper("C0MAPLE", "U0ANA", "for you", [{"type": "carousel"}])
    box.say("U0BEN", "C0MAPLE", "thanks & see <you> @ana")

    async def does(page: Browser) -> None:
        await page.until(shows(QUOTE, "Monday, November 30th, 2026 at 8:00 AM", "@Ben Okafor", "thanks & see <you> @Ana Reyes",
                               "Only visible to you", "cannot draw a block of type “carousel”", "Sandbox, not Slack"))
        assert await page.run("document.querySelectorAll('.messages b').length") == 0
        await page.run("[...document.querySelectorAll('button')].find((one) => one.textContent === 'Answered').click()")
        await page.until("!document.querySelector('button.primary[aria-disabled]')")
        await page.run("document.querySelector('.choosing select').value = 'housing'")
        await page.run("document.querySelectorAll('.choosing button')[0].click()")
        await page.until("![...document.querySelectorAll('.choosing button')].some((one) => one.ariaDisabled)")
        await page.run("document.querySelectorAll('.choosing button')[1].click()")
        await page.until("document.querySelectorAll('.log-press').length === 3")
        await page.run("document.querySelector('.dismiss').click()")
        await page.until("!document.querySelector('.dismiss')")

    visit("?as=U0ANA&in=C0MAPLE", does)
    sent = [json.loads(form["payload"])["actions"][0] for form in app.forms]
    assert [one["action_id"] for one in sent] == ["done/1-0", "category/2", "time/3"]
    assert (sent[1]["selected_option"]["value"], sent[2]["selected_date_time"]) == ("housing", DUE)
    assert box.ephemerals("U0ANA") == []


def test_a_person_types_with_hints(box: Sandbox, app: TinyApp, visit: Visit) -> None:
    async def does(page: Browser) -> None:
        await page.until("document.querySelector('.empty')")
        await page.run("document.getElementById('text').focus()")
        await page.write("/con")
        await page.until("!document.getElementById('hints').hidden")
        await page.key("Tab", 9)
        await page.until("document.getElementById('text').value === '/concern '")
        await page.write("rosa afraid of the bill")
        await page.until("document.getElementById('hints').textContent.includes('<what they said>')")
        await page.enter()
        await page.until(shows("kept", "Only visible to you"))
        await page.until("document.getElementById('text').value === ''")
        await page.write("/")
        await page.until("document.querySelectorAll('#hints li').length === 5")
        await page.key("Escape", 27)
        await page.until("document.getElementById('hints').hidden")

    visit("?as=U0ANA&in=C0MAPLE", does)
    assert (app.forms[-1]["command"], app.forms[-1]["text"]) == ("/concern", "rosa afraid of the bill")


def test_nothing_typed_is_lost(box: Sandbox, app: TinyApp, visit: Visit) -> None:
    app.says = lambda form: (500, "")

    async def does(page: Browser) -> None:
        await page.until("document.querySelector('.empty')")
        await page.run("document.getElementById('text').focus()")
        await page.write("/kept mine")
        await page.key("Escape", 27)
        await page.enter()
        await page.until(shows("Not sent: dispatch_failed"))
        assert await page.run("document.getElementById('text').value") == "/kept mine"

    visit("?as=U0ANA&in=C0MAPLE", does)


def test_news_arrives_and_another_person_sees_their_own(box: Sandbox, visit: Visit) -> None:
    async def does(page: Browser) -> None:
        await page.until("document.querySelector('.empty')")
        await asyncio.to_thread(box.workspace.post, "D0BEN", BOT, "Kept: #3 needs a person", [])
        await asyncio.to_thread(box.say, "U0PRIYA", "C0MAPLE", "news for all")
        await page.until(shows("news for all"))
        assert not await page.run(shows("#3 needs"))
        await page.run("document.querySelector('[data-key=U0BEN]').click()")
        await page.until("document.querySelector('.count')?.textContent.startsWith('1')")
        await page.until("document.getElementById('phone').textContent.includes('#3 needs a person')")
        await page.run("document.querySelector('[data-by=\"86400\"]').click()")
        await page.until(shows("Yesterday"))

    visit("?as=U0ANA&in=C0MAPLE", does)
    assert box.clock.offset == 86_400
