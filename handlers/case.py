"""One request on its way through: who asks, where, when, and the doors to what they may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.orm import Session

from handlers.cards import words
from handlers.cards.view import View
from handlers.language.command import Said
from handlers.language.due import Calendar
from models import audit
from models.absence import Absence, standing
from models.contact import Contact
from models.errors import Hidden, NotFound, Unclear
from models.history import CAME_ROUND
from models.item import History, Item, State
from models.patient import Patient
from models.reserve import only_read
from models.sealing import shut
from models.team import CareTeam, Member, TeamMember, places
from models.unsorted import Unsorted


class Surface(StrEnum):
    """Where a person does what they do; also the audit's word for it."""

    COMMAND = "command"
    BUTTON = "button"
    FORM = "form"
    OPTIONS = "options"      # what a menu with a search in it asks while someone types
    SHORTCUT = "shortcut"
    HOME = "home"


MOST_SHUT = 20   # rows of one request that the chain names as unreadable
# What one field of a submitted form holds: words or one choice, several choices, or nothing.
Entry = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Inbound:
    """What Slack delivered, with nothing of Slack's shapes left. ``delivery`` is unique to one delivery.

    ``action`` is the table's name of a button, form, menu or shortcut; ``subject`` what it is about ("i.<item id>" or
    "t.<team id>", with an optional ".argument"). ``fields`` are a form's entries by field name; ``text`` is also the
    message a shortcut was used on, with ``link`` leading back to it, and what was typed so far into a menu's search. ``view``
    is the form that was sent, as it was shown.
    ``own_workspace`` is False when the person belongs to another workspace (Slack Connect).
    ``lasting`` is True when a pressed card is a message rather than an ephemeral, so it must not be replaced.
    """

    user: str
    channel: str
    delivery: str
    wall: datetime
    now: datetime
    own_workspace: bool = True
    command: str = ""
    text: str = ""
    action: str = ""
    subject: str = ""
    choice: str = ""
    lasting: bool = False
    surface: Surface = Surface.COMMAND
    fields: Mapping[str, Entry] = field(default_factory=dict)
    link: str = ""
    view: View = field(default_factory=lambda: View(""))


@dataclass
class Case:
    """``now`` is care time; ``answer`` is what a repeated delivery will be told: kept in the clear, so never
    an alias nor anything typed.

    ``writes`` is False for what changes nothing, and ``asks`` is True when a verb that may write only asked.
    ``stirred`` are members, besides those of the touched items, whose Home may look different now.
    ``acts`` are the audit rows to come, written last (lock order).
    """

    session: Session
    workspace_id: UUID
    inbound: Inbound
    me: Member
    team: CareTeam
    place: TeamMember
    answer: str = ""
    writes: bool = True
    asks: bool = False
    touched: list[Item] = field(default_factory=list)
    stirred: set[UUID] = field(default_factory=set)
    acts: list[tuple[str, str, str]] = field(default_factory=list)
    _out: dict[UUID, Absence | None] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.inbound.now

    @property
    def zone(self) -> ZoneInfo:
        """The zone the person's dates are read in: their own Slack zone, the team's when unknown."""
        return zone_or(self.me.zone, self.team.tz)

    @property
    def calendar(self) -> Calendar:
        """What due times are read against."""
        return Calendar(self.now, self.zone, self.team.work, self.team.dates, self.team.parts)

    def when(self, at: datetime) -> str:
        """A time on a button, with its zone when the team's clock shows another."""
        return words.short_when(at, self.zone, self.now, zoned=self.abroad(at))

    def abroad(self, at: datetime) -> bool:
        """Whether the person's clock and the team's differ then."""
        return words.apart(at, self.zone, self.team.tz)

    @property
    def argument(self) -> str:
        """What a button carries beyond its subject's id."""
        return self.inbound.subject.partition(".")[2].partition(".")[2]

    @property
    def pressed(self) -> Item:
        """The item whose button was pressed."""
        try:
            return self.item_by_id(UUID(self.inbound.subject.split(".")[1]))
        except (IndexError, ValueError):
            raise NotFound(words.GONE) from None

    def named(self, said: Said) -> Item:
        """The one item a command names, by number or ``last``."""
        if said.last:
            return self.last_item()
        if len(said.numbers) != 1:
            raise Unclear(words.WHICH_ITEM, said.verb)
        return self.item(said.numbers[0])

    def owner(self, said: Said, *, former: bool = False) -> Member | None:
        """The team member a command mentions, by Slack mention or first name; None when it mentions nobody. ``former`` members
        only where nothing is given to them."""
        if said.owner is None:
            return None
        people = [p.member for p in places(self.session, self.team) if p.named or former]
        if not said.owner.startswith("@"):
            found = [m for m in people if m.slack_id == said.owner]
        else:
            word = said.owner[1:].casefold()
            found = [m for m in people if word in {m.called.casefold(), m.called.casefold().split(" ")[0]}]
        if len(found) != 1:
            raise Unclear(words.UNKNOWN_OWNER, said.verb).at("owner")
        return found[0]

    def audit(self, action: str, subject: UUID | str = "", outcome: str = "ok") -> None:
        """One row of the chain for this request, in its transaction: the last thing in it."""
        self.acts.append((action, str(subject), outcome))

    def write_audit(self) -> None:
        if not self.writes:
            only_read(self.session)
        for key in shut()[:MOST_SHUT]:
            self.audit("unreadable", key, "not done")
        for action, subject, outcome in self.acts:
            audit.record(self.session, self.workspace_id, self.now, self.me.slack_id, action, subject, self.inbound.surface,
                         outcome)

    def may_see(self, item: Item) -> bool:
        """A private item is its owner's, its author's and the leads' alone."""
        return not item.private or self.place.lead or self.me.id in (item.owner_id, item.author_id)

    def may_read(self, made: Contact) -> bool:
        """That there was a contact is open to the team; a private note is its author's and the leads' alone."""
        return not made.private or self.place.lead or made.member_id == self.me.id

    def may_sort(self, entry: Unsorted) -> bool:
        """Words that suggest harm are their author's and the leads' until they are sorted."""
        return not entry.private or self.place.lead or entry.author_id == self.me.id

    def opens(self, thing: object) -> bool:
        """Whether what a button or form names is the person's to see: asked before its handler is (handlers/route.py)."""
        if isinstance(thing, Item):
            return self.may_see(thing)
        if isinstance(thing, Contact):
            return self.may_read(thing)
        return not isinstance(thing, Unsorted) or self.may_sort(thing)

    def item(self, number: int) -> Item:
        key = self.session.scalar(
            select(Item.id).where(Item.workspace_id == self.workspace_id, Item.team_id == self.team.id,
                                  Item.number == number))
        return self._shown(key, words.NO_ITEM.format(number=number))

    def item_by_id(self, key: UUID) -> Item:
        return self._shown(key, words.GONE)

    def _shown(self, key: UUID | None, otherwise: str) -> Item:
        """One door for every item. It is locked before it is changed, or two presses at once would both find it open."""
        found = None if key is None else self.session.get(
            Item, (self.workspace_id, key), with_for_update={"key_share": True} if self.writes else None)
        if found is None:
            raise NotFound(otherwise)
        if found.team_id != self.team.id or not self.may_see(found):
            raise Hidden(otherwise, found.id)
        return found

    def last_item(self) -> Item:
        """The newest item the person acted on or entered, for ``last``."""
        key = self.session.scalar(
            select(Item.id).join(History, History.item_id == Item.id)
            .where(Item.workspace_id == self.workspace_id, History.workspace_id == self.workspace_id,
                   Item.team_id == self.team.id, History.actor_id == self.me.id, Item.state != State.IN_ERROR,
                   History.verb != CAME_ROUND)
            .order_by(History.recorded_at.desc(), History.id.desc()).limit(1))
        return self._shown(key, words.NOTHING_YET)

    def patient(self, item: Item) -> Patient:
        return self.session.get_one(Patient, (self.workspace_id, item.patient_id))

    def person(self, key: UUID) -> Member:
        return self.session.get_one(Member, (self.workspace_id, key))

    def out(self, who: Member) -> Absence | None:
        """Their absence from the team that has not ended, one to come too: read once a request, by the reply to it."""
        if who.id not in self._out:
            self._out[who.id] = standing(self.session, self.team, who)
        return self._out[who.id]

    def touch(self, item: Item) -> Item:
        """Say that an item changed: its next nudge is planned anew and its live messages are updated."""
        if item not in self.touched:
            self.touched.append(item)
        return item


def zone_or(name: str | None, otherwise: ZoneInfo) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else otherwise
    except (ZoneInfoNotFoundError, ValueError):
        return otherwise
