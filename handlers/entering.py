"""What every new item has in common: its number, its audit row, its place in the plan, its reply."""

from __future__ import annotations

from collections.abc import Iterable

from handlers.cards import item as cards
from handlers.cards import words
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.language import danger
from models.handoff import HandOff
from models.item import PRIVATE_CATEGORIES, Danger, Item, Urgency
from models.ladder import Mover, next_nudge, upcoming
from models.patient import Patient
from models.rungs import Plan, plan_of


def danger_of(text: str, categories: tuple[str, ...] = (), about: Iterable[Item] = ()) -> Danger:
    """Asked when the words or their category suggest harm; a person answers (SPEC 2)."""
    # What is about something private is as private as that, whatever its own words say.
    risky = any(item.private for item in about) or danger.suggests(text) or not PRIVATE_CATEGORIES.isdisjoint(categories)
    return Danger.ASKED if risky else Danger.NONE


def enter(case: Case, item: Item, patient: Patient, lead: str = "") -> Card:
    """Keep a new item. The reply says when Kept speaks up next, and hands the words back."""
    case.session.add(item)
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit(f"{item.kind.value} create", item.id)
    owner, plan = case.person(item.owner_id), plan_of(case.team)
    return cards.entered(item, patient.called, owner.slack_id, case.now, case.zone, next_nudge(item, plan), lead,
                         [*about_due(case, item), *_who_holds(case, item, plan)])


def _who_holds(case: Case, item: Item, plan: Plan) -> list[str]:
    """An urgent item whose next rung lies beyond closed days: someone has to hold it till then (SPEC 4)."""
    if item.urgency is not Urgency.URGENT:
        return []
    after = next((one for one in upcoming(item, plan) if {Mover.WEEKEND, Mover.HOLIDAY} & set(one.moved)), None)
    return [words.WHO_HOLDS.format(when=case.when(after.at), number=item.number)] if after else []


def changed(case: Case, item: Item, verb: str, lead: str) -> Card:
    """The reply to an act on an item: what was done, its card as it stands, the next steps and Undo."""
    case.touch(item)
    case.answer = f"#{item.number}"
    case.audit(f"item {verb}", item.id)
    return shown(case, item, lead, undo=True)


def shown(case: Case, item: Item, lead: str = "", *, undo: bool = False) -> Card:
    card = cards.full(item, case.patient(item).called, case.person(item.owner_id).slack_id, case.now, case.zone, lead=lead,
                      planned=next_nudge(item, plan_of(case.team)), notes=about_due(case, item))
    if isinstance(item, HandOff) and item.living and item.owner_id == case.me.id:
        card.actions(*cards.answers(item))
    return card.actions(*cards.next_steps(item, undo=undo))


def about_due(case: Case, item: Item) -> list[str]:
    """What a person should know of a due time still ahead: closed then, or another time on the team's clock."""
    if item.due_at is None or not item.living or item.due_at < case.now:
        return []
    team, notes = case.team, []
    local = item.due_at.astimezone(team.tz)
    if not team.work.is_working_day(local.date()):
        notes.append(words.OFF_DAY.format(day=f"{local:%A}"))
    elif not team.work.is_open(item.due_at):
        notes.append(words.OUTSIDE.format(opens=team.opens, closes=team.closes))
    if case.abroad(item.due_at):
        notes.append(words.TWO_ZONES.format(zone=case.zone.key, team=team.zone, when=words.said_when(item.due_at, team.tz)))
    return notes
