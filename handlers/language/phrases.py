"""Phrases found in typed text: the one matcher under categories and danger.

How a phrase is written: a word stands for all its forms ("lose" is also lost, loses, losing), "she" and "her" for whoever it is
about ("=he" for that very word), a word in capitals for its line in ``kinds.txt``, ``a/b`` for either word, ``#`` for a number
(``##`` for one from ten up), ``..`` for up to four words of the sentence, ``$`` for the end of a clause, ``>`` last for all
that is left of it ("denies >"). Small words ("the", "was", "just") may stand between.

Each place in a text looks up the phrases that begin with its word and go on with one of the few that follow, so the cost is
linear in the text, whatever the table holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from handlers.language.words import plain

GAP = 4         # words that ".." lets stand between
SMALL = 4       # small words that may stand between any two
REACH = 20      # words that ">" goes on for
WHOLE = 100     # and what it counts for: more than any phrase within
STOP, PAUSE, ENDS, ON = ".", ",", "$", ">"
_TOKEN = re.compile(r"[\w']+|[.,;:!?()]|(?<=\s)-(?=\s)")
_CLITIC = re.compile(r"(?<=[a-z])'(?:s|re|ve|ll|d|m)$")


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _each(line: str) -> dict[str, str]:
    """``base other other|base other`` as other: base."""
    return {other: base for base, *others in map(str.split, line.replace("\n", "|").split("|")) for other in others}


# Spellings of one word.
_SPELT = _each("""be is are was were am been being|not dont doesnt didnt isnt arent wasnt werent hasnt havent hadnt aint
cant cannot couldnt|wont wouldnt|nobody noone|patient pt|appointment appt appts|until til till|because bc cuz
hour hrs hr|year yrs yr|week wk wks|month mo mos|prescription rx|want wanna wana
# two three four five six seven eight nine ten eleven twelve twenty thirty sixty ninety couple|have has had having
do does did doing|get got gets getting gotten|she hes shes theyre theyve im ive|with w|boyfriend bf|girlfriend gf""")
_PAIRS = {tuple(key.split()): word for key, word in {
    "no one": "nobody", "can not": "cant", "could not": "cant", "will not": "wont", "would not": "wont", "any more": "anymore",
    "any longer": "anymore", "my self": "myself", "her self": "herself", "him self": "himself", "co pay": "copay",
    "not able": "cant", "unable to": "cant", "no longer": "not", "day care": "daycare", "child care": "childcare",
    "wi fi": "wifi", "baby sitter": "babysitter", "in law": "inlaw", "in laws": "inlaw", "w o": "without", "with o": "without",
    "f u": "followup", "check up": "checkup", "follow up": "followup", "some one": "someone", "every one": "everyone",
    "pay check": "paycheck"}.items()}
_ANYONE = {"her": "her his him my me their them your our us hers mine theirs", "she": "she he they i we you",
           "herself": "herself himself myself themselves themself yourself ourselves self", "#": "# ##"}
_SLIGHT = _set(
    "a an the be have do get of all that this some just really very so still also now already even then to for in inlaw "
    "again")
_SMALL = _SLIGHT | _set(
    "her his him my me their them your our us")
# What may follow the end of a clause that has no comma.
_AFTER = _set(
    "and but because so than when if since after before who whenever every again tonight today or while now she he they i "
    "we at last this anymore or") | {STOP, PAUSE}
# Where what ">" speaks for ends, besides at a stop; a comma and "and" only lead on to more of the same ("no SI, HI or plan").
_TURNS = _set("but however except though although yet while because when then say state report admit tell endorse disclose")
_MORE = _set("or nor no not any si hi suicide suicidal homicidal homicide plan intent thought ideation self abuse other")
_IRREGULAR = _each("""lose lost|run ran|go going went gone goes|take taken|give gave given|eat ate eaten|sleep slept
drive drove driven|steal stole stolen|pay paid|sell sold|tell told|say said|keep kept|feel felt|beat beaten
bite bit bitten|speak spoke spoken|throw threw thrown|know knew known|see saw seen|come came|hold held
fight fought|think thought|bring brought|buy bought|forget forgot forgotten|wake woke woken|die dying
quit quitting|hit hitting|shut shutting|fall fell fallen|freeze froze frozen|write wrote written|find found
leave left|shoot shot|stand stood|understand understood|drink drank|tie tying|lie lying|hide hid hidden
let letting|choose chose chosen|grow grew grown|spend spent|send sent|lend lent|teach taught|catch caught
mean meant|put putting|make made|hang hung|shake shook shaken|tear tore torn|stick stuck|wear wore worn
slit slitting|overdose oded ods od|child children|mouse mice|foot feet|tooth teeth|wife wives|knife knives
swear swore|swing swung|ride rode|show shown|begin began|sit sat|deny denies denied|flee fled|win won|sting stung
smother smothered|travel travelling|cancel cancelled cancelling|meet met|bleed bled|feed fed|burn burnt
mom moms mama momma mum|dad dads daddy|kid kids kiddo kiddos|med meds|threaten threatened threatening
strangle strangled strangling""")
# What only looks like another word's form.
_ITSELF = _set(
    "housing evening wedding news broke broken morning nothing something anything everything building clothes glasses "
    "pants meeting thing cutting beating beatings took caring missing heater snapped snapping molded molding rents warranted")


@dataclass(frozen=True, slots=True)
class Found:
    """``end`` is one past the last word; ``words`` counts all but the slightest, ``letters`` those of the phrase's own."""

    kind: str
    start: int
    end: int
    words: int
    letters: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Each step: one of these words, after at most so many others. ``on`` for one that goes on to the end of the clause."""

    kind: str
    steps: tuple[tuple[frozenset[str], int], ...]
    on: bool = False


def _forms(word: str) -> Iterator[str]:
    """A word's regular forms, as spelt: skip gives skips, skipped, skipping; care gives cares, cared."""
    if len(word) < 3 or not word.isalpha() or word in _SMALL:
        return
    if word.endswith("e"):
        yield from (word + "s", word + "d", word[:-1] + "ing")
    elif word.endswith("y") and word[-2] not in "aeiou":
        yield from (word[:-1] + "ies", word[:-1] + "ied", word + "ing")
    else:
        again = word[-1] if re.fullmatch(r"[^aeiou]*(?:[^aeiou]|qu)[aeiou][bdgklmnprt]", word) else ""
        plural = word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")
        yield from (plural, word + again + "ed", word + again + "ing")


def _lines(name: str) -> Iterator[str]:
    for line in files("handlers.language").joinpath(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith(";"):  # "#" is a number
            yield line


def sections(name: str) -> Iterator[tuple[str, str]]:
    """(kind, phrase) for each of a file's phrases: ``[kind]`` on a line of its own, then phrases divided by ``|``."""
    kind = ""
    for line in _lines(name):
        if line.startswith("["):
            kind = line.strip("[]")
        else:
            yield from ((kind, phrase.strip()) for phrase in line.split("|") if phrase.strip())


@cache
def kinds() -> Mapping[str, tuple[str, ...]]:
    return {name: tuple(words.split()) for name, words in (line.split(":") for line in _lines("kinds.txt"))}


class Table:
    """Phrases, each with the kind it speaks for."""

    def __init__(self, phrases: Iterable[tuple[str, str]]) -> None:
        cut = [(kind, _steps_of(phrase.removesuffix(ON)), phrase.endswith(ON)) for kind, phrase in phrases]
        self._base = dict(_SPELT | _IRREGULAR)
        asked = _TURNS.union(*(words for _, steps, _ in cut for words, _ in steps))
        for word in sorted(asked, key=lambda word: (len(word), word)):
            for form in _forms(word):
                if form not in _ITSELF:
                    self._base.setdefault(form, self._base.get(word, word))
        self._alone: dict[str, list[_Phrase]] = defaultdict(list)
        self._after: dict[str, dict[str, list[_Phrase]]] = defaultdict(lambda: defaultdict(list))
        for kind, steps, on in cut:
            made = _Phrase(kind, tuple((frozenset(self._base.get(word, word) for word in words), free)
                                       for words, free in steps), on)
            for first in made.steps[0][0]:
                if len(steps) == 1:
                    self._alone[first].append(made)
                for second in made.steps[1][0] if len(steps) > 1 else ():
                    self._after[first][second].append(made)

    def words(self, text: str) -> list[str]:
        """The words of a text as they are compared, STOP between its clauses."""
        found: list[str] = []
        for piece in _TOKEN.findall(plain(text).casefold()):
            word = _CLITIC.sub("", piece).replace("'", "") if piece[0] not in ".,;:!?()-" else PAUSE if piece == "," else STOP
            word = ("zero" if word == "0" else "#" if len(word) == 1 else "##") if word.isdigit() else self._base.get(word, word)
            pair = _PAIRS.get((found[-1], word)) if found else None
            if pair:
                found[-1] = pair
            elif word:
                found.append(word)
        return found

    def find(self, text: str) -> Iterator[Found]:
        said = [*self.words(text), STOP]
        for start, word in enumerate(said):
            for phrase in self._alone.get(word, ()):
                yield Found(phrase.kind, start, _clause_end(said, start + 1) if phrase.on else start + 1,
                            WHOLE if phrase.on else 1, len(word))
            after = self._after.get(word)
            if not after:
                continue
            for at, free in _next(said, start + 1, GAP):
                for phrase in [*after.get(said[at], ()), *(after.get(ENDS, ()) if said[at] in _AFTER else ())]:
                    if free <= phrase.steps[1][1] and (found := _rest(said, start, at, phrase)):
                        yield found


def _steps_of(phrase: str) -> list[tuple[tuple[str, ...], int]]:
    """A written phrase as steps of (words, how many others may stand before them)."""
    found: list[tuple[tuple[str, ...], int]] = []
    free = 0
    for part in phrase.split():
        if part == "..":
            free = GAP
            continue
        words: list[str] = []
        for one in part.split("/"):
            if one in kinds():
                words += kinds()[one]
            elif one[0] == "=":
                words.append(one[1:])
            else:
                plain_one = _CLITIC.sub("", one).replace("'", "")
                words += _ANYONE.get("#" if one.isdigit() else one, plain_one).split()
        pair = _PAIRS.get((found[-1][0][0], words[0])) if found and not free and len(words) == 1 == len(found[-1][0]) else None
        if pair:
            found[-1] = ((pair,), found[-1][1])
        else:
            found.append((tuple(words), free))
        free = 0
    return found


def _next(said: list[str], at: int, free: int) -> Iterator[tuple[int, int]]:
    """Places from ``at`` on that may be a phrase's next word, and how many words that are not small were passed over."""
    small = passed = 0
    while at < len(said):
        yield at, passed
        if said[at] == STOP:
            return
        if said[at] in _SMALL and small < SMALL:
            small += 1
        else:
            passed += 1
        if passed > free:
            return
        at += 1


def _rest(said: list[str], start: int, second: int, phrase: _Phrase) -> Found | None:
    at, letters = second, len(said[start]) + len(said[second])
    for words, free in phrase.steps[2:]:
        for place, _ in _next(said, at + 1, free):
            if said[place] in words or (ENDS in words and said[place] in _AFTER):
                at, letters = place, letters + len(said[place])
                break
        else:
            return None
    end = _clause_end(said, at + 1) if phrase.on else at + (said[at] not in {STOP, PAUSE})
    weight = WHOLE if phrase.on else sum(word not in _SLIGHT for word in said[start:end])
    return Found(phrase.kind, start, end, weight, letters)


def _clause_end(said: list[str], at: int) -> int:
    farthest = at + REACH
    while at < farthest and said[at] != STOP and said[at] not in _TURNS:
        leads_on = said[at + 1] in _MORE or said[min(at + 2, len(said) - 1)] in {STOP, PAUSE}
        if said[at] in {PAUSE, "and"} and not leads_on:
            break
        at += 1
    return at
