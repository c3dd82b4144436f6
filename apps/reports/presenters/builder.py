"""The page on which a report is written: its blocks with their tools, and the form of one. Knows no request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from apps.accounts.models import Project
from apps.reports.blocks import KINDS
from apps.reports.blocks.block import Block, Field

Option = tuple[str, str, bool]
"""Value, words, and whether it is chosen."""
MOST_WORDS = 60
MARKS = str.maketrans("", "", "#*_`>")
"""What Markdown puts around words."""


class ShownField(NamedTuple):
    name: str
    label: str
    kind: str
    help: str
    value: str
    options: Sequence[Option]


@dataclass(frozen=True, slots=True)
class BlockForm:
    """A block's fields with what they hold; `id` is the new block's, so that a form sent twice adds one."""

    heading: str
    kind: str
    id: str
    action: str
    cancel: str
    button: str
    title: str
    fields: Sequence[ShownField]
    error: str = ""

    @property
    def has_title(self) -> bool:
        return self.kind != "text"


@dataclass(frozen=True, slots=True)
class Shown:
    """A block in its place, counted from 1."""

    id: str
    number: int
    label: str
    n_blocks: int
    form: BlockForm | None = None

    @property
    def is_first(self) -> bool:
        return self.number == 1

    @property
    def is_last(self) -> bool:
        return self.number == self.n_blocks

    @property
    def up(self) -> int:
        return self.number - 2

    @property
    def down(self) -> int:
        return self.number


def shown_of(blocks: Sequence[Block], edited: str = "", form: BlockForm | None = None) -> list[Shown]:
    return [
        Shown(block.id, number, label_of(block), len(blocks), form if block.id == edited else None)
        for number, block in enumerate(blocks, 1)
    ]


def label_of(block: Block) -> str:
    """What a block is called in the builder: its heading, else its first line of words, else what it is of.

    >>> label_of(Block("a", "text", {"text": "# Does **it** help?\\n\\nYes."}))
    'Does it help?'
    >>> label_of(Block("a", "dashboard", {"collection": "1", "page": "calibration"}))
    'Dashboard of a collection: calibration'
    """
    kind = KINDS.label(block.kind) if block.kind in KINDS else block.kind
    of = str(block.given.get("page") or block.given.get("measure") or "").replace("_", " ")
    lines = [line.translate(MARKS).strip() for line in str(block.given.get("text", "")).splitlines()]
    words = block.title or next(filter(None, lines), "") or (f"{kind}: {of}" if of else kind)
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"


def fields_of(project: Project, kind: str, given: Mapping[str, Any]) -> list[ShownField]:
    """The fields of a kind with what was given, and the choices that the project has."""
    return [_shown(field, project, given) for field in KINDS[kind].fields]


def _shown(field: Field, project: Project, given: Mapping[str, Any]) -> ShownField:
    value = given.get(field.name, "")
    chosen = {str(each) for each in value} if isinstance(value, list | tuple) else {str(value)}
    choices = field.choices(project, given) if field.choices else []
    options = [(name, words, name in chosen) for name, words in choices]
    text = "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return ShownField(field.name, field.label, field.kind, field.help, text, options)
