"""Home through the sandbox: real requests, real processes, the view as Slack would take it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.sandbox.core import Person, Sandbox
from handlers.cards import home as wording
from models.desk import Part
from tests.running import other_slack
from tests.running.processes import House
from tests.types.noted import note_all

ANA, BEN, PRIYA, MAPLE = "U0ANA", "U0BEN", "U0PRIYA", "C0MAPLE"
Json = dict[str, Any]


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox(other_slack.SECRET, other_slack.TOKEN)
    made.start()
    yield made
    made.stop()
    note_all(made.payloads)


@pytest.fixture
def house(tmp_path: Path, house_url: str, box: Sandbox) -> Iterator[House]:
    """One process with its worker, under the sandbox; Ana has set up a care team, and Ben is in it."""
    with House(tmp_path, house_url, SimpleNamespace(address=box.api_url)) as made:
        made.furnish()
        box.app_url = made.url
        made.serve("--with-worker")
        assert "care team now" in say(box, ANA, "/kept setup zone America/New_York hours 9-17")
        say(box, ANA, "/kept patient add rosa-m")
        say(box, BEN, "/kept help")
        yield made


def say(box: Sandbox, user: str, line: str) -> str:
    command, _, text = line.partition(" ")
    return json.dumps(box.command(user, MAPLE, command, text).body)


def text(view: Json | None) -> str:
    return json.dumps(view, ensure_ascii=False) if view else ""


def published(box: Sandbox, user: str) -> int:
    return sum(1 for method, args in box.calls if method == "views.publish" and args["user_id"] == user)


def opened(box: Sandbox, user: str) -> Json:
    before = published(box, user)
    box.open_home(user)
    box.wait_for(lambda: published(box, user) > before)
    return box.wait_for(lambda: box.home(user))


def test_a_home_is_there_at_once_and_follows_each_change(house: House, box: Sandbox) -> None:
    say(box, BEN, "/commit rosa call the clinic by 3pm")
    begun = time.monotonic()
    assert "#1 · rosa-m" in text(opened(box, BEN))
    assert "1 open" in text(opened(box, ANA))  # Ana leads: she sees how much Ben has
    assert time.monotonic() - begun < 4
    say(box, BEN, "/commit rosa visit her tomorrow at 3pm")
    begun = time.monotonic()
    box.wait_for(lambda: "#2 · rosa-m" in text(box.home(BEN)) and "2 open" in text(box.home(ANA)))
    assert time.monotonic() - begun < 4  # two seconds, and the machine's own
    assert PRIYA not in [args["user_id"] for method, args in box.calls if method == "views.publish"]


def test_what_is_pressed_there_opens_a_card_and_a_part_turns_in_place(house: House, box: Sandbox) -> None:
    say(box, BEN, "/commit rosa call the clinic by 3pm")
    opened(box, BEN)
    box.press_home(BEN, "show")
    box.wait_for(lambda: "call the clinic" in text(box.modal(BEN)))
    box.close(BEN)
    begun = time.monotonic()
    _press(box, BEN, wording.NAMES[Part.PATIENTS])
    box.wait_for(lambda: "#1 · rosa-m" not in text(box.home(BEN)))
    assert wording.NONE[Part.PATIENTS] in text(box.home(BEN))
    assert time.monotonic() - begun < 3
    assert box.modal(BEN) is None
    _press(box, BEN, wording.NAMES[Part.PROMISES])
    box.wait_for(lambda: "#1 · rosa-m" in text(box.home(BEN)))
    box.press_home(BEN, "done")
    box.wait_for(lambda: "is kept" in text(box.modal(BEN)))
    box.wait_for(lambda: wording.NONE[Part.PROMISES] in text(box.home(BEN)))


def _press(box: Sandbox, user: str, label: str) -> None:
    view = box.home(user)
    assert view is not None
    action = next(one["action_id"] for block in view["blocks"] for one in block.get("elements", [])
                  if one.get("text", {}) and isinstance(one["text"], dict) and one["text"]["text"] == label)
    box.press_home(user, action)


def test_a_desk_that_does_not_change_is_not_published_again(house: House, box: Sandbox) -> None:
    opened(box, BEN)
    opened(box, ANA)
    before = published(box, BEN)
    say(box, ANA, "/concern rosa afraid of the bill")
    box.wait_for(lambda: "#1 · rosa-m" in text(box.home(ANA)))
    say(box, ANA, "/commit rosa call her by 3pm")
    box.wait_for(lambda: "#2 · rosa-m" in text(box.home(ANA)))
    assert published(box, BEN) == before


def test_outsiders_newcomers_and_those_of_no_team_see_nothing_of_it(house: House, box: Sandbox) -> None:
    say(box, ANA, "/concern rosa afraid of the bill")
    box.people["U0GUEST"] = Person("U0GUEST", "guest", "Gus Guest", "Guest", is_restricted=True)
    assert "not open to guest accounts" in text(opened(box, "U0GUEST"))
    assert wording.NO_TEAM in text(opened(box, "U0DANA"))
    for user in ("U0GUEST", "U0DANA"):
        assert "rosa-m ·" not in text(box.home(user))
    box.open_home(PRIYA, tab="messages")
    opened(box, ANA)
    assert published(box, PRIYA) == 0


def test_who_leaves_the_channel_loses_what_stood_there(house: House, box: Sandbox) -> None:
    say(box, BEN, "/concern rosa afraid of the bill")
    assert "#1 · rosa-m" in text(opened(box, BEN))
    box.leave(BEN, MAPLE)
    house.forget_who_is_here()
    say(box, ANA, "/kept list")
    box.wait_for(lambda: wording.NO_TEAM in text(box.home(BEN)))


def test_while_slack_does_not_say_who_looks_nothing_is_shown_and_then_all_of_it(house: House, box: Sandbox) -> None:
    say(box, BEN, "/concern rosa afraid of the bill")
    house.forget_who_is_here()
    box.fail_next("conversations.members", "500")
    box.open_home(BEN)
    box.wait_for(lambda: wording.CHECKING in text(box.home(BEN)))
    box.wait_for(lambda: "#1 · rosa-m" in text(box.home(BEN)), 40)


def test_a_home_that_slack_did_not_take_comes_later(house: House, box: Sandbox) -> None:
    say(box, BEN, "/concern rosa afraid of the bill")
    box.fail_next("views.publish", "500")
    box.open_home(BEN)
    box.wait_for(lambda: "#1 · rosa-m" in text(box.home(BEN)), 40)
