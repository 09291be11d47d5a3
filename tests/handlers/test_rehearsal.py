"""What a team would be sent is what it is sent: the rehearsal against the real thing, and it leaves no trace."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.clock import Clock
from bot.rehearse import lines, rehearse
from bot.rehearsing import Rehearsing
from models.absence import Absence
from models.nudge import REHEARSAL, Nudge
from models.outgoing import Outgoing
from models.workspace import Due, Subject
from tests.databases import by_hand
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team, mention

ZONE = ZoneInfo("America/New_York")


def test_the_rehearsal_is_what_then_happens(team: Team) -> None:
    team.say("/commit rosa call about the zebrafish by Wednesday 3pm", user=BEN)
    team.say("/barrier rosa no ride")
    team.say("/barrier rosa ! evicted", user=BEN)
    team.say("/concern rosa wants to die", user=BEN)
    team.say("/kept setup cap channel 1")
    before = [sorted(str(row.id) for row in team.rows(kind)) for kind in (Nudge, Outgoing, Due)]
    found = rehearse(team.store, team.workspace, team.item_team(), team.now, 4)
    assert before == [sorted(str(row.id) for row in team.rows(kind)) for kind in (Nudge, Outgoing, Due)]
    said = [(one.at.isoformat(), one.to, one.kind, one.items) for one in found.messages]
    end, happened = team.now + timedelta(days=4), []
    while team.now < end:
        team.sweep()
        numbers = {item.id: item.number for item in team.items()}
        rows = team.ledger()
        for row in sorted(team.rows(Outgoing), key=lambda one: one.id):
            if row.sort == "post" and row.state == "planned":
                mine = [one for one in rows if one.outgoing_id == row.id]
                kind = {"digest": "digest", "your-day": "your day"}
                happened.append((team.now, row.channel, next((kind[one.rule] for one in mine if one.rule in kind), "nudge"),
                                 tuple(sorted((numbers[one.subject_id], one.rule) for one in mine if one.subject_id in numbers))))
        team.deliver()
        team.later(minutes=30)
        if team.now.astimezone(ZONE).hour >= 18:
            team.later(hours=14, minutes=30)   # nothing is said at night
    # The rehearsal goes from one thing due to the next; every half hour is as near as this test looks.
    assert [one[1:] for one in said if one[2] != "digest"] == [one[1:] for one in happened if one[2] != "digest"]
    assert all(timedelta(0) <= then[0] - found.messages[n].at < timedelta(minutes=30)
               for n, then in enumerate(happened))
    assert {one.to for one in found.messages} == {ANA, BEN, HOME}
    text = "\n".join(lines(found))
    assert "09:00  Ben Okafor" in text
    assert "zebrafish" not in text


def test_an_empty_team_is_shown_made_up_items(team: Team) -> None:
    found = rehearse(team.store, team.workspace, team.item_team(), team.now, 14)
    assert found.sample
    assert {"your day", "digest", "nudge"} == {one.kind for one in found.messages}
    assert {rule for one in found.messages for _, rule in one.items} >= {
        "urgent-entry", "barrier-channel", "concern-lead", "due", "overdue-lead", "untold-owner"}
    assert "made-up items" in "\n".join(lines(found))
    assert team.items() == []


def test_what_repeats_and_who_is_out_is_rehearsed(three: Team) -> None:
    three.say("/commit rosa check in every day at 3pm")
    three.say("/barrier rosa no ride", user=BEN)
    three.say(f"/kept out until Friday, cover {mention(CAM)}", user=BEN)
    three.say(f"/kept cover {mention(BEN)} yes", user=CAM)
    found = rehearse(three.store, three.workspace, three.item_team(), three.now, 7)
    hears = {(one.to, number, rule) for one in found.messages for number, rule in one.items}
    assert {(CAM, 2, "barrier-owner"), (ANA, 1, "due"), (ANA, 3, "due")} <= hears
    assert not any(one.to == BEN and one.at < three.rows(Absence)[0].until for one in found.messages)
    assert [one.to for one in found.messages if one.kind == "catch-up"] == [BEN]


class Hand(Clock):
    """Moved by hand, as the team's is."""

    def __init__(self, team: Team) -> None:
        super().__init__()
        self._team = team

    def now(self) -> datetime:
        return self._team.now

    def wall(self) -> datetime:
        return self._team.now


def rehearsed(team: Team) -> list[tuple[str, Reply]]:
    """What a worker answers to whoever asked."""
    Rehearsing(team.store, Hand(team)).make_due()
    return [(to, message) for to, message, _ in team.deliver()]


def test_the_end_of_a_set_up_brings_a_small_table(three: Team) -> None:
    three.say("/commit rosa call about the zebrafish by Wednesday 3pm", user=BEN)
    three.say("/concern rosa wants to die", user=CAM)
    assert "follows in a message from Kept" in three.say("/kept setup cap person 9")
    three.say("/kept setup cap person 8")
    [(to, message)] = rehearsed(three)
    assert to == ANA
    days = [line for line in message.text.splitlines() if line[:4] in {"Mon,", "Tue,", "Wed,", "Thu,", "Fri,"}]
    assert days[0] == "Tue, Nov 24: @U1 1 · @U2 1 · @U3 1"
    assert days[1].startswith("Wed, Nov 25: @U")
    assert len(days) == 10
    assert "digest 10 · nudge 6" in message.text
    assert "made-up" not in message.text
    assert "zebrafish" not in message.text
    assert "wants to die" not in message.text
    assert [row.rule for row in three.nudges()] == [REHEARSAL]
    assert ("system for U1", "rehearsal read", "ok") in three.audited()
    assert rehearsed(three) == []


def test_one_that_cannot_be_worked_out_is_said_and_not_tried_for_ever(team: Team) -> None:
    team.say("/commit rosa call the clinic by Friday 3pm")
    team.say("/kept setup cap person 9")
    with by_hand(team.store) as hand:
        hand.execute(text("UPDATE item SET due_at = '9999-12-31T23:00:00.000000Z'"))
        hand.execute(text("UPDATE due SET at = '2026-11-23T15:00:00.000000Z' WHERE subject = 'item'"))
    with pytest.raises(OverflowError):
        rehearsed(team)
    [(to, message, _)] = team.deliver()
    assert to == ANA
    assert "could not be worked out" in message.text
    assert rehearsed(team) == []


def test_a_fresh_team_hears_in_one_line_that_nothing_would_be_sent(team: Team) -> None:
    reply = team.reply("/kept setup digest 8:30")
    assert reply.text.endswith("Nothing is open here yet, so for now only the leads' digest at 08:30 would be sent.")
    assert rehearsed(team) == []
    asked = reply.subject("rehearse")
    assert "follows in a message" in team.press("rehearse", asked).text
    [(to, message)] = rehearsed(team)
    assert to == ANA
    assert "five made-up items of its first lead stand in" in message.text
    assert team.items() == []


def test_only_leads_have_it_rehearsed_and_who_is_none_any_more_hears_nothing(three: Team) -> None:
    asked = three.reply("/kept setup cap channel 3").subject("rehearse")
    assert "rehearse" not in three.reply("/kept status", user=BEN).actions()
    assert "Only a lead of this care team" in three.press("rehearse", asked, user=BEN).text
    assert not [row for row in three.rows(Due) if row.subject is Subject.REHEARSAL]
    three.press("rehearse", asked)
    three.members[HOME] = frozenset({BEN, CAM})
    three.say("/kept mine", user=BEN)   # the channel's members are read anew
    assert rehearsed(three) == []
    assert not [row for row in three.rows(Due) if row.subject is Subject.REHEARSAL]
