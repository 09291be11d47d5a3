"""What an app sent and the sandbox took, one of each shape, to be held against Slack's published types."""

from __future__ import annotations

from typing import Any

SPELLED = frozenset({"type", "style", "trigger_actions_on"})  # keys whose very words belong to the shape


class Payloads:
    """``kept`` are (kind, payload): a message's blocks, a modal, a home, or an answer with options."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, Any]] = []
        self._seen: set[tuple[str, Any]] = set()

    def add(self, kind: str, payload: Any) -> None:
        shape = (kind, _shape(payload))
        if shape not in self._seen:
            self._seen.add(shape)
            self.kept.append((kind, payload))


def _shape(node: Any) -> Any:
    if isinstance(node, dict):
        return frozenset((key, str(value) if key in SPELLED else _shape(value)) for key, value in node.items())
    if isinstance(node, list):
        return frozenset(_shape(one) for one in node)
    return type(node).__name__
