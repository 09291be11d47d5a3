"""What every process of Kept has, opened once: the database, the clock, Slack; and the faults that keep it from being ready."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

import models.tables  # noqa: F401  every table, so that mappers find each other
from bot.clock import Clock, off_by
from bot.deliver import Delivery
from bot.desks import Desks
from bot.door import WINDOW
from bot.fresh import Fresh
from bot.logs import log
from bot.settings import Settings
from bot.slack import OAuth, Slack, SlackError
from bot.tokens import Slacks
from models.errors import Busy, CareError
from models.heartbeat import silent, unmarked
from models.installation import Grant, faulty, grant, keep, out
from models.outgoing import undeliverable
from models.schema import other_version
from models.sealing import BadMasterKey, Keyring
from models.store import Store
from models.tenants import OWNER, ROLE, power
from models.workspace import Workspace, install, installed, overdue

LOG = log("house")
INTRODUCE_EVERY = 5.0      # seconds between tries to learn from Slack who we are


class NotReady(RuntimeError):
    """The process must not start; the message is a sentence that says what to do."""


class House:
    """What every process of Kept has: the database, the clock, Slack; opened once and closed in order."""

    def __init__(self, settings: Settings) -> None:
        """Raises NotReady when the schema is not this version's, BadMasterKey when the key is not the database's."""
        self.settings = settings
        self.clock = Clock(settings.clock_file)
        self.oauth = OAuth(settings.client_id, settings.client_secret, settings.api_url) if settings.client_id else None
        try:
            self.store = Store(settings.database_url, Keyring(settings.master_key, *settings.older_keys))
            other = other_version(self.store)
        except (SQLAlchemyError, OSError):
            raise NotReady("The database cannot be reached: check DATABASE_URL and that it is running.") from None
        try:
            if other is not None:
                raise NotReady(other)
            self._must_be_held()
            for row in self.store.peek(lambda s: s.scalars(select(Workspace)).all()):
                self.store.keyring.unwrap(row.id, row.wrapped_key)
        except (NotReady, BadMasterKey):
            self.store.close()
            raise
        self.slacks = Slacks(self.store, self.clock, settings.api_url, self.oauth)
        self.fresh = Fresh(self.store, self.slacks, self.clock)
        self.delivery = Delivery(self.store, self.slacks, self.clock, self.fresh, settings.names)
        self.desks = Desks(self.store, self.fresh, self.delivery, self.clock)
        self._stop = threading.Event()
        self._known = threading.Event()

    def _must_be_held(self) -> None:
        """On PostgreSQL, by the policies that keep workspaces apart."""
        if self.store.lite:
            return
        with self.store.engine.connect() as connection:
            login, _, works = power(connection)
        if works == OWNER:
            LOG.warning("the database role owns the tables: enough to try Kept, not to run it; kept doctor says more")
        elif works is not None:
            self.store.close()
            raise NotReady(f"The database role {login} is {works}, so nothing would keep workspaces apart. Run kept migrate, "
                           f"which makes the role {ROLE}, and give the processes that role's address as DATABASE_URL.")

    def introduce(self) -> None:
        """Learn which workspace the token is for. While Slack cannot be reached, goes on trying in the background.

        Without a token of its own, Kept waits to be installed.
        """
        if not self.settings.bot_token:
            self._known.set()
        elif not self._introduced():
            threading.Thread(target=self._keep_introducing, name="kept-introduce", daemon=True).start()

    def _introduced(self) -> bool:
        try:
            self.take_in(Slack(self.settings.bot_token, self.settings.api_url, self.clock).whoami(), keep)
        except (SlackError, CareError, SQLAlchemyError) as error:
            LOG.warning("slack did not say who we are", extra={"code": getattr(error, "code", "database")})
            return False
        self._known.set()
        return True

    def take_in(self, given: Grant, how: Callable[[Session, UUID, Grant, datetime, datetime], None] = grant) -> None:
        """An installation that Slack granted: its workspace, made when it is new, and its token."""
        wall, care = self.clock.wall(), self.clock.now()
        workspace = self.store.untenanted(
            lambda s: install(s, self.store.keyring, given.slack_id, given.bot_user, wall).id)
        self.store.transact(workspace, lambda s: how(s, workspace, given, wall, care))

    def _keep_introducing(self) -> None:
        while not self._stop.wait(INTRODUCE_EVERY) and not self._introduced():
            pass

    def faults(self) -> Mapping[str, str]:
        """For ``/readyz``: what is wrong now, by part; empty when all is well."""
        found: dict[str, str] = {}
        try:
            self.store.ping()
        except Busy as busy:
            found["database"] = busy.sentence
        except (SQLAlchemyError, CareError):
            found["database"] = "the database cannot be read or written"
        else:
            if self.store.peek(lambda s: overdue(s, self.clock.wall(), self.clock.now())):
                found["worker"] = "what was due more than five minutes ago has not been looked at: is kept work running?"
            elif self.store.peek(lambda s: silent(s, self.clock.wall())):
                found["worker"] = "no sweep has finished in the last five minutes: is kept work running?"
            if self.store.peek(faulty):
                found["installation"] = "Slack refused to renew a workspace's token: install the app there anew"
        off = self.clock.off()
        if off is not None and abs(off).total_seconds() > WINDOW:
            found["clock"] = off_by(off) + ", so what Slack sends is refused. Set the clock right"
        if not self._known.is_set():
            found["slack"] = "Slack has not yet said which workspace the bot token is for"
        return found

    def notices(self) -> Mapping[str, str]:
        """For ``/readyz`` too: what somebody should look into, though this process works."""
        off = self.clock.off()
        found = {"clock": off_by(off) + ". Set the clock right"} if off is not None else {}
        try:
            if self.settings.checkpoints and self.store.peek(lambda s: unmarked(s, self.clock.wall())):
                found["checkpoints"] = "the audit's were not written in the last day: kept doctor says more"
            if away := self.store.peek(out):
                found["access"] = f"Slack takes nothing from Kept in {', '.join(away)}: kept doctor says why"
            lost = sum(self.store.look(one, partial(undeliverable, workspace_id=one, wall=self.clock.wall()))
                       for one in self.store.peek(installed))
        except (SQLAlchemyError, CareError):
            return found
        if lost:
            found["messages"] = f"{lost} of the last day could not be delivered: kept doctor says more"
        return found

    def close(self) -> None:
        self._stop.set()
        self.desks.close()
        self.slacks.close()
        self.store.close()
