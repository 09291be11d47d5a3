"""Payloads held against Slack's published types, by the TypeScript compiler.

``python -m tests.types.slack FILE`` checks a JSON list of [kind, payload] and prints what does not fit. The compiler and the
types are pinned in package-lock.json and kept in a folder of the temporary directory; npm is asked only when it is not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PINS = ("package.json", "package-lock.json")
WITHIN = 120.0  # seconds for npm, and for the compiler
# A view's own type would also take blocks of an unknown type; here each must be one that Slack names.
TYPES = {"message": "KnownBlock[]", "modal": "Strict<ModalView>", "home": "Strict<HomeView>",
         "options": "{options: PlainTextOption[]} | {option_groups: {label: PlainTextElement; options: PlainTextOption[]}[]}"}
HEAD = ('import type {HomeView, KnownBlock, ModalView, PlainTextElement, PlainTextOption} from "@slack/types";',
        'type Strict<V> = Omit<V, "blocks"> & {blocks: KnownBlock[]};')
FLAGS = ("--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--pretty", "false")
NPM = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-retry-mintimeout=1000"]
ERROR = re.compile(r"^[^\s(]*\((\d+),\d+\): error (.*)$")


class NoCompiler(Exception):
    """Its text is a sentence about what is missing on this machine."""


def check_types(payloads: Iterable[tuple[str, Any]]) -> list[str]:
    """One line for each payload that does not fit. Raises NoCompiler."""
    given = list(payloads)
    folder = _installed()
    lines = [*HEAD, *(f"export const x{number}: {TYPES[kind]} = {json.dumps(payload)};"
                      for number, (kind, payload) in enumerate(given))]
    with tempfile.TemporaryDirectory(dir=folder) as own:
        file = Path(own) / "payloads.ts"
        file.write_text("\n".join(lines), encoding="utf-8")
        done = _run(["node", str(folder / "node_modules/typescript/bin/tsc"), *FLAGS, file.name], file.parent)
    said = [found for line in done.stdout.splitlines() if (found := ERROR.match(line))]
    if done.returncode and not said:
        raise RuntimeError(f"the compiler failed: {done.stdout[:500]}{done.stderr[:500]}")
    faults = {int(one[1]) - len(HEAD) - 1: one[2] for one in reversed(said)}
    return [f"{number}, {given[number][0]}: {why}" for number, why in sorted(faults.items())]


def _installed() -> Path:
    """The folder with the pinned compiler and types. Raises NoCompiler."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        raise NoCompiler("npm is not installed: payloads are held against Slack's types with it (apt-get install npm).")
    pinned = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in PINS)).hexdigest()[:16]
    folder = Path(tempfile.gettempdir()) / f"kept-types-{pinned}"
    if folder.is_dir():
        return folder
    fresh = Path(tempfile.mkdtemp(prefix="kept-types-"))
    for name in PINS:
        shutil.copy(HERE / name, fresh)
    done = _run(NPM, fresh)
    if done.returncode:
        shutil.rmtree(fresh)
        raise NoCompiler("npm could not fetch Slack's types from its registry: nothing was checked.")
    try:
        os.replace(fresh, folder)
    except OSError:  # Another process was quicker.
        shutil.rmtree(fresh)
    return folder


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=WITHIN, check=False)
    except subprocess.TimeoutExpired as late:
        return subprocess.CompletedProcess(command, 1, "", str(late))


def main(file: str) -> int:
    try:
        found = check_types((kind, payload) for kind, payload in json.loads(Path(file).read_text(encoding="utf-8")))
    except NoCompiler as missing:
        found = [str(missing)]
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
