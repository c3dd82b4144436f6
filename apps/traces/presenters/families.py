"""The pages of statistics beside the reflection dashboard: what each measures, its figures and its first sentence.

Knows measures' rows and figures, no request. A page is a line of FAMILIES.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.measures import MEASURES
from analysis.measures.base import Row, Setting
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
from apps.traces.services.measuring import Wanted
from apps.traces.services.questions import COMPARABLE, several
from apps.traces.services.summaries import Summary

REFLECTION = "reflection"
SETTING = "set."
"""What the name of a setting begins with in an address, since filters have names of their own."""
SHARED = frozenset({"truncated", "text", "unread", "average", "no_candidate"})
"""Settings that are filters of the page or conventions of the collection: the form of a page does not hold them."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows over all rollouts and by group, as the page asked for them."""

    rows: Mapping[Wanted, Sequence[Row]]
    by: str | None
    settings: Mapping[str, tuple[tuple[str, str], ...]]

    def every(self, name: str) -> Sequence[Row]:
        return self.rows[Wanted(name, (), self.settings[name])]

    def parts(self, name: str) -> Sequence[Row]:
        return self.rows.get(Wanted(name, (self.by,), self.settings[name]), ()) if self.by else ()

    def groups(self, name: str) -> Groups:
        return groups_of(name, self.every(name), self.parts(name), self.by)

    def all(self, name: str) -> Group:
        return self.groups(name).everything


@dataclass(frozen=True, slots=True)
class Family:
    """`grouped` are measures that are also asked by group, `whole` those over all rollouts only.

    `split` are asked by group too, for figures of their own. `columns` are what groups can be made by.
    """

    label: str
    question: str
    grouped: tuple[str, ...]
    whole: tuple[str, ...]
    figures: Callable[[Asked, Links], list[Figure]]
    finding: Callable[[Asked], tuple[Part, ...]]
    split: tuple[str, ...] = ()
    columns: tuple[str, ...] = tuple(COMPARABLE)

    @property
    def names(self) -> tuple[str, ...]:
        return (*self.grouped, *self.whole, *self.split)

    def groupings(self, summary: Summary) -> dict[str, str]:
        """The columns by which its rollouts can be grouped, with their words."""
        return {name: words for name, words in several(summary).items() if name in self.columns}

    def by(self, summary: Summary, asked: str) -> str | None:
        """The column asked for, else the first in which there is something to compare."""
        is_known = asked in self.columns and bool(summary.choices[asked])
        return asked if is_known else next(iter(self.groupings(summary)), None)

    @property
    def fields(self) -> dict[str, Setting]:
        """The settings that its page's form holds, by name."""
        found = {setting.name: setting for name in self.names for setting in MEASURES[name].settings}
        return {name: setting for name, setting in found.items() if name not in SHARED}

    def chosen(self, given: Mapping[str, str]) -> dict[str, str]:
        """Settings of an address that differ from the default. Raises SettingError for a value that is not taken."""
        asked = {name: given[SETTING + name].strip() for name in self.fields if given.get(SETTING + name, "").strip()}
        return {
            name: self.fields[name].check(text) for name, text in asked.items() if text != self.fields[name].default
        }

    def wanted(self, by: str | None, chosen: Mapping[str, str]) -> list[Wanted]:
        settings = {name: settings_of(name, chosen) for name in self.names}
        every = [Wanted(name, (), settings[name]) for name in self.names]
        return every + ([Wanted(name, (by,), settings[name]) for name in (*self.grouped, *self.split)] if by else [])

    def asked(self, rows: Mapping[Wanted, Sequence[Row]], by: str | None, chosen: Mapping[str, str]) -> Asked:
        return Asked(rows, by, {name: settings_of(name, chosen) for name in self.names})

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
        by = asked.by if figure.measure in self.grouped else None
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


def settings_of(name: str, chosen: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Those of the chosen settings that a measure has."""
    own = {setting.name for setting in MEASURES[name].settings}
    return tuple(sorted((setting, value) for setting, value in chosen.items() if setting in own))


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
        ("self_correction",),
        ("rounds", "forms"),
        _self_correction,
        lambda asked: of_self_correction(asked.all("self_correction")),
    ),
    "calibration": Family(
        "Calibration",
        "Is it as often right as it says?",
        ("calibration",),
        ("calibration_change", "recalibration", "calibration_length"),
        _calibration,
        lambda asked: of_calibration(asked.all("calibration")),
    ),
    "sampling": Family(
        "Sampling",
        "What do several samples of a problem give?",
        ("sampling", "difficulty"),
        ("balance",),
        _sampling,
        lambda asked: of_sampling(asked.all("sampling")),
    ),
    "comparison": Family(
        "Comparison",
        "Which model or condition is better on the same problems?",
        (),
        (),
        _comparison,
        lambda asked: of_comparison(pairs_in(asked.every("compare"))),
        split=("compare",),
        columns=("subject", "level", "problem_set"),
    ),
}
