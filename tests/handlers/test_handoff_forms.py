"""Handing over in a form: from an item, from a patient's page, some or all of a patient; and answers with a reason."""

import pytest

from models.handoff import HandOff
from models.history import History
from tests.handlers.conftest import ANA, BEN, Team, mention

CONCERN, BARRIER, PROMISE = "/concern rosa afraid of the bill", "/barrier rosa no ride", "/commit rosa call her by Friday 3pm"
TRIED = {"owner": BEN, "words": "she prefers mornings"}


@pytest.fixture
def two(team: Team) -> Team:
    team.say(CONCERN)
    team.say(PROMISE)
    return team


def page(team: Team, user: str = ANA) -> set[str]:
    return team.reply("/kept rosa", user=user).actions()


def test_an_item_goes_from_its_card(two: Team) -> None:
    labels = [one["text"]["text"] for one in two.form_of_item("more", 1).buttons()]
    assert "Hand over" in labels
    form = two.form_of_item("hand_over", 1)
    assert "afraid of the bill" in form.text
    says = two.submit(form, **TRIED)
    assert "Offered as #3" in says
    assert "Offered: #1\n" in says
    assert "> she prefers mornings" in says


def test_what_is_anothers_has_no_such_button_and_an_old_one_is_refused(two: Team) -> None:
    labels = [one["text"]["text"] for one in two.form_of_item("more", 1, user=BEN).buttons()]
    assert "Give it to someone" in labels
    assert "Hand over" not in labels
    assert "not yours to hand over" in two.press_item("hand_over", 1, user=BEN).text
    two.submit(two.form_of_item("hand_over", 1), **TRIED)
    assert "#1 is offered already, in #3" in two.press_item("hand_over", 1).text
    assert "is a hand-off itself" in two.press_item("hand_over", 3).text


def test_all_of_a_patient_goes_from_their_page(two: Team) -> None:
    form = two.form_of("hand_over", two.reply("/kept rosa").subject("hand_over"))
    says = two.submit(form, **TRIED)
    assert "Offered: rosa-m · #1, #2\n" in says
    assert "You have nothing of rosa-m to hand over" in two.press("hand_over", form.view.subject).text
    two.say(BARRIER, user=BEN)
    assert "hand_over" in page(two, BEN)


def test_who_has_nothing_of_a_patient_is_not_led_there(two: Team) -> None:
    assert "hand_over" not in page(two, BEN)
    errors = two.refused(two.form("/kept handoff", user=BEN), user=BEN, patient=two.offered("patient", "rosa")[0][1],
                         owner=ANA, words="x")
    assert list(errors) == ["patient"]
    assert "You have nothing of rosa-m" in errors["patient"]


def test_some_of_a_patient_are_chosen_from_ones_own(two: Team) -> None:
    two.say(BARRIER, user=BEN)
    assert [label[:2] for label, _ in two.offered("givable")] == ["#2", "#1"]
    rosa = two.offered("patient", "rosa")[0][1]
    says = two.submit(two.form("/kept handoff"), patient=rosa, items=(str(two.item(2).id),), **TRIED)
    assert "Offered: #2\n" in says
    two.say("/kept patient add noor-k")
    noor = two.offered("patient", "noor")[0][1]
    assert "about another patient" in two.refused(two.form("/kept handoff"), patient=noor, items=(str(two.item(1).id),),
                                                  **TRIED)["items"]


@pytest.mark.parametrize(("fields", "field", "says"), [
    ({"owner": ANA, "words": "x"}, "owner", "with you already"), ({"owner": "U9", "words": "x"}, "owner", "not one confirmed"),
    ({"owner": BEN, "words": " \u200b "}, "words", "Say what was tried")])
def test_what_is_wrong_stands_at_its_field(two: Team, fields: dict[str, str], field: str, says: str) -> None:
    rosa = two.offered("patient", "rosa")[0][1]
    for form, more in ((two.form("/kept handoff"), {"patient": rosa}), (two.form_of_item("hand_over", 1), {})):
        errors = two.refused(form, **more, **fields)
        assert list(errors) == [field]
        assert says in errors[field]
    assert two.rows(HandOff) == []


def test_an_item_that_changed_while_its_form_stood_open_is_shown_first(two: Team) -> None:
    form = two.form_of_item("hand_over", 1)
    two.say("/kept edit 1 afraid of the rent", user=BEN)
    again = two.send(form, **TRIED)
    assert not two.rows(HandOff)
    assert "changed while this form was open" in again.text  # type: ignore[union-attr]
    assert "Offered: #1\n" in two.submit(again)  # type: ignore[arg-type]


def test_only_what_is_offered_to_oneself_can_be_answered(two: Team) -> None:
    two.say(f"/kept handoff 1 {mention(BEN)} she prefers mornings")
    for verb in ("accept", "decline"):
        assert "No hand-off waits" in two.say(f"/kept {verb}")
    assert two.offered("offers") == []
    assert [label[:2] for label, _ in two.offered("offers", user=BEN)] == ["#3"]
    for verb in ("accept", "decline"):
        errors = two.refused(two.form(f"/kept {verb}", user=BEN), user=BEN, item=str(two.item(2).id))
        assert "neither a hand-off offered to you" in errors["item"]


def test_a_reason_stands_in_the_history_and_the_giver_is_told(two: Team) -> None:
    two.say(f"/kept handoff 1 {mention(BEN)} she prefers mornings")
    two.submit(two.form("/kept decline", user=BEN), user=BEN, item=str(two.item(3).id), words="I am away next week")
    assert "> I am away next week" in two.say("/kept show 3")
    assert [row.verb for row in two.item_history(3)][-1] == "declined"
    assert any("has declined" in text for _, text in two.waiting())
    assert len([row for row in two.rows(History) if row.verb == "declined"]) == 1
