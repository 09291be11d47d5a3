"""Who may: set-up and its refusals, newcomers, people outside, people in two teams, patients known and unknown."""

import pytest

from handlers.access import Facts, Outdated, Profile
from handlers.case import Inbound
from handlers.route import answer
from models.patient import Patient
from models.team import CareTeam, Member, TeamMember, member_of
from tests.handlers.conftest import ANA, BEN, CAM, HOME, PEOPLE, Team, mention

OTHER = "C2"


def test_a_newcomer_waits_until_a_lead_confirms(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    team.members[HOME] |= {CAM}
    for line in ("/kept show 1", "/kept list", "/concern rosa more", "/kept help"):
        assert "A lead has been asked to confirm you" in team.say(line, user=CAM)
    asked = team.deliver()
    assert [(channel, "Confirm" in message.text) for channel, message, _ in asked] == [(ANA, True)]
    subject = asked[0][1].subject("confirm")
    assert "Only a lead" in team.press("confirm", subject, user=BEN).text
    assert "Confirmed" in team.press("confirm", subject).text
    team.later(minutes=1)
    assert "confirmed already" in team.press("confirm", subject).text
    assert "afraid of the bill" in team.say("/kept show 1", user=CAM)
    assert len(team.items()) == 1


def test_an_open_team_takes_newcomers_at_once(team: Team) -> None:
    team.say("/kept setup join open")
    team.members[HOME] |= {CAM}
    assert "Kept as #1" in team.say("/concern rosa afraid", user=CAM)


def test_who_leaves_and_comes_back_is_new_again(team: Team) -> None:
    everyone = team.members[HOME]
    team.members[HOME] = everyone - {BEN}
    assert "open only to members" in team.say("/kept list", user=BEN)
    team.members[HOME] = everyone
    assert "A lead has been asked" in team.say("/kept list", user=BEN)
    assert "not here" not in team.press("confirm", f"t.{team.item_team()}.{BEN}").text


def test_someone_gone_cannot_be_confirmed(team: Team) -> None:
    team.members[HOME] = team.members[HOME] - {BEN}
    assert "not in the care team's channel any more" in team.press("confirm", f"t.{team.item_team()}.{BEN}").text


def test_the_only_lead_who_comes_back_leads_again(team: Team) -> None:
    everyone = team.members[HOME]
    team.members[HOME] = everyone - {ANA}
    team.say("/kept list", user=BEN)
    team.members[HOME] = everyone
    assert "settings are changed" in team.say("/kept setup hours 8-16")


def test_a_lead_who_comes_back_to_another_lead_waits(team: Team) -> None:
    team.say(f"/kept setup lead {mention(BEN)}")
    everyone = team.members[HOME]
    team.members[HOME] = everyone - {ANA}
    team.say("/kept list", user=BEN)
    team.members[HOME] = everyone
    assert "A lead has been asked" in team.say("/kept list")


def test_an_outsider_sees_nothing(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    for line in ("/kept show 1", "/kept list", "/kept rosa", "/concern rosa more", "/kept digest"):
        assert team.say(line, user="U9") == (
            "This is open only to members of the care team's channel. If you work with this team, ask a lead to add you.")
    # A button names something by its id: who may not is told the same whether it exists or not.
    nothing = team.press("done", "i.01890a5d-ac96-774b-bcce-b302099a8057", user="U9")
    assert team.press_item("done", 1, user="U9").body == nothing.body
    assert ("U9", "list", "refused") in team.audited()
    assert len(team.items()) == 1


@pytest.mark.parametrize("standing", ["bot", "deleted", "guest", "stranger", "something new"])
def test_standing_refuses_even_a_member(team: Team, standing: str) -> None:
    inbound = Inbound(BEN, HOME, "d", team.now, team.now, command="/kept", text="list")
    body = answer(team.store, team.workspace, inbound, Facts(team.members[HOME], Profile("Ben", None, standing))).body()
    assert "elements" in str(body)
    assert "Open in this care team" not in str(body)
    assert (BEN, "list", "refused") in team.audited()


def test_a_person_of_another_workspace_is_refused(team: Team) -> None:
    inbound = Inbound(ANA, HOME, "d", team.now, team.now, own_workspace=False, command="/kept", text="list")
    assert "open only to members" in str(answer(team.store, team.workspace, inbound, Facts()).body())


def test_old_knowledge_is_not_enough(team: Team) -> None:
    team.later(minutes=6)
    inbound = Inbound(ANA, HOME, "d", team.now, team.now, command="/concern", text="rosa afraid")
    with pytest.raises(Outdated) as stale:
        answer(team.store, team.workspace, inbound)
    assert (stale.value.channel, stale.value.profile) == (HOME, False)
    assert team.items() == []
    team.later(hours=25)
    with pytest.raises(Outdated) as stale:
        answer(team.store, team.workspace, Inbound(ANA, HOME, "d", team.now, team.now, command="/kept", text="list"))
    assert (stale.value.channel, stale.value.profile) == (HOME, True)


def second_team(team: Team) -> None:
    team.members[OTHER] = frozenset({ANA, CAM})
    assert "This channel is a care team now." in team.say("/kept setup zone America/Chicago", channel=OTHER)
    assert "is a patient" in team.say("/kept patient add noor-k", channel=OTHER)


def test_a_person_in_two_teams_is_asked_which(team: Team) -> None:
    second_team(team)
    team.say("/concern rosa afraid of the bill")
    team.say("/concern noor lonely", channel=OTHER)
    assert "in more than one care team" in team.say("/kept list", channel="D1")
    assert "afraid of the bill" in team.say("/kept show 1")
    assert "lonely" in team.say("/kept show 1", channel=OTHER)
    assert "must be a patient" in team.say("/concern noor more")
    assert team.item(1).number == team.item(1, OTHER).number == 1


def test_a_person_in_one_team_may_type_anywhere(team: Team) -> None:
    assert "Kept as #1" in team.say("/concern rosa afraid", user=BEN, channel="D1")


def test_set_up_elsewhere_is_a_new_team_and_changes_no_other(team: Team) -> None:
    second_team(team)
    assert {t.channel: t.zone for t in team.rows(CareTeam)} == {HOME: "America/New_York", OTHER: "America/Chicago"}
    assert "settings are changed" in team.say("/kept setup hours 8-16")


def test_a_direct_message_is_no_care_team(team: Team) -> None:
    team.members["D7"] = frozenset({CAM})
    said = team.say("/kept setup zone America/Chicago", user=CAM, channel="D7")
    assert "You are in no care team that Kept knows of, and only a private channel can become one." in said
    assert "This channel" not in said
    assert len(team.rows(CareTeam)) == 1


def test_set_up_typed_by_a_phone(team: Team) -> None:
    team.members[OTHER] = frozenset({CAM})
    assert "This channel is a care team now." in team.say("/kept Setup zone america/chicago hours 8:30–16:30",  # noqa: RUF001
                                                          user=CAM, channel=OTHER)


@pytest.mark.parametrize(("line", "user", "says"), [
    ("zone Mars", ANA, "zone is not known"), ("hours 9-5", ANA, "24-hour clock"), ("digest 25:00", ANA, "no such time"),
    ("detail some", ANA, "detail is one of"), ("colour blue", ANA, "not known"), ("days someday", ANA, "mon-fri"),
    ("lead", ANA, "mention who leads"), ("lead <@U9|zed>", ANA, "not one confirmed member"),
    ("hours 8-16", BEN, "Only a lead"), ("zone", ANA, "zone is not known"), ("hours 8-16 zone Mars", ANA, "zone is not known"),
])
def test_a_set_up_that_does_not_fit_changes_nothing(team: Team, line: str, user: str, says: str) -> None:
    before = [(t.zone, t.hours, t.holidays, t.own_days, t.digest_at, t.detail) for t in team.rows(CareTeam)]
    assert says in team.say(f"/kept setup {line}", user=user)
    assert [(t.zone, t.hours, t.holidays, t.own_days, t.digest_at, t.detail) for t in team.rows(CareTeam)] == before


def test_a_set_up_that_fails_founds_no_team(team: Team) -> None:
    team.members[OTHER] = frozenset({CAM})
    assert "zone is not known" in team.say("/kept setup zone Mars", user=CAM, channel=OTHER)
    assert len(team.rows(CareTeam)) == 1
    assert "open only to members" in team.say("/kept setup zone UTC", user=BEN, channel=OTHER)


def test_an_unknown_patient_is_added_and_the_command_finished(team: Team) -> None:
    asked = team.reply("/commit zoe call her by Friday 3pm &amp; ask <@U2|ben>")
    assert "call her by Friday 3pm & ask @ben" in asked.text
    assert "Kept as #1" in team.press("add_patient", asked.subject("add_patient")).text
    assert {p.state for p in team.rows(Patient)} == {"active"}
    team.later(minutes=1)
    assert "already, so nothing was added" in team.press("add_patient", asked.subject("add_patient")).text
    assert len(team.items()) == 1


def test_a_long_command_of_an_unknown_patient_is_not_cut(team: Team) -> None:
    asked = team.reply("/concern zoe " + "x" * 2500)
    assert "x" * 2500 in asked.text
    assert "is a patient of this care team now" in team.press("add_patient", asked.subject("add_patient")).text
    assert team.items() == []


def test_near_misses_are_offered_and_never_taken(team: Team) -> None:
    asked = team.reply("/concern ros afraid")
    assert "Did you mean rosa-m" in asked.text
    assert (ANA, "near aliases read", "not done") in team.audited()
    assert team.items() == []


@pytest.mark.parametrize("word", ["rosa", "Rosa", "ROSA-M", "rosa-m", "rosam", "rosa:", "Rosa,"])
def test_the_ways_to_name_a_patient(team: Team, word: str) -> None:
    assert "Kept as #1" in team.say(f"/concern {word} afraid")


def test_two_rosas_are_asked_about(team: Team) -> None:
    team.say("/kept patient add rosa-k")
    assert "rosa-k or rosa-m" in team.say("/concern rosa afraid")
    assert "Kept as #1" in team.say("/concern rosa-k afraid")


def test_closing_needs_everything_ended_and_adding_opens_again(team: Team) -> None:
    team.say("/concern rosa afraid")
    assert "still has 1 open" in team.say("/kept patient close rosa-m")
    team.say("/kept settle 1")
    assert "is closed" in team.say("/kept patient close rosa-m")
    assert "That patient is closed" in team.say("/concern rosa afraid")
    team.later(minutes=1)
    assert "closed already" in team.say("/kept patient close rosa-m")
    asked = team.reply("/concern rosa-m afraid again")
    team.press("add_patient", asked.subject("add_patient"))
    assert "Kept as #2" in team.say("/kept last") or team.item(2).number == 2


@pytest.mark.parametrize(("line", "says"), [
    ("add late", "own commands"), ("add Rosa-M", "taken"), ("add rosa maria", "letters, digits and hyphens"),
    ("add " + "x" * 41, "up to 40"), ("add ☃", "letters, digits"), ("remove rosa", "add or close"),
])
def test_an_alias_that_cannot_be(team: Team, line: str, says: str) -> None:
    assert says in team.say(f"/kept patient {line}")
    assert len(team.rows(Patient)) == 1


def test_a_full_name_is_warned_about(team: Team) -> None:
    assert "may be a full name" in team.say("/kept patient add rosa-martinez")


def test_names_are_known_once_and_people_are_not_doubled(team: Team) -> None:
    assert sorted(m.slack_id for m in team.rows(Member)) == sorted({ANA, BEN})
    assert len(team.rows(TeamMember)) == 2
    assert PEOPLE[ANA] == team.store.transact(
        team.workspace, lambda s: member_of(s, team.workspace, ANA).name)
