"""What belongs to a patient, in every table, found by following the references: a table that is added later is found too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Table, delete, select, update
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table that may refer to a patient
from models.base import Base
from models.nudge import Nudge
from models.patient import Patient
from models.workspace import Due

MOST_IDS = 400   # in one statement
Belongings = Mapping[Table, list[UUID]]


def gather(session: Session, patient: Patient) -> Belongings:
    """The ids of the rows that are a patient's, by table, the patient's own first.

    A reference that may be empty, and is not to the patient, only mentions a row: it does not make its own row the patient's.
    """
    own = Base.metadata.tables["patient"]
    found: dict[Table, set[UUID]] = {own: {patient.id}}
    for table in Base.metadata.sorted_tables:
        for column, referred in references(table):
            if referred not in found or referred is table or not _belongs(column):
                continue
            for some in parts(sorted(found[referred])):
                found.setdefault(table, set()).update(session.scalars(
                    select(table.c.id).where(table.c.workspace_id == patient.workspace_id, column.in_(some))))
    return {table: sorted(keys) for table, keys in found.items()}


def references(table: Table) -> Iterator[tuple[Column[UUID], Table]]:
    """(column, table it refers to), for each reference within a workspace."""
    for key in table.constraints:
        if isinstance(key, ForeignKeyConstraint):
            columns = [column for column in key.columns if column.name != "workspace_id"]
            if len(columns) == 1:
                yield columns[0], key.referred_table


def _belongs(column: Column[UUID]) -> bool:
    return not column.nullable or column.name == "patient_id"


def remove(session: Session, workspace_id: UUID, mine: Belongings) -> int:
    """Delete it all, and what waits or was decided about it; what only mentions it is left with nothing. Returns how many
    rows."""
    for table in Base.metadata.sorted_tables:
        for column, referred in references(table):
            if referred in mine and not _belongs(column):
                for some in parts(mine[referred]):
                    session.execute(update(table).where(table.c.workspace_id == workspace_id, column.in_(some))
                                    .values({column: None}))
    every = [key for keys in mine.values() for key in keys]
    for some in parts(every):
        session.execute(delete(Nudge).where(Nudge.workspace_id == workspace_id, Nudge.subject_id.in_(some)),
                        execution_options={"synchronize_session": False})
        session.execute(delete(Due).where(Due.workspace_id == workspace_id, Due.id.in_(some)),
                        execution_options={"synchronize_session": False})
    for table in reversed(Base.metadata.sorted_tables):
        for some in parts(mine.get(table, [])):
            session.execute(delete(table).where(table.c.workspace_id == workspace_id, table.c.id.in_(some)))
    return len(every)


def parts(keys: Iterable[UUID]) -> Iterator[list[UUID]]:
    every = iter(keys)
    while some := list(islice(every, MOST_IDS)):
        yield some
