"""Events of the workspace, delivered to the app."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING, Any

import aiohttp

from bot.sandbox.door import ANSWER_WITHIN, signed
from bot.sandbox.workspace import APP, BOT, TEAM

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox


async def happen(box: Sandbox, event: dict[str, Any], team: str | None = None) -> int:
    """Delivers one event; returns the app's HTTP status, 0 when nothing came back in time."""
    body = json.dumps({
        "token": "made-up-verification", "team_id": team or TEAM, "api_app_id": APP, "event": event, "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}", "event_time": int(time.time()), "is_ext_shared_channel": False,
        "authorizations": [{"enterprise_id": None, "team_id": team or TEAM, "user_id": BOT, "is_bot": True,
                            "is_enterprise_install": False}]}).encode()
    headers = signed(box.secret, body, str(int(time.time()))) | {"Content-Type": "application/json"}
    try:
        async with asyncio.timeout(ANSWER_WITHIN), aiohttp.ClientSession() as session, \
                session.post(box.app_url, data=body, headers=headers) as got:
            return got.status
    except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
        return 0
