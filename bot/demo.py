"""``kept demo``: the sandbox, Kept itself as a child process, and a short story told through real signed requests."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from bot.sandbox.core import Sandbox
from bot.sandbox.shortcuts import Shortcut
from bot.story import DidNotHappen, tell
from handlers.cards.shortcuts import SHORTCUTS

READY_WITHIN = 30.0  # seconds, on a slow machine
MINE = ("DATABASE_URL", "SLACK_", "KEPT_", "PORT")


def run(*, once: bool, port: int, environ: Mapping[str, str]) -> int:
    """Returns the exit status: 0 when every step of the story happened."""
    with tempfile.TemporaryDirectory(prefix="kept-demo-") as folder:
        secret, token = secrets.token_hex(16), f"xoxb-{secrets.token_hex(8)}"
        sandbox = stand_in(secret, token, 0 if once else port, Path(folder))
        try:
            sandbox.start()
        except OSError:
            print(f"Port {port} is taken. Choose another: kept demo --port {port + 1}")
            return 1
        try:
            return _with_kept(sandbox, secret, token, Path(folder), environ, once=once)
        finally:
            sandbox.stop()


def stand_in(secret: str, token: str, port: int, folder: Path) -> Sandbox:
    """Where Kept is installed with what its manifest declares; its clock file lies in ``folder``. Not started yet."""
    made = Sandbox(secret, token, port=port, clock_file=folder / "clock")
    made.shortcuts = [Shortcut(one.name, one.label, one.kind) for one in SHORTCUTS]
    return made


def _with_kept(sandbox: Sandbox, secret: str, token: str, folder: Path, environ: Mapping[str, str], *, once: bool) -> int:
    app_port = _free_port()
    sandbox.app_url = f"http://127.0.0.1:{app_port}/slack/events"
    env = {name: value for name, value in environ.items() if not name.startswith(MINE)} | {
        "DATABASE_URL": f"sqlite:///{folder}/kept.sqlite3", "SLACK_BOT_TOKEN": token, "SLACK_SIGNING_SECRET": secret,
        "SLACK_API_URL": sandbox.api_url, "KEPT_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
        "KEPT_CLOCK_FILE": str(folder / "clock"), "PORT": str(app_port),
    }
    print("Sandbox, not Slack: every patient here is made up. Starting Kept …", flush=True)
    subprocess.run([sys.executable, "-m", "bot", "migrate"], env=env, check=True, stdout=subprocess.DEVNULL)
    with (folder / "kept.log").open("wb") as log:
        # A group of its own: Ctrl-C is for us, and we end the child in order.
        child = subprocess.Popen([sys.executable, "-m", "bot", "serve", "--with-worker"], env=env, stderr=log,
                                 start_new_session=True)
    try:
        _wait_until_ready(f"http://127.0.0.1:{app_port}/readyz", child)
        tell(sandbox, print)
        if not once:
            _serve_page(sandbox, child)
        return 0
    except DidNotHappen as step:
        print(f"\nThe story stopped: {step}")
        print("Kept's own log ends with:\n" + (folder / "kept.log").read_text()[-3000:])
        return 1
    finally:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()


def _serve_page(sandbox: Sandbox, child: subprocess.Popen[bytes]) -> None:
    """Until Ctrl-C, or until Kept itself ends."""
    print(f"\nNow try it yourself: {sandbox.page_url}   (Ctrl-C ends it; nothing is kept)", flush=True)
    stop = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: stop.set())
    while not stop.wait(0.5):
        if child.poll() is not None:
            raise DidNotHappen("Kept ended by itself")


def _wait_until_ready(url: str, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        if child.poll() is not None:
            raise DidNotHappen("Kept did not start")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise DidNotHappen("Kept was not ready in time")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


