"""Cards of concerns, barriers and promises: the reply to entering one, its card, lists, nudges and questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.cards import handoff, reasons, series, words
from handlers.cards.blocks import BUTTON_LIMIT, Bold, Button, Card, Link, Menu, Part, Person, Picker, Quote, When, cut, to_whom
from models.categories import CATEGORIES
from models.handoff import HandOff
from models.history import CAME_ROUND
from models.item import GRACE, Barrier, Commitment, Concern, Danger, Item, State, Urgency
from models.ladder import Saying
from models.nudge import LISTED
from models.rungs import AHEAD
from models.sealing import readable

TO_RECEIVER = frozenset({"handoff-offered", "handoff-receiver"})   # the rules that ask for an answer
PAST_SHOWN = 12   # changes of an item on its card
NOTE_SHOWN = 400  # characters of an earlier wording or note there


@dataclass(frozen=True)
class Note:
    """What someone should know of an item's time or owner, and what can be done about it."""

    parts: tuple[Part, ...]
    buttons: tuple[Button, ...] = ()


def subject(item: Item, argument: str = "") -> str:
    return f"i.{item.id}" + (f".{argument}" if argument else "")


def label(category: str | None) -> str:
    return CATEGORIES[category].label if category in CATEGORIES else "no category"


def due_part(item: Item, zone: ZoneInfo) -> tuple[Part, ...]:
    if item.due_at is None:
        return ("no time yet",)
    return ("due ", When(item.due_at, words.said_when(item.due_at, zone)), f" {item.due_at.astimezone(zone).tzname()}")


def title(item: Item, alias: str) -> Bold:
    urgent = "Urgent " if item.urgency is Urgency.URGENT else ""
    noun = words.name(item)
    return Bold(f"#{item.number} · {(urgent + noun).capitalize()} · {alias}")


def full(item: Item, alias: str, owner: str, now: datetime, zone: ZoneInfo, *, lead: str = "",
         planned: Saying | None = None, notes: Sequence[Note] = ()) -> Card:
    """The card of an item, for someone who may see it. ``owner`` is a Slack user id; ``notes`` are about its due time and
    its owner."""
    card = Card(f"Kept: #{item.number}")
    if lead:
        card.line(lead)
    short(item, alias, owner, now, zone, card)
    for one in notes:
        card.line(*one.parts).actions(*one.buttons)
    if item.danger is Danger.ASKED:
        card.line(words.EMERGENCY).line(Bold(words.DANGER_ASK))
        card.actions(Button("Yes, someone is", "danger_yes", subject(item), "danger"),
                     Button("No, nobody is", "danger_no", subject(item)))
    if planned is not None:
        card.line("Kept will speak up next ", *said_next(planned, zone))
    return card


def said_next(one: Saying, zone: ZoneInfo) -> tuple[Part, ...]:
    """When, in which message, and why."""
    return (When(one.at, words.said_when(one.at, zone)), reasons.IN_THE_MORNING if one.morning else "",
            f": {reasons.reason(one.planned.rung) if one.planned else reasons.REASONS[LISTED]}.")


def short(item: Item, alias: str, owner: str, now: datetime, zone: ZoneInfo, card: Card | None = None) -> Card:
    """What an item is and where it stands, without buttons."""
    card = card or Card(f"Kept: #{item.number}")
    card.line(title(item, alias), Quote(readable(lambda: item.text)))
    facts: list[Part] = [f"{words.state(item, now).capitalize()} · "]
    if isinstance(item, Commitment):
        facts += [*due_part(item, zone), " · "]
        facts += [f"{repeats} · "] if (repeats := series.said(item, zone)) else []
    if isinstance(item, Barrier):
        facts += [f"{label(item.category)} · "]
    card.line(*facts, "to " if item.state is State.OFFERED else "with ", Person(owner))
    if isinstance(item, HandOff):
        handoff.lines(card, item, alias)
    if link := readable(lambda: item.link, ""):
        card.line(Link("From a message", link))
    return card


def answers(item: Item) -> list[Button]:
    """What the one who is offered a hand-off can say to it."""
    s = subject(item)
    return [Button("Accept all", "accept", s, "primary"), Button("Decline", "decline", s)]


def next_steps(item: Item, *, undo: bool = False, edit: bool = True, mine: bool = False) -> list[Button | None]:
    """The buttons that fit an item's state: the natural next step first. A message that others see has no "Edit"; what is
    ``mine`` need not be assigned to me."""
    s = subject(item)
    told = Button("Patient has been told", "told", s)
    if not item.living:
        steps: list[Button | None] = [told if item.untold else None]
        if item.state is not State.IN_ERROR and not isinstance(item, HandOff):
            steps.append(Button("Reopen", "reopen", s))
    elif isinstance(item, HandOff):
        steps = []
    elif isinstance(item, Commitment):
        steps = [Button("Kept", "done", s, "primary"), Button("Tell them it'll be late", "late", s),
                 told if item.untold else None]
    elif isinstance(item, Barrier):
        steps = [Button("Resolved, patient confirms", "resolve_patient", s, "primary"),
                 Button("Resolved, we assume", "resolve_staff", s), Button("Working on it", "progress", s)]
    elif isinstance(item, Concern):
        steps = [Button("Answered", "answer", s, "primary") if item.state is State.RAISED else None,
                 Button("Settled", "settle", s)]
    else:
        steps = []
    if not mine and (item.untold or (item.living and not isinstance(item, HandOff))):
        steps.append(Button("Assign to me", "take", s))
    if item.living:
        steps += [Button("Snooze a day", "snooze", s), Button("Edit", "edit", s) if edit else None, Button("More", "more", s)]
    stop = Button("Stop repeating", "stop", s) if undo and item.living and item.repeats else None
    return [*steps, stop, Button("Undo", "undo", s) if undo else None]


def more_steps(item: Item, *, mine: bool) -> list[Button | None]:
    """The rest of what can become of an item; each leads to a form, or shows something. Only what is ``mine`` is handed over."""
    s = subject(item)
    steps: list[Button | None] = []
    if item.living and isinstance(item, Commitment):
        steps = [Button("It will not be kept", "broken", s), Button("No longer needed", "withdraw", s),
                 *(series.steps(s) if item.repeats else [])]
    elif item.living and isinstance(item, Barrier):
        steps = [Button("We cannot remove it", "cannot", s)]
    if item.untold or (item.living and not isinstance(item, HandOff)):
        steps.append(Button("Give it to someone", "assign", s))
    if mine and (item.untold or item.living) and not isinstance(item, HandOff):
        steps.append(Button("Hand over", "hand_over", s))
    return [*steps, Button("Why and when", "why", s), Button("Show its history", "show", s)]


def entered(item: Item, alias: str, owner: str, now: datetime, zone: ZoneInfo, planned: Saying | None,
            lead: str = "", notes: Sequence[Note] = (), *, mine: bool = False) -> Card:
    """The reply to entering something: what was understood, and what happens next."""
    card = full(item, alias, owner, now, zone, lead=lead or f"Kept as #{item.number}.", planned=planned, notes=notes)
    if isinstance(item, Concern) and item.danger is Danger.NONE:
        card.line(words.HEARD, " You might ask: ", Bold(words.OPENERS.get(item.category or "", words.OPENER)))
    return card.actions(*next_steps(item, undo=True, mine=mine))


def categories_menu(item: Item, slugs: Sequence[str]) -> Menu:
    """The choice of category: the ones that tied first, or the whole table."""
    chosen = list(slugs) if len(slugs) > 1 else list(CATEGORIES)
    return Menu("Choose what it is about", "category", subject(item), tuple((label(s), s) for s in chosen))


def times(card: Card, item: Item, action: str, options: Sequence[tuple[str, datetime]], start: datetime) -> Card:
    """One button per reading or suggestion, each showing its full date, and "Pick a time"."""
    card.actions(*[Button(text, action, subject(item, at.isoformat())) for text, at in options])
    return card.actions(Picker("Pick a time", action, subject(item), start))


def nudge(item: Item, alias: str, owner: str, rule: str, now: datetime, zone: ZoneInfo, *, full_detail: bool,
          buttons: bool, moved: bool = False, gone: bool = False, reader: str = "", out: Sequence[Part] = ()) -> Card:
    """A nudge: in minimal detail alias, number, category, age and one word from a closed list, never the text.

    ``moved`` says that the item has gone on since, so that the rule it was sent by no longer holds; ``gone`` that
    its owner is not in the team any more; ``out`` until when they are out, and who covers.
    """
    card = Card(f"Kept: #{item.number} needs a person")
    due = words.short_when(item.due_at, zone, now) if item.due_at else ""
    if not item.living and not item.untold:
        card.line(title(item, alias), f": {words.state(item, now)}. Thank you.")
        return card
    if moved:
        card.line(title(item, alias), f": {words.state(item, now)}" + (f", due {due}" if due and item.living else "") + ".")
        return card.small(words.MOVED)
    card.line(title(item, alias), f" {what(item, rule, now, zone)}")
    detail = detail_of(item)
    if isinstance(item, HandOff) and item.state is State.OFFERED:
        # It is with its giver until it is accepted.
        card.line("From ", Person(item.giver.slack_id), " to ", Person(owner))
    else:
        detail += "".join(repeating(item, zone))
        card.line(f"{detail[:1].upper()}{detail[1:]} · with " if detail else "With ", Person(owner))
    if gone:
        card.line(words.OWNER_GONE)
    if out:
        card.line(*out)
    if full_detail:
        card.line(Quote(readable(lambda: item.text)))
    if not buttons:
        return card.small(f"Now {words.state(item, now)}; a newer message carries the buttons.")
    show = None if full_detail else Button("Show", "show", subject(item))
    if rule in AHEAD:
        card.line(words.TIME_STILL)
    # Only who has it hands it over, and reads that in the channel too; others give it to someone.
    give = (Button("Give it to someone", "assign", subject(item)) if isinstance(to_whom(reader), Person) and reader != owner else
            Button("Hand over", "hand_over", subject(item)))
    if isinstance(item, Commitment) and rule != "due" and late(item, now):
        return card.line(words.REPAIR).actions(*repair(item, give, mine=reader == owner), show)
    if rule in TO_RECEIVER and item.living:
        card.actions(*answers(item))
    steps = next_steps(item, edit=False, mine=reader == owner)
    if rule == "due" and item.living:
        steps.insert(2, give)
    return card.actions(*steps, show)


def kept_button(item: Item, now: datetime, style: str | None = None) -> Button:
    """Of what is late, when it was kept is asked."""
    s = subject(item)
    return Button("Kept after all", "kept_after", s, style) if late(item, now) else Button("Kept", "done", s, style)


def late(item: Item, now: datetime) -> bool:
    """Overdue, and not only by the moment that a message about its due time takes."""
    return item.overdue(now - GRACE)


def repair(item: Item, give: Button, *, mine: bool) -> list[Button | None]:
    """What can be done about an overdue promise, each with its form; the patient hears of all of them."""
    s = subject(item)
    return [Button("Kept after all", "kept_after", s, "primary"), Button("Tell them it'll be late", "late", s),
            Button("Patient has been told", "told", s) if item.untold else None, give,
            Button("Withdraw, they agree", "withdraw", s), None if mine else Button("Assign to me", "take", s),
            Button("Snooze a day", "snooze", s), Button("More", "more", s)]


def what(item: Item, rule: str, now: datetime, zone: ZoneInfo) -> str:
    """Why an item is brought up, as a sentence that follows its title."""
    since = words.ago(item.since, now)
    found = reasons.RULES[rule].format(due=words.short_when(item.due_at, zone, now) if item.due_at else "",
                                     since=f"{since} ago" if since != "just now" else since,
                                     age=since if since != "just now" else "a moment")
    return found + ("" if found.endswith("?") else ".")


def detail_of(item: Item) -> str:
    """All that a message in minimal detail says of what it is about: a word from a closed list, or the category."""
    if isinstance(item, Barrier):
        return label(item.category)
    return words.act(readable(lambda: item.text)) if isinstance(item, Commitment) else ""


def withheld(item: Item) -> Card:
    """What stands in the channel of an item that has become private."""
    return Card(f"Kept: #{item.number}").line(words.WITHHELD.format(number=item.number))


def row(item: Item, alias: str, now: datetime, zone: ZoneInfo) -> tuple[Part, ...]:
    """One line of a list."""
    due = ""
    if item.due_at:
        zoned = words.apart(item.due_at, zone, item.team.tz)
        due = f" · due {words.short_when(item.due_at, zone, now, zoned=zoned)}"
    return (Bold(f"#{item.number} "), f"{words.name(item)} · {alias} · ",
            cut(" ".join(readable(lambda: item.text).split()), 120), f" · {words.state(item, now)}{due}", *repeating(item, zone))


def repeating(item: Item, zone: ZoneInfo) -> tuple[str, ...]:
    return (f" · {found}",) if item.living and (found := series.said(item, zone)) else ()


def choice(item: Item, alias: str) -> str:
    """One line of a menu; what is too long for it ends in "…"."""
    text = " ".join(readable(lambda: item.text).split())
    return cut(f"#{item.number} · {words.name(item)} · {alias} · {text}", BUTTON_LIMIT)


def listing(title: str, rows: Sequence[tuple[Part, ...]], total: int, above: Callable[[Card], object] | None = None, *,
            alias: str = "") -> Card:
    """``above`` adds what stands over the rows; ``alias`` is whose items they all are."""
    card = Card("Kept: your list").heading(title)
    if above is not None:
        above(card)
    begun = len(card.blocks)
    for parts in rows:
        card.line(*parts)
    if total > len(rows):
        narrower = words.NARROW_PATIENT.format(alias=alias) if alias else words.NARROW_LIST
        card.small(f"And {total - len(rows):,} more. {narrower}")
    if not rows:
        card.line("Nothing here. That is good news." if begun == 1 else "Nothing else here.")
    return card


def past(card: Card, item: Item, names: Mapping[UUID, str], zone: ZoneInfo) -> Card:
    """What happened to an item, oldest first; an edit shows the earlier words."""
    earlier = len(item.history) - PAST_SHOWN
    if earlier > 0:
        card.small(words.MORE_PAST.format(count=earlier))
    for row in item.history[-PAST_SHOWN:]:
        who: tuple[Part, ...] = (" · ", Person(names[row.actor_id])) if row.verb != CAME_ROUND else ()
        card.line(f"{words.short_when(row.happened_at, zone, row.happened_at)} · {row.verb}",
                  " (undone)" if row.undone else "", *who)
        note = readable(partial(getattr, row, "note"))
        if note:
            card.line(Quote(note if len(note) <= NOTE_SHOWN else note[:NOTE_SHOWN] + words.SHORTENED))
    return card
