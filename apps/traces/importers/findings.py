"""What was found out about files, for people: a state and a reason per field, questions that stay open. No logic."""

from dataclasses import dataclass, field

from .mapping import Mapping
from .readers import Layout

READ, SET, GUESSED, INFERRED, MISSING_STATE = "read", "set", "guessed", "inferred", "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table “which field becomes what”; `value` is what row 1 gives, '' where it gives nothing."""

    field: str
    label: str
    path: str
    read_as: str
    state: str
    reason: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A field that two or more paths could be, with nothing to tell them apart."""

    field: str
    paths: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Guess:
    """A mapping, why each field was taken, what stays open, and which paths are not used."""

    mapping: Mapping
    states: dict[str, tuple[str, str]] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    unused: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class FileDetection:
    """One file: rows of rollouts under a mapping, or `not_rollouts` (the reason in words)."""

    name: str
    layout: Layout
    format: str = ""
    label: str = ""
    mapping: Mapping = field(default_factory=Mapping)
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    unused: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    not_rollouts: str = ""
    attached: bool = False
    notes: tuple[str, ...] = ()
    model: str = ""
    siblings: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Detection:
    """All files of an upload. `format`, `label`, `findings` ... are those of the first file of rollouts."""

    format: str
    label: str
    sentence: str
    files: tuple[FileDetection, ...]
    findings: tuple[Finding, ...] = ()
    mapping: Mapping = field(default_factory=Mapping)
    questions: tuple[Question, ...] = ()
    unused: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        return bool(self.questions)

    @property
    def rollout_files(self) -> tuple[FileDetection, ...]:
        return tuple(file for file in self.files if not file.not_rollouts)
