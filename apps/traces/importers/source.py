"""Files in, rollouts out: the importers' public door. Knows no database; callers store what it yields.

source = open_source(files)
source.detection, source.preview()
for position, item in source.rollouts(): ...
"""

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from analysis.errors import UserError
from analysis.types import Problem, Rollout

from .build import Draft, FieldError, FileFacts, RowBuilder
from .containers.archives import expand
from .detect import detect_files, shown_value
from .files import SourceFile
from .findings import Detection, FileDetection
from .identity import Duplicate, PlaceClaim, Places, ProblemKeys, content_number, question_hash
from .joins import read_joined
from .mapping import Mapping, rules_from_texts
from .presets import IMPORTERS
from .readers import RawRow
from .report import ImportReport, RowError, brief
from .shaping import shaped_rows

DRY_RUN_BYTES, DRY_RUN_ROWS = 24 << 20, 5_000
KEYED_PROBLEMS = 10_000
Item = Rollout | RowError | Duplicate


class Position(NamedTuple):
    """Where an item stands: file and row count from 0, `sub` counts the rollouts of one row from 0."""

    file: int
    row: int
    sub: int


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One of the first rows as it will be read; texts are cut to 200 characters, `row` counts from 1."""

    file: str
    row: int
    external_id: str
    problem_key: str
    question: str
    gold: str
    model: str
    reasoning: str
    response: str
    n_characters: int
    truncated: bool | None
    finish_reason: str
    sample: int


@dataclass(frozen=True, slots=True)
class Preview:
    """First rows, the fields' table and counts. `report.is_complete` = all was read, else the first part."""

    rows: tuple[PreviewRow, ...]
    report: ImportReport
    errors: tuple[RowError, ...]
    share_read: float
    detection: Detection
    models: tuple[str, ...] = ()


@dataclass
class Source:
    """An upload, ready to be read. `report` counts what `rollouts` has passed so far (also the part before `start`)."""

    files: tuple[SourceFile, ...]
    detection: Detection
    known_problems: dict[str, str] = field(default_factory=dict)
    report: ImportReport = field(default_factory=ImportReport)

    def rollouts(self, start: tuple[int, int] = (0, 0)) -> Iterator[tuple[Position, Item]]:
        """Yield everything from row `start` = (file, row) on, in order: rollouts, duplicates, errors.

        Rows before `start` are read again, not yielded, so that ids, sample numbers, duplicates and counts come out as
        in one go: to resume after (file, row), start at (file, row + 1).
        """
        self.report = report = ImportReport()
        keys, places = ProblemKeys(self.known_problems), Places()
        report.clashing_ids = keys.clashes
        for number, (file, detected) in enumerate(zip(self.files, self.detection.files, strict=True)):
            if detected.not_rollouts:
                continue
            report.begin(file.name)
            for row, sub, item in self._read_file(number, file, detected, keys, places):
                report.count(item)
                report.renumbered = places.renumbered
                if number > start[0] or (number == start[0] and row >= start[1]):
                    yield Position(number, row, sub), item
        report.is_complete = True

    def _read_file(
        self, number: int, file: SourceFile, detected: FileDetection, keys: ProblemKeys, places: Places
    ) -> Iterator[tuple[int, int, Item]]:
        builder = RowBuilder(detected.mapping, FileFacts(file.name, detected.model))
        joined = read_joined(file, self.files, detected.mapping.joins)
        for problem in joined.problems:
            self.report.note(problem)
        seen, is_joined = _Seen(number, file, keys, places), bool(joined)
        last, n_subs = -1, 0
        for raw in shaped_rows(file, detected.layout, detected.mapping.format or detected.format):
            self.report.rows += 1
            last, n_subs = raw.number, n_subs if raw.number == last else 0
            if raw.note:
                self.report.note(f"{file.name}: {raw.note}")
            if raw.error:
                yield raw.number, n_subs, RowError(file.name, raw.number + 1, raw.line, "", brief(raw.error), n_subs)
                n_subs += 1
                continue
            row = joined.beside(raw.value) if is_joined else raw.value
            for draft in builder.drafts(row):
                yield raw.number, n_subs, seen.item(raw, n_subs, draft)
                n_subs += 1

    def preview(self, n: int = 5) -> Preview:
        """The first `n` rollouts as they will be read, errors and counts (of a part where the upload is large)."""
        rows: list[PreviewRow] = []
        errors: list[RowError] = []
        size = sum(f.size for f, d in zip(self.files, self.detection.files, strict=True) if not d.not_rollouts)
        bound = None if size <= DRY_RUN_BYTES else DRY_RUN_ROWS
        for position, item in self.rollouts():
            if isinstance(item, Rollout) and len(rows) < n:
                rows.append(_preview_row(self.files[position.file].name, position, item))
            elif isinstance(item, RowError) and len(errors) < 100:
                errors.append(item)
            if bound is not None and self.report.rows >= bound:
                break
        share = 1.0 if self.report.is_complete else min(1.0, DRY_RUN_BYTES / max(size, 1))
        return Preview(
            tuple(rows), self.report, tuple(errors), share, self.detection, tuple(sorted(self.report.models))
        )


@dataclass(slots=True)
class _Seen:
    """Gives the drafts of one file their places among everything read so far."""

    number: int
    file: SourceFile
    keys: ProblemKeys
    places: Places
    keyed: dict[str, tuple[Problem, Problem]] = field(default_factory=dict)

    def item(self, raw: RawRow, sub: int, draft: Draft | FieldError) -> Item:
        row = raw.number + 1
        if isinstance(draft, FieldError):
            return RowError(self.file.name, row, raw.line, draft.field, brief(draft.reason), sub)
        problem = draft.problem
        key = self.keys.key_for(problem, draft.problem_id, self.number)
        about = (draft.model, *sorted(draft.condition.items())) if draft.condition else (draft.model,)
        name = draft.given_id or draft.problem_id
        name = name or self.places.id_for(key, row, self.number, self.file.base, about)
        content = content_number(draft.error, draft.turns)
        claim = PlaceClaim(about, name, key or name, content, draft.sample, draft.sample_is_given)
        sample = self.places.place(claim)
        if sample is None:
            return Duplicate(self.file.name, row, raw.line, name, draft.sample or 0)
        if not self.places.is_free(about, name, sample):
            name = f"{name}~{question_hash(problem.question, problem.options)[:8] or row}"
        return draft.placed(name, self._keyed(problem, key or claim.external_id), sample)

    def _keyed(self, problem: Problem, key: str) -> Problem:
        """The problem under its key; rows that share a problem share the object."""
        known = self.keyed.get(key)
        if known is None or known[0] is not problem:
            self.keyed = self.keyed if len(self.keyed) < KEYED_PROBLEMS else {}
            known = self.keyed[key] = (problem, replace(problem, key=key))
        return known[1]


def _preview_row(file: str, position: Position, rollout: Rollout) -> PreviewRow:
    turn = next((turn for turn in reversed(rollout.turns) if turn.is_attempt), None)
    text = turn.text or "" if turn else ""
    spans = [turn.reasoning if turn else None, turn.response if turn else None]
    reasoning, response = (text[span.start : span.start + 200] if span else "" for span in spans)
    if spans[1]:
        response = text[spans[1].start : min(spans[1].end, spans[1].start + 200)]
    if spans[0]:
        reasoning = text[spans[0].start : min(spans[0].end, spans[0].start + 200)]
    return PreviewRow(
        file, position.row + 1, rollout.external_id, rollout.problem.key, rollout.problem.question[:200],
        "; ".join(rollout.problem.golds), rollout.model, reasoning, response, len(text), rollout.truncated,
        turn.finish_reason if turn else "", rollout.sample,
    )  # fmt: skip


def open_source(
    files: Sequence[SourceFile],
    format: str = "auto",
    mapping: Mapping | None = None,
    set_values: ReadOnly[str, str] | None = None,
    map_values: ReadOnly[str, str] | None = None,
    known_problems: dict[str, str] | None = None,
) -> Source:
    """Detect what the files hold. `mapping` replaces detection; `map_values` and `set_values` change single fields.

    `known_problems` (key -> question hash) are the project's: a key that another question has there is not reused.
    Raises UserError where nothing can be read, for an unknown format, and for a mapping that cannot be used.
    """
    if not files:
        raise UserError("no file was given")
    if format != "auto" and format not in IMPORTERS:
        raise UserError(f"unknown format {format!r}; known: auto, {', '.join(IMPORTERS)}")
    rules = rules_from_texts(set_values or {}, map_values or {})
    ordered = tuple(sorted(expand(files), key=lambda file: file.name))
    return Source(ordered, detect_files(ordered, format, mapping, rules), dict(known_problems or {}))


__all__ = ["Item", "Position", "Preview", "PreviewRow", "Source", "open_source", "shown_value"]
