"""Labels that rules suggest for steps: by the words that a step holds, and by the candidates that somebody found.

A suggestion is nobody's label until a person accepts it. The rules know the words of MARKERS (Self-Braking Tuning,
arXiv 2505.14604v4, Appendix E) and some of our own; they are a first guess, and their precision and recall are measured
on what people accept.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from analysis.labelling.scheme import Kind, Scheme, Target
from analysis.segmentation import SEGMENTATIONS
from analysis.types import Candidate, Step

RULES = "markers@1"
CANDIDATE = "candidate"
WHOLE, OPENING = "anywhere in the step", "in its first words"
N_FIRST = 40
"""Characters of a step in which its opening is looked for."""


class Suggestion(NamedTuple):
    """A label for [start, end) of the text that was read."""

    start: int
    end: int
    name: str
    value: str = ""


class Rule(NamedTuple):
    """Words that say what a step does, where they must stand, and the labels of shipped schemes that mean it."""

    words: Sequence[str]
    where: str
    names: Sequence[str]


TABLE: Mapping[str, Rule] = {
    "locates an error": Rule(
        ("i made a mistake", "i made an error", "my mistake", "the mistake is", "i forgot", "i misread", "i mixed up",
         "i miscounted", "i miscalculated", "i overlooked", "that was wrong", "that's wrong", "that is wrong"),
        WHOLE,
        ("locate_error", "reflect", "uncertainty_management"),
    ),
    "repairs": Rule(
        ("correcting", "let me correct", "let me fix", "it should be", "should have been", "retry", "let me redo"),
        WHOLE,
        ("repair", "uncertainty_management"),
    ),
    "verifies": Rule(
        ("let me check", "let me verify", "let me double-check", "let me just double-check", "double-check", "recheck",
         "check", "verify", "just to make sure", "just to be thorough", "to confirm", "plug it back", "plugging back"),
        WHOLE,
        ("verify", "self_checking", "cross_validate"),
    ),
    "turns to another way": Rule(
        ("alternatively", "let me try another", "another way", "another approach", "another method", "a different way",
         "different approach", "instead of", "maybe i can consider", "maybe i should consider", "going back",
         "backtrack", "trace back"),
        WHOLE,
        ("new_approach", "plan", "plan_generation"),
    ),
    "doubts": Rule(
        ("wait", "hold on", "hmm", "hmmm", "not sure", "but wait", "is that right", "that doesn't seem right",
         "that seems off", "something is off", "something is wrong"),
        OPENING,
        ("doubt", "uncertainty_management", "reflect"),
    ),
    "restates": Rule(
        ("to summarize", "to recap", "in summary", "as i said", "so, the problem", "the problem says", "we are given",
         "we're given", "the question asks", "the problem asks"),
        WHOLE,
        ("restate", "problem_setup"),
    ),
}  # fmt: skip
"""Looked up from the top: where a step may carry one label, the first rule that speaks gives it."""

SILENT = ("another", "but", "however", "maybe", "might", "perhaps")
"""Markers that say too little of what a step does to suggest a label."""


def by_rules(text: str, scheme: Scheme) -> list[Suggestion]:
    """What the words of each step suggest, in the order of the text; of each label once a step.

    >>> from analysis.labelling.shipped import SCHEMES
    >>> [(each.start, each.name) for each in by_rules("So 5.\\nWait, let me check.", SCHEMES["reflection"])]
    [(6, 'verify'), (6, 'doubt')]
    """
    rules = rules_for(scheme)
    steps = SEGMENTATIONS[scheme.segmentation](text) if rules else []
    found = []
    for step in steps:
        words = text[step.start : step.end].lower().replace("’", "'")
        names = dict.fromkeys(name for rule, name in rules if _speaks(rule, words))
        found += [Suggestion(step.start, step.end, name) for name in (names if scheme.many else [*names][:1])]
    return found


def rules_for(scheme: Scheme) -> list[tuple[Rule, str]]:
    """Rules with the label of the scheme that each suggests: the first of those that the rule means."""
    names = {kind.name for kind in scheme.on(Target.STEP)}
    pairs = [(rule, next((name for name in rule.names if name in names), "")) for rule in TABLE.values()]
    return [(rule, name) for rule, name in pairs if name]


def names_by_rules(scheme: Scheme) -> set[str]:
    return {name for _, name in rules_for(scheme)}


def candidate_kind(scheme: Scheme) -> Kind | None:
    """The label that candidates are suggested as, if the scheme has it: of steps or spans, with any value."""
    kind = scheme.find(CANDIDATE)
    fits = kind is not None and kind.has_value and not kind.values and kind.on in (Target.STEP, Target.SPAN)
    return kind if fits else None


def by_candidates(text: str, scheme: Scheme, candidates: Iterable[Candidate]) -> list[Suggestion]:
    """Candidates of a text as suggestions: each on its span or, where steps are labelled, on the step in which it
    starts, several of one step together with their values from left to right, separated by ";".
    """
    kind = candidate_kind(scheme)
    if kind is None:
        return []
    found = sorted(candidates, key=lambda each: (each.start, each.end))
    if kind.on is Target.SPAN:
        return [Suggestion(each.start, each.end, kind.name, each.value) for each in found]
    steps = SEGMENTATIONS[scheme.segmentation](text)
    values: dict[Step, dict[str, None]] = {}
    for each, step in _with_steps(found, steps):
        values.setdefault(step, {})[each.value] = None
    return [Suggestion(step.start, step.end, kind.name, "; ".join(given)) for step, given in values.items()]


def _with_steps(candidates: Sequence[Candidate], steps: Sequence[Step]) -> Iterator[tuple[Candidate, Step]]:
    """A candidate that starts between two steps belongs to the next one."""
    ends = [step.end for step in steps]
    for each in candidates:
        place = bisect_right(ends, each.start)
        if place < len(steps):
            yield each, steps[place]


def _speaks(rule: Rule, words: str) -> bool:
    return _pattern(rule.words).search(words[:N_FIRST] if rule.where == OPENING else words) is not None


@cache
def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Whole words; the longest first."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, longest_first)) + r")(?!\w)")
