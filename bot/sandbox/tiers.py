"""How often a method may be called: Slack counts a minute at a time, for each method and each workspace or org."""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping

MINUTE = 60.0
# Slack's tiers, in calls a minute. It says "1+", "20+" and so on: here nothing is let through above that.
TIERS: Mapping[int, int] = {1: 1, 2: 20, 3: 50, 4: 100}
# "Special" methods have figures of their own; hundreds are said of the first two.
PER_MINUTE: Mapping[str, int] = {
    "auth.test": 300, "chat.postMessage": 300, "oauth.v2.access": 600, "apps.uninstall": TIERS[1],
    "apps.connections.open": TIERS[3], "auth.revoke": TIERS[3], "chat.update": TIERS[3], "conversations.history": TIERS[3],
    "conversations.info": TIERS[3], "conversations.open": TIERS[3], "chat.delete": TIERS[3],
    "chat.postEphemeral": TIERS[4], "conversations.members": TIERS[4], "files.completeUploadExternal": TIERS[4],
    "files.getUploadURLExternal": TIERS[4], "users.info": TIERS[4], "views.open": TIERS[4], "views.publish": TIERS[4],
    "views.push": TIERS[4], "views.update": TIERS[4],
}


class Limited(Exception):
    """``after`` is in how many whole seconds a call will be let through again."""

    def __init__(self, after: int) -> None:
        super().__init__("ratelimited")
        self.after = after


class Tiers:
    """``clock`` counts seconds. A test that must call more than people would moves it by a minute at each look."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._calls: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)

    def take(self, method: str, home: str) -> None:
        """Raises Limited. A call that is turned away counts for nothing."""
        most = PER_MINUTE.get(method, TIERS[2])
        now, calls = self.clock(), self._calls[method, home]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= most:
            raise Limited(max(1, math.ceil(calls[0] + MINUTE - now)))
        calls.append(now)
