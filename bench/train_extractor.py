"""Learn the weights of the default extractor from labelled traces; print its scores on problems left out.

python -m bench.train_extractor ../shared/gold/candidates_dev.jsonl [--write]
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from analysis.answers.extract.left_out import by_kind, examples_of, found_without
from analysis.answers.extract.rules import STARTS, THRESHOLDS
from analysis.answers.extract.training import SPREAD, fit
from analysis.answers.labelled import Labelled, read_labelled
from analysis.answers.scoring import Equal, Score, score, score_by_source

WEIGHTS = Path(__file__).resolve().parent.parent / "analysis/answers/extract/weights.json"


def write(labelled: Sequence[Labelled], equal: Equal, path: Path = WEIGHTS) -> None:
    examples = examples_of(labelled, equal)
    rows = {}
    for kind, places in by_kind(labelled).items():
        learned = fit([examples[i] for i in places], STARTS[kind], THRESHOLDS[kind])
        rows[kind] = asdict(learned)
    source = (
        f"learned from {len(labelled)} hand-labelled traces by bench/train_extractor.py: logistic regression with a"
        f" Gaussian prior of variance {SPREAD} around the weights of the cue tables"
    )
    path.write_text(json.dumps({"source": source, "weights": rows}, indent=1) + "\n", encoding="utf-8")


def show(name: str, result: Score) -> None:
    lines = result.lines
    rates = " ".join(
        f"{label} {value:.3f}"
        for label, value in zip("PRF", (lines.precision, lines.recall, lines.f1), strict=True)
        if value
    )
    shares = [result.same_first_line, result.equal_values, result.same_first_verdict]
    print(
        f"{name:16} n={result.n_traces} {rates} [{result.f1_low}, {result.f1_high}] ", *(f"{s.k}/{s.n}" for s in shares)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    from tests.analysis.answers.verify import equal

    labelled = read_labelled(arguments.labels.read_text(encoding="utf-8").split("\n"))
    found = found_without(labelled, equal)
    traces = [row.trace for row in labelled]
    rng = np.random.default_rng(0)
    show("left out", score(traces, found, equal=equal, rng=rng))
    for name, result in score_by_source(traces, found, equal=equal, rng=rng).items():
        show(name, result)
    if arguments.write:
        write(labelled, equal)


if __name__ == "__main__":
    main()
