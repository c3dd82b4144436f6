"""The confusion matrix of two hands as a page shows it; every cell is a door to its steps. Knows no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode

from analysis.agreement.report import ROLLOUTS, SPANS, STEPS
from analysis.labelling.units import Place
from apps.annotation.services.agreement import Matrix, Report, matrix_of, places_in
from apps.core.templatetags.numbers import count

OF = {STEPS: "Steps", SPANS: "Spans", ROLLOUTS: "Whole rollouts"}


class Count(NamedTuple):
    """A cell of the matrix: how often, where its steps are listed, and whether both said the same."""

    n: str
    href: str
    is_same: bool
    is_chosen: bool
    words: str


class MatrixRow(NamedTuple):
    title: str
    counts: Sequence[Count]


class Drawn(NamedTuple):
    """A confusion matrix on a page."""

    title: str
    first: str
    second: str
    heads: Sequence[str]
    rows: Sequence[MatrixRow]
    agreed: str


class Listed(NamedTuple):
    """A step of the chosen cell."""

    href: str
    rollout: int
    words: str


class Pick(NamedTuple):
    """Two hands that a reader may choose, or a label."""

    words: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for: two hands, one label's matrix, one cell."""

    first: str = ""
    second: str = ""
    of: str = STEPS
    label: str = ""
    row: int | None = None
    column: int | None = None


def chosen_matrix(report: Report, first: str, second: str, chosen: Chosen) -> Matrix | None:
    """Of all labels where a unit has one; of the label asked for, else the first, where it may have several."""
    for of in dict.fromkeys((chosen.of, STEPS, ROLLOUTS)):
        if of not in (STEPS, ROLLOUTS):
            continue
        units = report.units(of)
        if units.kinds:
            label = chosen.label if chosen.label in units.kinds else (units.kinds[0] if units.many else "")
            return matrix_of(report, first, second, of, label)
    return None


def places_of(report: Report, first: str, second: str, matrix: Matrix | None, chosen: Chosen) -> list[Place]:
    if matrix is None or chosen.row is None or chosen.column is None:
        return []
    return places_in(report, first, second, matrix, chosen.row, chosen.column)


def drawn_of(report: Report, first: str, second: str, matrix: Matrix, chosen: Chosen) -> Drawn:
    titles = [title_of(report, name) for name in matrix.names]
    rows = [
        MatrixRow(
            titles[i],
            [
                Count(
                    count(n),
                    _href(first, second, matrix, row=i, column=j) if n else "",
                    i == j,
                    (i, j) == (chosen.row, chosen.column),
                    f"{hand_name(report, first)}: {titles[i]}, {hand_name(report, second)}: {titles[j]}",
                )
                for j, n in enumerate(line)
            ],
        )
        for i, line in enumerate(matrix.counts)
    ]
    agreed = f"{count(matrix.n_alike)} of {count(matrix.n)} the same" if matrix.n else "nothing shared"
    title = f"{OF[matrix.of]}: who said what" + (f", {title_of(report, matrix.label)}" if matrix.label else "")
    return Drawn(title, hand_name(report, first), hand_name(report, second), titles, rows, agreed)


def listed_of(report: Report, place: Place) -> Listed:
    href = reverse("traces:rollout", args=[report.scheme.project.slug, place.rollout])
    if place.turn < 0:
        return Listed(href, place.rollout, "the whole rollout")
    query = f"?turn={place.turn}&line={place.line}#L{place.line}"
    return Listed(href + query, place.rollout, f"turn {place.turn}, line {place.line}")


def cell_words(report: Report, first: str, second: str, matrix: Matrix, chosen: Chosen) -> str:
    n = len(matrix.names)
    if chosen.row is None or chosen.column is None or not (chosen.row < n and chosen.column < n):
        return ""
    one, other = (title_of(report, matrix.names[k]) for k in (chosen.row, chosen.column))
    return f"{hand_name(report, first)}: {one}; {hand_name(report, second)}: {other}"


def label_picks(report: Report, first: str, second: str, matrix: Matrix | None) -> list[Pick]:
    """Whose matrix can be shown: all labels together where a unit has one, and each label against all else."""
    found = []
    for of in (STEPS, ROLLOUTS):
        units = report.units(of)
        for label in [*([] if units.many or not units.kinds else [""]), *units.kinds]:
            href = f"?{query(first, second, of=of, label=label)}#matrix"
            words = title_of(report, label) + (" (rollouts)" if of == ROLLOUTS else "")
            found.append(Pick(words, href, matrix is not None and (matrix.of, matrix.label) == (of, label)))
    return found


def _href(first: str, second: str, matrix: Matrix, **more: int) -> str:
    return f"?{query(first, second, of=matrix.of, label=matrix.label, **more)}#cell"


def query(first: str, second: str, **more: str | int) -> str:
    given: dict[str, str | int] = {"first": first, "second": second, **more}
    return urlencode({name: value for name, value in given.items() if value != ""})


def title_of(report: Report, label: str) -> str:
    kind = report.compared.scheme.find(label)
    return kind.title if kind else (label or "all labels")


def hand_name(report: Report, key: str) -> str:
    hand = report.hand(key)
    return hand.name if hand else key
