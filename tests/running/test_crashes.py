"""Kill -9 at named points, and start again: nothing acknowledged is lost, nothing said twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.running.other_slack import OtherSlack
from tests.running.points import BESIDE, NAMED, sides
from tests.running.processes import House
from tests.running.test_processes import begin

KILLER = ("-m", "tests.running.killer")
# Where it stands in Slack and nobody knows. Every other point, and every fault of Slack's at each: ``make soak``, by
# tests/running/soak_kills.py.
TELLING = "message accepted"


def crash_and_go_on(house: House, point: str) -> Path:
    """A worker that dies at ``point``, and another after it. The file in which both note the points that they pass."""
    notes = house.folder / "notes"
    dying = house.start("work", runner=KILLER, env={"KILL_AT": point, "KILL_NOTE": str(notes)})
    house.until(lambda: dying.poll() is not None, 60)
    assert dying.returncode == -9, house.log.read_text()[-2000:]
    house.start("work", runner=KILLER, env={"KILL_NOTE": str(notes)})
    return notes


def look_again(house: House, slack: OtherSlack, seconds: float) -> None:
    """Wait until the message stands, then let another sweep, and the hand-over after it, look at it all again."""
    slack.wait(lambda: slack.to("D9MIA"), 90)
    swept = house.log.read_text().count("sweep finished")
    house.ahead(seconds + 1)
    house.until(lambda: house.log.read_text().count("sweep finished") > swept)


def test_a_nudge_is_said_once_whatever_dies(house: House, slack: OtherSlack) -> None:
    house.serve()
    begin(house)
    house.say("/commit rosa call the clinic in 10 minutes")
    house.ahead(11 * 60)
    notes = crash_and_go_on(house, TELLING)
    look_again(house, slack, 11 * 60)
    assert [post["text"] for post in slack.to("D9MIA")] == ["Kept: #1 needs a person"]
    # It stands where the ledger says: keeping the promise changes it.
    house.say("/kept done 1")
    slack.wait(lambda: [p for p in slack.to("D9MIA") if p["updated"]], 90)
    house.until(lambda: "update settled:after" in notes.read_text())
    assert set(notes.read_text().splitlines()) <= NAMED | BESIDE


@pytest.mark.soak
def test_every_change_of_a_message_s_way_is_a_point(house: House, slack: OtherSlack) -> None:
    """A commit or a call that nobody has named yet fails this: then it is to be named, and killed at."""
    house.serve()
    begin(house)
    slack.faults["chat.postMessage"] = ["429", "500"]
    house.say("/commit rosa call the clinic in 10 minutes")
    house.ahead(11 * 60)
    notes = house.folder / "notes"
    house.start("work", runner=KILLER, env={"KILL_NOTE": str(notes)})
    slack.wait(lambda: slack.to("D9MIA"), 120)
    house.until(lambda: "post settled:after" in notes.read_text())
    house.say("/kept done 1")
    house.until(lambda: "update settled:after" in notes.read_text())
    seen = set(notes.read_text().splitlines())
    assert seen <= NAMED | BESIDE
    assert seen >= NAMED - set(sides("update written"))


@pytest.mark.soak
def test_a_digest_is_sent_once_whatever_dies(house: House, slack: OtherSlack) -> None:
    house.serve()
    begin(house)
    house.ahead(24 * 3600)
    crash_and_go_on(house, TELLING)
    look_again(house, slack, 24 * 3600)
    assert [post["text"] for post in slack.to("D9MIA")] == ["Kept: the morning digest"]


@pytest.mark.parametrize("side", ["before", "after"])
def test_a8_a_command_and_an_event_cut_off_by_a_crash_are_done_once(house: House, slack: OtherSlack, side: str) -> None:
    dying = house.serve(runner=KILLER, env={"KILL_AT": f"post written:{side}@D9MIA"})
    begin(house)
    house.say("/concern rosa afraid of the bill")
    assert house.write_to("hello", "Ev8") == 0
    house.until(lambda: dying.poll() == -9)

    dying = house.serve(runner=KILLER, env={"KILL_AT": f"entered:{side}"})
    assert house.write_to("hello", "Ev8", retry=1) == 200
    status, _ = house.send("/commit rosa call the clinic by Friday 3pm", trigger="same")
    assert status == 0
    house.until(lambda: dying.poll() == -9)

    house.serve()
    again = house.say("/commit rosa call the clinic by Friday 3pm", trigger="same")
    assert ("Already saved: #2" if side == "after" else "Kept as #2") in again
    assert house.write_to("hello", "Ev8", retry=2) == 200
    listed = house.say("/kept list")
    assert "#1 " in listed  # acknowledged before the crash
    assert listed.count("call the clinic") == 1
    assert json.dumps(listed).count("#3") == 0
    database = create_engine(house.owner)
    with database.connect() as raw:
        assert raw.scalar(text("SELECT count(*) FROM outgoing WHERE channel = 'D9MIA'")) == 1
    database.dispose()
