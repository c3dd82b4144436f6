"""Learn the weights of the default extractor from labelled traces; print its scores on problems left out.

python -m bench.train_extractor ../shared/gold/candidates_dev.jsonl [--write]
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from analysis.answers.extract.rules import STARTS, THRESHOLDS, choose, kind_of, mentions_of
from analysis.answers.extract.training import SPREAD, Example, fit, label, leave_one_problem_out
from analysis.answers.labelled import Labelled, read_labelled
from analysis.answers.scoring import Equal, Score, score, score_by_source
from analysis.types import Candidate

WEIGHTS = Path(__file__).resolve().parent.parent / "analysis/answers/extract/weights.json"


def examples_of(labelled: Sequence[Labelled], equal: Equal) -> list[Example]:
    """What training needs of each trace."""
    examples = []
    for trace, problem, text in labelled:
        mentions = mentions_of(text, problem)
        labels = [label(mention, trace.labels, trace.doubtful, equal) for mention in mentions]
        examples.append(Example(trace.problem, mentions, labels))
    return examples


def by_kind(labelled: Sequence[Labelled]) -> dict[str, list[int]]:
    """The places of the traces of each kind of answer."""
    return {kind: [i for i, row in enumerate(labelled) if kind_of(row.problem) == kind] for kind in STARTS}


def found_without(labelled: Sequence[Labelled], equal: Equal, spread: float = SPREAD) -> list[list[Candidate]]:
    """The candidates of each trace by weights that never saw its problem."""
    examples = examples_of(labelled, equal)
    found: list[list[Candidate]] = [[] for _ in labelled]
    for kind, places in by_kind(labelled).items():
        own = [examples[i] for i in places]
        for i, weights in zip(places, leave_one_problem_out(own, STARTS[kind], THRESHOLDS[kind], spread), strict=True):
            found[i] = choose(examples[i].mentions, weights, kind)
    return found


def write(labelled: Sequence[Labelled], equal: Equal, path: Path = WEIGHTS) -> None:
    examples = examples_of(labelled, equal)
    rows = {}
    for kind, places in by_kind(labelled).items():
        learned = fit([examples[i] for i in places], STARTS[kind], THRESHOLDS[kind])
        rows[kind] = {name: getattr(learned, name) for name in learned.__slots__}
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
