"""``kept serve`` and ``kept work`` as two processes against another Slack stand-in do the whole job."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.running.other_slack import CHANNEL, OtherSlack
from tests.running.processes import House

DAY = 24 * 3600


def begin(house: House) -> None:
    assert "care team now" in house.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
    assert "patient of this care team" in house.say("/kept patient add rosa-m")


def buttons(message: dict[str, Any]) -> list[str]:
    return [e["action_id"].partition("/")[0] for b in message["blocks"] for e in b.get("elements", []) if "action_id" in e]


def test_a_promise_is_nudged_kept_and_in_the_digest(house: House, slack: OtherSlack) -> None:
    house.serve()
    worker = house.start("work")
    begin(house)
    house.say("/concern rosa worried she'll lose her job over all these appointments")
    house.say("/barrier rosa ! no ride since her car broke")
    assert "call the ride service" in house.say("/commit rosa call the ride service in 30 minutes for #2")
    urgent = slack.wait(lambda: [p for p in slack.to("D9MIA") if "needs a person" in p["text"]])
    assert "Urgent barrier" in json.dumps(urgent)

    house.ahead(31 * 60)
    nudge = slack.wait(lambda: [p for p in slack.to("D9MIA") if "is due now" in json.dumps(p)])[0]
    assert "ride service" not in json.dumps(nudge)
    assert house.press(nudge, "done") == 200
    changed = slack.wait(lambda: [p for p in slack.to("D9MIA") if p["ts"] == nudge["ts"] and p["updated"]])[0]
    assert "done" not in buttons(changed)
    assert "is kept" in json.dumps(slack.wait(lambda: [p for p in slack.posts if p["channel"].startswith("/respond/")]))

    house.ahead(DAY)
    digest = slack.wait(lambda: [p for p in slack.to("D9MIA") if p["text"] == "Kept: the morning digest"])
    assert "Good morning" in json.dumps(digest)
    assert worker.poll() is None
    assert "worried she'll lose" not in house.log.read_text()
    assert "ride service" not in house.log.read_text()


def test_no_web_api_call_while_membership_and_profile_are_fresh(house: House, slack: OtherSlack) -> None:
    house.serve()
    begin(house)
    before = list(slack.calls)
    house.say("/commit rosa call the clinic tomorrow at 3pm")
    house.say("/kept list")
    assert slack.calls == before


def test_one_process_does_it_all_and_stops_when_told(house: House, slack: OtherSlack) -> None:
    both = house.serve("--with-worker")
    begin(house)
    house.say("/commit rosa call the clinic in 10 minutes")
    house.ahead(11 * 60)
    slack.wait(lambda: slack.to("D9MIA"))
    both.terminate()
    assert both.wait(20) == 0


@pytest.mark.soak  # two minutes, most of them of waiting until nothing can be on its way any more
def test_slack_in_trouble_is_asked_again_and_nothing_doubles(house: House, slack: OtherSlack) -> None:
    house.serve("--with-worker")
    begin(house)
    slack.faults["chat.postMessage"] = ["429", "500", "reset-after"]
    # The person chats on meanwhile: what is looked for is no longer on the first page.
    slack.on_accept = lambda post: slack.chatter(post["channel"], 40)
    house.say("/commit rosa call the clinic in 10 minutes")
    house.ahead(11 * 60)
    # Kept and then the line went dead: the message is found by its mark, not sent again.
    house.until(lambda: '"code": "sent"' in house.log.read_text(), 150)
    assert [post["text"] for post in slack.to("D9MIA") if post["metadata"]] == ["Kept: #1 needs a person"]
    assert slack.calls.count("conversations.history") >= 1


def test_a_message_that_cannot_be_delivered_is_said(house: House, slack: OtherSlack) -> None:
    house.serve("--with-worker")
    begin(house)
    house.say("/commit rosa call the clinic in 10 minutes")
    slack.say = lambda method, args, say=slack.say: (  # type: ignore[method-assign]
        {"ok": False, "error": "user_not_found"} if method == "chat.postMessage" else say(method, args))
    house.ahead(11 * 60)
    house.until(lambda: '"code": "failed"' in house.log.read_text())
    assert "could not be delivered" in house.say("/kept status")
    assert CHANNEL not in house.log.read_text()


def test_a_second_worker_on_one_sqlite_file_is_refused(house: House) -> None:
    if not house.env["DATABASE_URL"].startswith("sqlite"):
        # On PostgreSQL a second worker is welcome and takes a name of its own.
        house.start("work")
        house.start("work")
        house.until(lambda: '"kind": "kept-2"' in house.log.read_text())
        return
    house.start("work")
    house.until(lambda: "engine started" in house.log.read_text())
    second = house.run("work")
    assert second.returncode == 1
    assert "Another kept work" in second.stderr


def test_it_does_not_start_on_old_tables_or_with_another_key(house: House) -> None:
    """C5."""
    house.serve()
    begin(house)
    house.env["KEPT_MASTER_KEY"] = "A" * 43 + "="
    refused = house.run("work")
    assert refused.returncode == 1
    assert "not the key this database was sealed with" in refused.stderr


def test_when_slack_cannot_say_who_is_here_nobody_is_let_in(house: House, slack: OtherSlack) -> None:
    """B6."""
    house.serve()
    for fault in ("500", "429"):
        slack.faults["conversations.members"] = [fault]
        assert "could not check with Slack" in house.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
    begin(house)
    # Slack knows nobody of that name: unknown means no.
    assert "could not check with Slack" in house.say("/kept list", user="U9ZOE")
