"""Decide for every file of an upload what it holds and how it is read; put it in words for the preview.

Reads a bounded sample of each file. Knows formats only through the table in presets.py.
"""

import re
from collections.abc import Mapping as ReadOnly
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from analysis.errors import UserError

from .build import Draft, FileFacts, RowBuilder
from .fields import label_of
from .filenames import factors_in_name
from .files import SourceFile
from .findings import GUESSED, INFERRED, MISSING_STATE, READ, SET, Detection, FileDetection, Finding, Guess
from .guessing.columns import find_columns
from .guessing.contents import gold_reading
from .guessing.guess import guess_mapping
from .joins import read_joined
from .mapping import Mapping, Rule
from .paths import MODEL_WORDS
from .presets import IMPORTERS, Claim, FileSample
from .readers import Layout, RawRow, find_layout
from .report import brief
from .shaping import find_shaping, shaped_rows
from .transforms import to_json, to_text

SAMPLE_ROWS, SAMPLE_BYTES = 60, 16 << 20
ALWAYS_SHOWN = ("problem_id", "problem", "answer", "model", "reasoning", "response")
SHOWN_ORDER = (
    "id", "problem_id", "problem", "answer", "options", "system", "prompt", "turns", "reasoning", "response",
    "predicted", "correct", "confidence", "model", "sample", "finish_reason",
)  # fmt: skip
Rules = ReadOnly[str, Rule]


def detect_files(files: Sequence[SourceFile], format_name: str, mapping: Mapping | None, rules: Rules) -> Detection:
    """Detect every file; raises UserError where no file holds rollouts."""
    folders: dict[str, set[str]] = {}
    for file in files:
        folders.setdefault(file.folder, set()).add(file.base)
    found = tuple(
        _detect_file(file, _Upload(files, folders[file.folder]), format_name, mapping, rules) for file in files
    )
    usable = [one for one in found if not one.not_rollouts]
    if not usable:
        raise UserError(_nothing_usable(found))
    return _summary(found, usable[0])


class _Upload(NamedTuple):
    """The whole upload, as one of its files sees it: all files, and the base names in its own folder."""

    files: Sequence[SourceFile]
    siblings: set[str]


def _nothing_usable(found: Sequence[FileDetection]) -> str:
    shown = "; ".join(f"{one.name}: {one.not_rollouts}" for one in found[:5])
    more = f"; and {len(found) - 5} more" if len(found) > 5 else ""
    return f"no rollouts in {'this file' if len(found) == 1 else 'these files'} ({shown}{more})"


def sample_rows(file: SourceFile, layout: Layout, format_name: str = "") -> list[RawRow]:
    """The first rows that can be read, up to 60 rows or 16 MB; under a format's name, as that format shapes them."""
    rows: list[RawRow] = []
    size = 0
    for raw in islice(shaped_rows(file, layout, format_name), 4 * SAMPLE_ROWS):
        if raw.error:
            continue
        rows.append(raw)
        size += sum(len(value) for value in raw.value.values() if isinstance(value, str))
        if len(rows) >= SAMPLE_ROWS or size > SAMPLE_BYTES:
            break
    return rows


def _detect_file(
    file: SourceFile, upload: _Upload, format_name: str, mapping: Mapping | None, rules: Rules
) -> FileDetection:
    early = IMPORTERS["thought-anchors"].claim(FileSample(file, Layout("none", ""), (), frozenset(upload.siblings)))
    if early is not None and early.companion and format_name in ("auto", "thought-anchors"):
        return FileDetection(
            file.name, Layout("none", "JSON"), "thought-anchors", not_rollouts=early.companion, attached=True
        )
    layout = find_layout(file)
    if layout.kind == "none":
        attached = layout.words == "a text document"
        return FileDetection(file.name, layout, not_rollouts=layout.words, attached=attached)
    raws = sample_rows(file, layout)
    rows = [raw.value for raw in raws]
    if not rows:
        return FileDetection(file.name, layout, not_rollouts=_first_error(file, layout))
    name, claim = _claim(FileSample(file, layout, rows, frozenset(upload.siblings), upload.files), format_name, mapping)
    if claim.companion and not (rules and "response" in rules):
        return FileDetection(file.name, layout, name, not_rollouts=claim.companion, attached=claim.is_attached)
    if find_shaping(name):
        rows = [raw.value for raw in sample_rows(file, layout, name)]
        if not rows:
            return FileDetection(file.name, layout, name, not_rollouts=_first_error(file, layout, name))
        claim = _shaped_claim(name, claim, rows)
        if claim.companion:
            return FileDetection(file.name, layout, name, not_rollouts=claim.companion)
    joined = read_joined(file, upload.files, claim.guess.mapping.joins)
    rows = [joined.beside(row) for row in rows] if joined else rows
    return _rollout_file(file, layout, rows, name, claim.guess, rules)


def _shaped_claim(name: str, claim: Claim, rows: list[dict[str, object]]) -> Claim:
    """A shaping format that gives no mapping of its own: its rows carry our names, so these are read as they stand."""
    if claim.guess.mapping.fields:
        return claim
    guess = guess_mapping(rows)
    if isinstance(guess, str):
        return Claim(companion=guess)
    return Claim(replace(guess, mapping=replace(guess.mapping, format=name), words=claim.guess.words or guess.words))


def _first_error(file: SourceFile, layout: Layout, format_name: str = "") -> str:
    first = next(iter(shaped_rows(file, layout, format_name)), None)
    return f"no row can be read; line {first.line}: {brief(first.error)}" if first else "no rows"


def _claim(sample: FileSample, format_name: str, mapping: Mapping | None) -> tuple[str, Claim]:
    if mapping is not None:
        guess = Guess(mapping, dict.fromkeys(mapping.fields, (SET, "by the mapping that was given")))
        if find_shaping(mapping.format):
            shaped = [raw.value for raw in sample_rows(sample.file, sample.layout, mapping.format)]
            sample = replace(sample, rows=shaped)
        return mapping.format or "given mapping", _claim_by_mapping(sample, guess)
    if format_name != "auto":
        claim = IMPORTERS[format_name].claim(sample)
        return format_name, claim or Claim(companion=f"not {IMPORTERS.label(format_name)}")
    for name in IMPORTERS:
        claim = IMPORTERS[name].claim(sample)
        if claim is not None:
            return name, claim
    return "rows", Claim(companion="rows of an unknown shape")


def _claim_by_mapping(sample: FileSample, guess: Guess) -> Claim:
    """A given mapping takes every file in which at least one row gives a rollout."""
    builder = RowBuilder(guess.mapping, FileFacts(sample.file.name))
    joined: dict[str, object] = {name: {} for name in guess.mapping.joins}
    for row in sample.rows[:10]:
        if any(not isinstance(draft, ValueError) for draft in builder.drafts({**row, **joined})):
            return Claim(guess)
    return Claim(companion="none of the mapped fields is in it")


def _rollout_file(
    file: SourceFile, layout: Layout, rows: list[dict[str, object]], name: str, guess: Guess, rules: Rules
) -> FileDetection:
    columns = find_columns(rows)
    states = dict(guess.states)
    mapping = guess.mapping
    if name in ("own", "rows"):
        factors = {f: Rule(p, "file name") for f, p in factors_in_name(file.name).items() if f not in mapping.fields}
        mapping = replace(mapping.with_rules(factors), format=name)
        states.update(dict.fromkeys(factors, (GUESSED, "in the file's name")))
    adjusted = {field: _adjusted(field, rule, columns) for field, rule in rules.items()}
    mapping = mapping.with_rules(adjusted)
    states.update(dict.fromkeys(rules, (SET, "set by hand")))
    questions = tuple(q for q in guess.questions if q.field not in rules)
    model, model_reason = _file_model(file, mapping, rows)
    label = IMPORTERS.label(name) if name in IMPORTERS else name
    notes = (layout.encoding.said,) if layout.encoding.said else ()
    detection = FileDetection(
        file.name, layout, name, _label(name, label, guess.words), mapping, (), questions, guess.unused,
        tuple(columns), "", False, notes, model,
    )  # fmt: skip
    return replace(detection, findings=_findings(detection, states, rows, model_reason))


def _label(name: str, label: str, words: str) -> str:
    return f"detected: {words}" if name == "rows" and words else label


def _adjusted(field: str, rule: Rule, columns: ReadOnly[str, object]) -> Rule:
    """A path set by hand takes the reading that its values ask for: samples of a list, \\boxed in a gold solution."""
    path = rule.path
    if rule.how == "path" and f"{path}[]" in columns and field not in ("options", "answer", "turns"):
        return replace(rule, path=f"{path}[]")
    column = columns.get(path)
    if rule.how == "path" and field == "answer" and column is not None:
        how, marker = gold_reading(column)  # type: ignore[arg-type]
        return Rule(path, how, marker)
    return rule


def _file_model(file: SourceFile, mapping: Mapping, rows: Sequence[ReadOnly[str, object]]) -> tuple[str, str]:
    """The model of rows that name none: the only one that others of the file name, else one in the file's name."""
    if any("{model}" in rule.path for rule in mapping.fields.values()):
        return "", ""
    if "model" in mapping.fields:
        builder = RowBuilder(
            Mapping({"model": mapping.fields["model"], "correct": Rule("true", "fixed")}), FileFacts(file.name)
        )
        named = {d.model for row in rows for d in builder.drafts(row) if not isinstance(d, ValueError)} - {"unknown"}
        return (named.pop(), "the only model of this file") if len(named) == 1 else ("", "")
    for part in reversed(re.sub(r"\.(jsonl?|ndjson|csv|tsv|txt|parquet|arrow|feather)$", "", file.name).split("/")):
        words = part.split("_")
        named_at = [i for i, word in enumerate(words) if MODEL_WORDS.search(word) and "=" not in word]
        if named_at:
            return "_".join(words[named_at[0] : named_at[-1] + 1]), "in the file's name"
    return "", ""


def _findings(
    file: FileDetection,
    states: ReadOnly[str, tuple[str, str]],
    rows: Sequence[ReadOnly[str, object]],
    model_reason: str,
) -> tuple[Finding, ...]:
    fields = file.mapping.fields
    names = [name for name in SHOWN_ORDER if name in fields or name in ALWAYS_SHOWN or name in states]
    names += [name for name in fields if name not in names]
    builder = RowBuilder(file.mapping, FileFacts(file.name, file.model))
    return tuple(
        _finding(name, file, states, rows[0], builder, model_reason) for name in names if _is_shown(name, file)
    )


def _is_shown(name: str, file: FileDetection) -> bool:
    """Leave out missing lines that say nothing (no reasoning beside a response in one text, no text in a chat)."""
    fields = file.mapping.fields
    if name in fields or name in ("finish_reason", "model"):
        return True
    return not (
        "turns" in fields or name in ("reasoning", "problem_id") or ("response" not in fields and name == "response")
    )


def _finding(
    name: str, file: FileDetection, states: ReadOnly[str, tuple[str, str]], row: ReadOnly[str, object],
    builder: RowBuilder, model_reason: str,
) -> Finding:  # fmt: skip
    rule, (state, reason) = file.mapping.fields.get(name), states.get(name, (MISSING_STATE, ""))
    if name == "model" and rule is None:
        return _model_finding(file, model_reason, builder.first_draft(row))
    if rule is None:
        words = "— inferred —" if state == INFERRED else "— none —"
        value = _inferred(name, builder.first_draft(row)) if state == INFERRED else ""
        return Finding(name, label_of(name), words, reason, state, reason, value)
    shown = {"fixed": "— set by hand —", "file name": "— file name —"}.get(rule.how, rule.path)
    value = shown_value(builder.show(name, row))
    return Finding(name, label_of(name), shown, rule.words, state, reason, value)


def _inferred(name: str, draft: Draft | None) -> str:
    """What is inferred for row 1: how it ended, or its question."""
    if draft is None:
        return ""
    if name == "finish_reason":
        return {True: "truncated", False: "stop", None: ""}[draft.truncated]
    return draft.problem.question[:400] if name == "problem" else ""


def _model_finding(file: FileDetection, reason: str, draft: Draft | None) -> Finding:
    wide = next((rule.path for rule in file.mapping.fields.values() if "{model}" in rule.path), "")
    if wide:
        return Finding(
            "model",
            "model",
            wide.partition("}")[0] + "}",
            "the key",
            READ,
            "the model is a key of the row",
            draft.model if draft else "",
        )
    if file.model:
        return Finding("model", "model", "— file name —", reason, GUESSED, reason, file.model)
    return Finding(
        "model",
        "model",
        "— none —",
        "",
        MISSING_STATE,
        "no field names the model: set it, or it is stored as “unknown”",
    )


def shown_value(value: object) -> str:
    """A value as a table shows it, at most 400 characters."""
    text = to_text(value)
    if text is None:
        text = "" if value is None else to_json(value)
    return text[:400]


def _summary(files: tuple[FileDetection, ...], first: FileDetection) -> Detection:
    usable = [file for file in files if not file.not_rollouts]
    questions = tuple({q: None for file in usable for q in file.questions})
    warnings = []
    unnamed = [
        file.name for file in usable if any(f.field == "model" and f.state == MISSING_STATE for f in file.findings)
    ]
    if unnamed:
        warnings.append(f"no field names the model in {_some(unnamed)}; it is stored as “unknown” unless you set it")
    warnings += [f"{file.name}: {note}" for file in usable for note in file.notes]
    return Detection(
        first.format, first.label, _sentence(files, first), files, first.findings, first.mapping, questions,
        first.unused, first.paths, tuple(warnings),
    )  # fmt: skip


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more files"


def _sentence(files: Sequence[FileDetection], first: FileDetection) -> str:
    """What was found, in a sentence without counts of rows (the preview adds them)."""
    n = sum(not file.not_rollouts for file in files)
    what = first.layout.words if n == 1 else f"{n} files of rollouts (the first is {first.layout.words})"
    words = first.label.removeprefix("detected: ")
    guessed = [finding.label for finding in first.findings if finding.state in (GUESSED, INFERRED)]
    missing = [finding.label for finding in first.findings if finding.state == MISSING_STATE]
    ending = "everything needed was found" if not missing else f"not found: {', '.join(missing)}"
    if guessed:
        ending += f"; {len(guessed)} to confirm: {', '.join(guessed)}"
    return f"This is {what}: {words}. {ending[0].upper()}{ending[1:]}."
