"""Two workspaces in one database: what is the other's does not exist."""

import pytest
from sqlalchemy import text

from handlers.table import BUTTONS
from models.contact import Contact, ContactWithdrawal
from models.item import Item
from models.unsorted import Unsorted
from models.workspace import install
from tests.databases import by_hand
from tests.handlers.conftest import ANA, HOME, NOW, Team


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
    nothing = "01890a5d-ac96-774b-bcce-b302099a8057"
    contact, entry = other.rows(Contact)[0], other.rows(Unsorted)[0]
    for subject in (f"i.{other.item(1).id}", f"t.{other.item_team()}.{ANA}", f"c.{contact.id}", f"u.{entry.id}"):
        kind, key = subject.split(".")[:2]
        theirs = team.press(button, subject)
        none = team.press(button, subject.replace(key, nothing))
        assert theirs.body == none.body, kind
    assert (other.item(1).epoch, other.rows(Unsorted)[0].became, other.rows(ContactWithdrawal)) == (1, None, [])
    assert team.items() == []


def test_commands_see_their_own_workspace_alone(team: Team, other: Team) -> None:
    for line in ("/kept show 1", "/kept done 1", "/concern noor more", "/kept noor", "/kept list noor"):
        assert "lonely" not in team.say(line)
    assert "Nothing here" in team.say("/kept list")
    assert team.say("/concern rosa afraid").startswith("Kept as #1")
    assert "lonely" in other.say("/kept list")
    assert "afraid" not in other.say("/kept list")


def test_a_reference_into_the_other_workspace_is_refused_by_the_database(team: Team, other: Team) -> None:
    team.say("/concern rosa afraid")
    patient = other.item(1).patient_id
    key = f"'{patient}'" if team.store.engine.dialect.name == "postgresql" else f"'{patient.hex}'"
    with pytest.raises(Exception, match=r"(?i)foreign key"), by_hand(team.store) as connection:
        connection.execute(text(f"UPDATE item SET patient_id = {key} WHERE patient_id <> {key}"))  # noqa: S608
    assert team.item(1).patient_id != patient


def test_a_read_that_cannot_be_audited_shows_nothing(team: Team) -> None:
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
