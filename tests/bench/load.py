"""Signed requests over kept-alive connections, and how long each took."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlencode

import psutil

from tests.running.other_slack import SECRET, Json


@dataclass(frozen=True)
class Figures:
    """``rate`` in requests a second, the others in milliseconds."""

    rate: float
    p50: float
    p99: float


def figures(seconds: list[float], took: float) -> Figures:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return Figures(len(seconds) / took, statistics.median(seconds) * 1000, cuts[98] * 1000)


def worked(process: int) -> float:
    """Milliseconds that a process has been on a processor, which what else the machine does distorts least."""
    times = psutil.Process(process).cpu_times()
    return (times.user + times.system) * 1000


class Line:
    """A kept-alive connection to a server."""

    def __init__(self, port: int) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    def asks(self, form: Callable[[int], Json], number: int = 0) -> float:
        """How many seconds the answer took; anything but a 200 raises."""
        body = urlencode(form(number)).encode()
        stamp = str(int(time.time()))
        mac = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        begun = time.perf_counter()
        self._line.request("POST", "/slack/events", body, {
            "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}",
            "Content-Type": "application/x-www-form-urlencoded"})
        answer = self._line.getresponse()
        answer.read()
        took = time.perf_counter() - begun
        if answer.status != 200:
            raise RuntimeError(f"a request was answered {answer.status}")
        return took

    def close(self) -> None:
        self._line.close()


def drive(port: int, form: Callable[[int], Json], requests: int, clients: int) -> Figures:
    """``form(n)`` is the nth request's; each must be answered 200. The clients share one process, for both sides alike."""
    numbers = iter(range(requests))
    lock = threading.Lock()

    def client() -> list[float]:
        taken, line = [], Line(port)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                line.close()
                return taken
            taken.append(line.asks(form, number))

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        found = [one.result() for one in [pool.submit(client) for _ in range(clients)]]
    return figures([one for taken in found for one in taken], time.perf_counter() - begun)


def in_turns(acts: Mapping[str, Callable[[], float]], times: int) -> dict[str, list[float]]:
    """What each took each time, in seconds: one after another, and again, so that a busy machine is busy for all."""
    found: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(times):
        for name, act in acts.items():
            found[name].append(act())
    return found


def middle(of: list[float], to: list[float]) -> float:
    """The median of the ratios of what was measured together."""
    return statistics.median(one / other for one, other in zip(of, to, strict=True))
