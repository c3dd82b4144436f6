"""What a kind of block is, and what it gives back. Knows no kind in particular."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.reports.content import Section, Source, Use

Given = Mapping[str, Any]


class BlockError(UserError):
    """A block asks for what there is not."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a report as it is stored: `given` holds strings and lists of strings, as a form sends them."""

    id: str
    kind: str
    given: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.given.get("title", ""))


@dataclass(frozen=True, slots=True)
class Made:
    """A section, the data it rests on and the measures it used."""

    section: Section
    sources: list[Source] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a block's form. `choices` are asked of the project; `kind` is text, long, choice or choices."""

    name: str
    label: str
    kind: str = "text"
    choices: Callable[[Project, Given], list[tuple[str, str]]] | None = None
    help: str = ""
    is_needed: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """`checked` returns what is kept of what was given, or raises UserError; `made` computes the section.

    `made` may assume checked values, but not that what they name is still there: then the section says what is missing.
    """

    fields: tuple[Field, ...]
    checked: Callable[[Project, Given], dict[str, Any]]
    made: Callable[[Project, Block], Made]
