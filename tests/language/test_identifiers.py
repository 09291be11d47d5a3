"""Possible identifiers: what looks like one is spotted, and the numbers of an ordinary day are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.language.identifiers import LEFT_OUT, Kind, leave_out, masked, spot

LINES = Path(__file__).with_name("identifiers.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(cell.strip() for cell in line.rsplit(" | ", 1)) for line in LINES if line and not line.startswith("#")]
SPOTTED = [(sentence, kind) for sentence, kind in TABLE if kind != "quiet"]
# Texts that come close: pieces of identifiers, joined by what people put between them.
NEARLY = st.lists(st.sampled_from(["219", "09", "9999", "617", "555", "0123", "4111", "1111", "3/12/", "85", "1985", "MRN", "dob",
                                   "born", "call", "SSN", "member id", "rosa@", "example.org", "+", "(", ")", " ", "-", ".", "/",
                                   ":", "#", "é", "•", "\uff11", "[phone number left out]"]), max_size=14).map("".join)


@pytest.mark.parametrize(("sentence", "kind"), TABLE)
def test_a_sentence_is_spotted_or_quiet(sentence: str, kind: str) -> None:
    for text in (sentence, f"/concern rosa {sentence}", f"she said: {sentence}, and more"):
        kinds = {one.kind.split()[0] for one in spot(text)}
        assert kinds == (set() if kind == "quiet" else {kind}), text


def test_both_halves_of_the_table_are_there() -> None:
    assert {kind for _, kind in SPOTTED} == {one.split()[0] for one in Kind}
    assert min(len(SPOTTED), len(TABLE) - len(SPOTTED)) >= 80


@pytest.mark.parametrize(("sentence", "kind"), SPOTTED)
def test_it_is_left_out_and_the_rest_stays(sentence: str, kind: str) -> None:
    left = leave_out(f"rosa, {sentence}; tomorrow")
    assert (left.startswith("rosa, "), left.endswith("; tomorrow"), spot(left)) == (True, True, [])
    assert " left out]" in left


def test_several_of_one_line() -> None:
    text = "DOB 3/12/1985, SSN 219-09-9999, call 617-555-0123 or rosa@example.org"
    assert [one.kind for one in spot(text)] == [Kind.BIRTH, Kind.SSN, Kind.PHONE, Kind.EMAIL]
    assert leave_out(text) == ("DOB [date of birth left out], SSN [Social Security number left out], call "
                               "[phone number left out] or [e-mail address left out]")


@pytest.mark.parametrize(("text", "shown"), [
    ("219-09-9999", "•••-••-••99"), ("(617) 555-0123", "(•••) •••-••23"), ("rosa@example.org", "••••@•••••••.•rg"),
    ("4111 1111 1111 1111", "•••• •••• •••• ••11")])
def test_only_the_last_two_are_shown(text: str, shown: str) -> None:
    assert masked(text, spot(text)[0]) == shown


@given(st.text() | NEARLY)
def test_spots_lie_in_the_text_and_apart(text: str) -> None:
    ends = 0
    for one in spot(text):
        assert ends <= one.start < one.end <= len(text)
        assert any(char.isalnum() for char in masked(text, one))
        ends = one.end


@given(st.text() | NEARLY)
def test_what_is_left_holds_none(text: str) -> None:
    left = leave_out(text)
    assert (spot(left), leave_out(left)) == ([], left)
    assert (left == text) is (spot(text) == [])


@pytest.mark.parametrize("kind", Kind)
def test_what_stands_in_its_place_is_itself_quiet(kind: Kind) -> None:
    instead = LEFT_OUT.format(kind=kind)
    for text in (instead, f"MRN {instead} 12345", f"dob {instead} 3/12/85 mg", f"{instead} 12345"):
        assert kind not in {one.kind for one in spot(text)}


@pytest.mark.parametrize("text", ["1" * 20_000, "1-" * 10_000, "a@" * 10_000, "a." * 10_000, "+1 " * 7_000, "MRN " * 5_000,
                                  "dob 1 " * 3_500, "4111 " * 4_000, "call " * 4_000, "(617) " * 3_500, "'" * 20_000])
def test_a_long_line_costs_what_it_is_long(text: str) -> None:
    """Nothing here is timed: a pattern that looks back would not come to an end."""
    assert len(leave_out(text)) > 0
