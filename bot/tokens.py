"""Every workspace's own Slack: its token from its row, renewed before it expires."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.logs import log
from bot.slack import OAuth, Permanent, Slack, SlackError
from models import installation
from models.errors import CareError
from models.installation import Grant, Token
from models.store import Store

LOG = log("tokens")
KNOWN_FOR = 5.0                    # seconds: another process may have renewed it, or the app been uninstalled
AGAIN = timedelta(minutes=1)       # after Slack could not be asked
HOPELESS = timedelta(hours=1)      # after it refused: a person has to install anew
RENEW_WITHIN = 1.0                 # seconds that somebody waits for a token that has ended
TRIES, RETRY = 60, 2.0             # how often, and after how many seconds, what Slack gave is tried to be saved


class NotInstalled(Permanent):
    """There is no token: the app was uninstalled, or its installation was begun and never finished."""

    def __init__(self) -> None:
        super().__init__("not_installed")


class Slacks:
    """Safe to use from several threads. Without ``oauth`` nothing can be renewed."""

    def __init__(self, store: Store, clock: Clock, api_url: str, oauth: OAuth | None) -> None:
        self._store, self._clock, self._api_url, self._oauth = store, clock, api_url, oauth
        self._known: dict[UUID, tuple[Token | None, float]] = {}
        self._renewing = ThreadPoolExecutor(2, "kept-renew")
        self._stop = threading.Event()

    def of(self, workspace: UUID) -> Slack:
        """Raises NotInstalled."""
        known, until = self._known.get(workspace, (None, 0.0))
        if time.monotonic() > until:
            known = self._read(workspace)
            self._known[workspace] = known, time.monotonic() + KNOWN_FOR
            if known is not None and known.refresh:
                renewal = self._renewing.submit(self._renew, workspace, known.refresh)
                # Nobody waits for it while the old one is good; once it is not, nothing can be done without.
                if known.ended:
                    wait([renewal], RENEW_WITHIN)
                    known = self._read(workspace)
        if known is None:
            raise NotInstalled
        return Slack(known.token, self._api_url, self._clock)

    def _read(self, workspace: UUID) -> Token | None:
        wall = self._clock.wall()
        return self._store.look(workspace, lambda s: installation.token_of(s, workspace, wall))

    def look_after(self, workspaces: Iterable[UUID]) -> None:
        """Renew what ends soon, also where nobody has said anything for hours."""
        for workspace in workspaces:
            with suppress(NotInstalled):
                self.of(workspace)

    def close(self) -> None:
        """Waits for a renewal that has begun: half done, it would lose the token."""
        self._stop.set()
        self._renewing.shutdown(cancel_futures=True)

    def _renew(self, workspace: UUID, refresh: str) -> None:
        try:
            self._try_to_renew(workspace, refresh)
        except Exception:
            LOG.exception("a token was not renewed yet", extra={"workspace": workspace})

    def _try_to_renew(self, workspace: UUID, refresh: str) -> None:
        wall = self._clock.wall()
        if self._oauth is None or not self._store.transact(
                workspace, lambda s: installation.claim_renewal(s, workspace, refresh, wall)):
            return
        try:
            found = self._oauth.renew(refresh)
        except Permanent as error:
            LOG.error("a token was refused a renewal: install the app anew", extra={"workspace": workspace, "code": error.code})
            self._not_yet(workspace, refresh, error.code, wall + HOPELESS)
        except SlackError as error:
            LOG.warning("a token was not renewed yet", extra={"workspace": workspace, "code": error.code})
            self._not_yet(workspace, refresh, None, wall + AGAIN)
        else:
            self._keep(workspace, refresh, found)
            self._known.pop(workspace, None)
            LOG.info("a token was renewed", extra={"workspace": workspace})

    def _keep(self, workspace: UUID, used: str, found: Grant) -> None:
        """The old refresh token is spent, so the new ones are kept as soon as the database is there again."""
        for _ in range(TRIES):
            try:
                self._store.transact(workspace, lambda s: installation.renewed(
                    s, workspace, used, found.token, found.refresh, found.expires_at))
                return
            except (CareError, SQLAlchemyError):
                LOG.warning("a new token is not saved yet", extra={"workspace": workspace})
                if self._stop.wait(RETRY):
                    break
        raise RuntimeError("a new token could not be saved")

    def _not_yet(self, workspace: UUID, used: str, code: str | None, again_at: datetime) -> None:
        self._store.transact(workspace, lambda s: installation.not_renewed(s, workspace, used, code, again_at))
