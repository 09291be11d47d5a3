"""The page in a real browser: Debian's own chromium, without a window."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from slack_sdk import WebClient

from bot.sandbox.core import Sandbox
from tests.sandbox.conftest import TinyApp
from tests.sandbox.forms import Node

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = "chromium is not installed: these tests look at the page in a real browser (apt-get install chromium)."
OUTPUT = Path(__file__).parents[2] / "output"
WITHIN = 20_000  # milliseconds, on a slow machine
HOME = "?as=U0ANA&in=D0ANA"
CHANNEL = "?as=U0ANA&in=C0MAPLE"

Visit = Callable[..., Page]
Answers = Callable[..., None]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One for a file's tests. No longer: while it is there, no other test could run an event loop of its own."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip(MISSING)
    expect.set_options(timeout=WITHIN)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, box: Sandbox, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Opens the page in a fresh window. What stood there in the end is a picture in tests/output.

    A script that fails, a broken content security policy and a request to anywhere else fail the test.
    """
    pages: list[Page] = []
    wrong: list[str] = []

    def go(query: str = CHANNEL, *, width: int = 1280, height: int = 800, **more: Any) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="en-US", **more)
        page = context.new_page()
        page.set_default_timeout(WITHIN)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if _is_wrong(said.type, said.text) else None)
        page.on("request", lambda asked: None if asked.url.startswith(box.page_url) else wrong.append(asked.url))
        page.goto(box.page_url + query)
        expect(page.locator("#place")).not_to_have_text("…")
        pages.append(page)
        return page

    yield go
    OUTPUT.mkdir(exist_ok=True)
    name = re.sub(r"\W+", "-", request.node.name).strip("-")
    for number, page in enumerate(pages, 1):
        page.screenshot(path=OUTPUT / f"{name}{f'-{number}' if number > 1 else ''}.png")
        page.context.close()
    assert wrong == []


def _is_wrong(kind: str, text: str) -> bool:
    # A refusal that a test asks for shows as a failed resource; that is the network's word, not the page's.
    return kind == "error" and not text.startswith("Failed to load resource")


@pytest.fixture
def answers(app: TinyApp) -> Answers:
    """Says what the app answers: by the type of a payload (``command`` for a command) a body, or a function of the payload."""
    def go(**by_type: Any) -> None:
        def says(form: Node) -> tuple[int, Any]:
            payload = json.loads(form["payload"]) if "payload" in form else {**form, "type": "command"}
            said = by_type.get(payload["type"], "")
            return 200, said(payload) if callable(said) else said

        app.says = says

    return go


@pytest.fixture
def opens(slack: WebClient) -> Callable[[Node], Callable[[Node], str]]:
    """An answer that opens this modal."""
    def made(view: Node) -> Callable[[Node], str]:
        def answer(payload: Node) -> str:
            slack.views_open(trigger_id=payload["trigger_id"], view=view)
            return ""

        return answer

    return made


def payloads(app: TinyApp, kind: str) -> list[Node]:
    """What the app was sent of one type, in order."""
    found = [json.loads(form["payload"]) for form in app.forms if "payload" in form]
    return [one for one in found if one["type"] == kind]


def presses(box: Sandbox, app: TinyApp, count: int) -> list[Node]:
    """The block_actions that the app was sent, once there are so many: the log tells of a press before it is sent."""
    box.wait_for(lambda: len(payloads(app, "block_actions")) >= count)
    return payloads(app, "block_actions")
