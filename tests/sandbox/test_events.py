"""Events: who hears of one, the envelope it comes in, and what happens when the app does not answer."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.core import BOT, Sandbox
from bot.sandbox.workspace import Channel, Person
from tests.sandbox.conftest import TOKEN, TinyApp

OPENED = {"type": "app_home_opened", "user": "U0ANA", "channel": "D0ANA", "tab": "home", "event_ts": "1.0"}


def test_an_event_comes_in_slacks_envelope(box: Sandbox, app: TinyApp) -> None:
    box.happen(OPENED)
    [envelope] = app.events
    assert envelope["event"] == OPENED
    assert (envelope["type"], envelope["team_id"], envelope["api_app_id"]) == ("event_callback", "T0KEPT", "A0KEPT")
    assert envelope["event_id"].startswith("Ev")
    assert envelope["authorizations"] == [{"enterprise_id": None, "team_id": "T0KEPT", "user_id": BOT, "is_bot": True,
                                           "is_enterprise_install": False}]
    assert envelope["is_ext_shared_channel"] is False
    assert "enterprise_id" not in envelope
    assert "X-Slack-Retry-Num" not in app.heads[0]
    box.happen(OPENED)
    assert app.events[1]["event_id"] != envelope["event_id"]


def test_only_what_was_subscribed_to_and_may_be_seen_is_sent(box: Sandbox, app: TinyApp) -> None:
    box.happen({"type": "reaction_added", "user": "U0ANA"})
    box.installs.open(TOKEN).scopes -= {"users:read"}
    box.happen({"type": "user_change", "user": {"id": "U0ANA"}})
    box.subscribed.discard("app_home_opened")
    box.happen(OPENED)
    assert app.events == []


def test_nothing_is_sent_where_the_app_is_not_installed(box: Sandbox, app: TinyApp) -> None:
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [Channel("C1ELM", "elm", ["U1MIA"])])
    box.happen(OPENED, team="T0ELM")
    assert app.events == []


@pytest.mark.parametrize(("answer", "why"), [((500, ""), "http_error"), ((404, ""), "http_error")])
def test_refused_events_come_again_three_times(box: Sandbox, app: TinyApp, answer: tuple[int, Any], why: str) -> None:
    app.hears = lambda envelope: answer
    box.happen(OPENED)
    box.wait_for(lambda: len(app.events) == 4)
    assert [(one.get("X-Slack-Retry-Num"), one.get("X-Slack-Retry-Reason")) for one in app.heads] == [
        (None, None), ("1", why), ("2", why), ("3", why)]
    assert len({one["event_id"] for one in app.events}) == 1


def test_tries_end_with_the_first_that_is_answered(box: Sandbox, app: TinyApp) -> None:
    app.hears = lambda envelope: (200 if len(app.events) == 2 else 500, "")
    box.happen(OPENED)
    box.wait_for(lambda: any("try 1: delivered" in one["what"] for one in box.events))
    assert len(app.events) == 2


def test_any_2xx_is_an_acknowledgement_of_an_event(box: Sandbox, app: TinyApp) -> None:
    app.hears = lambda envelope: (204, "")
    box.happen(OPENED)
    assert box.events[-1] | {"at": ""} == {"at": "", "kind": "event", "who": "app_home_opened", "what": "delivered"}


def test_an_app_that_is_away_hears_of_it_when_it_is_back(box: Sandbox, app: TinyApp) -> None:
    here, box.app_url = box.app_url, "http://127.0.0.1:9/slack/events"
    box.happen(OPENED)
    box.app_url = here
    [heads] = box.wait_for(lambda: app.heads)
    assert heads["X-Slack-Retry-Reason"] == "connection_failed"


def test_an_app_may_ask_for_no_further_tries(box: Sandbox, app: TinyApp) -> None:
    app.hears, app.adds = lambda envelope: (500, ""), {"X-Slack-No-Retry": "1"}
    box.happen(OPENED)
    assert len(app.events) == 1


def test_delivery_faults(box: Sandbox, app: TinyApp) -> None:
    first, second = OPENED | {"event_ts": "1.0"}, OPENED | {"event_ts": "2.0"}
    box.fail_delivery("duplicate")
    box.happen(first)
    assert [one["event_id"] for one in app.events] == [app.events[0]["event_id"]] * 2
    app.events.clear()
    box.fail_delivery("late")
    box.happen(first)
    box.happen(second)
    assert [one["event"]["event_ts"] for one in app.events] == ["2.0"]
    box.release()
    assert [one["event"]["event_ts"] for one in app.events] == ["2.0", "1.0"]
    app.events.clear()
    box.fail_delivery("reversed")
    box.happen(first)
    assert app.events == []
    box.happen(second)
    assert [one["event"]["event_ts"] for one in app.events] == ["2.0", "1.0"]
    app.events.clear()
    box.fail_delivery("drop-ack")
    box.happen(first)
    box.wait_for(lambda: len(app.events) == 2)
    assert app.heads[-1]["X-Slack-Retry-Reason"] == "http_timeout"
    with pytest.raises(ValueError, match="none of"):
        box.fail_delivery("lost")
