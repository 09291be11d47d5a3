"""Events: told twice, late or in the wrong order, they come to the same; and what they mean for nudges and commands."""

from __future__ import annotations

import itertools
import json
from datetime import timedelta
from typing import Any

import pytest

from handlers.access import Facts, Outdated, Room
from handlers.happening import Happening, hear, would_be
from models.heard import Heard
from models.nudge import Nudge
from models.outgoing import Outgoing, Sort
from models.team import CareTeam, Member
from models.workspace import Workspace, WorkspaceState
from tests.handlers.conftest import ANA, BEN, HOME, Team

SERIAL = itertools.count()
PRIVATE, SHARED = Room(private=True, archived=False, shared=False), Room(private=True, archived=False, shared=True)
PUBLIC = Room(private=False, archived=False, shared=False)


def happen(team: Team, kind: str, facts: Facts | None = None, *, event_id: str = "", ago: float = 0, **event: Any) -> None:
    user = event.get("user")
    happening = Happening(kind, {"type": kind, **event}, event_id or f"Ev{next(SERIAL)}", team.now - timedelta(seconds=ago),
                          team.now, team.now, user if isinstance(user, str) else "")
    hear(team.store, team.workspace, happening, facts)


def the_team(team: Team) -> CareTeam:
    return next(one for one in team.rows(CareTeam) if one.channel == HOME or one.channel == "C1NEW")


@pytest.mark.parametrize("kind", ["member_joined_channel", "member_left_channel", "group_left", "channel_left"])
def test_who_is_in_the_channel_is_asked_for_again(team: Team, kind: str) -> None:
    assert the_team(team).members_checked_at is not None
    happen(team, kind, user=BEN, channel=HOME)
    assert the_team(team).members_checked_at is None
    happen(team, kind, user=BEN, channel="C0ELSEWHERE")


def test_someone_who_changed_is_asked_about_again(team: Team) -> None:
    happen(team, "user_change", user={"id": BEN, "deleted": True})
    found = {one.slack_id: one.checked_at for one in team.rows(Member)}
    assert found[BEN] is None
    assert found[ANA] is not None
    happen(team, "user_change", user={"id": "U0NOBODY"})
    assert "U0NOBODY" not in {one.slack_id for one in team.rows(Member)}


def test_an_event_told_twice_is_done_once(team: Team) -> None:
    for _ in range(2):
        happen(team, "message", event_id="Ev1", user=ANA, channel="D1", channel_type="im", text="hello")
    assert len([row for row in team.rows(Outgoing) if row.channel == "D1"]) == 1
    assert len(team.rows(Heard)) == 1


def test_a_channel_shared_with_others_is_silent_and_its_leads_hear_why(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    before = len(team.rows(Nudge))
    with pytest.raises(Outdated):
        happen(team, "channel_shared", channel=HOME, connected_team_id="T0OTHER")
    happen(team, "channel_shared", Facts(room=SHARED), channel=HOME, connected_team_id="T0OTHER")
    assert the_team(team).barred == "shared"
    told = [row for row in team.rows(Nudge) if row.rule == "barred"]
    assert [row.recipient for row in told] == [ANA]
    team.room = SHARED
    assert "shared with people outside" in team.say("/concern rosa afraid of the bus")
    assert len(team.items()) == 1
    team.later(days=5)
    team.sweep()
    assert len(team.rows(Nudge)) == before + 1
    # And when it is over, all is as before.
    happen(team, "channel_unshared", Facts(room=PRIVATE), channel=HOME)
    team.room = PRIVATE
    assert "Kept as #2" in team.say("/concern rosa afraid of the bus")
    team.later(days=5)
    team.sweep()
    assert len(team.rows(Nudge)) > before + 1


def test_shared_and_unshared_in_the_wrong_order_come_to_what_slack_says_now(team: Team) -> None:
    happen(team, "channel_unshared", Facts(room=PRIVATE), channel=HOME)
    happen(team, "channel_shared", Facts(room=PRIVATE), channel=HOME, ago=60)
    assert the_team(team).barred is None


def test_when_slack_cannot_say_the_channel_is_asked_about_by_whoever_comes_next(team: Team) -> None:
    happen(team, "channel_shared", Facts(), channel=HOME)
    assert the_team(team).room_checked_at is None
    team.room = SHARED
    assert "shared with people outside" in team.say("/kept list")


def test_a_public_channel_is_no_place_for_a_care_team(team: Team) -> None:
    team.room, team.members["C5"] = PUBLIC, frozenset({ANA})
    assert "This channel is public" in team.say("/kept setup zone America/New_York", channel="C5")
    assert "C5" not in {one.channel for one in team.rows(CareTeam)}


def test_a_channel_that_gets_another_id_is_still_the_teams(team: Team) -> None:
    team.say("/barrier rosa ! eviction notice came")
    happen(team, "channel_id_changed", old_channel_id=HOME, new_channel_id="C1NEW")
    happen(team, "channel_id_changed", old_channel_id=HOME, new_channel_id="C1NEW")
    assert the_team(team).channel == "C1NEW"
    assert HOME not in {row.recipient for row in team.rows(Nudge)}
    team.members["C1NEW"] = frozenset({ANA, BEN})
    assert "#1" in team.say("/kept list", channel="C1NEW")


def test_uninstalled_the_token_goes_and_a_late_word_of_it_does_not_undo_a_reinstall(team: Team) -> None:
    from models.installation import Grant, grant, token_of
    store, key = team.store, team.workspace

    def state() -> WorkspaceState:
        return store.peek(lambda s: s.get_one(Workspace, key)).state

    def install() -> None:
        store.transact(key, lambda s: grant(s, key, Grant("T1", "UBOT", "xoxb-new"), team.now, team.now))

    install()
    happen(team, "tokens_revoked", tokens={"bot": ["USOMEBODY"], "oauth": [ANA]})
    assert state() is WorkspaceState.INSTALLED
    happen(team, "tokens_revoked", tokens={"bot": ["UBOT"]})
    assert state() is WorkspaceState.UNINSTALLED
    row = store.peek(lambda s: s.get_one(Workspace, key))
    assert row.token_sealed is None
    assert row.refresh_sealed is None
    assert store.look(key, lambda s: token_of(s, key, team.now)) is None
    happen(team, "app_uninstalled")
    team.later(minutes=5)
    install()
    happen(team, "app_uninstalled", ago=3600)
    assert state() is WorkspaceState.INSTALLED
    # So near the install that only the token can say which was first: our clock is not Slack's.
    with pytest.raises(Outdated):
        happen(team, "app_uninstalled", ago=200)
    happen(team, "app_uninstalled", Facts(works=True), ago=200)
    assert state() is WorkspaceState.INSTALLED
    happen(team, "app_uninstalled", Facts(works=False), ago=200)
    assert state() is WorkspaceState.UNINSTALLED
    install()
    happen(team, "app_uninstalled", ago=-1)
    assert state() is WorkspaceState.UNINSTALLED


@pytest.mark.parametrize(("text", "line"), [
    ("<@U0KEPT|kept> rosa needs a ride", "/kept rosa needs a ride"), ("done 42", "/kept done 42"),
    ("commit rosa call by Friday", "/commit rosa call by Friday"), ("/concern rosa afraid", "/concern rosa afraid"),
    ("kept list", "/kept list"), ("<@U0KEPT|kept>", ""), ("", ""), ("promise rosa call by Friday", "/commit rosa call by Friday"),
])
def test_what_the_command_would_have_been(text: str, line: str) -> None:
    assert would_be(text, "U0KEPT") == line


def test_a_mention_is_answered_to_that_person_alone_and_saves_nothing(team: Team) -> None:
    happen(team, "app_mention", user=ANA, channel=HOME, text="<@UBOT> commit rosa call her by Friday")
    row = next(row for row in team.rows(Outgoing) if row.sort is Sort.WHISPER)
    assert (row.channel, row.person) == (HOME, ANA)
    body = team.store.look(team.workspace, lambda s: s.get_one(Outgoing, (team.workspace, row.id)).body)
    assert "/commit rosa call her by Friday" in json.dumps(json.loads(body), ensure_ascii=False)
    assert team.items() == []


@pytest.mark.parametrize("event", [
    {"user": "UBOT", "bot_id": "B1", "channel_type": "im"}, {"user": ANA, "channel_type": "im", "subtype": "message_changed"},
    {"user": ANA, "channel_type": "channel"}, {"channel_type": "im"},
])
def test_what_is_not_said_to_kept_by_a_person_is_not_answered(team: Team, event: dict[str, Any]) -> None:
    happen(team, "message", channel="D1", text="hello", **event)
    assert [row for row in team.rows(Outgoing) if row.channel == "D1"] == []


@pytest.mark.parametrize(("line", "channel", "expect", "button"), [
    ("/kept", "C7", "not a care team yet", True), ("/kept help commit", "C7", "/commit <patient> <promise>", True),
    ("/concern rosa afraid", "C7", "Whoever sets it up becomes its first lead", True),
    ("/kept list", "D7", "Go to your team's private channel", False),
])
def test_where_there_is_no_care_team_kept_explains_and_offers_one(team: Team, line: str, channel: str, expect: str,
                                                                   button: bool) -> None:
    reply = team.reply(line, user="U9", channel=channel)
    assert expect in reply.text
    assert ("set_up" in reply.actions()) is button
