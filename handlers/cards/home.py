"""A member's Home: what stands on their desk, row by row, and what is said when it is empty or closed to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.cards import cadence, series, words
from handlers.cards import contact as contact_cards
from handlers.cards import unsorted as unsorted_cards
from handlers.cards.blocks import Bold, Button, Card, Channel, Part, Person, When, cut, plain
from handlers.cards.item import label, subject
from handlers.cards.other import missed
from models import desk
from models.contact import Contact
from models.item import Barrier, Commitment, Item, Urgency
from models.oversight import TeamDesk
from models.sealing import readable
from models.team import CareTeam, Detail, Member
from models.unsorted import Unsorted
from models.worklist import Count, Known

MOST_BLOCKS = 100
TEXT_SHOWN = 120   # characters of an item's own words, where the team shows them
PEOPLE_SHOWN = 12
DAY = "{date_short_pretty}"

NAMES = {
    desk.Part.EVERYTHING: "Everything", desk.Part.PROMISES: "Promises", desk.Part.WAITING: "Waiting",
    desk.Part.PATIENTS: "Patients", desk.Part.ENTRIES: "Last 24 hours", desk.Part.TEAM: "Team",
}
HEADINGS = {
    desk.Part.PROMISES: "What you promised, soonest due first", desk.Part.WAITING: "What waits for you",
    desk.Part.PATIENTS: "Your patients", desk.Part.ENTRIES: "What you entered or changed in the last 24 hours",
    desk.Part.TEAM: "Your team",
}
NONE = {
    desk.Part.PROMISES: "You have no open promises.", desk.Part.WAITING: "Nothing else waits for you.",
    desk.Part.PATIENTS: "You are not the owner of any active patient.",
    desk.Part.ENTRIES: "You have entered nothing in the last 24 hours.", desk.Part.TEAM: "Nothing is overdue or untold.",
}
MORE = "And {count} more"
TOO_LONG = "There is more than one page can hold: {count} parts are left out here. The buttons above narrow it."
FIRST_RUN = "Your desk is empty, and that is a fine place to begin. Type any of these in your care team's channel:"
FIRST_LINES = (
    ("/concern rosa", " and what she said, in her own words"), ("/barrier rosa", " and what stands in the way"),
    ("/commit rosa", " what you promised, and by when: call the clinic by Friday 3pm"))
FIRST_PATIENT = "A patient comes first: /kept patient add rosa-m. Use aliases, never names."
NO_TEAM = "You are in no care team that Kept knows of."
NO_TEAM_HOW = ("A care team is one private channel. Invite Kept there with /invite @Kept, type /kept setup in it, and you become "
               "its first lead. If your team has a channel already, ask its lead to add you to it.")
SET_UP = "Set up a care team"
WAITS = "You are new to this care team: "
WAITS_HOW = "Once a lead there confirms you, this becomes your desk. Until then it stays empty."
UNSEEN = "Slack does not show Kept who is in this care team's channel, so nothing of its patients is shown here: "
BARRED = "Others than the care team can read in this channel, so nothing of its patients is shown here: "
CHECKING = "Kept could not check with Slack just now who you are here, so nothing is shown. It tries again by itself."
TO_SORT = "words that nobody has sorted yet"
UNTOLD = "patient not told yet"
NOTHING_OPEN = "nothing open"
PARTLY = "More than 1,000 are open; only those are counted here."
PEOPLE_MORE = "And {count} more people with open items."
NEWCOMERS = "Waiting to be confirmed"
NEWCOMERS_MORE = "And {count} more, who come up here once these are confirmed."
NEWCOMER = " is new in the channel and sees nothing yet."
LOST = "Not delivered in the last seven days"
LOST_MORE = "And {count} more; the morning digest and /kept status speak of them too."
OTHER_TEAMS = "And {count} more care teams; /kept mine in a team's channel shows what you have there."
ONLY_THIS, ALL_TEAMS = "Only this team", "All my teams"
NEWER, OLDER = "Newer", "Older"
EARLIER, LATER = "Earlier", "Later"
PLACE = "{first:,} to {last:,} of {total}"
BEYOND = "; /kept list with a patient shows the others"


def view(card: Card) -> dict[str, Any]:
    """As the Web API wants a Home. What does not fit is said."""
    shown = card.blocks
    if len(shown) > MOST_BLOCKS:
        left = len(shown) - MOST_BLOCKS + 1
        shown = [*shown[:MOST_BLOCKS - 1], {"type": "context", "elements": [plain(TOO_LONG.format(count=left))]}]
    return {"type": "home", "blocks": shown}


def said(text: str) -> Card:
    """A Home that shows nothing but a sentence."""
    return Card("Kept").line(text)


def no_team(waits: Sequence[CareTeam]) -> Card:
    """For someone who is in no care team yet, or whom no lead has confirmed."""
    card = Card("Kept")
    for team in waits:
        card.line(WAITS, Channel(team.channel))
    if waits:
        return card.line(WAITS_HOW)
    return card.heading(NO_TEAM).line(NO_TEAM_HOW).actions(Button(SET_UP, "set_up", ""))


def first_run(card: Card) -> Card:
    card.line(FIRST_RUN)
    for typed, more in FIRST_LINES:
        card.line(Bold(typed), more)
    return card.small(FIRST_PATIENT)


def notes(card: Card, waits: Sequence[CareTeam], unseen: Sequence[CareTeam], barred: Sequence[CareTeam]) -> None:
    for text, teams in ((WAITS, waits), (UNSEEN, unseen), (BARRED, barred)):
        if teams:
            parts: list[Part] = [text]
            for team in teams:
                parts += [Channel(team.channel), " "]
            card.line(*parts)


def tabs(card: Card, part: desk.Part, *, leads: bool) -> None:
    shown = [one for one in desk.Part if leads or one is not desk.Part.TEAM]
    card.actions(*[Button(NAMES[one], "desk_part", f"{one.value}.0", "primary" if one is part else None) for one in shown])


def teams(card: Card, every: Sequence[CareTeam], chosen: CareTeam | None, few: int) -> None:
    """With several care teams: which, and the way to one of them alone."""
    if len(every) < 2:
        return
    if chosen is not None:
        card.line("Only ", Channel(chosen.channel)).actions(Button(ALL_TEAMS, "desk_team", "all"))
        return
    for team in every[:few]:
        only_this(card.line(Channel(team.channel)), team)
    more_teams(card, len(every) - few)


def more_teams(card: Card, left: int) -> None:
    if left > 0:
        card.small(OTHER_TEAMS.format(count=left))


def heading(card: Card, part: desk.Part, total: Count, overdue: Count | None) -> None:
    number = f" · {numbered(total)}" if total.number else ""
    late = f", {numbered(overdue)} overdue" if overdue and overdue.number else ""
    card.line(Bold(HEADINGS[part]), number + late)


def numbered(count: Count) -> str:
    return f"more than {count.number:,}" if count.more else f"{count.number:,}"


def more(card: Card, part: desk.Part, total: Count, shown: int) -> None:
    left = total.number - shown
    if left > 0 or total.more:
        text = MORE.format(count=numbered(Count(left, total.more)))
        card.actions(Button(f"{text}: {NAMES[part].lower()}", "desk_part", f"{part.value}.0"))


def turning(card: Card, part: desk.Part, page: int, size: int, total: Count) -> None:
    """Nothing when all of it stands on one page."""
    back, on = (NEWER, OLDER) if part is desk.Part.ENTRIES else (EARLIER, LATER)
    end = page * size + size
    if page or end < total.number:
        card.actions(Button(back, "desk_part", f"{part.value}.{page - 1}") if page else None,
                     Button(on, "desk_part", f"{part.value}.{page + 1}") if end < total.number else None)
        place = PLACE.format(first=page * size + 1, last=min(total.number, end), total=numbered(total))
        card.small(place + (BEYOND if total.more and end >= total.number else ""))


def item_row(card: Card, item: Item, now: datetime, zone: ZoneInfo, every: Sequence[CareTeam], *, owner: bool = False,
             when: datetime | None = None) -> None:
    """Number, alias, state and due time; its words only where the team shows them and it is not private."""
    team = next(one for one in every if one.id == item.team_id)
    urgent = "urgent " if item.urgency is Urgency.URGENT and item.living else ""
    state = words.state(item, now)
    if item.untold and UNTOLD not in state:
        state += f", {UNTOLD}"
    parts: list[Part] = [Bold(f"#{item.number} · {item.patient.called}"), f" · {urgent}{words.name(item)} · {state}"]
    if item.due_at is not None and item.living:
        parts += [" · due ", When(item.due_at, words.said_when(item.due_at, zone), f"{DAY} at {{time}}")]
    if item.living and (repeats := series.said(item, zone)):
        parts.append(f" · {repeats}")
    if isinstance(item, Barrier):
        parts.append(f" · {label(item.category)}")
    if isinstance(item, Commitment):
        parts.append(f" · {words.act(readable(lambda: item.text))}")
    if owner:
        parts += [" · with ", Person(item.owner.slack_id)]
    if when is not None:
        parts += [" · ", When(when, words.said_when(when, zone), f"{DAY} at {{time}}")]
    parts += _of_team(every, item.team_id)
    if team.detail is Detail.FULL and not item.private:
        parts.append(f" · {cut(' '.join(readable(lambda: item.text).split()), TEXT_SHOWN)}")
    kept = Button("Kept", "done", subject(item), "primary") if isinstance(item, Commitment) and item.living else None
    card.line(*parts).actions(kept, Button("Open", "show", subject(item)))


def _of_team(every: Sequence[CareTeam], key: UUID) -> list[Part]:
    """Which team's it is, when the reader has several."""
    return [" · ", *(Channel(team.channel) for team in every if team.id == key)] if len(every) > 1 else []


def contact_row(card: Card, contact: Contact, zone: ZoneInfo, every: Sequence[CareTeam]) -> None:
    """That there was a contact; its note stands on its card."""
    at = contact.recorded_at
    card.line(Bold(contact.patient.called), f" · {contact_cards.facts(contact)} · ",
              When(at, words.said_when(at, zone), f"{DAY} at {{time}}"), *_of_team(every, contact.team_id))
    card.actions(Button("Open", "open_contact", contact_cards.subject(contact)))


def unsorted_row(card: Card, entry: Unsorted, zone: ZoneInfo, every: Sequence[CareTeam]) -> None:
    """That there are words to sort; the words stand on the card that asks what they are."""
    card.line(Bold(entry.patient.called), f" · {TO_SORT} · ",
              When(entry.at, words.said_when(entry.at, zone), f"{DAY} at {{time}}"), *_of_team(every, entry.team_id))
    card.actions(Button("Sort it", "sort", unsorted_cards.subject(entry)))


def patient_row(card: Card, known: Known, due: date | None, today: date, zone: ZoneInfo, every: Sequence[CareTeam]) -> None:
    parts: list[Part] = [Bold(known.patient.called), f" · {numbered(known.open)} open"]
    if known.last is None:
        parts.append(" · no contact yet")
    else:
        parts += [" · last contact ", When(known.last, words.said_when(known.last, zone), DAY)]
    if due is not None and due <= today:
        parts.append(f" · contact due by {cadence.day(due, today)}")
    card.line(*parts, *_of_team(every, known.patient.team_id))
    card.actions(Button("Open", "open_patient", f"t.{known.patient.team_id}.{known.patient.id}"))


def team_line(card: Card, found: TeamDesk) -> Card:
    counts = [f"{numbered(total)} {words.COUNTS[name][total.number != 1]}" for name, total in found.counts.items()
              if total.number]
    return card.line(Bold(HEADINGS[desk.Part.TEAM]), " · ", Channel(found.team.channel),
                     f" · {' · '.join(counts) or NOTHING_OPEN}")


def only_this(card: Card, one: CareTeam) -> Card:
    return card.actions(Button(ONLY_THIS, "desk_team", str(one.id)))


def team(card: Card, found: TeamDesk) -> None:
    """What a lead sees before the rows: counts, who has what, newcomers, and what did not arrive."""
    team_line(card, found)
    if found.loads:
        parts: list[Part] = []
        for load in found.loads[:PEOPLE_SHOWN]:
            late = f", {load.overdue} overdue" if load.overdue else ""
            parts += [" · " if parts else "", Person(load.slack_id), f" {load.open} open{late}"]
        card.line(*parts)
        left = len(found.loads) - PEOPLE_SHOWN
        if left > 0 or found.partly:
            card.small(" ".join([PEOPLE_MORE.format(count=left)] * (left > 0) + [PARTLY] * found.partly))
    _newcomers(card, found.team, found.newcomers, found.arriving)
    if found.failed:
        card.line(Bold(LOST), f" · {found.failed}")
        for number, to, code in found.undelivered:
            card.line(*missed(number, to, code))
        if found.failed > len(found.undelivered):
            card.small(LOST_MORE.format(count=found.failed - len(found.undelivered)))


def _newcomers(card: Card, of: CareTeam, found: Sequence[Member], total: int) -> None:
    if not total:
        return
    card.line(Bold(NEWCOMERS), f" · {total}")
    for one in found:
        card.line(Person(one.slack_id), NEWCOMER).actions(Button("Confirm", "confirm", f"t.{of.id}.{one.slack_id}", "primary"))
    if total > len(found):
        card.small(NEWCOMERS_MORE.format(count=total - len(found)))
