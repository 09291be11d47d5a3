"""Shortcuts: a message's words in a form, a way back to it, and the search from anywhere."""

from __future__ import annotations

import pytest

from handlers.cards.shortcuts import SHORTCUTS as SHOWN
from handlers.table import SHORTCUTS
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team

LINK = "https://maple.slack.com/archives/C1/p1795881600123456"


def rosa(team: Team) -> str:
    return team.offered("patient", "rosa")[0][1]


def links(card: Reply) -> list[tuple[str, str]]:
    return [(one["text"], one["url"]) for block in card.body["blocks"] if block["type"] == "rich_text"
            for part in block["elements"] for one in part["elements"] if one["type"] == "link"]


def test_every_shortcut_in_slacks_menus_opens_a_form() -> None:
    assert {one.name for one in SHOWN} == SHORTCUTS.keys()


@pytest.mark.parametrize(("name", "callback"), [
    ("log_concern", "form.concern"), ("log_barrier", "form.barrier"), ("log_promise", "form.commit")])
def test_a_message_is_kept_with_a_way_back_to_it(team: Team, name: str, callback: str) -> None:
    form = team.shortcut(name, "she said &lt;no&gt; to <@U2> &amp; see <https://x.example|the page> by tomorrow noon", LINK)
    assert form.view.callback == callback
    assert form.fields()["words"] == "she said <no> to @Ben Okafor & see the page by tomorrow noon"
    card = team.send(form, patient=rosa(team), words="she said no")
    assert isinstance(card, Reply)
    assert links(card) == [("From a message", LINK)]
    assert links(team.reply("/kept show 1")) == [("From a message", LINK)]
    assert LINK.encode() not in team.item(1).link_sealed


@pytest.mark.parametrize("link", [
    "", "javascript:alert(1)", "http://maple.slack.com/archives/C1/p1", "https://maple.slack.com.evil.example/archives/C1/p1",
    "https://evil.example/?https://maple.slack.com/archives/C1/p1", "https://maple.slack.com/archives/C1/p1?x=<!channel>",
    "https://maple.slack.com/archives/../p1",
])
def test_only_a_message_of_slacks_own_is_linked(team: Team, link: str) -> None:
    card = team.send(team.shortcut("log_concern", "afraid", link), patient=rosa(team))
    assert isinstance(card, Reply)
    assert links(card) == []


def test_a_message_too_long_for_one_entry_says_that_it_is_cut(team: Team) -> None:
    form = team.shortcut("log_concern", "x" * 20_000, LINK)
    assert "longer than one entry" in form.text
    assert form.fields()["words"] == "x" * 2999 + "…"
    assert "longer" not in team.shortcut("log_concern", "x" * 3000, LINK).text


def test_a_message_without_words_opens_an_empty_form(team: Team) -> None:
    assert team.shortcut("log_concern", "", LINK).fields()["words"] is None


def test_shortcuts_are_the_members_alone(team: Team) -> None:
    team.members["C9"] = frozenset({CAM})
    for name in SHORTCUTS:
        assert "not a care team yet" in team.shortcut_blocked(name, user=CAM, channel="C9").text
        assert "open only to members" in team.shortcut_blocked(name, user=CAM, channel=HOME).text


def test_the_search_from_anywhere_finds_what_the_command_finds(team: Team) -> None:
    team.say("/concern rosa afraid of the bill")
    found = team.submit(team.shortcut("search", channel="", user=BEN), user=BEN, words="bill")
    assert found == team.say("/kept find bill", user=BEN)
    assert "#1 concern · rosa-m · afraid of the bill" in found
    assert team.audited()[-1] == (BEN, "find", "ok")


def test_a_shortcut_elsewhere_is_for_ones_only_team(team: Team) -> None:
    form = team.shortcut("log_concern", "afraid", LINK, channel="C7")
    assert "Kept as #1" in team.submit(form, patient=rosa(team))
    assert team.audited()[-1][0] == ANA


def both(team: Team) -> None:
    """Ben is in a second care team, whose channel is C2."""
    team.members["C2"] = frozenset({BEN, CAM})
    team.say("/kept setup zone America/New_York", user=BEN, channel="C2")
    team.say("/kept patient add noor-k", user=BEN, channel="C2")


def test_where_nothing_says_which_team_it_is_asked(team: Team) -> None:
    both(team)
    asked = team.reply("/concern noor afraid &amp; tired", user=BEN, channel="D2")
    assert asked.actions() == {"in_team"}
    second = [one["subject"] for one in asked.controls()][1]
    assert "> afraid & tired" in team.press("in_team", second, user=BEN, channel="D2").text
    assert team.item(1, "C2").number == 1
    alone = team.reply("/concern", user=BEN, channel="D2")
    form = team.form_in_modal("in_team", alone.controls()[1]["subject"], user=BEN)
    assert (form.view.callback, form.view.subject) == ("form.concern", f"t.{team.item_team('C2')}")


def test_a_shortcut_asks_which_team_and_keeps_its_message(team: Team) -> None:
    both(team)
    asked = team.shortcut_blocked("log_barrier", "no ride\nsince <@U2> left", LINK, user=BEN, channel="C7")
    form = team.form_of("message_in_team", asked.controls()[1]["subject"], user=BEN)
    assert form.fields()["words"] == "no ride\nsince @Ben Okafor left"
    assert form.view.subject == f"t.{team.item_team('C2')}.{LINK}"
    found = team.shortcut_blocked("search", user=BEN, channel="")
    assert team.form_in_modal("in_team", found.controls()[0]["subject"], user=BEN).view.callback == "form.find"
    long = team.shortcut_blocked("log_barrier", "x" * 3000, LINK, user=BEN, channel="C7")
    assert "again in the channel" in long.text


def test_a_channel_that_is_no_team_can_be_set_up_from_the_answer(team: Team) -> None:
    team.members["C9"] = frozenset({CAM})
    asked = team.reply("/concern rosa afraid", user=CAM, channel="C9")
    assert team.form_of("set_up", asked.subject("set_up"), user=CAM, channel="C9").body["title"]["text"] == "Make it a care team"
    assert "set_up" not in team.reply("/concern rosa afraid", user=CAM, channel="D9").actions()
