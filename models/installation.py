"""What an installation is: the token it granted, how that is renewed, and how it ends.

Nothing here is patients' data, but the token opens all of it, so it is sealed like the rest and deleted at once when the
app is uninstalled.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base
from models.team import CareTeam, plan_days
from models.workspace import SWEPT, Due, Subject, Workspace, WorkspaceState

STATE_LIVES = timedelta(minutes=10)
MOST_BEGUN = 1000                       # anybody may begin one, so they are counted
RENEW_BEFORE = timedelta(hours=2)       # a token lives for twelve
RENEWING = timedelta(seconds=60)        # how long one process has for it before another may try
CLOCKS_APART = timedelta(minutes=10)    # ours and Slack's
# Slack's words for taking nothing at all with the token that Kept has: nobody can be told of it through Slack.
LOCKED_OUT = frozenset({
    "token_revoked", "invalid_auth", "account_inactive", "not_authed", "no_permission", "not_allowed_token_type",
    "ekm_access_denied", "access_denied", "enterprise_is_restricted", "team_access_not_granted", "two_factor_setup_required"})
NEVER = timedelta(days=3650)            # where what is due waits while nobody may be told


class InstallState(Base):
    """An install that was begun in a browser: both columns are hashes of random words that only it knows.

    It belongs to no workspace: which one it will be is not known yet.
    """

    __tablename__ = "install_state"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    browser: Mapped[bytes]
    made_at: Mapped[datetime]


@dataclass(frozen=True)
class Grant:
    """What Slack gave: ``slack_id`` is the workspace's, or for an org install the org's; instants are wall time."""

    slack_id: str
    bot_user: str
    token: str
    scopes: str = ""
    refresh: str | None = None
    expires_at: datetime | None = None
    whole_org: bool = False
    by: str = ""


def _hash(word: str) -> bytes:
    return hashlib.sha256(word.encode()).digest()


def begin(session: Session, state: str, browser: str, now: datetime) -> None:
    session.execute(delete(InstallState).where(InstallState.made_at < now - STATE_LIVES))
    if (session.scalar(select(func.count()).select_from(InstallState)) or 0) >= MOST_BEGUN:
        # The oldest make room: nobody can keep others from installing by beginning many.
        oldest = select(InstallState.key).order_by(InstallState.made_at).limit(MOST_BEGUN // 10)
        session.execute(delete(InstallState).where(InstallState.key.in_(oldest)))
    session.add(InstallState(key=_hash(state), browser=_hash(browser), made_at=now))


def finish(session: Session, state: str, browser: str, now: datetime) -> bool:
    """Whether this browser began this install, not long ago. Whoever asks first has used it up, whatever the answer."""
    found = session.execute(delete(InstallState).where(InstallState.key == _hash(state))
                            .returning(InstallState.browser, InstallState.made_at)).one_or_none()
    return found is not None and found.browser == _hash(browser) and timedelta(0) <= now - found.made_at <= STATE_LIVES


def grant(session: Session, workspace_id: UUID, given: Grant, wall: datetime, care: datetime) -> None:
    """Take in a token, in the workspace's own transaction. What waited while it was uninstalled is due again."""
    row = session.get_one(Workspace, workspace_id, with_for_update=True)
    back = row.uninstalled_at is not None
    row.token, row.refresh = given.token, given.refresh
    row.expires_at, row.renewing_until, row.token_fault, row.locked_out = given.expires_at, None, None, None
    row.scopes, row.whole_org, row.bot_user = given.scopes, given.whole_org, given.bot_user
    row.installed_at, row.uninstalled_at, row.state = wall, None, WorkspaceState.INSTALLED
    row.installed_by = given.by or row.installed_by
    if back:
        for subject, at in ((Subject.OUTGOING, wall), (Subject.MEMBER, wall),
                            *((one, care) for one in (*SWEPT, Subject.DESK))):
            session.execute(update(Due).where(Due.workspace_id == workspace_id, Due.subject == subject).values(at=at),
                            execution_options={"synchronize_session": False})
        for team in session.scalars(select(CareTeam).where(CareTeam.workspace_id == workspace_id)):
            plan_days(session, team, care)
    audit.record(session, workspace_id, wall, given.by or "system", "workspace install", str(workspace_id), "install")


def keep(session: Session, workspace_id: UUID, given: Grant, wall: datetime, care: datetime) -> None:
    """The token from the settings, at each start: an installation only when it is another one."""
    row = session.get_one(Workspace, workspace_id, with_for_update=True)
    if row.state is WorkspaceState.INSTALLED and row.token == given.token:
        row.scopes, row.bot_user, row.whole_org = given.scopes, given.bot_user, given.whole_org
    else:
        grant(session, workspace_id, given, wall, care)


def is_before(session: Session, workspace_id: UUID, told_at: datetime) -> bool | None:
    """Whether an uninstall at ``told_at``, by Slack's clock, was before the present install; None when it may be either:
    our clock is not Slack's.
    """
    row = session.get_one(Workspace, workspace_id)
    if row.installed_at is None or told_at >= row.installed_at:
        return False
    return True if row.installed_at - told_at > CLOCKS_APART else None


def withdraw(session: Session, workspace_id: UUID, wall: datetime) -> bool:
    """Uninstalled: the token goes at once, and nothing is sent any more. False when it was before."""
    row = session.get_one(Workspace, workspace_id, with_for_update=True)
    if row.state is WorkspaceState.UNINSTALLED:
        return False
    row.token = row.refresh = None
    row.expires_at = row.renewing_until = row.token_fault = row.locked_out = row.scopes = None
    row.state, row.uninstalled_at = WorkspaceState.UNINSTALLED, wall
    session.execute(update(Due).where(Due.workspace_id == workspace_id).values(at=wall + NEVER),
                    execution_options={"synchronize_session": False})
    audit.record(session, workspace_id, wall, "system", "workspace uninstall", str(workspace_id), "event")
    return True


@dataclass(frozen=True)
class Token:
    """``refresh`` is set when it is time to renew it, and whoever reads this may: for a minute nobody else does. ``ended``
    says that it does not work any more."""

    token: str
    refresh: str | None
    ended: bool = False


def token_of(session: Session, workspace_id: UUID, wall: datetime) -> Token | None:
    """The token as it stands; None when the app is not installed there."""
    row = session.get(Workspace, workspace_id)
    if row is None or row.state is not WorkspaceState.INSTALLED or not row.token:
        return None
    due = row.expires_at is not None and row.expires_at - wall < RENEW_BEFORE
    free = row.renewing_until is None or row.renewing_until < wall
    ended = row.expires_at is not None and row.expires_at <= wall
    return Token(row.token, row.refresh if due and free and row.refresh_sealed else None, ended)


def claim_renewal(session: Session, workspace_id: UUID, refresh: str, wall: datetime) -> bool:
    """Whether this process is the one that renews: a refresh token works once, so only one may use it.

    It is committed before Slack is asked. If the process dies after Slack has answered and before that is saved, the new
    token is lost: the old one goes on for up to two hours, and the next try is refused, which /readyz and the doctor show.
    """
    row = session.get_one(Workspace, workspace_id, with_for_update=True, populate_existing=True)
    if row.refresh != refresh or (row.renewing_until is not None and row.renewing_until >= wall):
        return False
    row.renewing_until = wall + RENEWING
    return True


def renewed(session: Session, workspace_id: UUID, used: str, token: str, refresh: str | None,
            expires_at: datetime | None) -> None:
    """``used`` is the refresh token that was spent: the app may have been installed anew while Slack answered."""
    row = session.get_one(Workspace, workspace_id, with_for_update=True)
    if row.state is WorkspaceState.INSTALLED and row.refresh == used:
        row.token, row.refresh, row.expires_at = token, refresh, expires_at
        row.renewing_until, row.token_fault = None, None


def not_renewed(session: Session, workspace_id: UUID, used: str, code: str | None, again_at: datetime) -> None:
    """``code`` is Slack's word for refusing for good; None when it may work later."""
    row = session.get_one(Workspace, workspace_id, with_for_update=True)
    if row.refresh == used:
        row.renewing_until = again_at
        row.token_fault = code or row.token_fault


def faulty(session: Session) -> list[str]:
    """Slack's words for the tokens that it would not renew."""
    return list(session.scalars(select(Workspace.token_fault).where(
        Workspace.token_fault.is_not(None), Workspace.state == WorkspaceState.INSTALLED)).all())  # type: ignore[arg-type]


def lock_out(session: Session, workspace_id: UUID, code: str | None) -> None:
    """Slack's word for taking nothing from Kept there any more; None when it does again."""
    changes = Workspace.locked_out.is_not(None) if code is None else Workspace.locked_out.is_distinct_from(code)
    session.execute(update(Workspace).where(Workspace.id == workspace_id, changes).values(locked_out=code))


def out(session: Session) -> list[str]:
    """The Slack ids of the workspaces where Slack takes nothing from Kept."""
    return list(session.scalars(select(Workspace.slack_id).where(
        Workspace.locked_out.is_not(None), Workspace.state == WorkspaceState.INSTALLED).order_by(Workspace.slack_id)))
