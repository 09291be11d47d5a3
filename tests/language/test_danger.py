"""Danger: what people really say of self-harm and violence asks; the words of an ordinary day do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from handlers.language.danger import found, suggests
from handlers.language.phrases import sections
from tests.language.spoken import spoken

TABLE = [tuple(cell.strip() for cell in line.rsplit(" | ", 1)) for line in
         Path(__file__).with_name("dangers.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


@pytest.mark.parametrize(("sentence", "kind"), TABLE)
def test_a_sentence_asks_or_is_quiet(sentence: str, kind: str) -> None:
    assert suggests(sentence) is (kind == "danger")
    assert suggests(f"Rosa told me: {sentence.upper()}!") is (kind == "danger")


def test_both_halves_of_the_table_are_there() -> None:
    kinds = [kind for _, kind in TABLE]
    assert set(kinds) == {"danger", "quiet"}
    assert min(kinds.count("danger"), kinds.count("quiet")) >= 400


@pytest.mark.parametrize("sentence", ["He can\u2019t go on", "he\u2019s going to kill her", "“I want to die”",
                                      "she does not  want  to wake up"])
def test_how_a_phone_types_it_does_not_matter(sentence: str) -> None:
    assert suggests(sentence)


def test_every_phrase_alone_asks_what_it_is_there_to_ask() -> None:
    """One that never does would be dead wood, or silenced by a false friend."""
    phrases = list(sections("dangers.txt"))
    assert {kind for kind, _ in phrases} == {"self_harm", "safety", "quiet"}
    silent = [(kind, phrase) for kind, phrase in phrases
              if kind != "quiet" and not any(kind in found(one) for one in spoken(phrase))]
    assert silent == []


def test_a_false_friend_beside_a_sign_does_not_hide_it() -> None:
    assert not suggests("dying to see her grandson")
    assert suggests("dying to see her grandson, and he hits her")
    assert suggests("hit her head when he pushed her down the stairs")
