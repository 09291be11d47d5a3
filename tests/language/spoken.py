"""The phrases of the tables, as someone would say them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product

from handlers.language.phrases import kinds

AS_SAID = {"#": ("5",), "##": ("50",), "$": (".",), "..": ("",), ">": ("",)}


def spoken(phrase: str, most: int = 200) -> Iterator[str]:
    """Up to ``most`` ways to say ``phrase``, one for each choice of its alternatives, the first of each first."""
    steps = [[said for one in step.split("/") for said in AS_SAID.get(one, kinds().get(one, (one.lstrip("="),)))]
             for step in phrase.split()]
    for words in islice(product(*steps), most):
        yield " ".join(word for word in words if word)
