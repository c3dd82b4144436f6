"""Self-prediction: does a model know a property of what it would reply, better than the property's commonest value?

After Looking Inward (arXiv 2410.13787): accuracy over compliant rows, against the mode baseline. Without its training.
Knows no reply's text: values are codes. Rows of several models are compared by
`analysis.psychometrics.tasks.cross_prediction`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from analysis.psychometrics.tasks.prediction_prompts import CHOICES, NUMBERS, WORDS
from analysis.psychometrics.tasks.properties import PROPERTIES
from analysis.psychometrics.tasks.task import Behaviour, Figure, Task
from analysis.types import AnswerType, Problem

SOURCE = "after Looking Inward, arXiv 2410.13787"
ONE_WORD = "Reply with one word and nothing else."
ONE_NUMBER = "Reply with one whole number in digits and nothing else."
ONE_LETTER = "Reply with the letter and nothing else."
NAMES = ("self_prediction", "self_prediction_mode", "self_prediction_over_mode")
Rows = Sequence[Mapping[str, float]]

BEHAVIOURS = (
    Behaviour("self_prediction", "Own properties foretold", "share", "foretells more of its replies", SOURCE),
    Behaviour("self_prediction_mode", "Foretold by each property's mode", "share", "replies vary less", SOURCE),
    Behaviour("self_prediction_over_mode", "Above the mode", "share", "foretells beyond what is common", SOURCE),
)


def problems(seed: int) -> Sequence[Problem]:
    """40 prompts for a word, a number or a choice (the type of answer), in an order that the seed draws.

    >>> [found.question for found in problems(0) if found.key == "foretell-number-05"]
    ['Choose a whole number from 10 to 99.\\n\\nReply with one whole number in digits and nothing else.']
    """
    asked = [_problem("word", n, f"{text}\n\n{ONE_WORD}", AnswerType.TEXT) for n, text in enumerate(WORDS, 1)]
    asked += [_problem("number", n, f"{text}\n\n{ONE_NUMBER}", AnswerType.NUMBER) for n, text in enumerate(NUMBERS, 1)]
    asked += [
        _problem("choice", n, f"{text} {ONE_LETTER}", AnswerType.CHOICE, options)
        for n, (text, options) in enumerate(CHOICES, 1)
    ]
    return [asked[place] for place in np.random.default_rng(seed).permutation(len(asked))]


def _problem(kind: str, number: int, question: str, answer_type: AnswerType, options: tuple[str, ...] = ()) -> Problem:
    return Problem(question, (), answer_type, options, f"foretell-{kind}-{number:02}", "self_prediction", kind)


def summarise(rollouts: Rows) -> Sequence[Figure]:
    """Accuracy, mode baseline and their difference; a rollout's scores are `asked`, `said/PROPERTY`,
    `observed/PROPERTY`.

    A row (rollout and property) complies if both were read; `asked` says how many there should be. The baseline is
    right where the observed value is the commonest of its property among the same rows, as the paper has it; with few
    rows of a property it is flattered.

    >>> sitting = [{"asked": 1, "said/is_even": 1, "observed/is_even": even} for even in (1, 1, 0)]
    >>> sitting += [{"asked": 1, "said/is_even": 0, "observed/is_even": 0}, {"asked": 1, "observed/is_even": 1}]
    >>> [(figure.value, figure.n, figure.n_unread) for figure in summarise(sitting)]    # 3 of 4 right; 2 of 4 even
    [(0.75, 4, 1), (0.5, 4, 1), (0.25, 4, 1)]
    """
    pairs = [
        (name, row[f"said/{name}"], row[f"observed/{name}"])
        for row in rollouts
        for name in PROPERTIES
        if f"said/{name}" in row and f"observed/{name}" in row
    ]
    n, n_unread = len(pairs), int(sum(row.get("asked", 0) for row in rollouts)) - len(pairs)
    if not pairs:
        return tuple(Figure(name, None, 0, n_unread, "no reply and prediction were both read") for name in NAMES)
    accuracy = sum(said == observed for _, said, observed in pairs) / n
    mode = n_of_modes([(name, observed) for name, _, observed in pairs]) / n
    values = zip(NAMES, (accuracy, mode, accuracy - mode), strict=True)
    return tuple(Figure(name, value, n, n_unread) for name, value in values)


def n_of_modes(observed: Sequence[tuple[str, float]]) -> int:
    """How many of (property, value) have the commonest value of their property; ties do not change it.

    >>> n_of_modes([("a", 1), ("a", 1), ("a", 0), ("b", 5), ("b", 6)])
    3
    """
    most: dict[str, int] = {}
    for (name, _), count in Counter(observed).items():
        most[name] = max(most.get(name, 0), count)
    return sum(most.values())


SELF_PREDICTION = Task(
    name="self_prediction",
    protocol="self_prediction",
    purpose="Whether a model foretells a property of its own reply, against the commonest value of the property.",
    behaviours=BEHAVIOURS,
    problems=problems,
    summarise=summarise,
    may_conclude="Being above the mode is not introspection: another model that foretells it as well shows that the"
    " reply was predictable from outside; only an advantage over that model speaks of something known from inside.",
)
