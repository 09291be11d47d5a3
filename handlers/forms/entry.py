"""Forms that keep something new: a concern, a barrier, a promise."""

from __future__ import annotations

from handlers.cards import fields, form_words
from handlers.cards.blocks import Block
from handlers.cards.forms import Choice
from handlers.cards.view import Reply, View
from handlers.case import Case
from handlers.forms import reading
from handlers.forms.reading import say
from handlers.language import category
from handlers.language.command import Said
from handlers.patient import patient_by_id
from handlers.table import blank, button, form
from models.categories import CATEGORIES
from models.item import Urgency


@blank("concern")
def concern_form(case: Case) -> View:
    return entry_form(case, "concern")


@blank("barrier")
def barrier_form(case: Case) -> View:
    return entry_form(case, "barrier")


@blank("commit")
def promise_form(case: Case) -> View:
    return entry_form(case, "commit")


@button("new_concern", opens=True)
def press_concern(case: Case) -> View:
    return entry_form(case, "concern", patient=known(case))


@button("new_barrier", opens=True)
def press_barrier(case: Case) -> View:
    return entry_form(case, "barrier", patient=known(case))


@button("new_promise", opens=True)
def press_promise(case: Case) -> View:
    return entry_form(case, "commit", patient=known(case))


def known(case: Case) -> Choice | None:
    """The patient whose page the button stands on."""
    if not case.argument:
        return None
    found = patient_by_id(case, case.argument)
    case.audit("patient read", found.id)
    return found.called, str(found.id)


def entry_form(case: Case, verb: str, *, patient: Choice | None = None, text: str = "", link: str = "") -> View:
    """``link`` leads to the message that ``text`` comes from; both may be empty."""
    subject = f"t.{case.team.id}" + (f".{link}" if link else "")
    return View(form_words.TITLES[verb], [fields.patient(patient), *_FIELDS[verb](text)], callback=f"form.{verb}",
                subject=subject, submit=form_words.SAVE, close=form_words.CANCEL)


def _concern(text: str) -> list[Block]:
    return [fields.words(*form_words.CONCERN_WORDS, text)]


def _barrier(text: str) -> list[Block]:
    return [fields.words(*form_words.BARRIER_WORDS, text), fields.category(), fields.urgency(), fields.owner()]


def _promise(text: str) -> list[Block]:
    return [fields.words(*form_words.PROMISE_WORDS, text), fields.when(*form_words.PROMISE_WHEN), fields.picker(),
            fields.about(), fields.owner()]


_FIELDS = {"concern": _concern, "barrier": _barrier, "commit": _promise}


@form("form.concern")
def concern(case: Case) -> Reply:
    text = reading.typed(case)
    return say(case, Said("concern", "", patient=reading.patient(case), text=text or None,
                          categories=category.suggest(text), link=reading.link(case)))


@form("form.barrier")
def barrier(case: Case) -> Reply:
    """Without a choice of its own, its category is suggested from the words, as for a typed line."""
    text = reading.typed(case)
    chosen = reading.choice(case, "category", (fields.SUGGEST, *CATEGORIES))
    suggested = category.suggest(text) if chosen == fields.SUGGEST else (chosen,)
    return say(case, Said("barrier", "", patient=reading.patient(case), text=text or None, owner=reading.owner(case),
                          category=suggested[0] if len(suggested) == 1 else None, categories=suggested,
                          chosen=chosen != fields.SUGGEST, urgency=reading.choice(case, "urgency", tuple(Urgency)),
                          link=reading.link(case)))


@form("form.commit")
def promise(case: Case) -> Reply:
    text, due = reading.due_in(case, reading.typed(case))
    about = (reading.item(case, "about").number,) if reading.one(case, "about") else ()
    return say(case, Said("commit", "", patient=reading.patient(case), text=text or None, owner=reading.owner(case),
                          about=about, due=due, link=reading.link(case)))
