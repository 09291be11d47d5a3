"""The version of the tables: bringing them up to this one, and telling an older and a newer one apart.

While machines are replaced one by one, processes of the version before go on working on the tables of this one. So a migration
only adds; what nobody uses any more goes in the release after.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from models.errors import Busy, Conflict
from models.store import Store, cause, make_file, normal_url

HELD = ("The tables were being used and could not be changed at once, so nothing was changed: nobody was to wait for it. "
        "Please run kept migrate again.")
OLDER = "The database's tables are not those of this version. Run: kept migrate"
NEWER = "The database's tables are those of a newer Kept, and this one leaves them alone. Run the newer one."


def _alembic(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["url"] = normal_url(url)
    return config


def migrate(url: str) -> bool:
    """Bring the schema up to this version, as its owner; safe to run again, and by several processes at once.

    False when PostgreSQL has no role of Kept's own for the processes, and the owner may not make it (models/tenants.py).
    Raises Busy when somebody uses what must be changed, and Conflict when the tables are of a newer Kept; then nothing was.
    """
    make_file(url)
    config = _alembic(url)
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
    scripts, found = ScriptDirectory.from_config(_alembic(store.url)), revision(store)
    if found == scripts.get_current_head():
        return None
    return OLDER if found is None or found in {one.revision for one in scripts.walk_revisions()} else NEWER


def revision(store: Store) -> str | None:
    """The name of the last migration the database has had."""
    with store.engine.execution_options(kept_read=True).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()
