"""A label as a plain row, as files carry it and as agreement counts it. Knows no scheme and no file format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One label of one layer (a person's, a suggester's or the gold one) on one rollout.

    `start` and `end` are code points of the text of turn `turn`, None for a label of the whole rollout; `text_hash` is
    the SHA-256 (hex) of that text. A relation has no span: `first` and `other` are the keys of the two labels that it
    joins. `key` is unique in a project. `at` is a time in ISO 8601.
    """

    key: str
    rollout: str
    name: str
    layer: str = ""
    collection: str = ""
    turn: int | None = None
    start: int | None = None
    end: int | None = None
    text_hash: str = ""
    value: str = ""
    comment: str = ""
    first: str = ""
    other: str = ""
    author: str = ""
    at: str = ""

    @property
    def is_relation(self) -> bool:
        return bool(self.first or self.other)

    @property
    def is_span(self) -> bool:
        return self.start is not None and self.end is not None

    @property
    def ends(self) -> tuple[int, int]:
        """Where a span begins and ends; raises ValueError for a label of something else."""
        if self.start is None or self.end is None:
            raise ValueError(f"label {self.key} stands on no span")
        return self.start, self.end
