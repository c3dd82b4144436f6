"""The default extractor: cues from the question and the text, weighed. Reads neither a gold nor anything after the
reasoning.

Source: the definition of a candidate of First Try Matters (arXiv 2510.08308) section 2.1 and prompt 1, as the
labelling GUIDE words it; where the paper asks a language model, this asks a table of cues.
"""

from collections.abc import Callable, Sequence
from typing import Any

from analysis.answers.extract import choice_cues, choice_mentions, math_cues, math_mentions
from analysis.answers.extract.cue import Cue
from analysis.answers.extract.math_mentions import able_mentions
from analysis.answers.extract.mention import Mention, key
from analysis.answers.extract.weighing import Weights, probabilities, shipped
from analysis.answers.options import options_of
from analysis.types import AnswerType, Candidate, Problem

VERSION = 1
_TABLES: dict[str, tuple[Cue[Any], ...]] = {
    "math": (*math_cues.CUES, *math_cues.SHARED_CUES),
    "choice": (*choice_cues.CUES, *choice_cues.SENTENCE_CUES),
}
_READERS: dict[str, Callable[[str, Problem], list[Mention]]] = {
    "math": math_mentions.mentions,
    "choice": choice_mentions.mentions,
}
STARTS = {kind: {cue.name: cue.weight for cue in table} for kind, table in _TABLES.items()}
"""The hand-set weights of the cues, from which training starts."""
STATED = frozenset({"answer_is", "boxed", "marked", "judged"})
"""Cues by which the text itself calls a value the answer."""
THRESHOLDS = {"math": 0.5, "choice": 0.4}
_REASONS = {kind: {cue.name: cue.because for cue in table} for kind, table in _TABLES.items()}


def extract(text: str, problem: Problem, final: str | None = None) -> list[Candidate]:
    r"""The candidates of a reasoning text, in order; `final` is not read.

    `start` and `end` are code points of `text`; `line` is 1-based over "\n". The same value twice on one line is
    given once. No candidate is a real outcome: []. A problem without an answer (type "none") has none. Several kinds
    of failure are known: values said in words only, parts of an answer that stand on different lines, and answers
    that are not mathematical.

    >>> problem = Problem("How many sides does the polygon have?")
    >>> [(c.line, c.value) for c in extract("360/15 = 24.\nSo the polygon has 24 sides.", problem)]
    [(1, '24'), (2, '24')]
    """
    if problem.answer_type == AnswerType.NONE:
        return []
    kind = kind_of(problem)
    weights = shipped()[kind]
    found = able_mentions(text, problem, weights) if kind == "math" else mentions_of(text, problem)
    return choose(found, weights, kind)


def kind_of(problem: Problem) -> str:
    """Which cues a problem takes: "choice" where it has options, else "math".

    >>> kind_of(Problem("Pick: (A) 3 (B) 4")), kind_of(Problem("What is 1 + 1?"))
    ('choice', 'math')
    """
    return "choice" if options_of(problem) else "math"


def mentions_of(text: str, problem: Problem) -> list[Mention]:
    """Every mention that the extractor weighs, with the names of its cues.

    >>> [mention.value for mention in mentions_of("x = 2, so y = 3", Problem("What is y?"))]
    ['2', '3']
    """
    return _READERS[kind_of(problem)](text, problem)


def choose(mentions: Sequence[Mention], weights: Weights, kind: str) -> list[Candidate]:
    """Of each line and value the most likely mention, where it reaches the threshold; in text order.

    >>> choose([], shipped()["math"], "math")
    []
    """
    best: dict[tuple[int, object], tuple[float, Mention]] = {}
    for mention, p in zip(mentions, probabilities(mentions, weights, STATED), strict=True):
        place = (mention.line, key(mention.value))
        if p >= weights.threshold and (place not in best or p > best[place][0]):
            best[place] = (p, mention)
    chosen = sorted((mention for _, mention in best.values()), key=lambda mention: mention.start)
    return [_candidate(mention, weights, kind) for mention in chosen]


def _candidate(mention: Mention, weights: Weights, kind: str) -> Candidate:
    rule, because = _main_reason(mention, weights, kind)
    return Candidate(mention.start, mention.end, mention.line, mention.value, rule, because)


def _main_reason(mention: Mention, weights: Weights, kind: str) -> tuple[str, str]:
    """The telling cue that weighs most; where there is none, that the text states the value elsewhere."""
    telling = [cue for cue in sorted(mention.cues) if STARTS[kind][cue] >= 1.0]
    rule = max(telling, key=lambda cue: weights.alone.get(cue, 0.0), default="")
    if not rule:
        return "stated_elsewhere", "gives a value that the text states as its answer elsewhere"
    return rule, _REASONS[kind][rule]
