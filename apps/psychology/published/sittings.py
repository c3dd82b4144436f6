"""What a study's files come to: groups of sittings, each a collection to be. Knows no file and no database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import orjson

from analysis.errors import UserError

Row = dict[str, object]
FIELDS: Final = "id problem_id problem.set answer_type model sample condition turns scores attributes"
"""Of a sitting as a row."""


class BadFile(UserError):
    """Something in a file that cannot be taken; the message names the file, and the row and column where it has one."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One giving: who sat, under what, the scores and, where they were published, the words asked and answered."""

    id: str
    asked: str
    model: str
    condition: Mapping[str, str]
    sample: int
    scores: Mapping[str, float]
    source: str
    system: str = ""
    reply: str | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """Of two sittings with the same place one is a copy, or the files name something wrongly."""
        return self.asked, self.model, tuple(sorted(self.condition.items())), self.sample

    def row(self, problem_set: str) -> Row:
        """In the form in which rollouts are uploaded."""
        turns = [{"role": "system", "text": self.system}] if self.system else []
        return {
            "id": self.id,
            "problem_id": self.asked,
            "problem.set": problem_set,
            "answer_type": "none",
            "model": self.model,
            "sample": self.sample,
            "condition": dict(self.condition),
            "turns": [*turns, {"role": "assistant", "text": self.reply}],
            "scores": dict(self.scores),
            "attributes": {"source": self.source},
        }


@dataclass(frozen=True, slots=True)
class Group:
    """Sittings that become one collection."""

    title: str
    files: tuple[str, ...]
    sittings: tuple[Sitting, ...]

    def lines(self, problem_set: str) -> Iterator[bytes]:
        """JSON lines: the same bytes for the same sittings, in whatever order and files they came."""
        yield from sorted(orjson.dumps(sitting.row(problem_set)) + b"\n" for sitting in self.sittings)


@dataclass(frozen=True, slots=True)
class Found:
    """All that a study's files hold, and what is to be said of them."""

    study: str
    groups: tuple[Group, ...]
    remarks: tuple[str, ...] = field(default=())


def told_apart(sittings: Sequence[Sitting]) -> tuple[Sitting, ...]:
    """The sittings themselves; raises BadFile where two have the same place."""
    first: dict[tuple[object, ...], Sitting] = {}
    for sitting in sittings:
        known = first.setdefault(sitting.place, sitting)
        if known is not sitting:
            raise BadFile(f"{sitting.source} is the same sitting as {known.source}: model, condition and run are equal")
    return tuple(sittings)
