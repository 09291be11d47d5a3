"""Break-glass: a lead opens a patient of another care team for an hour; its leads hear of it, and each look is on the chain."""

from __future__ import annotations

import json
import logging

import pytest
from sqlalchemy import select

from bot import auditing
from bot.purge import Purge
from handlers.access import Room
from handlers.cards import glass as cards
from handlers.cards import words
from models.audit import AuditRow
from models.glass import Glass
from models.outgoing import Outgoing
from models.patient import Patient
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team, mention

THERE = "C2"     # Cam's care team; Ana leads one in HOME, Ben is in both
CANARY = "zebrafish"
WHY = f"ambulance is with her {CANARY}"


@pytest.fixture
def two(team: Team) -> Team:
    """Cam's team has noor-k, who is in danger."""
    team.members[THERE] = frozenset({CAM, BEN})
    team.say("/kept setup zone America/New_York digest 8:30 hours 9-17", user=CAM, channel=THERE)
    team.say("/kept patient add noor-k", user=CAM, channel=THERE)
    team.say("/concern noor she wants to die", user=BEN, channel=THERE)
    team.say("/barrier noor no ride", user=CAM, channel=THERE)
    team.say("/kept call noor 5m takes warfarin", user=CAM, channel=THERE)
    team.deliver()
    team.named_lead(ANA, HOME)
    return team


def done(team: Team, action: str) -> list[tuple[str, str, str]]:
    return [(row.actor, row.action, row.outcome) for row in sorted(team.rows(AuditRow), key=lambda row: row.seq)
            if row.action.startswith(action)]


def test_a_lead_of_another_team_sees_the_patient_for_an_hour(two: Team) -> None:
    reply = two.reply(f"/kept breakglass noor-k {WHY}")
    for says in ("In an emergency: noor-k", "Opened in an emergency", "> she wants to die", "about danger", "> no ride",
                 "> takes warfarin"):
        assert says in reply.text
    assert reply.text.index("wants to die") < reply.text.index("no ride")
    assert reply.actions() == {"glass"}
    again = reply.subject("glass")
    two.later(minutes=59)
    assert "> takes warfarin" in two.press("glass", again).text
    assert "> takes warfarin" in two.say("/kept breakglass noor-k")
    two.later(minutes=1)
    assert two.press("glass", again).text == words.GONE
    assert cards.WHY in two.say("/kept breakglass noor-k")
    assert done(two, "glass") == [(ANA, "glass open", "ok"), *[(ANA, "glass read", "ok")] * 3, (ANA, "glass", "refused")]
    shown = two.say("/kept audit noor", user=CAM, channel=THERE)
    assert f"@{ANA} · glass open · command" in shown
    assert f"@{ANA} · glass read · button" in shown


def test_its_leads_are_told_at_once_and_nothing_of_the_patient_is_in_it(two: Team) -> None:
    two.at("2026-11-24T02:10")
    two.say(f"/kept breakglass noor-k {WHY}")
    ((to, message, _),) = two.deliver()
    assert to == CAM
    assert f"@{ANA} has opened a patient of your care team in an emergency" in message.text
    assert "noor" not in json.dumps(message.body)
    assert CANARY not in json.dumps(message.body)
    subject = message.subject("glass_reason")
    shown = two.press("glass_reason", subject, user=CAM, channel=THERE)
    assert "noor-k was opened in an emergency" in shown.text
    assert f"> {WHY}" in shown.text
    assert cards.NOT_OTHERS in two.press("glass_reason", subject, user=BEN, channel=THERE).text
    assert two.press("glass_reason", subject, user=ANA, channel=THERE).text == words.GONE
    # And whoever leads there can end it.
    assert cards.NOT_OTHERS in two.press("glass_end", subject, user=BEN, channel=THERE).text
    assert cards.ENDED in two.press("glass_end", subject, user=CAM, channel=THERE).text
    (glass,) = two.rows(Glass)
    assert two.press("glass", f"t.{two.item_team()}.{glass.id}").text == words.GONE
    two.later(seconds=20)
    assert "ended already" in two.press("glass_end", subject, user=CAM, channel=THERE).text
    assert "Ended" in two.press("glass_reason", subject, user=CAM, channel=THERE).text


def test_a_team_without_a_lead_hears_it_in_its_channel(two: Team) -> None:
    two.members[THERE] = frozenset({BEN})
    two.later(hours=1)
    two.say("/kept list", user=BEN, channel=THERE)
    two.say(f"/kept breakglass noor-k {WHY}")
    assert [channel for channel, message, _ in two.deliver() if "emergency" in message.text] == [THERE]


def test_who_may_not_reads_the_same_whether_the_patient_is_there_or_not(two: Team) -> None:
    for user, channel in ((BEN, HOME), (BEN, THERE), ("U9", HOME)):
        shown = {two.say(f"/kept breakglass {alias} {WHY}", user=user, channel=channel) for alias in ("noor-k", "nobody")}
        assert len(shown) == 1
    # Nor is it open to a lead who types it where they do not lead, nor part of an alias, nor their own patient, nor a guess.
    two.members[THERE] |= {ANA}
    two.say("/kept setup join open", user=CAM, channel=THERE)
    two.later(minutes=6)
    assert cards.ONLY_LEADS in two.say(f"/kept breakglass rosa-m {WHY}", user=ANA, channel=THERE)
    two.members[THERE] -= {ANA}
    two.later(minutes=6)
    nothing = []
    for alias in ("noor", "rosa-m", "nobody", "%", "noor-"):
        nothing.append(two.say(f"/kept breakglass {alias} {WHY}"))
        two.later(minutes=25)
    assert set(nothing) == {cards.NO_SUCH}
    assert two.rows(Glass) == []
    assert CANARY not in str(two.audited())
    assert done(two, "breakglass")[0] == (BEN, "breakglass", "refused")


def test_what_was_opened_is_nobody_elses_and_ends_with_the_lead(two: Team) -> None:
    subject = two.reply(f"/kept breakglass noor-k {WHY}").subject("glass")
    assert cards.ONLY_LEADS in two.press("glass", subject, user=BEN).text
    two.say(f"/kept setup lead {mention(BEN)}")
    assert two.press("glass", subject, user=BEN).text == words.GONE
    # The doors of the patient's own team stay shut: nothing there can be changed, or seen, by its id.
    key = two.item(1, THERE).id
    for action in ("show", "why", "done", "undo", "take", "danger_no"):
        assert two.press(action, f"i.{key}", channel=THERE).text == words.GONE
    two.members[HOME] = frozenset({BEN})
    two.later(minutes=6)
    assert two.press("glass", subject).text == words.GONE


def test_nobodys_own_word_is_enough(team: Team) -> None:
    """Anybody can found a care team, and so lead one: another lead has to have named them."""
    team.members[THERE] = frozenset({CAM})
    team.say("/kept setup zone America/New_York", user=CAM, channel=THERE)
    team.say("/kept patient add noor-k", user=CAM, channel=THERE)
    line = f"/kept breakglass noor-k {WHY}"
    assert cards.ONLY_LEADS in team.say(line)
    team.say(f"/kept setup lead {mention(ANA)}")
    assert cards.ONLY_LEADS in team.say(line)
    team.say(f"/kept setup lead {mention(BEN)}")
    team.say(f"/kept setup lead {mention(ANA)}", user=BEN)
    assert (BEN, "lead named", "ok") in team.audited()
    team.deliver()
    assert "In an emergency: noor-k" in team.say(line)
    told = {to: message.text for to, message, _ in team.deliver()}
    assert f"@{ANA} has opened a patient of your care team in an emergency" in told[CAM]
    assert f"@{ANA}, who leads your care team with you, has opened a patient of another" in told[BEN]
    assert "noor" not in str(told)
    team.submit(team.form("/kept setup", user=BEN), user=BEN, leads=(BEN,))
    team.later(minutes=2)
    assert cards.ONLY_LEADS in team.say(line)  # open though it is


def test_who_tries_one_alias_after_another_is_stopped_and_that_is_told(two: Team) -> None:
    two.say(f"/kept setup lead {mention(BEN)}")
    two.deliver()
    form = two.form("/kept breakglass")
    assert two.refused(form, alias="noor-a", why=WHY) == {"alias": cards.NO_SUCH}
    two.say(f"/kept breakglass noor-b {WHY}")
    assert two.deliver() == []
    assert two.say(f"/kept breakglass noor-c {WHY}") == cards.NO_SUCH
    ((to, message, _),) = two.deliver()
    assert (to, "by several aliases that nobody has" in message.text, "noor" in str(message.body)) == (BEN, True, False)
    for alias in ("noor-d", "noor-k"):
        assert two.say(f"/kept breakglass {alias} {WHY}") == cards.TOO_MANY
    assert two.rows(Glass) == []
    assert done(two, "glass alias") == [(ANA, "glass alias not there", "not done")] * 3
    two.later(hours=1, seconds=1)
    assert "In an emergency: noor-k" in two.say(f"/kept breakglass noor-k {WHY}")


def test_one_alias_in_several_teams_is_asked_about(two: Team) -> None:
    two.members["C3"] = frozenset({"U4"})
    two.say("/kept setup zone America/New_York", user="U4", channel="C3")
    two.say("/kept patient add noor-k", user="U4", channel="C3")
    asked = two.reply(f"/kept breakglass noor-k {WHY}")
    assert cards.SEVERAL in asked.text
    assert [one["subject"].endswith(WHY) for one in asked.controls()] == [True, True]
    assert two.rows(Glass) == []
    third = next(one["subject"] for one in asked.controls() if str(noor(two, "C3")) in one["subject"])
    assert cards.NO_WORDS in two.press("glass_open", third).text
    assert [channel for channel, message, _ in two.deliver() if "emergency" in message.text] == ["U4"]
    forged = third.replace(str(noor(two, "C3")), str(noor(two, HOME, "rosa-m")))
    assert two.press("glass_open", forged).text == words.GONE
    assert cards.ONLY_LEADS in two.press("glass_open", third, user=BEN).text


def noor(team: Team, channel: str, alias: str = "noor-k") -> object:
    return team.store.look(team.workspace, lambda s: next(
        one.id for one in s.scalars(select(Patient).where(Patient.workspace_id == team.workspace,
                                                          Patient.team_id == team.item_team(channel))) if one.alias == alias))


def test_the_form_says_what_it_is_for_and_does_the_same(two: Team) -> None:
    form = two.form("/kept breakglass")
    assert "not an emergency service" in str(form.view.blocks)
    assert two.refused(form, alias="nobody", why=WHY) == {"alias": cards.NO_SUCH}
    assert "> takes warfarin" in two.submit(form, alias="noor-k", why=WHY)
    assert len(two.rows(Glass)) == 1
    found = two.send(form, user=BEN, alias="noor-k", why=WHY)
    assert cards.ONLY_LEADS in str(found)


def test_a_reason_is_needed_and_no_longer_than_a_message(two: Team) -> None:
    assert cards.WHY in two.say("/kept breakglass noor-k")
    assert cards.LONG in two.say(f"/kept breakglass noor-k {'x ' * 600}")
    assert two.rows(Glass) == []


def test_the_reason_is_nowhere_but_sealed(two: Team, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    two.say(f"/kept breakglass noor-k {WHY}")
    two.say(f"/kept breakglass nobody {WHY}", user=BEN)
    assert CANARY not in caplog.text
    assert CANARY not in str(two.audited())
    bodies = two.store.look(two.workspace, lambda s: [one.body for one in s.scalars(
        select(Outgoing).where(Outgoing.workspace_id == two.workspace))])
    assert not [one for one in bodies if CANARY in one or "warfarin" in one]
    (glass,) = two.rows(Glass)
    assert CANARY.encode() not in (glass.why_sealed or b"")
    report = auditing.report_patient(two.store, two.workspace, THERE, "noor-k", 50, two.now)
    assert [row["action"] for row in report["rows"]][:2] == ["glass read", "glass open"]


def test_a_purge_takes_it_along(two: Team) -> None:
    two.say(f"/kept breakglass noor-k {WHY}")
    key = noor(two, THERE)
    Purge(two.store, two.workspace, lambda *_: None, lambda: two.now, lambda _: None, lambda *_: None).run(key, "operator")
    assert two.rows(Glass) == []


def test_a_team_whose_channel_is_shared_still_hears_of_it(two: Team) -> None:
    """It says nothing of the patient, and its leads read it alone."""
    two.room = Room(private=True, archived=False, shared=True)
    two.later(hours=2)
    two.say("/kept list", user=CAM, channel=THERE)
    two.room = Room(private=True, archived=False, shared=False)
    two.later(hours=2)
    two.say(f"/kept breakglass noor-k {WHY}")
    assert CAM in [channel for channel, message, _ in two.deliver() if "has opened a patient" in message.text]
    assert isinstance(two.reply("/kept list", user=CAM, channel=THERE), Reply)
