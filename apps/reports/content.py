"""What a report says, as plain values: everything that its page, its files and its frozen copy are made of.

Knows no database, no request and no file. A frozen report is this as JSON, so it is read without the data it is of.
Strings are text, to be escaped where they are shown; only `html` and `formula` are HTML, made by this application.
"""

from dataclasses import dataclass, field
from typing import Any

import orjson
import zstandard
from pydantic import TypeAdapter

Words = tuple[str, bool]
"""Words, and whether they are strong."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, the interval beside it, and n or why there is no number."""

    text: str
    ci: str = ""
    title: str = ""
    is_num: bool = True


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are (head, holds numbers); the first cell of a row is its head."""

    summary: str
    columns: list[tuple[str, bool]]
    rows: list[list[Cell]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Method:
    """How a figure's measure counts: formula as HTML, its settings here, its proof, the coverage of its intervals."""

    formula: str = ""
    settings: list[tuple[str, str]] = field(default_factory=list)
    proof: str = ""
    coverage: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure or table with its numbers.

    `plot` is a Plotly figure whose colours are names of tokens (`--tt`), without links; `svg` a drawing of our own;
    neither where the table is all. `lines` are the table's numbers for a CSV: a head, then a line each, plain values.
    `name` is unique within its section and fit for a file's name.
    """

    name: str
    title: str
    table: Table
    sentence: str = ""
    measure: str = ""
    lines: list[list[str | int | float | bool | None]] = field(default_factory=list)
    plot: dict[str, Any] | None = None
    svg: str = ""
    legend: list[tuple[str, str, str]] = field(default_factory=list)
    read: str = ""
    cite: str = ""
    method: Method = field(default_factory=Method)
    is_wide: bool = False
    is_open: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number that stands out, with its interval, n and how it was counted."""

    title: str
    value: str
    small: str = ""
    beside: str = ""
    how: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line of a trace: `mark` is "", "candidate", "correct", "incorrect", "unknown" or "marker"."""

    text: str
    mark: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class TraceLine:
    number: int
    pieces: list[Piece]
    transition: str = ""


@dataclass(frozen=True, slots=True)
class Trace:
    """One rollout, or some of its lines; `left_out` says what is not shown."""

    question: str
    golds: list[str]
    model: str
    about: str
    lines: list[TraceLine]
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What one block of the report shows; `missing` says why it shows nothing."""

    id: str
    kind: str
    title: str = ""
    facts: list[Fact] = field(default_factory=list)
    finding: list[Words] = field(default_factory=list)
    tiles: list[Tile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    html: str = ""
    figures: list[Figure] = field(default_factory=list)
    trace: Trace | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Data that a section rests on, as it was: a collection under one analysis, or the project's lab (no analysis).

    `sha256` is of the file of features (of the tables of the lab), so that equal data are known wherever they are.
    `state` tells, on this site only, whether what the lab holds is what it held.
    """

    section: str
    project: str
    collection: str
    collection_id: int | None = None
    revision: int | None = None
    analysis_id: int | None = None
    candidate_set: str = ""
    grader: str = ""
    segmentation: str = ""
    token_counter: str = ""
    sha256: str = ""
    n_rollouts: int = 0
    n_chosen: int = 0
    filter: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """A measure (or another method) as a section used it, for the methods text."""

    section: str
    measure: str
    settings: dict[str, str] = field(default_factory=dict)
    by: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source that is cited: its BibTeX key, how it is written out, and its entry."""

    key: str
    text: str
    bibtex: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A whole report. `blocks` are what it was made from, as a manifest keeps them; `made_at` is ISO 8601 in UTC."""

    title: str
    sections: list[Section]
    sources: list[Source] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    authors: str = ""
    made_at: str = ""
    version: str = ""
    seed: int = 0
    blocks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def figures(self) -> list[tuple[Section, Figure]]:
        return [(section, figure) for section in self.sections for figure in section.figures]


_ADAPTER = TypeAdapter(Content)


def as_bytes(content: Content) -> bytes:
    """The content as compressed JSON, keys in order, so that equal contents are equal bytes."""
    return zstandard.compress(orjson.dumps(content, option=orjson.OPT_SORT_KEYS))


def from_bytes(body: bytes) -> Content:
    """What `as_bytes` made.

    >>> from_bytes(as_bytes(Content("Report", [Section("s1", "text", html="<p>so</p>")]))).sections[0].html
    '<p>so</p>'
    """
    return _ADAPTER.validate_json(zstandard.decompress(body, max_output_size=MOST_BYTES))


MOST_BYTES = 200_000_000
