"""The same items answered freely and by choosing an option: accuracy of both forms, attempt after attempt.

Knows no text: which form a rollout had is a factor of its condition. Source: arXiv 2511.09381 (self-correction in
generation against multiple choice).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.measures.base import AVERAGE, TRUNCATED, Measure
from analysis.measures.coverage import measured
from analysis.measures.rounds import MOST, outcome_at
from analysis.measures.sample import NO_GOLD, Sample
from analysis.measures.sets import averaged
from analysis.measures.statistics import Difference, Estimate, Known, Mean, PairedTest, Share, Statistic
from analysis.resampling import Floats, Ints
from analysis.types import AnswerType, Outcome

OPEN, CHOICE = FORMS = ("generation", "multiple choice")
FACTORS = ("form", "format", "item_form", "answer_form", "question_form", "task_form")
NOT_BOTH = "no problem was asked in both forms"
A_COUNT = "a count: no interval"
SEVERAL = "several samples of a problem: the interval of the difference is the test"
_WORDS = {
    CHOICE: re.compile(r"(?i)\b(multiple[ _-]?choice|choices?|options?|mcq?\d?)\b"),
    OPEN: re.compile(r"(?i)\b(generat\w*|gen|open\w*|free\w*|written)\b"),
}


class Items(NamedTuple):
    """Items of one model under one condition that were asked in both forms; a number per item.

    `right[form][k]` is the share of an item's samples that are right at attempt k+1, an answer that was not asked again
    standing; `ever` likewise at any attempt until then. `samples` is the least number of an item in a form. `row` is
    where an item's numbers stand among the rollouts.
    """

    row: Ints
    right: dict[str, list[Floats]]
    ever: dict[str, list[Floats]]
    samples: int
    is_single: bool
    n_either: int

    @property
    def n_rounds(self) -> int:
        return len(self.right[OPEN])


def form_of(condition: str) -> tuple[str | None, str]:
    """The form that a condition names, and the condition without it.

    >>> form_of("form mc, temperature 0.7"), form_of("format open ended"), form_of("temperature 0.7")
    (('multiple choice', 'temperature 0.7'), ('generation', ''), (None, 'temperature 0.7'))
    """
    parts = condition.split(", ")
    for part in parts:
        name, _, value = part.partition(" ")
        found = [form for form, words in _WORDS.items() if words.search(value.replace("_", " "))]
        if name in FACTORS and len(found) == 1:
            return found[0], ", ".join(other for other in parts if other is not part)
    return None, condition


def _statistics(sample: Sample) -> Iterator[Statistic]:
    items = _items(sample)
    if items is None:
        why = NOT_BOTH if sample.numbers("has_gold").any() else NO_GOLD
        for name, unit in (("form_difference", "difference"), ("form_p", "p"), ("form_accuracy", "share")):
            yield Known(name, Estimate(0, 0, None, reason=why), unit)
        return
    for k in range(items.n_rounds):
        yield _difference(sample, items, k)
    yield _tested(sample, items)
    yield from _shares(sample, items)
    n, share = items.n_either, len(items.row) / items.n_either
    yield Known("form_common_share", Estimate(n, n, share, reason=A_COUNT), "share")


def _items(sample: Sample) -> Items | None:
    rows = _rows(sample)
    pairs = rows.pivot("form", index="item", values="first", aggregate_function="min", maintain_order=True)
    if not set(FORMS) <= set(pairs.columns):
        return None
    common = pairs.drop_nulls()
    if not common.height:
        return None
    inside = rows.filter(pl.col("item").is_in(common["item"].implode()))
    place = dict(zip(common["item"].to_list(), range(common.height), strict=True))
    item: Ints = np.array([place[key] for key in inside["item"].to_list()], dtype=np.int64)
    n_rounds = min(max(inside["n"].to_list()), MOST)
    right = [inside.select(outcome_at(k) == Outcome.CORRECT.value).to_series().to_numpy() for k in range(n_rounds)]
    ever = list(np.maximum.accumulate(np.array(right), axis=0))
    chosen = {form: (inside["form"] == form).to_numpy() for form in FORMS}
    counts = [np.bincount(item[chosen[form]], minlength=common.height) for form in FORMS]
    return Items(
        common.select(pl.min_horizontal(*FORMS)).to_series().to_numpy().astype(np.int64),
        {form: _means(right, item, chosen[form], common.height) for form in FORMS},
        {form: _means(ever, item, chosen[form], common.height) for form in FORMS},
        int(min(count.min() for count in counts)),
        max(count.max() for count in counts) == 1,
        pairs.height,
    )


def _rows(sample: Sample) -> pl.DataFrame:
    """Graded rollouts whose form is known: their item, form, place and attempts.

    A condition that names none asks the problem as it is: one with options is multiple choice.
    """
    as_asked = pl.when(pl.col("answer_type") == AnswerType.CHOICE.value).then(pl.lit(CHOICE))
    named = {label: form_of(label) for label in sample.frame["condition"].unique().to_list()}
    forms = {label: form for label, (form, _) in named.items()}
    rest = {label: rest for label, (_, rest) in named.items()}
    return (
        sample.frame.with_row_index("first")
        .with_columns(
            form=pl.coalesce(pl.col("condition").replace_strict(forms, return_dtype=pl.String, default=None), as_asked),
            rest=pl.col("condition").replace_strict(rest, return_dtype=pl.String, default=""),
            n=pl.col("attempt_outcomes").list.len().fill_null(0),
        )
        .filter(pl.col("has_gold"), pl.col("form").is_not_null(), pl.col("n") > 0)
        .select("first", "form", "n", "attempt_outcomes", item=pl.struct("problem_id", "model", "rest").rank("dense"))
    )


def _means(values: Sequence[Floats], item: Ints, chosen: Floats, n_items: int) -> list[Floats]:
    n = np.maximum(np.bincount(item[chosen], minlength=n_items), 1)
    return [np.bincount(item[chosen], weights=value[chosen], minlength=n_items) / n for value in values]


def _placed(sample: Sample, items: Items, values: Floats) -> Floats:
    spread = np.zeros(sample.frame.height)
    spread[items.row] = values
    return spread


def _difference(sample: Sample, items: Items, k: int) -> Known:
    """Multiple choice less generation at an attempt, over the items of both."""
    first, second = (_placed(sample, items, items.right[form][k]) for form in FORMS)
    counted = _placed(sample, items, np.ones(len(items.row)))
    wanted: Statistic = Mean("form_difference", second - first, counted, "difference", NOT_BOTH)
    if items.is_single:
        wanted = Difference("form_difference", first, second, counted, NOT_BOTH)
    [found] = sample.estimates([wanted])
    return Known("form_difference", found, "difference", f"attempt {k + 1}")


def _tested(sample: Sample, items: Items) -> Statistic:
    """Of the last attempts."""
    n = len(items.row)
    if not items.is_single:
        return Known("form_p", Estimate(n, n, None, reason=SEVERAL), "p")
    first, second = (_placed(sample, items, items.right[form][-1]) for form in FORMS)
    return PairedTest("form_p", first, second, _placed(sample, items, np.ones(n)), NOT_BOTH)


def _shares(sample: Sample, items: Items) -> Iterator[Known]:
    counted = _placed(sample, items, np.ones(len(items.row)))
    shares, labels = [], []
    for form in FORMS:
        right = items.right[form]
        for k in range(items.n_rounds):
            parts = {"form_accuracy": right[k], "form_ever_right": items.ever[form][k]}
            for name, values in parts.items():
                shares.append(Share(name, _placed(sample, items, values), counted, NOT_BOTH))
                labels.append(f"{form}; attempt {k + 1}")
    yield from averaged(shares, items.samples, sample.strata, labels)


GENERATION_AND_CHOICE = Measure(
    name="forms",
    label="Generation against multiple choice",
    question="On the same items, does it better when writing an answer or when choosing one, and which mends more?",
    statistics=_statistics,
    citation="Self-Correcting LLMs: generation vs. multiple choice (arXiv 2511.09381)",
    how_to_read=(
        "Only items that one model was asked in both forms under otherwise equal conditions are counted "
        "(form_common_share says how many of all that is); the form is a factor of the condition, such as `form "
        "generation` and `form multiple choice`; a problem with options whose condition says nothing is multiple "
        "choice. form_accuracy is the share right after each attempt, an answer that was not asked again standing; "
        "form_ever_right counts an answer as right from its first right attempt on, which only somebody with the gold"
        " could use. form_difference is multiple choice less generation: a part of it is luck, as one in K options is"
        " right by chance, and golds of free text are often graded less strictly. Compare how the two lines move "
        "rather than how high they stand."
    ),
    undefined_when="No problem with a gold was asked in both forms.",
    settings=(AVERAGE, TRUNCATED),
    reads_text=False,
    formula=r"\(\hat{\delta}_t=\frac{1}{|P|}\sum_{i\in P}(\bar{y}^{mc}_{i,t}-\bar{y}^{gen}_{i,t})\) over items P that "
    r"were asked in both forms; \(Cum_t=\frac{1}{|P|}\sum_i \max_{s\le t} y_{i,s}\).",
    coverage=measured("forms"),
    proof="The 72 published series of six models, two sets and three strategies; hand-counted items.",
)
