"""B9 over the whole registry: what someone may not see is, byte for byte, what is not there, whatever is pressed, sent, opened
or searched. A button that is added is walked too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from handlers.access import OF_TEAM
from handlers.cards import words
from handlers.cards.view import Errors
from handlers.case import Entry, Inbound, Surface
from handlers.route import answer, suggest
from handlers.table import BUTTONS, COMMANDS, FORMS, OPTIONS, SHORTCUTS
from models.audit import AuditRow
from models.base import Base
from models.tenants import tenanted
from models.workspace import install
from tests.handlers.conftest import ANA, BEN, CAM, HOME, NOW, SERIAL, Team, mention

NOTHING = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
THERE = "C2"
NEW, OUT = "U8", "U9"
CANARY = "zebrafish"
# What these carry beside the team, or stands in their fields, are words and no id: in one's own team they do what they say.
TAKES_WORDS = frozenset({"add_patient", "in_team", "message_in_team", "form.patient", "form.setup", "form.out"})


@dataclass
class World:
    """Who presses, where, and the ids of all that is not theirs to see, by what a subject begins with. ``own`` is the care team
    they are in: with it the ids are tried as what its buttons and forms carry, too."""

    team: Team
    user: str
    channel: str
    keys: list[tuple[str, UUID]]
    own: UUID | None = None
    known: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def subjects(self, turn: int, name: str) -> list[tuple[str, UUID]]:
        """A few for each name, so that each id meets many names and each name many ids."""
        some = [self.keys[(turn + n * 5) % len(self.keys)] for n in range(2)]
        named = [(f"{sort}.{key}", key) for sort, key in some]
        return named if self.own is None or name in TAKES_WORDS else [*named, *((f"t.{self.own}.{key}", key) for _, key in some)]


def filled(team: Team, channel: str, lead: str, other: str) -> None:
    """One of everything there is in a care team."""
    who = mention(other)
    for line in ("/kept patient add noor-k", f"/concern noor lonely {CANARY}", f"/concern noor she wants to die {CANARY}",
                 f"/barrier noor ! no ride {CANARY}", f"/commit noor call her {CANARY} every Monday at 9",
                 f"/kept call noor 1 5m takes warfarin {CANARY}", f"/kept noor lonely again {CANARY}",
                 f"/kept noor he hits her {CANARY}", f"/kept handoff 1 {who} tried calling {CANARY}",
                 f"/kept out until Friday, cover {who}", f"/concern noor her ssn is 219-09-9999 {CANARY}"):
        team.say(line, user=lead, channel=channel)


def every(team: Team, channel: str) -> list[tuple[str, UUID]]:
    """The id of a row of each table, of the care team in the channel where the table says of which."""
    here, letters = team.item_team(channel), {kind.__tablename__: letter for letter, kind in OF_TEAM.items()}
    found = [("t", here)]
    for mapper in Base.registry.mappers:
        kind: Any = mapper.class_
        table = kind.__tablename__
        if mapper.inherits or table not in {one.name for one in tenanted()} or "id" not in kind.__table__.columns:
            continue
        rows = [row for row in team.rows(kind) if getattr(row, "team_id", here) == here]
        # Of items, one of each kind, and a private one.
        seen = {(getattr(row, "kind", ""), getattr(row, "private", False)): row.id for row in rows}
        found += [(letters.get(table, "t"), key) for key in seen.values()]
    return found


def sent(world: World, surface: Surface, name: str, subject: str, key: UUID) -> str:
    fields: dict[str, Entry] = {} if surface is not Surface.FORM else {
        "item": str(key), "patient": str(key), "about": (str(key),), "items": (str(key),), "words": "afraid", "owner": ANA,
        "when": "Friday 3pm", "alias": "zoe", "why": "ambulance"}
    found = done(world.team, world.user, world.channel, surface, action=name, subject=subject, fields=fields)
    return found.replace(str(key), str(NOTHING))


def done(team: Team, user: str, channel: str, surface: Surface, **more: Any) -> str:
    """All that came back, whatever it is."""
    inbound = Inbound(user, channel, f"d{next(SERIAL)}", team.now, team.now, surface=surface, **more)
    work: Any = suggest if surface is Surface.OPTIONS else answer
    found = work(team.store, team.workspace, inbound, team._facts(inbound))
    return json.dumps(found if isinstance(found, list) else found.fields if isinstance(found, Errors) else found.body())


REGISTRY = [*((Surface.BUTTON, name) for name in BUTTONS), *((Surface.FORM, name) for name in FORMS),
            *((Surface.OPTIONS, name) for name in OPTIONS), *((Surface.SHORTCUT, name) for name in SHORTCUTS)]


def walk(world: World) -> None:
    before = state(world.team)
    for turn, (surface, name) in enumerate(REGISTRY):
        for subject, key in world.subjects(turn, name):
            none = subject.replace(str(key), str(NOTHING))
            # Who is not let in is told the same whatever they press.
            at = (surface, name if world.own else "", none)
            if at not in world.known:
                world.known[at] = sent(world, surface, name, none, NOTHING)
            assert sent(world, surface, name, subject, key) == world.known[at], (surface, name, subject.split(".")[0])
    assert state(world.team) == before


def state(team: Team) -> list[tuple[Any, ...]]:
    """Of what is about patients: nothing of it may have changed."""
    def read(session: Any) -> list[tuple[Any, ...]]:
        found = []
        for name in ("patient", "item", "contact", "contact_withdrawal", "unsorted", "history", "absence", "glass", "series"):
            table = Base.metadata.tables[name]
            found += [(name, *row) for row in session.execute(
                select(table).where(table.c.workspace_id == team.workspace).order_by(*table.primary_key.columns))]
        return found
    return team.store.look(team.workspace, read)


def another_workspace(team: Team) -> World:
    """With the very same Slack ids of channel and people."""
    other = Team(team.store, team.store.untenanted(lambda s: install(s, team.store.keyring, "T2", "UBOT", NOW).id))
    other.say("/kept setup zone America/New_York")
    other.say("/kept help", user=BEN)
    filled(other, HOME, ANA, BEN)
    return World(team, ANA, HOME, every(other, HOME), team.item_team())


def another_team(team: Team) -> World:
    """Ana leads a care team of the same workspace."""
    team.members[THERE] = frozenset({CAM, BEN})
    team.say("/kept setup zone America/New_York", user=CAM, channel=THERE)
    filled(team, THERE, CAM, BEN)
    return World(team, ANA, HOME, every(team, THERE), team.item_team())


def an_outsider(team: Team) -> World:
    filled(team, HOME, ANA, BEN)
    return World(team, OUT, HOME, every(team, HOME))


def a_newcomer(team: Team) -> World:
    """In the channel, and not let in yet."""
    filled(team, HOME, ANA, BEN)
    team.members[HOME] |= {NEW}
    return World(team, NEW, HOME, every(team, HOME))


def what_is_private(team: Team) -> World:
    """Of a member of the very team, who is neither its owner nor its author nor a lead."""
    team.members[HOME] |= {CAM}
    team.later(minutes=6)
    team.say("/kept help", user=CAM)
    team.press("confirm", f"t.{team.item_team()}.{CAM}")
    for line in ("/concern rosa she wants to die", "/barrier rosa safety: unsafe at home", "/kept call rosa 1 5m",
                 "/commit rosa call her for #1 by Friday 3pm", "/kept rosa he hits her", f"/kept handoff 1 {mention(BEN)} tried"):
        team.say(line)
    keys = [(sort, key) for sort, key in every(team, HOME) if sort in {"i", "c", "u"}]
    return World(team, CAM, HOME, keys, team.item_team())


WORLDS: list[Callable[[Team], World]] = [another_workspace, another_team, an_outsider, a_newcomer, what_is_private]


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.__name__)
def test_what_may_not_be_seen_reads_as_what_is_not_there(team: Team, world: Callable[[Team], World]) -> None:
    made = world(team)
    sorts = {sort for sort, _ in made.keys}
    assert sorts >= {"i", "c", "u"}, "there is something of each kind"
    walk(made)
    expected = {a_newcomer: words.WAITING}.get(world, words.GONE)
    assert sum(expected in one for one in made.known.values()) > len(made.known) / 3


def audited(team: Team, after: int) -> tuple[int, int]:
    """(the number of the last row of the chain, how many after that one are of a read or an act)."""
    mine = AuditRow.workspace_id == team.workspace
    return team.store.look(team.workspace, lambda s: (
        s.scalar(select(func.max(AuditRow.seq)).where(mine)) or 0,
        s.scalar(select(func.count()).select_from(AuditRow).where(
            mine, AuditRow.seq > after, AuditRow.outcome.not_in(["not done", "refused"]))) or 0))


def test_whatever_shows_something_of_a_patient_is_on_the_chain(team: Team) -> None:
    """SPEC 6, over every verb and the whole registry: what shows an alias leaves a row, what shows words one that is a read, or
    an act."""
    filled(team, HOME, ANA, BEN)
    keys, patient = every(team, HOME), team.item(1).patient_id
    tried: list[tuple[Surface, dict[str, Any]]] = [
        (Surface.COMMAND, {"command": "/kept", "text": f"{verb} {rest}".strip()})
        for verb in sorted(COMMANDS.keys() - {"undo"}) for rest in ("", "1", f"noor 1 {mention(BEN)}")]
    for turn, (surface, name) in enumerate(REGISTRY):
        tried += [(surface, {"action": name, "subject": f"{sort}.{key}", "fields": {"item": str(key), "words": "lonely"}})
                  for sort, key in keys if sort != "t"][turn % 4::4]
        tried += [(surface, {"action": name, "subject": f"t.{team.item_team()}{rest}"}) for rest in ("", f".{patient}")]
    shown = 0
    for surface, what in tried:
        before = audited(team, after=0)[0]
        reply = done(team, ANA, HOME, surface, **what)
        if CANARY in reply or "noor-k" in reply:
            rows, reads = audited(team, before)
            assert rows > before, (surface, what)
            assert reads or CANARY not in reply, (surface, what)
        shown += CANARY in reply
    assert shown > 50
