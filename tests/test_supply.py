"""The list of what Kept is made of is the lock's, whole; and what could not be audited is not called good."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from tests.supply import LOCK, parts, sbom, weaknesses

TEXT = LOCK.read_text(encoding="utf-8")


def test_every_pinned_part_and_hash_is_in_it() -> None:
    found = parts(TEXT)
    assert len(found) == len(re.findall(r"^[A-Za-z0-9].*==", TEXT, re.MULTILINE)) > 20
    assert sum(len(one.hashes) for one in found) == TEXT.count("--hash=sha256:")
    assert {"slack-bolt", "sqlalchemy", "cryptography", "dbos", "granian"} <= {one.name for one in found}


def test_the_same_lock_gives_the_same_sbom() -> None:
    made = [sbom(parts(TEXT), datetime(2026, month, 1, tzinfo=UTC)) for month in (1, 2)]
    assert made[0]["serialNumber"] == made[1]["serialNumber"]
    refs = [one["bom-ref"] for one in made[0]["components"]]
    assert len(refs) == len(set(refs))
    assert made[0]["dependencies"][0]["dependsOn"] == refs
    assert next(one for one in made[0]["components"] if one["name"] == "sqlalchemy")["licenses"]


class _Source(BaseHTTPRequestHandler):
    answer: Any = None

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        body = json.dumps(self.answer or {"results": [
            {"vulns": [{"id": "PYSEC-1"}]} if one["package"]["purl"].endswith("/sqlalchemy") else {} for one in asked]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def source() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Source)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_known_weakness_is_named(source: str) -> None:
    (one,) = [one for one in parts(TEXT) if one.name == "sqlalchemy"]
    assert weaknesses(parts(TEXT), source) == {one.purl: ["PYSEC-1"]}


@pytest.mark.parametrize("answer", [{"results": []}, {"nothing": 1}, ["nonsense"]])
def test_a_source_that_makes_no_sense_is_no_audit(source: str, answer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Source, "answer", answer)
    assert weaknesses(parts(TEXT), source) is None


def test_without_a_source_it_could_not_audit() -> None:
    assert weaknesses(parts(TEXT), "http://127.0.0.1:1/") is None
