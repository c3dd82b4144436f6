"""Values against golds: each distinct question is asked of the grader once. Knows rows of verdicts, not rollouts."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import orjson

from analysis import types
from analysis.answers.grade import GRADER, VERSION, Asked, classes, grade_all, same_value
from analysis.types import AnswerType, Outcome
from apps.core.symbolic import SymbolicProcess
from apps.traces.models import Verdict

GRADER_NAME = f"{GRADER}@{VERSION}"
LOOKUP = 500


@dataclass(frozen=True, slots=True)
class Question:
    """One value to be graded against one problem."""

    golds: tuple[str, ...]
    answer_type: AnswerType
    options: tuple[str, ...]
    value: str

    @property
    def key(self) -> bytes:
        parts = [GRADER_NAME, list(self.golds), self.answer_type, list(self.options), self.value]
        return hashlib.blake2b(orjson.dumps(parts), digest_size=16).digest()


def question_of(problem: types.Problem, value: str) -> Question:
    return Question(problem.golds, problem.answer_type, problem.options, value)


class Verdicts:
    """Grades through the table of verdicts, asking the symbolic process only what the cheap routes leave open."""

    def __init__(self, process: SymbolicProcess) -> None:
        self._process = process

    def of(self, questions: Iterable[Question]) -> Mapping[Question, types.Grade]:
        """The grade of each question; those that nobody asked before are graded and kept."""
        wanted = {question.key: question for question in questions}
        known = self._known(list(wanted))
        new = self._graded({key: question for key, question in wanted.items() if key not in known})
        Verdict.objects.bulk_create(
            [
                Verdict(key=key, outcome=given.outcome, value=given.value[:1000], reason=given.reason[:300])
                for key, given in new.items()
                if given.outcome != Outcome.TIMED_OUT
            ],
            ignore_conflicts=True,
        )
        return {question: known.get(key) or new[key] for key, question in wanted.items()}

    def classes(self, values: list[str], problem: types.Problem) -> list[int]:
        """Class index of each value, equal values in the same class, first come first numbered."""
        return classes(values, self._same(problem))

    def _same(self, problem: types.Problem) -> Callable[[str, str], bool]:
        def same(a: str, b: str) -> bool:
            cheap = same_value(a, b, problem.answer_type, problem.options)
            if cheap is not None:
                return cheap
            there, back = (Question((x,), problem.answer_type, problem.options, y) for x, y in ((a, b), (b, a)))
            return any(given.outcome == Outcome.CORRECT for given in self.of([there, back]).values())

        return same

    def _known(self, keys: list[bytes]) -> dict[bytes, types.Grade]:
        found: dict[bytes, types.Grade] = {}
        for start in range(0, len(keys), LOOKUP):
            rows = Verdict.objects.filter(key__in=keys[start : start + LOOKUP])
            found |= {bytes(row.key): types.Grade(Outcome(row.outcome), row.value, row.reason) for row in rows}
        return found

    def _graded(self, questions: Mapping[bytes, Question]) -> dict[bytes, types.Grade]:
        asked = [Asked(each.golds, each.value, each.answer_type, each.options) for each in questions.values()]
        return dict(zip(questions, grade_all(asked, self._process.grade_many), strict=True))
