"""Whether two values are equal: the grader with one of them as the gold, each pair asked once. Knows no rollout."""

from analysis.answers.grade import grade
from analysis.types import Outcome
from apps.core.symbolic import SymbolicProcess
from apps.traces.importers.answers import guess_answer_type

MOST_KNOWN = 200_000


class Equality:
    """`equal(a, b)` in the order gold, answer; what was asked before is remembered."""

    def __init__(self, process: SymbolicProcess) -> None:
        self._process = process
        self._known: dict[tuple[str, str], bool] = {}

    def __call__(self, a: str, b: str) -> bool:
        if (a, b) not in self._known:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            kind = guess_answer_type((a,), ())
            given = grade((a,), b, kind, (), symbolic=self._process.grade)
            self._known[a, b] = given.outcome == Outcome.CORRECT
        return self._known[a, b]
