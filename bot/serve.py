"""Processes: the web server, the worker, or both in one."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from bot.app import Answering, build
from bot.chores import Chores
from bot.dispatch import Dispatch
from bot.door import Door
from bot.house import House, NotReady
from bot.logs import log
from bot.oauth import Installing
from bot.settings import Settings, Way
from bot.slack import socket_address
from handlers.language.category import suggest

if TYPE_CHECKING:
    from bot.engine import Engine
    from bot.socket import Socket

LOG = log("serve")
HEADERS_WITHIN = 5_000     # milliseconds
HEADERS_WITH = 64 * 1024    # bytes that a connection may hold unread; Slack's headers are one or two thousand
MOST_AT_ONCE = 1024        # requests under way; connections beyond wait in the backlog


def serve(settings: Settings, host: str, *, with_worker: bool) -> None:
    """Listen to Slack over HTTP or Socket Mode, with ``with_worker`` beside the worker, until SIGTERM or SIGINT."""
    _must_be_free(host, settings.port)
    house = House(settings)
    # What sentences are read by takes a while to build; the first person to type should not wait for it.
    threading.Thread(target=suggest, args=("",), name="kept-words", daemon=True).start()
    house.introduce()
    answering = Answering(house.store, house.slacks, house.desks, house.clock, settings.names)
    engine = _engine(house) if with_worker else None
    dispatch = Dispatch(build(answering, settings.bot_token))
    line = _line(settings, dispatch) if settings.way is Way.SOCKET else None
    installing = Installing(settings, house.store, house.clock, house.oauth, house.take_in) if house.oauth else None
    door = Door("" if line else settings.signing_secret, house.clock, dispatch,
                lambda: {**house.faults(), **(line.faults() if line else {})}, installing, house.notices)
    try:
        if engine is not None:
            engine.start()
        asyncio.run(_listen(door, host, settings.port, line))
    finally:
        door.close()
        dispatch.close()
        answering.close()
        if engine is not None:
            engine.stop()
        house.close()


def _line(settings: Settings, dispatch: Dispatch) -> Socket:
    from bot.socket import Socket  # what a process does not use, it need not load

    return Socket(lambda: socket_address(settings.app_token, settings.api_url), dispatch)


def _must_be_free(host: str, port: int) -> None:
    """The server itself would end in a way that tells an operator nothing. Raises NotReady."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((host, port))
    except OSError:
        raise NotReady(f"Kept cannot listen on {host} port {port}: something else does, or it is not this machine's. "
                       "Choose another with PORT or --host.") from None


async def _listen(door: Door, host: str, port: int, line: Socket | None) -> None:
    """In Socket Mode too: an operator's checks come in at the door."""
    server = Server(
        door, address=host, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False,
        backpressure=MOST_AT_ONCE, backlog=MOST_AT_ONCE,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN, max_buffer_size=HEADERS_WITH),
        log_enabled=False,
    )
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, server.stop)
    LOG.info("serving", extra={"port": port})
    async with AsyncExitStack() as open_:
        if line is not None:
            await open_.enter_async_context(line)
        await server.serve()


def work(settings: Settings) -> None:
    """Run the worker alone until SIGTERM or SIGINT."""
    house = House(settings)
    house.introduce()
    engine = _engine(house)
    stop = threading.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        signal.signal(one, lambda *_: stop.set())
    try:
        engine.start()
        stop.wait()
    finally:
        engine.stop()
        house.close()


def _engine(house: House) -> Engine:
    from bot.engine import Engine

    chores = Chores(house.store, house.slacks, house.clock, house.settings.checkpoints)
    return Engine(house.store, house.delivery, house.desks, house.fresh, house.clock, chores.run)


