"""The fields of forms: patients in their menu, times in words and picked, words of any kind, and what stands in the card."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from handlers.cards.blocks import BUTTON_LIMIT
from handlers.cards.view import shown_in_view
from handlers.case import Inbound, Surface
from handlers.route import answer
from models.item import Danger
from models.patient import Patient
from models.team import CareTeam, member_of
from tests.handlers.conftest import ANA, BEN, CAM, HOME, Reply, Team
from tests.handlers.filled import must_fit_view

DUE = datetime(2026, 11, 24, 17, tzinfo=UTC)   # Tuesday noon in New York
NOON = str(int(DUE.timestamp()))


def rosa(team: Team) -> str:
    return team.offered("patient", "rosa")[0][1]


def many(team: Team, names: list[str]) -> None:
    """Patients by the hundred, as an import would bring them."""
    key = team.item_team()

    def put(session: Session) -> None:
        me, home = member_of(session, team.workspace, ANA), session.get_one(CareTeam, (team.workspace, key))
        session.add_all(Patient(home, name, me, team.now) for name in names)
    team.store.transact(team.workspace, put)


@pytest.mark.parametrize(("fields", "field", "says"), [
    ({"when": "Monday"}, "when", "Monday, November 30, 2026 at 5:00 PM EST"),       # today is one
    ({"when": "Monday"}, "when", "Monday, November 23, 2026 at 5:00 PM EST or "),
    ({"when": "by 8"}, "when", "more than one time"), ({"when": "soon"}, "when", "Write it"),
    ({"when": "when she is back"}, "when", "could not be read as a time"),
    ({"when": "yesterday"}, "when", "Nothing was saved"), ({"when": "Feb 30"}, "when", "no such date"),
    ({"when": "Friday 3pm", "picker": NOON}, "when", "and the picker says Tuesday, November 24, 2026 at 12:00 PM EST"),
    ({"picker": "1"}, "picker", "Nothing was saved"), ({"picker": "9" * 18}, "picker", "choose one"),
    ({"picker": "9999999999"}, "picker", "ten years"),
])
def test_a_time_that_is_not_one_time_ahead_stands_at_its_field(team: Team, fields: dict[str, str], field: str,
                                                               says: str) -> None:
    errors = team.refused(team.form("/commit"), patient=rosa(team), words="call her", **fields)
    assert list(errors) == [field]
    assert says in errors[field]
    assert team.items() == []


@pytest.mark.parametrize("fields", [
    {"words": "call her", "when": "tomorrow noon"}, {"words": "call her", "picker": NOON},
    {"words": "call her", "when": "Tuesday noon", "picker": NOON}, {"words": "call her by tomorrow noon"},
    {"words": "call her", "when": "8 or so", "picker": NOON}, {"words": "call her", "when": "by noon tomorrow"},
])
def test_a_time_in_words_picked_or_in_the_promise_itself(team: Team, fields: dict[str, str]) -> None:
    card = team.submit(team.form("/commit"), patient=rosa(team), **fields)
    assert "> call her\n" in card
    assert "due Tue Nov 24, 12:00 PM" in card
    assert team.item(1).due_at == DUE


def test_a_promise_without_a_time_is_kept_and_asked_about(team: Team) -> None:
    card = team.send(team.form("/commit"), patient=rosa(team), words="call her about room 12")
    assert isinstance(card, Reply)
    assert "By when" in card.text
    assert "> call her about room 12" in card.text
    assert "has its time" in team.press("at", card.subject("at", "Tue")).text


def test_a_promise_is_for_an_item_of_the_same_patient(team: Team) -> None:
    team.say("/kept patient add noor-k")
    team.say("/barrier noor no ride")
    about = team.offered("about", "1")[0][1]
    form = team.form("/commit")
    errors = team.refused(form, patient=rosa(team), words="call", when="Friday 3pm", about=about)
    assert "about another patient" in errors["about"]
    noor = team.offered("patient", "noor")[0][1]
    team.submit(form, patient=noor, words="call", when="Friday 3pm", about=about)
    assert team.item(2).about_id == team.item(1).id


def test_words_decide_the_category_unless_it_is_chosen(team: Team) -> None:
    form = team.form("/barrier")
    team.submit(form, patient=rosa(team), words="no ride since her car broke")
    team.submit(form, patient=rosa(team), words="no ride since her car broke", category="money")
    card = team.send(form, patient=rosa(team), words="she calls it a mess")
    assert [team.item(n).category for n in (1, 2, 3)] == ["transport", "money", "other"]
    assert isinstance(card, Reply)
    assert "category" in card.actions()
    assert "has its category" in team.press("category", card.subject("category"), choice="legal").text


def test_words_of_danger_ask_in_the_card_of_a_form_too(team: Team) -> None:
    card = team.submit(team.form("/concern"), patient=rosa(team), words="she wants to die")
    assert "Is anyone in danger?" in card
    assert team.item(1).danger is Danger.ASKED


def test_a_new_patient_is_added_with_what_is_entered(team: Team) -> None:
    (label, value), = team.offered("patient", "Zoe-Q")
    assert (label, value) == ("Add “zoe-q” as a new patient", "add.zoe-q")
    form = team.form("/commit")
    assert team.refused(form, patient=value, words="call", when="Feb 30").keys() == {"when"}
    assert len(team.rows(Patient)) == 1   # nothing is saved by half
    assert "zoe-q" in team.submit(form, patient=value, words="call", when="Friday 3pm")
    assert len(team.rows(Patient)) == 2
    team.later(minutes=1)
    assert "added that alias meanwhile" in team.refused(form, patient=value, words="call again")["patient"]


@pytest.mark.parametrize(("typed", "offered"), [
    ("rosa", ["rosa-m", "Add “rosa” as a new patient"]), ("ROSA-M", ["rosa-m"]), ("rosam", ["rosa-m"]),
    ("osa-m", ["rosa-m", "Add “osa-m” as a new patient"]),
    ("roza-m", ["rosa-m", "Add “roza-m” as a new patient"]), ("late", []), ("zoe q", []), ("☃", []),
    ("noor-k", ["Open “noor-k” again: closed now"]), ("", ["rosa-m"]), ("x" * 300, []),
])
def test_what_the_patient_menu_offers(team: Team, typed: str, offered: list[str]) -> None:
    team.say("/kept patient add noor-k")
    team.say("/kept patient close noor-k")
    assert [label for label, _ in team.offered("patient", typed)] == offered


def test_a_closed_patient_is_opened_again_by_choosing_them(team: Team) -> None:
    team.say("/kept patient close rosa-m")
    (_, value), = team.offered("patient", "rosa-m")
    team.submit(team.form("/concern"), patient=value, words="afraid")
    assert [p.state.value for p in team.rows(Patient)] == ["active"]


def test_a_patient_closed_meanwhile_is_refused_at_the_field(team: Team) -> None:
    value = rosa(team)
    team.say("/kept patient close rosa-m")
    assert "That patient is closed" in team.refused(team.form("/concern"), patient=value, words="afraid")["patient"]


def test_five_hundred_patients_are_found_by_typing(team: Team) -> None:
    many(team, [f"p-{n:04d}" for n in range(2, 502)])
    everyone = team.offered("patient")
    assert len(everyone) == 99
    found = team.offered("patient", "p-0417")
    assert found[0][0] == "p-0417"
    assert len(team.offered("patient", "p-04")) == 100   # ninety-nine of them, and the alias to add
    assert "> afraid" in team.submit(team.form("/concern"), patient=found[0][1], words="afraid")


@pytest.mark.parametrize("alias", ["مريم-ع", "李小龙", "josé-ñ", "한-1", "a" * 40])
def test_aliases_of_any_script_are_offered_and_chosen(team: Team, alias: str) -> None:
    team.submit(team.form("/kept patient"), alias=alias)
    found = dict(team.offered("patient", alias[:2]))
    assert alias in found
    assert f"· {alias}" in team.submit(team.form("/concern"), patient=found[alias], words="afraid")


@pytest.mark.parametrize("text", [
    "☎️ 👩‍👩‍👧 family " * 9, "她担心会失去工作" * 20, "تخاف أن تفقد عملها " * 12, "<!channel> <@U1> &amp; *x* `y` " * 5, "é" * 200,
    "two\nlines\tand\u00a0more", "x" * 3000,
])
def test_words_of_any_kind_survive_menus_and_cards(team: Team, text: str) -> None:
    team.submit(team.form("/commit"), patient=rosa(team), words=text, when="Friday 3pm")
    (label, value), = team.offered("promises", "1")
    assert len(label) <= BUTTON_LIMIT
    assert label.startswith("#1 · promise · rosa-m · ")
    assert label.endswith("…") == (len(text) > 51)
    assert value == str(team.item(1).id)
    shown = team.submit(team.form("/kept show"), item=value)
    assert " ".join(text.split()) in " ".join(shown.replace("\n  > ", " ").split())


def test_a_barrier_of_three_thousand_characters_is_edited_and_shown_whole(team: Team) -> None:
    text = "".join(f"{n:04d} " for n in range(598)) + "end"
    card = team.submit(team.form("/barrier"), patient=rosa(team), words=text)
    assert text in card
    form = team.form_of_item("edit", 1)
    assert form.fields()["words"] == text
    assert "end!" in team.submit(form, words=text[:-1] + "d!")
    assert team.refused(team.form_of_item("edit", 1), words="y" * 3001).keys() == {"words"}


def test_hostile_words_in_a_form_never_ping(team: Team) -> None:
    said = Inbound(ANA, HOME, "d-hostile", team.now, team.now, action="form.concern", subject=f"t.{team.item_team()}",
                   surface=Surface.FORM, fields={"patient": rosa(team), "words": "a\u202eb<!channel>\ud800 <@U1|x>\x07"})
    card = answer(team.store, team.workspace, said)
    body = shown_in_view(card).body()   # type: ignore[arg-type]
    must_fit_view(body)
    quoted = [one for block in body["blocks"] if block["type"] == "rich_text" for part in block["elements"]
              if part["type"] == "rich_text_quote" for one in part["elements"]]
    assert quoted == [{"type": "text", "text": "ab<!channel>\ufffd <@U1|x>"}]


@pytest.mark.parametrize(("name", "subject", "fields"), [
    ("form.concern", "t.{team}", {"patient": "", "words": "x"}), ("form.concern", "t.{team}", {"patient": "x", "words": "x"}),
    ("form.concern", "t.{team}", {"patient": "add.", "words": "x"}),
    ("form.concern", "t.{team}", {"patient": "add.a b", "words": "x"}),
    ("form.concern", "t.{team}", {"patient": "add.late", "words": "x"}), ("form.concern", "t.{team}", {}),
    ("form.barrier", "t.{team}", {"patient": "{rosa}", "words": "x", "category": "x", "urgency": "normal"}),
    ("form.barrier", "t.{team}", {"patient": "{rosa}", "words": "x", "category": "food", "urgency": "very"}),
    ("form.barrier", "t.{team}", {"patient": ("a", "b"), "words": ("c",)}),
    ("form.commit", "t.{team}", {"patient": "{rosa}", "words": "x", "picker": "noon"}),
    ("form.commit", "t.{team}", {"patient": "{rosa}", "words": "x", "about": "1"}),
    ("form.edit", "i.x", {"words": "x"}), ("form.edit", "", {"words": "x"}), ("form.late", "i.{team}", {"when": "Friday"}),
    ("form.setup", "t.{team}", {"zone": "Mars"}), ("form.setup", "t.{team}", {}), ("form.frobnicate", "t.{team}", {"words": "x"}),
    ("form.concern", "t.01890a5d-ac96-774b-bcce-b302099a8057", {"patient": "{rosa}", "words": "x"}),
])
def test_what_no_form_of_ours_would_send_is_refused(team: Team, name: str, subject: str, fields: dict[str, object]) -> None:
    value = rosa(team)
    stood = len(team.rows(Patient))
    put = {key: one.format(rosa=value) if isinstance(one, str) else one for key, one in fields.items()}
    found = answer(team.store, team.workspace, Inbound(
        ANA, HOME, "d-odd", team.now, team.now, action=name, subject=subject.format(team=team.item_team()), fields=put,  # type: ignore[arg-type]
        surface=Surface.FORM))
    assert type(found).__name__ == "Errors"
    assert (team.items(), len(team.rows(Patient))) == ([], stood)


def test_menus_tell_outsiders_and_newcomers_nothing(team: Team) -> None:
    team.say("/concern rosa afraid")
    assert team.offered("patient", "rosa", user=CAM) == []
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.later(minutes=6)
    for menu in ("patient", "all", "open", "frobnicate"):
        assert team.offered(menu, "", user=CAM) == []
    assert team.offered("patient", "rosa", user=BEN)
    assert (BEN, "patients read", "ok") in team.audited()


def test_menus_leave_out_what_is_private(team: Team) -> None:
    team.members[HOME] = frozenset({ANA, BEN, CAM})
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    team.say("/concern rosa she wants to die", user=BEN)
    for typed in ("", "1", "rosa"):
        assert team.offered("all", typed, user=CAM) == []
        assert len(team.offered("all", typed, user=BEN)) == 1


@pytest.mark.parametrize(("menu", "offered"), [
    ("promises", [2]), ("barriers", [3]), ("concerns", [1]), ("raised", [1]), ("about", [1, 3]), ("untold", [4]),
    ("living", [1, 2, 3]), ("open", [1, 2, 3, 4]), ("ended", [4, 5]), ("all", [1, 2, 3, 4, 5]),
])
def test_each_menu_of_items_offers_what_fits(team: Team, menu: str, offered: list[int]) -> None:
    for line in ("/concern rosa afraid", "/commit rosa call by Friday 3pm", "/barrier rosa no ride", "/barrier rosa no food",
                 "/commit rosa call by Friday 4pm", "/concern rosa slip", "/kept resolve 4 x, assumed", "/kept done 5",
                 "/kept undo 6"):
        team.say(line)
    assert sorted(int(label.split()[0][1:]) for label, _ in team.offered(menu)) == offered
    assert [label.split()[0] for label, _ in team.offered(menu, f"#{offered[0]}")] == [f"#{offered[0]}"]
    assert team.offered(menu, "noor") == []
