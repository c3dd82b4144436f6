"""The default extractor on labelled traces by weights that never saw the trace's problem. Knows no file."""

from collections.abc import Sequence

from analysis.answers.extract.rules import STARTS, THRESHOLDS, choose, kind_of, mentions_of
from analysis.answers.extract.training import SPREAD, Example, label, leave_one_problem_out
from analysis.answers.labelled import Labelled
from analysis.answers.scoring import Equal
from analysis.types import Candidate


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
