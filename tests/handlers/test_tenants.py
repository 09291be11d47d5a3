"""Two workspaces in one database: what is the other's does not exist."""

from typing import Any

import pytest
from sqlalchemy import text

from handlers.cards.view import Errors
from handlers.case import Inbound, Surface
from handlers.route import answer
from handlers.table import BUTTONS, FORMS, OPTIONS
from models.contact import Contact, ContactWithdrawal
from models.item import Item
from models.patient import Patient
from models.unsorted import Unsorted
from models.workspace import install
from tests.databases import by_hand
from tests.handlers.conftest import ANA, HOME, NOW, SERIAL, Team

NOTHING = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def other(team: Team) -> Team:
    """Another workspace, whose channel and people have the very same Slack ids."""
    workspace = team.store.untenanted(lambda s: install(s, team.store.keyring, "T2", "UBOT", NOW).id)
    made = Team(team.store, workspace)
    made.say("/kept setup zone America/New_York")
    made.say("/kept patient add noor-k")
    made.say("/concern noor lonely")
    made.say("/kept call noor 5m")
    made.say("/kept noor lonely again")
    return made


@pytest.mark.parametrize("button", BUTTONS)
def test_the_others_ids_are_as_if_they_did_not_exist(team: Team, other: Team, button: str) -> None:
    """B9."""
    nothing = NOTHING
    contact, entry = other.rows(Contact)[0], other.rows(Unsorted)[0]
    for subject in (f"i.{other.item(1).id}", f"t.{other.item_team()}.{ANA}", f"c.{contact.id}", f"u.{entry.id}"):
        kind, key = subject.split(".")[:2]
        theirs = team.press(button, subject)
        none = team.press(button, subject.replace(key, nothing))
        assert theirs.body == none.body, kind
    assert (other.item(1).epoch, other.rows(Unsorted)[0].became, other.rows(ContactWithdrawal)) == (1, None, [])
    assert team.items() == []


def test_b9_nor_do_they_in_a_form_or_in_what_it_was_opened_with(team: Team, other: Team) -> None:
    """The same, byte for byte, at every form, in its fields and in its metadata, and in every menu."""
    item, patient = other.item(1), other.rows(Patient)[0]
    for name in sorted(FORMS.keys() - {"form.patient", "form.setup", "form.out"}):  # these name nothing that is there
        for subject, key in ((f"i.{item.id}", item.id), (f"t.{other.item_team()}", other.item_team()),
                             (f"t.{team.item_team()}", item.id), (f"t.{team.item_team()}.{patient.id}", patient.id)):
            fields = {"item": str(item.id), "patient": str(patient.id), "about": (str(item.id),), "items": (str(item.id),),
                      "words": "afraid", "owner": ANA, "when": "Friday 3pm"}
            none = {field: swapped(value, {str(item.id), str(patient.id)}) for field, value in fields.items()}
            theirs, nothing = (sent(team, name, one, given) for one, given in (
                (subject, fields), (subject.replace(str(key), NOTHING), none)))
            assert theirs.replace(str(key), NOTHING) == nothing, (name, subject)
    for menu in sorted(OPTIONS):
        assert team.offered(menu, subject=f"t.{other.item_team()}") == []
    assert (other.item(1).epoch, team.items(), len(team.rows(Patient))) == (1, [], 1)


def swapped(value: Any, keys: set[str]) -> Any:
    if isinstance(value, tuple):
        return tuple(swapped(one, keys) for one in value)
    return NOTHING if value in keys else value


def sent(team: Team, name: str, subject: str, fields: dict[str, Any]) -> str:
    inbound = Inbound(ANA, HOME, f"d{next(SERIAL)}", team.now, team.now, action=name, subject=subject, fields=fields,
                      surface=Surface.FORM)
    found = answer(team.store, team.workspace, inbound, team._facts(inbound))
    return str(found.fields if isinstance(found, Errors) else found.body())


def test_commands_see_their_own_workspace_alone(team: Team, other: Team) -> None:
    for line in ("/kept show 1", "/kept done 1", "/concern noor more", "/kept noor", "/kept list noor"):
        assert "lonely" not in team.say(line)
    assert "Nothing here" in team.say("/kept list")
    assert team.say("/concern rosa afraid").startswith("Kept as #1")
    assert "lonely" in other.say("/kept list")
    assert "afraid" not in other.say("/kept list")


def test_a_reference_into_the_other_workspace_is_refused_by_the_database(team: Team, other: Team) -> None:
    """B11."""
    team.say("/concern rosa afraid")
    patient = other.item(1).patient_id
    key = f"'{patient}'" if team.store.engine.dialect.name == "postgresql" else f"'{patient.hex}'"
    with pytest.raises(Exception, match=r"(?i)foreign key"), by_hand(team.store) as connection:
        connection.execute(text(f"UPDATE item SET patient_id = {key} WHERE patient_id <> {key}"))  # noqa: S608
    assert team.item(1).patient_id != patient


def test_a_read_that_cannot_be_audited_shows_nothing(team: Team) -> None:
    """D4."""
    team.say("/concern rosa afraid")
    with by_hand(team.store) as connection:
        if team.store.lite:
            connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END"))
        else:
            connection.execute(text("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
                                    "$$ BEGIN RAISE EXCEPTION 'no'; END $$"))
            connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION refuse()"))
    for line in ("/kept show 1", "/kept list", "/concern rosa more", "/kept show 9"):
        with pytest.raises(Exception, match="no"):
            team.say(line)
    assert [item.number for item in team.rows(Item)] == [1]
    assert HOME in team.members
