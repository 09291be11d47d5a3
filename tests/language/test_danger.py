"""Danger: what people really say of self-harm and violence asks; the words of an ordinary day do not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from handlers.language.danger import QUIET, found, suggests
from handlers.language.phrases import Table, sections
from tests.language.spoken import spoken

TABLE = [tuple(cell.strip() for cell in line.rsplit(" | ", 1)) for line in
         Path(__file__).with_name("dangers.txt").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_a_sentence_asks_or_is_quiet() -> None:
    wrong = [(said, kind) for sentence, kind in TABLE for said in (sentence, f"Rosa told me: {sentence.upper()}!")
             if suggests(said) is (kind == QUIET)]
    assert wrong == []


def test_it_says_which_of_the_two() -> None:
    """Where the table does: "danger" there may be read as either."""
    wrong = [(sentence, kind) for sentence, kind in TABLE if kind in {"self_harm", "safety"} and found(sentence) != {kind}]
    assert wrong == []


def test_all_of_the_table_is_there() -> None:
    kinds = Counter(kind for _, kind in TABLE)
    assert set(kinds) == {"danger", "self_harm", "safety", QUIET}
    assert kinds[QUIET] >= 700
    assert kinds["danger"] >= 600
    assert min(kinds["self_harm"], kinds["safety"]) >= 50


@pytest.mark.parametrize(("before", "after"), [
    ("not sleeping, ", ""), ("no money and ", ""), ("the bill hit hard, ", ""), ("denies pain, ", ""), ("cries and says ", ""),
    ("", ", copay too high"), ("", " and no ride"), ("", " again"), ("", " last night"), ("", ". No SI."),
])
def test_ordinary_words_beside_it_do_not_hide_it(before: str, after: str) -> None:
    beside = [f"{before}{sentence.strip(chr(34))}{after}" for sentence, kind in TABLE if kind != QUIET]
    assert [said for said in beside if not suggests(said)] == []


@pytest.mark.parametrize("sentence", ["He can\u2019t go on", "he\u2019s going to kill her", "“I want to die”",
                                      "she does not  want  to wake up"])
def test_how_a_phone_types_it_does_not_matter(sentence: str) -> None:
    assert suggests(sentence)


def test_every_phrase_alone_asks_what_it_is_there_to_ask() -> None:
    """One that never does would be dead wood, or silenced by a false friend."""
    phrases = list(sections("dangers.txt"))
    assert {kind for kind, _ in phrases} == {"self_harm", "safety", QUIET}
    silent = [(kind, phrase) for kind, phrase in phrases
              if kind != QUIET and not any(kind in found(one) for one in spoken(phrase))]
    assert silent == []


def test_every_false_friend_is_found_in_its_own_words() -> None:
    table = Table(sections("dangers.txt"))
    dead = [phrase for kind, phrase in sections("dangers.txt")
            if kind == QUIET and not any(one.kind == QUIET for said in spoken(phrase) for one in table.find(said))]
    assert dead == []


@pytest.mark.parametrize(("line", "asks"), [
    ("denies SI, HI, or any plan to hurt herself", False), ("denies being hit, afraid or unsafe", False),
    ("no thoughts of hurting herself or anyone", False), ("PHQ-9 item 9 was 0", False),
    ("denies SI but he hits her", True), ("denies SI, then told me she wants to die", True),
    ("denies abuse and says she is scared of her husband", True), ("denied disability, wants to kill himself", True),
    ("he denies her food", True), ("no reason to live", True),
])
def test_a_denial_quiets_the_rest_of_its_clause_and_no_more(line: str, asks: bool) -> None:
    assert suggests(line) is asks


def test_a_false_friend_beside_a_sign_does_not_hide_it() -> None:
    assert not suggests("dying to see her grandson")
    assert suggests("dying to see her grandson, and he hits her")
    assert suggests("hit her head when he pushed her down the stairs")
