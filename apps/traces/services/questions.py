"""What the dashboard of a collection asks of measures, to be computed before somebody looks. Knows no page."""

from collections.abc import Iterator
from dataclasses import dataclass

from analysis.measures.accuracy import FIRST
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
UNGROUPED = ("position", "length", "length_matched", "question_stop", "mined_phrases")
WITH_GOLD = (
    "accuracy",
    "transitions",
    "early_stop",
    "agreement",
    "first_correct",
    "length",
    "length_matched",
    "question_stop",
    "overthinking",
    "underthinking",
)
WITHOUT_GOLD = ("stability",)
ALWAYS = ("tokens", "candidates", "position", "markers", "mined_phrases")
BY_CONVENTION = ("accuracy", "early_stop", "agreement", "question_stop", "length")
"""Measures that the convention on rollouts without a candidate enters."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether there are golds, what rows compare, and how a text without a candidate enters first accuracy."""

    has_gold: bool
    by: str | None
    no_candidate: str = FIRST.default

    @property
    def names(self) -> tuple[str, ...]:
        return (*(WITH_GOLD if self.has_gold else WITHOUT_GOLD), *ALWAYS)

    @property
    def wanted(self) -> list[Wanted]:
        return [each for name in self.names for each in self.of(name)]

    def of(self, name: str) -> Iterator[Wanted]:
        """One measure over all rollouts and, where rows are compared, by group."""
        settings = settings_of(name, self.no_candidate)
        yield Wanted(name, (), settings)
        if self.by and name not in UNGROUPED:
            yield Wanted(name, (self.by,), settings)


def settings_of(name: str, no_candidate: str) -> tuple[tuple[str, str], ...]:
    """The settings of a measure under a convention; the default one is asked as any measure without settings."""
    return ((FIRST.name, no_candidate),) if name in BY_CONVENTION and no_candidate != FIRST.default else ()


def question_of(summary: Summary, asked: str = "", no_candidate: str = "") -> Question:
    """What to compare: what was asked for, else the first column with several names; nothing where all have one.

    Raises SettingError for a convention that there is not.
    """
    by = asked if asked in COMPARABLE and summary.choices[asked] else next(iter(several(summary)), None)
    return Question(summary.has_gold, by, FIRST.check(no_candidate or FIRST.default))


def several(summary: Summary) -> dict[str, str]:
    """The columns in which there is something to compare, with their words."""
    return {name: words for name, words in COMPARABLE.items() if len(summary.choices[name]) > 1}


def prepare(*, analysis: Analysis) -> None:
    """Compute what the unfiltered dashboard of a finished analysis shows; asking again costs three queries."""
    summary = summaries.summary_of([analysis], RolloutFilter())
    if summary.n_rollouts:
        measuring.measured([analysis], question_of(summary).wanted, RolloutFilter())
