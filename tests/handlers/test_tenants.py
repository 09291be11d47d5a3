"""Two workspaces in one database: what is the other's does not exist."""

import pytest
from sqlalchemy import text

from models.item import Item
from models.workspace import install
from tests.databases import by_hand
from tests.handlers.conftest import HOME, NOW, Team


@pytest.fixture
def other(team: Team) -> Team:
    """Another workspace, whose channel and people have the very same Slack ids."""
    workspace = team.store.untenanted(lambda s: install(s, team.store.keyring, "T2", "UBOT", NOW).id)
    made = Team(team.store, workspace)
    made.say("/kept setup zone America/New_York")
    made.say("/kept patient add noor-k")
    made.say("/concern noor lonely")
    return made


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
