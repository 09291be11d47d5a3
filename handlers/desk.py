"""How a desk is laid out: the first few rows of everything, or one part of it page by page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from handlers.cards import home as cards
from handlers.cards.blocks import Card
from models import oversight, worklist
from models.cadence import due_on
from models.contact import Contact
from models.desk import Part
from models.team import CareTeam
from models.unsorted import Unsorted
from models.worklist import Count, Entry, Reader

PAGE = 20       # rows of one part; a row is two blocks of Home's hundred
# How many rows of each part stand in "everything", and how many newcomers and undelivered messages.
FEW = {Part.PROMISES: 7, Part.WAITING: 7, Part.PATIENTS: 5, Part.ENTRIES: 5, Part.TEAM: 4}
PEOPLE, PEOPLE_PAGE = 3, 10
TEAM_PAGE = 15
TEAMS, TEAMS_PAGE = 3, 20   # care teams that are named

Row = Callable[[Card], object]
Rows = tuple[list[Row], Count]


def lay_out(card: Card, reader: Reader, every: Sequence[CareTeam], part: Part, page: int) -> None:
    """``every`` are all the reader's care teams, whichever of them the desk is narrowed to."""
    if part is Part.TEAM and not reader.led:
        part = Part.EVERYTHING
    cards.tabs(card, part, leads=bool(reader.led))
    cards.teams(card, every, reader.teams[0] if len(reader.teams) < len(every) else None, TEAMS)
    if part is Part.EVERYTHING:
        _everything(card, reader)
    elif part is Part.TEAM:
        _team_page(card, reader, page)
    else:
        _page(card, reader, part, page, PAGE, ROWS[part])


def _everything(card: Card, reader: Reader) -> None:
    before = len(card.blocks)
    shown = [_few(card, reader, part, rows) for part, rows in ROWS.items()]
    if not any(shown):
        # Four lines that say "nothing" are no welcome.
        del card.blocks[before:]
        cards.first_run(card)
    if len(reader.led) > 1:
        _led(card, reader, TEAMS)
    for team in reader.led if len(reader.led) == 1 else ():
        cards.team(card, oversight.team_desk(reader, team, PEOPLE))
        _few(card, reader, Part.TEAM, partial(_attention, team=team), titled=False)


def _few(card: Card, reader: Reader, part: Part, rows: Callable[[Reader, int, int], Rows], *, titled: bool = True) -> bool:
    """The first rows, and the way to the others. Whether there are any; a part without says so in place of its heading."""
    found, total = rows(reader, 0, FEW[part])
    if titled and found:
        _heading(card, reader, part, total)
    elif titled:
        card.line(cards.NONE[part])
    for row in found:
        row(card)
    cards.more(card, part, total, len(found))
    return bool(found)


def _page(card: Card, reader: Reader, part: Part, page: int, size: int, rows: Callable[[Reader, int, int], Rows], *,
          titled: bool = True) -> None:
    found, total = rows(reader, page * size, size)
    if page and not found:
        # What stood on that page has gone: the last there is.
        page = max(0, (total.number - 1) // size)
        found, total = rows(reader, page * size, size)
    if titled:
        _heading(card, reader, part, total)
    if not found:
        card.line(cards.NONE[part])
    for row in found:
        row(card)
    cards.turning(card, part, page, size, total)


def _heading(card: Card, reader: Reader, part: Part, total: Count) -> None:
    cards.heading(card, part, total, worklist.overdue(reader) if part is Part.PROMISES else None)


def _team_page(card: Card, reader: Reader, page: int) -> None:
    if len(reader.led) > 1:
        _led(card, reader, TEAMS_PAGE)
        return
    team = reader.led[0]
    cards.team(card, oversight.team_desk(reader, team, PEOPLE_PAGE))
    _page(card, reader, Part.TEAM, page, TEAM_PAGE, partial(_attention, team=team), titled=False)


def _led(card: Card, reader: Reader, most: int) -> None:
    """Of several teams the counts of each, and the way to one."""
    for team in reader.led[:most]:
        cards.only_this(cards.team_line(card, oversight.team_desk(reader, team, 1)), team)
    cards.more_teams(card, len(reader.led) - most)


def _promises(reader: Reader, first: int, most: int) -> Rows:
    return _items(reader, worklist.promises(reader), first, most)


def _waiting(reader: Reader, first: int, most: int) -> Rows:
    """Words nobody has sorted yet come first: a press, and they are where they belong."""
    found, before = worklist.unsorted(reader, first, most)
    rows: list[Row] = [partial(cards.unsorted_row, entry=entry, zone=reader.zone, every=reader.teams) for entry in found]
    items, after = _items(reader, worklist.waiting(reader), max(0, first - before.number), most - len(rows))
    return rows + items, Count(before.number + after.number, before.more or after.more)


def _attention(reader: Reader, first: int, most: int, *, team: CareTeam) -> Rows:
    return _items(reader, oversight.attention(team, reader.now), first, most, owner=True)


def _items(reader: Reader, groups: Sequence[worklist.Group], first: int, most: int, *, owner: bool = False) -> Rows:
    found, total = worklist.take(reader.session, groups, first, most)
    return [partial(cards.item_row, item=item, now=reader.now, zone=reader.zone, every=reader.teams, owner=owner)
            for item in found], total


def _patients(reader: Reader, first: int, most: int) -> Rows:
    found, total = worklist.patients(reader, first, most)
    teams, today = {team.id: team for team in reader.teams}, reader.now.astimezone(reader.zone).date()
    return [partial(cards.patient_row, known=known, due=due_on(known.patient, teams[known.patient.team_id]), today=today,
                    zone=reader.zone, every=reader.teams) for known in found], total


def _entries(reader: Reader, first: int, most: int) -> Rows:
    found, total = worklist.entries(reader, first, most)
    return [_entry(reader, one) for one in found], total


def _entry(reader: Reader, one: Entry) -> Row:
    if isinstance(one.what, Contact):
        return partial(cards.contact_row, contact=one.what, zone=reader.zone, every=reader.teams)
    if isinstance(one.what, Unsorted):
        return partial(cards.unsorted_row, entry=one.what, zone=reader.zone, every=reader.teams)
    return partial(cards.item_row, item=one.what, now=reader.now, zone=reader.zone, every=reader.teams, when=one.at)


ROWS: dict[Part, Callable[[Reader, int, int], Rows]] = {
    Part.PROMISES: _promises, Part.WAITING: _waiting, Part.PATIENTS: _patients, Part.ENTRIES: _entries}
