"""Lists, pages and help: whole or saying what is left out; refusals on the chain; a database that is away."""

import os

from handlers.cards.blocks import TOTAL_LIMIT, Bold, Button, Card, Quote
from handlers.case import Inbound
from handlers.language.verbs import VERBS
from handlers.route import answer
from models.sealing import Keyring
from models.store import Store
from tests.handlers.conftest import ANA, BEN, NOW, Team, mention
from tests.handlers.limits import must_fit


def test_a_long_list_says_how_many_more(team: Team) -> None:
    for n in range(23):
        team.say(f"/concern rosa {n} {'word ' * 500}")
    for line in ("/kept list", "/kept mine", "/kept rosa", "/kept list rosa"):
        listed = team.say(line)
        assert listed.count(" concern · rosa-m") == 20
        assert "And 3 more" in listed


def test_lists_narrow(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/concern rosa afraid")
    team.say("/barrier noor no ride", user=BEN)
    team.say("/commit noor call her by 2pm")
    team.say("/barrier rosa no food")
    team.say("/kept resolve 4 pantry, assumed")
    team.later(hours=5)
    for line, numbers in (("concerns", {1}), ("barriers", {2, 4}), ("promises", {3}), ("overdue", {3}), ("untold", {4}),
                          ("rosa", {1, 4}), ("Noor", {2, 3}), (mention(BEN), {2}), ("@ana", {1, 3, 4}), ("", {1, 2, 3, 4})):
        listed = team.say(f"/kept list {line}")
        assert {n for n in range(1, 5) if f"#{n} " in listed} == numbers, line


def test_overdue_is_first(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.say("/commit rosa call by Friday 3pm")
    team.say("/commit rosa send by 2pm")
    assert [line.split()[0] for line in team.say("/kept mine").splitlines()[1:]] == ["#3", "#2", "#1"]


def test_a_long_history_says_what_is_left_out(team: Team) -> None:
    team.say("/concern rosa afraid")
    for n in range(20):
        team.say(f"/kept edit 1 {n} {'y' * 2900}")
    shown = team.say("/kept show 1")
    assert "And 9 earlier changes" in shown
    assert "19 " + "y" * 2900 in shown


def test_help_names_every_verb(team: Team) -> None:
    said = team.say("/kept help")
    assert said == team.say("/kept")
    for verb in VERBS.values():
        assert verb.usage in said
        assert verb.example in team.say(f"/kept help {verb.name}")
    assert said.index("every day") < said.index(VERBS["mine"].usage) < said.index("Team and patients")


def test_last_brings_the_card_back_for_a_day(team: Team) -> None:
    team.say("/concern rosa afraid")
    team.say("/barrier rosa no ride", user=BEN)
    assert "> afraid" in team.say("/kept last")
    assert "> afraid" in team.say("/kept show last")
    team.later(hours=25)
    assert "nothing here in the last 24 hours" in team.say("/kept last")


def test_a_card_that_is_too_much_says_so() -> None:
    card = Card("Kept: much").heading("Much")
    for n in range(70):
        card.line(Bold(f"#{n}"), Quote("x" * 400))
    card.actions(Button("Undo", "undo", "i.x"))
    body = card.body()
    must_fit(body)
    said = str(body["blocks"][-1])
    left = 70 + 1 - sum(block["type"] == "rich_text" for block in body["blocks"])
    assert f"{left} parts are left out here" in said
    assert [block["type"] for block in body["blocks"]].count("actions") == 1


def test_many_short_lines_fit_or_say_so() -> None:
    for count in (49, 50, 51, 80):
        card = Card("Kept: many")
        for n in range(count):
            card.line(str(n))
        body = card.body()
        must_fit(body)
        assert ("left out" in str(body)) == (count > 50)


def test_a_text_longer_than_one_element_is_whole() -> None:
    text = "".join(str(n % 10) for n in range(7000))
    body = Card("Kept: long").line(Quote(text)).body()
    must_fit(body)
    parts = [one["text"] for block in body["blocks"] for section in block["elements"] for one in section["elements"]]
    assert "".join(parts) == text
    assert TOTAL_LIMIT > 7000


def test_reads_are_on_the_chain(team: Team) -> None:
    team.say("/concern rosa afraid")
    before = len(team.audited())
    for line in ("/kept show 1", "/kept why 1", "/kept list", "/kept mine", "/kept rosa", "/kept last", "/kept digest"):
        team.say(line)
    assert [action for _, action, _ in team.audited()[before:]] == [
        "item read", "item why", "list read", "list read", "patient read", "item read", "digest read"]


def test_nothing_typed_or_pressed_reaches_the_chain(team: Team) -> None:
    team.press("zebrafish", "zebrafish", choice="zebrafish")
    team.say("/kept zebrafish")
    assert not [row for row in team.audited() if "zebrafish" in str(row)]


def test_a_database_that_is_away_gets_an_honest_sentence(team: Team) -> None:
    gone = Store("postgresql://nobody@127.0.0.1:1/none", Keyring(os.urandom(32)))
    inbound = Inbound(ANA, "C1", "d", NOW, NOW, command="/concern", text="rosa afraid")
    assert "could not reach its database, so nothing was saved" in str(answer(gone, team.workspace, inbound).body())
    gone.close()
