"""Tokens before and after the first answer, by both readings of the paper.

Knows no tokenizer: counts and their source are columns of the features.
Source: First Try Matters (arXiv 2510.08308v1), Table 6 and Fig. 4, which disagree (reflection.md, section 1.7).
"""

from collections.abc import Iterator

import polars as pl

from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.sample import NO_CANDIDATE, Sample
from analysis.measures.statistics import Mean, Quotient, Share, Statistic
from analysis.types import TokenSource

ZERO = Setting(
    "no_candidate",
    "Rollouts without a candidate",
    "leave_out",
    (("leave_out", "leave out, counted beside"), ("all_before", "all their tokens are before the first candidate")),
)
_TOTAL = pl.col("n_read_tokens")


def _statistics(sample: Sample) -> Iterator[Statistic]:
    all_before = sample.settings["no_candidate"] == "all_before"
    has_tokens = _TOTAL.is_not_null()
    counted = sample.numbers(has_tokens & (pl.lit(all_before) | (pl.col("n_candidates") > 0)))
    total = sample.numbers(_TOTAL) * counted
    first = sample.numbers(pl.col("candidate_tokens").list.first().fill_null(_TOTAL)) * counted
    last = sample.numbers(pl.col("candidate_tokens").list.last().fill_null(_TOTAL)) * counted
    between, after = last - first, total - first
    for name, tokens in (("first", first), ("between", between), ("after", after), ("total", total)):
        yield Mean(f"tokens_{name}", tokens, counted, "tokens", NO_CANDIDATE)
    yield Quotient("share_first", first, total, counted, empty=NO_CANDIDATE)
    yield Quotient("share_between", between, last, counted, empty=NO_CANDIDATE)
    yield Quotient("share_after", after, total, counted, empty=NO_CANDIDATE)
    yield Share("no_candidate_share", 1 - sample.has_candidate, sample.ones)
    yield Share("estimated_share", sample.numbers(pl.col("token_source") == TokenSource.ESTIMATED.value), sample.ones)


TOKENS = Measure(
    name="tokens",
    label="Tokens before and after the first answer",
    question="How much of the reasoning comes after the first answer?",
    statistics=_statistics,
    citation="First Try Matters (arXiv 2510.08308v1), Table 6 (first, between) and Fig. 4 (after)",
    how_to_read=(
        "First: tokens up to the first candidate, its own line included. Between: from there to the line of the last "
        "candidate (Table 6). After: from there to the end of the text read (Fig. 4). share_between is of first and "
        "between together, the others of all tokens read; shares divide the averages. Rollouts without a candidate are "
        "left out by default and counted beside. Positions are interpolated by characters, also where totals were "
        "uploaded; estimated_share says how many rollouts have estimated totals."
    ),
    undefined_when="No rollout has a candidate and a token count.",
    settings=(AVERAGE, ZERO, TRUNCATED, TEXT),
    coverage=measured("tokens"),
    formula=(
        r"\(\mathrm{share\ after}=\frac{\overline{T}-\overline{T}_{first}}{\overline{T}}\), averages over "
        "rollouts, then over problem sets."
    ),
    proof="Table 6 of First Try Matters (within 1 token); hand-counted traces.",
)
