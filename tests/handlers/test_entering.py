"""Concerns, barriers and promises entered: what was understood comes back, and a mistake saves nothing."""

from datetime import UTC, datetime

import pytest

from models.item import Danger, Item, Urgency
from models.outgoing import Outgoing
from tests.handlers.conftest import ANA, BEN, Team, mention


def test_a_promise_says_its_time_its_owner_and_the_next_reminder(team: Team) -> None:
    card = team.say("/commit rosa call the clinic by Friday 3pm")
    assert "Kept as #1" in card
    assert "call the clinic" in card
    assert "due Fri Nov 27, 3:00 PM EST · with @U1" in card
    assert "Kept will speak up next Thu Nov 26, 9:00 AM, in its owner's message for the day: a working day before" in card
    assert team.item(1).due_at == datetime(2026, 11, 27, 20, 0, tzinfo=UTC)


def test_a_concern_is_handed_back_with_an_open_question(team: Team) -> None:
    card = team.say("/concern rosa worried she’ll be laid off over all these appointments")  # noqa: RUF001
    assert "> worried she’ll be laid off over all these appointments" in card  # noqa: RUF001
    assert "What would your work need to know" in card


@pytest.mark.parametrize(("line", "category", "urgency", "text"), [
    ("rosa no ride since her car broke", "transport", Urgency.NORMAL, "no ride since her car broke"),
    ("rosa ! housing: eviction notice came today", "housing", Urgency.URGENT, "eviction notice came today"),
    ("rosa urgent: no ride", "transport", Urgency.URGENT, "no ride"),
    ("rosa low: no ride", "transport", Urgency.LOW, "no ride"),
    ("rosa she calls it: a mess", "other", Urgency.NORMAL, "she calls it: a mess"),
])
def test_a_barrier_gets_its_category_and_urgency(team: Team, line: str, category: str, urgency: Urgency, text: str) -> None:
    assert text in team.say(f"/barrier {line}")
    assert (team.item(1).category, team.item(1).urgency) == (category, urgency)


def test_a_tie_of_categories_asks_with_a_menu(team: Team) -> None:
    card = team.reply("/barrier rosa no gas")
    one = next(c for c in card.controls() if c["type"] == "static_select")
    assert {option["value"] for option in one["options"]} == {"transport", "utilities"}
    assert team.item(1).category == "other"
    assert "category" in team.press("category", one["subject"], choice="utilities").text
    assert team.item(1).category == "utilities"


def test_a_category_that_is_not_in_the_table_is_refused(team: Team) -> None:
    team.say("/barrier rosa something else entirely")
    assert "no longer does anything" in team.press_item("category", 1, choice="nonsense").text
    assert team.item(1).category == "other"


def test_a_promise_for_a_barrier_with_an_owner_in_any_order(team: Team) -> None:
    team.say("/barrier rosa no ride since her car broke")
    team.say(f"/commit rosa call the ride service for #1 by Friday 3pm {mention(BEN)}")
    team.say(f"/commit rosa call the garage {mention(BEN)} by Friday 3pm for #1")
    team.say("/commit rosa call the cousin @ben by Friday 3pm")
    for number, task, about in ((2, "call the ride service", 1), (3, "call the garage", 1), (4, "call the cousin", None)):
        item = team.item(number)
        assert f"> {task}\n" in team.say(f"/kept show {number}")
        assert item.about_id == (team.item(about).id if about else None)
        assert item.owner_id != item.author_id


@pytest.mark.parametrize(("line", "says"), [
    ("/barrier no ride", "must be a patient"), ("/concern rosa", "words are missing"),
    ("/barrier rosa", "words are missing"), ("/commit rosa", "Say what was promised"),
    ("/commit rosa call by Feb 30", "no such date"), ("/commit rosa call by 25:00", "no such time"),
    ("/commit rosa by Friday", "no task"), ("/commit rosa call for #9 by Friday", "no #9 here"),
    ("/commit rosa call for #1 and #2 by Friday", "one item only"),
    ("/commit rosa call by Friday @nobody", "not one confirmed member"),
    ("/barrier rosa no ride <@U9|zed>", "not one confirmed member"),
    ("/kept frobnicate", "not one of the words"), ("/kept barier rosa no ride", "Did you mean barrier"),
    ("/frobnicate rosa", "not one of the words"),
])
def test_a_mistake_saves_nothing_and_says_what_to_do(team: Team, line: str, says: str) -> None:
    assert says in team.say(line)
    assert (team.items(), team.rows(Outgoing)) == ([], [])


def test_a_promise_for_another_patients_barrier_is_refused(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/barrier noor no ride")
    assert "about another patient" in team.say("/commit rosa call for #1 by Friday")
    assert len(team.items()) == 1


@pytest.mark.parametrize("line", ["/concern rosa ", "/kept edit 1 ", "/kept "])
def test_what_is_too_long_is_refused_with_the_limit(team: Team, line: str) -> None:
    team.say("/concern rosa afraid of the bill")
    for length in (3001, 100_000):
        assert "the limit is 3,000 characters" in team.say(line + "x" * length)
    assert "> afraid of the bill" in team.say("/kept show 1")
    assert len(team.items()) == 1


def test_three_thousand_characters_are_kept_and_shown_whole(team: Team) -> None:
    text = "".join(f"{n:04d} " for n in range(598)) + "end"
    card = team.reply(f"/concern rosa {text}")
    assert text in card.text
    team.say("/kept edit 1 " + "y" * 2990)
    shown = team.reply("/kept show 1")
    assert "y" * 2990 in shown.text
    assert "shortened here; all of it is kept" in shown.text
    assert len(shown.text) < 13_000


@pytest.mark.parametrize("words", [
    "she says “it’s too much” – really", "a < b & c > d", "see https://example.org/a for it",  # noqa: RUF001
    "*bold* _it_ ~no~ `code`", "ends in *", "☎️ 👩‍👩‍👧 family",
])
def test_typed_words_come_back_as_typed(team: Team, words: str) -> None:
    sent = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    sent = sent.replace("https://example.org/a", "<https://example.org/a>")
    assert f"> {words}" in team.say(f"/concern rosa {sent}")


def test_a_stored_mention_never_pings(team: Team) -> None:
    """F1."""
    body = team.reply(f"/concern rosa she told <!channel> and {mention(ANA)} twice").body
    texts = [one for block in body["blocks"] if block["type"] == "rich_text"
             for section in block["elements"] if section["type"] == "rich_text_quote" for one in section["elements"]]
    assert [one["type"] for one in texts] == ["text"]
    assert texts[0]["text"] == "she told @channel and @ana twice"


def test_an_alias_alone_opens_the_patients_page(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    page = team.say("/kept Rosa-M")
    assert "Open for rosa-m" in page
    assert "afraid of the bill" in page


@pytest.mark.parametrize("line", [
    "/concern rosa she wants to die", "/barrier rosa scared of her boyfriend",
    "/commit rosa check on her tomorrow, he hits me @ben",
])
def test_words_of_danger_ask_and_stay_private(team: Team, line: str) -> None:
    card = team.reply(line)
    assert "Is anyone in danger?" in card.text
    assert "988" in card.text
    assert "You might ask" not in card.text
    assert team.item(1).danger is Danger.ASKED


def test_a_fear_of_side_effects_is_no_danger(team: Team) -> None:
    assert "Is anyone in danger?" not in team.say("/concern rosa afraid of the side effects")
    assert team.item(1).danger is Danger.NONE


def test_the_number_is_free_again_when_nothing_was_saved(team: Team) -> None:
    team.say("/commit rosa call by Feb 30")
    team.say("/concern rosa afraid of the bill")
    assert [item.number for item in team.rows(Item)] == [1]
