"""The lead's morning: the three that need them first, counts that leave nothing out, once a day."""

from datetime import timedelta

import pytest

from models.heartbeat import silent, sweep_begins, sweep_finished
from models.nudge import Nudge
from tests.handlers.conftest import ANA, BEN, HOME, Team, mention


def test_the_digest_reaches_leads_alone_once_a_day(team: Team) -> None:
    team.say("/concern rosa afraid")
    for at in ("2026-11-24T08:29", "2026-11-24T08:30", "2026-11-24T08:31", "2026-11-25T08:30"):
        team.at(at)
        team.sweep()
        team.sweep()
    sent = [n for n in team.rows(Nudge) if n.rule == "digest"]
    assert [n.recipient for n in sent] == [ANA, ANA]
    assert team.audited().count((f"system for {ANA}", "digest read", "ok")) == 2


def test_each_lead_gets_it(team: Team) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    team.at("2026-11-24T08:30")
    assert team.sweep() == 2


@pytest.mark.parametrize("at", ["2026-11-24T20:00", "2026-11-28T08:30", "2026-11-29T12:00"])
def test_no_digest_at_night_or_on_a_weekend(team: Team, at: str) -> None:
    team.at(at)
    assert team.sweep() == 0
    team.at("2026-11-30T08:30")
    assert team.sweep() == 1


def test_a_missed_morning_is_made_up_for_the_same_day(team: Team) -> None:
    team.at("2026-11-24T13:00")
    assert team.sweep() == 1
    team.at("2026-11-24T16:00")
    assert team.sweep() == 0


def test_the_strongest_reasons_come_first(team: Team) -> None:
    team.say("/barrier rosa ! no ride")                              # 1 urgent
    team.say("/barrier rosa no food")
    team.say("/kept resolve 2 pantry, assumed")                      # 2 untold
    team.say("/commit rosa call her by 2pm")                         # 3 overdue
    team.say("/concern rosa afraid", user=BEN)                       # 4 nobody here
    team.say("/concern rosa wants to die")                           # 5 danger
    team.members[HOME] = frozenset({ANA})
    team.at("2026-11-24T08:30")
    digest = team.reply("/kept digest")
    rows = [line for line in digest.text.splitlines() if " · with " in line]
    assert [(row.split()[0], row.split(" · ")[2]) for row in rows] == [
        ("#5", "someone may be in danger"), ("#4", "nobody here owns it"), ("#3", "overdue")]
    assert "1 overdue · 1 open barrier · 1 of them urgent · 2 concerns without a first contact · 1 not told yet" in digest.text
    assert "1 about danger · 1 without an owner here" in digest.text
    team.press("take", digest.subject("take"))
    assert "nobody here owns" in team.say("/kept digest")


def test_counts_leave_nothing_out(team: Team) -> None:
    for n in range(30):
        team.say(f"/commit rosa call her about a{n} by 2pm")
    team.at("2026-11-24T09:30")
    digest = team.reply("/kept digest")
    assert "30 overdue" in digest.text
    assert len(digest.body["blocks"]) <= 50


def test_mondays_wins_are_since_friday(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.at("2026-11-27T15:00")
    team.say("/kept settle 1")
    team.at("2026-11-30T08:30")
    assert "#1 concern · rosa-m · settled" in team.say("/kept digest")
    team.at("2026-12-01T08:30")
    team.say("/kept edit 1 afraid of it all")
    assert "Wins" not in team.say("/kept digest")


def test_many_wins_say_how_many_more(team: Team) -> None:
    for n in range(8):
        team.say(f"/concern rosa afraid {n}")
        team.say(f"/kept settle {n + 1}")
    assert "And 3 more." in team.say("/kept digest")


def test_nothing_to_say_is_said_in_one_line(team: Team) -> None:
    assert team.say("/kept digest").splitlines()[1:] == ["Nothing waits for you this morning."]
    assert "Only a lead" in team.say("/kept digest", user=BEN)


def test_after_the_last_rung_every_digest_says_so_until_someone_decides(team: Team) -> None:
    for n in range(4):
        team.say(f"/barrier rosa no ride {n}")
    team.say("/kept resolve 4 booked, assumed")
    team.at("2026-12-02T15:00")
    team.sweep()
    assert "wait for a decision" not in team.say("/kept digest")
    for day in ("2026-12-03T15:00", "2026-12-07T15:00"):
        team.at(day)
        team.sweep()
        said = team.reply("/kept digest").text
        assert "4 waiting for a decision" in said
        rows = [line.split()[0] for line in said.splitlines() if " · with " in line]
        assert sorted(rows) == ["#1", "#2", "#3", "#4"]
    team.say("/kept snooze 1 until Wednesday")
    team.press_item("progress", 2)
    team.press_item("told", 4)
    assert "1 waiting for a decision" in team.say("/kept digest")
    team.at("2026-12-09T10:00")
    assert "2 waiting for a decision" in team.say("/kept digest")


def test_holding_never_hides_an_overdue_promise(team: Team) -> None:
    team.say("/commit rosa call her by Tuesday 3pm")
    team.at("2026-11-30T15:00")
    team.sweep()
    team.say("/kept snooze 1 until Friday")
    assert "1 waiting for a decision" in team.say("/kept digest")


def test_a_time_without_a_sweep_is_admitted_once(team: Team) -> None:
    def swept(at: str) -> str:
        team.at(at)
        team.store.untenanted(lambda s: sweep_begins(s, team.now))
        team.sweep()
        team.store.untenanted(lambda s: sweep_finished(s, team.now))
        return "".join(message.text for _, message, _ in team.deliver() if "Good morning" in message.text)

    for at in ("2026-11-24T08:26", "2026-11-24T08:30", "2026-11-24T08:35"):
        assert "not looking" not in swept(at)
    assert not team.store.peek(lambda s: silent(s, team.now))
    team.later(minutes=5, seconds=1)
    assert team.store.peek(lambda s: silent(s, team.now))
    assert "Kept was not looking between Tue Nov 24, 8:35 AM and Wed Nov 25, 10:00 AM." in swept("2026-11-25T10:00")
    team.store.untenanted(lambda s: sweep_finished(s, team.now + timedelta(hours=22, minutes=29)))
    assert "not looking" not in swept("2026-11-26T08:30")
