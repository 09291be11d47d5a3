"""Why and when: what Kept will say of an item, what moves it, and what it said before."""

from __future__ import annotations

from handlers.cards import why as cards
from handlers.cards.blocks import Card
from handlers.case import Case
from handlers.foretold import foretold
from handlers.language.command import Said
from handlers.standing_in import where_it_goes
from handlers.table import button, command
from models.item import Item
from models.ladder import rung_of
from models.nudge import of_subject
from models.rungs import plan_of


@command("why", reads=True)
def why(case: Case, said: Said) -> Card:
    return _why(case, case.named(said))


@button("why", reads=True)
def press_why(case: Case) -> Card:
    return _why(case, case.pressed)


def _why(case: Case, item: Item) -> Card:
    case.audit("item why", item.id)
    plan = plan_of(case.team)
    said = [(row, rung_of(item, plan, row.rule)) for row in of_subject(case.session, case.workspace_id, item.id)]
    card = cards.why(item, case.patient(item).called, foretold(case, item), said, case.team, case.now, case.zone)
    moved = where_it_goes(case.session, item, case.team, case.person(item.owner_id), case.now)
    return card.line(*moved) if moved else card
