"""Alembic's entry: one transaction for all, so that a migration killed half-way leaves the old schema whole."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool

import models.tables  # noqa: F401  every table, for comparison
from models.base import Base
from models.tenants import protect

engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
if engine.dialect.name == "sqlite":
    # The driver would commit before each DDL statement; with its own transactions off, ours holds them all.
    @event.listens_for(engine, "connect")
    def _own_transactions(raw: Any, _record: object) -> None:
        raw.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True,
                      transaction_per_migration=False)
    with context.begin_transaction():
        if engine.dialect.name == "postgresql":
            # One migration at a time. Nobody waits behind one that waits for another.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '10s'")
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7235406)")
            # Everyone who only reads a table queues behind an ALTER that waits for it: it gives up while they may still wait.
            connection.exec_driver_sql("SET LOCAL lock_timeout = '500ms'")
        context.run_migrations()
        if engine.dialect.name == "postgresql":
            context.config.attributes["own_role"] = protect(connection)
