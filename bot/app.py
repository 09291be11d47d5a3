"""The Bolt app: one listener for each kind of payload, all of them handed to ``handlers.route``."""

from __future__ import annotations

import logging
import re
import secrets
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult

from bot import inbound as read
from bot.clock import Clock
from bot.logs import log
from bot.slack import Permanent, Slack, SlackError
from handlers.access import Facts, Outdated, Profile
from handlers.cards import other, words
from handlers.cards.blocks import Card
from handlers.case import Inbound
from handlers.route import answer
from models.errors import Busy
from models.store import Store
from models.workspace import of_slack_id

LOG = log("app")
KNOWN_FOR = 5.0   # seconds
ASK_WITHIN = 1.2  # seconds for both questions to Slack together, of the three a person waits


class Home(NamedTuple):
    """The workspace a request came from, in Slack's ids."""

    slack_id: str
    bot_user: str


class Answering:
    """What the listeners share. Safe to use from several threads; keeps nothing another process would need."""

    def __init__(self, store: Store, slack: Slack, clock: Clock) -> None:
        self._store, self._slack, self._clock = store, slack, clock
        self._asking = ThreadPoolExecutor(16, "kept-ask")
        self._after = ThreadPoolExecutor(4, "kept-respond")
        self._homes: dict[str, tuple[tuple[UUID, str] | None, float]] = {}

    def command(self, body: dict[str, Any]) -> Card:
        return self._answer(read.home(body), read.of_command(body, self._clock.wall(), self._clock.now()))

    def press(self, body: dict[str, Any]) -> None:
        """Acts and commits; the card goes to the response_url after the acknowledgement, and its URL is never stored."""
        inbound = read.of_press(body, self._clock.wall(), self._clock.now())
        card = self._answer(read.home(body), inbound)
        url = body.get("response_url")
        if isinstance(url, str) and url:
            # A message others see stays as it is: it is updated by its own row. An ephemeral becomes the new card.
            shape = {"response_type": "ephemeral", "replace_original": not inbound.lasting}
            self._after.submit(self._slack.respond, url, {**shape, **card.body()})

    def close(self) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._after.shutdown()

    def _answer(self, slack_id: str, inbound: Inbound) -> Card:
        try:
            found = self._installed(slack_id)
            if found is None:
                return other.sentence(words.NOT_INSTALLED)
            return self._with_facts(found[0], Home(slack_id, found[1]), inbound)
        except Busy as busy:
            return other.sentence(busy.sentence)
        except Exception:
            return broke()

    def _installed(self, slack_id: str) -> tuple[UUID, str] | None:
        """(workspace, our bot's user id), looked up anew every few seconds: an uninstalled workspace is soon none."""
        known, until = self._homes.get(slack_id, (None, 0.0))
        if known is None or time.monotonic() > until:
            known = self._store.peek(lambda s: of_slack_id(s, slack_id))
            self._homes[slack_id] = (known, time.monotonic() + KNOWN_FOR)
        return known

    def _with_facts(self, workspace: UUID, home: Home, inbound: Inbound) -> Card:
        """Twice at the most: a second refusal for want of facts means that Slack did not give them."""
        try:
            return answer(self._store, workspace, inbound)
        except Outdated as stale:
            asked, facts = self._ask(stale, home, inbound)
        if asked is not None:
            return other.sentence(asked)
        try:
            return answer(self._store, workspace, replace(inbound, wall=self._clock.wall()), facts)
        except Outdated as still:
            return other.sentence(still.sentence)

    def _ask(self, stale: Outdated, home: Home, inbound: Inbound) -> tuple[str | None, Facts]:
        """(a sentence when Slack cannot say, what it said)."""
        until = time.monotonic() + ASK_WITHIN
        members: Future[frozenset[str]] | None = None
        profile: Future[Profile] | None = None
        if stale.channel:
            members = self._asking.submit(self._slack.members, stale.channel, ASK_WITHIN)
        if stale.profile:
            profile = self._asking.submit(self._slack.profile, inbound.user, home.slack_id, ASK_WITHIN)
        try:
            return None, Facts(members.result(ASK_WITHIN) - {home.bot_user} if members else None,
                               profile.result(max(0.0, until - time.monotonic())) if profile else None)
        except Permanent as error:
            LOG.warning("slack would not say", extra={"code": error.code})
            unseen = error.code in {"channel_not_found", "not_in_channel"}
            return (words.INVITE if unseen else words.TRY_AGAIN), Facts()
        except (SlackError, TimeoutError) as error:
            LOG.warning("slack did not say", extra={"code": getattr(error, "code", "timeout")})
            return words.TRY_AGAIN, Facts()


def broke() -> Card:
    """For a failure nobody foresaw: a fixed sentence with a number, which the log has too."""
    error_id = secrets.token_hex(4)
    LOG.exception("a request failed", extra={"error_id": error_id})
    return other.broke(error_id)


def build(answering: Answering, token: str) -> App:
    """Bolt without its own door: the guard has checked the signature before (bot/door.py)."""
    everything = re.compile(".*", re.DOTALL)
    app = App(
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token, bot_id="", bot_user_id=""),
        process_before_response=True, request_verification_enabled=False, ssl_check_enabled=False,
        url_verification_enabled=False, ignoring_self_events_enabled=False, attaching_function_token_enabled=False,
        ignoring_self_assistant_message_events_enabled=False, attaching_conversation_kwargs_enabled=False,
        logger=logging.getLogger("slack_bolt"),
    )

    @app.command(everything)
    def command(ack: Any, body: dict[str, Any]) -> None:
        ack(response_type="ephemeral", **answering.command(body).body())

    @app.action(everything)
    def press(ack: Any, body: dict[str, Any]) -> None:
        answering.press(body)
        ack()

    @app.event(everything)
    def event(body: dict[str, Any]) -> None:
        """Nothing is done with events yet; acknowledged, so that Slack does not send them again."""

    @app.error
    def error(error: Exception) -> BoltResponse:
        LOG.error("bolt failed", exc_info=error)
        return BoltResponse(status=200, body="")

    return app
