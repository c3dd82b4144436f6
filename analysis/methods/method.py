"""What a method's row holds: a paper, what this application does for it, by which of its parts. Knows no registry."""

from dataclasses import dataclass
from typing import NamedTuple


class Reference(NamedTuple):
    """A part of the application: a kind of plug-in and its name there."""

    kind: str
    name: str


class BadMethod(ValueError):
    """A row that claims something without naming the part that does it, or names a part and does not say what for."""


@dataclass(frozen=True, slots=True)
class Method:
    """A paper. Without parts (`by`) nothing is built for it: it is planned, and says no more.

    `what` is the paper in a line, `does` what the application does for it, `left_out` what it does not and why,
    `proof` by what that was shown to be right, `proven_in` the files that show it. Raises BadMethod.

    >>> Method("a", "A title", "2510.08308", "Counts.").is_planned
    True
    >>> Method("a", "A title", "2510.08308", "Counts.", does="Counts.")
    Traceback (most recent call last):
    ...
    analysis.methods.method.BadMethod: a: says what is done, for what is left out or how it was shown, but no part
    """

    name: str
    title: str
    arxiv: str
    what: str
    does: str = ""
    by: tuple[str, ...] = ()
    left_out: str = ""
    proof: str = ""
    proven_in: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        told = (self.does, self.left_out, self.proof, self.proven_in)
        if not self.by and any(told):
            raise BadMethod(f"{self.name}: says what is done, for what is left out or how it was shown, but no part")
        if self.by and not all(told):
            raise BadMethod(
                f"{self.name}: names parts, but does not say what for, what is left out, or how it is shown"
            )

    @property
    def is_planned(self) -> bool:
        return not self.by

    @property
    def references(self) -> tuple[Reference, ...]:
        """`kind:name` of each part, apart.

        >>> Method("a", "T", "", "W", "D", ("measure:tokens",), "L", "P", ("docs/measures.md",)).references
        (Reference(kind='measure', name='tokens'),)
        """
        return tuple(Reference(*each.split(":", 1)) for each in self.by)

    def mentions(self, words: str) -> bool:
        """Whether every one of these words stands somewhere in the row, letter case ignored.

        >>> Method("scl", "Self-Correction", "2410.04055", "Two turns.").mentions("two SCL")
        True
        """
        text = " ".join((self.name, self.title, self.arxiv, self.what, self.does, self.left_out, *self.by)).casefold()
        return all(word in text for word in words.casefold().split())


@dataclass(frozen=True, slots=True)
class Group:
    """Methods that belong together, under one heading."""

    name: str
    label: str
    methods: tuple[Method, ...]
