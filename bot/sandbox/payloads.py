"""What an app sent and the sandbox took, one of each shape, to be held against Slack's published types."""

from __future__ import annotations

from typing import Any

SPELLED = frozenset({"type", "style", "trigger_actions_on"})  # keys whose very words belong to the shape


class Payloads:
    """``kept`` are (kind, payload): a message's blocks, a modal, a home, or an answer with options."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []
        self._seen: set[tuple[str, str]] = set()

    def add(self, kind: str, payload: Any) -> None:
        made = (kind, shape(payload))
        if made not in self._seen:
            self._seen.add(made)
            self.kept.append((kind, payload))


def shape(node: Any) -> str:
    """The same for any two payloads with the same keys and kinds of values, in whatever process they were made."""
    if isinstance(node, dict):
        return "{" + ",".join(sorted(f"{key}:{value if key in SPELLED else shape(value)}" for key, value in node.items())) + "}"
    if isinstance(node, list):
        return "[" + ",".join(sorted({shape(one) for one in node})) + "]"
    return type(node).__name__
