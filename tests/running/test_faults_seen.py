"""Every fault switch of the sandbox, and what a person then sees: an honest sentence, or the thing itself; never half of it,
and never two."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.sandbox import events, faults
from bot.sandbox.core import BOT, Channel, Person, Sandbox
from handlers.cards import words
from tests.databases import Lite, Server
from tests.running.other_slack import SECRET, TOKEN
from tests.running.processes import House
from tests.running.test_forms import ANA, BEN, PRIYA, ROOM, Address, Desk
from tests.types.noted import note_all

FORM, SENTENCE = "the form", "a sentence"
# What came before a person who asked for a form while views.open went wrong in this way.
OPENING = {"429": SENTENCE, "429-bare": SENTENCE, "500": SENTENCE, "html": SENTENCE, "list": SENTENCE, "truncated": FORM,
           "slow": FORM, "reset-before": SENTENCE, "reset-after": FORM, "internal_error": SENTENCE, "token_revoked": SENTENCE}
# A word of its own for each, by which what was said under it is found again.
WORD = dict(zip([*faults.KINDS, "internal_error"], ["asters", "begonias", "clovers", "dahlias", "ericas", "freesias",
                                                    "gentians", "heathers", "irises", "jasmines"], strict=True))
ASKED = ("conversations.members", "users.info")
PERSON = {kind: f"U0KIND{number}" for number, kind in enumerate(faults.KINDS)}
WATCHER = {kind: f"U0SEES{number}" for number, kind in enumerate(events.KINDS)}
NEW_ROOM = {kind: f"C0KIND{number}" for number, kind in enumerate(faults.KINDS)}


def made_up() -> Sandbox:
    """A sandbox with a person for each fault, all in one channel."""
    made = Sandbox(SECRET, TOKEN)
    for kind, user in (PERSON | WATCHER).items():
        made.people[user] = Person(user, user.lower(), f"Pat {user[2:].title()}", kind, team=made.workspace.team)
        made.channels[ROOM].members.append(user)
    for number, room in enumerate(NEW_ROOM.values()):
        made.channels[room] = Channel(room, f"care-{number}", ["U0DANA", BOT])
    return made


@contextmanager
def begun(folder: Path, databases: dict[str, Lite | Server]) -> Iterator[tuple[House, Sandbox]]:
    box = made_up()
    box.start()
    try:
        with House(folder, databases["sqlite"].make(empty=False), Address(box.api_url)) as house:  # type: ignore[arg-type]
            box.app_url = house.url
            house.serve()
            assert "care team now" in say(box, PRIYA, "/kept setup zone America/New_York hours 9-17")
            assert "is a patient" in say(box, ANA, "/kept patient add rosa-m")
            yield house, box
    finally:
        box.stop()
        note_all(box.payloads)


@dataclass
class Working:
    """With a worker. ``plan`` holds the faults that nobody met yet, by method and person."""

    house: House
    box: Sandbox
    plan: dict[tuple[str, str], str]


@pytest.fixture(scope="module")
def working(tmp_path_factory: pytest.TempPathFactory, databases: dict[str, Lite | Server]) -> Iterator[Working]:
    """Each person's first Home and first message meet with the fault that is theirs."""
    plan = {(method, user): kind for kind, user in PERSON.items() for method in ("views.publish", "chat.postMessage")}

    def spoil(method: str, args: dict[str, Any]) -> None:
        kind = plan.pop((method, str(args.get("user_id") or args.get("channel"))), None)
        if kind is not None:
            box.fail_next(method, kind)

    with begun(tmp_path_factory.mktemp("working"), databases) as (house, box):
        for kind, user in PERSON.items():
            assert "Kept as #" in say(box, user, f"/commit rosa ask about the {WORD[kind]} in 10 minutes")
        box.on_call = spoil
        house.ahead(11 * 60)
        house.start("work")
        for user in PERSON.values():
            box.open_home(user)
        yield Working(house, box, plan)


@pytest.fixture(scope="module")
def house(working: Working, tmp_path_factory: pytest.TempPathFactory,
          databases: dict[str, Lite | Server]) -> Iterator[tuple[House, Sandbox]]:
    """Without a worker, which would ask Slack too, and take the faults meant for a person's question.

    The other house is begun before it: what is in doubt there is only looked for after half a minute.
    """
    with begun(tmp_path_factory.mktemp("faults"), databases) as made:
        yield made


@pytest.fixture
def desk(house: tuple[House, Sandbox]) -> Desk:
    return Desk(house[1])


def say(box: Sandbox, user: str, line: str, room: str = ROOM) -> str:
    command, _, rest = line.partition(" ")
    return json.dumps(box.command(user, room, command, rest).body, ensure_ascii=False)


def whispered(box: Sandbox, user: str, sentence: str, before: int) -> Any:
    """Wait for a sentence among what came to this person alone since."""
    return box.wait_for(lambda: any(sentence in json.dumps(one) for one in box.ephemerals(user)[before:]))


def test_the_tables_name_every_fault() -> None:
    assert OPENING.keys() >= faults.KINDS.keys()
    assert WORD.keys() >= faults.KINDS.keys()
    assert set(faults.CODES) >= OPENING.keys() - faults.KINDS.keys()


@pytest.mark.parametrize("kind", OPENING)
def test_a_form_opens_or_a_sentence_says_that_it_did_not(desk: Desk, kind: str) -> None:
    box, before = desk.box, len(desk.box.ephemerals(ANA))
    box.fail_next("views.open", kind)
    assert box.command(ANA, ROOM, "/concern", "").status == 200
    if OPENING[kind] == FORM:
        assert desk.opened(ANA)["title"]["text"] == "Keep a concern"
        assert len(box.ephemerals(ANA)) == before
    else:
        assert whispered(box, ANA, words.FORM_NOT_OPENED, before)
        assert box.modal(ANA) is None
        desk.form(ANA, "/concern")
    box.close(ANA, everything=True)


@pytest.mark.parametrize("kind", [*faults.KINDS, "internal_error"])
def test_a_form_is_filled_once_whatever_becomes_of_the_call(desk: Desk, kind: str) -> None:
    box = desk.box
    box.fail_next("views.update", kind)
    assert desk.form(ANA, "/concern")["title"]["text"] == "Keep a concern"
    assert "Kept as #" in desk.send(ANA, patient=desk.choose(ANA, "patient", "ros"), words=f"afraid of {WORD[kind]}")
    assert "One found" in say(box, ANA, f"/kept find {WORD[kind]}")
    box.close(ANA, everything=True)


def test_a_form_that_cannot_be_filled_is_owned_up_to(desk: Desk) -> None:
    before = len(desk.box.ephemerals(ANA))
    desk.box.fail_next("views.update", "500", 3)
    desk.box.command(ANA, ROOM, "/concern", "")
    assert whispered(desk.box, ANA, words.FORM_NOT_OPENED, before)
    desk.box.close(ANA, everything=True)


def test_a_form_closed_before_it_is_filled_says_nothing(desk: Desk) -> None:
    box, before, tries = desk.box, len(desk.box.ephemerals(ANA)), filled(desk.box)
    box.fail_next("views.update", "429")
    box.command(ANA, ROOM, "/concern", "")
    box.wait_for(lambda: box.modal(ANA))
    box.close(ANA, everything=True)
    box.wait_for(lambda: filled(box) == tries + 2)
    desk.form(ANA, "/concern")
    box.close(ANA, everything=True)
    assert len(box.ephemerals(ANA)) == before


def filled(box: Sandbox) -> int:
    return sum(method == "views.update" for method, _ in box.calls)


@pytest.mark.parametrize("kind", ["429", "500", "reset-after"])
def test_a_button_in_a_modal_leads_on(desk: Desk, kind: str) -> None:
    desk.form(ANA, "/concern")
    desk.send(ANA, patient=desk.choose(ANA, "patient", "ros"), words=f"cannot sleep for {WORD[kind]}")
    desk.box.fail_next("views.update", kind)
    desk.box.press_modal(ANA, "edit")
    desk.opened(ANA, "right")
    desk.box.close(ANA, everything=True)


@pytest.mark.parametrize("method", ASKED)
@pytest.mark.parametrize("kind", faults.KINDS)
def test_who_cannot_be_checked_is_told_so_and_loses_and_doubles_nothing(house: tuple[House, Sandbox], kind: str,
                                                                        method: str) -> None:
    said = f"afraid of {WORD[kind]} by {'thousands' if method == 'users.info' else 'hundreds'}"
    house[0].forget_who_is_here()
    box = house[1]
    box.fail_next(method, kind)
    assert words.TRY_AGAIN in say(box, BEN, f"/concern rosa {said}")
    assert "Kept as #" in say(box, BEN, f"/concern rosa {said}")
    assert "One found" in say(box, BEN, f"/kept find {said}")


@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_channel_that_slack_does_not_describe_is_set_up_at_the_next_try(desk: Desk, kind: str) -> None:
    box = desk.box
    box.fail_next("conversations.info", kind)
    assert words.TRY_AGAIN in say(box, "U0DANA", "/kept setup zone America/New_York", NEW_ROOM[kind])
    assert "care team now" in say(box, "U0DANA", "/kept setup zone America/New_York", NEW_ROOM[kind])


@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_home_is_there_in_the_end(working: Working, kind: str) -> None:
    box, user = working.box, PERSON[kind]
    box.wait_for(lambda: "rosa-m" in json.dumps(box.home(user)), 60)
    assert ("views.publish", user) not in working.plan


@pytest.mark.parametrize("kind", events.KINDS)
def test_a_home_is_there_however_the_news_of_it_came(working: Working, kind: str) -> None:
    box, user = working.box, WATCHER[kind]
    assert box.home(user) is None
    box.fail_delivery(kind)
    box.open_home(user)
    if kind == "late":
        box.release()
    if kind == "reversed":
        box.open_home(ANA)
        box.wait_for(lambda: box.home(ANA))
    box.wait_for(lambda: box.home(user), 30)


@pytest.mark.parametrize("kind", faults.KINDS)
def test_a_nudge_comes_once(working: Working, kind: str) -> None:
    user = PERSON[kind]
    store = create_engine(working.house.owner)
    with store.connect() as connection:
        def settled() -> bool:
            rows = connection.execute(text("SELECT state FROM outgoing WHERE sort = 'post' AND channel = :who"), {"who": user})
            states = [state for state, in rows]
            connection.rollback()
            return bool(states) and set(states) == {"sent"}

        working.house.until(settled, 90)
    store.dispose()
    assert ("chat.postMessage", user) not in working.plan
    assert [one["text"].count("needs a person") for one in working.box.dm(user)] == [1]


def test_what_was_answered_too_late_is_there_all_the_same(house: tuple[House, Sandbox]) -> None:
    serving, box = house[0]._running[0], house[1]
    serving.send_signal(signal.SIGSTOP)
    try:
        late = box.command(ANA, ROOM, "/concern", "rosa afraid of the nettles")
    finally:
        serving.send_signal(signal.SIGCONT)
    assert (late.status, "operation_timeout" in json.dumps(late.body)) == (0, True)
    box.wait_for(lambda: "One found" in say(box, ANA, "/kept find nettles"))
