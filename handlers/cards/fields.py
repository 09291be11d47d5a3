"""The fields that forms share, with their labels and hints."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from handlers.cards import form_words, forms
from handlers.cards.blocks import Block
from handlers.cards.forms import Choice
from models.categories import CATEGORIES
from models.contact import Outcome, Way
from models.item import Urgency

SUGGEST = "suggest"   # the choice that leaves the category to the words
TOLD = "told"
CONFIRMED, ASSUMED = "confirmed", "assumed"
WEEK: Sequence[Choice] = (("Monday", "mon"), ("Tuesday", "tue"), ("Wednesday", "wed"), ("Thursday", "thu"), ("Friday", "fri"),
                          ("Saturday", "sat"), ("Sunday", "sun"))
DETAILS: Sequence[Choice] = (("Number, alias and category only", "minimal"), ("Also the words", "full"))
JOINS: Sequence[Choice] = (("waits until a lead confirms them", "confirm"), ("is let in at once", "open"))
DATES: Sequence[Choice] = (("March 12: month first", "mdy"), ("3 December: day first", "dmy"),
                           ("not known: Kept asks", "ask"))
URGENCIES: Sequence[Choice] = (("Normal", Urgency.NORMAL), ("Urgent: it cannot wait a day", Urgency.URGENT), ("Low", Urgency.LOW))
WAYS: Sequence[Choice] = (("A call", Way.CALL), ("A visit", Way.VISIT), ("A text or letter", Way.TEXT), ("By video", Way.VIDEO),
                          ("In person", Way.IN_PERSON))
OUTCOMES: Sequence[Choice] = (("The patient was reached", Outcome.REACHED), ("Someone else was", Outcome.SOMEONE_ELSE),
                              ("A message was left", Outcome.MESSAGE_LEFT), ("No answer", Outcome.NO_ANSWER))


def patient(chosen: Choice | None = None) -> Block:
    return forms.search("patient", "Patient", "patient", chosen=chosen, placeholder="Begin to type their alias",
                        hint="At most a hundred are offered at once: keep typing to narrow them. An alias that is new can "
                             "be added here, such as rosa-m.")


def words(label: str, hint: str, initial: str = "", *, optional: bool = False) -> Block:
    return forms.words("words", label, initial=initial, hint=hint, optional=optional)


def note(label: str, hint: str, initial: str = "") -> Block:
    return forms.words("words", label, initial=initial, hint=hint, optional=True)


def why(label: str, hint: str) -> Block:
    return forms.words("why", label, hint=hint, optional=True)


def confirmed() -> Block:
    return forms.checks("confirmed", "Does the patient say so?", [("Yes, the patient says it is settled", CONFIRMED)],
                        hint="Leave it empty when it is our own impression.")


def category(chosen: str = SUGGEST, *, suggest: bool = True) -> Block:
    first: list[Choice] = [("Let Kept suggest it from the words", SUGGEST)] if suggest else []
    return forms.menu("category", "What it is about", [*first, *((one.label, slug) for slug, one in CATEGORIES.items())],
                      chosen=chosen, placeholder="Choose what it is about")


def urgency(chosen: str = Urgency.NORMAL) -> Block:
    return forms.radio("urgency", "How urgent is it?", URGENCIES, chosen=chosen)


def owner(label: str = "Who looks after it", hint: str = "Someone of this care team. Empty, it is yours.", *,
          optional: bool = True) -> Block:
    return forms.person("owner", label, placeholder="Choose a person", hint=hint, optional=optional)


def when(label: str, hint: str, initial: str = "") -> Block:
    """The time in words; the picker beside it says the same without them."""
    return forms.words("when", label, initial=initial, lines=False, optional=True, most=150, hint=hint)


def starts() -> Block:
    label, hint = form_words.STARTS
    return forms.words("starts", label, hint=hint, lines=False, optional=True, most=150)


def cover() -> Block:
    label, hint = form_words.COVER
    return forms.person("cover", label, placeholder="Choose a person", hint=hint, optional=True)


def picker(chosen: datetime | None = None) -> Block:
    return forms.moment("picker", "Or pick the day and time", chosen=chosen, optional=True,
                        hint="In your own time zone. Use either the words or this.")


def happened() -> Block:
    label, hint = form_words.HAPPENED
    return forms.moment("happened", label, optional=True, hint=hint)


def item(menu: str, label: str = "Which one") -> Block:
    return forms.search("item", label, menu, placeholder="Its number, or the patient",
                        hint="Type its number, such as 42, or the patient's alias. At most a hundred are offered at once.")


def about() -> Block:
    return forms.search("about", "For which concern or barrier", "about", optional=True, placeholder="Its number, or the patient",
                        hint="Only if the promise is meant to help with one of them. At most a hundred are offered at once: type "
                             "its number, such as 42, or the patient's alias.")


def told(label: str = "Has the patient been told?", *, ticked: bool = False) -> Block:
    return forms.checks("told", label, [("Yes, the patient knows", TOLD)], chosen=[TOLD] if ticked else [],
                        hint="Leave it empty until it has happened. Kept reminds you, and nothing closes before.")


def known() -> Block:
    return forms.radio("known", "How do we know?", [("The patient confirms it", CONFIRMED), ("We assume it", ASSUMED)],
                       hint="Both are kept apart in the figures, so an honest guess does no harm.")


def way(chosen: str) -> Block:
    return forms.menu("way", "How", WAYS, chosen=chosen)


def outcome(chosen: str) -> Block:
    return forms.radio("outcome", "What came of it", OUTCOMES, chosen=chosen)


def minutes() -> Block:
    label, hint = form_words.MINUTES
    return forms.words("minutes", label, hint=hint, lines=False, optional=True, most=20, placeholder="12")


def spoken_of() -> Block:
    label, hint = form_words.SPOKEN_OF
    return forms.searches("about", label, "open", hint=hint, placeholder="Their numbers, or the patient")


def some_of() -> Block:
    label, hint = form_words.SOME_OF
    return forms.searches("items", label, "givable", hint=hint, placeholder="Their numbers, or the patient")


def sought() -> Block:
    label, hint = form_words.SOUGHT_WORDS
    return forms.words("words", label, hint=hint, lines=False, most=300)


def alias() -> Block:
    label, hint = form_words.ALIAS
    return forms.words("alias", label, hint=hint, lines=False, optional=True, most=60, placeholder="rosa-m")


def zone(chosen: str) -> Block:
    return forms.search("zone", "The team's time zone", "zone", chosen=(chosen, chosen), placeholder="Begin to type a city",
                        hint="Hours, days and the digest are read in it. At most a hundred are offered at once.")


def leads(chosen: Sequence[str]) -> Block:
    return forms.people("leads", "Leads", chosen=chosen,
                        hint="They change these settings, confirm newcomers and get the morning digest. They must be in "
                             "this channel.")


def hours(opens: str, closes: str, digest: str) -> list[Block]:
    return [forms.clock("opens", "The team's day begins", chosen=opens),
            forms.clock("closes", "It ends", chosen=closes, hint="Nothing is sent before it begins nor after it ends."),
            forms.clock("digest", "Morning digest", chosen=digest)]


def days(chosen: Sequence[str]) -> Block:
    return forms.checks("days", "Working days", WEEK, chosen=chosen, optional=False)


def days_off(apart: str, holidays: str, closed: str) -> list[Block]:
    return [forms.words("apart", "Other hours on some of these days", initial=apart, lines=False, optional=True, most=200,
                        placeholder="fri 9-13", hint="Only where they differ, on a 24-hour clock."),
            forms.words("holidays", "Public holidays", initial=holidays, lines=False, optional=True, most=40, placeholder="US-NY",
                        hint="A country, and its state or region where that has its own: US, US-NY, CA-ON. Empty for none."),
            forms.words("closed", "Other days on which the team is closed", initial=closed, optional=True,
                        placeholder="2026-12-24 Staff day",
                        hint="One a line, with a name if you like; a week is 2026-12-24..2026-12-31. The word open before a "
                             "holiday means that the team works then.")]


def rules(detail: str, join: str, dates: str) -> list[Block]:
    return [forms.radio("detail", "What a reminder in the channel says", DETAILS, chosen=detail,
                        hint="The words only where your workspace is covered by a BAA."),
            forms.radio("join", "Someone new in the channel", JOINS, chosen=join),
            forms.radio("dates", "A date like 3/12 is", DATES, chosen=dates)]
