"""From cues to probabilities: two logistic models, the second of which also sees a value's company. Knows no cue by
name.

Source: logistic regression with a Gaussian prior around hand-set weights; trained by `training.fit` on the
hand-labelled traces.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import exp, fsum
from pathlib import Path

from analysis.answers.extract.company import company_of
from analysis.answers.extract.mention import Mention

_FILE = Path(__file__).with_name("weights.json")
SEPARATOR = "&"
"""Between "elsewhere" and a cue: the cue counted only where the value is likely stated elsewhere."""


@dataclass(frozen=True)
class Weights:
    """Weights of the cues, alone and in company, and the least probability of a candidate."""

    alone: Mapping[str, float]
    alone_bias: float
    company: Mapping[str, float]
    company_bias: float
    threshold: float

    @cached_property
    def of_cue(self) -> Mapping[str, float]:
        """The weights alone, with 0 for any other name."""
        return defaultdict(float, self.alone)

    @cached_property
    def most_of_cue(self) -> Mapping[str, float]:
        """What a cue can add at most alone, whether it holds or not."""
        return defaultdict(float, {cue: max(0.0, weight) for cue, weight in self.alone.items()})

    @cached_property
    def elsewhere(self) -> Mapping[str, float]:
        """The weights in company of cues where their value is likely stated elsewhere."""
        start = "elsewhere" + SEPARATOR
        return {name[len(start) :]: weight for name, weight in self.company.items() if name.startswith(start)}

    @cached_property
    def most_of_cues(self) -> float:
        """What the cues of one mention can add at most in company."""
        return sum(max(0.0, self.company.get(cue, 0.0)) for cue in self.alone)


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Weights]:
    """The committed weights by kind of answer, "math" and "choice"; how they came about stands in the file's "source".

    >>> sorted(shipped())
    ['choice', 'math']
    """
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {kind: Weights(**row) for kind, row in rows["weights"].items()}


def probabilities(mentions: Sequence[Mention], weights: Weights, stated: frozenset[str] = frozenset()) -> list[float]:
    """How likely each mention is a candidate, in [0, 1]; [] for no mention.

    Company can raise a mention with a cue of `stated` but not lower it: a value that the text calls the answer is one,
    also when the text abandons it later. Otherwise abandoned answers would be missed more often than kept ones.

    >>> probabilities([Mention(1, 0, 0, 1, "4", frozenset({"boxed"}))], shipped()["math"])[0] > 0.5
    True
    """
    alone = probabilities_alone(mentions, weights)
    plain, elsewhere = weights.company, weights.elsewhere
    found = []
    for mention, own, company in zip(mentions, alone, company_of(mentions, alone), strict=True):
        # As in `together`: a cue takes the place of the feature of company that has its name.
        terms = [value * plain.get(name, 0.0) for name, value in company.items() if value and name not in mention.cues]
        terms += [plain.get(cue, 0.0) for cue in mention.cues]
        if company["elsewhere_likely"]:
            terms += [elsewhere.get(cue, 0.0) for cue in mention.cues]
        p = sigmoid(weights.company_bias + fsum(terms))
        found.append(p if stated.isdisjoint(mention.cues) else max(p, own))
    return found


def probabilities_alone(mentions: Iterable[Mention], weights: Weights) -> list[float]:
    """How likely each mention is a candidate by its own cues."""
    return [sigmoid(score_alone(mention, weights)) for mention in mentions]


def score_alone(mention: Mention, weights: Weights) -> float:
    """The log-odds of a mention by its own cues."""
    return weights.alone_bias + fsum(map(weights.of_cue.__getitem__, mention.cues))


def together(mention: Mention, company: Mapping[str, float]) -> dict[str, float]:
    """The features of the second model: company, cues, and each cue where the value is likely stated elsewhere."""
    features = dict(company)
    features.update((cue, 1.0) for cue in mention.cues)
    if company["elsewhere_likely"]:
        features.update(("elsewhere" + SEPARATOR + cue, 1.0) for cue in mention.cues)
    return features


def sigmoid(x: float) -> float:
    """1 / (1 + exp(-x)) without overflow.

    >>> sigmoid(0.0), sigmoid(-1000.0)
    (0.5, 0.0)
    """
    if x >= 0:
        return 1 / (1 + exp(-x))
    odds = exp(x) if x > -700 else 0.0
    return odds / (1 + odds)
