"""Which rollouts enter an accuracy, and whether their first and final answers are right: one denominator for both.

Knows the columns of analysis.features and the settings `unread` and `no_candidate`; no statistics.
"""

from dataclasses import dataclass

import polars as pl

from analysis.measures.sample import DECIDED, NO_GOLD, NO_TEXT, Sample
from analysis.resampling import Floats
from analysis.types import Outcome

CORRECT = Outcome.CORRECT.value
_GRADED = pl.col("has_gold") & (pl.col("final_outcome") != Outcome.NO_GOLD.value)
_SILENT = (pl.col("read_from") == "none") & pl.col("first_outcome").is_null()
_WITHOUT_TEXT = _SILENT & pl.col("final_outcome").is_in(DECIDED)
_WITHOUT_CANDIDATE = ~_WITHOUT_TEXT & (pl.col("n_candidates") == 0) & pl.col("first_outcome").is_null()
_FINAL_READ = pl.col("final_outcome").is_in(DECIDED)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Per rollout: graded (has a gold), counted (enters the accuracies), first and final right, by 0 and 1.

    `without_candidate` state none (grades without any text aside); `answered_after` are those of them whose reasoning
    was read and whose final answer is decided. `why_no_first` says why no first answer can be told right or wrong,
    None where it can.
    """

    graded: Floats
    counted: Floats
    first: Floats
    final: Floats
    unread: Floats
    without_candidate: Floats
    answered_after: Floats
    without_text: Floats
    why_no_first: str | None


def verdicts(sample: Sample) -> Verdicts:
    """First and final answers of all rollouts with a gold, over one denominator.

    A final answer that could not be read (error, unparsed, refused ...), and a first answer that could not be read
    or is not there (no candidate), count as wrong; unread=leave_out leaves such rollouts out of both. Where a rollout
    states no candidate, no_candidate=final takes the final answer for the first one stated, and leave_out leaves the
    rollout out of both; wrong (the default) treats it as any first answer that could not be read. A first attempt
    that was graded without text counts as it was graded. A single grade without text (read_from "none" with a verdict)
    says nothing of a first answer: where all rollouts are such, `why_no_first` is
    set and the final answers count; where only some are, they are left out of both and counted in `without_text`.
    """
    graded, without_text = sample.numbers(_GRADED), sample.numbers(_GRADED & _WITHOUT_TEXT)
    convention = sample.settings.get("no_candidate", "wrong")
    outcome = _first_outcome(convention)
    read = _FINAL_READ & outcome.is_in(DECIDED).fill_null(False)
    without_candidate = sample.numbers(_GRADED & _WITHOUT_CANDIDATE)
    unread = sample.numbers(_GRADED & ~read)
    why_no_first = _why_no_first(sample, graded, without_text)
    counted = graded if why_no_first else graded - without_text
    if sample.settings.get("unread", "wrong") == "leave_out":
        counted = counted * sample.numbers(_FINAL_READ if why_no_first else read)
    if convention == "leave_out":
        counted, unread = counted * (1 - without_candidate), unread * (1 - without_candidate)
    return Verdicts(
        graded=graded,
        counted=counted,
        first=sample.numbers(outcome == CORRECT) * counted,
        final=sample.numbers(pl.col("final_outcome") == CORRECT) * counted,
        unread=unread,
        without_candidate=without_candidate,
        answered_after=without_candidate * sample.numbers(_FINAL_READ & (pl.col("read_from") == "reasoning")),
        without_text=without_text,
        why_no_first=why_no_first,
    )


def _first_outcome(convention: str) -> pl.Expr:
    first = pl.col("first_outcome")
    return (
        pl.when(_WITHOUT_CANDIDATE).then(pl.col("final_outcome")).otherwise(first) if convention == "final" else first
    )


def _why_no_first(sample: Sample, graded: Floats, without_text: Floats) -> str | None:
    if not graded.any():
        return NO_GOLD
    has_text = sample.numbers(_GRADED & ~_SILENT).any()
    return NO_TEXT if without_text.any() and not has_text else None
