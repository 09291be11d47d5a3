"""The way from Slack to the app: a form, signed as Slack signs it, over HTTP, with three seconds to answer."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

ANSWER_WITHIN = 3.0
USER_AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class Answer:
    """``status`` is 0 when nothing came back; ``error`` is the word Slack shows the person, or empty."""

    status: int
    body: str = ""
    error: str = ""


def signed(secret: bytes, body: bytes, stamp: str) -> dict[str, str]:
    """Slack's v0 signature over the raw body and the wall time in seconds."""
    made = hmac.new(secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}",
            "Content-Type": "application/x-www-form-urlencoded", "User-Agent": USER_AGENT}


async def send(secret: bytes, url: str, form: dict[str, str]) -> Answer:
    body = urlencode(form).encode()
    headers = signed(secret, body, str(int(time.time())))
    try:
        async with asyncio.timeout(ANSWER_WITHIN), aiohttp.ClientSession() as session, \
                session.post(url, data=body, headers=headers, allow_redirects=False) as got:
            text = await got.text()
    except TimeoutError:
        return Answer(0, error="operation_timeout")
    except (aiohttp.ClientError, OSError, ValueError):
        return Answer(0, error="dispatch_failed")
    return Answer(got.status, text, "" if got.status == 200 else "dispatch_failed")
