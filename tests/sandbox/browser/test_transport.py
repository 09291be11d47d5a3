"""How the app is reached, as the page tells it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from bot.sandbox.core import Sandbox
from tests.sandbox.browser.conftest import Visit
from tests.sandbox.conftest import SECRET, TOKEN, TinyApp
from tests.sandbox.test_sockets import APP_TOKEN, Ear

HTTP = "Kept is reached over signed HTTP."


@pytest.fixture
def box(app: TinyApp) -> Iterator[Sandbox]:
    """One that offers Socket Mode too."""
    made = Sandbox(SECRET, TOKEN, app_token=APP_TOKEN)
    made.start()
    made.app_url = f"http://127.0.0.1:{app.server_port}/slack/events"
    yield made
    made.stop()


def test_over_http_or_not_at_all(box: Sandbox, visit: Visit) -> None:
    page = visit()
    transport = page.locator("#transport")
    expect(transport).to_have_text(HTTP)
    box.app_url = ""
    box.world.touch()
    expect(transport).to_have_text("Kept is not connected: what is typed will fail.")


def test_in_socket_mode_until_it_is_cut(box: Sandbox, visit: Visit) -> None:
    ear = Ear(box)
    ear.connect()
    page = visit()
    transport = page.locator("#transport")
    expect(transport).to_have_text("Kept is connected in Socket Mode.")
    page.get_by_text("Break something").click()
    page.get_by_role("button", name="Cut a connection").press("Enter")
    expect(transport).to_have_text(HTTP)
    expect(page.get_by_role("button", name="Cut a connection")).to_have_count(0)
    ear.close()
