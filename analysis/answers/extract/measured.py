"""How well the default extractor found what people labelled, on problems left out of its training: a literal.

Knows no trace: tests/analysis/answers/test_measured.py holds it equal to what the labelled traces give.
Source: analysis.answers.scoring on the hand-labelled traces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from analysis.types import Transition


@dataclass(frozen=True, slots=True)
class Measured:
    """F1 of lines in [0, 1] with its 95 % interval over problems, and transitions of the same traces, both ways.

    `found` and `labelled` count the transitions of our candidates and of people's, who left out lines that they
    doubted. `command` prints this literal.
    """

    extractor: str
    version: int
    n_traces: int
    n_problems: int
    f1: float
    f1_low: float
    f1_high: float
    found: Mapping[Transition, int]
    labelled: Mapping[Transition, int]
    command: str = "python -m bench.extractor_error ../shared/gold/candidates_dev.jsonl"

    def shares(self, counts: Mapping[Transition, int]) -> dict[Transition, float]:
        """Each kind's part of all; {} where nothing was counted.

        >>> round(MEASURED.shares(MEASURED.labelled)[Transition.TT], 3)
        0.617
        """
        n = sum(counts.values())
        return {kind: counts[kind] / n for kind in Transition} if n else {}


MEASURED = Measured(
    extractor="rules",
    version=1,
    n_traces=30,
    n_problems=28,
    f1=0.9457,
    f1_low=0.8893,
    f1_high=0.9814,
    found=MappingProxyType(
        {Transition.TT: 145, Transition.FFS: 60, Transition.FFD: 12, Transition.TF: 15, Transition.FT: 16}
    ),
    labelled=MappingProxyType(
        {Transition.TT: 127, Transition.FFS: 44, Transition.FFD: 4, Transition.TF: 15, Transition.FT: 16}
    ),
)


def measured_for(extractor: str, version: int) -> Measured | None:
    """The measured error of an extractor, None where nobody has measured it.

    >>> measured_for("boxed", 1) is None
    True
    """
    return MEASURED if (extractor, version) == (MEASURED.extractor, MEASURED.version) else None
