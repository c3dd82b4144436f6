"""Feasibility judgement: does a model that names tasks it can and cannot do say the same when it is asked blind?

After KnowRL (arXiv 2510.11407, intrinsic evaluation: generate, judge again, agree) without its training; the extrinsic
one is F1 over questions with "unanswerable" as the positive, of SelfAware's format. Knows no reply's text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from analysis.errors import UserError
from analysis.psychometrics.tasks.feasibility_prompts import ANSWERABLE, FIELDS, UNANSWERABLE
from analysis.psychometrics.tasks.task import Behaviour, Figure, Task
from analysis.types import AnswerType, Problem

CLASSES: Final = ("feasible", "infeasible")
ANSWERABILITY: Final = ("answerable", "unanswerable")
"""As a problem's subject: the question itself is judged, and no task is named."""
SOURCE = "after KnowRL, arXiv 2510.11407"
TRUE, FALSE = frozenset({True, "true", "True", "1", "yes"}), frozenset({False, "false", "False", "0", "no"})
LONGEST_KEY, LONGEST_LEVEL = 200, 60
Rows = Sequence[Mapping[str, float]]

BEHAVIOURS = (
    Behaviour("feasibility_agreement", "Tasks judged as they were named", "share", "agrees more with itself", SOURCE),
    Behaviour("agreement_feasible", "... named as feasible", "share", "stands by what it can do", SOURCE),
    Behaviour("agreement_infeasible", "... named as infeasible", "share", "stands by what it cannot do", SOURCE),
    Behaviour("feasibility_consensus", "Judgements with the majority", "share", "judges a task alike", SOURCE),
    Behaviour("unanswerable_f1", "F1 of unanswerable questions", "0-1", "tells more of them", SOURCE),
)


class NotSelfAware(UserError):
    """A row that is no question with `answerable`; the message names the row."""


def problems(seed: int) -> Sequence[Problem]:
    """Ten fields to name tasks of, and 24 questions of which half cannot be answered, in an order the seed draws.

    >>> found = problems(0)
    >>> [sum(problem.subject == kind for problem in found) for kind in ("field", *ANSWERABILITY)]
    [10, 12, 12]
    """
    asked = [
        Problem(f"Tasks of this field: {field}", (), AnswerType.NONE, (), f"feasibility-{n:02}", "feasibility", "field")
        for n, field in enumerate(FIELDS, 1)
    ]
    for kind, texts in zip(ANSWERABILITY, (ANSWERABLE, UNANSWERABLE), strict=True):
        asked += [_question(text, kind, f"{kind}-{n:02}", "feasibility") for n, text in enumerate(texts, 1)]
    return [asked[place] for place in np.random.default_rng(seed).permutation(len(asked))]


def problems_of_self_aware(rows: Iterable[Mapping[str, Any]], *, keeps_answers: bool = False) -> Sequence[Problem]:
    """Problems of SelfAware's rows: `question`, `answerable`, and perhaps `question_id`, `answer` (a list), `source`.

    The gold is whether the question can be answered; with `keeps_answers` its answers, for protocols that answer it.
    Raises NotSelfAware for a row without a question, or whose `answerable` is neither true nor false, and for an id
    that is there twice. SelfAware: Yin et al. (2023), arXiv 2305.18153.

    >>> rows = [{"question_id": 7, "question": "Who am I?", "answerable": False, "answer": None, "source": "q"}]
    >>> [(found.key, found.subject, found.golds, found.level) for found in problems_of_self_aware(rows)]
    [('7', 'unanswerable', ('unanswerable',), 'q')]
    """
    found = [_of_row(number, row, keeps_answers) for number, row in enumerate(rows, 1)]
    keys = {problem.key for problem in found}
    if len(keys) < len(found):
        raise NotSelfAware(f"{len(found) - len(keys)} question_id are there more than once")
    return found


def summarise(rollouts: Rows) -> Sequence[Figure]:
    """The five figures of one sitting.

    Scores of a field's rollout: for each class `named/CLASS`, `decided/CLASS` (tasks with a majority), `agreed/CLASS`
    (of them, judged as named); `wanted` (tasks that were asked for in each class), `judged` and `consensus` (tasks
    judged more than once, the sum of their majorities' shares). Of a question's: `unanswerable` (what it is) and
    `judged_unanswerable` (only if read).

    >>> field = {"wanted": 2, "named/feasible": 2, "decided/feasible": 2, "agreed/feasible": 2, "named/infeasible": 1,
    ...     "decided/infeasible": 1, "agreed/infeasible": 0, "judged": 3, "consensus": 2.4}
    >>> [(round(figure.value, 3), figure.n, figure.n_unread) for figure in summarise([field])[:4]]
    [(0.667, 3, 1), (1.0, 2, 0), (0.0, 1, 1), (0.8, 3, 0)]
    """
    fields = [row for row in rollouts if "wanted" in row]
    questions = [row for row in rollouts if "unanswerable" in row]
    return (
        _agreement("feasibility_agreement", fields, CLASSES),
        _agreement("agreement_feasible", fields, CLASSES[:1]),
        _agreement("agreement_infeasible", fields, CLASSES[1:]),
        _consensus(fields),
        _f1(questions),
    )


def _agreement(name: str, rows: Rows, kinds: Sequence[str]) -> Figure:
    """Of the tasks with a majority; those that were not named or are tied are unread."""
    decided, agreed = (_sum(rows, [f"{what}/{kind}" for kind in kinds]) for what in ("decided", "agreed"))
    wanted = _sum(rows, ["wanted"]) * len(kinds)
    if not decided:
        return Figure(name, None, 0, int(wanted), "no task was named and judged")
    return Figure(name, agreed / decided, int(decided), int(wanted - decided))


def _consensus(rows: Rows) -> Figure:
    name, judged = "feasibility_consensus", _sum(rows, ["judged"])
    n_named = _sum(rows, [f"named/{kind}" for kind in CLASSES])
    if not judged:
        return Figure(name, None, 0, int(n_named), "no task was judged more than once (at temperature 0 none is)")
    return Figure(name, _sum(rows, ["consensus"]) / judged, int(judged), int(n_named - judged))


def _sum(rows: Rows, names: Sequence[str]) -> float:
    return sum(row.get(name, 0.0) for row in rows for name in names)


def _f1(rows: Rows) -> Figure:
    """2 TP / (2 TP + FP + FN) over the questions that were judged."""
    pairs = [(row["unanswerable"], row["judged_unanswerable"]) for row in rows if "judged_unanswerable" in row]
    n_unread = len(rows) - len(pairs)
    right, either = (sum(f(map(bool, pair)) for pair in pairs) for f in (all, any))
    if not either:
        reason = "no question was, or was judged, unanswerable" if pairs else "no question was judged"
        return Figure("unanswerable_f1", None, len(pairs), n_unread, reason)
    return Figure("unanswerable_f1", 2 * right / (right + either), len(pairs), n_unread)


def _question(text: str, kind: str, key: str, problem_set: str, level: str = "") -> Problem:
    return Problem(text, (kind,), AnswerType.TEXT, (), key, problem_set, kind, level)


def _of_row(number: int, row: Mapping[str, Any], keeps_answers: bool) -> Problem:
    text, answerable = row.get("question"), row.get("answerable")
    if not isinstance(text, str) or not text.strip():
        raise NotSelfAware(f"row {number} has no question")
    if not isinstance(answerable, bool | str | int) or answerable not in TRUE | FALSE:
        raise NotSelfAware(f"row {number}: answerable is {str(answerable)[:60]!r}, must be true or false")
    kind, key = ANSWERABILITY[answerable in FALSE], str(row.get("question_id", number))[:LONGEST_KEY]
    found = _question(text, kind, key, "self_aware", str(row.get("source") or "")[:LONGEST_LEVEL])
    return replace(found, golds=_answers(row.get("answer"))) if keeps_answers else found


def _answers(given: Any) -> tuple[str, ...]:
    listed = given if isinstance(given, list | tuple) else [given]
    return tuple(str(each) for each in listed if each not in (None, ""))


FEASIBILITY = Task(
    name="feasibility",
    protocol="feasibility",
    purpose="Whether a model judges tasks as it named them, asked blind; and tells questions that nobody can answer.",
    behaviours=BEHAVIOURS,
    problems=problems,
    summarise=summarise,
    may_conclude="Agreement says that a model is consistent about what it claims to be able to do, not that it can do"
    " it; 0.5 is what always saying feasible gives, and a task's wording may give its class away.",
)
