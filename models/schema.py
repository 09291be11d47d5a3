"""The version of the tables: bringing them up to this one, and telling an older and a newer one apart.

While machines are replaced one by one, processes of the version before go on working on the tables of this one. So a migration
only adds; what nobody uses any more goes in the release after.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from models.errors import Busy, Conflict
from models.store import Store, cause, make_file, normal_url

HELD = ("The tables were being used and could not be changed at once, so nothing was changed: nobody was to wait for it. "
        "Please run kept migrate again.")
OLDER = "The database's tables are not those of this version. Run: kept migrate"
MIGRATIONS = Path(__file__).parent / "migrations"
NEWER = "The database's tables are those of a newer Kept, and this one leaves them alone. Run the newer one."


def migrate(url: str) -> bool:
    """Bring the schema up to this version, as its owner; safe to run again, and by several processes at once.

    False when PostgreSQL has no role of Kept's own for the processes, and the owner may not make it (models/tenants.py).
    Raises Busy when somebody uses what must be changed, and Conflict when the tables are of a newer Kept; then nothing was.
    """
    # Most processes never migrate, and Alembic takes a while to load.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    make_file(url)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = normal_url(url)
    try:
        command.upgrade(config, "head")
    except DBAPIError as error:
        if cause(error) in {"SQLITE_BUSY", "55P03"}:
            raise Busy(HELD) from None
        raise
    except CommandError:
        raise Conflict(NEWER) from None
    return bool(config.attributes.get("own_role", True))


def other_version(store: Store) -> str | None:
    """What to do when the tables are not of this version, as a sentence; None when they are."""
    known = sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
    found = revision(store)
    if found == known[-1]:
        return None
    return OLDER if found is None or found in known else NEWER


def revision(store: Store) -> str | None:
    """The number of the last migration the database has had."""
    with store.engine.execution_options(kept_read=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
