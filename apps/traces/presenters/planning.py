"""A planned comparison in numbers: problems for several differences and samples, and what those at hand would see.

Knows no data and no request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.power import Plan, difference_seen, problems_needed, samples_needed
from apps.core.templatetags.numbers import count, decimal, plural

DIFFERENCES = (0.01, 0.02, 0.03, 0.05, 0.1)
SAMPLES = (1, 2, 4, 8)


@dataclass(frozen=True, slots=True)
class Planned:
    """`finding` says what was asked; `rows` are a difference in points and the problems for each of SAMPLES."""

    finding: str
    samples: Sequence[int]
    rows: Sequence[tuple[str, Sequence[str]]]


def plan_of(given: Mapping[str, float]) -> Plan:
    """Per cent and points as shares. Raises ValueError for what cannot be."""
    return Plan(
        given["accuracy"] / 100,
        given["difference"] / 100,
        given["icc"],
        given["correlation"],
        int(given["n_samples"]),
        given["power"] / 100,
    )


def planned(plan: Plan, n_problems: int) -> Planned:
    """Raises ValueError where there is no difference, or none that any number of problems would see."""
    n = problems_needed(plan)
    of = plural(plan.n_samples, "sample")
    said = f"{decimal(100 * plan.difference)} points are seen with {plural(n, 'problem')} of {of} in each arm."
    samples = samples_needed(plan, n_problems)
    enough = f"{plural(samples, 'sample')} of each would do" if samples else "no number of samples is enough"
    seen = difference_seen(plan, n_problems)
    least = f"{decimal(100 * seen)} points" if seen is not None else "no difference at all"
    here = f"With {plural(n_problems, 'problem')} {enough}; with {of} each they would see {least}."
    return Planned(f"{said} {here}", SAMPLES, [_row(plan, difference) for difference in DIFFERENCES])


def _row(plan: Plan, difference: float) -> tuple[str, list[str]]:
    return f"{100 * difference:g}", [_needed(plan, difference, n) for n in SAMPLES]


def _needed(plan: Plan, difference: float, n_samples: int) -> str:
    try:
        return count(problems_needed(replace(plan, difference=difference, n_samples=n_samples)))
    except ValueError:
        return "–"
