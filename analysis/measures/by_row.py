"""Whether each row's value of a polars expression follows from that row alone, so that all groups can share it.

Knows no frame. An expression that is not known to be so is taken not to be: it is only slower.
"""

import json
from typing import Any

import polars as pl

_FUNCTIONS = {
    "Abs",
    "Clip",
    "Coalesce",
    "FillNull",
    "ListExpr",
    "Log",
    "MaxHorizontal",
    "MinHorizontal",
    "Negate",
    "StringExpr",
}
_BOOLEANS = {"IsBetween", "IsFinite", "IsIn", "IsNan", "IsNotNan", "IsNotNull", "IsNull", "Not"}


def key_of(of: pl.Expr) -> str:
    """A text that is equal for equal expressions."""
    return of.meta.serialize(format="json")


def is_by_row(key: str) -> bool:
    """Whether the expression of this key is by row: neither sums, windows, shifts nor columns given as values.

    >>> is_by_row(key_of(pl.col("a").list.first() == "x")), is_by_row(key_of(pl.col("a") - pl.col("a").mean()))
    (True, False)
    >>> is_by_row(key_of(pl.lit(pl.Series([1, 2])) > pl.col("a"))), is_by_row(key_of(pl.lit(1)))
    (False, False)
    """
    return '"Column"' in key and '"Series"' not in key and _follows(json.loads(key))


def _follows(node: Any) -> bool:
    if not isinstance(node, dict):
        return False
    [(kind, inner)] = node.items()
    match kind:
        case "Column" | "Literal":
            return True
        case "BinaryExpr":
            return _follows(inner["left"]) and _follows(inner["right"])
        case "Ternary":
            return all(map(_follows, inner.values()))
        case "Cast" | "Eval":  # the latter is over the elements of one row's list
            return _follows(inner["expr"])
        case "Alias":
            return _follows(inner[0])
        case "Function":
            return _is_known(inner["function"]) and all(map(_follows, inner["input"]))
    return False


def _is_known(function: Any) -> bool:
    name = _name(function)
    return _name(function[name]) in _BOOLEANS if name == "Boolean" else name in _FUNCTIONS


def _name(function: Any) -> str:
    return function if isinstance(function, str) else str(next(iter(function)))
