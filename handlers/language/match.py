"""Near misses, for asking; never for deciding."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, names: Iterable[str], n: int = 3) -> list[str]:
    """Up to ``n`` names close to ``word``: those it begins, then those spelt alike."""
    key = word.casefold().replace("-", "")
    by_key = {name.casefold().replace("-", ""): name for name in names}
    begins = [name for k, name in sorted(by_key.items()) if len(key) >= 2 and k.startswith(key)]
    firsts = {name.casefold().split("-")[0]: name for name in by_key.values()}
    alike = [(by_key.get(k) or firsts[k]) for k in get_close_matches(key, [*by_key, *firsts], n=n, cutoff=0.7)]
    return list(dict.fromkeys([*begins, *alike]))[:n]
