"""Before the worker says anything, Slack says who is here: who is gone hears nothing, and what Slack cannot say waits."""

from __future__ import annotations

import json

import pytest

from tests.running.other_slack import BOT, CHANNEL, PEOPLE, OtherSlack
from tests.running.processes import House
from tests.running.test_processes import begin

DAY = 24 * 3600
PROMISE = "/commit rosa call the clinic in 10 minutes"


@pytest.fixture
def both(house: House) -> House:
    """Mia and Leo lead; the worker runs."""
    house.serve("--with-worker")
    begin(house)
    house.say("/kept help", user="U9LEO")
    house.say("/kept setup lead <@U9LEO|leo>")
    return house


def texts(slack: OtherSlack, dm: str) -> list[str]:
    return [str(post["text"]) for post in slack.to(dm)]


def sweep_until_told(both: House, seconds: float) -> None:
    """Mia, within two minutes; each move of the clock is a sweep."""
    for n in range(24):
        both.ahead(seconds + n)
        try:
            both.slack.wait(lambda: both.slack.to("D9MIA"), 5)
        except AssertionError:
            continue
        return
    raise AssertionError("Mia was told nothing")


def test_who_left_the_channel_gets_neither_nudge_nor_digest(both: House, slack: OtherSlack) -> None:
    both.say(PROMISE, user="U9LEO")
    slack.present = ["U9MIA", BOT]
    both.forget_who_is_here()
    both.ahead(11 * 60)
    nudge = slack.wait(lambda: slack.to("D9MIA"))[0]
    assert "someone has to take it" in json.dumps(nudge)
    both.forget_who_is_here()
    both.ahead(DAY)
    slack.wait(lambda: "Kept: the morning digest" in texts(slack, "D9MIA"))
    assert slack.to("D9LEO") == []


def test_a_deactivated_lead_gets_no_digest(both: House, slack: OtherSlack) -> None:
    slack.deleted.add("U9LEO")
    both.forget_who_is_here()
    both.ahead(DAY)
    slack.wait(lambda: "Kept: the morning digest" in texts(slack, "D9MIA"))
    assert slack.to("D9LEO") == []
    assert slack.calls.count("conversations.members") == 2  # at set-up, and once for the digest


@pytest.mark.soak  # half a minute of waiting until Slack is asked again
def test_while_slack_cannot_say_nothing_is_said_and_nothing_is_lost(both: House, slack: OtherSlack) -> None:
    both.say(PROMISE)
    both.forget_who_is_here()
    slack.faults["conversations.members"] = ["500"] * 2
    both.ahead(11 * 60)
    both.until(lambda: "put off until slack says who is here" in both.log.read_text())
    assert slack.to("D9MIA") == []
    sweep_until_told(both, 12 * 60)
    assert texts(slack, "D9MIA") == ["Kept: #1 needs a person"]


@pytest.mark.soak  # nearly a minute, most of it waiting; tests/handlers/test_fresh.py has the same decisions
def test_a_channel_that_is_not_shown_is_said_to_the_leads_once_and_all_goes_on_after(both: House, slack: OtherSlack) -> None:
    both.say(PROMISE, user="U9LEO")
    slack.present = None
    both.forget_who_is_here()
    for n in range(3):
        swept = both.log.read_text().count("sweep finished")
        both.ahead(11 * 60 + n)
        both.until(lambda swept=swept: both.log.read_text().count("sweep finished") > swept)
    said = "Kept: it cannot see your care team's channel"
    slack.wait(lambda: texts(slack, "D9MIA") == texts(slack, "D9LEO") == [said])
    assert slack.calls.count("conversations.members") == 2
    assert both.run("doctor").returncode == 1

    slack.present = [*PEOPLE, BOT]
    both.say("/kept list")
    both.ahead(13 * 60)
    slack.wait(lambda: any("#1 " in json.dumps(post) for post in slack.to("D9LEO")))
    assert [texts(slack, dm).count(said) for dm in ("D9MIA", "D9LEO")] == [1, 1]
    assert slack.to(CHANNEL) == []


@pytest.mark.soak  # nearly a minute, most of it waiting; tests/handlers/test_fresh.py has the same decisions
def test_what_waited_to_leave_does_not_reach_who_left_meanwhile(both: House, slack: OtherSlack) -> None:
    both.say(PROMISE, user="U9LEO")
    slack.faults["chat.postMessage"] = ["429"] * 3
    both.ahead(11 * 60)
    slack.wait(lambda: slack.calls.count("chat.postMessage") > 0)
    slack.present = ["U9MIA", BOT]
    both.forget_who_is_here()
    sweep_until_told(both, 12 * 60)  # once it is known that it does not leave, the leads hear with the next sweep
    told = slack.to("D9MIA")[0]
    assert "could not reach the one it was for" in json.dumps(told)
    assert slack.to("D9LEO") == []
    assert "could not be delivered" in both.say("/kept status")


def test_someone_who_never_typed_is_asked_about_and_a_bot_is_nobody(house: House, slack: OtherSlack) -> None:
    slack.say = lambda method, args, say=slack.say: (  # type: ignore[method-assign]
        {"user": {"id": "U9LEO", "is_bot": True, "team_id": "T9ELM"}}
        if method == "users.info" and args["user"] == "U9LEO" else say(method, args))
    house.serve("--with-worker")
    begin(house)
    house.until(lambda: "1 people here" in house.say("/kept status"))
    house.say("/kept setup lead <@U9LEO|leo>")
    house.ahead(DAY)
    slack.wait(lambda: "Kept: the morning digest" in texts(slack, "D9MIA"))
    assert slack.to("D9LEO") == []
