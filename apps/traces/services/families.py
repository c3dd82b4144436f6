"""What each page of statistics asks of measures: names, groupings and settings. Knows no figure and no words.

An unfiltered page is computed once the analysis is done, so that nobody waits for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.measures import MEASURES
from analysis.measures.base import Setting
from apps.traces.models import Analysis
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import measuring, summaries
from apps.traces.services.measuring import Wanted
from apps.traces.services.questions import COMPARABLE, several
from apps.traces.services.summaries import Summary

PROMPTED = "model,condition"
"""Every model under every condition (its prompt among the factors) as a group."""
SHARED = frozenset({"truncated", "text", "unread", "average", "no_candidate"})
"""Settings that are filters of the page or conventions of the collection: the form of a page does not hold them."""


@dataclass(frozen=True, slots=True)
class Asks:
    """`grouped` are measures that are also asked by group, `whole` those over all rollouts only.

    `split` are asked by group too, for figures of their own. `columns` are what groups can be made by.
    """

    grouped: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    split: tuple[str, ...] = ()
    columns: tuple[str, ...] = tuple(COMPARABLE)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.grouped, *self.whole, *self.split)

    @property
    def settings(self) -> dict[str, Setting]:
        """The settings that its page's form holds, by name."""
        found = {setting.name: setting for name in self.names for setting in MEASURES[name].settings}
        return {name: setting for name, setting in found.items() if name not in SHARED}

    def groupings(self, summary: Summary) -> dict[str, str]:
        """The columns by which its rollouts can be grouped, with their words."""
        found = {name: words for name, words in several(summary).items() if name in self.columns}
        return found | ({PROMPTED: "model and condition"} if {"model", "condition"} <= found.keys() else {})

    def by(self, summary: Summary, asked: str = "") -> str | None:
        """The column asked for, else the first in which there is something to compare."""
        known = self.groupings(summary)
        is_known = asked in known or (asked in self.columns and bool(summary.choices[asked]))
        return asked if is_known else next(iter(known), None)

    def wanted(self, by: str | None, chosen: Mapping[str, str]) -> list[Wanted]:
        settings = {name: settings_of(name, chosen) for name in self.names}
        every = [Wanted(name, (), settings[name]) for name in self.names]
        parts = (*self.grouped, *self.split) if by else ()
        return every + [Wanted(name, columns_of(by), settings[name]) for name in parts]


ASKS: dict[str, Asks] = {
    "self-correction": Asks(("self_correction",), ("rounds", "forms")),
    "calibration": Asks(("calibration",), ("calibration_change", "recalibration", "calibration_length")),
    "sampling": Asks(("sampling", "difficulty"), ("balance",)),
    "comparison": Asks(split=("compare",), columns=("subject", "level", "problem_set")),
}


def columns_of(by: str | None) -> tuple[str, ...]:
    """The columns that a grouping is by.

    >>> columns_of("model,condition"), columns_of(None)
    (('model', 'condition'), ())
    """
    return tuple(by.split(",")) if by else ()


def settings_of(name: str, chosen: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of the chosen settings that a measure has."""
    own = {setting.name for setting in MEASURES[name].settings}
    return tuple(sorted((setting, value) for setting, value in chosen.items() if setting in own))


def is_too_old(analyses: Sequence[Analysis]) -> bool:
    """Whether the features were made before attempts and confidences were among them."""
    attempts = measuring.features_of(analyses)["attempt_outcomes"]
    return 0 < len(attempts) == attempts.null_count()


def prepare_statistics(*, analysis_id: int) -> None:
    """Compute what the unfiltered pages of a finished analysis show; what is known is not computed again."""
    analysis = Analysis.objects.filter(pk=analysis_id, features__isnull=False).first()
    if analysis is None:  # deleted since
        return
    summary = summaries.summary_of([analysis], RolloutFilter())
    if summary.n_rollouts:
        for asks in ASKS.values():
            measuring.measured([analysis], asks.wanted(asks.by(summary), {}), RolloutFilter())
