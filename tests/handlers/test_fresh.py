"""What Kept says by itself is said by what Slack says now: who is in the channel, and who they are."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.fresh import Unsure
from handlers.nudge import may_leave, sweep_item
from models.nudge import UNSEEN
from models.outgoing import Outgoing
from models.team import CareTeam, Member
from models.workspace import Due, Subject
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention

PROMISE = "/commit rosa call the clinic by Tuesday 3pm"


def unsure(team: Team, act: Any) -> Unsure:
    with pytest.raises(Unsure) as raised:
        team.store.transact(team.workspace, act)
    return raised.value


def sweep_first(team: Team) -> Any:
    """The sweep's look at item 1, to be run in a transaction."""
    key, now = team.item(1).id, team.now
    return lambda s: sweep_item(s, team.workspace, key, now, now)


def rules(team: Team) -> list[tuple[str, str]]:
    return [(n.rule, n.recipient) for n in team.nudges()]


@pytest.mark.parametrize(("minutes", "sure"), [(4, True), (5, True), (6, False)])
def test_members_are_at_most_five_minutes_old(team: Team, minutes: int, sure: bool) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-24T15:00")
    team.say("/kept list")
    team.say("/kept list", user=BEN)
    team.later(minutes=minutes)
    act = sweep_first(team)
    if sure:
        assert team.store.transact(team.workspace, act) == 1
    else:
        asked = unsure(team, act)
        assert (list(asked.teams.values()), asked.people) == ([HOME], ())
        assert team.nudges() == []  # nothing is decided by what is not known


def test_a_day_old_profile_is_asked_for_again(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.at("2026-11-25T15:01")
    team.say("/kept list")
    asked = unsure(team, sweep_first(team))
    assert (asked.teams, asked.people) == ({}, (BEN,))


def test_what_is_not_due_asks_nothing(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.later(hours=6)
    assert team.store.transact(team.workspace, sweep_first(team)) == 0


@pytest.mark.parametrize("standing", ["deleted", "guest", "bot", "stranger"])
def test_a_lead_who_may_see_nothing_gets_no_digest_and_an_owner_no_nudge(team: Team, standing: str) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    team.say(PROMISE, user=BEN)
    team.standing[BEN] = standing
    team.at("2026-11-25T08:30")
    team.sweep()
    assert rules(team) == [("digest", ANA)]
    team.at("2026-11-25T11:00")
    team.sweep()
    assert rules(team)[1:] == [("overdue-owner", ANA)]
    assert "someone has to take it" in team.waiting()[-1][1]


def test_who_came_with_the_channel_and_never_typed_is_asked_about_before_they_are_told(team: Team) -> None:
    team.members["C2"] = frozenset({ANA, CAM, "U8"})
    team.say("/kept setup zone America/New_York", channel="C2")
    team.say(f"/kept setup lead <@{CAM}|cam> <@U8|helper>", channel="C2")
    assert [m.checked_at for m in team.rows(Member) if m.slack_id in (CAM, "U8")] == [None, None]
    assert {d.subject for d in team.rows(Due)} >= {Subject.MEMBER}
    team.standing["U8"] = "bot"
    team.at("2026-11-24T08:30")
    team.sweep()
    there = next(one.id for one in team.rows(CareTeam) if one.channel == "C2")
    assert [(n.rule, n.recipient) for n in team.nudges() if n.team_id == there] == [("digest", ANA), ("digest", CAM)]
    assert [d for d in team.rows(Due) if d.subject is Subject.MEMBER] == []


def test_a_channel_slack_does_not_show_is_said_to_its_leads_once_and_nothing_else(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    everyone = team.members.pop(HOME)
    team.at("2026-11-24T15:00")
    asked = 0
    for _ in range(3):
        with pytest.raises(AssertionError, match="still unsure"):
            team.sweep()
        asked += 1
        team.later(minutes=11)
    assert asked == 3
    assert rules(team) == [(UNSEEN, ANA)]
    (channel, text), = team.waiting()
    assert (channel, "Kept is not in the channel any more" in text, "rosa" in text) == (ANA, True, False)
    assert ("system", "channel unseen", "channel_not_found") in team.audited()

    team.members[HOME] = everyone
    team.say("/kept list")
    team.sweep()
    assert rules(team)[1:] == [("due", BEN), ("digest", ANA)]


def test_a_channel_that_was_not_shown_a_moment_ago_is_not_asked_for_again(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    team.members.pop(HOME)
    team.at("2026-11-24T15:00")
    with pytest.raises(AssertionError, match="still unsure"):
        team.sweep()
    again = unsure(team, sweep_first(team))
    assert (again.teams, again.people, again.wait) == ({}, (), timedelta(minutes=10))


def leaves(team: Team, outgoing: Outgoing) -> bool:
    return bool(team.informed(lambda s: may_leave(s, team.workspace, outgoing.id, team.now)))


def test_what_waited_leaves_only_while_its_reader_is_there(team: Team) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    team.say(PROMISE, user=BEN)
    team.at("2026-11-24T15:00")
    team.sweep()
    waits = {row.channel: row for row in team.rows(Outgoing) if row.channel == BEN}
    assert leaves(team, waits[BEN])
    unsure_later = timedelta(minutes=6)
    team.now += unsure_later
    assert leaves(team, waits[BEN])
    team.members[HOME] = frozenset({ANA})
    assert leaves(team, waits[BEN])  # within five minutes of the last answer
    team.now += unsure_later
    assert not leaves(team, waits[BEN])


def test_a_message_of_who_left_says_nothing_more_of_the_patient(team: Team) -> None:
    team.say(PROMISE, user=BEN)
    for at in ("2026-11-24T09:00", "2026-11-24T15:00"):
        team.at(at)
        team.pulse()
    team.members[HOME] = frozenset({ANA})
    team.later(minutes=6)
    team.say("/kept done 1")
    (channel, message, ts), = team.deliver()
    assert (channel, ts is not None) == (BEN, True)
    assert message.text == "#1 is with its owner and the leads now."
