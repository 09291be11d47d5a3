"""A care team to play with: what people type and press, the clock moved by hand, and everything that came out."""

from __future__ import annotations

import itertools
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

import models.tables  # noqa: F401
from handlers.access import Facts, Profile, Room
from handlers.cards.blocks import Card
from handlers.cards.printed import printed
from handlers.cards.view import Errors, View, shown_in_view
from handlers.case import Entry, Inbound, Surface
from handlers.fresh import Told, Unsure, must_be_fresh
from handlers.home import opened, sweep_desk, turned
from handlers.people import learn
from handlers.route import answer, opens, suggest
from handlers.standing import arrived, lost
from handlers.sweeps import SWEEPS
from models import outgoing
from models.audit import AuditRow, first_bad
from models.desk import Desk
from models.item import History, Item
from models.nudge import LISTED, YOUR_DAY, Nudge
from models.outgoing import Outgoing, OutgoingState, Sort
from models.sealing import Keyring
from models.store import Store
from models.team import CareTeam, Member, TeamMember
from models.workspace import Subject, due_now, install
from tests.databases import KINDS, CannotStart, Lite, Server
from tests.handlers.filled import Form, must_fit_view
from tests.handlers.limits import must_fit, must_fit_home, must_fit_options

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # Monday, ten in the morning in New York
SERIAL = itertools.count()
ANA, BEN, CAM = "U1", "U2", "U3"  # Ana sets the team up, so she leads
PEOPLE = {ANA: "Ana Reyes", BEN: "Ben Okafor", CAM: "Cam Liu"}
HOME = "C1"


@dataclass
class Reply:
    """What came back: ``text`` as a person reads it, ``body`` as Slack gets it."""

    body: dict[str, Any]

    def __post_init__(self) -> None:
        must_fit(self.body)

    @property
    def text(self) -> str:
        return printed(self.body, ZoneInfo("America/New_York"), {})

    def controls(self) -> list[dict[str, Any]]:
        """Every control, with the subject it carries."""
        return [{**one, "subject": one.get("value") or block.get("block_id", "").rpartition("/")[0]}
                for block in self.body["blocks"] if block["type"] == "actions" for one in block["elements"]]

    def subject(self, action: str, label: str = "") -> str:
        """What the (first) control of this action carries; ``label`` is part of its words."""
        return next(one["subject"] for one in self.controls() if one["action_id"].partition("/")[0] == action
                    and label in one.get("text", {}).get("text", ""))

    def actions(self) -> set[str]:
        return {one["action_id"].partition("/")[0] for one in self.controls()}


@dataclass
class Page:
    """A Home as Slack would get it."""

    view: dict[str, Any]

    def __post_init__(self) -> None:
        must_fit_home(self.view)

    @property
    def text(self) -> str:
        return printed(self.view, ZoneInfo("America/New_York"), {})

    def controls(self) -> list[tuple[str, str, str]]:
        """(action, label, subject) of every button."""
        return [(one["action_id"].partition("/")[0], one["text"]["text"], one.get("value", ""))
                for block in self.view["blocks"] if block["type"] == "actions" for one in block["elements"]]

    def subject(self, action: str, label: str = "") -> str:
        return next(subject for name, words, subject in self.controls() if name == action and label in words)

    def numbers(self) -> list[int]:
        """Of the items that have a row, in their order."""
        return [int(line.split()[0][1:]) for line in self.text.splitlines() if line.startswith("#") and line[1].isdigit()]


@dataclass
class Team:
    store: Store
    workspace: UUID
    now: datetime = NOW
    members: dict[str, frozenset[str]] = field(default_factory=lambda: {HOME: frozenset({ANA, BEN})})
    zone: str = "America/New_York"
    room: Room = field(default_factory=lambda: Room(private=True, archived=False, shared=False))
    standing: dict[str, str] = field(default_factory=dict)   # of those who are not plain members

    def _facts(self, inbound: Inbound) -> Facts:
        return Facts(self.members.get(inbound.channel, self.members[HOME]),
                     Profile(PEOPLE.get(inbound.user, f"Person {inbound.user}"), self.zone, self.standing.get(inbound.user)),
                     self.room)

    def _answer(self, inbound: Inbound) -> Reply:
        found = answer(self.store, self.workspace, inbound, self._facts(inbound))
        assert isinstance(found, Card), found
        return Reply(found.body())

    def _opened(self, inbound: Inbound) -> Form:
        assert opens(inbound), "its trigger would be gone before the form is known"
        found = answer(self.store, self.workspace, inbound, self._facts(inbound))
        assert isinstance(found, View), found
        return Form(found)

    def form(self, line: str, *, user: str = ANA, channel: str = HOME) -> Form:
        """The form that a command with nothing after it opens."""
        command, _, text = line.partition(" ")
        return self._opened(Inbound(user, channel, f"d{next(SERIAL)}", self.now, self.now, command=command, text=text))

    def form_of(self, action: str, subject: str, *, user: str = ANA, channel: str = HOME) -> Form:
        """The form that a button opens."""
        return self._opened(Inbound(user, channel, f"d{next(SERIAL)}", self.now, self.now, action=action, subject=subject,
                                    surface=Surface.BUTTON))

    def form_of_item(self, action: str, number: int, *, user: str = ANA) -> Form:
        return self.form_of(action, f"i.{self.item(number).id}", user=user)

    def shortcut(self, name: str, text: str = "", link: str = "", *, user: str = ANA, channel: str = HOME) -> Form:
        """The form that a shortcut opens: on a message, or from the search bar, which is in no channel."""
        return self._opened(Inbound(user, channel, f"d{next(SERIAL)}", self.now, self.now, action=name, text=text, link=link,
                                    surface=Surface.SHORTCUT))

    def shortcut_blocked(self, name: str, text: str = "", link: str = "", *, user: str = ANA, channel: str = HOME) -> Reply:
        """What stands in the modal instead of a form."""
        return self._answer(Inbound(user, channel, f"d{next(SERIAL)}", self.now, self.now, action=name, text=text, link=link,
                                    surface=Surface.SHORTCUT))

    def form_in_modal(self, action: str, subject: str, *, user: str = ANA) -> Form:
        """The form that a button of an open modal leads to, which need not be known to open one."""
        found = answer(self.store, self.workspace, inbound := Inbound(
            user, HOME, f"d{next(SERIAL)}", self.now, self.now, action=action, subject=subject, surface=Surface.BUTTON),
            self._facts(inbound))
        assert isinstance(found, View), found
        return Form(found)

    def send(self, form: Form, *, user: str = ANA, channel: str = HOME, delivery: str | None = None,
             **fields: Entry) -> Reply | Form | Errors:
        """Fill in and submit a form: a card takes its place, or another form does, or errors stand at its fields."""
        found = answer(self.store, self.workspace, inbound := Inbound(
            user, channel, delivery or f"d{next(SERIAL)}", self.now, self.now, action=form.view.callback,
            subject=form.view.subject, fields=form.filled(fields), surface=Surface.FORM, view=form.view), self._facts(inbound))
        if isinstance(found, Card):
            must_fit_view(shown_in_view(found).body())
            return Reply(found.body())
        if isinstance(found, Errors):
            assert found.fields.keys() <= form.inputs.keys()
        return Form(found) if isinstance(found, View) else found

    def submit(self, form: Form, *, user: str = ANA, **fields: Entry) -> str:
        """The reply to a form that is taken, as a person reads it."""
        found = self.send(form, user=user, **fields)
        assert isinstance(found, Reply), found
        return found.text

    def refused(self, form: Form, *, user: str = ANA, channel: str = HOME, **fields: Entry) -> dict[str, str]:
        """The errors at the fields of a form that is not taken."""
        found = self.send(form, user=user, channel=channel, **fields)
        assert isinstance(found, Errors), found
        return found.fields

    def offered(self, menu: str, typed: str = "", *, user: str = ANA, channel: str = HOME,
                subject: str = "") -> list[tuple[str, str]]:
        """What a menu with a search offers, as (label, value)."""
        inbound = Inbound(user, channel, "", self.now, self.now, action=menu, text=typed, subject=subject,
                          surface=Surface.OPTIONS)
        found = suggest(self.store, self.workspace, inbound, self._facts(inbound))
        must_fit_options(found)
        return found

    def reply(self, line: str, *, user: str = ANA, channel: str = HOME, delivery: str | None = None) -> Reply:
        command, _, text = line.partition(" ")
        return self._answer(Inbound(user, channel, delivery or f"d{next(SERIAL)}", self.now, self.now, command=command,
                                    text=text))

    def say(self, line: str, *, user: str = ANA, channel: str = HOME, delivery: str | None = None) -> str:
        """The reply to a command, as a person reads it."""
        return self.reply(line, user=user, channel=channel, delivery=delivery).text

    def press(self, action: str, subject: str, *, user: str = ANA, choice: str = "", channel: str = HOME,
              delivery: str | None = None) -> Reply:
        return self._answer(Inbound(user, channel, delivery or f"d{next(SERIAL)}", self.now, self.now, action=action,
                                    subject=subject, choice=choice, surface=Surface.BUTTON))

    def press_item(self, action: str, number: int, *, user: str = ANA, choice: str = "") -> Reply:
        return self.press(action, f"i.{self.item(number).id}", user=user, choice=choice)

    def later(self, **of: float) -> None:
        self.now += timedelta(**of)

    def at(self, iso: str) -> None:
        """Move the clock to a wall time of the team."""
        self.now = datetime.fromisoformat(iso).replace(tzinfo=ZoneInfo("America/New_York"))

    def item(self, number: int, channel: str = HOME) -> Item:
        def find(session: Any) -> Item:
            return session.scalars(select(Item).join(CareTeam, CareTeam.id == Item.team_id)
                                   .where(Item.workspace_id == self.workspace, CareTeam.workspace_id == self.workspace,
                                          Item.number == number, CareTeam.channel == channel)).one()
        return self.store.transact(self.workspace, find)

    def item_history(self, number: int) -> list[History]:
        """What happened to an item, oldest first."""
        key = self.item(number).id
        return sorted((row for row in self.rows(History) if row.item_id == key), key=lambda row: row.id)

    def item_team(self, channel: str = HOME) -> UUID:
        """The id of a channel's care team, which team buttons carry."""
        return next(team.id for team in self.rows(CareTeam) if team.channel == channel)

    def named_lead(self, user: str = ANA, channel: str = HOME) -> None:
        """As if another lead, who is gone, had named them."""
        def name(session: Any) -> None:
            for place in session.scalars(select(TeamMember).join(CareTeam, CareTeam.id == TeamMember.team_id).where(
                    TeamMember.workspace_id == self.workspace, CareTeam.workspace_id == self.workspace,
                    CareTeam.channel == channel)):
                if place.member.slack_id == user:
                    place.named_by = next(one.id for one in session.scalars(
                        select(Member).where(Member.workspace_id == self.workspace)) if one.id != place.member_id)
        self.store.transact(self.workspace, name)

    def rows(self, kind: Any) -> list[Any]:
        mine = kind.workspace_id == self.workspace
        return self.store.transact(self.workspace, lambda s: list(s.scalars(select(kind).where(mine))))

    def items(self) -> list[Item]:
        return self.rows(Item)

    def nudges(self) -> list[Nudge]:
        """What was decided, but for what the mornings list."""
        return [row for row in self.ledger() if row.rule not in (YOUR_DAY, LISTED)]

    def ledger(self) -> list[Nudge]:
        return sorted(self.rows(Nudge), key=lambda n: n.id)

    def audited(self) -> list[tuple[str, str, str]]:
        """(actor, action, outcome) of every audit row."""
        return [(row.actor, row.action, row.outcome) for row in sorted(self.rows(AuditRow), key=lambda row: row.seq)]

    def sweep(self) -> int:
        """All that is due is decided; returns how many messages were planned."""
        sent = 0
        for subject, one in SWEEPS:
            for _, key in self.store.peek(lambda s, subject=subject: due_now(s, subject, self.now, 1000)):
                sent += self.informed(lambda s, one=one, key=key: one(s, self.workspace, key, self.now, self.now))
        return sent

    def informed(self, act: Any) -> Any:
        """Run ``act`` in a transaction; what it must know first is asked of this test's Slack, as the worker does."""
        for _ in range(3):
            try:
                return self.store.transact(self.workspace, act)
            except Unsure as unsure:
                told = self._told(unsure)
                self.store.transact(self.workspace, lambda s, told=told: learn(s, self.workspace, told, self.now, self.now))
        raise AssertionError("still unsure after Slack said all it was asked")

    def _told(self, unsure: Unsure) -> Told:
        seen = {key: self.members[channel] for key, channel in unsure.teams.items() if channel in self.members}
        return Told(seen, dict.fromkeys(unsure.teams.keys() - seen.keys(), "channel_not_found"), {
            who: Profile(PEOPLE.get(who, f"Person {who}"), self.zone, self.standing.get(who)) for who in unsure.people},
            dict.fromkeys(unsure.rooms, self.room))

    def look(self, user: str = ANA, tab: str = "home") -> Page:
        """What someone sees who opens their Home."""
        return self._shown(user, lambda s: opened(s, self.workspace, user, tab, self.now, self.now))

    def turn(self, action: str, subject: str, user: str = ANA) -> Page:
        """A part, a page or a team of Home is chosen."""
        inbound = Inbound(user, "", f"d{next(SERIAL)}", self.now, self.now, action=action, subject=subject,
                          surface=Surface.BUTTON)
        return self._shown(user, lambda s: turned(s, self.workspace, inbound))

    def _shown(self, user: str, act: Any) -> Page:
        queued = self.store.transact(self.workspace, act)
        if queued is not None and queued.message is None:
            self.informed(lambda s: sweep_desk(s, self.workspace, queued.desk, self.now, self.now))
        return self.home(user)

    def home(self, user: str = ANA) -> Page:
        """What was last sent to stand there."""
        def read(session: Any) -> Page:
            row = session.scalars(select(Outgoing).where(
                Outgoing.workspace_id == self.workspace, Outgoing.channel == user, Outgoing.sort == Sort.HOME)
                .order_by(Outgoing.id.desc())).first()
            return Page(json.loads(row.body))
        return self.store.transact(self.workspace, read)

    def beat(self) -> list[str]:
        """The desks that are due are made anew; whose Home is published again."""
        people = {desk.id: next(m.slack_id for m in self.rows(Member) if m.id == desk.member_id) for desk in self.rows(Desk)}
        return sorted(people[key] for _, key in self.store.peek(lambda s: due_now(s, Subject.DESK, self.now, 1000))
                      if self.informed(lambda s, key=key: sweep_desk(s, self.workspace, key, self.now, self.now)))

    def meet(self) -> None:
        """Those of whom nothing is known yet are asked about, as the worker does."""
        def ask(session: Any) -> None:
            must_be_fresh(self.now, [], [
                m for m in session.scalars(select(Member).where(Member.workspace_id == self.workspace)) if m.checked_at is None])
        self.informed(ask)

    def waiting(self) -> list[tuple[str, str]]:
        """(channel, text) of the posts and updates that have not left, oldest first."""
        def read(session: Any) -> list[tuple[str, str]]:
            rows = session.scalars(select(Outgoing).where(
                Outgoing.workspace_id == self.workspace, Outgoing.state == OutgoingState.PLANNED,
                Outgoing.sort != Sort.HOME).order_by(Outgoing.id))
            return [(row.channel, Reply(json.loads(row.body)).text) for row in rows]
        return self.store.transact(self.workspace, read)

    def deliver(self, *, failing: tuple[str, ...] = (), code: str = "is_archived") -> list[tuple[str, Reply, str | None]]:
        """Slack takes what waits, except for the channels in ``failing``. Returns (channel, message, ts when an update)."""
        return self.store.transact(self.workspace, lambda s: [
            self._deliver(s, row, code if row.channel in failing else "") for row in s.scalars(
                select(Outgoing).where(Outgoing.workspace_id == self.workspace, Outgoing.state == OutgoingState.PLANNED,
                                       Outgoing.sort != Sort.HOME).order_by(Outgoing.id)).all()])

    def _deliver(self, session: Any, row: Outgoing, failed: str) -> tuple[str, Reply, str | None]:
        updates = row.ts if row.sort is Sort.UPDATE else None
        if failed:
            outgoing.settle(session, row, OutgoingState.FAILED, self.now, error=failed)
            lost(session, row, failed, self.now)
        else:
            outgoing.settle(session, row, OutgoingState.SENT, self.now, ts=row.ts or f"ts{next(SERIAL)}")
            arrived(session, row, row.channel, row.ts or "", self.now, self.now)
        return row.channel, Reply(json.loads(row.body)), updates

    def pulse(self) -> list[str]:
        """Sweep and deliver: the channels posted to, the mornings' messages apart."""
        self.sweep()
        return [channel for channel, message, ts in self.deliver()
                if ts is None and not message.text.startswith(("Good morning", "Your day"))]


def mention(user: str) -> str:
    return f"<@{user}|{re.sub(r'[^a-z]', '', PEOPLE[user].split()[0].lower())}>"


class Ground:
    """A set-up care team with Ana (lead) and Ben, and one patient, rosa-m, made once and put back for each test.

    The engine stays too: half of a test's time went into compiling the same statements anew for each.
    """

    def __init__(self, database: Lite | Server) -> None:
        self._database = database
        self._url = database.make(empty=False)
        self.store = Store(self._url, Keyring(os.urandom(32)))
        self.workspace = self.store.untenanted(lambda s: install(s, self.store.keyring, "T1", "UBOT", NOW).id)
        made = Team(self.store, self.workspace)
        assert "This channel is a care team now." in made.say("/kept setup zone America/New_York digest 8:30 hours 9-17")
        assert "is a patient of this care team now" in made.say("/kept patient add rosa-m")
        made.say("/kept help", user=BEN)  # so that Kept knows his name
        self._snapshot = database.snapshot(self._url)

    def put_back(self) -> bool:
        return self._snapshot.put_back()

    def close(self) -> None:
        self._snapshot.close()
        self.store.close()
        self._database.drop(self._url)


@pytest.fixture(scope="session")
def grounds() -> Iterator[dict[str, Ground]]:
    """By kind of database; made when first asked for."""
    made: dict[str, Ground] = {}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture(params=KINDS)
def team(request: pytest.FixtureRequest, databases: dict[str, Lite | Server], grounds: dict[str, Ground]) -> Iterator[Team]:
    """The ground's care team. Its audit chain must be whole at the end."""
    kind = request.param
    if kind in grounds and not grounds[kind].put_back():
        grounds.pop(kind).close()
    if kind not in grounds:
        try:
            grounds[kind] = Ground(databases[kind])
        except CannotStart as error:
            pytest.fail(str(error), pytrace=False)
    ground = grounds[kind]
    yield Team(ground.store, ground.workspace)
    assert ground.store.transact(ground.workspace, lambda s: first_bad(s, ground.workspace)) is None


@pytest.fixture
def three(team: Team) -> Team:
    """Ana leads; Ben and Cam are members."""
    team.say("/kept setup join open")
    team.members[HOME] |= {CAM}
    team.say("/kept help", user=CAM)
    return team
