"""Fields whose names are open: conditions, scores, numbered attempts, and labels worth keeping as attributes."""

from ..fields import NUMBERED_NAME, REWARDS, SCORES, conditions_by_name, fold, is_open_name
from ..findings import READ
from ..mapping import Rule
from .by_name import lockstep
from .columns import Column
from .contents import (
    TESTS,
    can_be_label,
)
from .workbench import Workbench

MAX_ATTRIBUTES = 24


def assign_open(table: Workbench) -> None:
    """Conditions, scores, numbered attempts, and labels worth keeping as attributes."""
    allowed = lockstep(table)
    responses = table.column("response") or table.column("reasoning")
    for column in table.free():
        numbered = NUMBERED_NAME.fullmatch(column.key)
        condition = conditions_by_name().get(column.folded)
        if column.is_exploded and (column.path not in allowed or responses is None):
            continue
        if (is_open_name(column.key) and column.key not in table.rules and column.is_scalar) or (
            numbered and TESTS[numbered["name"]](column)
        ):
            table.assign(column.key, Rule(column.path), READ, "by its name")
        elif column.folded == "condition" and (column.is_object or column.holds_json("{")):
            table.assign("condition.all", Rule(column.path), READ, "every member of the object")
        elif condition and _is_condition(column) and f"condition.{condition}" not in table.rules:
            table.assign(f"condition.{condition}", Rule(column.path), READ, "by its name")
        elif column.is_number and column.folded in {fold(name) for name in SCORES}:
            name = "reward" if column.folded in REWARDS else column.key
            table.assign(f"score.{name}", Rule(column.path), READ, "by its name")
    _assign_attributes(table)


def _is_condition(column: Column) -> bool:
    few = column.distinct <= max(20, len(column.values) // 2)
    return can_be_label(column) and few and not column.is_exploded and (len(column.key) > 1 or column.is_number)


def _assign_attributes(table: Workbench) -> None:
    taken = [c for name in table.rules if (c := table.column(name)) is not None]
    for column in table.free():
        if sum(name.startswith("attribute.") for name in table.rules) >= MAX_ATTRIBUTES:
            return
        if column.depth > 2 or column.is_exploded or not can_be_label(column) or any(column.same_as(c) for c in taken):
            continue
        if any(column.path.startswith(f"{path}.") for path in table.used()):
            continue
        name = f"attribute.{column.key}"
        if name not in table.rules:
            table.assign(name, Rule(column.path), READ, "kept as a label")
