"""People at the sandbox's page in a real browser, and the real Kept under it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from bot.sandbox.core import Sandbox
from bot.sandbox.shortcuts import Shortcut
from handlers.cards.shortcuts import SHORTCUTS
from tests.running.other_slack import SECRET, TOKEN
from tests.running.processes import House
from tests.sandbox.browser.conftest import chromium as chromium  # the fixtures of the page's own tests
from tests.sandbox.browser.conftest import visit as visit
from tests.types.noted import note_all


class Address(NamedTuple):
    address: str


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One running Kept for a file's journeys; the channel care-maple is a care team, care-oak is none."""
    folder = tmp_path_factory.mktemp("kept")
    made = Sandbox(SECRET, TOKEN, clock_file=folder / "clock")
    made.shortcuts = [Shortcut(one.name, one.label, one.kind) for one in SHORTCUTS]
    made.start()
    with House(folder, f"sqlite:///{folder}/kept.sqlite3", Address(made.api_url)) as house:  # type: ignore[arg-type]
        house.env |= {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}
        made.app_url = house.url
        assert house.run("migrate").returncode == 0
        house.serve("--with-worker")
        made.command("U0PRIYA", "C0MAPLE", "/kept", "setup zone America/New_York lead @priya digest 8:30 hours 9-17")
        made.command("U0ANA", "C0MAPLE", "/kept", "patient add rosa-m")
        yield made
        assert [one for one in made.refused if one[0] != "views.update"] == []
        note_all(made.payloads)
    made.stop()


@pytest.fixture(autouse=True)
def nothing_open(box: Sandbox) -> None:
    """Each journey begins at a desk where no form is open."""
    for user in box.people:
        if box.stack(user):
            box.close(user, everything=True)


def types(page: Page, line: str) -> None:
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("combobox", name="Message or command").fill(line)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")


def form(page: Page, title: str) -> Locator:
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def chooses(page: Page, where: Locator, menu: str, words: str, option: str) -> None:
    """Type into a menu's search, and take what it offers."""
    box = where.get_by_role("combobox", name=menu)
    box.fill(words)
    where.get_by_role("option", name=option).first.click()
