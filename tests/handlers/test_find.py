"""Found again by the words: whatever the case, accents or script, never what is private, and the newest only."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

import handlers.find
from handlers.language.folded import folded
from models.item import Concern
from models.patient import Patient
from models.team import CareTeam, member_of
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Team

KEPT = ("/concern rosa José can't afford the café’s bill", "/barrier rosa no ride to the clinic on Tuesdays",  # noqa: RUF001
        "/commit rosa call مُحَمَّد by Friday 3pm", "/concern rosa 她担心会失去工作", "/concern rosa が好き & <tags>")


@pytest.mark.parametrize(("sought", "found"), [
    ("jose", [1]), ("JOSÉ cafe", [1]), ("café's", [1]), ("bill jose", [1]), ("ride", [2]), ("rosa", [1, 2, 3, 4, 5]),
    ("rosa ride", [2]), ("محمد", [3]), ("失去", [4]), ("か", []), ("が", [5]), ("&amp; &lt;tags&gt;", [5]), ("#2", [2]),
    ("ride bill", []), ("%", []), ("_", []), ("tuesday", [2]),
])
def test_all_the_words_are_looked_for(team: Team, sought: str, found: list[int]) -> None:
    for line in KEPT:
        team.say(line)
    card = team.reply(f"/kept find {sought}")
    assert sorted(int(one["text"]["text"].removeprefix("Show #")) for one in card.controls()) == found
    for one in card.controls():
        assert one["text"]["text"].removeprefix("Show ") in team.press("show", one["subject"]).text


def test_notes_and_earlier_wordings_are_found_too(team: Team) -> None:
    team.say("/barrier rosa no ride")
    team.say("/kept edit 1 no bus")
    team.say("/kept resolve 1 the county van comes, confirmed")
    assert "in its history: no ride" in team.say("/kept find ride")
    assert "in its history: the county van comes" in team.say("/kept find van rosa")
    assert "Nothing found" in team.say("/kept find ride van")   # no one entry has both
    assert "Nothing found" in team.say("/kept find transport")  # a category is no word of anyone's


def test_what_was_taken_back_is_not_found(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    team.say("/kept undo 1")
    assert "Nothing found" in team.say("/kept find bill")


def test_nothing_private_is_found_by_others(team: Team) -> None:
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.say("/concern rosa she wants to die", user=BEN)
    team.say("/kept answer 1 spoke with her mother", user=BEN)
    for sought in ("die", "mother", "rosa", "#1"):
        assert "Nothing found" in team.say(f"/kept find {sought}", user=CAM)
        assert "One found" in team.say(f"/kept find {sought}")


def test_other_teams_things_are_not_found(team: Team) -> None:
    team.members["C2"] = frozenset({BEN, CAM})
    team.say("/kept setup zone America/New_York", user=CAM, channel="C2")
    team.say("/concern rosa afraid of the bill")
    assert "Nothing found" in team.say("/kept find bill", user=CAM, channel="C2")


def test_many_found_are_shown_in_part(team: Team) -> None:
    entered(team, 30)
    card = team.reply("/kept find bill")
    assert "30 found, the newest first" in card.text
    assert "And 10 more. Another word narrows it." in card.text
    assert card.text.index("#30") < card.text.index("#11 ")
    assert "#10 " not in card.text


@pytest.mark.large
def test_more_than_are_looked_through_is_said(team: Team) -> None:
    entered(team, handlers.find.NEWEST + 1)
    card = team.say("/kept find bill")
    assert "2,000 found" in card
    assert "There are more than 2,000: only the newest 2,000 were looked through." in card
    assert "Nothing found" in team.say("/kept find number00001")
    assert "One found" in team.say("/kept find number00002")


def entered(team: Team, count: int) -> None:
    key = team.item_team()

    def put(session: Session) -> None:
        me, home = member_of(session, team.workspace, ANA), session.get_one(CareTeam, (team.workspace, key))
        patient = session.query(Patient).where(Patient.workspace_id == team.workspace).one()
        session.add_all(Concern(home, patient, me, f"afraid of bill number{n:05d}", team.now, number=home.take_number(session))
                        for n in range(1, count + 1))
    team.store.transact(team.workspace, put)


@pytest.mark.parametrize("text", ["José", "مُحَمَّد", "straße", "İ", "ﬁ", "हिन्दी", "が", "x" * 50, "\u0301", "ǆ", "ῼ"])
def test_folding_again_changes_nothing(text: str) -> None:
    assert folded(folded(text)) == folded(text)
