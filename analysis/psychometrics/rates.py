"""How often the lab's intervals held a known truth and its tests found what was not there, by number of models.

Knows no statistic and simulates nothing: rates.json beside this file holds the counts, written by
`python -m bench.prove_lab --write`. Pages say them beside what they rate.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

FILE = Path(__file__).with_name("rates.json")
ENOUGH_MODELS = 40
"""From here on 93 to 97 % coverage and the nominal level are asked for."""
COVERAGE, LEVEL = "coverage", "level"
ONE_MODEL = "1"


class Row(NamedTuple):
    """What is counted: `nominal` is 0.95 for the coverage of intervals, 0.05 for false findings."""

    label: str
    kind: str

    @property
    def nominal(self) -> float:
        return 0.95 if self.kind == COVERAGE else 0.05


ROWS: Mapping[str, Row] = {
    "marginal": Row("a trait alone, clustered by model", COVERAGE),
    "joint": Row("all traits together, clustered by model", COVERAGE),
    "within": Row("within models, clustered by model", COVERAGE),
    "between": Row("between models, clustered by model", COVERAGE),
    "crossed": Row("a trait alone, crossed random intercepts and normal p, slopes differ between models", COVERAGE),
    "crossed_alike": Row("the same where slopes do not differ", COVERAGE),
    "report": Row("what a persona does to the report", COVERAGE),
    "behaviour": Row("what a persona does to the behaviour", COVERAGE),
    "gap": Row("how much further the report moved than the behaviour", COVERAGE),
    "no_marginal": Row("any trait alone with q < .05 where nothing is linked", LEVEL),
    "no_joint": Row("any trait jointly with q < .05 where nothing is linked", LEVEL),
    "no_within": Row("any within models with q < .05 where nothing is linked", LEVEL),
    "no_between": Row("any between models with q < .05 where nothing is linked", LEVEL),
    "false_joint": Row("share of joint findings that are false where 4 of 30 are linked", LEVEL),
    "no_crossed": Row("one trait alone with p < .05, crossed, where slopes differ about 0", LEVEL),
    "score": Row("a trait's score over 9 repeats, Student's interval", COVERAGE),
    "acquiescence": Row("acquiescence of one instrument, over traits", COVERAGE),
    "order_bias": Row("share of answers to the first option, over items", COVERAGE),
    "noise": Row("template sensitivity of answers at random, over items", COVERAGE),
    "item_tests": Row("any trait said to hang on template or order that does not, by Holm", LEVEL),
    "coin": Row("a model's alignment outside the coin's band where nothing is linked", LEVEL),
    "shuffles": Row("the same outside the band of shuffles", LEVEL),
}


class Rate(NamedTuple):
    """Of `n` data sets of `n_models` models, `share` held or found; `n_none` had nothing to count."""

    row: str
    n_models: int
    share: float | None
    n: int
    n_none: int


@cache
def written() -> dict[str, dict[str, list[float]]]:
    """Counts (hits, data sets, those without anything to count) by row and number of models."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {row: dict(by_size) for row, by_size in found.items() if row in ROWS}


def sizes(row: str) -> list[int]:
    """Numbers of models that were simulated; 1 where a row is of one model."""
    return sorted(int(size) for size in written().get(row, {}))


def rate(row: str, n_models: int) -> Rate | None:
    """Of the largest simulated design that is not larger than this one, else of the smallest; None if not simulated."""
    known = sizes(row)
    if not known:
        return None
    size = max([each for each in known if each <= n_models], default=known[0])
    hits, n, n_none = written()[row][str(size)]
    return Rate(row, size, hits / n if n else None, int(n), int(n_none))


def measured(rows: tuple[str, ...], n_models: int) -> str:
    """What a page says of its inference with so many models: a sentence for each row.

    >>> measured(("no such row",), 12)
    ''
    """
    told = [
        (ROWS[row], found) for row in rows if (found := rate(row, n_models)) is not None and found.share is not None
    ]
    return " ".join(
        f"With {found.n_models} simulated models{_of(row)} {100 * (found.share or 0):.1f} % "
        f"(nominally {100 * row.nominal:.0f} %): {row.label}."
        for row, found in told
    )


def note(n_models: int, rows: tuple[str, ...] = ("marginal", "joint", "no_marginal")) -> str:
    """How inference over so many models is made, and below 40 models how it was measured to do.

    >>> note(40)
    'Clustered by model (CR2, Satterthwaite): 40 models, not their runs, are the cases.'
    """
    how = f"Clustered by model (CR2, Satterthwaite): {n_models} models, not their runs, are the cases."
    return f"{how} {measured(rows, n_models)}".strip() if n_models < ENOUGH_MODELS else how


def _of(row: Row) -> str:
    return " intervals held the truth in" if row.kind == COVERAGE else " false findings came in"
