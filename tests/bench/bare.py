"""The baseline: a no-op command on bare Bolt, under the same server, the same thread pool and the same signature check."""

from __future__ import annotations

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.server.embed import Server
from slack_bolt import App, BoltRequest
from slack_bolt.authorization import AuthorizeResult


def main(port: int, secret: str) -> None:
    app = App(signing_secret=secret, process_before_response=True, authorize=lambda **_: AuthorizeResult(
        enterprise_id=None, team_id="T", bot_token="xoxb-none", bot_id="B", bot_user_id="U"))
    pool = ThreadPoolExecutor(16)

    @app.command("/noop")
    def noop(ack: Any) -> None:
        ack("done")

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        request = BoltRequest(body=body.decode(), headers=headers)
        found = await asyncio.get_running_loop().run_in_executor(pool, app.dispatch, request)
        heads = [(name.encode(), values[0].encode()) for name, values in found.headers.items()]
        await send({"type": "http.response.start", "status": found.status, "headers": heads})
        await send({"type": "http.response.body", "body": (found.body or "").encode()})

    async def run() -> None:
        server = Server(serve, port=port, interface=Interfaces.ASGINL, http=HTTPModes.http1, websockets=False, log_enabled=False)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
        await server.serve()

    asyncio.run(run())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
