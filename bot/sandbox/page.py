"""The page to use Kept by hand, and the routes behind it."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aiohttp import web

if TYPE_CHECKING:
    from bot.sandbox.core import Sandbox

def guard(box: Sandbox) -> Any:
    @web.middleware
    async def only_here(request: web.Request, handler: Any) -> Any:
        return await handler(request)
    return only_here

def add_routes(app: web.Application, box: Sandbox) -> None:
    pass
