"""Channels and people change, the app hears of it in Slack's shapes, and the Web API says so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.sandbox.core import BOT, Channel, Person, Sandbox
from bot.sandbox.rooms import shown
from bot.sandbox.workspace import Workspace
from tests.sandbox.conftest import TOKEN, TinyApp
from tests.sandbox.test_signed import CARD

Json = dict[str, Any]
RENAMED = {"id": "C0MAPLE", "name": "care-elm", "name_normalized": "care-elm", "created": 1_700_000_000, "is_mpim": False}

# What is done, to a private channel and to a public one, and the event that comes of it but for its time.
PRIVATE: list[tuple[Callable[[Sandbox], object], Json]] = [
    (lambda box: box.archive("C0MAPLE"), {"type": "group_archive", "channel": "C0MAPLE", "user": "U0ANA", "is_moved": 0}),
    (lambda box: box.rename("C0MAPLE", "care-elm"), {"type": "group_rename", "channel": RENAMED | {"is_channel": False}}),
    (lambda box: box.join("U0DANA", "C0MAPLE", "U0ANA"), {
        "type": "member_joined_channel", "user": "U0DANA", "channel": "C0MAPLE", "channel_type": "C", "team": "T0KEPT",
        "inviter": "U0ANA"}),
    (lambda box: box.leave("U0BEN", "C0MAPLE"), {
        "type": "member_left_channel", "user": "U0BEN", "channel": "C0MAPLE", "channel_type": "C", "team": "T0KEPT"}),
    (lambda box: box.leave(BOT, "C0MAPLE", "U0ANA"), {"type": "group_left", "channel": "C0MAPLE", "actor_id": "U0ANA"}),
    (lambda box: box.share("C0MAPLE"), {"type": "channel_shared", "channel": "C0MAPLE", "connected_team_id": "T0OTHER"}),
    (lambda box: box.change_id("C0MAPLE", "C1MAPLE"), {
        "type": "channel_id_changed", "old_channel_id": "C0MAPLE", "new_channel_id": "C1MAPLE"}),
]
PUBLIC: list[tuple[Callable[[Sandbox], object], Json]] = [
    (lambda box: box.archive("C0MAPLE", "U0BEN"), {
        "type": "channel_archive", "channel": "C0MAPLE", "user": "U0BEN", "is_moved": 0}),
    (lambda box: box.rename("C0MAPLE", "care-elm"), {"type": "channel_rename", "channel": RENAMED | {"is_channel": True}}),
    (lambda box: box.leave(BOT, "C0MAPLE"), {"type": "channel_left", "channel": "C0MAPLE", "actor_id": "U0ANA"}),
]


def told(app: TinyApp) -> list[Json]:
    return [{key: value for key, value in one["event"].items() if key != "event_ts"} for one in app.events]


@pytest.mark.parametrize(("act", "event"), PRIVATE, ids=[event["type"] for _, event in PRIVATE])
def test_of_a_private_channel(box: Sandbox, app: TinyApp, act: Callable[[Sandbox], object], event: Json) -> None:
    act(box)
    assert told(app) == [event]
    assert app.events[0]["event"]["event_ts"] > "1"


@pytest.mark.parametrize(("act", "event"), PUBLIC, ids=[event["type"] for _, event in PUBLIC])
def test_of_a_public_channel(box: Sandbox, app: TinyApp, act: Callable[[Sandbox], object], event: Json) -> None:
    box.make_public("C0MAPLE")
    act(box)
    assert told(app) == [event]


@pytest.mark.parametrize("act", [act for act, _ in PRIVATE if act is not PRIVATE[4][0]])
def test_of_a_private_channel_it_is_not_in_an_app_hears_nothing(box: Sandbox, app: TinyApp,
                                                                act: Callable[[Sandbox], object]) -> None:
    box.leave(BOT, "C0MAPLE")
    app.events.clear()
    act(box)
    assert app.events == []


@pytest.mark.parametrize(("act", "why"), [
    (lambda box: box.archive("C0NONE"), "C0NONE"), (lambda box: box.rename("C0MAPLE", "Care Maple!"), "lower case"),
    (lambda box: box.unarchive("C0MAPLE"), "so already"), (lambda box: box.unshare("C0MAPLE"), "shared with nobody"),
    (lambda box: box.change_id("C0MAPLE", "C0OAK"), "another channel"),
    (lambda box: box.change_profile("U0ANA", shoe=43), "none of"),
])
def test_what_cannot_be(box: Sandbox, app: TinyApp, act: Callable[[Sandbox], object], why: str) -> None:
    with pytest.raises((KeyError, ValueError), match=why):
        act(box)
    assert app.events == []


def refused(call: Callable[[], object]) -> str:
    with pytest.raises(SlackApiError) as caught:
        call()
    return str(caught.value.response["error"])


def test_an_archived_channel_can_be_read_and_not_written(box: Sandbox, slack: WebClient) -> None:
    ts = slack.chat_postMessage(channel="C0MAPLE", text="before")["ts"]
    box.archive("C0MAPLE")
    assert slack.conversations_info(channel="C0MAPLE")["channel"]["is_archived"]
    assert len(slack.conversations_history(channel="C0MAPLE")["messages"]) == 1
    assert refused(lambda: slack.chat_postMessage(channel="C0MAPLE", text="x")) == "is_archived"
    assert refused(lambda: slack.chat_postEphemeral(channel="C0MAPLE", user="U0ANA", text="x")) == "is_archived"
    assert refused(lambda: slack.chat_update(channel="C0MAPLE", ts=ts, text="x")) == "is_inactive"
    with pytest.raises(ValueError, match="archived"):
        box.command("U0ANA", "C0MAPLE", "/kept", "x")
    box.unarchive("C0MAPLE")
    assert slack.chat_update(channel="C0MAPLE", ts=ts, text="after")["ok"]


def test_a_public_channel_is_seen_from_outside(box: Sandbox, slack: WebClient) -> None:
    box.channels["C0LOBBY"] = Channel("C0LOBBY", "lobby", ["U0DANA"], private=False)
    assert slack.conversations_info(channel="C0LOBBY")["channel"]["is_member"] is False
    assert slack.conversations_members(channel="C0LOBBY")["members"] == ["U0DANA"]
    assert refused(lambda: slack.conversations_history(channel="C0LOBBY")) == "not_in_channel"
    box.join(BOT, "C0LOBBY")
    assert slack.conversations_info(channel="C0LOBBY", include_num_members=True)["channel"]["num_members"] == 2


def test_after_a_change_of_id_the_old_one_is_not_found(box: Sandbox, slack: WebClient) -> None:
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    box.change_id("C0MAPLE", "C1MAPLE")
    assert refused(lambda: slack.conversations_info(channel="C0MAPLE")) == "channel_not_found"
    assert slack.conversations_info(channel="C1MAPLE")["channel"]["id"] == "C1MAPLE"
    [card] = box.messages("C1MAPLE")
    assert box.press("U0ANA", card, "done").status == 200


def elm(box: Sandbox, enterprise: str = "") -> Workspace:
    """Another workspace, where Mia is, and the app is not."""
    return box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [], enterprise=enterprise)


def test_a_shared_channel_says_with_whom(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    elm(box)
    box.share("C0MAPLE", "T0ELM")
    found = slack.conversations_info(channel="C0MAPLE")["channel"]
    assert (found["is_shared"], found["is_ext_shared"], found["is_org_shared"]) == (True, True, False)
    assert (found["connected_team_ids"], found["conversation_host_id"]) == (["T0ELM"], "T0KEPT")
    box.unshare("C0MAPLE")
    assert told(app)[-1] == {"type": "channel_unshared", "previously_connected_team_id": "T0ELM", "channel": "C0MAPLE",
                             "is_ext_shared": False}
    found = slack.conversations_info(channel="C0MAPLE")["channel"]
    assert (found["is_shared"], found["is_ext_shared"]) == (False, False)
    assert "connected_team_ids" not in found


def test_within_one_org_a_shared_channel_is_not_external(app: TinyApp, slack: WebClient, box: Sandbox) -> None:
    elm(box, enterprise="E0ORG")
    oak = box.add_workspace("T0OAK", "oak", [], [Channel("C2OAK", "oak", [])], enterprise="E0ORG")
    box.share("C2OAK", "T0ELM")
    found = shown(oak, oak.channels["C2OAK"])
    assert (found["is_shared"], found["is_ext_shared"], found["is_org_shared"]) == (True, False, True)


def test_someone_from_outside(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    """They are known by their own workspace, press what they see, and have none of the app's commands."""
    elm(box)
    box.share("C0MAPLE", "T0ELM")
    assert refused(lambda: slack.users_info(user="U1MIA")) == "user_not_found"
    box.join("U1MIA", "C0MAPLE")
    joined = app.events[-1]
    assert (joined["event"]["team"], joined["team_id"], joined["is_ext_shared_channel"]) == ("T0ELM", "T0ELM", True)
    assert joined["authorizations"][0]["team_id"] == joined["context_team_id"] == "T0KEPT"
    user = slack.users_info(user="U1MIA")["user"]
    assert (user["team_id"], user["is_stranger"]) == ("T0ELM", False)
    slack.chat_postMessage(channel="C0MAPLE", text="card", blocks=CARD)
    box.press("U1MIA", box.messages("C0MAPLE")[-1], "done")
    assert (app.payload["user"]["team_id"], app.payload["team"]["id"]) == ("T0ELM", "T0KEPT")
    assert box.command("U1MIA", "C0MAPLE", "/kept", "x").body == {"text": "unknown_command"}
    box.mention("U1MIA", "C0MAPLE", "who owns this?")
    said = app.events[-1]
    assert (said["event"]["team"], said["event"]["user_team"], said["team_id"]) == ("T0KEPT", "T0ELM", "T0KEPT")
    box.leave("U1MIA", "C0MAPLE")
    assert slack.users_info(user="U1MIA")["user"]["is_stranger"] is True
    assert refused(lambda: slack.conversations_open(users="U1MIA")) == "invalid_user_combination"


def test_what_happens_in_no_channel_is_told_by_the_persons_own_workspace(box: Sandbox) -> None:
    """Of modals, Home and shortcuts Slack names no workspace to an org-wide install, and an outsider's own to any."""
    ash = elm(box, enterprise="E0ORG")
    mia = ash.people["U1MIA"]
    assert ash.whose(mia)["team"] == {"id": "T0ELM", "domain": "elm", "enterprise_id": "E0ORG", "enterprise_name": "Org E0ORG"}
    assert box.workspace.whose(mia)["team"] == {"id": "T0ELM", "domain": "t0elm"}
    assert box.workspace.whose(mia)["enterprise"] is None
    ash.org_wide = True
    assert ash.whose(mia) == {"team": None, "is_enterprise_install": True, "enterprise": {"id": "E0ORG", "name": "Org E0ORG"}}
    assert ash.whose()["team"]["id"] == "T0ELM"


def test_someone_of_an_outside_org_is_told_by_the_org(box: Sandbox, app: TinyApp) -> None:
    elm(box, enterprise="E0ORG")
    box.share("C0MAPLE", "T0ELM")
    assert app.events[-1]["event"]["connected_team_id"] == "E0ORG"
    box.join("U1MIA", "C0MAPLE")
    assert (app.events[-1]["event"]["team"], app.events[-1]["event"]["enterprise"]) == ("T0ELM", "E0ORG")
    assert app.events[-1]["enterprise_id"] == "E0ORG"
    box.leave("U1MIA", "C0MAPLE")
    assert app.events[-1]["event"]["team"] == "E0ORG"


def test_what_people_say(box: Sandbox, app: TinyApp) -> None:
    box.say("U0ANA", "C0MAPLE", "good morning @ben")
    assert app.events == []
    box.mention("U0ANA", "C0MAPLE", "what about @ben & me?")
    event = app.events[-1]["event"]
    assert (event["type"], event["user"], event["channel"], event["team"]) == ("app_mention", "U0ANA", "C0MAPLE", "T0KEPT")
    assert event["text"] == f"<@{BOT}> what about <@U0BEN> &amp; me?"
    [section] = event["blocks"][0]["elements"]
    assert section["elements"] == [{"type": "user", "user_id": BOT}, {"type": "text", "text": " what about "},
                                   {"type": "user", "user_id": "U0BEN"}, {"type": "text", "text": " & me?"}]
    box.say("U0ANA", "D0ANA", "hello @kept")
    event = app.events[-1]["event"]
    assert (event["type"], event["channel_type"], event["channel"]) == ("message", "im", "D0ANA")
    assert len(app.events) == 2


def test_an_app_hears_no_mention_where_it_is_not(box: Sandbox, app: TinyApp) -> None:
    box.leave(BOT, "C0MAPLE")
    app.events.clear()
    box.mention("U0ANA", "C0MAPLE", "hello?")
    assert app.events == []


def test_ordinary_messages_reach_only_an_app_that_asked_for_them(box: Sandbox, app: TinyApp) -> None:
    box.subscribed.add("message.groups")
    box.say("U0ANA", "C0MAPLE", "good morning")
    [one] = app.events
    assert (one["event"]["channel_type"], one["event"]["text"]) == ("group", "good morning")


def test_a_person_changes_and_goes(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.change_profile("U0BEN", name="Ben O.", tz="America/Denver")
    event = app.events[-1]["event"]
    assert event["type"] == "user_change"
    assert (event["user"]["real_name"], event["user"]["tz"], event["user"]["deleted"]) == ("Ben O.", "America/Denver", False)
    assert event["user"]["tz_offset"] in (-21_600, -25_200)
    box.deactivate("U0BEN")
    assert app.events[-1]["event"]["user"]["deleted"] is True
    assert slack.users_info(user="U0BEN")["user"]["deleted"] is True
    assert refused(lambda: slack.conversations_open(users="U0BEN")) == "user_disabled"
    with pytest.raises(ValueError, match="deactivated"):
        box.command("U0BEN", "C0MAPLE", "/kept", "x")
    box.reactivate("U0BEN")
    assert box.command("U0BEN", "C0MAPLE", "/kept", "x").status == 200


def test_someone_new(box: Sandbox, app: TinyApp, slack: WebClient) -> None:
    box.arrive(Person("U0NEW", "noor", "Noor Haddad", "Nurse"))
    assert (app.events[-1]["event"]["type"], app.events[-1]["event"]["user"]["id"]) == ("team_join", "U0NEW")
    assert slack.users_info(user="U0NEW")["user"]["team_id"] == "T0KEPT"


def test_a_token_sees_its_own_workspace_alone(box: Sandbox, slack: WebClient) -> None:
    box.add_workspace("T0ELM", "elm", [Person("U1MIA", "mia", "Mia Lund", "")], [Channel("C1ELM", "elm", ["U1MIA", "U0ELMKEPT"])])
    assert refused(lambda: slack.users_info(user="U1MIA")) == "user_not_found"
    assert refused(lambda: slack.conversations_open(users="U1MIA")) == "user_not_found"
    assert refused(lambda: slack.chat_postMessage(channel="C1ELM", text="x")) == "channel_not_found"
    assert refused(lambda: slack.conversations_members(channel="C1ELM")) == "channel_not_found"
    assert box.messages("C1ELM") == []


def test_before_start_a_change_tells_nobody() -> None:
    box = Sandbox("made-up", TOKEN)
    box.leave("U0BEN", "C0MAPLE")
    assert "U0BEN" not in box.channels["C0MAPLE"].members
