"""``kept doctor``: each thing Kept needs, tried, with a sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

import models.tables  # noqa: F401  every table, so that mappers find each other
from bot import logs
from bot.clock import Clock
from bot.settings import BadSettings, Settings, read
from bot.slack import Slack, SlackError
from models.errors import CareError
from models.nudge import RECENT, Nudge, NudgeState
from models.sealing import BadMasterKey, Keyring
from models.store import Store, schema_is_current
from models.team import CareTeam, TeamState
from models.workspace import Workspace, installed, overdue


@dataclass(frozen=True)
class Finding:
    name: str
    ok: bool
    says: str


def examine(environ: Mapping[str, str]) -> list[Finding]:
    try:
        settings = read(environ, "serve")
    except BadSettings as bad:
        return [Finding("settings", ok=False, says=fault) for fault in bad.faults]
    logs.start("ERROR")
    return [Finding("settings", ok=True, says="all there"), *_database(settings), _slack(settings)]


def _database(settings: Settings) -> list[Finding]:
    try:
        store = Store(settings.database_url, Keyring(settings.master_key))
    except (SQLAlchemyError, OSError):
        return [Finding("database", ok=False, says="cannot be opened: check DATABASE_URL and its permissions")]
    try:
        if not schema_is_current(store):
            return [Finding("database", ok=False, says="its tables are not of this version; run: kept migrate")]
        store.ping()
        fine = Finding("database", ok=True, says="answers, and its tables are of this version")
        return [fine, *_kept(store, Clock(settings.clock_file))]
    except (SQLAlchemyError, CareError):
        return [Finding("database", ok=False, says="does not answer or cannot be written: check that it is running")]
    finally:
        store.close()


def _kept(store: Store, clock: Clock) -> list[Finding]:
    try:
        for row in store.peek(lambda s: s.scalars(select(Workspace)).all()):
            store.keyring.unwrap(row.id, row.wrapped_key)
    except BadMasterKey:
        return [Finding("master key", ok=False, says="is not the key this database was sealed with")]
    found = [Finding("master key", ok=True, says="opens every workspace's data key")]
    lost, unseen, now = 0, 0, clock.now()
    for workspace in store.peek(installed):
        lost += store.transact(workspace, lambda s: s.scalar(
            select(func.count()).select_from(Nudge)
            .where(Nudge.state == NudgeState.FAILED, Nudge.planned_at > now - RECENT)) or 0)
        ours = CareTeam.workspace_id == workspace
        unseen += store.transact(workspace, lambda s: s.scalar(select(func.count()).select_from(CareTeam).where(
            ours, CareTeam.unseen.is_not(None), CareTeam.state == TeamState.SET_UP)) or 0)
    found.append(Finding("channels", ok=unseen == 0, says=f"Slack does not show Kept who is in {unseen} of the care teams' "
                         "channels: unarchive them, or invite Kept there" if unseen else "Slack shows who is in each of them"))
    found.append(Finding("messages", ok=lost == 0, says=f"{lost} of the last seven days could not be delivered; /kept status in "
                         "a team says more" if lost else "all of the last seven days arrived"))
    idle = store.peek(lambda s: overdue(s, clock.wall(), now))
    found.append(Finding("worker", ok=not idle, says="has not looked at what was due five minutes ago; is kept work running?"
                         if idle else "nothing waits for it"))
    if not store.lite:
        found.append(_role(store))
    return found


def _role(store: Store) -> Finding:
    with store.engine.connect() as connection:
        strong = connection.scalar(text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"))
    # Row-level security comes with the issue that makes the tenant boundary the database's own; until then this warns.
    return Finding("database role", ok=True, says="is a superuser; give Kept a role of its own" if strong else "is no superuser")


def _slack(settings: Settings) -> Finding:
    try:
        slack_id, _ = Slack(settings.bot_token, settings.api_url).whoami()
    except SlackError as error:
        return Finding("slack", ok=False, says=f"does not accept the bot token or cannot be reached ({error.code})")
    return Finding("slack", ok=True, says=f"knows the bot token, for {slack_id}")
