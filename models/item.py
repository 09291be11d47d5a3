"""Items: the numbered nouns of a care team, one table, each noun with its own lifecycle."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, select, update
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import ONLY_WHOLE_KEYS, Base, Tenanted, new_id, words_of
from models.errors import Conflict
from models.history import CAME_ROUND, RESTARTS
from models.history import LIVING as LIVING
from models.history import History as History
from models.history import State as State
from models.patient import Patient
from models.sealing import Sealed
from models.series import Series
from models.team import CareTeam, Member
from models.workspace import Due


class Kind(StrEnum):
    CONCERN = "concern"
    BARRIER = "barrier"
    COMMITMENT = "commitment"
    HANDOFF = "handoff"


class Urgency(StrEnum):
    URGENT = "urgent"
    NORMAL = "normal"
    LOW = "low"


class Danger(StrEnum):
    """The Danger rule (SPEC 2): while ``asked``, the item is private to its owner and the leads."""

    NONE = "none"
    ASKED = "asked"
    PRESENT = "present"
    ABSENT = "absent"


# The nudge that asks comes at the due time: who answers it at once, kept it in time.
GRACE = timedelta(minutes=15)
TAKEN_OVER = "taken over"      # assigned by accepting a hand-off, which is not one person's to undo
REPEATS = "repeats"            # a promise that became the first of a series
STOPPED = "stopped repeating"
KEEPS_BEFORE = frozenset({"edited", "categorised", "urgency"})   # the note of these is what stood before
PRIVATE_CATEGORIES = frozenset({"safety", "self_harm"})


class Item(Tenanted, Base):
    """``since`` is when the present state, or the last progress, began: barrier and concern ladders count from it.

    ``epoch`` rises with progress, a reopening or a new due time, and ``rung`` counts the ladder's rungs already
    passed in it. ``handed_up_at`` is when the last of them was: since then it stands in every lead's digest, until someone
    decides. ``interval`` counts openings, for the measures. ``link`` leads to the message the words come from.
    ``occurs_at`` is when an occurrence of a series is due by its rule, whatever new time it was given since.
    """

    __tablename__ = "item"
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "team_id"], ["care_team.workspace_id", "care_team.id"]),
        ForeignKeyConstraint(["workspace_id", "patient_id"], ["patient.workspace_id", "patient.id"]),
        ForeignKeyConstraint(["workspace_id", "owner_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "author_id"], ["member.workspace_id", "member.id"]),
        ForeignKeyConstraint(["workspace_id", "about_id"], ["item.workspace_id", "item.id"]),
        ForeignKeyConstraint(["workspace_id", "series_id"], ["series.workspace_id", "series.id"]),
        UniqueConstraint("workspace_id", "team_id", "number"),
        Index(None, "workspace_id", "team_id", "state", "kind", "due_at", "owner_id"),
        Index(None, "workspace_id", "owner_id", "state", "kind", "due_at"),
        Index("ix_item_untold", "workspace_id", "team_id", "owner_id", sqlite_where=sql("untold IS 1"),
              postgresql_where=sql("untold IS true")),  # few are, among all that ever ended
        Index("ix_item_occurrence", "workspace_id", "series_id", "occurs_at", unique=True,  # whoever makes one, it is made once
              sqlite_where=sql("series_id IS NOT NULL"), postgresql_where=sql("series_id IS NOT NULL")),
        Index("ix_item_handed_up", "workspace_id", "team_id", sqlite_where=sql("handed_up_at IS NOT NULL"),
              postgresql_where=sql("handed_up_at IS NOT NULL")),
        Index(None, "workspace_id", "patient_id", "state"),
    )
    __mapper_args__ = {**ONLY_WHOLE_KEYS, "polymorphic_on": "kind"}

    kind: Mapped[Kind] = mapped_column(words_of(Kind))
    team_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    owner_id: Mapped[UUID]
    author_id: Mapped[UUID]
    about_id: Mapped[UUID | None]
    series_id: Mapped[UUID | None]
    occurs_at: Mapped[datetime | None]
    number: Mapped[int]
    state: Mapped[State] = mapped_column(words_of(State))
    category: Mapped[str | None]
    urgency: Mapped[Urgency] = mapped_column(words_of(Urgency))
    danger: Mapped[Danger] = mapped_column(words_of(Danger))
    due_at: Mapped[datetime | None]
    due_grain: Mapped[str | None]
    since: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    untold: Mapped[bool]
    told_at: Mapped[datetime | None]
    confirmed_by: Mapped[str | None]
    epoch: Mapped[int]
    rung: Mapped[int]
    handed_up_at: Mapped[datetime | None]
    interval: Mapped[int]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    text_sealed: Mapped[bytes | None]
    link_sealed: Mapped[bytes | None]
    text = Sealed()
    link = Sealed()

    # The foreign keys share workspace_id, which the item sets itself: the relationships only order the inserts and read.
    team: Mapped[CareTeam] = relationship(viewonly=True)
    patient: Mapped[Patient] = relationship(viewonly=True)
    owner: Mapped[Member] = relationship(viewonly=True, foreign_keys="[Item.workspace_id, Item.owner_id]")
    series: Mapped[Series | None] = relationship(viewonly=True)
    history: Mapped[list[History]] = relationship(order_by=History.id, overlaps="team,patient,owner")

    BEGINS: ClassVar[State]

    def __init__(self, team: CareTeam, patient: Patient, author: Member, text: str, now: datetime, *,
                 number: int, owner: Member | None = None, urgency: Urgency = Urgency.NORMAL,
                 category: str | None = None, danger: Danger = Danger.NONE, due_at: datetime | None = None,
                 due_grain: str | None = None, about: Item | None = None, link: str | None = None) -> None:
        super().__init__(
            workspace_id=team.workspace_id, id=new_id(), team_id=team.id, patient_id=patient.id,
            owner_id=(owner or author).id, author_id=author.id, about_id=about.id if about else None,
            series_id=None, occurs_at=None, number=number,
            state=self.BEGINS, category=category, urgency=urgency, danger=danger, due_at=due_at, due_grain=due_grain,
            since=now, snoozed_until=None, untold=False, told_at=None, confirmed_by=None, epoch=1, rung=0,
            handed_up_at=None, interval=1, created_at=now, changed_at=now,
        )
        self.text, self.link = text, link
        self._record("created", author, now, before=None)

    @property
    def living(self) -> bool:
        return self.state in LIVING

    @property
    def repeats(self) -> bool:
        """Whether it comes round again."""
        return self.series is not None and self.series.going_on

    @property
    def private(self) -> bool:
        return self.danger in (Danger.ASKED, Danger.PRESENT) or self.category in PRIVATE_CATEGORIES

    def overdue(self, now: datetime) -> bool:
        return self.living and self.due_at is not None and self.due_at < now

    def _record(self, verb: str, actor: Member, now: datetime, *, before: State | None, note: str | None = None,
                due_before: datetime | None = None, owner_before: UUID | None = None) -> History:
        row = History(
            workspace_id=self.workspace_id, id=new_id(), item_id=self.id, actor_id=actor.id, verb=verb,
            happened_at=now, recorded_at=now, before=before, after=self.state, due_before=due_before,
            due_after=self.due_at, owner_before=owner_before, untold=self.untold, told_at=self.told_at,
            confirmed_by=self.confirmed_by,
            interval=self.interval, undone=False, joined=False,
        )
        if note:
            row.note = note
        self.history.append(row)
        self.changed_at = now
        return row

    def _move(self, verb: str, to: State, actor: Member, now: datetime, note: str | None = None) -> History:
        before, self.state = self.state, to
        self._restart(now)
        return self._record(verb, actor, now, before=before, note=note, due_before=self.due_at)

    def _restart(self, now: datetime) -> None:
        """A new epoch: every ladder begins again from here."""
        self.since, self.epoch, self.rung, self.snoozed_until, self.handed_up_at = now, self.epoch + 1, 0, None, None

    def must_live(self) -> None:
        self.must_stand()
        if not self.living:
            raise Conflict(f"#{self.number} is {self.state.value} already. To work on it again: /kept reopen {self.number}")

    def must_stand(self) -> None:
        """What was undone as it was entered stays undone: its number is taken, and measures skip it."""
        if self.state is State.IN_ERROR:
            raise Conflict(f"#{self.number} was entered in error and taken back. Please enter it anew.")

    def tell(self, actor: Member, now: datetime, note: str | None = None) -> None:
        """The patient was told how this ended, or about the new time."""
        self.must_stand()
        if self.told_at is not None and not self.untold:
            raise Conflict(f"#{self.number}: the patient knows already.")
        self.untold, self.told_at = False, now
        self._record("told", actor, now, before=self.state, note=note)

    def reopen(self, actor: Member, now: datetime) -> None:
        """A new interval: its ladder and its measures start afresh."""
        self.must_stand()
        if self.living:
            raise Conflict(f"#{self.number} is {self.state.value}, so there is nothing to reopen.")
        self.interval += 1
        self.untold, self.told_at, self.confirmed_by = False, None, None
        self._move("reopened", self.BEGINS, actor, now)

    def edit(self, text: str, actor: Member, now: datetime) -> None:
        """The earlier wording is kept in the history."""
        self.must_stand()
        before, self.text = self.text, text
        self._record("edited", actor, now, before=self.state, note=before)

    def assign(self, owner: Member, actor: Member, now: datetime, note: str | None = None, *, verb: str = "assigned") -> None:
        """Also what has ended, while the patient was not told: somebody has to."""
        if not self.untold:
            self.must_live()
        if self.owner_id == owner.id:
            raise Conflict(f"#{self.number} is with them already.")
        before, self.owner_id = self.owner_id, owner.id
        self._record(verb, actor, now, before=self.state, owner_before=before, note=note)

    def hear(self, actor: Member, now: datetime) -> History | None:
        """The patient was reached about it: progress, which starts its ladder afresh. What has ended, it leaves alone.

        A promise with a time stays on the ladder of that time: talking about it does not keep it.
        """
        if not self.living:
            return None
        if self.due_at is not None:
            return self._record("spoken of", actor, now, before=self.state, due_before=self.due_at)
        return self._move("contacted", self.state, actor, now)

    def promised(self, actor: Member, now: datetime) -> None:
        """Someone promised to help with it, at a time still ahead: progress, which starts its ladder afresh."""
        if self.living and self.due_at is None:
            self._move("promised", self.state, actor, now)

    def snooze(self, until: datetime, actor: Member, now: datetime) -> None:
        """``until`` is checked against the limit of five working days by the caller's calendar."""
        self.must_live()
        self.snoozed_until = until
        self._record("snoozed", actor, now, before=self.state)

    def ask_danger(self) -> None:
        """Its words suggest harm: private until a person answers. Not a person's act, so undo leaves it.

        A "yes" stands: more such words do not open the question again, which its owner could then answer with "no".
        """
        if self.danger is not Danger.PRESENT:
            self.danger = Danger.ASKED

    def answer_danger(self, present: bool, actor: Member, now: datetime) -> None:
        self.must_stand()
        if self.danger is Danger.NONE:
            raise Conflict(f"Nobody asked about danger for #{self.number}.")
        self.danger = Danger.PRESENT if present else Danger.ABSENT
        self._record("danger present" if present else "danger absent", actor, now, before=self.state)

    def categorise(self, category: str, actor: Member, now: datetime) -> None:
        self.must_live()
        before, self.category = self.category, category
        self._record("categorised", actor, now, before=self.state, note=before)

    def undo(self, actor: Member, now: datetime) -> str:
        """Take back the last act on this item; returns its verb. A creation becomes entered-in-error."""
        acts = self.last_act()
        if not acts or acts[0].actor_id != actor.id:
            raise Conflict(f"The last change to #{self.number} was not yours, so it is not yours to undo.")
        if acts[0].verb == TAKEN_OVER:
            raise Conflict(f"#{self.number} came with a hand-off that was accepted. To give it back: /kept handoff {self.number}")
        if acts[0].verb == CAME_ROUND:
            raise Conflict(f"#{self.number} came round by itself. To skip it: /kept withdraw {self.number}. "
                           f"To end them all: /kept stop {self.number}")
        before = self.state
        owner_before = None
        for row in acts:
            if row.owner_before is not None:
                owner_before = self.owner_id
            self._take_back(row)
        self.state = acts[-1].before or State.IN_ERROR
        earlier = [row for row in self.history if not row.undone and row.id < acts[-1].id]
        if earlier:
            known = earlier[-1]
            self.untold, self.told_at, self.confirmed_by = known.untold, known.told_at, known.confirmed_by
            self.interval = known.interval
        if any(row.verb in RESTARTS for row in acts):
            self._restart(now)
            # It has waited since it last moved, not since the slip that is taken back here.
            self.since = next((row.happened_at for row in reversed(earlier) if row.verb in RESTARTS), now)
        self._record("undone", actor, now, before=before, owner_before=owner_before)
        return acts[-1].verb

    def last_act(self) -> list[History]:
        """The rows of the last act that stands, the newest first."""
        acts: list[History] = []
        for row in reversed(self.history):
            if row.undone or row.verb == "undone":
                continue
            acts.append(row)
            if not row.joined:
                break
        return acts

    def last_said(self) -> list[str]:
        """What was typed with the last act."""
        rows = self.last_act()
        said = [row.note for row in rows if row.note and row.verb not in KEEPS_BEFORE]
        return [*said, *(self.text or "" for row in rows if row.verb == "edited")]

    def _take_back(self, row: History) -> None:
        if row.verb == "edited":
            self.text = row.note
        if row.verb == "categorised":
            self.category = row.note or None
        if row.verb == "urgency":
            self.urgency = Urgency(row.note)
        if row.verb.startswith("danger"):
            self.danger = Danger.ASKED
        if row.verb == "snoozed":
            self.snoozed_until = None
        if row.owner_before is not None:
            self.owner_id = row.owner_before
        if row.verb in {"delayed", "timed"}:
            self.due_at = row.due_before
        if row.verb == REPEATS:
            self.series_id = self.occurs_at = self.series = None
        row.undone = True


class Concern(Item):
    __mapper_args__ = {"polymorphic_identity": Kind.CONCERN}
    BEGINS = State.RAISED

    def answer(self, actor: Member, now: datetime, note: str | None = None) -> None:
        self.must_stand()
        if self.state is not State.RAISED:
            raise Conflict(f"#{self.number} is {self.state.value} already.")
        self._move("answered", State.ANSWERED, actor, now, note)

    def hear(self, actor: Member, now: datetime) -> History | None:
        """A first contact about it answers it (SPEC 1)."""
        if self.state is not State.RAISED:
            return super().hear(actor, now)
        return self._move("answered", State.ANSWERED, actor, now)

    def settle(self, actor: Member, now: datetime, note: str | None = None, confirmed_by: str | None = None) -> None:
        self.must_live()
        self.confirmed_by = confirmed_by
        self._move("settled", State.SETTLED, actor, now, note)


class Barrier(Item):
    __mapper_args__ = {"polymorphic_identity": Kind.BARRIER}
    BEGINS = State.OPEN

    def correct(self, actor: Member, now: datetime, *, text: str, category: str | None, urgency: Urgency) -> None:
        """One act, however much of it changes: undo takes it back as one."""
        rows = len(self.history)
        if text != self.text:
            self.edit(text, actor, now)
        if category is not None and category != self.category:
            self.categorise(category, actor, now)
        if urgency is not self.urgency:
            self.urge(urgency, actor, now)
        for row in self.history[rows + 1:]:
            row.joined = True

    def urge(self, urgency: Urgency, actor: Member, now: datetime) -> None:
        """Each urgency has a ladder of its own, which begins here."""
        self.must_live()
        before, self.urgency = self.urgency, urgency
        self._restart(now)
        self._record("urgency", actor, now, before=self.state, note=before)

    def progress(self, actor: Member, now: datetime) -> None:
        self.must_live()
        self._move("progressed", State.IN_PROGRESS, actor, now)

    def resolve(self, actor: Member, now: datetime, *, confirmed_by: str, told: bool = False,
                note: str | None = None) -> None:
        """``confirmed_by`` is "patient" or "staff"; a patient who confirmed it has been told."""
        self.must_live()
        self.confirmed_by = confirmed_by
        self.untold = confirmed_by != "patient" and not told
        self.told_at = None if self.untold else now
        self._move("resolved", State.RESOLVED, actor, now, note)

    def cannot(self, actor: Member, now: datetime, *, told: bool, note: str | None = None) -> None:
        self.must_live()
        self.untold, self.told_at = not told, now if told else None
        self._move("cannot", State.CANNOT, actor, now, note)


class Commitment(Item):
    __mapper_args__ = {"polymorphic_identity": Kind.COMMITMENT}
    BEGINS = State.OPEN

    def keep(self, actor: Member, now: datetime, *, told: bool = False, note: str | None = None,
             happened_at: datetime | None = None) -> None:
        """Kept late, the patient is owed a word about the delay, unless they were told (SPEC 1). ``happened_at`` is when it
        was kept, if that is said only now."""
        self.must_live()
        kept_at = happened_at or now
        if not self.created_at <= kept_at <= now:
            raise Conflict(f"#{self.number} can only have been kept since it was promised, and not in the time to come.")
        late = self.due_at is not None and kept_at > self.due_at + GRACE
        if told:
            self.told_at = now
        self.untold = late and self.told_at is None
        self._move("kept", State.KEPT, actor, now, note).happened_at = kept_at

    def delay(self, due_at: datetime, grain: str, actor: Member, now: datetime, *, told: bool, note: str | None = None) -> None:
        """A new due time. Told before the old one it is renegotiated; told after, it is a repair. ``note`` says why."""
        self.must_live()
        if due_at == self.due_at:
            raise Conflict(f"#{self.number} is due then already.")
        before, self.due_at, self.due_grain = self.due_at, due_at, grain
        self._restart(now)
        if before is None:
            self._record("timed", actor, now, before=self.state, due_before=None, note=note)
            return
        self.untold, self.told_at = not told, now if told else None
        self._record("delayed", actor, now, before=self.state, due_before=before, note=note)

    def bring_forward(self, due_at: datetime, actor: Member, now: datetime) -> None:
        """Due sooner than it was: within what the patient was told, so nobody has to tell them."""
        self.must_live()
        if self.due_at is None or due_at >= self.due_at:
            raise Conflict(f"#{self.number} is not due later than that any more.")
        before, self.due_at = self.due_at, due_at
        self._restart(now)
        self._record("timed", actor, now, before=self.state, due_before=before)

    def withdraw(self, actor: Member, now: datetime, note: str | None = None) -> None:
        """With the patient's agreement, so the patient knows."""
        self.must_live()
        self.untold, self.told_at = False, now
        self._move("withdrawn", State.WITHDRAWN, actor, now, note)

    def break_(self, actor: Member, now: datetime, *, told: bool = False, note: str | None = None) -> None:
        self.must_live()
        self.untold, self.told_at = not told, now if told else None
        self._move("broken", State.BROKEN, actor, now, note)

    def again(self, team: CareTeam, author: Member, owner: Member, at: datetime, grain: str, now: datetime, *,
              number: int) -> Commitment:
        """The next occurrence: the same promise for another day, as private as this one."""
        made = Commitment(team, self.patient, author, self.text, now, number=number, owner=owner, due_at=at, due_grain=grain,
                          danger=self.danger, category=self.category, link=self.link or None)
        made.about_id, made.series_id, made.occurs_at = self.about_id, self.series_id, at
        made.history[0].verb = CAME_ROUND
        return made

    def belong(self, series: Series) -> None:
        """It is the newest occurrence of a series."""
        self.series_id, self.occurs_at, self.series = series.id, series.last_at, series

    def repeat(self, series: Series, actor: Member, now: datetime) -> None:
        """An open promise without a time becomes the first of a series; undo takes the time and the series back as one."""
        self.must_live()
        if self.series_id is not None or self.due_at is not None:
            raise Conflict(f"#{self.number} has its time already.")
        self.delay(series.last_at, series.grain, actor, now, told=False)
        self.belong(series)
        self._record(REPEATS, actor, now, before=self.state).joined = True

    def note_stop(self, actor: Member, now: datetime) -> None:
        """It was the one its series was stopped from. It stays promised itself."""
        self.must_stand()
        self._record(STOPPED, actor, now, before=self.state)

    def withdraw_too(self, actor: Member, now: datetime) -> None:
        """As its series stops: undo takes both back as one."""
        stopped = self.history[-1].verb == STOPPED
        self.withdraw(actor, now)
        self.history[-1].joined = stopped

    def void(self, actor: Member, now: datetime) -> None:
        """It came round in a series that was entered in error."""
        before, self.state = self.state, State.IN_ERROR
        self._record("undone", actor, now, before=before)


KINDS: dict[Kind, type[Item]] = {Kind.CONCERN: Concern, Kind.BARRIER: Barrier, Kind.COMMITMENT: Commitment}


def plan_anew(session: Session, team: CareTeam, now: datetime) -> None:
    """The team's hours changed: the sweep looks at each open item again, and plans it by the new ones."""
    open_items = select(Item.id).where(Item.workspace_id == team.workspace_id, Item.team_id == team.id,
                                       Item.state.in_(LIVING) | Item.untold)
    session.execute(update(Due).where(Due.workspace_id == team.workspace_id, Due.id.in_(open_items)).values(at=now),
                    execution_options={"synchronize_session": False})
