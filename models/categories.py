"""The barrier categories, from ``barriers.csv``: labels and suggested codes (a coder confirms)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Category:
    """``icd10cm`` is FY2026's and may be empty on purpose; ``confidence`` is suggest, confirm, none or never."""

    slug: str
    label: str
    icd10cm: str
    icd10cm_title: str
    confidence: str


def _read() -> dict[str, Category]:
    text = files("models").joinpath("barriers.csv").read_text(encoding="utf-8")
    return {
        row["slug"]: Category(row["slug"], row["label"], row["icd10cm"], row["icd10cm_title"], row["confidence"])
        for row in csv.DictReader(text.splitlines())
    }


CATEGORIES = _read()
