"""How well an extractor finds what people labelled, each rate with an interval clustered by problem; and its errors.

Knows no file and no page; what is a hit is in `scoring`. Intervals: `analysis.measures.estimates` (problems are
resampled, few events get Wilson's on the design-effect n).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from analysis.answers.scoring import (
    Equal,
    LabelledTrace,
    LineCounts,
    count_lines,
    equal_values_of,
    has_same_first_line,
)
from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share
from analysis.resampling import Resampler
from analysis.types import Candidate

MISSED, FALSE, OTHER = "missed", "false", "other value"
NO_LINES = "no line was found or labelled"


class Error(NamedTuple):
    """One line on which extractor and people differ; `trace` is the number of the trace."""

    kind: str
    trace: int
    line: int
    found: tuple[str, ...]
    labelled: tuple[str, ...]


def rates(
    traces: Sequence[LabelledTrace], found: Sequence[Sequence[Candidate]], *, equal: Equal, rng: np.random.Generator
) -> dict[str, Estimate]:
    """Precision, recall and F1 over lines, the same first line, equal values where both have the line.

    >>> one = LabelledTrace("t", "s", "p", "4", {2: ("4",), 5: ("4",)})
    >>> hit = Candidate(0, 1, 2, "4", "rule", "")
    >>> got = rates([one], [[hit]], equal=str.__eq__, rng=np.random.default_rng(0))
    >>> got["precision"].value, got["recall"].value, got["same_value"].n
    (1.0, 0.5, 1)
    """
    names = {name: k for k, name in enumerate(dict.fromkeys(trace.problem for trace in traces))}
    rows = sorted(zip(traces, found, strict=True), key=lambda row: names[row[0].problem])
    lines = [count_lines(trace, ours) for trace, ours in rows]
    values = [equal_values_of(trace, ours, equal) for trace, ours in rows]
    first = [has_same_first_line(trace, ours) for trace, ours in rows]
    shares = [
        _lines("precision", lines, lambda n: (n.hits, n.hits + n.false_alarms)),
        _lines("recall", lines, lambda n: (n.hits, n.hits + n.misses)),
        _lines("f1", lines, lambda n: (2 * n.hits, 2 * n.hits + n.false_alarms + n.misses)),
        Share("same_first_line", np.array(first, dtype=np.float64), np.ones(len(first))),
        Share("same_value", np.array([n.k for n in values], float), np.array([n.n for n in values], float), NO_LINES),
    ]
    ids = np.array([names[trace.problem] for trace, _ in rows], dtype=np.int64)
    estimates = estimate(shares, lay_out(ids, None, Resampler(rng)))
    return {share.name: each for share, each in zip(shares, estimates, strict=True)}


def errors(traces: Sequence[LabelledTrace], found: Sequence[Sequence[Candidate]], *, equal: Equal) -> Iterator[Error]:
    """Lines that were missed, found wrongly, or found with another value; doubtful ones are none.

    >>> one = LabelledTrace("t", "s", "p", "4", {2: ("4",), 5: ("4",)})
    >>> ours = [Candidate(0, 1, 2, "5", "rule", ""), Candidate(0, 1, 7, "4", "rule", "")]
    >>> [(e.kind, e.line) for e in errors([one], [ours], equal=str.__eq__)]
    [('other value', 2), ('missed', 5), ('false', 7)]
    """
    for number, (trace, ours) in enumerate(zip(traces, found, strict=True)):
        values: dict[int, list[str]] = {}
        for candidate in ours:
            values.setdefault(candidate.line, []).append(candidate.value)
        for line in sorted((values.keys() | trace.labels.keys()) - trace.doubtful):
            mine, said = tuple(values.get(line, ())), tuple(trace.labels.get(line, ()))
            kind = MISSED if not mine else FALSE if line not in trace.labels else OTHER
            if kind != OTHER or not all(any(equal(label, value) for label in said) for value in mine):
                yield Error(kind, number, line, mine, said)


def _lines(name: str, counts: Sequence[LineCounts], parts: Callable[[LineCounts], tuple[int, int]]) -> Share:
    table = np.array([parts(count) for count in counts], dtype=np.float64).reshape(len(counts), 2)
    return Share(name, table[:, 0], table[:, 1], NO_LINES)
