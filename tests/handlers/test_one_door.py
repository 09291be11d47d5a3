"""B, SPEC 6: members come and go in three care teams of two workspaces, and nobody is ever shown what they may not see.

A state machine: people type, press, open forms and menus, look at their Home; time passes, and Kept speaks up by itself. Each
text is a canary of its team, and some are private. Whatever comes back, and every body that is to be sent, is looked through.
"""

from __future__ import annotations

import itertools
import json
import os
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from handlers.access import Facts, Outdated, Profile, Room
from handlers.cards.view import Errors, Reply
from handlers.case import Entry, Inbound, Surface
from handlers.digest import sweep_team
from handlers.happening import Happening, hear
from handlers.home import opened, sweep_desk
from handlers.nudge import sweep_item
from handlers.route import answer, suggest
from handlers.table import BUTTONS, OPTIONS
from models.audit import first_bad
from models.contact import Contact
from models.glass import Glass
from models.item import Item
from models.outgoing import Outgoing
from models.patient import Patient
from models.sealing import Keyring
from models.store import Store
from models.unsorted import Unsorted
from models.workspace import Subject, due_now, install
from tests.databases import Lite, Server
from tests.handlers.conftest import NOW, Team

PEOPLE = ("U1", "U2", "U3", "U4", "U5")
ANY = st.sampled_from(PEOPLE)
NOTHING = "01890a5d-ac96-774b-bcce-b302099a8057"
TEAMS, TEXTS = st.integers(0, 2), st.integers(0, 200)
LINES = ("/kept list", "/kept list concerns", "/kept list overdue", "/kept list untold", "/kept list {alias}", "/kept mine",
         "/kept find needle", "/kept digest", "/kept show {n}", "/kept why {n}", "/kept {alias}", "/kept last", "/kept status",
         "/kept told {n}", "/kept settle {n}", "/kept resolve {n} done, confirmed", "/kept answer {n}", "/kept edit {n} other",
         "/kept done {n}", "/kept help", "/kept patient close {alias}", "/concern zz nothing", "/kept list @u2",
         "/kept handoff {alias} {who} all of it", "/kept call {alias} {n}", "/kept snooze {n} until tomorrow")
ENTRIES = {"concern": "/concern {alias} {text}", "barrier": "/barrier {alias} ! {text}",
           "promise": "/commit {alias} {text} by tomorrow 3pm", "unsorted": "/kept {alias} {text}",
           "contact": "/kept call {alias} 5m {text}"}
CHANNELS = st.sampled_from(["C1", "C2", "D1", ""])
# Pressing these changes who may see something in ways that are rules of their own below, or are no concern of this.
APART = {"danger_no", "contact_safe", "category", "undo", "undo_contact", "save_without", "save_anyway", "accept", "decline",
         "take", "confirm", "bring_back"}
PRESSED = sorted(BUTTONS.keys() - APART)


@dataclass
class Place:
    """A care team as it really is. ``inside`` are in its channel, ``confirmed`` of them let in."""

    home: int
    channel: str
    lead: str
    alias: str
    inside: set[str]
    confirmed: set[str] = field(default_factory=set)
    offers: list[tuple[str, Text]] = field(default_factory=list)


@dataclass
class Text:
    """``own`` are those to whom it stays open while it is private, besides the lead; ``number`` when it is an item's."""

    token: str
    place: Place
    private: bool
    author: str
    own: set[str]
    number: int | None = None
    for_leads: bool = False   # why a glass was opened


class Door(RuleBasedStateMachine):
    database: Lite | Server

    def __init__(self) -> None:
        super().__init__()
        self.url = self.database.make(empty=False)
        self.store = Store(self.url, Keyring(os.urandom(32)), pool=4)
        self.teams = [Team(self.store, self.store.untenanted(
            lambda s, name=name: install(s, self.store.keyring, name, "UBOT", NOW).id)) for name in ("T1", "T2")]
        self.serial, self.texts, self.seen = itertools.count(), [], set[tuple[Any, int]]()
        self.glasses = list[tuple[Any, Place, Place, str, datetime]]()   # id, opened from, of which team, by whom, until when
        self.now = NOW

    def teardown(self) -> None:
        try:
            for user in PEOPLE:
                for at in range(len(self.places)):
                    self.look_everywhere(user, at)
            for team in self.teams:
                bad = self.store.transact(team.workspace, lambda s, team=team: first_bad(s, team.workspace))
                assert bad is None
        finally:
            self.store.close()
            self.database.drop(self.url)

    @initialize()
    def begin(self) -> None:
        self.places = [Place(0, "C1", "U1", "amber-a", {"U1", "U2", "U3"}), Place(0, "C2", "U2", "birch-b", {"U2", "U4"}),
                       Place(1, "C1", "U3", "cedar-c", {"U3", "U4", "U1"})]
        for place in self.places:
            for line in ("/kept setup zone America/New_York digest 8:30 hours 9-17", f"/kept patient add {place.alias}"):
                self.types(place, place.lead, line)
            place.confirmed = set(place.inside)
            for user in sorted(place.inside):
                self.types(place, user, "/kept help")
            self.teams[place.home].named_lead(place.lead, place.channel)
        # Something of each kind, and something private of each, by whoever does not lead.
        for at, place in enumerate(self.places):
            someone = min(place.inside - {place.lead})
            for kind in sorted(ENTRIES):
                self.enter(someone, at, kind, private=at == 0 or kind == "concern")
        self.breaks_glass("U1", 0, 1)
        assert self.glasses

    # What really is so, and what Slack would say.

    def shared(self, place: Place) -> bool:
        return self.teams[place.home].room.shared

    def member(self, place: Place, user: str) -> bool:
        return (user in place.inside & place.confirmed and user not in self.teams[place.home].standing
                and not self.shared(place))

    def may(self, user: str, text: Text) -> bool:
        return self.member(text.place, user) and (not text.private or user == text.place.lead or user in text.own)

    def sync(self) -> None:
        for team in self.teams:
            team.now = self.now
            team.members = {place.channel: frozenset(place.inside) for place in self.places if self.teams[place.home] is team}

    def facts(self, home: int, stale: Outdated, user: str) -> Facts:
        team = self.teams[home]
        there = {place.channel: frozenset(place.inside) for place in self.places if place.home == home}
        return Facts(there.get(stale.channel or "", frozenset()) if stale.channel else None,
                     Profile(f"Person {user}", "America/New_York", team.standing.get(user)) if stale.profile else None,
                     team.room if stale.room else None)

    def ask(self, home: int, inbound: Inbound, through: Place | None = None) -> str:
        """Everything in the reply, looked through; ``through`` is the team that an open glass shows all of."""
        work = suggest if inbound.surface is Surface.OPTIONS else answer
        facts: Facts | None = None
        for _ in range(3):
            try:
                found: Any = work(self.store, self.teams[home].workspace, inbound, facts)
                break
            except Outdated as stale:
                facts = self.facts(home, stale, inbound.user)
        else:
            found = []
        shown = body(found)
        self.look_through(home, inbound.user, shown, typed=f"{inbound.text} {inbound.subject}", through=through)
        return shown

    def look_through(self, home: int, user: str, shown: str, typed: str = "", through: Place | None = None) -> None:
        for text in self.texts:
            if text.token in shown and text.token not in typed:
                assert text.place.home == home, f"{user} of another workspace is shown {text}"
                assert (text.place is through and not text.for_leads) or self.may(user, text), f"{user} is shown {text}"
        for place in self.places:
            if place.alias in shown and place.alias not in typed:
                assert place.home == home, f"{user} of another workspace is shown {place.alias}"
                assert place is through or self.member(place, user), f"{user} is shown {place.alias}"

    def inbound(self, user: str, channel: str, **more: Any) -> Inbound:
        return Inbound(user, channel, f"d{next(self.serial)}", self.now, self.now, **more)

    def types(self, place: Place, user: str, line: str) -> str:
        command, _, text = line.partition(" ")
        return self.ask(place.home, self.inbound(user, place.channel, command=command, text=text))

    def subjects(self, at: int) -> list[str]:
        """Of all there is in both workspaces: buttons that were seen somewhere, once."""
        found = []
        for team in self.teams:
            found += [f"i.{one.id}" for one in team.rows(Item)] + [f"c.{one.id}" for one in team.rows(Contact)]
            found += [f"u.{one.id}" for one in team.rows(Unsorted)]
            found += [f"t.{one.team_id}.{one.id}" for one in team.rows(Patient)]
        return found[at % len(found):] + found[:at % len(found)]

    # What people do.

    @rule(user=ANY, at=TEAMS, kind=st.sampled_from(sorted(ENTRIES)), private=st.booleans())
    def enter(self, user: str, at: int, kind: str, private: bool) -> None:
        place, token = self.places[at], f"canary{len(self.texts)}q"
        words = f"she wants to die {token} needle" if private else f"afraid {token} needle"
        made = Text(token, place, private, user, {user})
        self.texts.append(made)
        shown = self.types(place, user, ENTRIES[kind].format(alias=place.alias, text=words))
        if not self.member(place, user):
            assert "#" not in shown
        elif found := re.search(r"#(\d+)", shown):
            made.number = int(found[1])

    @rule(user=ANY, at=TEAMS, line=st.sampled_from(LINES), n=st.integers(1, 12), who=ANY, other=TEAMS)
    def look(self, user: str, at: int, line: str, n: int, who: str, other: int) -> None:
        place = self.places[at]
        # An alias of another team, too.
        given = line.format(n=n, alias=self.places[other].alias if n % 4 == 0 else place.alias, who=f"<@{who}|{who.lower()}>")
        refused = not self.member(place, user)
        shown = self.types(place, user, given)
        if refused and "{n}" in line:
            # It reads the same whether the thing exists or not.
            assert shown.replace(f"{n}", "") == self.types(place, user, given.replace(f" {n}", " 9999")).replace("9999", "")

    @rule(user=ANY, at=TEAMS)
    def look_everywhere(self, user: str, at: int) -> None:
        place = self.places[at]
        for line in ("/kept list", "/kept mine", "/kept find needle", "/kept digest", f"/kept {place.alias}"):
            self.types(place, user, line)
        for subject in self.subjects(0) if at != 1 else ():  # a button says itself which team it is of
            action = {"i": "show", "c": "open_contact", "u": "sort", "t": "open_patient"}[subject[0]]
            self.ask(place.home, self.inbound(user, place.channel, action=action, subject=subject, surface=Surface.BUTTON))
        self.menu(user, "all", at, "")
        self.home(user, place.home)
        self.what_is_to_be_sent_is_for_its_reader()

    @rule(user=ANY, action=st.sampled_from(PRESSED), at=TEXTS, channel=CHANNELS, home=st.integers(0, 1))
    def press(self, user: str, action: str, at: int, channel: str, home: int) -> None:
        subject = self.subjects(at)[0]
        shown = self.ask(home, self.inbound(user, channel, action=action, subject=subject, surface=Surface.BUTTON))
        if not any(self.member(place, user) or user in place.inside for place in self.places if place.home == home):
            # It reads the same whether the thing exists or not.
            sort, key, *rest = subject.split(".")
            none = self.ask(home, self.inbound(user, channel, action=action, subject=".".join([sort, NOTHING, *rest]),
                                               surface=Surface.BUTTON))
            assert shown.replace(key, NOTHING) == none

    @rule(user=ANY, form=st.sampled_from(["form.show", "form.why", "form.edit_which", "form.find"]), at=TEXTS, team=TEAMS)
    def submit(self, user: str, form: str, at: int, team: int) -> None:
        place = self.places[team]
        item = next((one for one in self.subjects(at) if one.startswith("i.")), "i.")
        fields: dict[str, Entry] = {"item": item[2:], "words": "needle"}
        self.ask(place.home, self.inbound(user, place.channel, action=form, subject=f"t.{self.team_id(place)}", fields=fields,
                                          surface=Surface.FORM))

    def team_id(self, place: Place) -> Any:
        return self.teams[place.home].item_team(place.channel)

    @rule(user=ANY, menu=st.sampled_from(sorted(OPTIONS)), team=TEAMS, text=st.sampled_from(["", "needle", "a", "1"]))
    def menu(self, user: str, menu: str, team: int, text: str) -> None:
        place = self.places[team]
        self.ask(place.home, self.inbound(user, place.channel, action=menu, text=text, subject=f"t.{self.team_id(place)}",
                                          surface=Surface.OPTIONS))

    @rule(user=ANY, home=st.integers(0, 1))
    def home(self, user: str, home: int) -> None:
        self.sync()
        team = self.teams[home]
        queued = self.store.transact(team.workspace, lambda s: opened(s, team.workspace, user, "home", self.now, self.now))
        if queued is not None and queued.message is None:
            team.informed(lambda s: sweep_desk(s, team.workspace, queued.desk, self.now, self.now))

    # In an emergency.

    @rule(user=ANY, at=TEAMS, of=TEAMS)
    def breaks_glass(self, user: str, at: int, of: int) -> None:
        here, there = self.places[at], self.places[of]
        why = Text(f"canary{len(self.texts)}q", there, True, "", set(), for_leads=True)
        self.texts.append(why)
        may = (here.home == there.home and user == here.lead and self.member(here, user)
               and user not in there.inside & there.confirmed)
        before = {one.id for one in self.teams[here.home].rows(Glass)}
        line = self.inbound(user, here.channel, command="/kept", text=f"breakglass {there.alias} {why.token}")
        self.ask(here.home, line, there if may else None)
        for one in self.teams[here.home].rows(Glass):
            if one.id not in before:
                assert may
                assert one.ends_at == self.now + timedelta(hours=1)
                self.glasses.append((one.id, here, there, user, one.ends_at))

    @rule(user=ANY, at=TEXTS)
    def looks_again(self, user: str, at: int) -> None:
        """Only who opened it, while they lead where they opened it, and for an hour; why is for the leads alone."""
        if not self.glasses:
            return
        key, here, there, by, until = self.glasses[at % len(self.glasses)]
        may = user == by == here.lead and self.member(here, user) and self.now < until
        shown = self.ask(here.home, self.inbound(user, here.channel, action="glass", subject=f"t.{self.team_id(here)}.{key}",
                                                 surface=Surface.BUTTON), there if may else None)
        assert may or "Until" not in shown
        self.ask(here.home, self.inbound(user, "D1", action="glass_reason", subject=f"g.{key}", surface=Surface.BUTTON))

    # Who has what.

    @rule(at=TEXTS, user=ANY)
    def nobody_is_in_danger(self, at: int, user: str) -> None:
        text = self.item(at)
        if text is None:
            return
        found = self.pressed_item(text, user, "danger_no")
        if "The team can see it now" in found:
            assert self.may(user, text)
            text.private = False

    @rule(at=TEXTS, user=ANY, to=ANY)
    def assign(self, at: int, user: str, to: str) -> None:
        text = self.item(at)
        if text is None:
            return
        if "is with its new owner" in self.types(text.place, user, f"/kept assign {text.number} <@{to}|{to.lower()}>"):
            assert self.may(user, text)
            text.own = {text.author, to}

    @rule(at=TEXTS, user=ANY)
    def take(self, at: int, user: str) -> None:
        text = self.item(at)
        if text is not None and "is with its new owner" in self.pressed_item(text, user, "take"):
            assert self.may(user, text)
            text.own = {text.author, user}

    @rule(at=TEXTS, to=ANY)
    def hand_over(self, at: int, to: str) -> None:
        text = self.item(at)
        if text is None:
            return
        token = f"canary{len(self.texts)}q"
        note = Text(token, text.place, text.private, text.author, {text.author, to})
        self.texts.append(note)
        for giver in text.own:
            shown = self.types(text.place, giver, f"/kept handoff {text.number} <@{to}|{to.lower()}> tried {token} needle")
            if found := re.search(r"#(\d+) ", shown):
                if "is offered" in shown or "offered" in shown:
                    note.author, note.own, note.number = giver, {giver, to}, int(found[1])
                    text.place.offers.append((to, text))
                return

    @rule(user=ANY, at=TEAMS)
    def accept(self, user: str, at: int) -> None:
        place = self.places[at]
        # The offer itself lets its receiver know what it is about once they accept; until then it is the giver's.
        mine = [text for to, text in place.offers if to == user]
        before = [(text, set(text.own)) for text in mine]
        for text in mine:
            text.own = {text.author, *text.own, user}
        if "accepted" in self.types(place, user, "/kept accept all").casefold():
            place.offers = [(to, text) for to, text in place.offers if to != user]
        else:
            for text, own in before:
                text.own = own

    def item(self, at: int) -> Text | None:
        items = [text for text in self.texts if text.number is not None]
        return items[at % len(items)] if items else None

    def pressed_item(self, text: Text, user: str, action: str) -> str:
        team = self.teams[text.place.home]
        subject = f"i.{team.item(text.number or 0, text.place.channel).id}"
        return self.ask(text.place.home, self.inbound(user, "D1", action=action, subject=subject, surface=Surface.BUTTON))

    # People come and go.

    def happens(self, home: int, kind: str, facts: Facts | None = None, **event: Any) -> None:
        user = event.get("user")
        hear(self.store, self.teams[home].workspace, Happening(
            kind, {"type": kind, **event}, f"Ev{next(self.serial)}", self.now, self.now, self.now,
            user if isinstance(user, str) else ""), facts)

    @rule(user=ANY, at=TEAMS)
    def leaves(self, user: str, at: int) -> None:
        place = self.places[at]
        place.inside.discard(user)
        place.confirmed.discard(user)
        self.happens(place.home, "member_left_channel", user=user, channel=place.channel)
        shown = self.types(place, user, "/kept list")
        assert "#" not in shown

    @rule(user=ANY, at=TEAMS)
    def joins(self, user: str, at: int) -> None:
        place = self.places[at]
        if user in place.inside:
            return
        place.inside.add(user)
        self.happens(place.home, "member_joined_channel", user=user, channel=place.channel)
        if user == place.lead:
            place.confirmed.add(user)  # who leads, and finds no other lead there, has nobody to ask
        assert "canary" not in self.types(place, user, "/kept list") or user == place.lead

    @rule(user=ANY, by=ANY, at=TEAMS)
    def confirms(self, user: str, by: str, at: int) -> None:
        place = self.places[at]
        shown = self.ask(place.home, self.inbound(by, place.channel, action="confirm", subject=f"t.{self.team_id(place)}.{user}",
                                                  surface=Surface.BUTTON))
        if "Confirmed." in shown:
            assert self.member(place, by)
            assert by == place.lead
            assert user in place.inside
            place.confirmed.add(user)

    @rule(user=ANY, home=st.integers(0, 1), standing=st.sampled_from([None, None, "deleted", "guest", "bot"]))
    def changes(self, user: str, home: int, standing: str | None) -> None:
        known = self.teams[home].standing
        known.pop(user, None)
        if standing:
            known[user] = standing
        self.happens(home, "user_change", user={"id": user})

    @rule(home=st.integers(0, 1), shared=st.booleans())
    def channel_shared(self, home: int, shared: bool) -> None:
        room = self.teams[home].room = Room(private=True, archived=False, shared=shared)
        for place in self.places:
            if place.home == home:
                self.happens(home, "channel_shared", Facts(room=room), channel=place.channel)

    # Time passes.

    @rule(hours=st.sampled_from([1, 5, 24, 72]))
    def later(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.sync()
        for subject, one in ((Subject.ITEM, sweep_item), (Subject.TEAM, sweep_team), (Subject.DESK, sweep_desk)):
            for workspace, key in self.store.peek(lambda s, subject=subject: due_now(s, subject, self.now, 200)):
                team = next(team for team in self.teams if team.workspace == workspace)
                team.informed(lambda s, one=one, key=key, team=team: one(s, team.workspace, key, self.now, self.now))

    @invariant()
    def what_is_to_be_sent_is_for_its_reader(self) -> None:
        for home, team in enumerate(self.teams):
            def read(session: Any, team: Team = team) -> list[tuple[Any, str, str]]:
                return [(one.id, one.channel, one.body) for one in session.scalars(
                    select(Outgoing).where(Outgoing.workspace_id == team.workspace))]
            for key, channel, sent in self.store.look(team.workspace, read):
                mark = (key, hash(sent))
                if mark in self.seen:
                    continue
                self.seen.add(mark)
                if channel.startswith("C"):
                    self.fits_channel(home, channel, sent)
                else:
                    self.look_through(home, channel, sent)

    def fits_channel(self, home: int, channel: str, sent: str) -> None:
        """In minimal detail no words at all, and no alias but the team's own."""
        (place,) = [one for one in self.places if (one.home, one.channel) == (home, channel)]
        assert not self.shared(place)
        assert "canary" not in sent
        for other in self.places:
            assert other is place or other.alias not in sent
        for text in self.texts:
            if text.private and text.number is not None and text.place is place:
                assert f"#{text.number} " not in sent, f"that there is {text} is told to the channel"


def body(found: Reply | list[tuple[str, str]]) -> str:
    if isinstance(found, Errors):
        return json.dumps(found.fields)
    if isinstance(found, list):
        return json.dumps(found)
    return json.dumps(found.body(), ensure_ascii=False)


def run(database: Lite | Server, examples: int, steps: int) -> None:
    class Here(Door):
        pass

    Here.database = database
    run_state_machine_as_test(Here, settings=settings(  # type: ignore[no-untyped-call]
        max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=examples < 10,
        suppress_health_check=list(HealthCheck)))


def test_nobody_is_shown_what_they_may_not_see(databases: dict[str, Lite | Server]) -> None:
    run(databases["sqlite"], 2, 20)


@pytest.mark.soak
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nobody_is_shown_what_they_may_not_see_however_long(databases: dict[str, Lite | Server], kind: str) -> None:
    run(databases[kind], int(os.environ.get("DOOR", "40")), 60)
