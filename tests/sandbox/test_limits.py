"""Each limit, just inside and just outside."""

import pytest

from bot.sandbox.limits import Block, refusal


def section(size: int) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * size}}


@pytest.mark.parametrize(
    ("blocks", "code"),
    [
        ([section(3000)], None),
        ([section(3001)], "invalid_blocks"),
        ([section(1)] * 50, None),
        ([section(1)] * 51, "invalid_blocks"),
        ([section(2600)] * 5, None),
        ([section(2601)] * 5, "msg_blocks_too_long"),
        ([{"type": "carousel"}], "invalid_blocks"),
    ],
)
def test_blocks(blocks: list[Block], code: str | None) -> None:
    assert refusal("", blocks) == code


def test_update_text_is_shorter_than_post_text() -> None:
    assert refusal("x" * 4000, [], update=True) is None
    assert refusal("x" * 4001, [], update=True) == "msg_too_long"
    assert refusal("x" * 40_000, []) is None
