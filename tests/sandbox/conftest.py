"""A sandbox, and a tiny app under it that keeps what it was sent and answers what it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from slack_sdk import WebClient
from slack_sdk.signature import SignatureVerifier

from bot.sandbox.core import Sandbox

SECRET, TOKEN = "made-up-secret", "xoxb-made-up"
Json = dict[str, Any]
SAID: tuple[int, Any] = (200, {"text": "kept"})


class TinyApp(ThreadingHTTPServer):
    """``says`` makes a status and a body out of the form received; ``forms`` holds only what was signed rightly.

    Events come as JSON: ``events`` are their envelopes, ``heads`` the headers of each, and ``hears`` makes the answer.
    ``shows`` makes (status, headers, text) for a page a browser asks for.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.forms: list[Json] = []
        self.events: list[Json] = []
        self.heads: list[Json] = []
        self.hears: Callable[[Json], tuple[int, Any]] = lambda envelope: (200, "")
        self.says: Callable[[Json], tuple[int, Any]] = lambda form: SAID
        self.adds: dict[str, str] = {}
        self.shows: Callable[[str], tuple[int, Json, str]] = lambda path: (404, {}, "")
        self.let_go = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def payload(self) -> Json:
        return dict(json.loads(self.forms[-1]["payload"]))


class _Handler(BaseHTTPRequestHandler):
    server: TinyApp

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        heads = {name: str(value) for name, value in self.headers.items()}
        if not SignatureVerifier(SECRET).is_valid_request(raw, heads):
            self.send_error(401)
            return
        if heads["Content-Type"] == "application/json":
            found = json.loads(raw)
            self.server.heads.append(heads)
            self.server.events.append(found)
            status, said = self.server.hears(found)
        else:
            form = dict(parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True))
            self.server.forms.append(form)
            status, said = self.server.says(form)
        body = said.encode() if isinstance(said, str) else json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        for name, value in self.server.adds.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        status, heads, text = self.server.shows(self.path)
        self.send_response(status)
        for name, value in {**heads, "Content-Length": len(text.encode())}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def app() -> Iterator[TinyApp]:
    made = TinyApp()
    yield made
    made.let_go.set()
    made.shutdown()
    made.server_close()


@pytest.fixture
def box(app: TinyApp) -> Iterator[Sandbox]:
    made = Sandbox(SECRET, TOKEN)
    made.start()
    made.app_url = f"http://127.0.0.1:{app.server_port}/slack/events"
    yield made
    made.stop()


@pytest.fixture
def slack(box: Sandbox) -> WebClient:
    return WebClient(TOKEN, base_url=box.api_url, retry_handlers=[])
