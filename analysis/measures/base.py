"""What a measure is, its settings, and how it is computed over groups of a features frame.

Knows no single measure (the table does), no database and no page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import polars as pl

from analysis.errors import UserError
from analysis.measures.sample import Group, Sample, Settings
from analysis.measures.statistics import Estimate, Statistic
from analysis.measures.table import Part, Table
from analysis.resampling import Resampler

GROUPS: tuple[str, ...] = (
    "model",
    "problem_set",
    "subject",
    "level",
    "condition",
    "sample",
    "truncated",
    "read_from",
    "final_outcome",
    "first_outcome",
    "has_gold",
    "parent",
    "token_source",
    "collection_id",
    "problem_id",
)
"""Columns that rows may be grouped by."""


class UnknownMeasureError(UserError):
    """A measure that the table does not hold; the message lists those that it does."""


class SettingError(UserError):
    """A setting that the measure does not have, or a value that it does not take; the message lists what it does."""


class GroupingError(UserError):
    """A column that rows cannot be grouped by; the message lists those that they can."""


@dataclass(frozen=True, slots=True)
class Row:
    """One number with its 95 % interval: a line of a tidy table.

    `estimate` is a fraction where `unit` is "share" or "difference", a p-value where it is "p", else a count or mean
    in that unit. `reason` says why there is no estimate, why no interval, or which test gave the p-value. `edges` are
    the bounds of a bin, `n_events` the events of a share, `label` what the row is of where its name cannot say it.
    """

    measure: str
    group: Mapping[str, str]
    n: int
    n_problems: int
    estimate: float | None
    low: float | None = None
    high: float | None = None
    reason: str | None = None
    n_events: int | None = None
    unit: str = "share"
    edges: tuple[float, float] | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Setting:
    """A named choice with its documented default: one of `choices` (value, label), else a number in [low, high]."""

    name: str
    label: str
    default: str
    choices: tuple[tuple[str, str], ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False

    def check(self, text: str) -> str:
        """The text when the setting takes it; Raises SettingError with what it does take.

        >>> Setting("beta", "Weight", "0.1", low=0, high=1).check("0.5")
        '0.5'
        >>> Setting("beta", "Weight", "0.1", low=0, high=1).check("2")
        Traceback (most recent call last):
        ...
        analysis.measures.base.SettingError: setting beta takes a number from 0 to 1, not '2'
        """
        allowed = text in dict(self.choices) if self.choices else self._is_number(text)
        if not allowed:
            raise SettingError(f"setting {self.name} takes {self.takes}, not {text!r}")
        return text

    @property
    def takes(self) -> str:
        """What the setting takes, in words."""
        if self.choices:
            return " or ".join(value for value, _ in self.choices)
        return f"a {'whole ' if self.whole else ''}number from {self.low:g} to {self.high:g}"

    def _is_number(self, text: str) -> bool:
        try:
            number = float(text)
        except ValueError:
            return False
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return bool(low <= number <= high) and not (self.whole and number != int(number))


@dataclass(frozen=True, slots=True)
class Measure:
    """A statistic with its words: what it asks, how to read it, when it is undefined, where it is from.

    `statistics` turns the rollouts of one group into the statistics whose estimates are the rows. `formula` is the
    definition with its TeX between \\( and \\), `proof` says by what the numbers were shown to be right, `coverage` how
    often the intervals held the truth where it was known (analysis.measures.coverage: what `make prove` counted).
    """

    name: str
    label: str
    question: str
    statistics: Callable[[Sample], Iterable[Statistic]]
    citation: str
    how_to_read: str
    undefined_when: str
    settings: tuple[Setting, ...] = ()
    coverage: str = ""
    reads_text: bool = True
    formula: str = ""
    proof: str = ""

    def chosen(self, given: Mapping[str, str] | None = None) -> Settings:
        """All settings with their values; Raises SettingError for an unknown one, listing those of the measure."""
        known = {setting.name: setting for setting in self.settings}
        for name in given or {}:
            if name not in known:
                has = ", ".join(f"{s.name} ({s.takes})" for s in self.settings) or "none"
                raise SettingError(f"measure {self.name} has no setting {name!r}; it has: {has}")
        values = {s.name: s.check((given or {}).get(s.name, s.default)) for s in self.settings}
        return Settings(MappingProxyType(values))


def compute(
    name: str,
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    *,
    rng: np.random.Generator,
) -> list[Row]:
    """Rows of one measure for each group of a features frame, groups in the order of their labels.

    `frame` has the columns of analysis.features.SCHEMA; `by` names columns of GROUPS ({} is the group of all without
    them). An empty frame gives rows without estimates, and with `by` no rows. One number is drawn from `rng`; equal
    data give equal rows whatever the order of their rows. Raises UnknownMeasureError, GroupingError, SettingError.

    >>> from analysis.features import frame
    >>> row = compute("accuracy", frame([]), rng=np.random.default_rng(0))[0]
    >>> row.measure, row.n, row.estimate, row.reason
    ('first_accuracy', 0, None, 'no rollout with a gold answer')
    """
    return compute_all([name], frame, by, settings, rng=rng)[name]


def compute_all(
    names: Sequence[str],
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
    *,
    rng: np.random.Generator,
) -> dict[str, list[Row]]:
    """Rows of several measures on the same resamples; each takes those of the `settings` that it has.

    A setting that none of them has raises SettingError; else as `compute`.
    """
    return compute_with(Resampler(rng), names, frame, by, settings)


def compute_with(
    resampler: Resampler,
    names: Sequence[str],
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
) -> dict[str, list[Row]]:
    """As `compute_all`, on resamples that other calls share."""
    return compute_of(resampler, [_measure(name) for name in names], frame, by, settings)


def compute_of(
    resampler: Resampler,
    measures: Sequence[Measure],
    frame: pl.DataFrame,
    by: Sequence[str] = (),
    settings: Mapping[str, str] | None = None,
) -> dict[str, list[Row]]:
    """As `compute_with`, of measures that no table need hold."""
    chosen = [measure.chosen(_own(measure, measures, settings or {})) for measure in measures]
    by = _grouping(by)
    table = Table(frame)
    orders = {values.is_macro: values.sort_order for values in chosen}
    groups = {is_macro: _groups(table, by, order, is_macro, resampler) for is_macro, order in orders.items()}
    return {
        measure.name: [row for group in groups[values.is_macro] for row in _rows(measure, group, values)]
        for measure, values in zip(measures, chosen, strict=True)
    }


def _measure(name: str) -> Measure:
    from analysis.measures import MEASURES

    if name not in MEASURES:
        raise UnknownMeasureError(f"unknown measure {name!r}; known: {', '.join(MEASURES)}")
    return MEASURES[name]


def _own(measure: Measure, among: Sequence[Measure], given: Mapping[str, str]) -> Mapping[str, str]:
    others = {setting.name for other in among for setting in other.settings if other is not measure}
    own = {setting.name for setting in measure.settings}
    return {name: value for name, value in given.items() if name in own or name not in others}


def _grouping(by: Sequence[str]) -> list[str]:
    for column in by:
        if column not in GROUPS:
            raise GroupingError(f"cannot group by {column!r}; known: {', '.join(GROUPS)}")
    return list(dict.fromkeys(by))


def _groups(table: Table, by: list[str], order: Sequence[str], is_macro: bool, resampler: Resampler) -> list[Group]:
    places = table.order(order)
    if not by or not len(places):
        return [] if by else [Group({}, Part(table, places), is_macro, resampler)]
    found, codes = table.codes(by)
    edges = np.cumsum(np.bincount(codes, minlength=found.height))[:-1]
    parts = np.split(places[np.argsort(codes[places], kind="stable")], edges)
    named = [
        (dict(zip(by, map(_label, key), strict=True)), part) for key, part in zip(found.iter_rows(), parts, strict=True)
    ]
    ordered = sorted(named, key=lambda pair: [(_order(label), label) for label in pair[0].values()])
    return [Group(label, Part(table, part), is_macro, resampler) for label, part in ordered]


def _label(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _order(label: str) -> float:
    """Numbers (sample 2 before sample 10) before words."""
    return float(label) if label.isdecimal() and label.isascii() else np.inf


def _rows(measure: Measure, group: Group, settings: Settings) -> list[Row]:
    sample = Sample(group, settings)
    statistics = list(measure.statistics(sample))
    if measure.reads_text:
        statistics.append(sample.response_share())
    return [_row(s, e, group.label) for s, e in zip(statistics, sample.estimates(statistics), strict=True)]


def _row(statistic: Statistic, estimate: Estimate, group: Mapping[str, str]) -> Row:
    e = estimate
    edges, label = getattr(statistic, "edges", None), getattr(statistic, "label", "")
    numbers = (e.n, e.n_problems, e.value, e.low, e.high, e.reason, e.n_events)
    return Row(statistic.name, group, *numbers, statistic.unit, edges, label)


AVERAGE = Setting(
    "average",
    "Average over problem sets",
    "macro",
    (("macro", "mean of the problem sets (First Try Matters)"), ("pooled", "all rollouts alike")),
)
TRUNCATED = Setting(
    "truncated",
    "Truncated rollouts",
    "include",
    (("include", "include"), ("exclude", "exclude"), ("only", "only these")),
)
TEXT = Setting(
    "text",
    "Text that was read",
    "any",
    (("any", "reasoning, else the response"), ("reasoning", "only rollouts with reasoning")),
)
UNREAD = Setting(
    "unread",
    "Answers that could not be read (errors, unparsed, no candidate)",
    "wrong",
    (("wrong", "count as wrong"), ("leave_out", "leave out, counted beside")),
)
