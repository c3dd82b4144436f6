"""The pages of statistics beside the reflection dashboard: what each measures, its figures and its first sentence.

Knows measures' rows and figures, no request. A page is a line of FAMILIES.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.measures import MEASURES
from analysis.measures.base import Row
from apps.traces.presenters.figures.balance import balance
from apps.traces.presenters.figures.calibration import Reading, calibration
from apps.traces.presenters.figures.calibration_change import calibration_change
from apps.traces.presenters.figures.calibration_length import calibration_length
from apps.traces.presenters.figures.card import Figure, Group, Groups, Links, groups_of, lines_of
from apps.traces.presenters.figures.compare import compare, equal_budgets, pairs_in
from apps.traces.presenters.figures.compare_parts import compare_parts
from apps.traces.presenters.figures.difficulty import difficulty
from apps.traces.presenters.figures.forms import forms, has_forms
from apps.traces.presenters.figures.recalibration import recalibration
from apps.traces.presenters.figures.risk_coverage import risk_coverage
from apps.traces.presenters.figures.sampling import answer_spread, sampling
from apps.traces.presenters.figures.self_correction import change, plane, rounds
from apps.traces.presenters.finding import Part
from apps.traces.presenters.findings import of_calibration, of_comparison, of_sampling, of_self_correction
from apps.traces.presenters.methods import method_of
from apps.traces.services.families import ASKS, Asks, columns_of, settings_of
from apps.traces.services.measuring import Wanted

REFLECTION = "reflection"
SETTING = "set."
"""What the name of a setting begins with in an address, since filters have names of their own."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows over all rollouts and by group, as the page asked for them."""

    rows: Mapping[Wanted, Sequence[Row]]
    by: str | None
    settings: Mapping[str, tuple[tuple[str, str], ...]]

    def every(self, name: str) -> Sequence[Row]:
        return self.rows[Wanted(name, (), self.settings[name])]

    def parts(self, name: str) -> Sequence[Row]:
        return self.rows.get(Wanted(name, columns_of(self.by), self.settings[name]), ()) if self.by else ()

    def groups(self, name: str) -> Groups:
        return groups_of(name, self.every(name), self.parts(name), self.by)

    def all(self, name: str) -> Group:
        return self.groups(name).everything


@dataclass(frozen=True, slots=True)
class Family:
    """A page: what it asks of measures, and what it makes of the answers."""

    label: str
    question: str
    asks: Asks
    figures: Callable[[Asked, Links], list[Figure]]
    finding: Callable[[Asked], tuple[Part, ...]]

    def chosen(self, given: Mapping[str, str]) -> dict[str, str]:
        """Settings of an address that differ from the default. Raises SettingError for a value that is not taken."""
        known = self.asks.settings
        asked = {name: given[SETTING + name].strip() for name in known if given.get(SETTING + name, "").strip()}
        return {name: known[name].check(text) for name, text in asked.items() if text != known[name].default}

    def asked(self, rows: Mapping[Wanted, Sequence[Row]], by: str | None, chosen: Mapping[str, str]) -> Asked:
        return Asked(rows, by, {name: settings_of(name, chosen) for name in self.asks.names})

    def page(self, asked: Asked, links: Links, chosen: Mapping[str, str]) -> "Page":
        figures, told = [], set[str]()
        for figure in self.figures(asked, links):
            figures.append(self._worded(figure, asked, links, chosen, is_first=figure.measure not in told))
            told.add(figure.measure)
        return Page(self.finding(asked), lines_of(figures))

    def _worded(
        self, figure: Figure, asked: Asked, links: Links, chosen: Mapping[str, str], *, is_first: bool
    ) -> Figure:
        """With the address of its CSV and its source; the first of a measure with the measure's words and method."""
        measure, settings = MEASURES[figure.measure], settings_of(figure.measure, chosen)
        by = asked.by if figure.measure in self.asks.grouped else None
        csv = links.csv(figure.measure, by, [(SETTING + name, value) for name, value in settings])
        worded = replace(figure, csv=figure.csv or csv, cite=measure.citation)
        if not is_first:
            return worded
        words = f"{figure.read} {measure.how_to_read}"
        return replace(worded, read=words, method=method_of(measure, dict(settings)))


@dataclass(frozen=True, slots=True)
class Page:
    """`lines` are figures as they stand: wide ones alone, others in pairs."""

    finding: tuple[Part, ...]
    lines: list[list[Figure]]


def _self_correction(asked: Asked, links: Links) -> list[Figure]:
    groups = asked.groups("self_correction")
    figures = [plane(groups, links), change(groups, links), rounds(asked.every("rounds"), links)]
    both = asked.every("forms")
    return [*figures, forms(both, links)] if has_forms(both) else figures


def _calibration(asked: Asked, links: Links) -> list[Figure]:
    groups = asked.groups("calibration")
    return [
        calibration(groups, links, Reading.of(dict(asked.settings["calibration"]))),
        risk_coverage(groups, links),
        calibration_change(asked.groups("calibration_change"), links),
        recalibration(asked.groups("recalibration"), links),
        calibration_length(asked.all("calibration_length"), links),
    ]


def _sampling(asked: Asked, links: Links) -> list[Figure]:
    groups = asked.groups("sampling")
    bands, is_default = asked.groups("difficulty"), not asked.settings["difficulty"]
    return [
        sampling(groups, links),
        answer_spread(groups, links),
        difficulty(bands, links, has_default_bands=is_default),
        balance(asked.every("balance"), links),
    ]


def _comparison(asked: Asked, links: Links) -> list[Figure]:
    rows = asked.every("compare")
    figures = [compare(rows, links, links.pairs_url)]
    if asked.by:
        settings = asked.settings["compare"]
        csv = links.csv("compare", asked.by, [(SETTING + name, value) for name, value in settings])
        figures.append(compare_parts(asked.parts("compare"), links, asked.by, csv))
    return [*figures, equal_budgets(rows, links)]


FAMILIES: dict[str, Family] = {
    "self-correction": Family(
        "Self-correction",
        "Does a second answer repair more than it breaks?",
        ASKS["self-correction"],
        _self_correction,
        lambda asked: of_self_correction(asked.all("self_correction")),
    ),
    "calibration": Family(
        "Calibration",
        "Is it as often right as it says?",
        ASKS["calibration"],
        _calibration,
        lambda asked: of_calibration(asked.all("calibration")),
    ),
    "sampling": Family(
        "Sampling",
        "What do several samples of a problem give?",
        ASKS["sampling"],
        _sampling,
        lambda asked: of_sampling(asked.all("sampling")),
    ),
    "comparison": Family(
        "Comparison",
        "Which model or condition is better on the same problems?",
        ASKS["comparison"],
        _comparison,
        lambda asked: of_comparison(pairs_in(asked.every("compare"))),
    ),
}
