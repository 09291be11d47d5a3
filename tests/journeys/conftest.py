"""People at the sandbox's page in a real browser, and the real Kept under it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import create_engine, text

from bot.demo import stand_in
from bot.sandbox.core import Sandbox
from models.store import normal_url
from tests.databases import Lite, Server
from tests.running.other_slack import SECRET, TOKEN
from tests.running.processes import House
from tests.sandbox.browser.conftest import OUTPUT
from tests.sandbox.browser.conftest import chromium as chromium  # the fixtures of the page's own tests
from tests.sandbox.browser.conftest import visit as visit
from tests.types.noted import note_all

ANA, BEN, PRIYA = ("?as=U0ANA&in=C0MAPLE", "?as=U0BEN&in=C0MAPLE", "?as=U0PRIYA&in=C0MAPLE")

Rows = Callable[..., list[tuple[Any, ...]]]


class Address(NamedTuple):
    address: str


class Kept(NamedTuple):
    house: House
    box: Sandbox


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, databases: dict[str, Lite | Server]) -> Iterator[Kept]:
    """One running Kept for a file's journeys; the channel care-maple is a care team, care-oak is none."""
    folder = tmp_path_factory.mktemp("kept")
    made = stand_in(SECRET, TOKEN, 0, folder)
    made.start()
    try:
        with House(folder, databases["sqlite"].make(empty=False), Address(made.api_url)) as house:  # type: ignore[arg-type]
            # The page's clock is the app's: the Monday morning on which every journey begins.
            made.clock.forward(float(house.clock.read_text()))
            house.env |= {"SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET}
            made.app_url = house.url
            house.serve("--with-worker")
            made.command("U0PRIYA", "C0MAPLE", "/kept", "setup zone America/New_York lead @priya digest 8:30 hours 9-17")
            made.command("U0ANA", "C0MAPLE", "/kept", "patient add rosa-m")
            yield Kept(house, made)
            assert [one for one in made.refused if one[0] != "views.update"] == []
    finally:
        made.stop()
        note_all(made.payloads)


@pytest.fixture(scope="module")
def box(kept: Kept) -> Sandbox:
    return kept.box


@pytest.fixture(scope="module")
def rows(kept: Kept) -> Iterator[Rows]:
    """Reads what stands in the database. What people typed is sealed there, and is looked at on the page instead."""
    engine = create_engine(normal_url(kept.house.owner))

    def read(query: str, **values: Any) -> list[tuple[Any, ...]]:
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    yield read
    engine.dispose()


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


def message(page: Page, words: str) -> Locator:
    """The newest message that holds these words."""
    return page.locator(".message", has_text=words).last


def form(page: Page, title: str) -> Locator:
    found = page.get_by_role("dialog", name=title)
    expect(found).to_be_visible()
    return found


def opens(page: Page, line: str, title: str) -> Locator:
    """Type a verb with nothing after it, and see its form, of which a picture is kept."""
    types(page, line)
    found = form(page, title)
    expect(found.get_by_role("button", name="Cancel")).to_be_visible()
    picture(page, f"form {title}")
    return found


def presses(where: Locator, name: str) -> None:
    where.get_by_role("button", name=name, exact=True).click()


def chooses(page: Page, where: Locator, menu: str, words: str, option: str) -> None:
    """Type into a menu's search, and take what it offers."""
    box = where.get_by_role("combobox", name=menu)
    box.fill(words)
    where.get_by_role("option", name=option).first.click()


def wrong(where: Locator, field: str, says: str) -> None:
    """The sentence stands at its field, and the field says so to whoever cannot see it."""
    expect(where.get_by_text(says)).to_be_visible()
    entry = where.locator("input, textarea").and_(where.get_by_label(field))
    expect(entry).to_have_accessible_description(re.compile(re.escape(says)))


def done(page: Page, says: str) -> int:
    """What stands in place of the form, put away again; returns the number in it, or 0."""
    card = page.get_by_role("dialog")
    expect(card.locator("input, textarea")).to_have_count(0)  # a form that is being saved may hold the same words
    expect(card.get_by_text(says).first).to_be_visible()
    found = re.search(r"#(\d+)", card.inner_text())
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    return int(found[1]) if found else 0


def entered(page: Page, line: str, words: str) -> int:
    """Type a whole line; the number it was kept under."""
    types(page, line)
    card = message(page, words)
    expect(card.get_by_text(re.compile(r"#\d+")).first).to_be_visible()
    found = re.search(r"#(\d+)", card.inner_text())
    assert found
    return int(found[1])


def picture(page: Page, name: str) -> None:
    OUTPUT.mkdir(exist_ok=True)
    page.screenshot(path=OUTPUT / f"journey-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')}.png")
