"""What Kept is made of: ``make sbom`` writes it down, ``make audit`` asks whether any of it has a known weakness.

Made from the lock alone, so that it says what is installed wherever the lock is, and with the hashes that pip checks.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

ROOT = Path(__file__).parents[1]
LOCK, SBOM = ROOT / "requirements.txt", ROOT / "dist" / "sbom.cdx.json"
OSV = "https://api.osv.dev/v1/querybatch"
WITHIN = 20   # seconds
PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
COULD_NOT = "Could not audit: no source of known vulnerabilities was reached. Nothing is known, neither good nor bad."


@dataclass(frozen=True)
class Part:
    """``when`` is the marker under which it is installed, if not always."""

    name: str
    version: str
    when: str
    hashes: tuple[str, ...]

    @property
    def purl(self) -> str:
        return f"pkg:pypi/{self.name.lower().replace('_', '-')}@{self.version}"


def parts(lock: str) -> list[Part]:
    found: list[Part] = []
    for line in lock.splitlines():
        pinned = PINNED.match(line)
        if pinned:
            found.append(Part(pinned[1], pinned[2], (pinned[3] or "").strip(), ()))
        elif found and (digest := re.search(r"--hash=sha256:([0-9a-f]{64})", line)):
            one = found[-1]
            found[-1] = Part(one.name, one.version, one.when, (*one.hashes, digest[1]))
    return found


def sbom(found: Iterable[Part], made_at: datetime) -> dict[str, Any]:
    """CycloneDX 1.5. Its serial number is the lock's, so that the same lock gives the same."""
    components = [_component(one) for one in found]
    serial = uuid5(NAMESPACE_URL, json.dumps(components, sort_keys=True))
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "serialNumber": f"urn:uuid:{serial}", "version": 1,
        "metadata": {"timestamp": made_at.isoformat(timespec="seconds"),
                     "component": {"type": "application", "bom-ref": "kept", "name": "kept", "version": _own_version()}},
        "components": components,
        "dependencies": [{"ref": "kept", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def _component(one: Part) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "library", "bom-ref": one.purl, "name": one.name, "version": one.version, "purl": one.purl,
                            "hashes": [{"alg": "SHA-256", "content": each} for each in one.hashes]}
    licence = _licence(one.name)
    if licence:
        made["licenses"] = [{"license": {"name": licence}}]
    if one.when:
        made["properties"] = [{"name": "kept:installed-when", "value": one.when}]
    return made


def _licence(name: str) -> str:
    """As the installed distribution says; nothing where it is not installed here."""
    try:
        said = metadata(name)
    except PackageNotFoundError:
        return ""
    classified = [one.rpartition("::")[2].strip() for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    return said.get("License-Expression") or " or ".join(classified) or (said.get("License") or "").partition("\n")[0]


def _own_version() -> str:
    return metadata("kept")["Version"]


def weaknesses(found: list[Part], source: str = OSV) -> dict[str, list[str]] | None:
    """The known vulnerabilities of each part that has any; None when the source cannot be reached or makes no sense."""
    asked = {"queries": [{"package": {"purl": one.purl.rpartition("@")[0]}, "version": one.version} for one in found]}
    request = urllib.request.Request(source, json.dumps(asked).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=WITHIN) as got:
            results = json.loads(got.read())["results"]
        if len(results) != len(found):
            return None
        return {one.purl: [each["id"] for each in result["vulns"]]
                for one, result in zip(found, results, strict=True) if result.get("vulns")}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def main(what: str) -> int:
    found = parts(LOCK.read_text(encoding="utf-8"))
    if what == "sbom":
        SBOM.parent.mkdir(exist_ok=True)
        SBOM.write_text(json.dumps(sbom(found, datetime.now(UTC)), indent=1) + "\n", encoding="utf-8")
        print(f"{len(found)} parts are in {SBOM.relative_to(ROOT)}.")
        return 0
    known = weaknesses(found)
    if known is None:
        print(COULD_NOT)
        return 0
    for purl, ids in known.items():
        print(f"{purl}: {', '.join(ids)}")
    print(f"{len(found)} parts were asked about; {len(known)} have known vulnerabilities.")
    return 1 if known else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
