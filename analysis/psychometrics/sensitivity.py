"""How far answers hang on how an item was put: refusals, sensitivity to wording and order, symmetry. Knows no database.

A difference between two variants is one between keyed answers above, below or exactly on the middle of the scale
(analysis.psychometrics.keying). Sources: TRAIT (arXiv 2406.14703) for prompt-, option-order- and paraphrase-
sensitivity, whose exact formula is not published: this is ours; Self-Assessment Tests are Unreliable (arXiv 2309.08163)
for the symmetry of options.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import t_value
from analysis.psychometrics.item_shares import Floats, Ints, Portion, portion
from analysis.psychometrics.keying import WAYS, compared
from analysis.psychometrics.replies import Status


class Refusals(NamedTuple):
    """Of one model and instrument: shares of replies that refused, and that could not be read for other reasons."""

    model: str
    instrument: str
    refused: Portion
    unread: Portion


class Sensitivity(NamedTuple):
    """Share of items whose side of the scale differs between two variants, mean over pairs of variants.

    `chance` is what answers drawn evenly from the options would give; `shuffled` what answers with this model's own
    shares of agreeing, disagreeing and the middle would give if they had nothing to do with the item. `n_pairs` pairs
    of variants were compared; in `n_unread` pairs of answers one was not read.
    """

    model: str
    instrument: str
    way: str
    share: Portion
    n_pairs: int
    n_unread: int
    chance: float | None
    shuffled: float | None

    @property
    def may_be_noise(self) -> bool | None:
        """Whether the interval reaches what shuffled answers give; None where answers are all on one side, for then
        nothing can be told."""
        return None if not self.shuffled or self.share.high is None else self.share.high >= self.shuffled


class Symmetry(NamedTuple):
    """Share of items with the very same answer after the options were put in reverse order."""

    model: str
    instrument: str
    share: Portion
    n_unread: int
    chance: float | None
    shuffled: float | None


class OrderBias(NamedTuple):
    """Share of answers that fall to the first option shown because it is first: from -1 (the last one) to 1."""

    model: str
    instrument: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    n_items: int
    reason: str = ""


def chance_of_difference(n_options: int) -> float:
    """How often two even draws from `n_options` whole numbers fall on different sides of the middle.

    An even number of options has two sides: 1/2. An odd one k has a middle too: 1 - 2·((k - 1) / 2k)² - 1/k².

    >>> chance_of_difference(4), round(chance_of_difference(5), 2)        # 1 - 2·0.4² - 0.2²
    (0.5, 0.64)
    """
    if n_options < 2:
        raise ValueError(f"a scale has at least two options, not {n_options}")
    middle = 1 / n_options if n_options % 2 else 0.0
    return 1 - 2 * ((1 - middle) / 2) ** 2 - middle**2


def chance_of_symmetry(n_options: int) -> float:
    """How often two even draws from `n_options` are the same: 1 / n_options."""
    if n_options < 2:
        raise ValueError(f"a scale has at least two options, not {n_options}")
    return 1 / n_options


def refusals(answers: pl.DataFrame) -> list[Refusals]:
    """Of each model and instrument of ANSWERS; intervals over items. An empty table gives nothing."""
    found = []
    for (model, instrument), rows in _by_model(answers):
        status, items = rows["status"], _codes(rows["item"])
        refused = (status == Status.REFUSED.value).to_numpy()
        unread = (~status.is_in([Status.REFUSED.value, Status.READ.value])).to_numpy()
        one: Ints = np.zeros(rows.height, dtype=np.int64)
        shares = [portion(each.astype(np.float64), one, items) for each in (refused, unread)]
        found.append(Refusals(model, instrument, *shares))
    return found


def sensitivities(answers: pl.DataFrame, ways: Sequence[str] = WAYS) -> list[Sensitivity]:
    """Of each model and instrument and each of the ways ("template", "order", "direction", "paraphrase") that vary.

    Pairs of which one answer was not read are counted and left out.
    """
    found = []
    for way in ways:
        for (model, instrument), pairs in _by_model(compared(answers, way)):
            read = pairs.drop_nulls(["first", "second"])
            differs = (read["first_state"] != read["second_state"]).to_numpy().astype(np.float64)
            found.append(
                Sensitivity(
                    model,
                    instrument,
                    way,
                    portion(differs, _codes(read["versus"]), _codes(read["item"])),
                    pairs["versus"].n_unique(),
                    pairs.height - read.height,
                    _mean([chance_of_difference(k) for k in pairs["n_options"]]),
                    _apart_by_side(read),
                )
            )
    return found


def symmetries(answers: pl.DataFrame) -> list[Symmetry]:
    """Of each model and instrument that was given with the options as they are and reversed."""
    found = []
    for (model, instrument), pairs in _by_model(compared(answers, "order")):
        read = pairs.drop_nulls(["first", "second"])
        same = (read["first"] == read["second"]).to_numpy().astype(np.float64)
        apart = _apart(read, "first", "second")
        found.append(
            Symmetry(
                model,
                instrument,
                portion(same, _codes(read["versus"]), _codes(read["item"])),
                pairs.height - read.height,
                _mean([chance_of_symmetry(k) for k in pairs["n_options"]]),
                None if apart is None else 1 - apart,
            )
        )
    return found


def order_biases(answers: pl.DataFrame) -> list[OrderBias]:
    """The raw answer with reversed options minus that with options as they are, over the width of the scale.

    Picking the first option shown with chance f, whatever it says, moves it by f: the first is the lowest as they are
    and the highest reversed. Student's interval over items.
    """
    raw = answers.with_columns(is_reversed=pl.lit(False))
    found = []
    for (model, instrument), pairs in _by_model(compared(raw, "order")):
        read = pairs.drop_nulls(["first", "second"])
        gap = (pl.col("second") - pl.col("first")) / (pl.col("n_options") - 1)
        of_item: Floats = read.group_by("item").agg(gap.mean())["second"].to_numpy().astype(np.float64)
        found.append(_over_items(model, instrument, of_item, read.height))
    return found


def _over_items(model: str, instrument: str, values: Floats, n: int) -> OrderBias:
    if len(values) < 2 or not values.std():
        reason = (
            "fewer than two items in both orders" if len(values) < 2 else "equal in all items: no interval over items"
        )
        mean = float(values.mean()) if len(values) else None
        return OrderBias(model, instrument, mean, None, None, n, len(values), reason)
    mean, reach = float(values.mean()), float(t_value(len(values) - 1) * values.std(ddof=1) / len(values) ** 0.5)
    return OrderBias(model, instrument, mean, mean - reach, mean + reach, n, len(values))


def _apart(read: pl.DataFrame, first: str, second: str) -> float | None:
    """How often two answers of these shares differ if drawn apart, mean over the pairs of variants."""
    found = []
    for _, rows in read.group_by("versus"):
        one, two = (dict(rows[name].value_counts(normalize=True).rows()) for name in (first, second))
        found.append(1 - sum(share * two.get(value, 0.0) for value, share in one.items()))
    return _mean(found)


def _apart_by_side(read: pl.DataFrame) -> float | None:
    """How often two keyed answers differ in side if raw ones of these shares are dealt to the items anew.

    Dealt are raw answers, for who does not read an item does not know its key either: one who is high in all traits
    agrees with half of a balanced form, and dealing that out changes half of the sides.
    """
    found = []
    for _, rows in read.group_by("versus"):
        shares: dict[int, float] = dict(
            pl.concat([rows["first_side"].alias("side"), rows["second_side"].alias("side")])
            .value_counts(normalize=True)
            .rows()
        )
        alike = {turn: sum(p * shares.get(side * turn, 0.0) for side, p in shares.items()) for turn in (1, -1)}
        found += [1 - alike[turn] for turn in rows["turned"]]
    return _mean(found)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None


def _by_model(rows: pl.DataFrame) -> Iterator[tuple[tuple[str, str], pl.DataFrame]]:
    """Rows of each model and instrument, in the order of their names."""
    for (model, instrument), part in sorted(rows.group_by("model", "instrument"), key=lambda each: str(each[0])):
        yield (str(model), str(instrument)), part


def _codes(column: pl.Series) -> Ints:
    return np.unique(column.to_numpy(), return_inverse=True)[1].astype(np.int64)
