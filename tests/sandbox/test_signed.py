"""What the app receives is signed as Slack signs it."""

import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from slack_sdk.signature import SignatureVerifier

from bot.sandbox.core import Sandbox


def test_command_is_signed() -> None:
    verdicts: list[bool] = []

    class FakeApp(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heads = {name: str(value) for name, value in self.headers.items()}
            verdicts.append(SignatureVerifier("made-up").is_valid_request(body, heads))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"text": "kept"}')

    app = HTTPServer(("127.0.0.1", 0), FakeApp)
    threading.Thread(target=app.serve_forever, daemon=True).start()
    box = Sandbox("made-up", "xoxb-made-up", f"http://127.0.0.1:{app.server_port}/slack/events")
    box.start()
    reply = box.command("U0ANA", "C0MAPLE", "/kept", "help")
    box.stop()
    app.shutdown()
    app.server_close()
    assert verdicts == [True]
    assert reply.body == {"text": "kept"}
