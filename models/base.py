"""Column types and the declarative base every table shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    DateTime,
    Dialect,
    Enum,
    Executable,
    MetaData,
    String,
    TypeDecorator,
    Uuid,
    bindparam,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert as post_insert
from sqlalchemy.dialects.sqlite import insert as lite_insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils import compat as uuid_utils

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Instant(TypeDecorator[datetime]):
    """An aware instant: ``timestamptz`` on PostgreSQL, fixed-width UTC text on SQLite so that text order is time order."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(UTC)
        if dialect.name == "postgresql":
            return value
        return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value)


def words_of(kind: type[StrEnum], column: str = "") -> Enum:
    """A VARCHAR with a CHECK, storing the enum's values. ``column`` names the CHECK when a table has two of a kind."""
    return Enum(
        kind, native_enum=False, values_callable=lambda k: [m.value for m in k], length=24,
        create_constraint=True, name=column or kind.__name__.lower(),
    )


def new_id() -> UUID:
    """A UUIDv7: ours, so that it exists before the row does, and sorts by time."""
    return uuid_utils.uuid7()


# A reference that names nothing still has a workspace: without this, the database would be asked for it.
ONLY_WHOLE_KEYS: dict[str, Any] = {"allow_partial_pks": False}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Instant, UUID: Uuid}


def given(name: str) -> BindParameter[UUID]:
    """An id that a statement built once is given each time it runs: building one costs as much as running it."""
    return bindparam(name, type_=Uuid())


def upsert(kind: type[Base], *returning: str, rows: Sequence[Sequence[BindParameter[Any]]] = (),
           **changes: Any) -> dict[str, Executable]:
    """By dialect, an INSERT that on a clash of the primary key sets ``changes`` instead; a string names the new row's column.

    A row is held until the transaction ends, whichever it was; several ``rows`` of the first columns are taken in their order.
    """
    table = kind.__table__
    found: dict[str, Executable] = {}
    for name, made in (("sqlite", lite_insert(table)), ("postgresql", post_insert(table))):  # type: ignore[arg-type]
        if rows:  # not as VALUES: such a statement is compiled anew each time it runs
            made = made.from_select(table.columns.keys()[:len(rows[0])], union_all(*(select(*row) for row in rows)))
        set_ = {column: made.excluded[source] for column, source in changes.items()}
        statement = made.on_conflict_do_update(index_elements=[column.name for column in table.primary_key], set_=set_)
        found[name] = statement.returning(*(table.c[column] for column in returning)) if returning else statement
    return found


class Tenanted:
    """A row of one workspace. The key is (workspace_id, id), so that no foreign key can cross a tenant."""

    __mapper_args__ = ONLY_WHOLE_KEYS

    workspace_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
