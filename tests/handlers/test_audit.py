"""Who looked at what: for leads, as a card, and for whoever runs Kept, as a report; and that looking is itself audited."""

from __future__ import annotations

from bot import auditing
from handlers.cards import words
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team, mention

CANARY = "zebrafish"


def test_a_lead_sees_who_looked_at_a_patient(team: Team) -> None:
    team.say(f"/concern rosa {CANARY}")
    team.say("/kept show 1", user=BEN)
    team.say("/kept patient add noor-k")
    team.say("/barrier noor no ride")
    team.say("/kept list", user=BEN)
    shown = team.say("/kept audit rosa")
    assert f"@{ANA} · concern create #1 · command" in shown
    assert f"@{BEN} · item read #1 · command" in shown
    assert "#2" not in shown
    assert f"@{BEN} · list read · once" in shown
    assert CANARY not in shown
    assert f"@{ANA} · audit read · command" in team.say("/kept audit rosa-m")


def test_only_leads_see_it_and_a_refusal_stands_in_it(team: Team) -> None:
    assert "Only a lead" in team.say("/kept audit rosa", user=BEN)
    assert ("U2", "audit", "refused") in team.audited()
    assert words.NO_SUCH_ALIAS in team.say("/kept audit nobody")
    assert "/kept audit <patient>" in team.say("/kept audit")
    team.say("/kept patient close rosa-m")
    assert "patient close" in team.say("/kept audit rosa-m")


def test_the_report_of_a_patient_and_of_a_member(team: Team) -> None:
    team.say(f"/concern rosa {CANARY}")
    team.say("/kept show 1", user=BEN)
    team.say("/kept call rosa 5m glad", user=BEN)
    found = auditing.report_patient(team.store, team.workspace, None, "rosa", 50, team.now)
    assert [(row["actor"], row["action"], row["number"]) for row in found["rows"]][:3] == [
        (BEN, "contact create", None), (BEN, "item read", 1), (ANA, "concern create", 1)]
    mine = auditing.report_member(team.store, team.workspace, BEN, 50, team.now)
    assert ("item read", 1) in [(row["action"], row["number"]) for row in mine["rows"]]
    assert {row["actor"] for row in mine["rows"]} == {BEN}
    assert CANARY not in str(found) + str(mine)
    assert team.audited()[-1] == ("operator", "audit read", "ok")


def test_what_kept_shows_by_itself_is_in_the_report_with_its_reader(team: Team) -> None:
    team.say("/commit rosa call her by tomorrow 3pm", user=BEN)
    team.look(BEN)
    team.at("2026-11-24T09:00")
    team.sweep()
    team.at("2026-11-24T15:00")
    team.sweep()
    shown = team.say("/kept audit rosa")
    for says in (f"Kept, for @{BEN} · home read · once", f"Kept, for @{ANA} · digest read · once",
                 f"Kept, for @{BEN} · day read · once", f"Kept, for @{BEN} · nudge due #1 · nudge"):
        assert says in shown


def test_a_lead_sees_what_a_member_looked_at_in_their_team_and_no_further(team: Team) -> None:
    team.members["C2"] = frozenset({CAM, BEN})
    team.say("/kept setup zone America/New_York", user=CAM, channel="C2")
    team.say("/kept patient add noor-k", user=CAM, channel="C2")
    team.say("/concern noor lonely", user=BEN, channel="C2")
    team.say(f"/concern rosa {CANARY}")
    team.say("/kept show 1", user=BEN)
    team.say("/kept list", user=BEN)
    team.look(BEN)
    shown = team.say(f"/kept audit {mention(BEN)}")
    for says in ("they · rosa-m · item read #1 · command", "they · list read · command", "shown by Kept · home read · home"):
        assert says in shown
    assert "noor" not in shown
    assert "concern create" not in shown
    assert CANARY not in shown
    assert f"{BEN}" in shown
    assert "Only a lead" in team.say(f"/kept audit {mention(ANA)}", user=BEN)
    # Of someone who has left, too.
    team.members[HOME] = frozenset({ANA})
    team.later(minutes=6)
    assert "item read #1" in team.say(f"/kept audit {mention(BEN)}")
    assert "item read" not in team.say("/kept audit @nobody")


def test_what_a_hand_off_tells_its_people_is_there_too(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.say(f"/kept handoff 1 {mention(BEN)} tried the bus")
    team.say("/kept accept 2", user=BEN)
    shown = team.say("/kept audit rosa")
    for says in (f"Kept, for @{BEN} · nudge handoff-offered #2", f"Kept, for @{ANA} · nudge handoff-answered #2",
                 "Kept, for the channel · nudge handoff-accepted #2"):
        assert says in shown
