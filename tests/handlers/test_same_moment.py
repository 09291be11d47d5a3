"""Many people at the same moment: nothing is doubled, nothing is lost, no number is skipped."""

import itertools
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from typing import TypeVar

import pytest

from handlers.access import Facts, Profile, Room
from handlers.case import Inbound, Surface
from handlers.mail import sweep_mail
from handlers.nudge import sweep_item
from handlers.returning import sweep_absence
from handlers.route import answer
from handlers.sweeps import SWEEPS
from models.absence import Absence
from models.audit import AuditRow
from models.errors import Busy
from models.item import Barrier as Obstacle
from models.item import History, Item, State
from models.nudge import CATCH_UP
from models.outgoing import Outgoing, Sort
from models.team import CareTeam, Member
from models.workspace import Subject, due_now
from tests.handlers.conftest import ANA, BEN, HOME, Team

THREADS = 16
SERIAL = itertools.count()
T = TypeVar("T")


def at_once(fn: Callable[[int], T], n: int = THREADS) -> list[T]:
    """``fn`` of 0..n-1, on as many threads, all let go at the same moment."""
    gate = Barrier(n)

    def one(number: int) -> T:
        gate.wait(30)
        return fn(number)

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))

PRIVATE = Room(private=True, archived=False, shared=False)


def ask(team: Team, user: str, *, line: str = "", action: str = "", subject: str = "", delivery: str = "",
        people: frozenset[str] | None = None) -> str:
    """As bot does it: without facts, the team's being fresh; with them, for people Kept has not met."""
    command, _, text = line.partition(" ")
    facts = Facts(people, Profile(f"Person {user}", None, None), PRIVATE) if people else Facts()
    inbound = Inbound(user, HOME, delivery or f"m{next(SERIAL)}", team.now, team.now, command=command, text=text,
                      action=action, subject=subject, surface=Surface.BUTTON if action else Surface.COMMAND)
    return json.dumps(answer(team.store, team.workspace, inbound, facts).body())


def test_two_deliveries_of_one_wish_make_one_item(team: Team) -> None:
    replies = at_once(lambda n: ask(team, ANA, line="/concern rosa afraid of the bill", delivery="one"), 2)
    assert sorted("Already saved: #1" in reply for reply in replies) == [False, True]
    assert sum("Kept as #1" in reply for reply in replies) == 1
    assert [item.number for item in team.items()] == [1]


def test_a_double_enter_at_once_makes_one_item(team: Team) -> None:
    replies = at_once(lambda n: ask(team, ANA, line="/concern rosa afraid of the bill"))
    assert sum("Kept as #1" in reply for reply in replies) == 1
    assert sum("Already saved: #1" in reply for reply in replies) == THREADS - 1
    assert len(team.items()) == 1


def test_sixteen_people_press_kept_at_once(team: Team) -> None:
    """Each is another person, so no guard against doubles helps: the item's lock must."""
    people = frozenset({ANA, BEN, *(f"U{n}00" for n in range(THREADS))})
    team.say("/kept setup join open")
    team.say("/commit rosa call her by Friday 3pm")
    subject = f"i.{team.item(1).id}"
    replies = at_once(lambda n: ask(team, f"U{n}00", action="done", subject=subject, people=people))
    assert sum("#1 is kept. Thank you." in reply for reply in replies) == 1
    assert sum("is kept already" in reply for reply in replies) == THREADS - 1
    assert sum(row.verb == "kept" for row in team.rows(History)) == 1


def test_the_first_requests_of_a_workspace_at_once(team: Team) -> None:
    """People nobody has met, in a channel that is no team yet: rows for them, for it and for the chain clash, and settle."""
    people = frozenset(f"U{n}00" for n in range(THREADS))

    def first(n: int) -> str:
        inbound = Inbound(f"U{n}00", "C5", f"f{n}", team.now, team.now, command="/kept", text="setup zone America/Chicago")
        facts = Facts(people, Profile(f"Person {n}", None, None), PRIVATE)
        return json.dumps(answer(team.store, team.workspace, inbound, facts).body())

    replies = at_once(first)
    assert sum("This channel is a care team now" in reply for reply in replies) == 1
    assert sum("Only a lead" in reply for reply in replies) == THREADS - 1
    assert len([t for t in team.rows(CareTeam) if t.channel == "C5"]) == 1
    assert len(team.rows(Member)) == THREADS + 2


@pytest.mark.soak
def test_a_thousand_promises_from_twenty_people(team: Team) -> None:
    people = frozenset({ANA, BEN, *(f"U{n}00" for n in range(20))})
    team.say("/kept setup join open")
    for n in range(20):
        ask(team, f"U{n}00", line="/kept help", people=people)

    def many(n: int) -> list[str]:
        return [persist(f"U{one % 20}00", f"/commit rosa call her, number {one}, by Friday 3pm")
                for one in range(n, 1000, THREADS)]

    def persist(user: str, line: str) -> str:
        """A slow machine may answer that nothing was saved; then the person sends it again, as asked."""
        while "nothing was saved" in (reply := ask(team, user, line=line)):
            pass
        return reply

    replies = [reply for some in at_once(many) for reply in some]
    assert sum("Kept as #" in reply for reply in replies) == 1000
    assert sorted(item.number for item in team.items()) == list(range(1, 1001))
    assert next(t.last_number for t in team.rows(CareTeam)) == 1000
    assert sum(action == "commitment create" for _, action, _ in team.audited()) == 1000


def test_pressing_committing_and_sweeping_the_same_items_never_deadlocks(team: Team) -> None:
    people = frozenset({ANA, BEN, *(f"U{n}00" for n in range(THREADS))})
    team.say("/kept setup join open")
    for n in range(4):
        team.say(f"/barrier rosa ! no ride {n}")
        team.later(seconds=10)
    subjects = [f"i.{team.item(n).id}" for n in (1, 2, 3, 4)]
    for n in range(THREADS):
        ask(team, f"U{n}00", line="/kept help", people=people)

    def mixed(n: int) -> list[str]:
        me, seen = f"U{n}00", []
        for turn in range(6):
            subject = subjects[(n + turn) % 4]
            action = ("progress", "take", "snooze", "show", "undo", "commit")[(n + turn) % 6]
            if n % 4 == 0:
                for kind, one in SWEEPS:
                    for workspace, key in team.store.peek(lambda s, kind=kind: due_now(s, kind, team.now, 10)):
                        with suppress(Busy):  # a worker comes back to it
                            team.store.transact(
                                workspace, lambda s, one=one, key=key: one(s, team.workspace, key, team.now, team.now))
            if action == "commit":
                seen.append(ask(team, me, line=f"/commit rosa call {turn} by Friday 3pm for #{1 + (n + turn) % 4}"))
            else:
                seen.append(ask(team, me, action=action, subject=subject))
        return seen

    replies = [reply for some in at_once(mixed) for reply in some]
    assert not [reply for reply in replies if "could not reach its database" in reply or "very busy" in reply]
    numbers = sorted(item.number for item in team.items())
    assert numbers == list(range(1, len(numbers) + 1))
    sent = [(n.subject_id, n.rule, n.epoch, n.recipient) for n in team.nudges()]
    assert len(sent) == len(set(sent))
    posts = [row for row in team.rows(Outgoing) if row.sort is Sort.POST]
    assert len(posts) == len({n.outgoing_id for n in team.nudges() if n.outgoing_id})
    seqs = sorted(row.seq for row in team.rows(AuditRow))
    assert seqs == list(range(1, len(seqs) + 1))


def test_two_workers_sweep_the_same_item_once(team: Team) -> None:
    team.say("/barrier rosa ! no ride", user=BEN)
    assert isinstance(team.item(1), Obstacle)
    key = team.item(1).id
    sent = at_once(lambda n: team.store.transact(
        team.workspace, lambda s: sweep_item(s, team.workspace, key, team.now, team.now)), 8)
    assert sorted(sent)[-2:] == [0, 2]  # owner and lead, from one of the eight
    for _, reader in team.store.peek(lambda s: due_now(s, Subject.MAIL, team.now, 10)):
        written = at_once(lambda n, reader=reader: team.store.transact(
            team.workspace, lambda s: sweep_mail(s, team.workspace, reader, team.now, team.now)), 8)
        assert sorted(written)[-2:] == [0, 1]
    assert len(team.rows(Outgoing)) == 2


def test_a_newcomers_two_first_tries_ask_the_lead_once(team: Team) -> None:
    people = frozenset({ANA, BEN, "U77"})
    ask(team, ANA, line="/kept help", people=people)
    replies = at_once(lambda n: ask(team, "U77", line=f"/concern rosa afraid {n}", people=people), 4)
    assert all("asked to confirm you" in reply for reply in replies)
    assert len(team.rows(Outgoing)) == 1
    assert team.rows(Item) == []
    assert State.RAISED not in {item.state for item in team.items()}


def test_two_who_say_at_once_that_someone_is_out_make_one_absence_and_one_catch_up(team: Team) -> None:
    lines = ("/kept out @ben until Wednesday", "/kept out until Thursday")
    replies = at_once(lambda n: ask(team, (ANA, BEN)[n % 2], line=lines[n % 2]), 4)
    assert sum("Kept: out until then" in reply for reply in replies) >= 2   # the same wish again is answered without another
    assert sum("Kept: out until then" in reply or "already" in reply.casefold() for reply in replies) == 4
    key = team.rows(Absence)[0].id
    assert len(team.rows(Absence)) == 1
    team.at("2026-11-27T09:00")
    team.say("/kept help", user=BEN)   # so that all is known of the channel and of him
    at_once(lambda n: team.store.transact(team.workspace, lambda s: sweep_absence(s, team.workspace, key, team.now, team.now)), 4)
    assert [n.recipient for n in team.nudges() if n.rule == CATCH_UP] == [BEN]
