"""Cards of absences: who is out until when, what falls due meanwhile, who covers, and what waits on coming back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from handlers.cards import item as items
from handlers.cards import words
from handlers.cards.blocks import Bold, Button, Card, Channel, Part, Person, When
from models.absence import Absence, CoverAnswer
from models.item import History, Item
from models.sealing import readable
from models.team import CareTeam
from models.worklist import Count

MOST_OUT = 10   # people in a digest

LEADS_SET = "Only a lead can set someone else out, or bring them back. Nothing was changed."
NEED_DAY = "Say the day you are back, such as Wednesday or Dec 2. Nothing was changed."
A_DAY = ("That names more than one day, and Kept never guesses. Say the very day you are back, such as Wednesday or Dec 2. "
         "Nothing was changed.")
NEED_START = "The day you go could not be read as one day. Write it like Monday or Dec 1. Nothing was changed."
WHICH_DAY = "Which day are you back? {reason}"
OUT_THEN = "They are out then too, so they cannot cover. Name someone else, or nobody. Nothing was changed."
YOU_OUT_THEN = "You are out then yourself, so you cannot cover. /kept back first, if you are here after all."
SAME = "That is how it stands already, so nothing was changed. /kept back ends it."
NOT_OUT = "You are not out, so there is nothing to come back from."
THEY_NOT_OUT = "They are not out, so there is nothing to bring them back from."
NOT_GOING = "Then you stay. Nothing else has changed."
BACK = "Welcome back. What fell due meanwhile, and what waits for you, is in your messages from Kept."
BROUGHT_BACK = "They count as here again from now on. What fell due meanwhile is in their messages from Kept."
OWN = ("Until then Kept sends you nothing. What is private goes to the leads, never to a cover; what is for the channel or the "
       "leads goes on.")
THEIRS = ("Until then Kept sends them nothing. What is private goes to the leads, never to a cover; what is for the channel or "
          "the leads goes on.")
NO_COVER = "Nobody covers, so the reminders wait until then. To name someone, type it again with: cover @someone"
ASKED = " is asked to cover. Unless they accept, the reminders wait until then."
ACCEPTED = " covers: the reminders go to them."
DECLINED = " cannot cover, so the reminders wait until then. To name someone else: /kept out until {day}, cover @someone"
FALLS_DUE = "Falls due before then: hand it over, or call ahead"
NOTHING_DUE = "No promise falls due before then."
MORE_DUE = "And {count} more that fall due before then."
SEE_REST = "See the rest"
YOU_DO = " is out until {day}, and you cover."
NOBODY_ASKS = "Nobody asks you to cover just now."
ASKS = " is out until {day} and asks you to cover."
COVERING = ("If you accept, their reminders come to you, and what you do counts as done by you. Nothing changes hands, and what "
            "is private goes to the leads instead.")
YOU_COVER = "Thank you. Until {day} the reminders come to you that are for "
YOU_DECLINED = "That is noted. Their reminders wait until they are back, and who set it knows."
NO_MORE_ASKED = "This is not asked any more."
HAS_ACCEPTED = " accepts to cover until {day}."
HAS_DECLINED = " cannot cover until {day}. To ask someone else: /kept out until {day}, cover @someone"
COVER_OUT = " is out and cannot cover any more until {day}, for "
SILENT = " was asked a working day ago and has not answered, so nobody covers for "
COVER_OUT_TO = "To ask someone else: /kept out @them until {day}, cover @someone"
RETURNED = " is back, so nobody covers any more."
IS_BACK = " is back. Thank you for covering."
CATCH_UP = "Welcome back"
CATCH_UP_FELL = "Fell due while you were out, and is still open"
CATCH_UP_TODAY = "Due today"
CATCH_UP_DONE = "Done for you meanwhile"
CATCH_UP_WAITS = "Else waits for you: "
CATCH_UP_NONE = "Nothing fell due while you were out, and nothing else waits for you."
MINE = "/kept mine shows all that waits for you."
MORE = "And {count} more. " + MINE
SET_BY = "It was set by "
WAITS = {"untold": ("ended, and the patient not told", "ended, and the patients not told"),
         "offered": ("hand-off offered to you", "hand-offs offered to you"),
         "raised": ("concern without a first contact", "concerns without a first contact"),
         "barriers": ("open barrier", "open barriers"), "answered": ("concern to settle", "concerns to settle")}
PRIVATE_WAITS = "You get this for a lead who is out. What is private is left out: it waits for a lead."
OUT_NOW = "Out now"
HOME_OUT = "You are out of "
HOME_COVER = "You cover for "
FOR_WHOM = "Say for whom, with @ and their name."
NOT_ASKED = "They have not asked you to cover, or are back already."
YES_OR_NO = "Say only for whom, or no after it: /kept cover @alex no. Nothing was changed."
STANDS_IN = "This is for "
STANDS_IN_WHY = ", who is out until {day}; you cover."
OUT_UNTIL = " is out until {day}"
NOBODY_COVERS = "; nobody covers."
GOES_TO = ", so what is for them goes to "
GOES_TO_LEADS = ", so what is for them goes to the leads: it is private."
GOES_LATER = ", so what is for them waits until then; what is for the channel or the leads goes on."


def subject(absence: Absence, argument: str = "") -> str:
    return f"a.{absence.id}" + (f".{argument}" if argument else "")


def day(absence: Absence, team: CareTeam, zone: ZoneInfo, now: datetime) -> str:
    """When they are back: the day alone, when it is from its opening on."""
    until = absence.until
    whole = team.work.opening(until.astimezone(team.tz).date()) == until
    return words.said_day(until, team.tz, now) if whole else words.long_when(until, zone, now, zoned=True)


def which_day(team: UUID, reason: str, options: Sequence[tuple[str, str]]) -> Card:
    """``options`` are labels, and what the button of each carries."""
    card = Card("Kept: which day?").line(WHICH_DAY.format(reason=reason))
    return card.actions(*[Button(label, "out_until", f"t.{team}.{value}") for label, value in options])


def is_out(absence: Absence, who: str, team: CareTeam, zone: ZoneInfo, now: datetime, *, own: bool) -> Card:
    """The reply to going out, before what falls due: from when until when, and who covers."""
    card = Card("Kept: out until then")
    begins: tuple[Part, ...] = ("from now",) if absence.starts_at <= now else (
        "from ", When(absence.starts_at, words.said_when(absence.starts_at, zone)))
    card.line(*(("You are",) if own else (Person(who), " is")), " out ", *begins, " until ",
              When(absence.until, words.said_when(absence.until, zone)), f" ({absence.until.astimezone(zone).tzname()}).")
    card.line(OWN if own else THEIRS)
    cover(card, absence, team, zone, now)
    return card


def cover(card: Card, absence: Absence, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    if absence.cover is None or absence.answer is None:
        return card.line(NO_COVER)
    said = {CoverAnswer.ASKED: ASKED, CoverAnswer.ACCEPTED: ACCEPTED, CoverAnswer.DECLINED: DECLINED}[absence.answer]
    return card.line(Person(absence.cover.slack_id), said.format(day=day(absence, team, zone, now)))


def falling_due(card: Card, absence: Absence, found: Sequence[Item], total: Count, shown: int, now: datetime, zone: ZoneInfo, *,
                own: bool) -> Card:
    """Each with what can be done ahead. ``shown`` is how many stood before these."""
    if not found and not shown:
        return card.line(NOTHING_DUE)
    card.line(Bold(FALLS_DUE))
    for item in found:
        s = items.subject(item)
        give = Button("Hand over", "hand_over", s) if own else Button("Give it to someone", "assign", s)
        card.line(*items.row(item, item.patient.called, now, zone))
        card.actions(give, Button("Tell them it'll be late", "late", s))
    left = total.number - shown - len(found)
    if left > 0:
        card.line(MORE_DUE.format(count=f"{left:,}" + ("+" if total.more else "")))
        card.actions(Button(SEE_REST, "out_due", subject(absence, str(shown + len(found)))))
    return card


def back_button(absence: Absence, *, own: bool) -> Button:
    return Button("I am back" if own else "They are back", "back", subject(absence))


def asks(absence: Absence, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    """Asks someone to cover."""
    return asking(Card("Kept: will you cover?"), absence, team, zone, now).small(COVERING)


def asking(card: Card, absence: Absence, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    """Who asks, or whom one covers already, and the answers there are."""
    card.line(Person(absence.member.slack_id), (YOU_DO if absence.covered else ASKS).format(day=day(absence, team, zone, now)))
    card.line("From ", When(absence.starts_at, words.said_when(absence.starts_at, zone)), " until ",
              When(absence.until, words.said_when(absence.until, zone)), ".")
    if absence.covered:
        return card.actions(Button("I cannot after all", "cover_no", subject(absence)))
    return card.actions(Button("Accept", "cover_yes", subject(absence), "primary"),
                        Button("Decline", "cover_no", subject(absence)))


def asked_before(absence: Absence, who: str, team: CareTeam, zone: ZoneInfo, now: datetime, *, theirs: bool) -> Card:
    """What stands in place of the question once it is answered, or asked no more."""
    if absence.ended_at is not None:
        return Card("Kept: covering").line(Person(who), RETURNED)
    card = Card("Kept: covering").line(Person(who), OUT_UNTIL.format(day=day(absence, team, zone, now)), ".")
    if theirs and absence.covered and not absence.over(now):
        return card.line("You cover.").actions(Button("I cannot after all", "cover_no", subject(absence)))
    return card.line("You declined." if theirs and absence.answer is CoverAnswer.DECLINED else NO_MORE_ASKED)


def you_cover(absence: Absence, who: str, found: Sequence[Item], total: Count, team: CareTeam, zone: ZoneInfo,
              now: datetime) -> Card:
    """The reply to accepting: what it means, and what falls due meanwhile that is not private."""
    card = Card("Kept: you cover").line(YOU_COVER.format(day=day(absence, team, zone, now)), Person(who), ".")
    for item in found:
        s = items.subject(item)
        card.line(*items.row(item, item.patient.called, now, zone)).actions(
            items.kept_button(item, now), Button("Show", "show", s))
    if total.number > len(found):
        card.small(MORE_DUE.format(count=total.number - len(found)))
    return card.actions(Button("I cannot after all", "cover_no", subject(absence)))


def answered(absence: Absence, by: str, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    said = HAS_ACCEPTED if absence.covered else HAS_DECLINED
    return Card("Kept: about your cover").line(Person(by), said.format(day=day(absence, team, zone, now)))


def uncovered(absence: Absence, cover: str, who: str, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    until = day(absence, team, zone, now)
    return Card("Kept: nobody covers").line(Person(cover), COVER_OUT.format(day=until), Person(who), ". ",
                                            COVER_OUT_TO.format(day=until))


def unanswered(absence: Absence, cover: str, team: CareTeam, zone: ZoneInfo, now: datetime) -> Card:
    until = day(absence, team, zone, now)
    return Card("Kept: nobody covers yet").line(
        Person(cover), SILENT, Person(absence.member.slack_id), f" until {until}. ", COVER_OUT_TO.format(day=until))


def out_now(card: Card, out: Collection[Absence], team: CareTeam, now: datetime) -> Card:
    """Who is out and who covers, for a lead."""
    if out:
        card.line(Bold(OUT_NOW))
    for one in sorted(out, key=lambda absence: absence.until)[:MOST_OUT]:
        covers: tuple[Part, ...] = (Person(one.cover.slack_id), " covers") if one.covered and one.cover else ("nobody covers",)
        card.line(Person(one.member.slack_id), f" until {day(one, team, team.tz, now)}; ", *covers)
    if len(out) > MOST_OUT:
        card.small(f"And {len(out) - MOST_OUT} more.")
    return card


def at_home(card: Card, own: Sequence[tuple[Absence, CareTeam]], covered: Sequence[tuple[Absence, CareTeam]], zone: ZoneInfo,
            now: datetime) -> Card:
    """On a member's Home: where they are out, or will be, and for whom they cover."""
    for one, team in own:
        begins = "" if one.starts_at <= now else f"from {words.long_when(one.starts_at, zone, now)} "
        card.line(HOME_OUT, Channel(team.channel), f" {begins}until {day(one, team, zone, now)}.")
        card.actions(back_button(one, own=True))
    for one, team in covered:
        card.line(HOME_COVER, Person(one.member.slack_id), f" until {day(one, team, zone, now)}.")
        card.actions(Button("I cannot after all", "cover_no", subject(one)))
    return card


def thanks(who: str) -> Card:
    return Card("Kept: they are back").line(Person(who), IS_BACK)


def _ahead(item: Item, now: datetime) -> bool:
    return item.due_at is not None and item.due_at > now


def catch_up(absence: Absence, author: str | None, fell: Sequence[Item], total: Count,
             done: Sequence[tuple[Item, History, str]], more_done: int, waits: Sequence[tuple[str, Count]], now: datetime,
             zone: ZoneInfo) -> Card:
    """Minimal, as a nudge is: numbers, aliases and days. ``author`` is who set it, when that was someone else."""
    card = Card("Kept: welcome back").heading(CATCH_UP)
    if author:
        card.line(SET_BY, Person(author), ".")
    for n, item in enumerate(fell):
        ahead = _ahead(item, now)
        if n == 0 or ahead is not _ahead(fell[n - 1], now):
            card.line(Bold(CATCH_UP_TODAY if ahead else CATCH_UP_FELL))
        s = items.subject(item)
        due: tuple[Part, ...] = (f" · {'due' if ahead else 'was due'} ", When(item.due_at, words.said_when(item.due_at, zone))
                                 ) if item.due_at else ()
        card.line(Bold(f"#{item.number} · {item.patient.called}"), f" · {words.act(readable(lambda: item.text))}", *due)  # noqa: B023
        card.actions(items.kept_button(item, now, "primary"), Button("Tell them it'll be late", "late", s),
                     Button("Show", "show", s))
    if total.number > len(fell):
        card.small(MORE.format(count=total.number - len(fell)))
    if done:
        card.line(Bold(CATCH_UP_DONE))
    for item, row, by in done:
        card.line(Bold(f"#{item.number} · {item.patient.called}"), f" · {row.verb} by ", Person(by))
    if more_done:
        card.small(f"And {more_done} more.")
    counts = [f"{n.number}{'+' if n.more else ''} {WAITS[name][n.number != 1]}" for name, n in waits if n.number]
    if counts:
        card.line(CATCH_UP_WAITS, " · ".join(counts), f". {MINE}")
    return card if fell or done or counts else card.line(CATCH_UP_NONE)
