"""Print the error of the default extractor on problems left out, as analysis/answers/extract/measured.py holds it.

python -m bench.extractor_error ../shared/gold/candidates_dev.jsonl
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.answers.extract import DEFAULT, VERSIONS
from analysis.answers.extract.left_out import found_without
from analysis.answers.extract.measured import Measured
from analysis.answers.labelled import Labelled, read_labelled
from analysis.answers.scoring import Equal, score


def measured(labelled: Sequence[Labelled], equal: Equal) -> Measured:
    """Scores by weights that never saw the problem that they judge; numbers are rounded to four decimals.

    Raises ValueError for traces of fewer than two problems, which have no interval.
    """
    traces = [row.trace for row in labelled]
    result = score(traces, found_without(labelled, equal), equal=equal, rng=np.random.default_rng(0))
    if result.lines.f1 is None or result.f1_low is None or result.f1_high is None:
        raise ValueError(f"no interval from {result.n_problems} problems")
    return Measured(
        extractor=DEFAULT,
        version=VERSIONS[DEFAULT],
        n_traces=result.n_traces,
        n_problems=result.n_problems,
        f1=round(result.lines.f1, 4),
        f1_low=round(result.f1_low, 4),
        f1_high=round(result.f1_high, 4),
        found=result.found_transitions,
        labelled=result.labelled_transitions,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    arguments = parser.parse_args()
    from tests.analysis.answers.verify import equal

    labelled = read_labelled(arguments.labels.read_text(encoding="utf-8").split("\n"))
    print(measured(labelled, equal))


if __name__ == "__main__":
    main()
