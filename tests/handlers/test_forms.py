"""Forms: the same fields and rules as a typed line; a mistake stands at its field and nothing typed is lost."""

from tests.handlers.conftest import Team


def rosa(team: Team) -> str:
    return team.offered("patient", "rosa")[0][1]


def test_a_concern_in_a_form(team: Team) -> None:
    form = team.form("/concern")
    assert list(form.inputs) == ["patient", "words"]
    card = team.submit(form, patient=rosa(team), words="worried she'll be laid off & <!channel>")
    assert "Kept as #1." in card
    assert "> worried she'll be laid off & <!channel>" in card
    assert team.refused(form, patient="add.late", words="x")["patient"].startswith("That word is one of Kept's own")
