"""A real browser for the page's tests: headless Chromium, driven over its DevTools socket on this machine."""

from __future__ import annotations

import asyncio
import base64
import itertools
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run",
         "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--hide-scrollbars",
         "--remote-debugging-port=0")
WITHIN = 30.0


def installed() -> str | None:
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Browser:
    """One window on one address. Use it as an asynchronous context manager; ``folder`` is a new profile's."""

    def __init__(self, address: str, folder: Path, width: int = 1280, height: int = 800) -> None:
        self._address, self._folder, self._size = address, folder, (width, height)
        self._serial = itertools.count(1)

    async def __aenter__(self) -> Browser:
        size = ",".join(map(str, self._size))
        self._process = await asyncio.create_subprocess_exec(
            installed() or NAMES[0], *FLAGS, f"--user-data-dir={self._folder}", f"--window-size={size}", "about:blank",
            stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL)
        self._session = aiohttp.ClientSession()
        async with asyncio.timeout(WITHIN):
            port = await self._port()
            self._drain = asyncio.create_task(self._read_on())
            async with self._session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as got:
                target = await got.json(content_type=None)
            self._socket = await self._session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0)
            width, height = self._size
            await self._ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                            mobile=width < 600)
            await self._ask("Page.navigate", url=self._address)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self._socket.close()
        await self._session.close()
        self._process.kill()
        await self._process.wait()
        await self._drain

    async def until(self, expression: str) -> Any:
        """The first true value of a JavaScript expression. Raises TimeoutError."""
        async with asyncio.timeout(WITHIN):
            while True:
                # The page looks again at each of its changes; a page that has just been left answers with an error.
                found = await self._ask("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression=f"""
                    new Promise((done) => {{
                      const look = () => {{ let v; try {{ v = ({expression}); }} catch {{ v = false; }}
                        if (v) done(v); else setTimeout(look, 30); }};
                      look();
                    }})""")
                if "value" in found.get("result", {}):
                    return found["result"]["value"]

    async def run(self, expression: str) -> Any:
        found = await self._ask("Runtime.evaluate", awaitPromise=True, returnByValue=True, expression=expression)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def write(self, text: str) -> None:
        await self._ask("Input.insertText", text=text)

    async def key(self, name: str, code: int, text: str = "") -> None:
        keys = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        await self._ask("Input.dispatchKeyEvent", type="keyDown", **keys, **({"text": text} if text else {}))
        await self._ask("Input.dispatchKeyEvent", type="keyUp", **keys)

    async def enter(self) -> None:
        await self.key("Enter", 13, "\r")

    async def picture(self, file: Path) -> None:
        found = await self._ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(file.write_bytes, base64.b64decode(found["data"]))

    async def dark(self) -> None:
        await self._ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])

    async def _ask(self, method: str, **params: Any) -> Any:
        number = next(self._serial)
        await self._socket.send_json({"id": number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == number:
                return answer.get("result", {})

    async def _port(self) -> int:
        assert self._process.stderr is not None
        while line := (await self._process.stderr.readline()).decode():
            if line.startswith("DevTools listening on ws://"):
                return int(line.split(":")[2].partition("/")[0])
        raise RuntimeError("chromium ended before it listened")

    async def _read_on(self) -> None:
        """A full pipe would stop the browser."""
        assert self._process.stderr is not None
        while await self._process.stderr.readline():
            pass
