"""The Bolt app: one listener for each kind of payload, all of them handed to ``handlers.route``."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from slack_bolt import App, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from sqlalchemy.orm import Session

from bot import inbound as read
from bot.clock import Clock
from bot.desks import Desks
from bot.logs import log
from bot.modals import OPEN_WITHIN, Modals, Place
from bot.naming import PLAIN, Names
from bot.slack import Permanent, Slack, SlackError, respond
from bot.tokens import Slacks
from handlers.access import Facts, Outdated
from handlers.cards import guidance, other, words
from handlers.cards.blocks import Card, option
from handlers.cards.view import Errors, Reply, View, shown_in_view
from handlers.case import Inbound, Surface
from handlers.happening import hear
from handlers.home import TURNS, Queued, opened, turned
from handlers.refused import unanswered
from handlers.route import answer, opens, said, suggest
from models.errors import Busy
from models.store import Store
from models.workspace import of_slack_id

T = TypeVar("T")
LOG = log("app")
KNOWN_FOR = 5.0   # seconds
ASK_WITHIN = 1.2  # seconds for both questions to Slack together, of the three a person waits


class Home(NamedTuple):
    """The workspace a request came from: ours, in Slack's id, and our bot there."""

    workspace: UUID
    slack_id: str
    bot_user: str


class Answering:
    """What the listeners share. Safe to use from several threads; keeps nothing another process would need."""

    def __init__(self, store: Store, slacks: Slacks, desks: Desks, clock: Clock, names: Names = PLAIN) -> None:
        self._store, self._slacks, self._desks, self._clock, self._names = store, slacks, desks, clock, names
        self._modals = Modals(slacks)
        self._asking = ThreadPoolExecutor(16, "kept-ask")
        self._opening = ThreadPoolExecutor(8, "kept-open")
        self._after = ThreadPoolExecutor(4, "kept-respond")
        self._filling = ThreadPoolExecutor(8, "kept-fill")
        self._homes: dict[str, tuple[Home | None, float]] = {}

    def command(self, body: dict[str, Any]) -> dict[str, Any]:
        """The acknowledgement is the reply; of a command that opens a form it is empty."""
        inbound = read.of_command(body, self._clock.wall(), self._clock.now(), self._names)
        if opens(inbound):
            self._open(body, inbound)
            return {}
        return {"response_type": "ephemeral", **self._message(self._answer(read.home(body), inbound))}

    def press(self, body: dict[str, Any]) -> None:
        """Acts and commits; the card goes to the response_url after the acknowledgement, and its URL is never stored."""
        inbound = read.of_press(body, self._clock.wall(), self._clock.now())
        view = body.get("view") or {}
        if view.get("type") == "modal":
            place, reply = Place(view["id"], view["hash"]), self._answer(read.home(body), inbound)
            self._filling.submit(self._fill, body, place, inbound, reply)
        elif inbound.action in TURNS:
            self._look(self._installed(read.home(body)), lambda s, home: turned(s, home.workspace, inbound))
        elif view.get("type") == "home" or opens(inbound):
            self._open(body, inbound)
        else:
            self._respond(body, inbound, self._answer(read.home(body), inbound))

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        """What became of a form stands in its place; what is not taken keeps it open, with the reason at its field."""
        inbound = read.of_submit(body, self._clock.wall(), self._clock.now())
        reply = self._answer(read.home(body), inbound)
        if isinstance(reply, Errors):
            return {"response_action": "errors", "errors": {name: self._names.said(why) for name, why in reply.fields.items()}}
        return {"response_action": "update", "view": self._view(reply, inbound)}

    def suggest(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        inbound = read.of_options(body, self._clock.wall(), self._clock.now())
        return [option(label, value) for label, value in self._offered(read.home(body), inbound)]

    def shortcut(self, body: dict[str, Any]) -> None:
        self._open(body, read.of_shortcut(body, self._clock.wall(), self._clock.now()))

    def event(self, body: dict[str, Any]) -> bool:
        """False when its work could not be saved: Slack then tells it again."""
        happening = read.of_event(body, self._clock.wall(), self._clock.now())
        try:
            home = self._installed(read.home(body))
            if home is None:
                return True
            if happening.kind == "app_home_opened":
                self._look(home, lambda s, h: opened(s, h.workspace, happening.user, happening.text("tab"), happening.now,
                                                     happening.wall))
                return True
            try:
                hear(self._store, home.workspace, happening)
            except Outdated as stale:
                # What Slack cannot say now stays unknown, and unknown means no.
                hear(self._store, home.workspace, happening, self._ask(stale, home, happening.user)[1])
            return True
        except Busy:
            return False
        except Exception:
            broke()
            return False

    def _look(self, home: Home | None, act: Callable[[Session, Home], Queued | None]) -> None:
        """After the acknowledgement, since nobody waits for that."""
        if home is not None:
            self._desks.show(home.workspace, lambda s: act(s, home))

    def close(self) -> None:
        self._opening.shutdown()
        self._asking.shutdown(cancel_futures=True)
        self._filling.shutdown()
        self._after.shutdown()

    def _open(self, body: dict[str, Any], inbound: Inbound) -> None:
        """Its trigger lives for three seconds, so the modal opens at once and is filled when the answer is there."""
        slack_id = read.home(body)
        home = self._installed(slack_id)
        if home is None:
            self._respond(body, inbound, other.sentence(words.NOT_INSTALLED))
            return
        opening = self._opening.submit(self._modals.open, home.workspace, body["trigger_id"])
        reply = self._answer(slack_id, inbound)
        self._filling.submit(self._filled, body, inbound, opening, reply)

    def _filled(self, body: dict[str, Any], inbound: Inbound, opening: Future[Place], reply: Reply) -> None:
        try:
            place = opening.result(OPEN_WITHIN)
        except (SlackError, TimeoutError) as error:
            LOG.warning("a form did not open", extra={"code": getattr(error, "code", "timeout")})
            self._not_opened(body, inbound, reply)
            return
        self._fill(body, place, inbound, reply)

    def _fill(self, body: dict[str, Any], place: Place, inbound: Inbound, reply: Reply) -> None:
        home = self._installed(read.home(body))
        if home is not None and not self._modals.fill(home.workspace, place, self._view(reply, inbound)):
            self._not_opened(body, inbound, reply)

    def _not_opened(self, body: dict[str, Any], inbound: Inbound, reply: Reply) -> None:
        """Said where it was asked for. Of a press in a modal or in Home Slack gives no address to say it at."""
        self._respond(body, inbound, reply if isinstance(reply, Card) else other.sentence(words.FORM_NOT_OPENED))

    def _respond(self, body: dict[str, Any], inbound: Inbound, reply: Reply) -> None:
        url = body.get("response_url")
        if isinstance(url, str) and url:
            # A message others see stays as it is: it is updated by its own row. An ephemeral becomes the new card.
            stays = inbound.lasting or inbound.surface is not Surface.BUTTON
            shape = {"response_type": "ephemeral", "replace_original": not stays}
            self._after.submit(respond, url, {**shape, **self._message(reply)})

    def _message(self, reply: Reply) -> dict[str, Any]:
        found: dict[str, Any] = self._names.shown(_card(reply).body())
        return found

    def _view(self, reply: Reply, inbound: Inbound) -> dict[str, Any]:
        found: dict[str, Any] = self._names.shown(_view(reply, inbound).body())
        return found

    def _answer(self, slack_id: str, inbound: Inbound) -> Reply:
        try:
            home = self._installed(slack_id)
            if home is None:
                return said(inbound, words.NOT_INSTALLED)
            found = self._with_facts(home, inbound, lambda one, facts: answer(self._store, home.workspace, one, facts))
            return said(inbound, found) if isinstance(found, str) else found
        except Busy as busy:
            return said(inbound, busy.sentence)
        except Exception:
            return said(inbound, words.BROKE.format(error_id=broke()))

    def _offered(self, slack_id: str, inbound: Inbound) -> list[tuple[str, str]]:
        try:
            home = self._installed(slack_id)
            if home is None:
                return []
            found = self._with_facts(home, inbound, lambda one, facts: suggest(self._store, home.workspace, one, facts))
            return [] if isinstance(found, str) else found
        except Exception:
            broke()
            return []

    def _installed(self, slack_id: str) -> Home | None:
        """Looked up anew every few seconds: an uninstalled workspace is soon none."""
        known, until = self._homes.get(slack_id, (None, 0.0))
        if known is None or time.monotonic() > until:
            found = self._store.peek(lambda s: of_slack_id(s, slack_id))
            known = Home(found[0], slack_id, found[1]) if found else None
            self._homes[slack_id] = (known, time.monotonic() + KNOWN_FOR)
        return known

    def _with_facts(self, home: Home, inbound: Inbound, work: Callable[[Inbound, Facts | None], T]) -> T | str:
        """Twice at the most: a second refusal for want of facts means that Slack did not give them. A sentence says so."""
        try:
            return work(inbound, None)
        except Outdated as stale:
            asked, facts = self._ask(stale, home, inbound.user)
        if asked is None:
            try:
                return work(replace(inbound, wall=self._clock.wall()), facts)
            except Outdated as still:
                asked = still.sentence
        unanswered(self._store, home.workspace, inbound)
        return asked

    def _ask(self, stale: Outdated, home: Home, user: str) -> tuple[str | None, Facts]:
        """(a sentence when Slack cannot say, what it said)."""
        until = time.monotonic() + ASK_WITHIN

        def asked(question: Callable[[Slack], T], wanted: object) -> Future[T] | None:
            return self._asking.submit(lambda: question(self._slacks.of(home.workspace))) if wanted else None

        def said_by(future: Future[T] | None) -> T | None:
            return future.result(max(0.0, until - time.monotonic())) if future else None

        members = asked(lambda slack: slack.members(stale.channel or "", ASK_WITHIN), stale.channel)
        profile = asked(lambda slack: slack.profile(user, home.slack_id, ASK_WITHIN), stale.profile)
        room = asked(lambda slack: slack.channel(stale.room or "", ASK_WITHIN), stale.room)
        works = asked(lambda slack: slack.works(ASK_WITHIN), stale.token)
        try:
            there = said_by(members)
            return None, Facts(None if there is None else there - {home.bot_user}, said_by(profile), said_by(room),
                               said_by(works))
        except Permanent as error:
            LOG.warning("slack would not say", extra={"code": error.code})
            return refusal(error), Facts()
        except (SlackError, TimeoutError) as error:
            LOG.warning("slack did not say", extra={"code": getattr(error, "code", "timeout")})
            return words.TRY_AGAIN, Facts()


def refusal(error: Permanent) -> str:
    """What to tell a person whose question Slack refused to answer."""
    if error.code in {"channel_not_found", "not_in_channel"}:
        return words.INVITE
    if error.code == "missing_scope":
        return guidance.MISSING_SCOPE.format(scope=error.needed or "one of its scopes")
    if error.code in {"token_revoked", "invalid_auth", "account_inactive", "not_installed", "token_expired"}:
        return words.NOT_INSTALLED
    return words.TRY_AGAIN


def _card(reply: Reply) -> Card:
    """A reply where only a message can stand."""
    if isinstance(reply, Card):
        return reply
    return other.sentence(words.FORM_NOT_OPENED if isinstance(reply, View) else next(iter(reply.fields.values())))


def _view(reply: Reply, inbound: Inbound) -> View:
    """A reply where only a modal can stand; it remembers the channel it was opened in."""
    found = reply if isinstance(reply, View) else shown_in_view(_card(reply))
    return replace(found, channel=inbound.channel)


def broke() -> str:
    """For a failure nobody foresaw: a number for the person, which the log has too."""
    error_id = secrets.token_hex(4)
    LOG.exception("a request failed", extra={"error_id": error_id})
    return error_id


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
        ack(**answering.command(body))

    @app.action(everything)
    def press(ack: Any, body: dict[str, Any]) -> None:
        answering.press(body)
        ack()

    @app.view(everything)
    def submit(ack: Any, body: dict[str, Any]) -> None:
        ack(**answering.submit(body))

    @app.view_closed(everything)
    def closed(ack: Any) -> None:
        """A form put away: what was typed in it was never sent."""
        ack()

    @app.options(everything)
    def suggest(ack: Any, body: dict[str, Any]) -> None:
        ack(options=answering.suggest(body))

    @app.shortcut(everything)
    def shortcut(ack: Any, body: dict[str, Any]) -> None:
        answering.shortcut(body)
        ack()

    @app.event(everything)
    def event(body: dict[str, Any]) -> BoltResponse:
        """Acknowledged once its work is saved, so that Slack sends again what was not."""
        return BoltResponse(status=200 if answering.event(body) else 503, body="")

    @app.error
    def error(error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Slack sends an event again when it is refused; for everything else a person waits, who would only see an error."""
        LOG.error("bolt failed", exc_info=error)
        return BoltResponse(status=500 if body.get("type") == "event_callback" else 200, body="")

    return app
