"""What the dashboard of a collection asks of measures, to be computed before somebody looks. Knows no page."""

from dataclasses import dataclass

from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import measuring, summaries
from apps.traces.services.measuring import Wanted
from apps.traces.services.summaries import Summary

COMPARABLE = {
    "model": "model",
    "condition": "condition",
    "problem_set": "problem set",
    "subject": "subject",
    "level": "level",
}
"""What rows can be compared by, in the order in which a page that is not told looks for something to compare."""
UNGROUPED = ("position", "length")
WITH_GOLD = ("accuracy", "transitions", "early_stop", "length", "overthinking")
WITHOUT_GOLD = ("stability",)
ALWAYS = ("tokens", "candidates", "position", "markers")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether there are golds, and what rows compare."""

    has_gold: bool
    by: str | None

    @property
    def names(self) -> tuple[str, ...]:
        return (*(WITH_GOLD if self.has_gold else WITHOUT_GOLD), *ALWAYS)

    @property
    def wanted(self) -> list[Wanted]:
        overall = [Wanted(name) for name in self.names]
        grouped = [Wanted(name, (self.by,)) for name in self.names if self.by and name not in UNGROUPED]
        return [*overall, *grouped]


def question_of(summary: Summary, asked: str = "") -> Question:
    """What to compare: what was asked for, else the first column with several names; nothing where all have one."""
    by = asked if asked in COMPARABLE and summary.choices[asked] else next(iter(several(summary)), None)
    return Question(summary.has_gold, by)


def several(summary: Summary) -> dict[str, str]:
    """The columns in which there is something to compare, with their words."""
    return {name: words for name, words in COMPARABLE.items() if len(summary.choices[name]) > 1}


def prepare(*, analysis: Analysis) -> None:
    """Compute what the unfiltered dashboard of a finished analysis shows; asking again costs three queries."""
    summary = summaries.summary_of([analysis], RolloutFilter())
    if summary.n_rollouts:
        measuring.measured([analysis], question_of(summary).wanted, RolloutFilter())
