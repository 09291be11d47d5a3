"""The shortcuts as Slack's menus show them. The forms they open are in ``handlers.table.SHORTCUTS``, under the same names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shortcut:
    """``name`` is Slack's callback id; ``kind`` is "message", for one used on a message, or "global"."""

    name: str
    kind: str
    label: str
    about: str


SHORTCUTS = (
    Shortcut("log_concern", "message", "Log as a concern", "Keep a message as what a patient is worried about"),
    Shortcut("log_promise", "message", "Make a promise of this", "Keep a message as a promise to a patient"),
    Shortcut("log_barrier", "message", "Log as a barrier", "Keep a message as what stands in a patient's way"),
    Shortcut("search", "global", "Search Kept", "Find what your care team has kept"),
)
