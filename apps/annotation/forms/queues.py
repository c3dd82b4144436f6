"""The form of a new queue, as sent: whole numbers are numbers, keys are keys, the filter is that of a list."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from django.http import QueryDict

from analysis.labelling.drawing import ALLOCATIONS, STRATEGIES
from apps.annotation.services.queues import MOST_ITEMS, MOST_OVERLAP, MOST_SEED, Plan, QueueRefused
from apps.traces.queries.filters import FIELDS

MOST_BY_HAND = 10_000


class QueueForm:
    """Reads one field at a time; a field that holds no number is refused with what it holds."""

    def __init__(self, data: QueryDict, seed: int) -> None:
        self.data, self._seed = data, seed

    @property
    def scheme(self) -> int:
        return self._key("scheme")

    @property
    def strategy(self) -> str:
        return self.data.get("strategy", "") or next(iter(STRATEGIES))

    @property
    def keys(self) -> list[int]:
        return keys_in(self.data.getlist("collection"))

    @property
    def filter(self) -> dict[str, str]:
        """Of the address of a list what chooses rollouts."""
        given = dict(parse_qsl(self.data.get("filter", "").removeprefix("?")))
        return {name: given[name] for name in FIELDS if given.get(name, "").strip()}

    @property
    def people(self) -> list[int]:
        return keys_in(self.data.getlist("people"))

    @property
    def seed(self) -> int:
        return self._number("seed", 0, MOST_SEED - 1, self._seed)

    def plan(self) -> Plan:
        return Plan(
            name=self.data.get("name", ""),
            strategy=self.strategy,
            n=self._number("n", 1, MOST_ITEMS, 100),
            keys=self.keys,
            filter=self.filter,
            by=self.data.get("by", "model"),
            allocation=self.data.get("allocation", ALLOCATIONS[0]),
            rollouts=self._rollouts(),
            seed=self.seed,
            overlap=self._number("overlap", 1, MOST_OVERLAP, 1),
            is_blind="is_blind" in self.data,
            suggestions=self.data.get("suggestions", ""),
        )

    def _rollouts(self) -> Sequence[int]:
        """Numbers of rollouts as their addresses hold them, apart by anything but digits."""
        words = "".join(each if each.isdigit() and each.isascii() else " " for each in self.data.get("rollouts", ""))
        found = keys_in(words.split())
        if len(found) > MOST_BY_HAND:
            raise QueueRefused(f"{len(found)} rollouts by hand; at most {MOST_BY_HAND}")
        return found

    def _key(self, name: str) -> int:
        return next(iter(keys_in([self.data.get(name, "")])), 0)

    def _number(self, name: str, low: int, high: int, default: int) -> int:
        text = self.data.get(name, "").strip()
        if not text:
            return default
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:20]) <= high:
            raise QueueRefused(f"{name} is {text[:40]!r}, must be a whole number from {low} to {high}")
        return int(text)


def keys_in(words: Sequence[str]) -> list[int]:
    """
    >>> keys_in(["3", "x", "", "12"])
    [3, 12]
    """
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]
