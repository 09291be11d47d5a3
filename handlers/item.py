"""Verbs and buttons that fit every numbered item."""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from handlers.cards import item as cards
from handlers.cards import other, words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.entering import changed, shown
from handlers.language.command import Said
from handlers.language.due import Due, Outcome
from handlers.occurrence import undone
from handlers.table import button, command
from models.errors import Conflict, Refused, Unclear
from models.item import Barrier, Danger, Item, State, Urgency
from models.team import Member
from models.unsorted import Unsorted, give_back

K = TypeVar("K", bound=Item)
SNOOZE_DAYS = 5        # working days (SPEC 4)


def of_kind(item: Item, kind: type[K]) -> K:
    if not isinstance(item, kind):
        raise Conflict(words.NOT_A.format(number=item.number, noun=words.name(item)))
    return item


@command("show", reads=True)
def show(case: Case, said: Said) -> Card:
    return _show(case, case.named(said))


@button("show", reads=True)
def press_show(case: Case) -> Card:
    return _show(case, case.pressed)


def _show(case: Case, item: Item) -> Card:
    case.audit("item read", item.id)
    names = {row.actor_id: case.person(row.actor_id).slack_id for row in item.history}
    card = shown(case, item)
    return cards.past(card, item, names, case.zone)


@command("told")
def told(case: Case, said: Said) -> Card:
    return _told(case, case.named(said), said.text)


@button("told")
def press_told(case: Case) -> Card:
    return _told(case, case.pressed, None)


def _told(case: Case, item: Item, note: str | None) -> Card:
    item.tell(case.me, case.now, note)
    return changed(case, item, "told", words.DONE["told"].format(number=item.number))


@command("reopen")
def reopen(case: Case, said: Said) -> Card:
    return _reopen(case, case.named(said))


@button("reopen")
def press_reopen(case: Case) -> Card:
    return _reopen(case, case.pressed)


def _reopen(case: Case, item: Item) -> Card:
    item.reopen(case.me, case.now)
    return changed(case, item, "reopen", words.DONE["reopened"].format(number=item.number))


@command("edit")
def edit(case: Case, said: Said) -> Card:
    item = case.named(said)
    if not said.text:
        raise Unclear(words.NEED_WORDS, "edit").at("words")
    _correct(case, item, said, said.text)
    return changed(case, item, "edit", words.EDITED.format(number=item.number))


def _correct(case: Case, item: Item, said: Said, text: str) -> None:
    """A form says all of a barrier, a typed line its words alone."""
    rows = len(item.history)
    if said.chosen and isinstance(item, Barrier):
        item.correct(case.me, case.now, text=text, category=said.category, urgency=Urgency(said.urgency))
    elif text != item.text:
        item.edit(text, case.me, case.now)
    if len(item.history) == rows:
        raise Conflict(words.SAME.format(number=item.number))


@command("assign")
def assign(case: Case, said: Said) -> Card:
    item, owner = case.named(said), case.owner(said)
    if owner is None:
        raise Unclear(words.NEED_OWNER, "assign").at("owner")
    item.assign(owner, case.me, case.now, said.text)
    return changed(case, item, "assign", words.ASSIGNED.format(number=item.number), given=True)


@button("give_to")
def give_to(case: Case) -> Card:
    """To the one the button names, who covers for its owner; the subject carries their id."""
    item = case.pressed
    try:
        member = case.session.get(Member, (case.workspace_id, UUID(case.argument)))
    except ValueError:
        member = None
    if member is None:
        raise Unclear(words.OLD_BUTTON)
    owner = case.owner(Said("assign", "", owner=member.slack_id))
    item.assign(owner or member, case.me, case.now)
    return changed(case, item, "assign", words.ASSIGNED.format(number=item.number), given=True)


@button("take")
def take(case: Case) -> Card:
    item = case.pressed
    item.assign(case.me, case.me, case.now)
    return changed(case, item, "assign", words.ASSIGNED.format(number=item.number), given=True)


@command("snooze")
def snooze(case: Case, said: Said) -> Card:
    item, due = case.named(said), said.due or Due(Outcome.NONE)
    if due.outcome is not Outcome.DUE or due.due is None:
        raise Unclear(words.NOT_READ if said.text else words.NEED_TIME, "snooze").at("when")
    # "Until Tuesday" is until Tuesday begins: reminders come back with the working day.
    until = case.team.work.opening(due.due.astimezone(case.team.tz).date()) if due.grain == "day" else due.due
    if until > case.team.work.add_days(case.now, SNOOZE_DAYS) or until <= case.now:
        raise Unclear(words.SNOOZE_LIMIT, "snooze").at("when")
    item.snooze(until, case.me, case.now)
    return _snoozed(case, item)


@button("snooze")
def press_snooze(case: Case) -> Card:
    item = case.pressed
    item.snooze(case.team.work.add_days(case.now, 1), case.me, case.now)
    return _snoozed(case, item)


def _snoozed(case: Case, item: Item) -> Card:
    until = words.said_when(item.snoozed_until or case.now, case.zone)
    return changed(case, item, "snooze", words.SNOOZED.format(number=item.number, until=until))


@button("undo")
def press_undo(case: Case) -> Card:
    return undo_item(case, case.pressed)


def undo_item(case: Case, item: Item) -> Card:
    series = item.series
    verb = item.undo(case.me, case.now)
    undone(case, item, series, verb)
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit("item undo", item.id)
    if item.state is State.IN_ERROR:
        give_back(case.session, case.workspace_id, Unsorted.item_id == item.id)
        return other.sentence(words.UNDO.format(number=item.number))
    if not case.may_see(item):
        return other.sentence(words.UNDO_AWAY.format(number=item.number))
    return shown(case, item, words.UNDO_BACK.format(number=item.number, state=words.state(item, case.now)))


@button("danger_yes")
def danger_yes(case: Case) -> Card:
    return _danger(case, present=True)


@button("danger_no")
def danger_no(case: Case) -> Card:
    return _danger(case, present=False)


def _danger(case: Case, *, present: bool) -> Card:
    item = case.pressed
    if item.danger is Danger.PRESENT and not present and not case.place.lead:
        raise Refused(words.DANGER_STANDS)
    item.answer_danger(present, case.me, case.now)
    lead = words.DANGER_YES if present else words.DANGER_NO_PRIVATE if item.private else words.DANGER_NO
    return changed(case, item, "danger", lead)
