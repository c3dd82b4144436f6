"""Which rollouts enter an accuracy, and whether their first and final answers are right: one denominator for both.

Knows the columns of analysis.features and the setting `unread`; no statistics.
"""

from dataclasses import dataclass

import polars as pl

from analysis.measures.sample import DECIDED, NO_GOLD, NO_TEXT, Sample
from analysis.resampling import Floats
from analysis.types import Outcome

CORRECT = Outcome.CORRECT.value
_GRADED = pl.col("has_gold") & (pl.col("final_outcome") != Outcome.NO_GOLD.value)
_WITHOUT_TEXT = (pl.col("read_from") == "none") & pl.col("final_outcome").is_in(DECIDED)
_READ = pl.col("final_outcome").is_in(DECIDED) & pl.col("first_outcome").is_in(DECIDED).fill_null(False)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per rollout: graded (has a gold), counted (enters the accuracies), first and final right, by 0 and 1.

    `why_no_first` says why no first answer can be told right or wrong, None where it can.
    """

    graded: Floats
    counted: Floats
    first: Floats
    final: Floats
    unread: Floats
    without_candidate: Floats
    without_text: Floats
    why_no_first: str | None


def verdicts(sample: Sample) -> Verdicts:
    """First and final answers of all rollouts with a gold, over one denominator.

    A final answer that could not be read (error, unparsed, refused ...), and a first answer that could not be read
    or is not there (no candidate), count as wrong; unread=leave_out leaves such rollouts out of both. Grades without
    any text (read_from "none" with a verdict) say nothing of first answers: where all rollouts are such, `why_no_first`
    is set and the final answers count; where only some are, they are left out of both and counted in `without_text`.
    """
    graded, without_text = sample.numbers(_GRADED), sample.numbers(_GRADED & _WITHOUT_TEXT)
    unread = sample.numbers(_GRADED & ~_READ)
    why_no_first = _why_no_first(sample, graded, without_text)
    counted = graded if why_no_first else graded - without_text
    if sample.settings.get("unread", "wrong") == "leave_out":
        counted = counted * sample.numbers(pl.col("final_outcome").is_in(DECIDED) if why_no_first else _READ)
    return Verdicts(
        graded=graded,
        counted=counted,
        first=sample.numbers(pl.col("first_outcome") == CORRECT) * counted,
        final=sample.numbers(pl.col("final_outcome") == CORRECT) * counted,
        unread=unread,
        without_candidate=sample.numbers(_GRADED & (pl.col("n_candidates") == 0)),
        without_text=without_text,
        why_no_first=why_no_first,
    )


def _why_no_first(sample: Sample, graded: Floats, without_text: Floats) -> str | None:
    if not graded.any():
        return NO_GOLD
    has_text = sample.numbers(_GRADED & (pl.col("read_from") != "none")).any()
    return NO_TEXT if without_text.any() and not has_text else None
