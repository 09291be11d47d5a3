"""Nothing crosses a tenant: every table is of one workspace, and so is every reference."""

import pytest
from sqlalchemy import Table

import models.tables  # noqa: F401
from models.base import Base
from models.tenants import UNTENANTED

TABLES = list(Base.metadata.sorted_tables)


def test_only_these_are_of_no_workspace() -> None:
    assert {"workspace", "due", "install_state", "heartbeat"} == UNTENANTED


def test_there_are_tables() -> None:
    assert {"workspace", "due", "item", "history", "patient", "audit"} <= {table.name for table in TABLES}


@pytest.mark.parametrize("table", [t for t in TABLES if t.name not in UNTENANTED - {"due"}], ids=str)
def test_a_row_belongs_to_a_workspace(table: Table) -> None:
    assert "workspace_id" in table.primary_key.columns
    assert not table.c.workspace_id.nullable


@pytest.mark.parametrize("table", [t for t in TABLES if t.name not in UNTENANTED], ids=str)
def test_a_reference_stays_in_its_workspace(table: Table) -> None:
    assert table.foreign_key_constraints
    for key in table.foreign_key_constraints:
        pairs = {(element.parent.name, element.column.name) for element in key.elements}
        if key.referred_table.name == "workspace":
            assert pairs == {("workspace_id", "id")}
        else:
            assert ("workspace_id", "workspace_id") in pairs
            assert len(pairs) == 2


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_reference_is_left_undeclared(table: Table) -> None:
    """A column that names another table's row must be held to it; the ledger's subjects are rows of several tables."""
    loose = {("nudge", "subject_id"), ("nudge", "team_id"), ("nudge", "outgoing_id")}
    held = {column.name for key in table.foreign_key_constraints for column in key.columns}
    ids = {column.name for column in table.columns if column.name.endswith("_id") and column.type.python_type is not str}
    assert {(table.name, name) for name in ids - held} <= loose | {("history", "owner_before")}
