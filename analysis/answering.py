"""What a rollout's answering turns came to, one after another, and how sure of its answer it was: columns of features.

Knows no database and grades nothing: outcomes, classes of equal answers and confidences are given as they were found.
Confidences are kept as they were stated; on which scale they are read is a measure's business.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache

import polars as pl
from rapidfuzz.distance import Levenshtein

from analysis.answers.cheap_letters import read_letters
from analysis.answers.cheap_numbers import read_number
from analysis.answers.normalise import normalise, squeeze
from analysis.types import AnswerType, Outcome, Problem

NO_ANSWER_CLASS = -1
"""The class of an attempt that gives no answer."""
MOST_COMPARED = 40_000
"""Longer texts are not compared letter by letter."""
MOST_OF_KEY = 200
STATED_SCORES = ("verbal_numerical_confidence", "stated_confidence", "verbal_confidence")
TOKEN_SCORES = ("token_probability", "logit_perplexity_confidence", "mean_token_probability", "sequence_probability")
WORD_SCORES = ("verbal_linguistic_confidence", "linguistic_confidence", "hedging_confidence")
PROBE_SCORES = ("p_correct", "p_true", "probe_confidence")
REWARD_SCORES = ("reward", "pred_score", "reward_score", "rm_score", "prm_score")
FLOW_SCORES = ("option_p_first", "option_p_keep", "option_p_fix")
GATES = ("gate", "regime", "feedback_gate")

COLUMNS: Mapping[str, pl.DataType] = {
    "answer_type": pl.String(),
    "answer_key": pl.String(),
    "text_key": pl.Int64(),
    "attempt_outcomes": pl.List(pl.String()),
    "attempt_classes": pl.List(pl.Int32()),
    "attempt_tokens": pl.List(pl.Int32()),
    "attempt_edits": pl.List(pl.Float64()),
    "attempt_confidences": pl.List(pl.Float64()),
    "oracle_gated": pl.Boolean(),
    "confidence": pl.Float64(),
    "confidence_unread": pl.Boolean(),
    "token_confidence": pl.Float64(),
    "word_confidence": pl.Float64(),
    "probe_confidence": pl.Float64(),
    "reward": pl.Float64(),
    "option_flow": pl.List(pl.Float64()),
    "latent_agreement": pl.Float64(),
    "latent_settled": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Answering:
    """The attempts of one rollout, oldest first, and numbers on the last; every field is a column of that name.

    `attempt_outcomes` end with the outcome that counts; equal `attempt_classes` are equal answers, NO_ANSWER_CLASS
    none; `attempt_edits` compare each attempt but the first with the one before (edit_ratio; None where it is not
    known); `attempt_tokens` and `attempt_confidences` have None where nothing is known. `confidence` is the number
    stated with the last attempt, on whatever scale; `confidence_unread` says that one was stated and could not be
    read. `option_flow` holds P(first right), P(right again | right) and P(right | wrong) of a question with options
    whose probabilities were read. `latent_agreement` and `latent_settled` are of analysis.layers, where the answers of
    layers were read. `text_key` is equal for equal texts.
    """

    answer_type: str = AnswerType.MATH.value
    answer_key: str | None = None
    text_key: int | None = None
    attempt_outcomes: Sequence[str] = ()
    attempt_classes: Sequence[int] = ()
    attempt_tokens: Sequence[int | None] = ()
    attempt_edits: Sequence[float | None] = ()
    attempt_confidences: Sequence[float | None] = ()
    oracle_gated: bool = False
    confidence: float | None = None
    confidence_unread: bool = False
    token_confidence: float | None = None
    word_confidence: float | None = None
    probe_confidence: float | None = None
    reward: float | None = None
    option_flow: Sequence[float] | None = None
    latent_agreement: float | None = None
    latent_settled: float | None = None

    def row(self) -> dict[str, object]:
        """The columns with their values. Raises ValueError when the lists of attempts differ in length.

        >>> Answering(attempt_outcomes=["correct"]).row()
        Traceback (most recent call last):
        ...
        ValueError: attempts differ in number: outcomes 1, classes 0, tokens 0, confidences 0, edits 0 (one fewer)
        """
        n = [len(part) for part in (self.attempt_outcomes, self.attempt_classes, self.attempt_tokens)]
        n += [len(self.attempt_confidences)]
        if len(set(n)) > 1 or len(self.attempt_edits) != max(n[0] - 1, 0):
            words = "outcomes {}, classes {}, tokens {}, confidences {}".format(*n)
            raise ValueError(f"attempts differ in number: {words}, edits {len(self.attempt_edits)} (one fewer)")
        return {name: getattr(self, name) for name in _NAMES}


_NAMES = tuple(field.name for field in fields(Answering))


def only_attempt(outcome: Outcome, n_tokens: int | None = None, confidence: float | None = None) -> Answering:
    """Of a rollout that answered once.

    >>> only_attempt(Outcome.CORRECT, 12).row()["attempt_outcomes"]
    ['correct']
    """
    return Answering(
        attempt_outcomes=[outcome.value],
        attempt_classes=[0],
        attempt_tokens=[n_tokens],
        attempt_confidences=[confidence],
        confidence=confidence,
    )


def edit_ratio(before: str, after: str) -> float | None:
    """Levenshtein distance of two texts over their lengths together, in [0, 1]; 0 for two empty ones.

    In code points; None where a text has more than MOST_COMPARED. 0 says "the same", 1/2 "nothing kept" for texts of
    one length. Source: edit-distance ratio of SCoRe (arXiv 2409.12917), section 4 and Fig. 4.

    >>> edit_ratio("abcd", "abed"), edit_ratio("", "ab"), edit_ratio("same", "same")
    (0.125, 1.0, 0.0)
    """
    total = len(before) + len(after)
    if max(len(before), len(after)) > MOST_COMPARED:
        return None
    return Levenshtein.distance(before, after) / total if total else 0.0


def answer_key(value: str | None, problem: Problem) -> str | None:
    """A string that is equal for answers of one problem that are cheaply seen to be equal; None for no answer.

    Options by their letters, numbers by their exact value with percent sign and unit, anything else by its normalised
    writing without spaces. Two writings that only symbolic mathematics can tell to be equal stay apart.

    >>> answer_key("0.50", Problem()), answer_key(r"\\frac{1}{2}", Problem())
    ('1/2', '1/2')
    >>> answer_key(" (b) ", Problem(options=("x", "y")))
    'B'
    """
    return _key(value, problem.options, problem.answer_type) if value and value.strip() else None


@lru_cache(maxsize=4096)
def _key(value: str, options: tuple[str, ...], answer_type: AnswerType) -> str:
    """Remembered: many rollouts give one answer."""
    if options or answer_type == AnswerType.CHOICE:
        letters = read_letters(normalise(value), options)
        if letters:
            return ",".join(sorted(letters))
    if answer_type in {AnswerType.MATH, AnswerType.NUMBER}:
        number = read_number(normalise(value))
        if number is not None:
            return f"{number.value}{'%' if number.percent else ''}{number.unit}"
    return squeeze(value).casefold()[:MOST_OF_KEY]


def named(scores: Mapping[str, float], names: Iterable[str]) -> float | None:
    """The first of the named scores that there is.

    >>> named({"prm_score": 0.5, "length": 3}, REWARD_SCORES)
    0.5
    """
    return next((scores[name] for name in names if name in scores), None)


def option_flow(scores: Mapping[str, float]) -> list[float] | None:
    """P(first right), P(right again | right), P(right | wrong), where all three were given."""
    known = [scores[name] for name in FLOW_SCORES if name in scores]
    return known if len(known) == len(FLOW_SCORES) else None


def is_oracle_gated(factors: Mapping[str, object]) -> bool:
    """Whether golds decided what was asked again, by the factors of a condition.

    >>> is_oracle_gated({"gate": "oracle"}), is_oracle_gated({"gate": "none"})
    (True, False)
    """
    return any(str(factors.get(name, "")).lower() == "oracle" for name in GATES)
