"""What an import read, counted as it goes. Knows no files; holds names and hashes, no texts."""

from dataclasses import dataclass, field
from functools import reduce

from analysis.types import Rollout

from .identity import Duplicate

MAX_NOTES = 200
SOURCE_WORDS = {
    "inline": "reasoning inline in {}",
    "closer_only": "reasoning with only its closing tag in {}",
    "stripped": "reasoning stripped in {}",
}


MOST_MESSAGE = 1_000


def brief(words: str) -> str:
    """A message cut to MOST_MESSAGE characters: what it quotes is of a file and may be of any length.

    >>> len(brief("x" * 5_000)), brief("short")
    (1000, 'short')
    """
    return words if len(words) <= MOST_MESSAGE else f"{words[: MOST_MESSAGE - 1]}…"


@dataclass(frozen=True, slots=True)
class RowError:
    """A row, or one sample of a row, that could not be read; `row` and `line` count from 1, `sample` from 0."""

    file: str
    row: int
    line: int
    field: str
    message: str
    sample: int = 0

    @property
    def words(self) -> str:
        """Names file, line and field.

        >>> RowError("a.jsonl", 3, 4, "response", "gen is null").words
        'a.jsonl, line 4 (row 3), field response: gen is null'
        """
        place = f"{self.file}, line {self.line} (row {self.row})"
        return f"{place}, field {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


@dataclass(slots=True)
class FileCounts:
    """The same for one file: rollouts, and those of them and of its rows that something is to be said of."""

    rollouts: int = 0
    truncated: int = 0
    error_rollouts: int = 0
    duplicates: int = 0
    errors: int = 0
    sources: dict[str, int] = field(default_factory=dict)

    def remark(self) -> str:
        """What is to be said of the file beside its number of rollouts; '' where that is all.

        >>> FileCounts(7, truncated=2, sources={"inline": 5, "none": 2}).remark()
        '2 truncated, reasoning inline in 5'
        """
        said = [words.format(self.sources[name]) for name, words in SOURCE_WORDS.items() if self.sources.get(name)]
        counted = (
            (self.truncated, "truncated"),
            (self.error_rollouts, "that say they failed"),
            (self.duplicates, "duplicate left out" if self.duplicates == 1 else "duplicates left out"),
            (self.errors, "row with an error" if self.errors == 1 else "rows with an error"),
        )
        (truncated, *others) = [f"{n:,} {words}" if n else "" for n, words in counted]
        return ", ".join(filter(None, [truncated, *said, *others]))

    def count(self, item: "Rollout | RowError | Duplicate") -> None:
        if isinstance(item, Rollout):
            self.rollouts += 1
            self.truncated += item.truncated is True
            self.error_rollouts += item.error != ""
            source = str(item.attributes.get("reasoning_source", "none"))
            self.sources[source] = self.sources.get(source, 0) + 1
        elif isinstance(item, RowError):
            self.errors += 1
        else:
            self.duplicates += 1

    def added(self, other: "FileCounts") -> "FileCounts":
        """The counts of two files together."""
        names = {**self.sources, **other.sources}
        return FileCounts(
            self.rollouts + other.rollouts,
            self.truncated + other.truncated,
            self.error_rollouts + other.error_rollouts,
            self.duplicates + other.duplicates,
            self.errors + other.errors,
            {name: self.sources.get(name, 0) + other.sources.get(name, 0) for name in names},
        )


@dataclass(slots=True)
class ImportReport:
    """Counts over everything read so far, and per file in `files`.

    `sources` counts how the reasoning was found (field, inline, none ...).
    """

    rows: int = 0
    no_gold: int = 0
    renumbered: int = 0
    models: dict[str, int] = field(default_factory=dict)
    problems: set[str] = field(default_factory=set)
    clashing_ids: set[str] = field(default_factory=set)
    notes: dict[str, int] = field(default_factory=dict)
    files: dict[str, FileCounts] = field(default_factory=dict)
    is_complete: bool = False
    _counted: list[FileCounts] = field(default_factory=list)

    def begin(self, file: str) -> None:
        """Count what is read from here on as that file's."""
        self.files[file] = counts = FileCounts()
        self._counted.append(counts)

    @property
    def rollouts(self) -> int:
        return sum(counts.rollouts for counts in self._counted)

    @property
    def duplicates(self) -> int:
        return sum(counts.duplicates for counts in self._counted)

    @property
    def truncated(self) -> int:
        return sum(counts.truncated for counts in self._counted)

    @property
    def error_rollouts(self) -> int:
        return sum(counts.error_rollouts for counts in self._counted)

    @property
    def errors(self) -> int:
        return sum(counts.errors for counts in self._counted)

    @property
    def sources(self) -> dict[str, int]:
        return reduce(FileCounts.added, self._counted, FileCounts()).sources

    def file_remarks(self) -> list[tuple[str, str]]:
        """(name, words) of each file of which more is to be said than how many rollouts it holds."""
        return [(name, words) for name, counts in self.files.items() if (words := counts.remark())]

    def count(self, item: "Rollout | RowError | Duplicate") -> None:
        self._counted[-1].count(item)
        if isinstance(item, Rollout):
            self.no_gold += not item.problem.golds
            self.models[item.model] = self.models.get(item.model, 0) + 1
            self.problems.add(item.problem.key)

    def note(self, text: str) -> None:
        if text in self.notes or len(self.notes) < MAX_NOTES:
            self.notes[text] = self.notes.get(text, 0) + 1

    @property
    def n_problems(self) -> int:
        return len(self.problems)

    def remarks(self) -> list[str]:
        """What a reader of the counts should know, in sentences."""
        said = [f"{text} ({n} ×)" if n > 1 else text for text, n in self.notes.items()]
        if self.clashing_ids:
            shown = ", ".join(sorted(self.clashing_ids)[:5])
            said.append(
                f"{len(self.clashing_ids)} problem ids stand for different questions in different files ({shown} …); "
                "problems were told apart by their questions"
            )
        if self.renumbered:
            said.append(
                f"{self.renumbered} rollouts repeat an id with another text; they were numbered as further samples"
            )
        return said

    def to_json(self) -> dict[str, object]:
        """Counts as plain values."""
        return {
            "rows": self.rows,
            "rollouts": self.rollouts,
            "problems": self.n_problems,
            "models": sorted(self.models),
            "truncated": self.truncated,
            "duplicates": self.duplicates,
            "errors": self.errors,
            "error_rollouts": self.error_rollouts,
            "no_gold": self.no_gold,
            "renumbered": self.renumbered,
            "reasoning": dict(sorted(self.sources.items())),
            "remarks": self.remarks(),
            "files": dict(self.file_remarks()),
            "complete": self.is_complete,
        }
