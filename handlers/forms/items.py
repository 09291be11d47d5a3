"""Forms that move an item on: opened by its button with what it is about on top, or by the verb alone with a menu of items."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from handlers.cards import fields, form_words, words
from handlers.cards.blocks import Block, Card
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.forms import subject as about
from handlers.item import of_kind
from handlers.language.command import Said
from handlers.language.due import Outcome
from handlers.table import blank, button, form
from models.errors import Unclear
from models.item import Barrier, Commitment, Concern, Item

Read = Callable[[Case], Said]


@dataclass(frozen=True)
class ItemForm:
    """``menu`` is what the verb alone offers; ``said`` reads the fields. ``looks`` changes nothing."""

    verb: str
    menu: str
    blocks: Callable[[Case, Item | None], list[Block]]
    said: Read
    kind: type[Item] = Item
    looks: bool = False

    def view(self, case: Case, item: Item | None) -> View:
        if item is None:
            top, subject = [fields.item(self.menu)], f"t.{case.team.id}"
        else:
            top, subject = about.head(case, item), about.subject(item)
        return View(form_words.TITLES[self.verb], [*top, *self.blocks(case, item)], callback=f"form.{self.verb}",
                    subject=subject, submit=form_words.SHOW if self.looks else form_words.SAVE, close=form_words.CANCEL)

    def alone(self, case: Case) -> View:
        return self.view(case, None)

    def submit(self, case: Case) -> Reply:
        item = about.chosen(case)
        rows = about.since(case, item)
        if rows:
            return about.again(case, item, rows, self.view(case, item))
        return reading.say(case, self.said(case), item)


def opened(case: Case, verb: str) -> View:
    """The form of a button, about the item it stands on."""
    wanted = ITEM_FORMS[verb]
    item = of_kind(case.pressed, wanted.kind)
    if verb != "assign" or not item.untold:
        item.must_live()
    return wanted.view(case, item)


def plain(*made: Block) -> Callable[[Case, Item | None], list[Block]]:
    return lambda case, item: list(made)


def _late(case: Case, item: Item | None) -> list[Block]:
    after = item is not None and item.overdue(case.now)
    script = Card("").line(words.REPAIR if after else form_words.BEFORE_LATE).blocks
    return [*script, fields.when(*form_words.NEW_TIME), fields.picker(), fields.told(), fields.why(*form_words.WHY_LATE)]


def said(verb: str) -> Read:
    """The words and the exact clauses, which a form has boxes for."""
    def read(case: Case) -> Said:
        clauses = {*reading.many(case, "told"), *reading.many(case, "confirmed"), *filter(None, [reading.one(case, "known")])}
        return Said(verb, "", text=reading.typed(case) or None, clauses=frozenset(clauses), owner=reading.owner(case))
    return read


def _timed(verb: str) -> Read:
    def read(case: Case) -> Said:
        due = reading.due(case)
        if due.outcome is Outcome.NONE:
            raise Unclear(words.NEED_TIME).at("when")
        return Said(verb, "", due=due, clauses=frozenset(reading.many(case, "told")), why=reading.typed(case, "why") or None)
    return read


def _kept(case: Case) -> Said:
    return replace(said("done")(case), happened_at=reading.moment(case, "happened"))


def note(verb: str) -> Block:
    return fields.note(*form_words.NOTES[verb])


TABLE = (
    ItemForm("late", "promises", _late, _timed("late"), Commitment),
    ItemForm("done", "promises", plain(note("done"), fields.happened(), fields.told()), _kept, Commitment),
    ItemForm("broken", "promises", plain(note("broken"), fields.told()), said("broken"), Commitment),
    ItemForm("withdraw", "promises", plain(note("withdraw")), said("withdraw"), Commitment),
    ItemForm("stop", "repeating", plain(), said("stop"), Commitment),
    ItemForm("resolve", "barriers", plain(note("resolve"), fields.known(), fields.told()), said("resolve"), Barrier),
    ItemForm("cannot", "barriers", plain(fields.words(*form_words.NOTES["cannot"]), fields.told()), said("cannot"), Barrier),
    ItemForm("answer", "raised", plain(note("answer")), said("answer"), Concern),
    ItemForm("settle", "concerns", plain(note("settle"), fields.confirmed()), said("settle"), Concern),
    ItemForm("told", "untold", plain(note("told")), said("told")),
    ItemForm("reopen", "ended", plain(), said("reopen")),
    ItemForm("snooze", "living", plain(fields.when(*form_words.HOLD), fields.picker()), _timed("snooze")),
    ItemForm("assign", "open", plain(fields.owner(*form_words.TO_WHOM, optional=False), note("assign")), said("assign")),
    ItemForm("show", "all", plain(), said("show"), looks=True),
    ItemForm("why", "all", plain(), said("why"), looks=True),
)
ITEM_FORMS = {one.verb: one for one in TABLE}
for _one in TABLE:
    blank(_one.verb)(_one.alone)
    form(f"form.{_one.verb}", reads=_one.looks)(_one.submit)


@button("late", opens=True)
def press_late(case: Case) -> View:
    return opened(case, "late")


@button("kept_after", opens=True)
def press_kept_after(case: Case) -> View:
    """Kept after all, though it is overdue: when, and does the patient know?"""
    return opened(case, "done")


@button("cannot", opens=True)
def press_cannot(case: Case) -> View:
    return opened(case, "cannot")


@button("broken", opens=True)
def press_broken(case: Case) -> View:
    return opened(case, "broken")


@button("withdraw", opens=True)
def press_withdraw(case: Case) -> View:
    return opened(case, "withdraw")


@button("assign", opens=True)
def press_assign(case: Case) -> View:
    return opened(case, "assign")
