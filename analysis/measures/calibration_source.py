"""Whose confidences enter a measure of calibration: shares in [0, 1] per rollout, outcomes, and what is left out.

Knows the columns of analysis.features and the settings of the calibration measures; no statistics.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.confidence import OUTSIDE, READ, SCALES, UNREAD, Read, read
from analysis.measures.base import Setting
from analysis.measures.sample import DECIDED, NO_GOLD, Sample
from analysis.measures.table import Part
from analysis.resampling import Floats, Ints
from analysis.types import Outcome

NO_CONFIDENCE = "no rollout with a gold and a confidence that could be read"
WHOSE = ("collection_id", "model", "condition")
"""Numbers stated by one model to one prompt are on one scale."""
NOT_ATTEMPTED = [Outcome.REFUSED.value, Outcome.NOT_ATTEMPTED.value]
COLUMNS = {
    "stated": "confidence",
    "tokens": "token_confidence",
    "words": "word_confidence",
    "probe": "probe_confidence",
}
COLUMNS_READ = (*COLUMNS.values(), *WHOSE, "confidence_unread", "problem_id", "answer_key")
"""What of a frame is read to find how sure rollouts are."""
SOURCE = Setting(
    "source",
    "Confidence",
    "stated",
    (
        ("stated", "the number that the model states"),
        ("tokens", "probability of the answer's tokens"),
        ("words", "words of certainty, as scored"),
        ("probe", "probe of the model's state"),
        ("vote", "share of the problem's rollouts of the same model and condition with the same answer"),
    ),
)
SCALE = Setting(
    "scale",
    "Scale of stated numbers",
    "auto",
    (
        ("auto", "found for each model, condition and collection"),
        ("share", "0 to 1"),
        ("percent", "0 to 100"),
        ("ten", "0 to 10"),
    ),
)
ATTEMPTED = Setting(
    "attempted",
    "Rollouts",
    "all",
    (("all", "all (not attempted or refused counts as wrong)"), ("attempted", "only attempted ones")),
)


@dataclass(frozen=True, slots=True)
class Confident:
    """Per rollout by 0 and 1: graded (has a gold), counted (has a confidence too and enters), right, and the rest.

    `share` is the confidence where `read` is 1; `asked` are the rollouts that would be counted with one; `scale` is
    the place in SCALES that a stated number was read on, -1 elsewhere.
    """

    share: Floats
    read: Floats
    unread: Floats
    outside: Floats
    scale: NDArray[np.int8]
    graded: Floats
    not_attempted: Floats
    asked: Floats
    right: Floats

    @property
    def counted(self) -> Floats:
        return self.asked * self.read

    @property
    def why_none(self) -> str:
        return NO_CONFIDENCE if self.graded.any() else NO_GOLD


def confident(sample: Sample) -> Confident:
    """Confidences and outcomes of all rollouts as the settings source, scale, attempted and unread say."""
    source = sample.settings.get("source", "stated")
    found, is_stated = _read(sample.rows, source, sample.settings.get("scale", "auto")), source == "stated"
    graded, not_attempted, asked = asked_of(sample, pl.col("final_outcome"))
    return Confident(
        share=found.share,
        read=_as_floats(found.status == READ),
        unread=_as_floats(found.status == UNREAD),
        outside=_as_floats(found.status == OUTSIDE),
        scale=np.where(found.is_read & is_stated, found.scale, -1).astype(np.int8),
        graded=graded,
        not_attempted=not_attempted,
        asked=asked,
        right=sample.numbers(pl.col("final_outcome") == Outcome.CORRECT.value) * graded,
    )


def asked_of(sample: Sample, outcome: pl.Expr) -> tuple[Floats, Floats, Floats]:
    """Which rollouts have a gold, which of those were not attempted, and which of them the settings count."""
    graded = sample.numbers(pl.col("has_gold") & outcome.is_not_null() & (outcome != Outcome.NO_GOLD.value))
    not_attempted = sample.numbers(outcome.is_in(NOT_ATTEMPTED)) * graded
    asked = graded
    if sample.settings.get("attempted", "all") == "attempted":
        asked = asked * (1 - not_attempted)
    if sample.settings.get("unread", "wrong") == "leave_out":
        asked = asked * sample.numbers(outcome.is_in([*DECIDED, *NOT_ATTEMPTED]))
    return graded, not_attempted, asked


def whose(rows: Part) -> Ints:
    """A code for each combination of WHOSE."""
    return rows.codes(WHOSE)[1]


def shares_of(frame: pl.DataFrame, source: str, scale: str) -> pl.Series:
    """Each rollout's confidence in [0, 1] as calibration reads it, None where it reads none; of COLUMNS_READ."""
    found = _read(Part.whole(frame), source, scale)
    return pl.Series("confidence", np.where(found.is_read, found.share, np.nan)).fill_nan(None)


def _read(rows: Part, source: str, scale: str) -> Read:
    nothing, together = np.zeros(len(rows), dtype=np.bool_), np.zeros(len(rows), dtype=np.int64)
    if source == "vote":
        return read(_votes(rows), nothing, together, "share")
    stated = rows.numbers(pl.col(COLUMNS[source]).cast(pl.Float64).fill_null(float("nan")))
    if source != "stated":
        return read(stated, nothing, together, "share")
    return read(stated, rows.numbers("confidence_unread") > 0, whose(rows), scale)


def _votes(rows: Part) -> Floats:
    """Share of the rollouts of a problem (same model and condition; two or more) with the same answer; nan for none."""
    problem = ("model", "condition", "problem_id")
    alike, n = pl.len().over(*problem, "answer_key"), pl.len().over(*problem)
    vote = pl.when(pl.col("answer_key").is_not_null() & (n > 1)).then(alike / n).otherwise(float("nan"))
    found = rows.columns((*problem, "answer_key")).select(vote.cast(pl.Float64))
    votes: Floats = found.to_series().to_numpy().astype(np.float64)
    return votes


def _as_floats(chosen: NDArray[np.bool_]) -> Floats:
    return chosen.astype(np.float64)


SCALE_NAMES = tuple(SCALES)
