"""What personas move, as two tables beside the picture: the gap, and the published regressions. Knows no request."""

from collections.abc import Iterator, Sequence

from analysis.psychometrics.dissociation import Dissociation
from analysis.psychometrics.persona_regression import Regressed
from apps.core.templatetags.numbers import decimal, p_value
from apps.psychology.presenters import readings
from apps.psychology.presenters.forest import short_target
from apps.psychology.presenters.words import Cell, Table, short, signed_cell

ILLUSION = "Han et al. 2025, The Personality Illusion (arXiv 2509.03730), RQ3."


def gap_table(found: Sequence[Dissociation], csv: str) -> Table:
    rows = [
        (
            f"{short_target(each.target)} personas: report against {short(each.behaviour).lower()}",
            [
                _effect(each.report),
                _effect(each.behaviour_effect),
                _effect(each.gap),
                Cell({1: "▲", -1: "▼"}.get(each.expected, "–")),
            ],
        )
        for each in found
    ]
    heads = ("report, SD", "behaviour, SD", "gap, SD", "in people")
    return Table("t-gaps", "How much further the report moved", heads, rows, readings.GAPS, ILLUSION, csv)


def _effect(effect: tuple[float | None, float | None, float | None, int, str]) -> Cell:
    value, low, high, n_models, reason = effect
    return signed_cell(value, low, high, n_models, reason)


def regression_table(found: Sequence[Regressed], csv: str) -> Table:
    rows = [
        (
            f"{short_target(each.target)} personas, {each.strategy}: {short(each.name)}",
            [
                Cell(decimal(each.without, 2)),
                Cell(decimal(each.under, 2)),
                signed_cell(each.slope.value, each.slope.low, each.slope.high, each.slope.n, each.slope.reason),
                Cell(p_value(each.slope.p)),
            ],
        )
        for each in found
    ]
    heads = ("mean without", "mean with", "slope", "p")
    return Table(
        "t-regressions", "Persona against none, as published", heads, rows, readings.REGRESSIONS, ILLUSION, csv
    )


def gap_lines(found: Sequence[Dissociation]) -> Iterator[tuple[object, ...]]:
    yield ("target", "behaviour", "expected", "report", "behaviour_effect", "gap", "low", "high", "n_models", "reason")
    for each in found:
        yield (
            each.target, each.behaviour, each.expected, each.report.value, each.behaviour_effect.value, *each.gap
        )  # fmt: skip


def regression_lines(found: Sequence[Regressed]) -> Iterator[tuple[object, ...]]:
    columns = ("target", "strategy", "kind", "name", "without", "under")
    yield (*columns, "slope", "low", "high", "p", "n", "reason")
    for each in found:
        slope = each.slope
        yield (*each[:6], slope.value, slope.low, slope.high, slope.p, slope.n, slope.reason)
