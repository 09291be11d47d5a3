"""Kill -9 at named points, and start again: nothing acknowledged is lost, nothing said twice."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.running.other_slack import OtherSlack
from tests.running.processes import House
from tests.running.test_processes import begin

KILLER = ("-m", "tests.running.killer")
# Each commit of the worker's way, before and after it: leased, decided, leased, written, leased, held, settled; and what lies
# between. The first is the sweep's own, which says that it has begun.
POINTS = [f"commit:{side}:{nth}" for nth in range(2, 9) for side in ("before", "after")]
POINTS += ["event:message handed over:1", "event:message accepted:1", "event:message settled:1"]
DIGEST_POINTS = ["commit:after:3", "event:message accepted:1"]
# Where it stands in Slack and nobody knows. The rest in ``make soak``.
TELLING = {"event:message accepted:1"}


def points(every: list[str]) -> list[Any]:
    return [point if point in TELLING else pytest.param(point, marks=pytest.mark.soak) for point in every]


def crash_and_go_on(house: House, point: str) -> None:
    """A worker that dies at ``point``, and another after it."""
    dying = house.start("work", runner=KILLER, env={"KILL_AT": point})
    house.until(lambda: dying.poll() is not None, 60)
    assert dying.returncode == -9, house.log.read_text()[-2000:]
    house.start("work")


def look_again(house: House, slack: OtherSlack, seconds: float) -> None:
    """Wait until the message stands, then let another sweep, and the hand-over after it, look at it all again."""
    slack.wait(lambda: slack.to("D9MIA"), 90)
    swept = house.log.read_text().count("sweep finished")
    house.ahead(seconds + 1)
    house.until(lambda: house.log.read_text().count("sweep finished") > swept)


@pytest.mark.parametrize("point", points(POINTS))
def test_a_nudge_is_said_once_whatever_dies(house: House, slack: OtherSlack, point: str) -> None:
    house.serve()
    begin(house)
    house.say("/commit rosa call the clinic in 10 minutes")
    house.ahead(11 * 60)
    crash_and_go_on(house, point)
    look_again(house, slack, 11 * 60)
    assert [post["text"] for post in slack.to("D9MIA")] == ["Kept: #1 needs a person"]
    # It stands where the ledger says: keeping the promise changes it.
    house.say("/kept done 1")
    slack.wait(lambda: [p for p in slack.to("D9MIA") if p["updated"]], 90)


@pytest.mark.parametrize("point", DIGEST_POINTS)
def test_a_digest_is_sent_once_whatever_dies(house: House, slack: OtherSlack, point: str) -> None:
    house.serve()
    begin(house)
    house.ahead(24 * 3600)
    crash_and_go_on(house, point)
    look_again(house, slack, 24 * 3600)
    assert [post["text"] for post in slack.to("D9MIA")] == ["Kept: the morning digest"]


@pytest.mark.parametrize("point", ["commit:before:1", "commit:after:1"])
def test_a_command_cut_off_by_a_crash_is_saved_once(house: House, slack: OtherSlack, point: str) -> None:
    web = house.serve()
    begin(house)
    house.say("/concern rosa afraid of the bill")
    house.kill(web)
    dying = house.serve(runner=KILLER, env={"KILL_AT": point})
    status, _ = house.send("/commit rosa call the clinic by Friday 3pm", trigger="same")
    assert status == 0
    house.until(lambda: dying.poll() == -9)

    house.serve()
    again = house.say("/commit rosa call the clinic by Friday 3pm", trigger="same")
    assert ("Already saved: #2" if "after" in point else "Kept as #2") in again
    listed = house.say("/kept list")
    assert "#1 " in listed  # acknowledged before the crash
    assert listed.count("call the clinic") == 1
    assert json.dumps(listed).count("#3") == 0
