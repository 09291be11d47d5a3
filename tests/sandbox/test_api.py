"""The Web API answers and refuses as Slack does, to Slack's own client."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import BOT, Channel, Sandbox
from bot.sandbox.methods import No, Pace
from bot.slack import Permanent, Slack
from tests.sandbox.conftest import TOKEN

CASES: list[tuple[str, dict[str, Any], str]] = [
    ("chat.shout", {}, "unknown_method"),
    ("auth.test", {"loud": True}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0MAPLE", "text": "x", "loud": True}, "invalid_arguments"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "C0MAPLE"}, "no_text"),
    ("chat.postMessage", {"channel": "C0NONE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0LOBBY", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "C0LOCKED", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "C0MAPLE", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "C0MAPLE", "text": "x", "blocks": [{"type": "carousel"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "C0MAPLE", "text": "x", "metadata": {"id": 1}}, "invalid_metadata_format"),
    ("chat.update", {"channel": "C0MAPLE", "ts": "1.0", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "U0ANA", "ts": "1.0", "text": "x"}, "channel_not_found"),
    ("chat.postEphemeral", {"channel": "C0MAPLE", "user": "U0DANA", "text": "x"}, "user_not_in_channel"),
    ("conversations.open", {"users": "U0NONE"}, "user_not_found"),
    ("conversations.open", {"users": "U0ANA,U0BEN"}, "missing_scope"),
    ("reactions.add", {}, "missing_scope"),
]


@pytest.mark.parametrize(("method", "args", "code"), CASES)
def test_refused(box: Sandbox, slack: WebClient, method: str, args: dict[str, Any], code: str) -> None:
    box.channels["C0LOBBY"] = Channel("C0LOBBY", "lobby", ["U0DANA"], private=False)
    box.channels["C0LOCKED"] = Channel("C0LOCKED", "locked", ["U0DANA"])
    with pytest.raises(SlackApiError) as caught:
        slack.api_call(method, json=args)
    assert caught.value.response["error"] == code
    assert box.refused == [(method, code)]
    assert box.messages("C0MAPLE") == []


@pytest.mark.parametrize(("method", "args", "code"), [
    ("users.info", {"user": "U0NONE"}, "user_not_found"), ("users.info", {}, "invalid_arguments"),
    ("conversations.members", {"channel": "C0MAPLE", "limit": 0}, "invalid_limit"),
    ("conversations.members", {"channel": "C0MAPLE", "cursor": "soon"}, "invalid_cursor"),
    ("conversations.history", {"channel": "C0MAPLE", "oldest": "soon"}, "invalid_ts_oldest"),
])
def test_reading_refused(slack: WebClient, method: str, args: dict[str, Any], code: str) -> None:
    with pytest.raises(SlackApiError) as caught:
        slack.api_call(method, params=args)
    assert caught.value.response["error"] == code


def test_reading_methods_do_not_read_json(slack: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        slack.api_call("users.info", json={"user": "U0ANA"})
    assert slack.api_call("users.info", params={"user": "U0ANA"})["user"]["tz"] == "America/New_York"


@pytest.mark.parametrize(("token", "code"), [("xoxb-other", "invalid_auth"), ("", "not_authed")])
def test_token(box: Sandbox, token: str, code: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=10)
    connection.request("POST", "/api/auth.test", b"", {"Authorization": f"Bearer {token}"})
    assert json.loads(connection.getresponse().read())["error"] == code
    connection.close()


def test_a_scope_taken_away_is_missing(box: Sandbox, slack: WebClient) -> None:
    box.installs.open(TOKEN).scopes -= {"users:read"}
    with pytest.raises(SlackApiError) as caught:
        slack.users_info(user="U0ANA")
    assert (caught.value.response["error"], caught.value.response["needed"]) == ("missing_scope", "users:read")


def test_second_post_in_a_second_is_429(box: Sandbox, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="one")
    with pytest.raises(SlackApiError) as caught:
        slack.chat_postMessage(channel="C0MAPLE", text="two")
    assert (caught.value.response.status_code, caught.value.response.headers["Retry-After"]) == (429, "1")
    assert [one["text"] for one in box.messages("C0MAPLE")] == ["one"]
    slack.chat_postMessage(channel="C0OAK", text="another channel")


def test_pace_is_one_a_second_a_channel() -> None:
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.take("C1")
    now[0] = 0.5
    pace.take("C2")
    with pytest.raises(No, match="ratelimited"):
        pace.take("C1")
    now[0] = 1.0
    pace.take("C1")


def test_update_changes_in_place_and_text_alone_takes_the_blocks(box: Sandbox, slack: WebClient) -> None:
    made = slack.chat_postMessage(channel="U0PRIYA", text="digest", blocks=[{"type": "divider"}])
    assert made["channel"] == "D0PRIYA"
    slack.chat_update(channel="D0PRIYA", ts=made["ts"], text="changed")
    [one] = box.dm("U0PRIYA")
    assert (one["text"], one["blocks"], one["edited"]) == ("changed", [], True)


def test_only_its_own_messages_can_be_deleted_and_once(box: Sandbox, slack: WebClient) -> None:
    theirs = box.say("U0ANA", "C0MAPLE", "hello")["ts"]
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        slack.chat_delete(channel="C0MAPLE", ts=theirs)
    app = Slack(slack.token or "", slack.base_url)
    for channel, where in (("C0MAPLE", "C0MAPLE"), ("U0PRIYA", "D0PRIYA")):
        ts = slack.chat_postMessage(channel=channel, text="a nudge")["ts"]
        app.delete(channel, ts)
        assert [one["text"] for one in box.messages(where)] == (["hello"] if where == "C0MAPLE" else [])
        with pytest.raises(Permanent, match="message_not_found"):
            app.delete(channel, ts)


def test_only_its_own_messages_can_be_updated(box: Sandbox, slack: WebClient) -> None:
    ts = box.say("U0ANA", "C0MAPLE", "hello")["ts"]
    with pytest.raises(SlackApiError, match="cant_update_message"):
        slack.chat_update(channel="C0MAPLE", ts=ts, text="x")


def test_ephemeral_is_for_one_person_and_cannot_be_updated(box: Sandbox, slack: WebClient) -> None:
    ts = slack.chat_postEphemeral(channel="C0MAPLE", user="U0ANA", text="only you")["message_ts"]
    assert [one["text"] for one in box.ephemerals("U0ANA")] == ["only you"]
    assert box.ephemerals("U0BEN") == box.messages("C0MAPLE") == []
    with pytest.raises(SlackApiError, match="message_not_found"):
        slack.chat_update(channel="C0MAPLE", ts=ts, text="x")


def test_members_come_in_pages(slack: WebClient) -> None:
    first = slack.conversations_members(channel="C0MAPLE", limit=3)
    cursor = first["response_metadata"]["next_cursor"]
    second = slack.conversations_members(channel="C0MAPLE", limit=3, cursor=cursor)
    assert first["members"] + second["members"] == ["U0ANA", "U0BEN", "U0PRIYA", BOT]
    assert second["response_metadata"]["next_cursor"] == ""


def test_history_is_newest_first_and_shows_metadata_only_when_asked(box: Sandbox, slack: WebClient) -> None:
    mark = {"event_type": "kept", "event_payload": {"id": "1"}}
    posted = slack.chat_postMessage(channel="C0MAPLE", text="one", metadata=mark)["ts"]
    later = box.say("U0ANA", "C0MAPLE", "two")["ts"]
    assert [one["text"] for one in slack.conversations_history(channel="C0MAPLE")["messages"]] == ["two", "one"]
    assert "metadata" not in slack.conversations_history(channel="C0MAPLE")["messages"][1]
    shown = slack.conversations_history(channel="C0MAPLE", include_all_metadata=True, latest=later)["messages"]
    assert [one["metadata"] for one in shown] == [mark]
    assert slack.conversations_history(channel="C0MAPLE", oldest=posted)["messages"][-1]["text"] == "two"
    assert len(slack.conversations_history(channel="C0MAPLE", oldest=posted, inclusive=True)["messages"]) == 2
    page = slack.conversations_history(channel="C0MAPLE", limit=1)
    assert page["has_more"]
    rest = slack.conversations_history(channel="C0MAPLE", limit=1, cursor=page["response_metadata"]["next_cursor"])
    assert (rest["messages"][0]["text"], rest["has_more"]) == ("one", False)


def test_people_and_places(slack: WebClient) -> None:
    user = slack.users_info(user="U0PRIYA")["user"]
    assert (user["real_name"], user["profile"]["title"], user["deleted"]) == ("Priya Nair", "Team lead", False)
    assert slack.conversations_info(channel="C0MAPLE")["channel"]["is_private"]
    assert slack.conversations_open(users="U0BEN")["channel"]["id"] == "D0BEN"
    assert slack.auth_test()["user_id"] == BOT
