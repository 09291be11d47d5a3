"""Text that looks like an identifier which should not be here (SPEC 2). A person decides; this only spots, and is quiet on the
numbers of an ordinary day: "12/3", "BP 140/90", "#42", "call 2 pm".

Every pattern is bounded, so that a line costs what it is long.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from handlers.language.words import straight


class Kind(StrEnum):
    CARD = "card number"
    SSN = "Social Security number"
    EMAIL = "e-mail address"
    RECORD = "record or member number"
    BIRTH = "date of birth"
    PHONE = "phone number"


@dataclass(frozen=True, slots=True)
class Spot:
    """``text[start:end]`` looks like one."""

    start: int
    end: int
    kind: Kind


LEFT_OUT = "[{kind} left out]"
BORN_FROM, BORN_TO = 1900, 2009    # a whole date in these years is a birth date even when no word says so
SHORT_FROM = 40                    # of two digits, such a year is neither past nor ahead of anything else
FEWEST = 4                         # digits of a record's number

_AFTER = r"(?![\w-]|[./]\d)"
# What may stand between a word such as "MRN" and its number.
_GAP = r"(?:[\s:#=.,'()-]{1,3}(?:(?:is|was|are|number|num|no|nr|id|of|on|at|in|the)\b)?){0,4}"
_MONTH = (r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
          r"nov(?:ember)?|dec(?:ember)?)\.?")
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES = (rf"(\d{{1,2}})(?P<sep>[/.-])(\d{{1,2}})(?P=sep)(\d{{4}}|\d{{2}}){_AFTER}",
          rf"(\d{{4}})[/.-](\d{{1,2}})[/.-](\d{{1,2}}){_AFTER}",
          rf"{_MONTH} {{0,2}}{_DAY},? {{0,2}}'?(\d{{4}}|\d{{2}}){_AFTER}",
          rf"{_DAY} {{0,2}}(?:of )?{_MONTH},? {{0,2}}(\d{{4}}){_AFTER}")
_BORN = r"(?:\b(?:dob|date of birth|birth ?dates?|birth-?day|b-?day|born)\b|\bd\.o\.b\.?)"
_NUMBER_WORD = r"[\s.-]{0,2}(?:(?:ids?|number|num|no|nr)(?![a-z])|#)"
_RECORD_WORD = (r"(?:\b(?:e?mrn|mbi)|"
                r"\b(?:med(?:ical)?[ -]rec(?:ord)?s?|chart|patient|pt|member|subscriber|policy|medicaid|medicare|insurance|"
                rf"beneficiary|health plan|record|group|account|acct|passport|driver'?s licen[cs]e){_NUMBER_WORD}|"
                r"\bmed(?:ical)?[ -]rec(?:ord)?\b)")
_CALL = (r"\b(?:call(?:s|ed|ing)?|phones?|cell(?:phone)?|tel(?:ephone)?|mobile|fax|text(?:s|ed)?|reach(?:ed)?|ring|rang|dial|"
         r"number|contact)\b")
_TO_CALL = r"(?:[\s:#=.,'()-]{1,3}(?:(?:is|at|on|her|him|his|them|their|me|us|back|number|no|the|for|to)\b)?){0,4}"


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_SOME = re.compile(r"[\d@]")
_CARD = _pattern(r"(?<![\w.$-])\d(?:[ -]?\d){12,18}(?![\w-])")
_SSN = (_pattern(rf"(?<![\w$./-])(?!000|666|9)(\d{{3}})([- .])(?!00)\d{{2}}\2(?!0000)\d{{4}}{_AFTER}"),
        _pattern(rf"\b(?:ssn|ss|social(?: security)?){_GAP}((?!000|666|9)\d{{3}}(?!00)\d{{2}}(?!0000)\d{{4}}){_AFTER}"),
        _pattern(rf"\bitin{_GAP}(9\d{{2}}[- .]?\d{{2}}[- .]?\d{{4}}){_AFTER}"),
        # Its last four alone, with which people are asked who they are.
        _pattern(rf"\b(?:ssn|social(?: security)?)(?: number)? (?:ends|ending|last (?:4|four)){_GAP}(\d{{4}}){_AFTER}"),
        _pattern(rf"\blast (?:4|four)(?: digits)? (?:of|on) (?:(?:her|his|their|the) )?(?:ssn|social(?: security)?){_GAP}"
                 rf"(\d{{4}}){_AFTER}"))
_EMAIL = _pattern(r"(?<![\w.+%'-])[\w.+%'-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\b")
_RECORD = (_pattern(rf"{_RECORD_WORD}{_GAP}(?P<it>[a-z]{{0,4}}-?\d(?:[ -]?\d){{2,17}}[a-z]?){_AFTER}"),
           _pattern(r"(?<![\w-])[1-9][ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9]\d-?[ac-hj-km-np-rt-y][ac-hj-km-np-rt-y0-9]\d-?"
                    r"[ac-hj-km-np-rt-y]{2}\d{2}(?![\w-])"))
_SAID_BIRTH = tuple(_pattern(rf"{_BORN}{_GAP}(?P<it>{date})") for date in _DATES)
_RUN_BIRTH = _pattern(rf"(?:\bdob\b|\bd\.o\.b\.?|\bdate of birth\b){_GAP}(?P<it>\d{{8}}|\d{{6}}){_AFTER}")
_BARE_BIRTH = tuple(_pattern(rf"(?<![\w$./-]){date}") for date in _DATES)
_AREA = r"(?:\([2-9]\d{2}\) ?-?|[2-9]\d{2}[ .-])"
_PHONE = (_pattern(rf"(?<![\w$./-])(?:\+?1[ .-]{{0,2}})?{_AREA}[2-9]\d{{2}}[ .-]?\d{{4}}{_AFTER}"),
          _pattern(r"(?<![\w$#./+-])1?[2-9]\d{2}[2-9]\d{6}(?![\w-]|[./,]\d)"),
          _pattern(r"(?<![\w+])\+\d{1,3}(?:[ .()-]{0,2}\d{1,5}){2,6}(?![\w-])"),
          _pattern(rf"{_CALL}{_TO_CALL}(?P<it>\d{{3}}[.-]\d{{4}})(?![\w-]|[./]\d)"),
          _pattern(rf"\b(?:phone|cell(?:phone)?|tel(?:ephone)?|mobile|fax)\b{_TO_CALL}(?P<it>[2-9]\d{{2}} ?\d{{4}})"
                   r"(?![\w-]|[./]\d)"))
_OTHER_NUMBER = _pattern(r"\b(?:npi|order|ref|reference|ticket|confirmation|claim|auth|authorization|tracking|case|invoice)"
                         r"(?: (?:number|no|id))?\W{0,3}$")
_DOSE = _pattern(r" ?(?:mg|mcg|ml|units?|%)")


def spot(text: str) -> list[Spot]:
    """What looks like an identifier, in its order; no two overlap."""
    plain = _folded(text)
    found: list[Spot] = []
    if _SOME.search(plain) is None:  # most lines: every identifier has either
        return found
    taken: set[int] = set()
    for kind, look in _LOOKS.items():
        for start, end in look(plain):
            if taken.isdisjoint(range(start, end)):
                taken.update(range(start, end))
                found.append(Spot(start, end, kind))
    return sorted(found, key=lambda one: one.start)


def leave_out(text: str) -> str:
    """The words without what was spotted; what each was stands in its place. Nothing is spotted in what is left."""
    while spots := spot(text):
        for one in reversed(spots):
            text = text[: one.start] + LEFT_OUT.format(kind=one.kind) + text[one.end:]
    return text


def masked(text: str, one: Spot) -> str:
    """Enough for whoever typed it to know which it was: its shape, and its last two letters or digits."""
    words = text[one.start: one.end]
    shown = [n for n, char in enumerate(words) if char.isalnum()][-2:]
    return "".join(char if n in shown or not char.isalnum() else "•" for n, char in enumerate(words))


def _folded(text: str) -> str:
    """Straight quotes and dashes, plain digits and spaces: one character for one, so that places hold in the text as given."""
    text = straight(text)
    if text.isascii():
        return text
    return "".join(_plain(char) for char in text)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    found = unicodedata.normalize("NFKC", char)
    return found if len(found) == 1 else " " if char.isspace() else char


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _issued(digits) and _luhn(digits):
            yield found.span()


def _issued(digits: str) -> bool:
    """Whether a card's number begins so, and is as long."""
    two, size = int(digits[:2]), len(digits)
    if digits[0] == "4":
        return size in {13, 16, 19}
    if two in {34, 37}:
        return size == 15
    if two in {30, 36, 38, 39}:
        return size == 14
    return (51 <= two <= 55 or 22 <= two <= 27 or two in {60, 62, 64, 65}) and size >= 16


def _luhn(digits: str) -> bool:
    doubled = [int(char) * (1 + n % 2) for n, char in enumerate(reversed(digits))]
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0 and len(set(digits)) > 1


def _ssns(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _SSN[0].finditer(text))
    for pattern in _SSN[1:]:
        yield from (found.span(1) for found in pattern.finditer(text))


def _emails(text: str) -> Iterator[tuple[int, int]]:
    return (found.span() for found in _EMAIL.finditer(text))


def _records(text: str) -> Iterator[tuple[int, int]]:
    for found in _RECORD[0].finditer(text):
        if sum(char.isdecimal() for char in found["it"]) >= FEWEST:
            yield found.span("it")
    yield from (found.span() for found in _RECORD[1].finditer(text))


def _births(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (*_SAID_BIRTH, _RUN_BIRTH):
        yield from (found.span("it") for found in pattern.finditer(text))
    for pattern in _BARE_BIRTH:
        for found in pattern.finditer(text):
            if _plausible(found) and not _DOSE.match(text, found.end()):
                yield found.span()


def _plausible(found: re.Match[str]) -> bool:
    """Whether a date that no word calls so is one somebody was born on."""
    numbers = [part for part in found.groups() if part and part.isdecimal()]
    year = max(numbers, key=len) if any(len(one) == 4 for one in numbers) else numbers[-1]
    rest = list(numbers)
    rest.remove(year)
    days = sorted(int(one) for one in rest)
    if not all(1 <= one <= 31 for one in days) or days[0] > 12:
        return False
    if len(year) == 4:
        return BORN_FROM <= int(year) <= BORN_TO
    return int(year) >= SHORT_FROM and "/" in found[0]


def _phones(text: str) -> Iterator[tuple[int, int]]:
    yield from (found.span() for found in _PHONE[0].finditer(text))
    for found in _PHONE[1].finditer(text):
        if not _OTHER_NUMBER.search(text[max(0, found.start() - 40): found.start()]):
            yield found.span()
    for found in _PHONE[2].finditer(text):
        if 8 <= sum(char.isdecimal() for char in found[0]) <= 15:
            yield found.span()
    for pattern in _PHONE[3:]:
        yield from (found.span("it") for found in pattern.finditer(text))


# The surest first: what one has taken, no later one names otherwise.
_LOOKS: dict[Kind, Callable[[str], Iterator[tuple[int, int]]]] = {
    Kind.CARD: _cards, Kind.SSN: _ssns, Kind.EMAIL: _emails, Kind.RECORD: _records, Kind.BIRTH: _births, Kind.PHONE: _phones}
