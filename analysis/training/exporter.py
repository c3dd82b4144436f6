"""An exporter as declared facts and one function of a problem's traces, and the stream of rows that it gives.

Knows no method in particular, no database and no file. Every trace that gives no row is counted with the reason.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.protocols.conduct import Parameter
from analysis.protocols.declared import Settings
from analysis.protocols.settings import settle
from analysis.training.rows import LeftOut, Made, Shape
from analysis.training.schemas import faults
from analysis.training.traces import Group

Making = Callable[[Group, Settings], Iterator[Made | LeftOut]]


class BadRow(Exception):
    """An exporter made a row that its own schema refuses: a fault of ours, never of the data."""


def _anything(_: Settings) -> None:
    return None


@dataclass(frozen=True)
class Exporter:
    """One method's training set. `differs` says what is not as in the paper, so that no set claims more than it is,
    `needs` what a collection must have to give rows.

    `check` raises SettingRefused for settings that do not go together.
    """

    version: str
    shape: Shape
    citation: str
    differs: str
    needs: str
    parameters: tuple[Parameter, ...]
    making: Making
    check: Callable[[Settings], None] = _anything

    def settle(self, settings: Mapping[str, Any]) -> Settings:
        """Every setting with its value, given or default; raises SettingRefused."""
        settled = settle(self.parameters, settings)
        self.check(settled)
        return settled


@dataclass
class Counts:
    """What was read, made by kind, and left out by reason; it grows while the rows are drawn."""

    n_problems: int = 0
    n_traces: int = 0
    made: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def n_rows(self) -> int:
        return self.made.total()


def export(
    name: str, exporter: Exporter, groups: Iterable[Group], settings: Mapping[str, Any], counts: Counts
) -> Iterator[dict[str, Any]]:
    """Rows of an exporter, one after the other, for groups of the traces of a problem each; `counts` is filled.

    Rows are ready for JSON and hold what `analysis.training.schemas` says. Raises SettingRefused before the first row,
    BadRow for a row that the schema refuses. No groups give no rows.
    """
    settled = exporter.settle(settings)
    return _rows(name, exporter, groups, settled, counts)


def _rows(
    name: str, exporter: Exporter, groups: Iterable[Group], settled: Settings, counts: Counts
) -> Iterator[dict[str, Any]]:
    for group in groups:
        counts.n_problems += 1
        counts.n_traces += len(group)
        for made in exporter.making(group, settled):
            if isinstance(made, LeftOut):
                counts.left_out[made.why] += 1
                continue
            counts.made[made.kind] += 1
            yield _checked(name, exporter, group, made, counts.n_rows)


def _checked(name: str, exporter: Exporter, group: Group, made: Made, number: int) -> dict[str, Any]:
    about = {
        "method": name,
        "kind": made.kind,
        "problem": group[0].problem.key,
        "sources": list(made.sources),
        "scores": dict(made.scores),
    }
    row = {"id": f"{name}-{number}", **made.body, "metadata": about}
    if found := faults(row, exporter.shape):
        raise BadRow(f"{name}, from {', '.join(made.sources)}: {'; '.join(found)}")
    return row
