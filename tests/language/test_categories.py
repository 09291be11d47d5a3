"""What a barrier is about: ordinary sentences, several for each category, and near misses."""

from __future__ import annotations

import csv
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest

from handlers.cards.fields import SUGGEST, category
from handlers.cards.words import OPENERS
from handlers.language.category import named, suggest
from handlers.language.danger import QUIET
from handlers.language.phrases import sections
from models.categories import CATEGORIES
from models.item import PRIVATE_CATEGORIES
from tests.language.spoken import spoken

TABLE = [tuple(cell.strip() for cell in line.split(" | ")) for line in
         Path(__file__).with_name("categories.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_table_has_a_thousand_sentences_and_ten_for_each_category() -> None:
    count = Counter(slug for _, slugs in TABLE for slug in slugs.split(" + "))
    assert len(TABLE) >= 1000
    assert [slug for slug in CATEGORIES if count[slug] < 10] == []


def test_a_sentence_lands_where_it_belongs() -> None:
    """One test for all of them: two thousand would cost the suite more than they do."""
    astray = [(sentence, slugs, found) for sentence, slugs in TABLE if set(found := suggest(sentence)) != set(slugs.split(" + "))]
    assert astray == []


def test_every_phrase_decides_its_own_words() -> None:
    """One that never does, since a longer one or danger always speaks in its place, would be dead wood."""
    written = list(sections("triggers.txt"))
    dead = [phrase for kind, phrase in written if not any(kind in suggest(said) for said in spoken(phrase.removeprefix("~")))]
    assert len(written) > 1000
    assert dead == []


def test_a_faint_phrase_speaks_only_where_no_other_does() -> None:
    assert suggest("worried") == ("stress",)
    assert suggest("worried, no ride") == ("transport",)


def test_danger_goes_before_any_length() -> None:
    assert suggest("waiting for the medicaid transportation application, and he hits her") == ("safety",)


@pytest.mark.parametrize("sentence", ["cant afford it", "can\u2019t afford it", "CAN'T AFFORD IT", "can't   afford it",
                                      "co-pay", "copay"])
def test_how_it_is_typed_does_not_matter(sentence: str) -> None:
    assert suggest(sentence) in {("money",), ("care_cost",)}


def test_the_table_of_categories_is_whole() -> None:
    rows = list(csv.DictReader(files("models").joinpath("barriers.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["slug"] for row in rows] == list(CATEGORIES)
    for row in rows:
        assert None not in row
        assert None not in row.values()
        assert re.fullmatch(r"[a-z]+(?:_[a-z]+)*", row["slug"])
        assert row["label"] == row["label"].strip() != ""
        assert row["fy"] == "2026"
        assert row["confidence"] in {"suggest", "confirm", "none", "never"}
        assert bool(row["icd10cm"]) == bool(row["icd10cm_title"]) == (row["confidence"] in {"suggest", "confirm"})
        assert re.fullmatch(r"(?:Z\d\d(?:\.\d{1,3})?)?", row["icd10cm"])
        assert named(row["slug"]) == named(row["label"]) == row["slug"]
    assert {row["slug"] for row in rows if row["confidence"] == "never"} == PRIVATE_CATEGORIES


def test_every_place_that_names_categories_names_the_same() -> None:
    spoken_for = {kind for kind, _ in sections("triggers.txt")} | {kind for kind, _ in sections("dangers.txt")} - {QUIET}
    assert spoken_for == set(CATEGORIES)
    assert set(OPENERS) <= set(CATEGORIES)
    offered = [option["value"] for option in category().get("element", {})["options"]]
    assert offered == [SUGGEST, *CATEGORIES]


# The first words the table was begun with: they stay true whatever grows around them.
@pytest.mark.parametrize(("slug", "words"), [(slug, word) for slug, words in {
    "transport": "no ride|bus|car broke|gas money|too far|missed appt|can't get there|no license",
    "food": "hungry|skipping meals|snap|pantry|food ran out|food stamps",
    "housing": "eviction|behind on rent|couch surfing|landlord|losing the apartment",
    "homeless": "shelter|sleeping in the car|on the street|homeless",
    "home_conditions": "mold|pests|roaches|leak|no stove",
    "utilities": "shutoff|electric bill|no heat|no water|gas cut off",
    "money": "can't afford|broke|debt|diapers|clothes",
    "care_cost": "copay|skipping doses|splitting pills|med too expensive|pharmacy bill",
    "coverage": "uninsured|medicaid lapsed|denied|prior auth|paperwork|insurance",
    "work": "laid off|no time off|night shift|boss won't|lost job|can't miss work",
    "health_literacy": "confused|didn't understand|mixed up pills|can't read the form",
    "language": "interpreter|translate|spanish only|daughter translates|doesn't speak english",
    "phone_internet": "number disconnected|no minutes|no wifi|portal login|no phone",
    "family_care": "no sitter|childcare|kids|caring for mom|caregiver worn out",
    "home_help": "can't bathe|stairs|wheelchair|aide quit|can't get out of bed",
    "isolation": "alone|lonely|no one|no family|isolated",
    "access": "waitlist|no appts|not accepting|nearest clinic|no openings",
    "stress": "overwhelmed|can't sleep|grieving|burned out|too much",
    "legal": "court|custody|parole|just out|warrant",
    "safety": "scared of her boyfriend|scared of her husband|scared of his|afraid of him|he hits|she hits|threatens|"
              "unsafe at home|hurts her",
    "self_harm": "wants to die|kill herself|kill himself|end it all|no reason to live|hurt herself|hurt himself",
    "medication": "out of insulin|ran out of meds|can't get the refill|side effects|too many pills|pharmacy closed",
    "substance_use": "drinking again|relapsed|using again|withdrawal",
    "trust": "nobody listens|last one never called|treated badly|doesn't trust",
}.items() for word in words.split("|")])
def test_the_first_triggers_land(slug: str, words: str) -> None:
    assert suggest(words) == (slug,)
