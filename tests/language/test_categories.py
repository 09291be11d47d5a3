"""What a barrier is about: ordinary sentences, several for each category, and near misses."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from handlers.language.category import suggest
from handlers.language.phrases import Table, sections
from models.categories import CATEGORIES
from tests.language.spoken import spoken

TABLE = [tuple(cell.strip() for cell in line.split(" | ")) for line in
         Path(__file__).with_name("categories.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_the_table_has_a_thousand_sentences_and_ten_for_each_category() -> None:
    count = Counter(slug for _, slugs in TABLE for slug in slugs.split(" + "))
    assert len(TABLE) >= 1000
    assert [slug for slug in CATEGORIES if count[slug] < 10] == []


@pytest.mark.parametrize(("sentence", "slugs"), TABLE)
def test_a_sentence_lands_where_it_belongs(sentence: str, slugs: str) -> None:
    assert set(suggest(sentence)) == set(slugs.split(" + "))


def test_every_phrase_is_found_in_its_own_words() -> None:
    """One that is never found would be dead wood."""
    written = [(f"~{kind}" if phrase.startswith("~") else kind, phrase.removeprefix("~"))
               for kind, phrase in sections("triggers.txt")]
    table = Table(written)
    dead = [phrase for kind, phrase in written
            if not any(kind == one.kind for said in spoken(phrase) for one in table.find(said))]
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
