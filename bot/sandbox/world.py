"""What all workspaces of one sandbox share: the version that waiters wait for, messages, the log, and what was refused."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.sandbox.payloads import Payloads

if TYPE_CHECKING:
    from bot.sandbox.files import File

Json = dict[str, Any]


@dataclass
class World:
    """Everything is read and changed under ``changed``, whose waiters are woken on each change of ``version``.

    Messages are kept by conversation, and ids of conversations are unique here: a channel that two workspaces share is one.
    ``orgs`` is the Enterprise org of each workspace that has one, ``address`` where this sandbox is served.
    """

    events: list[Json] = field(default_factory=list)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    messages: dict[str, list[Json]] = field(default_factory=dict)
    private: dict[str, list[Json]] = field(default_factory=dict)
    orgs: dict[str, str] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    address: str = ""
    payloads: Payloads = field(default_factory=Payloads)
    version: int = 0
    closing: bool = False

    def __post_init__(self) -> None:
        self.changed = threading.Condition()
        self._last_stamp = 0

    def touch(self) -> None:
        with self.changed:
            self.version += 1
            self.changed.notify_all()

    def close(self) -> None:
        """Lets go of whoever waits for a change."""
        self.closing = True
        self.touch()

    def wait_past(self, version: int, seconds: float) -> None:
        """Returns when there is something newer than ``version``, or after ``seconds``."""
        with self.changed:
            self.changed.wait_for(lambda: self.version > version or self.closing, seconds)

    def log(self, kind: str, who: str, what: str) -> None:
        with self.changed:
            at = datetime.now(UTC).isoformat(timespec="milliseconds")
            self.events.append({"at": at, "kind": kind, "who": who, "what": what})
            self.touch()

    def refuse(self, place: str, code: str, why: str = "") -> None:
        """Notes that the sandbox said no, as Slack would have."""
        with self.changed:
            self.refused.append((place, code))
            self.log("refused", place, f"{code}{': ' if why else ''}{why}")

    def stamp(self) -> str:
        """A message time ("ts"): wall time, and no two alike."""
        with self.changed:
            self._last_stamp = max(time.time_ns() // 1000, self._last_stamp + 1)
            return f"{self._last_stamp // 1_000_000}.{self._last_stamp % 1_000_000:06d}"
