"""What a barrier is about, suggested from the phrases of ``triggers.txt``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from handlers.language import danger
from handlers.language.phrases import Table, sections
from models.categories import CATEGORIES

OTHER = "other"


@cache
def _table() -> Table:
    """A phrase of ``~kind`` is a faint one."""
    return Table((f"~{kind}", phrase[1:]) if phrase.startswith("~") else (kind, phrase)
                 for kind, phrase in sections("triggers.txt"))


def suggest(text: str) -> tuple[str, ...]:
    """The slug whose longest phrase stands in the text; several when they tie; ("other",) when none does.

    Danger goes before any length, and a faint phrase ("worried", "kids") counts only where no other stands. The phrases of
    "other" are false friends, such as "basketball court", that only look like a category's.
    """
    best, found = (False, 0), dict[str, None].fromkeys(sorted(danger.found(text)))
    if found:
        return tuple(found)
    for one in _table().find(text):
        length = (not one.kind.startswith("~"), one.letters)
        if length > best:
            best, found = length, {}
        if length == best:
            found[one.kind.lstrip("~")] = None
    return tuple(found) or (OTHER,)


def named(word: str, categories: Mapping[str, object] = CATEGORIES) -> str | None:
    """The category a typed word names: a slug or its label, ignoring case, spaces and hyphens."""
    key = re.sub(r"[\s_-]+", "", word.casefold())
    for slug in categories:
        if key in {slug.replace("_", ""), re.sub(r"[\s_-]+", "", CATEGORIES[slug].label.casefold())}:
            return slug
    return None
