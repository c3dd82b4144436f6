"""Texts as both databases take them. Knows no row."""

import re
from dataclasses import replace

from analysis.types import Turn

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean(text: str) -> str:
    """Text as both databases take it, character for character: NUL and half surrogates become U+FFFD."""
    return UNSTORABLE.sub("\ufffd", text)


def storable(turn: Turn) -> Turn:
    return replace(
        turn,
        text=None if turn.text is None else clean(turn.text),
        answer=None if turn.answer is None else clean(turn.answer),
        confidence_text=clean(turn.confidence_text),
        actor=clean(turn.actor),
        finish_reason=clean(turn.finish_reason),
        correct=None,
    )
