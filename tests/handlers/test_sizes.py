"""Much of everything: five hundred patients, three thousand characters, forty open items, names of every script. Each view fits
Slack's limits (whatever comes out of ``team`` is held against them), and says how much more there is and how to see it."""

from __future__ import annotations

import re

import pytest

from handlers.cards.blocks import BUTTON_LIMIT
from handlers.cards.home import NAMES
from models.desk import Part
from tests.handlers import conftest
from tests.handlers.conftest import ANA, BEN, Team

ALIASES = ["مريم-ع", "李小龙", "josé-ñ", "שרה-א", "한-1"]
PEOPLE = {ANA: "أنا رييس 🌻", BEN: "本·奥卡福 👩🏽‍⚕️"}
LONG = "".join(f"{n:04d} " for n in range(598)) + "the end.!!"
FORTY = 40


@pytest.fixture
def busy(team: Team, monkeypatch: pytest.MonkeyPatch) -> Team:
    """Forty promises, eight for each of five patients; people whose names are in Arabic and Chinese, with emoji."""
    for user, name in PEOPLE.items():
        monkeypatch.setitem(conftest.PEOPLE, user, name)
    for alias in ALIASES:
        assert f"{alias} is a patient" in team.say(f"/kept patient add {alias}")
    for n in range(FORTY):
        assert f"Kept as #{n + 1}." in team.say(f"/commit {ALIASES[n % 5]} ride no {n + 1} 🚗 سيارة 车 by Friday {n % 8 + 1}pm")
    return team


def numbers(text: str) -> list[int]:
    """Of the items that have a line of their own."""
    return [int(found) for found in re.findall(r"^#(\d+) ", text, re.MULTILINE)]


@pytest.mark.large
def test_five_hundred_patients_the_menu_says_to_keep_typing_and_typing_narrows(team: Team) -> None:
    for n in range(499):
        team.say(f"/kept patient add p-{n:04d}")
    form = team.form("/concern")
    assert "At most a hundred are offered at once: keep typing" in form.inputs["patient"]["hint"]["text"]
    offered = [len(team.offered("patient", typed)) for typed in ("", "p-04", "p-041", "p-0417")]
    assert offered[0] == 99
    assert 100 >= offered[1] > offered[2] > offered[3] > 0   # each with the alias that could be added
    found = team.offered("patient", "p-0417")
    assert found[0][0] == "p-0417"
    assert "· p-0417" in team.submit(form, patient=found[0][1], words="afraid")
    team.look()
    assert "of 500" in team.turn("desk_part", f"{Part.PATIENTS}.0").text


@pytest.mark.parametrize(("line", "shown", "says"), [
    ("/kept list", 20, "And 20 more. Narrow it: /kept list barriers, overdue, untold, or a patient."),
    ("/kept mine", 20, "And 20 more. Narrow it: /kept list barriers, overdue, untold, or a patient."),
    ("/kept list promises", 20, "And 20 more. Narrow it:"),
    ("/kept find ride", 20, "And 20 more. Another word narrows it."),
    ("/kept find سيارة", 20, "And 20 more. Another word narrows it."),
])
def test_of_forty_open_items_twenty_are_shown_and_the_others_counted(busy: Team, line: str, shown: int, says: str) -> None:
    text = busy.say(line)
    assert says in text
    assert len(numbers(text)) == shown


def test_on_a_page_of_forty_the_others_are_found_by_a_word(team: Team) -> None:
    team.say("/kept patient add مريم-ع")
    for n in range(FORTY):
        team.say(f"/concern مريم-ع afraid of {'the bill' if n < 25 else 'the doctor'} {n + 1}")
    for line in ("/kept مريم-ع", "/kept list مريم-ع"):
        text = team.say(line)
        assert len(numbers(text)) == 20
        assert "And 20 more. Narrow it: /kept find مريم-ع and a word that stands in it." in text
    assert sorted(numbers(team.say("/kept find مريم-ع doctor"))) == list(range(26, 41))


def test_a_patient_in_any_script_has_a_page_menus_and_a_home(busy: Team) -> None:
    for alias in ALIASES:
        text = busy.say(f"/kept {alias}")
        assert f"Open for {alias}" in text
        assert len(numbers(text)) == FORTY // len(ALIASES)
        assert busy.offered("patient", alias[:2])[0][0] == alias
        assert len(busy.offered("promises", alias)) == FORTY // len(ALIASES)
    assert all(len(label) <= BUTTON_LIMIT for label, _ in busy.offered("promises"))
    assert busy.look().text.count("And ") >= 1


def test_home_leads_to_all_forty(busy: Team) -> None:
    page = busy.look()
    left = FORTY - len([n for n in page.numbers() if n <= FORTY and n in _promised(page.text)])
    assert f"And {left} more: promises" in page.text
    seen: list[int] = []
    for number in range(FORTY // 20):
        turned = busy.turn("desk_part", f"{Part.PROMISES}.{number}")
        assert f"of {FORTY}" in turned.text
        seen += turned.numbers()
    assert sorted(seen) == list(range(1, FORTY + 1))
    for part in NAMES:
        assert busy.turn("desk_part", f"{part.value}.0").text


def _promised(text: str) -> list[int]:
    """Those under the first heading."""
    return numbers(text[text.index("What you promised"):text.index("more: promises")])


def test_a_digest_of_forty_counts_them_all_and_says_where_they_stand(busy: Team) -> None:
    busy.at("2026-11-30T08:30")
    text = busy.say("/kept digest")
    assert "40 overdue" in text
    assert len(numbers(text)) == 3
    assert "The others: /kept list, /kept list overdue, /kept list untold." in text
    busy.sweep()
    sent = [message for channel, message, _ in busy.deliver() if "Good morning" in message.text]
    assert "40 overdue" in sent[0].text
    assert "And 20 more." in busy.say("/kept list overdue")


def test_few_items_need_no_word_about_others(team: Team) -> None:
    team.say("/commit rosa call her by 2pm")
    team.at("2026-11-24T09:30")
    assert "The others" not in team.say("/kept digest")


def test_wins_beyond_five_say_how_to_see_them(team: Team) -> None:
    for n in range(8):
        team.say(f"/concern rosa afraid {n}")
        team.say(f"/kept settle {n + 1}")
    assert "And 3 more. /kept find with a patient's alias shows what has ended." in team.say("/kept digest")
    assert sorted(numbers(team.say("/kept find rosa-m"))) == list(range(1, 9))


def keep(team: Team, **more: str) -> str:
    return team.submit(team.form("/barrier"), patient=dict(team.offered("patient"))["rosa-m"], words=LONG, **more)


def test_a_long_barrier_is_whole_wherever_it_is_read(team: Team) -> None:
    assert len(LONG) == 3000
    assert LONG in keep(team)       # the modal takes the card; ``send`` holds that against the limits too
    assert LONG in team.say("/kept show 1")
    assert LONG in team.say("/kept last")
    form = team.form_of_item("edit", 1)
    assert form.fields()["words"] == LONG
    assert LONG[:-1] in team.submit(form, words=LONG[:-1] + "?")
    assert team.form_of_item("edit", 1).fields()["words"] == LONG[:-1] + "?"


def test_a_typed_line_is_kept_whole_or_not_at_all(team: Team) -> None:
    assert "Nothing was saved" in team.say(f"/barrier rosa {LONG}")
    assert team.items() == []
    assert LONG[100:] in team.say(f"/barrier rosa {LONG[100:]}")


def test_where_a_long_barrier_has_one_line_it_ends_visibly_and_a_button_shows_it(team: Team) -> None:
    team.say("/kept setup detail full")
    keep(team)
    for line in ("/kept list", "/kept mine", "/kept rosa", "/kept find 0001"):
        row = next(one for one in team.say(line).splitlines() if one.startswith("#1 "))
        assert "…" in row
        assert len(row) < 300
    assert "…" in (page := team.look()).text
    assert LONG in team.press("show", page.subject("show")).text
    (label, _), = team.offered("barriers")
    assert label.endswith("…")


@pytest.mark.parametrize("detail", ["minimal", "full"])
def test_a_nudge_of_a_long_barrier_is_whole_or_leads_to_it(team: Team, detail: str) -> None:
    team.say(f"/kept setup detail {detail}")
    keep(team, urgency="urgent", owner=BEN)
    team.sweep()
    team.later(hours=30)
    team.sweep()
    posted = [message for _, message, _ in team.deliver() if "#1" in message.text and "Good morning" not in message.text]
    assert len(posted) >= 2
    for one in posted:
        # In full detail alone it is whole; among others its words are cut, and a button leads to them.
        if not (detail == "full" and LONG in one.text and one.text.startswith("#1")):
            assert "0001" not in one.text or detail == "full"
            assert LONG in team.press("show", one.subject("show")).text
