r"""The verdict on an answer: cheap routes first, the symbolic one where they leave it open. Reads only the answer.

"Could not read", "refused" and "timed out" are outcomes of their own, never "incorrect". The symbolic route is a
callable that the caller gives, because it needs a process of its own (`apps.core.symbolic`). Verdicts are those of
the verifier of First Try Matters (arXiv 2510.08308, section 1; Math-Verify on the boxed gold against the boxed
answer) but for the pairs in `analysis.answers.disagreements`.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from analysis.answers.cheap import equal
from analysis.answers.cheap_letters import read_letters
from analysis.answers.cheap_text import fold
from analysis.answers.normalise import gold_of, normalise
from analysis.types import AnswerType, Grade, Outcome

__all__ = ["GRADER", "VERSION", "Asked", "classes", "gold_of", "grade", "grade_all", "grade_cheap", "same_value"]

GRADER = "afterthought"
VERSION = 1

Symbolic = Callable[[str, str], Grade]

REFUSAL = re.compile(
    r"\bas an ai\b|\b(?:i am|i'm|we are|we're) sorry\b"
    r"|\b(?:i|we)(?: am| are|'m|'re)? (?:unable to|not able to|cannot|can't|can not|won't|will not)\b.{0,40}?"
    r"\b(?:answer|help|assist|comply|provide|solve|do|fulfill|continue|determine|decide|say|tell|give|select|choose)\b",
    re.IGNORECASE,
)
REFUSED_WORDS = frozenset({"refused", "refusal", "i refuse"})
NO_ATTEMPT = re.compile(
    r"(?:i |we )?(?:do not|don't) know(?: the answer)?|i have no idea|no idea|not attempted"
    r"|(?:i'm |i am )?not sure|unknown|n/?a|none given|no answer|idk|\?+",
    re.IGNORECASE,
)
MAX_REFUSAL = 600
MAX_TEXT = 2_000


class Asked(NamedTuple):
    """One answer to be graded: the golds are alternatives."""

    golds: tuple[str, ...]
    answer: str | None
    answer_type: AnswerType = AnswerType.MATH
    options: tuple[str, ...] = ()


def grade(
    golds: Sequence[str],
    answer: str | None,
    answer_type: AnswerType = AnswerType.MATH,
    options: tuple[str, ...] = (),
    *,
    symbolic: Symbolic,
) -> Grade:
    """The grade of one answer against golds of which any may be met; `symbolic` decides what the cheap routes cannot.

    Without a gold NO_GOLD, without an answer UNPARSED. When no gold is met, a gold against which the answer timed out,
    failed or could not be read decides the outcome before one that it missed: it may have been the right one.

    >>> from analysis.answers.symbolic import grade_symbolic
    >>> grade(("18",), "$18.00", AnswerType.NUMBER, symbolic=grade_symbolic).outcome.value
    'correct'
    >>> [grade(golds, None, symbolic=grade_symbolic).outcome.value for golds in ((), ("18",))]
    ['no_gold', 'unparsed']
    """
    asked = Asked(tuple(golds), answer, answer_type, options)
    settled, open_pairs = _settle(asked)
    if not open_pairs:
        return _best(settled)
    for gold, value in open_pairs:
        settled.append(symbolic(gold, value))
        if settled[-1].outcome == Outcome.CORRECT:
            break
    return _best(settled)


def grade_all(
    items: Iterable[Asked], grade_many: Callable[[Sequence[tuple[str, str]]], Sequence[Grade]]
) -> list[Grade]:
    """The grade of each item, in order; equal items are graded once, the open pairs in one call of `grade_many`.

    >>> from analysis.answers.symbolic import grade_symbolic
    >>> items = [Asked(("x^2+x",), "x(x+1)"), Asked(("x^2+x",), "x(x+1)"), Asked(("2",), "3")]
    >>> [grade.outcome.value for grade in grade_all(items, lambda pairs: [grade_symbolic(*pair) for pair in pairs])]
    ['correct', 'correct', 'incorrect']
    """
    asked = list(items)
    settled = {item: _settle(item) for item in dict.fromkeys(asked)}
    pairs = list(dict.fromkeys(pair for _, open_pairs in settled.values() for pair in open_pairs))
    found: Mapping[tuple[str, str], Grade] = dict(zip(pairs, grade_many(pairs), strict=True)) if pairs else {}
    verdicts = {item: _best([*done, *(found[pair] for pair in left)]) for item, (done, left) in settled.items()}
    return [verdicts[item] for item in asked]


def grade_cheap(
    gold: str, answer: str, answer_type: AnswerType = AnswerType.MATH, options: tuple[str, ...] = ()
) -> Grade | None:
    r"""The verdict of the exact and numeric routes on one pair; None when only symbolic mathematics can tell.

    Choice, text and code answers are always decided here. A choice answer that names no option is UNPARSED.

    >>> grade_cheap("(C)", "C. the liver", AnswerType.CHOICE).outcome.value, grade_cheap("12", "1,2").outcome.value
    ('correct', 'incorrect')
    >>> grade_cheap("x^2+x", "x(x+1)") is None
    True
    """
    if answer_type == AnswerType.CHOICE:
        return _grade_choice(gold, answer, options)
    if answer_type in (AnswerType.TEXT, AnswerType.NONE):
        return _grade_text(gold, answer)
    if answer_type == AnswerType.CODE:
        return _grade_code(gold, answer)
    same = equal(gold, answer)
    return None if same is None else _verdict(same, answer, "equal by value" if same else "another value")


def same_value(a: str, b: str, answer_type: AnswerType = AnswerType.MATH, options: tuple[str, ...] = ()) -> bool | None:
    """Whether two answers state the same value, without any gold; None when only symbolic mathematics can tell.

    The test of F→F "same" (First Try Matters leaves it open; ours is mathematical equality, else equal strings).
    Symmetric. Answers that cannot be read are the same only as strings.

    >>> same_value("1/2", "0.5"), same_value("(A)", "a", AnswerType.CHOICE)
    (True, True)
    >>> same_value("x^2+x", "x(x+1)") is None
    True
    """
    if a == b:
        return True
    found = grade_cheap(a, b, answer_type, options)
    if found is None:
        return None
    if found.outcome == Outcome.CORRECT:
        return True
    back = grade_cheap(b, a, answer_type, options)
    return None if back is None else back.outcome == Outcome.CORRECT


def classes(values: Sequence[str], same: Callable[[str, str], bool]) -> list[int]:
    """The index of each value's class of equals, as they come; a value joins the first class whose founder it equals.

    Calls `same(founder, value)` at most once for each class and distinct value. No values give [].

    >>> classes(["1", "2", "1.0", "3"], lambda a, b: float(a) == float(b))
    [0, 1, 0, 2]
    """
    founders: list[str] = []
    known: dict[str, int] = {}
    for value in dict.fromkeys(values):
        known[value] = next((i for i, founder in enumerate(founders) if same(founder, value)), len(founders))
        if known[value] == len(founders):
            founders.append(value)
    return [known[value] for value in values]


def _settle(asked: Asked) -> tuple[list[Grade], list[tuple[str, str]]]:
    """The grades that need no symbolic route, and the pairs that do; no pairs once one gold is met."""
    golds = [gold.strip() for gold in asked.golds if gold.strip()]
    answer = (asked.answer or "").strip()
    if not golds:
        return [Grade(Outcome.NO_GOLD, answer, "the problem has no gold")], []
    unread = _no_answer(golds, answer)
    if unread is not None:
        return [unread], []
    found = [(gold, grade_cheap(gold, answer, asked.answer_type, asked.options)) for gold in golds]
    right = [each for _, each in found if each is not None and each.outcome == Outcome.CORRECT]
    if right:
        return right[:1], []
    return [each for _, each in found if each is not None], [(gold, answer) for gold, each in found if each is None]


def _no_answer(golds: Sequence[str], answer: str) -> Grade | None:
    """The grade of an answer that is none: empty, a refusal, not attempted; a gold of the same words is an answer."""
    folded = fold(answer)
    if not answer:
        return Grade(Outcome.UNPARSED, "", "no answer was found")
    if any(fold(gold) == folded for gold in golds):
        return None
    if NO_ATTEMPT.fullmatch(folded.replace("’", "'")) or NO_ATTEMPT.fullmatch(answer.strip(" .")):
        return Grade(Outcome.NOT_ATTEMPTED, answer, "says that it does not know")
    if folded in REFUSED_WORDS or (len(answer) <= MAX_REFUSAL and REFUSAL.search(answer.replace("’", "'"))):
        return Grade(Outcome.REFUSED, answer, "declines to answer")
    return None


PRECEDENCE = (
    Outcome.CORRECT,
    Outcome.TIMED_OUT,
    Outcome.ERROR,
    Outcome.UNPARSED,
    Outcome.INCORRECT,
)


def _best(grades: Sequence[Grade]) -> Grade:
    """The grade that counts among those against several golds."""
    ranked = {outcome: rank for rank, outcome in enumerate(PRECEDENCE)}
    return min(grades, key=lambda each: ranked.get(each.outcome, len(ranked)))


def _grade_choice(gold: str, answer: str, options: tuple[str, ...]) -> Grade:
    given, wanted = read_letters(answer, options), read_letters(gold, options)
    if wanted is None:
        return _grade_text(gold, answer)
    if given is None:
        return Grade(Outcome.UNPARSED, answer, "names no option")
    return _verdict(given == wanted, ", ".join(sorted(given)), "the option" if given == wanted else "another option")


def _grade_text(gold: str, answer: str) -> Grade:
    """Text is right as the same words or the same cheap value; everything else is another text."""
    if fold(gold) == fold(answer) or (
        max(len(gold), len(answer)) <= MAX_TEXT and fold(normalise(gold)) == fold(normalise(answer))
    ):
        return _verdict(True, answer, "the same words")
    same = equal(gold, answer) is True
    return _verdict(same, answer, "equal by value" if same else "other words")


def _grade_code(gold: str, answer: str) -> Grade:
    lines = [[line.rstrip() for line in text.strip().split("\n")] for text in (gold, answer)]
    if lines[0] == lines[1]:
        return _verdict(True, answer, "the same code")
    return Grade(Outcome.UNPARSED, answer, "code that differs from the gold is not judged without running it")


def _verdict(same: bool, value: str, reason: str) -> Grade:
    return Grade(Outcome.CORRECT if same else Outcome.INCORRECT, value, reason)
