"""The sandbox refuses what Slack refuses."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import Sandbox


@pytest.fixture
def box() -> Iterator[Sandbox]:
    made = Sandbox("made-up", "xoxb-made-up", "http://127.0.0.1:9/slack/events")
    made.start()
    yield made
    made.stop()


def client(box: Sandbox) -> WebClient:
    return WebClient("xoxb-made-up", base_url=box.api_url, retry_handlers=[])


def test_second_post_in_a_second_is_429(box: Sandbox) -> None:
    client(box).chat_postMessage(channel="C0MAPLE", text="one")
    with pytest.raises(SlackApiError) as caught:
        client(box).chat_postMessage(channel="C0MAPLE", text="two")
    assert caught.value.response.status_code == 429
    assert [one["text"] for one in box.messages("C0MAPLE")] == ["one"]


def test_unknown_method_and_argument_refused(box: Sandbox) -> None:
    with pytest.raises(SlackApiError, match="unknown_method"):
        client(box).api_call("chat.shout")
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client(box).api_call("auth.test", json={"loud": True})


def test_update_changes_in_place_and_dm_arrives(box: Sandbox) -> None:
    ts = client(box).chat_postMessage(channel="U0PRIYA", text="digest")["ts"]
    client(box).chat_update(channel="D0PRIYA", ts=ts, text="changed")
    assert [one["text"] for one in box.dm("U0PRIYA")] == ["changed"]


def test_unreachable_app_shows_dispatch_failed(box: Sandbox) -> None:
    assert box.command("U0ANA", "C0MAPLE", "/kept", "help").body["text"] == "dispatch_failed"
