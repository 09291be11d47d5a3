"""The page's switches: what they offer, what a press does, and what cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.core import BOT, Channel, Person, Sandbox
from tests.sandbox.conftest import TinyApp
from tests.sandbox.test_events import OPENED
from tests.sandbox.test_page import ask, seen


def press(box: Sandbox, label: str) -> int:
    """Press the switch of that label as Ana finds it."""
    one = next(one for one in seen(box)["switches"] if one["label"] == label)
    return ask(box, "POST", f"/do/{one['do']}", {"as": "U0ANA", **one["body"]})[0]


def labels(box: Sandbox) -> list[str]:
    return [one["label"] for one in seen(box)["switches"]]


def test_a_persons_own_channels_have_switches(box: Sandbox) -> None:
    assert [one for one in labels(box) if "#" in one] == [
        "Archive #care-maple", "Share #care-maple with another company", "Make #care-maple public",
        "Take Kept out of #care-maple"]


@pytest.mark.parametrize(("label", "back", "event"), [
    ("Archive #care-maple", "Bring #care-maple back", "group_archive"),
    ("Share #care-maple with another company", "Share #care-maple no more", "channel_shared"),
    ("Take Kept out of #care-maple", "Invite Kept to #care-maple", "group_left"),
])
def test_a_switch_and_back(box: Sandbox, app: TinyApp, label: str, back: str, event: str) -> None:
    assert press(box, label) == 200
    box.wait_for(lambda: app.events)
    assert app.events[0]["event"]["type"] == event
    assert label not in labels(box)
    assert press(box, back) == 200
    assert label in labels(box)


def test_what_a_switch_changed_is_changed(box: Sandbox) -> None:
    press(box, "Take Kept out of #care-maple")
    assert BOT not in box.channels["C0MAPLE"].members
    press(box, "Make #care-maple public")
    assert box.channels["C0MAPLE"].private is False
    assert "Make #care-maple public" not in labels(box)


def test_an_event_is_held_back_and_sent(box: Sandbox, app: TinyApp) -> None:
    press(box, "Hold the next event back")
    box.happen(OPENED)
    assert app.events == []
    assert press(box, "Send what was held back (1)") == 200
    assert len(app.events) == 1


@pytest.mark.parametrize(("what", "body", "status"), [
    ("channel", {"act": "explode", "channel": "C0MAPLE"}, 400), ("channel", {"act": "archive", "channel": "C0NONE"}, 404),
    ("channel", {"act": "unarchive", "channel": "C0MAPLE"}, 400), ("deliver", {"kind": "twice"}, 400),
    ("disconnect", {}, 400),
])
def test_what_cannot_be(box: Sandbox, what: str, body: dict[str, Any], status: int) -> None:
    assert ask(box, "POST", f"/do/{what}", body)[0] == status


def test_the_page_knows_the_workspaces_and_the_way_to_the_app(box: Sandbox) -> None:
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [Channel("C1ELM", "elm", ["U1MIA"])])
    found = seen(box, "U1MIA")
    assert [(one["id"], one["name"]) for one in found["workspaces"]] == [("T0KEPT", "Sandbox"), ("T0ELM", "elm")]
    assert found["workspaces"][1]["people"] == ["U1MIA"]
    assert [one["name"] for one in found["conversations"]] == ["elm", "Kept"]
    assert found["transport"] == "http"
    box.app_url = ""
    assert seen(box)["transport"] == "none"
