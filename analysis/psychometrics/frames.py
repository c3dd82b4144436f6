"""The two tables that the lab's statistics read, by their columns. Knows no database and no statistic.

A **sitting** is one giving under one cell of the grid: a model, a condition and a repeat. `ANSWERS` has a row for each
item that was put to a model in a sitting, read or not; `FIGURES` a row for each score of a sitting.
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

from analysis.psychometrics.replies import Status

SITTING: Final = ("model", "system_prompt", "persona", "target", "temperature", "sample")
"""Self-report and behaviour of equal sittings belong together. Factors that are not set are ""."""
VARIANT: Final = ("template", "order", "direction")
"""How the item was put: template, order of the options ("" as they are, "reversed"), direction of the scale
("", "flipped")."""

ANSWERS: Final[Mapping[str, type[pl.DataType]]] = {
    **dict.fromkeys(SITTING[:-1], pl.String),
    "sample": pl.Int64,
    **dict.fromkeys(VARIANT, pl.String),
    "instrument": pl.String,
    "item": pl.String,
    "trait": pl.String,
    "is_reversed": pl.Boolean,
    "pair": pl.String,
    "low": pl.Float64,
    "high": pl.Float64,
    "status": pl.String,
    "value": pl.Float64,
    "expected": pl.Float64,
    "rollout": pl.Int64,
}
"""`value` is raw, before reversing, on the instrument's own scale (`low` to `high`), null unless `status` is "read".

`expected` is the mean over the options by their probabilities, null where the engine gave none. `trait` is the score
that the item belongs to; `pair` names items that paraphrase each other ("" for none).
"""

FIGURES: Final[Mapping[str, type[pl.DataType]]] = {
    **dict.fromkeys(SITTING[:-1], pl.String),
    "sample": pl.Int64,
    "kind": pl.String,
    "name": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
    "n_unread": pl.Int64,
    "reason": pl.String,
}
"""`kind` is "trait" or "behaviour"; `value` is null with a `reason` where there is none; `n` replies went into it."""

STATUS_CODES: Final[Mapping[str, int]] = {status.value: code for code, status in enumerate(Status)}
"""A reply's status as the score `status/ITEM` of its rollout."""
STATUSES: Final[Mapping[int, str]] = {code: status for status, code in STATUS_CODES.items()}


def empty(columns: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    return pl.DataFrame(schema=dict(columns))
