"""The labelled variant that is told the final answer. Leans towards confirmation by construction: never the default.

Source: DESIGN section 5, "equals the final answer biases towards confirmation"; kept so that the size of that bias
can be measured.
"""

from dataclasses import replace

from analysis.answers.extract.mention import key
from analysis.answers.extract.rules import choose, kind_of, mentions_of
from analysis.answers.extract.values import write_down
from analysis.answers.extract.weighing import shipped
from analysis.types import AnswerType, Candidate, Problem

VERSION = 1
EASIER = 0.15
"""The least probability of a mention that equals the final answer."""


def extract(text: str, problem: Problem, final: str | None = None) -> list[Candidate]:
    """The candidates of `rules`, and mentions of the final answer that `rules` finds too weak; those have the rule
    "equals_final".

    Without a final answer this is `rules`.

    >>> from analysis.answers.extract import EXTRACTORS
    >>> problem = Problem("How many sides does the polygon have?")
    >>> extract("It has 24 sides.", problem) == EXTRACTORS["rules"]("It has 24 sides.", problem)
    True
    """
    if problem.answer_type == AnswerType.NONE:
        return []
    kind = kind_of(problem)
    mentions, weights = mentions_of(text, problem), shipped()[kind]
    found = choose(mentions, weights, kind)
    if not final:
        return found
    taken = {(candidate.line, key(candidate.value)) for candidate in found}
    wanted = key(final.strip(" ()") if kind == "choice" else write_down(final))
    same = [
        mention
        for mention in choose(mentions, replace(weights, threshold=EASIER), kind)
        if key(mention.value) == wanted
    ]
    added = [
        replace(c, rule="equals_final", because="equals the final answer")
        for c in same
        if (c.line, wanted) not in taken
    ]
    return sorted([*found, *added], key=lambda candidate: candidate.start)
