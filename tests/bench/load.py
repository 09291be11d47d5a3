"""Signed requests over kept-alive connections, and how long each took."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

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


def drive(port: int, form: Callable[[int], Json], requests: int, clients: int) -> Figures:
    """``form(n)`` is the nth request's; each must be answered 200. The clients share one process, for both sides alike."""
    taken: list[float] = []
    wrong: list[int] = []
    numbers = iter(range(requests))
    lock = threading.Lock()

    def client() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                line.close()
                return
            body = urlencode(form(number)).encode()
            stamp = str(int(time.time()))
            mac = hmac.new(SECRET.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
            begun = time.perf_counter()
            line.request("POST", "/slack/events", body, {
                "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}",
                "Content-Type": "application/x-www-form-urlencoded"})
            answer = line.getresponse()
            answer.read()
            taken.append(time.perf_counter() - begun)
            if answer.status != 200:
                wrong.append(answer.status)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    begun = time.perf_counter()
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    if wrong:
        raise RuntimeError(f"{len(wrong)} of {requests} were not answered 200 but {set(wrong)}")
    return figures(taken, time.perf_counter() - begun)


def commits(write: Callable[[int], None], times: int) -> Figures:
    """One bare durable commit after another."""
    taken = []
    begun = time.perf_counter()
    for number in range(times):
        start = time.perf_counter()
        write(number)
        taken.append(time.perf_counter() - start)
    return figures(taken, time.perf_counter() - begun)
