"""How outcomes and transitions are drawn: class, glyph and words. Knows no rows. Source: the look's NOTES."""

from typing import NamedTuple

from analysis.types import Outcome, Transition


class Mark(NamedTuple):
    """A class of the stylesheet, a glyph, and the words for those who see neither."""

    css: str
    glyph: str
    words: str


CORRECT = Mark("ok", "✓", "correct")
INCORRECT = Mark("no", "✗", "incorrect")
NO_GOLD = Mark("nogold", "–", "no gold")

OUTCOMES: dict[Outcome, Mark] = {
    Outcome.CORRECT: CORRECT,
    Outcome.INCORRECT: INCORRECT,
    Outcome.NO_GOLD: NO_GOLD,
    **{
        outcome: Mark("unread", "?", outcome.value.replace("_", " "))
        for outcome in (Outcome.UNPARSED, Outcome.REFUSED, Outcome.NOT_ATTEMPTED, Outcome.TIMED_OUT, Outcome.ERROR)
    },
}
UNGRADED = Mark("unread", "?", "not graded")

TRANSITIONS: dict[Transition, str] = {
    Transition.TT: "T→T",
    Transition.FFS: "F→F same",
    Transition.FFD: "F→F different",
    Transition.TF: "T→F",
    Transition.FT: "F→T",
}


def mark_of(outcome: Outcome | str | None) -> Mark:
    """The mark of an outcome; none where nobody has graded."""
    return OUTCOMES[Outcome(outcome)] if outcome else UNGRADED
