"""What the worker does when Slack misbehaves (E5) or a clock is wrong: each message stands in Slack once."""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from bot.clock import Clock, off_by
from bot.deliver import Delivery
from bot.fresh import Fresh
from bot.house import House
from bot.settings import read
from bot.tokens import Slacks
from handlers.fresh import Unsure
from models import outgoing
from models.installation import Grant, keep, out
from models.outgoing import IN_FLIGHT
from models.sealing import Keyring
from models.store import Store
from models.workspace import Subject, due_now, install
from tests.running.other_slack import BOT, CHANNEL, FAULTS, INSTEAD, SECRET, SLOW, TEAM, TOKEN, OtherSlack

BODY = '{"text": "Kept: #1 needs a person", "blocks": []}'
LIMITED = ("429", "429-bare")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class World:
    """Time that passes for everybody, and workers whose clocks may be off."""

    def __init__(self, store: Store, slack: OtherSlack) -> None:
        self.store, self.slack, self.passed = store, slack, 0.0
        self.workspace = store.untenanted(lambda s: install(s, store.keyring, TEAM, BOT, datetime.now(UTC)).id)
        store.transact(self.workspace, lambda s: keep(s, self.workspace, Grant(TEAM, BOT, TOKEN), datetime.now(UTC),
                                                      datetime.now(UTC)))
        self._all: list[Slacks] = []

    def worker(self, ahead: timedelta = timedelta(0)) -> Worker:
        made = Worker(self, ahead)
        self._all.append(made.delivery.slacks)
        return made

    def later(self, seconds: float) -> None:
        self.passed += seconds
        self.slack.ahead += seconds

    def post(self, wall: datetime) -> UUID:
        return self.store.transact(self.workspace, lambda s: outgoing.post(s, self.workspace, CHANNEL, BODY, wall))

    def due(self, wall: datetime) -> bool:
        return bool(self.store.peek(lambda s: due_now(s, Subject.OUTGOING, wall, 9)))

    def posts(self) -> int:
        return len(self.slack.to(CHANNEL))

    def close(self) -> None:
        for one in self._all:
            one.close()
        self.store.close()


class SetClock(Clock):
    def __init__(self, world: World, ahead: timedelta) -> None:
        super().__init__()
        self._world, self.ahead = world, ahead

    def wall(self) -> datetime:
        return super().wall() + timedelta(seconds=self._world.passed) + self.ahead

    def ticks(self) -> float:
        return super().ticks() + self._world.passed


class Worker:
    def __init__(self, world: World, ahead: timedelta) -> None:
        self.clock, self._world = SetClock(world, ahead), world
        slacks = Slacks(world.store, self.clock, world.slack.address, None)
        self.delivery = Delivery(world.store, slacks, self.clock, Fresh(world.store, slacks, self.clock))

    def attempt(self, key: UUID, number: int) -> str:
        return self.delivery.attempt(self._world.workspace, key, number)


@pytest.fixture
def slack() -> Iterator[OtherSlack]:
    made = OtherSlack()
    yield made
    made.close()


@pytest.fixture
def world(database_url: str, slack: OtherSlack) -> Iterator[World]:
    made = World(Store(database_url, Keyring(os.urandom(32))), slack)
    yield made
    made.close()


def once(act: Callable[[], None]) -> Callable[..., None]:
    left = [act]

    def call(*_: object) -> None:
        if left:
            left.pop()()

    return call


def in_the_middle_of(slack: OtherSlack, method: str, act: Callable[[], None]) -> None:
    """While Slack has been asked and has done nothing yet."""
    first = once(act)
    slack.on_call = lambda called, _: first() if called == method else None


def test_e5_429_is_asked_again_after_what_it_says(world: World, slack: OtherSlack) -> None:
    worker = world.worker()
    key, slack.faults["chat.postMessage"] = world.post(worker.clock.wall()), ["429"]
    begun = worker.clock.wall()
    assert worker.attempt(key, 0) == "limited"
    assert not world.due(begun + timedelta(seconds=0.99))
    assert world.due(worker.clock.wall() + timedelta(seconds=1))
    world.later(1)
    assert worker.attempt(key, 1) == "sent"
    assert world.posts() == 1


def test_e5_429_without_a_word_is_asked_again_later_and_later(world: World, slack: OtherSlack) -> None:
    worker = world.worker()
    key, slack.faults["chat.postMessage"] = world.post(worker.clock.wall()), ["429-bare"] * 4
    for number in range(4):
        begun = worker.clock.wall()
        assert worker.attempt(key, number) == "limited"
        wait = 2 ** (number + 1)
        assert not world.due(begun + timedelta(seconds=wait - 0.01))
        assert world.due(worker.clock.wall() + timedelta(seconds=wait))
        world.later(wait)
    assert worker.attempt(key, 4) == "sent"
    assert world.posts() == 1


@pytest.mark.parametrize("fault", [one if one not in {"slow", "late"} else pytest.param(one, marks=pytest.mark.soak)
                                   for one in FAULTS if one not in LIMITED])
def test_e5_what_makes_no_sense_is_looked_for_and_said_once(world: World, slack: OtherSlack, fault: str) -> None:
    worker = world.worker()
    key, slack.faults["chat.postMessage"] = world.post(worker.clock.wall()), [fault]
    assert worker.attempt(key, 0) == "uncertain"
    assert worker.attempt(key, 1) == "nothing", "it may still be on its way"
    if fault == "late":
        slack.wait(lambda: world.posts() == 1, SLOW)
    assert world.posts() == (fault not in INSTEAD and fault != "reset-before")
    world.later(IN_FLIGHT.total_seconds() + 2)  # what time it is at Slack is known to the second
    assert world.due(worker.clock.wall())
    assert worker.attempt(key, 1) == "sent"
    assert world.posts() == 1
    assert worker.attempt(key, 2) == "nothing"
    assert slack.calls.count("conversations.history") == 1


# Slack's words, and what a try comes to: nothing is tried again for good, or everything is.
FOR_GOOD = ("is_archived", "channel_not_found", "not_in_channel", "user_not_found", "user_disabled", "cannot_dm_bot", "no_text",
            "restricted_action", "restricted_action_read_only_channel", "messages_tab_disabled", "missing_scope", "msg_too_long",
            "msg_blocks_too_long", "invalid_blocks", "invalid_arguments", "unknown_method", "something_slack_says_one_day")
PASSES = ("service_unavailable", "request_timeout", "team_added_to_org", "accesslimited", "token_expired", "org_login_required",
          "external_channel_migrating", "message_limit_exceeded")
SHUT_OUT = ("token_revoked", "invalid_auth", "account_inactive", "not_authed", "ekm_access_denied", "access_denied",
            "team_access_not_granted", "two_factor_setup_required")
NOT_SURE = ("internal_error", "fatal_error")


def test_each_of_slacks_words_is_for_good_or_passes(world: World, slack: OtherSlack) -> None:
    worker, real, said = world.worker(), slack.say, ""
    slack.say = lambda method, args: (  # type: ignore[method-assign]
        {"ok": False, "error": said} if said and method == "chat.postMessage" else real(method, args))
    for codes, comes in ((FOR_GOOD, "failed"), (PASSES, "passing"), (SHUT_OUT, "passing"), (NOT_SURE, "uncertain")):
        for said in codes:
            world.later(2)
            key = world.post(worker.clock.wall())
            assert worker.attempt(key, 0) == comes, said
            row = world.store.look(world.workspace, lambda s, key=key: s.get_one(outgoing.Outgoing, (world.workspace, key)))
            assert row.error == said
    assert world.posts() == 0


def test_while_slack_takes_nothing_it_waits_and_is_shown_and_leaves_later(world: World, slack: OtherSlack) -> None:
    worker, real, shut = world.worker(), slack.say, True
    slack.say = lambda method, args: (  # type: ignore[method-assign]
        {"ok": False, "error": "token_revoked"} if shut else real(method, args))
    key = world.post(worker.clock.wall())
    assert worker.attempt(key, 0) == "passing"
    assert world.store.peek(out) == [TEAM]
    assert undeliverable(world) == 0
    shut = False
    world.later(60)
    assert worker.attempt(key, 1) == "sent"
    assert world.posts() == 1
    assert worker.delivery.fresh.ask(world.workspace, Unsure({}, ("U9MIA",))) is None
    assert world.store.peek(out) == []


def test_what_slack_takes_for_no_day_is_lost_loudly(world: World, slack: OtherSlack) -> None:
    worker, real = world.worker(), slack.say
    slack.say = lambda method, args: (  # type: ignore[method-assign]
        {"ok": False, "error": "account_inactive"} if method == "chat.postMessage" else real(method, args))
    key = world.post(worker.clock.wall())
    for number in range(outgoing.FEWEST):
        assert worker.attempt(key, number) == "passing"
        world.later(DAY.total_seconds() / outgoing.FEWEST)
    assert worker.attempt(key, outgoing.FEWEST) == "failed"
    assert undeliverable(world) == 1


def undeliverable(world: World) -> int:
    wall = datetime.now(UTC) + timedelta(seconds=world.passed)
    return world.store.look(world.workspace, lambda s: outgoing.undeliverable(s, world.workspace, wall))


@pytest.mark.parametrize(("one", "other"), [(0 * HOUR, 6 * MINUTE), (-6 * MINUTE, 0 * HOUR), (0 * HOUR, DAY), (0 * HOUR, -HOUR),
                                            (6 * MINUTE, -6 * MINUTE)])
def test_e7_two_workers_whose_clocks_differ_do_not_send_one_message_twice(world: World, slack: OtherSlack, one: timedelta,
                                                                          other: timedelta) -> None:
    first, second = world.worker(one), world.worker(other)
    key, codes = world.post(first.clock.wall()), list[str]()
    in_the_middle_of(slack, "chat.postMessage", lambda: codes.extend(second.attempt(key, number) for number in (0, 1)))
    codes.append(first.attempt(key, 0))
    assert codes == ["nothing", "nothing", "sent"]
    assert world.posts() == 1


@pytest.mark.parametrize("jump", [-HOUR, DAY])
def test_e7_a_clock_that_jumps_while_a_message_leaves_does_not_double_it(world: World, slack: OtherSlack,
                                                                         jump: timedelta) -> None:
    worker = world.worker()
    key, codes = world.post(worker.clock.wall()), list[str]()

    def jumps() -> None:
        worker.clock.ahead = jump
        codes.append(worker.attempt(key, 1))

    in_the_middle_of(slack, "chat.postMessage", jumps)
    codes.append(worker.attempt(key, 0))
    assert codes == ["nothing", "sent"]
    assert world.posts() == 1


@pytest.mark.parametrize("ahead", [HOUR, DAY, -6 * MINUTE, -HOUR])
def test_e7_what_was_sent_by_a_wrong_clock_is_found_by_the_right_one(world: World, slack: OtherSlack, ahead: timedelta) -> None:
    worker = world.worker(ahead)
    key, slack.faults["chat.postMessage"] = world.post(datetime.now(UTC)), ["reset-after"]
    assert worker.attempt(key, 0) == "uncertain"
    worker.clock.ahead = timedelta(0)
    world.later(IN_FLIGHT.total_seconds() + 2)  # what time it is at Slack is known to the second
    assert world.worker().attempt(key, 1) == "sent"
    assert world.posts() == 1


def test_e7_a_wrong_clock_does_not_hold_a_channel_up(world: World) -> None:
    early, right = world.worker(HOUR / 2), world.worker()
    assert early.attempt(world.post(early.clock.wall()), 0) == "sent"
    # By Slack's own seconds it may be the least bit too soon; it is not put off for half an hour.
    assert right.attempt(world.post(right.clock.wall()), 0) != "nothing"


def test_e7_a_worker_that_was_asleep_finds_that_another_has_sent_it(world: World) -> None:
    """Stopped between its claim and its call, for longer than anybody waits."""
    asleep, awake = world.worker(), world.worker()
    key, codes = world.post(asleep.clock.wall()), list[str]()

    def sleeps() -> None:
        world.later(200)
        codes.append(awake.attempt(key, 1))

    class Held(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.msg == "message held":
                wakes()

    wakes, held, log = once(sleeps), Held(), logging.getLogger("kept.deliver")
    log.addHandler(held)
    log.setLevel(logging.INFO)
    try:
        codes.append(asleep.attempt(key, 0))
    finally:
        log.removeHandler(held)
        log.setLevel(logging.NOTSET)
    assert codes == ["sent", "missed"]
    assert world.posts() == 1


@pytest.mark.parametrize(("seconds", "fault", "notice"), [(0, False, False), (30, False, False), (90, False, True),
                                                          (-90, False, True), (360, True, True), (-360, True, True)])
def test_e7_a_clock_that_is_off_is_shown_by_readyz(database_url: str, slack: OtherSlack, seconds: int, fault: bool,
                                                   notice: bool) -> None:
    slack.ahead = seconds
    house = House(read({"DATABASE_URL": database_url, "SLACK_BOT_TOKEN": TOKEN, "SLACK_SIGNING_SECRET": SECRET,
                        "SLACK_API_URL": slack.address, "KEPT_MASTER_KEY": base64.b64encode(os.urandom(32)).decode()}, "serve"))
    try:
        house.introduce()
        assert ("clock" in house.faults(), "clock" in house.notices()) == (fault, notice)
        side = "behind" if seconds > 0 else "ahead of"
        assert not notice or f"{side} Slack's" in house.notices()["clock"]
    finally:
        house.close()


@pytest.mark.parametrize(("off", "said"), [(timedelta(seconds=61), "61 seconds ahead of"), (-6 * MINUTE, "6 minutes behind")])
def test_how_far_a_clock_is_off_is_said_plainly(off: timedelta, said: str) -> None:
    assert said in off_by(off)
