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
from bot.slack import Permanent, SlackError, Slacks, respond
from handlers.access import Facts, Outdated, Profile
from handlers.cards import other, words
from handlers.cards.blocks import Card, option
from handlers.cards.view import OPENING, Errors, Reply, View, shown_in_view
from handlers.case import Inbound, Surface
from handlers.home import TURNS, Queued, opened, turned
from handlers.route import answer, opens, said, suggest
from models.errors import Busy
from models.store import Store
from models.workspace import of_slack_id

T = TypeVar("T")
LOG = log("app")
KNOWN_FOR = 5.0   # seconds
OPEN_WITHIN = 2.5  # seconds of a trigger's three
FILL_WITHIN = 10.0
ASK_WITHIN = 1.2  # seconds for both questions to Slack together, of the three a person waits


class Home(NamedTuple):
    """The workspace a request came from: ours, in Slack's id, and our bot there."""

    workspace: UUID
    slack_id: str
    bot_user: str


class Answering:
    """What the listeners share. Safe to use from several threads; keeps nothing another process would need."""

    def __init__(self, store: Store, slacks: Slacks, desks: Desks, clock: Clock) -> None:
        self._store, self._slacks, self._desks, self._clock = store, slacks, desks, clock
        self._asking = ThreadPoolExecutor(16, "kept-ask")
        self._opening = ThreadPoolExecutor(8, "kept-open")
        self._after = ThreadPoolExecutor(4, "kept-respond")
        self._homes: dict[str, tuple[Home | None, float]] = {}

    def command(self, body: dict[str, Any]) -> dict[str, Any]:
        """The acknowledgement is the reply; of a command that opens a form it is empty."""
        inbound = read.of_command(body, self._clock.wall(), self._clock.now())
        if opens(inbound):
            self._open(body, inbound)
            return {}
        return {"response_type": "ephemeral", **_card(self._answer(read.home(body), inbound)).body()}

    def press(self, body: dict[str, Any]) -> None:
        """Acts and commits; the card goes to the response_url after the acknowledgement, and its URL is never stored."""
        inbound = read.of_press(body, self._clock.wall(), self._clock.now())
        view = body.get("view") or {}
        if view.get("type") == "modal":
            self._after.submit(self._fill, read.home(body), (view["id"], view["hash"]), inbound,
                               self._answer(read.home(body), inbound))
        elif inbound.action in TURNS:
            self._look(read.home(body), lambda s, home: turned(s, home.workspace, inbound))
        elif view.get("type") == "home" or opens(inbound):
            self._open(body, inbound)
        else:
            self._respond(body, inbound, self._answer(read.home(body), inbound))

    def submit(self, body: dict[str, Any]) -> dict[str, Any]:
        """What became of a form stands in its place; what is not taken keeps it open, with the reason at its field."""
        inbound = read.of_submit(body, self._clock.wall(), self._clock.now())
        reply = self._answer(read.home(body), inbound)
        if isinstance(reply, Errors):
            return {"response_action": "errors", "errors": reply.fields}
        return {"response_action": "update", "view": _view(reply, inbound).body()}

    def suggest(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        inbound = read.of_options(body, self._clock.wall(), self._clock.now())
        return [option(label, value) for label, value in self._offered(read.home(body), inbound)]

    def shortcut(self, body: dict[str, Any]) -> None:
        self._open(body, read.of_shortcut(body, self._clock.wall(), self._clock.now()))

    def look(self, body: dict[str, Any]) -> None:
        """Somebody opened their Home: it is shown as it is now."""
        event, now, wall = body["event"], self._clock.now(), self._clock.wall()
        user, tab = str(event.get("user", "")), str(event.get("tab", ""))
        self._look(read.home(body), lambda s, home: opened(s, home.workspace, user, tab, now, wall))

    def _look(self, slack_id: str, act: Callable[[Session, Home], Queued | None]) -> None:
        """After the acknowledgement, since nobody waits for that."""
        home = self._installed(slack_id)
        if home is not None:
            self._desks.show(home.workspace, lambda s: act(s, home))

    def close(self) -> None:
        self._opening.shutdown()
        self._asking.shutdown(cancel_futures=True)
        self._after.shutdown()

    def _open(self, body: dict[str, Any], inbound: Inbound) -> None:
        """Its trigger lives for three seconds, so the modal opens at once and is filled when the answer is there."""
        slack_id = read.home(body)
        home = self._installed(slack_id)
        if home is None:
            self._respond(body, inbound, other.sentence(words.NOT_INSTALLED))
            return
        slack = self._slacks.of(home.workspace)
        opening = self._opening.submit(slack.open, body["trigger_id"], OPENING.body(), OPEN_WITHIN)
        reply = self._answer(slack_id, inbound)
        self._after.submit(self._filled, body, inbound, opening, reply)

    def _filled(self, body: dict[str, Any], inbound: Inbound, opening: Future[tuple[str, str]], reply: Reply) -> None:
        try:
            place = opening.result(OPEN_WITHIN)
        except (SlackError, TimeoutError) as error:
            LOG.warning("a form did not open", extra={"code": getattr(error, "code", "timeout")})
            self._respond(body, inbound, reply if isinstance(reply, Card) else other.sentence(words.FORM_NOT_OPENED))
            return
        self._fill(read.home(body), place, inbound, reply)

    def _fill(self, slack_id: str, place: tuple[str, str], inbound: Inbound, reply: Reply) -> None:
        home = self._installed(slack_id)
        if home is None:
            return
        try:
            self._slacks.of(home.workspace).replace(*place, _view(reply, inbound).body(), FILL_WITHIN)
        except SlackError as error:
            # Closed, or changed by another press meanwhile: whoever looks sees that.
            LOG.warning("a view was not filled", extra={"code": error.code})

    def _respond(self, body: dict[str, Any], inbound: Inbound, reply: Reply) -> None:
        url = body.get("response_url")
        if isinstance(url, str) and url:
            # A message others see stays as it is: it is updated by its own row. An ephemeral becomes the new card.
            stays = inbound.lasting or inbound.surface is not Surface.BUTTON
            shape = {"response_type": "ephemeral", "replace_original": not stays}
            self._after.submit(respond, url, {**shape, **_card(reply).body()})

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
            asked, facts = self._ask(stale, home, inbound)
        if asked is not None:
            return asked
        try:
            return work(replace(inbound, wall=self._clock.wall()), facts)
        except Outdated as still:
            return still.sentence

    def _ask(self, stale: Outdated, home: Home, inbound: Inbound) -> tuple[str | None, Facts]:
        """(a sentence when Slack cannot say, what it said)."""
        until, slack = time.monotonic() + ASK_WITHIN, self._slacks.of(home.workspace)
        members: Future[frozenset[str]] | None = None
        profile: Future[Profile] | None = None
        if stale.channel:
            members = self._asking.submit(slack.members, stale.channel, ASK_WITHIN)
        if stale.profile:
            profile = self._asking.submit(slack.profile, inbound.user, home.slack_id, ASK_WITHIN)
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
    def event(body: dict[str, Any]) -> None:
        """Acknowledged, whatever it is, so that Slack does not send it again."""
        if body["event"]["type"] == "app_home_opened":
            answering.look(body)

    @app.error
    def error(error: Exception) -> BoltResponse:
        LOG.error("bolt failed", exc_info=error)
        return BoltResponse(status=200, body="")

    return app
