"""Trigger ids: each opens or pushes one modal, for the person who pressed, within three seconds of wall time."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

SECONDS = 3.0
FORM = re.compile(r"\d+\.\d+\.[0-9a-f]+")


@dataclass
class Trigger:
    """``root`` is the root view of the modal that was pressed in, or empty."""

    user: str
    root: str
    made: float
    used: bool = False


class Unfit(Exception):
    """Its text is Slack's error code."""


class Triggers:
    def __init__(self, wall: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._serial = itertools.count(1)
        self._made: dict[str, Trigger] = {}

    def make(self, user: str, root: str = "") -> str:
        name = f"{next(self._serial)}.{int(time.time())}.{secrets.token_hex(16)}"
        self._made[name] = Trigger(user, root, self._wall())
        return name

    def __contains__(self, name: object) -> bool:
        return name in self._made

    def take(self, name: str) -> Trigger:
        """Uses one up. Raises Unfit."""
        found = self._made.get(name) if FORM.fullmatch(name) else None
        if found is None:
            raise Unfit("invalid_trigger_id")
        if found.used:
            raise Unfit("exchanged_trigger_id")
        if self._wall() - found.made > SECONDS:
            raise Unfit("expired_trigger_id")
        found.used = True
        return found
