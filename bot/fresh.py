"""Asks Slack who is in a channel and who somebody is, when something is to be decided by it, and writes the answer down."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from datetime import timedelta
from uuid import UUID

from bot.clock import Clock
from bot.logs import log
from bot.slack import Limited, LockedOut, Permanent, Slack, SlackError
from bot.tokens import NotInstalled, Slacks
from handlers.access import Profile, Room
from handlers.fresh import Told, Unsure
from handlers.people import learn
from models.installation import lock_out
from models.store import Store
from models.workspace import Workspace, known_as

LOG = log("fresh")
WITHIN = 5.0                       # seconds one question may take
AWAY = timedelta(seconds=15)       # how long nothing is asked of a Slack that did not answer
REFUSED = timedelta(minutes=10)    # nor of one that refuses, which a person must put right
PER_MINUTE = 80                    # of Slack's hundred for each of the two methods
UNSEEN = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
NOBODY = frozenset({"user_not_found", "user_not_visible"})


class Fresh:
    """One for each process. What it learned stands in the database; what it keeps here only spares questions."""

    def __init__(self, store: Store, slacks: Slacks, clock: Clock) -> None:
        self._store, self._slacks, self._clock = store, slacks, clock
        self._locks: dict[UUID, threading.Lock] = defaultdict(threading.Lock)
        self._away: dict[UUID, float] = {}
        self._asked: dict[UUID, deque[float]] = defaultdict(deque)
        self._learned: dict[UUID, dict[str, float]] = defaultdict(dict)

    def ask(self, workspace: UUID, unsure: Unsure, seconds: float = WITHIN) -> timedelta | None:
        """None when all of it is known now; else how long to wait before deciding again. No network in a transaction."""
        if unsure.wait is not None:
            return unsure.wait
        begun = time.monotonic()
        # One at a time in a workspace: who waited finds most of it answered.
        if not self._locks[workspace].acquire(timeout=seconds):
            return AWAY
        try:
            away = self._away.get(workspace, 0.0) - time.monotonic()
            if away > 0:
                return timedelta(seconds=away)
            return self._ask(workspace, unsure, begun, seconds)
        finally:
            self._locks[workspace].release()

    def _ask(self, workspace: UUID, unsure: Unsure, begun: float, seconds: float) -> timedelta | None:
        try:
            slack = self._slacks.of(workspace)
        except NotInstalled as error:
            return self._failed(workspace, error)
        slack_id, bot_user = self._store.peek(lambda s: known_as(s, workspace))
        learned = self._learned[workspace]
        members: dict[UUID, frozenset[str]] = {}
        unseen: dict[UUID, str] = {}
        profiles: dict[str, Profile | None] = {}
        rooms: dict[UUID, Room] = {}
        wait: timedelta | None = None
        try:
            for team, channel in unsure.teams.items():
                if learned.get(channel, 0.0) < begun and (wait := self._paced(workspace)) is None:
                    self._members(slack, team, channel, bot_user, seconds, members, unseen)
            for team, channel in unsure.rooms.items():
                if team not in unseen and (wait := self._paced(workspace)) is None:
                    self._room(slack, team, channel, seconds, rooms, unseen)
            for user in unsure.people:
                if learned.get(user, 0.0) < begun and (wait := self._paced(workspace)) is None:
                    profiles[user] = _profile(slack, user, slack_id, seconds)
        except SlackError as error:
            wait = self._failed(workspace, error)
        if members or unseen or profiles or rooms:
            now, wall = self._clock.now(), self._clock.wall()
            self._store.transact(workspace, lambda s: learn(s, workspace, Told(members, unseen, profiles, rooms), now, wall))
            # Looked at first: it is so all the time but once, and a look waits for no writer.
            if self._store.peek(lambda s: s.get_one(Workspace, workspace).locked_out) and wait is None:
                self._store.untenanted(lambda s: lock_out(s, workspace, None))
            learned |= dict.fromkeys([unsure.teams[team] for team in members] + list(profiles), time.monotonic())
        return wait

    @staticmethod
    def _members(slack: Slack, team: UUID, channel: str, bot_user: str, seconds: float, members: dict[UUID, frozenset[str]],
                 unseen: dict[UUID, str]) -> None:
        try:
            members[team] = slack.members(channel, seconds) - {bot_user}
        except Permanent as error:
            if error.code not in UNSEEN:
                raise
            unseen[team] = error.code

    @staticmethod
    def _room(slack: Slack, team: UUID, channel: str, seconds: float, rooms: dict[UUID, Room], unseen: dict[UUID, str]) -> None:
        try:
            rooms[team] = slack.channel(channel, seconds)
        except Permanent as error:
            if error.code not in UNSEEN:
                raise
            unseen[team] = error.code

    def _paced(self, workspace: UUID) -> timedelta | None:
        """Counts one question; or says how long to wait, when there were many in the last minute."""
        asked, now = self._asked[workspace], time.monotonic()
        while asked and now - asked[0] > 60:
            asked.popleft()
        if len(asked) >= PER_MINUTE:
            return timedelta(seconds=61 - (now - asked[0]))
        asked.append(now)
        return None

    def _failed(self, workspace: UUID, error: SlackError) -> timedelta:
        wait = error.after if isinstance(error, Limited) else REFUSED if isinstance(error, Permanent) else AWAY
        self._away[workspace] = time.monotonic() + wait.total_seconds()
        if isinstance(error, LockedOut):
            self._store.untenanted(lambda s: lock_out(s, workspace, error.code))
        LOG.error("slack did not say who is here, so nothing is told", extra={"workspace": workspace, "code": error.code})
        return wait


def _profile(slack: Slack, user: str, workspace: str, seconds: float) -> Profile | None:
    try:
        return slack.profile(user, workspace, seconds)
    except Permanent as error:
        if error.code not in NOBODY:
            raise
        return None
