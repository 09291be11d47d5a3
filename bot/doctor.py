"""``kept doctor``: each thing Kept needs, tried, with a sentence for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table, so that mappers find each other
from bot import checkpoints, logs
from bot.clock import Clock, off_by
from bot.manifest import EVENTS_PATH
from bot.permissions import SCOPES
from bot.settings import BadSettings, Settings, Way, read
from bot.slack import Slack, SlackError, socket_address
from models.errors import CareError
from models.heartbeat import silent, unmarked
from models.keeping import destroyed_at
from models.nudge import RECENT, Nudge, NudgeState
from models.schema import other_version
from models.sealing import BadMasterKey, Keyring
from models.store import Store
from models.team import CareTeam, TeamState
from models.tenants import ROLE, power
from models.workspace import Workspace, WorkspaceState, installed, overdue


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
    return [Finding("settings", ok=True, says="all there"), *_database(settings), *_slack(settings), connection(settings)]


def _database(settings: Settings) -> list[Finding]:
    try:
        store = Store(settings.database_url, Keyring(settings.master_key, *settings.older_keys))
    except (SQLAlchemyError, OSError):
        return [Finding("database", ok=False, says="cannot be opened: check DATABASE_URL and its permissions")]
    try:
        if (other := other_version(store)) is not None:
            return [Finding("database", ok=False, says=other)]
        store.ping()
        fine = Finding("database", ok=True, says="answers, and its tables are of this version")
        clock = Clock(settings.clock_file)
        return [fine, *_kept(store, clock), *_checkpoints(settings, store, clock)]
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
    now = clock.now()
    lost = _count(store, Nudge, Nudge.state == NudgeState.FAILED, Nudge.planned_at > now - RECENT)
    unseen = _count(store, CareTeam, CareTeam.unseen.is_not(None), CareTeam.state == TeamState.SET_UP)
    barred = _count(store, CareTeam, CareTeam.barred.is_not(None), CareTeam.state == TeamState.SET_UP)
    found.append(Finding("privacy", ok=barred == 0, says=f"{barred} of the care teams' channels are public or shared with "
                         "others, so Kept is silent there" if barred else "every care team's channel is its own"))
    found.append(Finding("channels", ok=unseen == 0, says=f"Slack does not show Kept who is in {unseen} of the care teams' "
                         "channels: unarchive them, or invite Kept there" if unseen else "Slack shows who is in each of them"))
    found.append(Finding("messages", ok=lost == 0, says=f"{lost} of the last seven days could not be delivered; /kept status in "
                         "a team says more" if lost else "all of the last seven days arrived"))
    idle = store.peek(lambda s: overdue(s, clock.wall(), now) or silent(s, clock.wall()))
    found.append(Finding("worker", ok=not idle, says="has finished no sweep in the last five minutes; is kept work running?"
                         if idle else "nothing waits for it"))
    found += _installs(store)
    if not store.lite:
        found.append(_role(store))
    return found


def _count(store: Store, table: type[Nudge] | type[CareTeam], *where: ColumnElement[bool]) -> int:
    """Counts over all workspaces, each asked by itself: numbers only, nothing that is anybody's."""
    def count(session: Session, workspace: UUID) -> int:
        return session.scalar(select(func.count()).select_from(table).where(table.workspace_id == workspace, *where)) or 0

    return sum(store.look(one, partial(count, workspace=one)) for one in store.peek(installed))


def _role(store: Store) -> Finding:
    """A role that could lift the policies between workspaces is refused, though Kept steps down from it where it can."""
    with store.engine.connect() as connection:
        login, more, works = power(connection)
    if more is None:
        return Finding("database role", ok=True, says=f"is {login}, which the tables' policies bind")
    then = "" if works is not None else f", though Kept itself works as {ROLE}"
    return Finding("database role", ok=False, says=f"is {more} ({login}){then}: enough to try Kept, not to run it. Keep that "
                   f"role for kept migrate, and put an address that logs in as {ROLE} in DATABASE_URL")


def _checkpoints(settings: Settings, store: Store, clock: Clock) -> list[Finding]:
    where = settings.checkpoints
    if not where:
        return []
    if not checkpoints.is_address(where) and not checkpoints.may_append(Path(where)):
        return [Finding("checkpoints", ok=False, says="cannot be written: check KEPT_AUDIT_CHECKPOINTS and its permissions")]
    if store.peek(lambda s: unmarked(s, clock.wall())):
        return [Finding("checkpoints", ok=False, says="of the audit were not written in the last day: check "
                        "KEPT_AUDIT_CHECKPOINTS, try kept audit checkpoint, and see the worker's log")]
    return [Finding("checkpoints", ok=True, says="are written each day")]


def _slack(settings: Settings) -> list[Finding]:
    if not settings.bot_token:
        return []
    try:
        found = Slack(settings.bot_token, settings.api_url, clock := Clock()).whoami()
    except SlackError as error:
        return [Finding("slack", ok=False, says=f"does not accept the bot token or cannot be reached ({error.code})")]
    knows = Finding("slack", ok=True, says=f"knows the bot token, for {found.slack_id}")
    off = clock.off()
    right = Finding("clock", ok=off is None, says="is Slack's" if off is None else f"{off_by(off)}; set it right")
    return [knows, right, _scopes("scopes", found.scopes)]


def _scopes(name: str, granted: str) -> Finding:
    """``granted`` is Slack's own list, with commas; empty when it did not say."""
    missing = sorted(set(SCOPES) - set(granted.split(","))) if granted else []
    if missing:
        return Finding(name, ok=False, says=f"are not all granted: {', '.join(missing)}; reinstall the app from kept manifest")
    return Finding(name, ok=True, says="are all that Kept needs" if granted else "were not named by Slack")


def _installs(store: Store) -> list[Finding]:
    """Each workspace's own, as it was granted."""
    found = []
    for row in store.peek(lambda s: s.scalars(select(Workspace).order_by(Workspace.slack_id)).all()):
        name = f"workspace {row.slack_id}"
        if row.state is not WorkspaceState.INSTALLED:
            end = destroyed_at(row)
            found.append(Finding(name, ok=True, says="has uninstalled Kept; nothing is sent there" + (
                f". Its data key is destroyed on {end:%Y-%m-%d}, unless it installs Kept anew or a legal hold is put on" if end
                else "")))
        elif row.token_fault:
            found.append(Finding(name, ok=False, says=f"has a token that Slack would not renew ({row.token_fault}); install Kept "
                                 "there anew"))
        elif row.locked_out:
            found.append(Finding(name, ok=False, says=f"takes nothing from Kept ({row.locked_out}), so what is said there "
                                 "waits for a day; install Kept there anew, or undo what an administrator changed"))
        else:
            found.append(_scopes(f"{name} scopes", row.scopes or ""))
    return found


NO_SOCKET = {
    "missing_scope": "SLACK_APP_TOKEN lacks the scope connections:write: make another app-level token with it",
    "not_allowed_token_type": "SLACK_APP_TOKEN is no app-level token: make one under Basic Information, with connections:write",
    "invalid_auth": "Slack does not know SLACK_APP_TOKEN: is it of this app, and not revoked?",
    "token_revoked": "SLACK_APP_TOKEN was revoked: make another under Basic Information, with connections:write",
}
SHORT_LIVED = ("HTTP, but SLACK_BOT_TOKEN is one that ends after twelve hours, since the app rotates its tokens; nothing renews "
               "one that was set by hand")
ELSE = "Slack gives Socket Mode no address ({code}): is Socket Mode on in the app's settings, and Slack within reach?"


def connection(settings: Settings) -> Finding:
    """How Slack reaches Kept, and whether the tokens are those for it."""
    if settings.way is Way.SOCKET:
        try:
            socket_address(settings.app_token, settings.api_url)
        except SlackError as error:
            return Finding("connection", ok=False, says=NO_SOCKET.get(error.code, ELSE.format(code=error.code)))
        return Finding("connection", ok=True, says="Socket Mode, and Slack gives an address for it")
    if settings.bot_token.startswith("xoxe."):
        return Finding("connection", ok=False, says=SHORT_LIVED)
    other = "; SLACK_APP_TOKEN is not used, unless kept serve --socket" if settings.app_token else ""
    where = settings.public_url + EVENTS_PATH if settings.public_url else f"port {settings.port}"
    return Finding("connection", ok=True, says=f"HTTP, signed, at {where}{other}")
