"""What a filter selects of whole analyses, ordered in memory: queries.known over features. Knows no page."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial

import numpy as np
from numpy.typing import NDArray

from apps.traces.models import Analysis, Condition, LanguageModel
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.known import COLUMNS, Column, Known
from apps.traces.services.frames import columns_of, files_of

ORDERED = frozenset(COLUMNS) | {"id"}


def known_of(analyses: Sequence[Analysis], filters: RolloutFilter) -> Known:
    """The rollouts that a filter selects; the analyses know every rollout of their collections."""
    chosen = filters.expression()
    files = files_of(analyses)
    frame = columns_of(files, [chosen]).select("rollout_id", chosen=chosen)
    pks, rows = frame["rollout_id"].to_numpy(), frame["chosen"].to_numpy()
    rising = _rising(pks)
    if rising is not None:
        pks, rows = pks[rising], rows[rising]
    return Known(pks[rows], partial(_column, files), rows)


@lru_cache(maxsize=16)
def _column(files: tuple[str, ...], name: str) -> Column:
    """Of all rollouts in the files, lowest id first."""
    frame = columns_of(files, [COLUMNS[name]]).select("rollout_id", value=COLUMNS[name])
    rising = _rising(frame["rollout_id"].to_numpy())
    values = frame["value"] if rising is None else frame["value"].gather(rising)
    return Column.of(values, IN_ORDER.get(name, sorted))


def _rising(pks: NDArray[np.int64]) -> NDArray[np.intp] | None:
    """Rows by rising id; None where they are so already."""
    return None if (np.diff(pks) > 0).all() else np.argsort(pks)


def _models(names: Sequence[str]) -> list[str]:
    found = LanguageModel.objects.filter(name__in=names).order_by("name").values_list("name", flat=True).distinct()
    return _all_of(names, found)


def _conditions(labels: Sequence[str]) -> list[str]:
    found = Condition.objects.filter(label__in=labels).order_by("label").values_list("label", flat=True).distinct()
    return _all_of(labels, found)


def _all_of(names: Sequence[str], in_order: Iterable[str]) -> list[str]:
    """As the store orders them, so that a list is the same whether it comes from columns or from memory."""
    known = list(in_order)
    return [*known, *sorted(set(names).difference(known))]


IN_ORDER: dict[str, Callable[[Sequence[str]], list[str]]] = {"model": _models, "condition": _conditions}
