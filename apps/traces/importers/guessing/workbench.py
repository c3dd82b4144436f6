"""The state of one guess: columns, what is assigned so far, why, and what stays open. Decides nothing."""

from dataclasses import dataclass, field
from typing import NamedTuple

from ..findings import Question
from ..mapping import Rule
from .columns import Column

SURE, LIKELY = 100.0, 55.0


class Bid(NamedTuple):
    """A column offered for a field; a higher score is surer."""

    score: float
    field: str
    path: str


@dataclass
class Workbench:
    """The state of one guess: columns, what is assigned so far, and why."""

    columns: dict[str, Column]
    is_wide: bool = False
    rules: dict[str, Rule] = field(default_factory=dict)
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def assign(self, name: str, rule: Rule, state: str, reason: str = "") -> None:
        self.rules[name] = rule
        self.states[name] = (state, reason)

    def column(self, name: str) -> Column | None:
        return self.columns.get(self.rules[name].path) if name in self.rules else None

    def used(self) -> set[str]:
        return {rule.path for rule in self.rules.values()}

    def free(self) -> list[Column]:
        used = self.used()
        return [column for path, column in self.columns.items() if path not in used and column.values]
