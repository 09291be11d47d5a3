"""The way from Slack to the app over HTTP: signed as Slack signs, with three seconds to answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

ANSWER_WITHIN = 3.0
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 when nothing came back; ``error`` is the word Slack shows the person, or empty.

    ``no_retry`` is whether the app asked not to be sent the same again (x-slack-no-retry: 1).
    """

    status: int
    body: str = ""
    error: str = ""
    no_retry: bool = False


def signed(secret: bytes, body: bytes, stamp: str) -> dict[str, str]:
    """Slack's v0 signature over the raw body and the wall time in seconds."""
    made = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}", "User-Agent": USER_AGENT}


async def send(secret: bytes, url: str, form: Mapping[str, str]) -> Answer:
    return await post(secret, url, urlencode(form).encode(), {"Content-Type": FORM})


async def post(secret: bytes, url: str, body: bytes, heads: Mapping[str, str]) -> Answer:
    headers = {**signed(secret, body, str(int(time.time()))), **heads}
    try:
        async with asyncio.timeout(ANSWER_WITHIN), aiohttp.ClientSession() as session, \
                session.post(url, data=body, headers=headers, allow_redirects=False) as got:
            text = await got.text()
    except TimeoutError:
        return Answer(0, error="operation_timeout")
    except (aiohttp.ClientError, OSError, ValueError):
        return Answer(0, error="dispatch_failed")
    return Answer(got.status, text, "" if got.status == 200 else "dispatch_failed",
                  got.headers.get("X-Slack-No-Retry") == "1")
