"""Typed words are in no byte of the database, in no audit row, and what was altered by hand is said to be unreadable."""

import logging
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import LargeBinary, String, Text, select, text

from handlers.cards.view import View
from handlers.case import Inbound, Surface
from handlers.route import answer, suggest
from handlers.table import BLANK, BUTTONS, COMMANDS, OPTIONS, SHORTCUTS
from models.base import Base
from models.errors import Unreadable
from models.patient import Patient
from models.rotation import places as sealed_places
from models.sealing import data_key
from models.store import lite_path
from models.workspace import install
from tests.databases import by_hand
from tests.handlers.conftest import ANA, BEN, HOME, NOW, SERIAL, Team, mention
from tests.handlers.filled import Form

CANARY = "zebrafish"


def fill(team: Team) -> None:
    team.say(f"/kept patient add {CANARY}-k")
    team.say(f"/concern rosa {CANARY} and more")
    team.say(f"/barrier {CANARY} ! no {CANARY}")
    team.say(f"/commit rosa {CANARY} by Friday 3pm for #1 {mention(BEN)}")
    team.say(f"/commit rosa {CANARY} every day at 9")
    team.say(f"/commit rosa {CANARY} every month on the 31st")
    team.say(f"/kept edit 1 {CANARY} again")
    team.say(f"/kept settle 1 {CANARY} helped")
    team.say(f"/kept {CANARY} {CANARY}")
    team.say(f"/kept nothing {CANARY}")
    team.press("frobnicate", f"i.{team.item(1).id}.{CANARY}", choice=CANARY)
    team.press(CANARY, f"i.{team.item(1).id}")
    team.say(f"/kept call rosa 5m {CANARY}")
    team.say(f"/kept called rosa {CANARY}")
    team.say(f"/kept rosa {CANARY} more")
    team.say(f"/kept handoff rosa {mention(BEN)} {CANARY} tried")
    team.say(f"/kept decline all {CANARY}", user=BEN)
    team.say("/kept setup detail full")
    for _ in range(3):
        team.later(days=1)
        team.pulse()


def everywhere(team: Team) -> None:
    """It is typed at every verb, in every field of every form, at every button, menu and shortcut there is."""
    item, home, patient = team.item(1), team.item_team(), team.rows(Patient)[0]
    for verb in sorted(COMMANDS.keys() | BLANK.keys()):
        for what in ("", f" rosa {CANARY}", f" 1 {CANARY}, SSN 219-09-9999"):
            fill_in(team, ask(team, command="/kept", text=verb + what), str(patient.id), str(item.id))
    for button in sorted(BUTTONS):
        for subject in (f"i.{item.id}.{CANARY}", f"t.{home}.{CANARY}"):
            found = ask(team, Surface.BUTTON, action=button, subject=subject, choice=CANARY)
            fill_in(team, found, str(patient.id), str(item.id))
    for shortcut in sorted(SHORTCUTS):
        fill_in(team, ask(team, Surface.SHORTCUT, action=shortcut, text=CANARY, link=f"https://x.slack.com/archives/{CANARY}"),
                str(patient.id), str(item.id))
    for menu in sorted(OPTIONS):
        suggest(team.store, team.workspace, Inbound(ANA, HOME, "", team.now, team.now, action=menu, text=CANARY,
                                                    subject=f"t.{home}", surface=Surface.OPTIONS), team._facts(STRANGER))


STRANGER = Inbound(ANA, HOME, "", NOW, NOW)


def ask(team: Team, surface: Surface = Surface.COMMAND, **more: Any) -> Any:
    team.later(seconds=9)  # or it would be a double Enter
    inbound = Inbound(ANA, HOME, f"d{next(SERIAL)}", team.now, team.now, surface=surface, **more)
    return answer(team.store, team.workspace, inbound, team._facts(inbound))


def fill_in(team: Team, found: Any, patient: str, item: str) -> None:
    """Whatever takes words is given the canary, each menu what it would offer."""
    if not isinstance(found, View) or not found.callback:
        return
    fields = {**Form(found).fields(), "patient": patient, "item": item, "owner": BEN}
    words = {name: CANARY for name, block in Form(found).inputs.items() if block["element"]["type"] == "plain_text_input"}
    ask(team, Surface.FORM, action=found.callback, subject=found.subject, view=found,
        fields=fields | words | {"when": "Friday 3pm", "minutes": "5"})


def bytes_of(team: Team) -> bytes:
    """Every byte an SQLite database keeps; of PostgreSQL, every value of every column that could hold text."""
    path = lite_path(team.store.url)
    if path is not None:
        return b"".join(one.read_bytes() for one in Path(path).parent.iterdir())
    found = []
    with by_hand(team.store) as connection:
        for table in Base.metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, String | Text | LargeBinary) or column.type.python_type in (str, dict):
                    found += connection.execute(text(f'SELECT "{column.name}"::text FROM "{table.name}"')).scalars()  # noqa: S608
    return "\n".join(one for one in found if one).encode()


def test_a_canary_is_in_no_byte_of_the_database(team: Team) -> None:
    fill(team)
    assert CANARY in team.say("/kept show 1")
    kept = bytes_of(team)
    assert len(kept) > 5000
    for form in (CANARY.encode(), CANARY.encode().hex().encode(), CANARY.encode("utf-16-le")):
        assert form not in kept.lower()


@pytest.mark.parametrize("team", ["sqlite", pytest.param("postgresql", marks=pytest.mark.soak)], indirect=True)
def test_a_canary_in_every_field_of_every_way_in_is_in_no_log_and_in_no_byte(
        team: Team, caplog: pytest.LogCaptureFixture) -> None:
    """A5, A11 to A13 and C10's kind, for all that a person can type: at DEBUG, by whatever logs."""
    caplog.set_level(logging.DEBUG)
    fill(team)
    everywhere(team)
    team.later(days=1)
    team.pulse()
    found = {action for _, action, _ in team.audited()}
    assert len(found) > 30, found
    assert {"identifiers spotted", "concern create", "contact create", "item edit", "unsorted create"} <= found
    kept = bytes_of(team).lower()
    for form in (CANARY.encode(), CANARY.encode().hex().encode(), b"219-09-9999"):
        assert form not in kept
    assert CANARY not in caplog.text.casefold()
    assert CANARY not in "".join(str(vars(record)) for record in caplog.records).casefold()


def test_the_names_of_patients_differ_from_team_to_team_in_the_index(team: Team) -> None:
    team.members["C2"] = team.members["C1"]
    team.say("/kept setup zone UTC", channel="C2")
    team.say("/kept patient add rosa-m", channel="C2")
    one, two = team.rows(Patient)
    assert (one.alias_index != two.alias_index, one.first_index != two.first_index) == (True, True)


def test_a_sealed_value_opens_in_its_own_place_alone(team: Team) -> None:
    """Moved to another column, row or workspace it opens nothing: over every sealed column there is."""
    fill(team)
    other = team.store.untenanted(lambda s: install(s, team.store.keyring, "T2", "UBOT", NOW).id)
    cells = team.store.look(team.workspace, lambda s: cells_of(s, team.workspace))
    assert len({place for place, _, _ in cells}) >= 7
    places = {place: row for place, row, _ in cells}

    def everywhere_else(session: Any) -> None:
        for place, row, value in cells:
            for there, another in [*places.items(), (place, other), ("nowhere", row)]:
                if (there, another) != (place, row):
                    with pytest.raises(Unreadable):
                        data_key().open(there, another, value)

    team.store.look(team.workspace, everywhere_else)
    assert "" not in team.store.look(team.workspace, lambda s: [data_key().open(*one) for one in cells])

    def in_the_other(session: Any) -> None:
        for cell in cells:
            with pytest.raises(Unreadable):
                data_key().open(*cell)

    team.store.look(other, in_the_other)


def cells_of(session: Any, workspace: UUID) -> list[tuple[str, UUID, bytes]]:
    """(place, row, sealed value) of two rows of every sealed column that holds any."""
    found = []
    for place in sealed_places():
        for name, column in place.sealed:
            rows = session.execute(select(place.table.c.id, column).where(place.of(workspace), column.is_not(None)).limit(2))
            found += [(f"{place.table.name}.{name}", row, value) for row, value in rows]
    return found


@pytest.mark.parametrize(("table", "column"), [("item", "text_sealed"), ("patient", "alias_sealed"), ("member", "name_sealed"),
                                               ("history", "note_sealed"), ("contact", "note_sealed"),
                                               ("unsorted", "text_sealed")])
def test_what_was_altered_is_unreadable_and_lists_survive(team: Team, table: str, column: str) -> None:
    """C2."""
    team.say("/concern rosa afraid of the bill")
    team.say("/kept edit 1 afraid of it all")
    team.say("/kept patient add noor-k")
    team.say("/kept call rosa 5m glad")
    team.say("/kept rosa afraid of more")
    with by_hand(team.store) as connection:
        connection.execute(text(f"UPDATE {table} SET {column} = :bad WHERE {column} IS NOT NULL"), {"bad": b"\x01" * 60})  # noqa: S608
    for line in ("/kept list", "/kept mine", "/kept show 1", "/kept why 1", "/kept list rosa"):
        assert "#1" in team.say(line)
    # What did not open is on the chain, each time that it was to be shown.
    team.say("/kept rosa")
    named = ("unreadable", "not done") in {(action, outcome) for _, action, outcome in team.audited()}
    assert named or table == "member"  # people are named by Slack, in what is shown
    assert "1 concern without a first contact" in team.say("/kept digest")
    team.later(days=1)
    assert team.sweep() >= 1


def test_c3_what_was_moved_elsewhere_does_not_open(team: Team) -> None:
    """To another row, to another column of the same one, and to another workspace."""
    team.say("/concern rosa afraid of the bill")
    team.say("/concern rosa worried about rent")
    other = Team(team.store, team.store.untenanted(lambda s: install(s, team.store.keyring, "T7", "UBOT", NOW).id), team.now)
    other.say("/kept setup zone UTC")
    other.say("/kept patient add noor-k")
    other.say("/concern noor lonely")
    with by_hand(team.store) as connection:
        values = connection.execute(text("SELECT number, text_sealed FROM item WHERE state IS NOT NULL")).all()
        mine = {bytes(sealed) for _, sealed in values}
        connection.execute(text("UPDATE item SET text_sealed = (SELECT i.text_sealed FROM item i WHERE i.number = 2) "
                                "WHERE number = 1"))
    assert len(mine) == 3
    assert "afraid" not in team.say("/kept show 1")
    assert "worried" not in team.say("/kept show 1")
    assert "cannot be read" in team.say("/kept show 1")
    assert "worried about rent" in team.say("/kept show 2")
    assert "cannot be read" in other.say("/kept show 1")
    with by_hand(team.store) as connection:
        connection.execute(text("UPDATE patient SET alias_sealed = (SELECT i.text_sealed FROM item i WHERE i.number = 2)"))
    assert team.say("/kept list").count("worried") == 1
