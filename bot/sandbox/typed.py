"""What a person types, as Slack hands it on: escaped, with mentions, channels and addresses marked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.sandbox.workspace import Channel, Person

ADDRESS = re.compile(r"https?://[^\s<>]+")


def escaped(text: str, people: Iterable[Person], channels: Iterable[Channel], bot: str) -> str:
    """Slack's should_escape: ``@ben`` and ``@Ben Okafor`` become ``<@U0BEN|ben>``, an address stands in ``<>``."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    marks = {"@kept": f"<@{bot}|kept>"}
    for one in people:
        marks[f"@{one.username}"] = marks[f"@{one.name.lower()}"] = f"<@{one.id}|{one.username}>"
    for room in channels:
        marks[f"#{room.name}"] = f"<#{room.id}|{'' if room.private else room.name}>"
    longest_first = "|".join(re.escape(mark) for mark in sorted(marks, key=len, reverse=True))
    # A name inside a word, such as an e-mail address, is no mention.
    known = re.compile(rf"(?<![\w@#/.])(?:{longest_first})(?![\w-])", re.IGNORECASE)
    parts, at = [], 0
    for found in ADDRESS.finditer(safe):
        parts += [known.sub(lambda m: marks[m[0].lower()], safe[at:found.start()]), f"<{found[0]}>"]
        at = found.end()
    return "".join([*parts, known.sub(lambda m: marks[m[0].lower()], safe[at:])])
