"""Words that suggest self-harm, violence, abuse or neglect (SPEC 2, Danger). A person answers; this only decides to ask.

Too quiet is worse than too loud, but the words of an ordinary day must not ask: "cut herself shaving", "the bill hit hard".
The phrases and their false friends are in ``dangers.txt``.
"""

from __future__ import annotations

from functools import cache

from handlers.language.phrases import Found, Table, sections

QUIET = "quiet"


@cache
def _table() -> Table:
    return Table(sections("dangers.txt"))


def found(text: str) -> frozenset[str]:
    """``self_harm``, ``safety``, both when they are even, or none. A false friend quiets what shares a word with it and is no
    longer."""
    signs, quiet = list[Found](), dict[int, int]()
    for one in _table().find(text):
        if one.kind != QUIET:
            signs.append(one)
            continue
        for place in range(one.start, one.end):
            quiet[place] = max(quiet.get(place, 0), one.words)
    heard = [one for one in signs if all(quiet.get(place, 0) < one.words for place in range(one.start, one.end))]
    longest = max((one.letters for one in heard), default=0)
    return frozenset(one.kind for one in heard if one.letters == longest)


def suggests(text: str) -> bool:
    return bool(found(text))
