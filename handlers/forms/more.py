"""What else can become of an item, besides the few buttons its card has room for."""

from __future__ import annotations

from handlers.cards import form_words
from handlers.cards.blocks import Card
from handlers.cards.item import more_steps
from handlers.cards.view import View
from handlers.case import Case
from handlers.forms.subject import head
from handlers.table import button


@button("more", opens=True)
def more(case: Case) -> View:
    item = case.pressed
    card = Card("", head(case, item)).actions(*more_steps(item, mine=item.owner_id == case.me.id))
    return View(form_words.MORE.format(number=item.number), card.blocks)
