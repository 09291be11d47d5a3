"""What a team would be sent is what it is sent: the rehearsal against the real thing, and it leaves no trace."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.rehearse import lines, rehearse
from models.nudge import Nudge
from models.outgoing import Outgoing
from models.workspace import Due
from tests.handlers.conftest import ANA, BEN, HOME, Team

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
