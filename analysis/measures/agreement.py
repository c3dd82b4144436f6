"""Stopping when the last k candidates agree: what certainty read from candidates costs and saves.

Knows no model and no probes. Sources: Dynasor-CoT (hao-ai-lab/Dynasor, core/cot.py), whose probes' last w answers must
agree; Certaindex (arXiv 2412.20993) for certainty; DEER (arXiv 2504.15895) for stopping at a confident trial answer;
answer convergence (arXiv 2506.02536). All four force answers or read probabilities; here a candidate that the rollout
states of its own accord stands for each.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.accuracy import FIRST
from analysis.measures.base import AVERAGE, TEXT, TRUNCATED, UNREAD, Measure, Setting
from analysis.measures.coverage import measured
from analysis.measures.replay import NOT_CUT, costs, replay, stoppable
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.statistics import Mean, Share, Statistic
from analysis.measures.verdicts import CORRECT, verdicts
from analysis.resampling import Floats, Ints
from analysis.types import Outcome

SIZES = (2, 3, 4, 5)
CERTAINTY = Setting("certainty", "Stop at a certainty of at least", "1", low=0.01, high=1)
WINDOW = Setting("window", "Candidates in the window of the last certainty", "3", low=2, high=8, whole=True)
_SLACK = 1e-9


class Windows(NamedTuple):
    """All runs of k consecutive candidates of one rollout: its row, the place of its last candidate, its certainty."""

    rows: Ints
    ends: Ints
    certainty: Floats


def certainty_of(windows: Ints) -> Floats:
    """(log k - H)/log k of windows of k >= 2 classes of equal value, shape (n, k): 1 all agree, 0 all differ.

    H is the entropy of the shares of the classes. Certaindex (arXiv 2412.20993).

    >>> certainty_of(np.array([[4, 4, 4, 4], [4, 4, 7, 7], [1, 2, 3, 4]])).round(3).tolist()
    [1.0, 0.5, 0.0]
    """
    k = windows.shape[1]
    same = (windows[:, :, None] == windows[:, None, :]).sum(axis=2)
    certainty: Floats = 1 + np.log(same / k).mean(axis=1) / np.log(k)
    return certainty


def windows_of(rows: Ints, classes: Ints, k: int) -> Windows:
    """Windows of k candidates; `rows` (ascending) say which rollout each of the flattened `classes` belongs to.

    >>> found = windows_of(np.array([0, 0, 0, 2]), np.array([5, 5, 6, 5]), 2)
    >>> found.rows.tolist(), found.ends.tolist(), found.certainty.tolist()
    ([0, 0], [1, 2], [1.0, 0.0])
    """
    if len(rows) < k:
        nothing = np.zeros(0, dtype=np.int64)
        return Windows(nothing, nothing, np.zeros(0))
    views = np.lib.stride_tricks.sliding_window_view(classes, k)
    inside = np.flatnonzero(rows[k - 1 :] == rows[: len(rows) - k + 1])
    ends = inside + k - 1
    return Windows(rows[ends], ends - np.searchsorted(rows, rows[ends]), certainty_of(views[inside]))


def _statistics(sample: Sample) -> Iterator[Statistic]:
    v = verdicts(sample)
    counted, empty = stoppable(v), v.why_no_first or NO_GOLD
    rows, column = sample.flattened("candidate_classes")
    classes: Ints = column.to_numpy().astype(np.int64)
    least = sample.settings.number("certainty") - _SLACK
    yield Share("accuracy_without_stop", v.final * counted, counted, empty)
    for k in SIZES:
        found = windows_of(rows, classes, k)
        cut = replay(sample, v, _first(found, least, len(counted)))
        yield from costs(sample, v, cut, f"agree_{k}")
        stopped = cut.stopped * counted
        yield Share(f"right_when_agree_{k}", cut.right * stopped, stopped, f"no rollout in which {k} candidates agree")
        total, n = _sums(found, len(counted))
        yield Mean(f"certainty_{k}", total, n, "certainty", f"no rollout with {k} candidates")
    yield from _last_certainty(sample, windows_of(rows, classes, int(sample.settings.number("window"))))
    yield from _convergence(sample, rows, classes)


def _first(found: Windows, least: float, n_rows: int) -> Ints:
    """The candidate at which each rollout's first window that is certain enough ends, NOT_CUT where none is."""
    at = np.full(n_rows, NOT_CUT, dtype=np.int64)
    chosen = np.flatnonzero(found.certainty >= least)[::-1]
    at[found.rows[chosen]] = found.ends[chosen]
    return at


def _sums(found: Windows, n_rows: int) -> tuple[Floats, Floats]:
    total = np.bincount(found.rows, weights=found.certainty, minlength=n_rows)
    return total.astype(np.float64), np.bincount(found.rows, minlength=n_rows).astype(np.float64)


def _last_certainty(sample: Sample, found: Windows) -> Iterator[Mean]:
    """Certainty of each rollout's last window, for right and for wrong final answers."""
    last, has = np.zeros(len(sample.ones)), np.zeros(len(sample.ones))
    last[found.rows], has[found.rows] = found.certainty, 1.0
    for name, outcome in (("right", CORRECT), ("wrong", Outcome.INCORRECT.value)):
        counted = has * sample.numbers(pl.col("final_outcome") == outcome)
        yield Mean(f"last_certainty_{name}", last * counted, counted, "certainty", f"no {name} rollout with a window")


def _convergence(sample: Sample, rows: Ints, classes: Ints) -> Iterator[Statistic]:
    """The earliest candidate from which all, itself included, equal the final answer."""
    n = sample.numbers("n_candidates")
    final = sample.numbers(pl.col("final_class").fill_null(-1)).astype(np.int64)
    places = np.arange(len(rows)) - np.searchsorted(rows, rows)
    others = np.flatnonzero(classes != final[rows])
    at = np.zeros(len(n), dtype=np.int64)
    at[rows[others]] = places[others] + 1
    known = sample.numbers(pl.col("final_class").is_not_null()) * (n > 0)
    converged = known * (at < n)
    tokens = sample.numbers(pl.col("candidate_tokens").list.get(pl.lit(pl.Series("at", at)), null_on_oob=True))
    total = sample.numbers("n_read_tokens")
    counted = converged * (total > 0)
    place = np.divide(tokens, total, out=np.zeros(len(n)), where=total > 0)
    yield Mean("convergence_position", place * counted, counted, "position", "no rollout whose last candidate is final")
    yield Share("not_converged_share", known - converged, known, "no rollout with a candidate and a final answer")


AGREEMENT = Measure(
    name="agreement",
    label="Stopping when answers agree (from candidates)",
    question="What would stopping once the last k candidates agree have cost and saved?",
    statistics=_statistics,
    citation="Own replay after Dynasor-CoT (hao-ai-lab/Dynasor), Certaindex (arXiv 2412.20993), DEER (arXiv "
    "2504.15895) and answer convergence (arXiv 2506.02536), from candidates instead of probes",
    how_to_read=(
        "Computed from candidates, not from probes: a rollout is cut where its last k candidates have one value (or a "
        "certainty of at least the setting), and that value is its answer; a rollout in which they never do keeps its "
        "final answer and all its tokens. No gold decides when to stop. Certainty is 1 where a window's candidates "
        "agree and 0 where all differ; right_when_agree says how often the agreed value is right. Probes can stop "
        "earlier, since a model can be asked before it states an answer of its own accord."
    ),
    undefined_when="No rollout has a gold and a text.",
    settings=(AVERAGE, CERTAINTY, WINDOW, FIRST, UNREAD, TRUNCATED, TEXT),
    coverage=measured("agreement"),
    formula=(
        r"Certainty of a window of k candidates: \(C=\frac{\log k-H}{\log k}\), "
        r"\(H=-\sum_c \frac{n_c}{k}\log\frac{n_c}{k}\) over classes of equal value; stop at the first window with "
        r"\(C\ge\) the setting (1: all k agree). Convergence: the first candidate from which all are "
        "the final answer."
    ),
    proof="Hand-counted traces; certainty of hand-made windows; a plain loop over simulated rollouts.",
)
