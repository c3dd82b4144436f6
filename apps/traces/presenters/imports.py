"""What the pages of an import show: the finding, the mapping table, the first rows, the counts. Stores nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.template.defaultfilters import filesizeformat

from analysis.errors import UserError
from apps.core.templatetags.numbers import count, plural, share
from apps.traces.forms import BY_HAND
from apps.traces.importers.fields import known_fields
from apps.traces.importers.findings import Detection, FileDetection, Finding
from apps.traces.importers.mapping import READ_AS, Rule
from apps.traces.importers.presets import IMPORTERS
from apps.traces.importers.report import FileCounts, ImportReport
from apps.traces.importers.source import Preview, PreviewRow, Source
from apps.traces.models import Import, Upload
from apps.traces.queries.collections import issues_of, presets_of
from apps.traces.services.imports import default_name, source_of

SHOWN_ROWS, SHOWN_ERRORS, SHOWN_ISSUES = 5, 20, 200
LOOKS = {"read": ("ok", "✓"), "set": ("ok", "✓"), "guessed": ("unread", "?"), "inferred": ("unread", "?")}
MISSING = ("nogold", "–")
PLACE = {"before": "before a marker", "after": "after the first marker", "after last": "after the last marker"}
WORDS = PLACE | {"after tags": "after the tags", "file name": "in the file’s name"}


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One uploaded file: what it is, whether rollouts are read from it; of an archive, name and words of each file."""

    pk: int
    name: str
    about: str
    is_rollouts: bool
    inside: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One line of the mapping table. `path` is what the select shows (`=` = by hand, then `text` holds it)."""

    name: str
    label: str
    path: str = ""
    text: str = ""
    how: str = "path"
    marker: str = ""
    was: str = ""
    value: str = ""
    state: str = ""
    look: str = ""
    glyph: str = ""
    reason: str = ""
    empty_words: str = "— not used —"


@dataclass(frozen=True, slots=True)
class RowLine:
    """One of the first rows, texts on one line."""

    number: int
    file: str
    problem: str
    question: str
    gold: str
    model: str
    text: str
    n_chars: int
    finish: str
    is_cut: bool


def present_draft(reading: Import) -> dict[str, Any]:
    """Inputs of the draft's page; files that cannot be read give their reason instead of a table."""
    uploads = list(reading.uploads.select_related("blob"))
    context = {
        "reading": reading,
        "step": 2 if uploads else 1,
        "name": reading.name or (default_name(reading) if uploads else ""),
        "formats": [("auto", "detect"), *IMPORTERS.choices()],
        "presets": presets_of(reading.project),
        "is_edited": bool(reading.mapping or reading.map_values or reading.set_values or reading.format != "auto"),
        "import_words": "Import",
    }
    if not uploads:
        return context | {"finding": "No file is here yet. Drop a file of rollouts, or a folder of them, above."}
    try:
        source = source_of(reading)
        preview = source.preview(SHOWN_ROWS)
    except UserError as error:
        lines = _upload_lines(uploads, None)
        return context | lines | {"finding": "These files cannot be read as rollouts.", "trouble": str(error)}
    return context | _present_preview(uploads, source, preview)


def _present_preview(uploads: Sequence[Upload], source: Source, preview: Preview) -> dict[str, Any]:
    report, detection = preview.report, source.detection
    has_reasoning = any(row.reasoning for row in preview.rows)
    fields = [field_line(finding, detection) for finding in detection.findings]
    taken = {field.name for field in fields}
    return _upload_lines(uploads, source, report.files) | {
        "finding": detection.sentence,
        "found": found_in(report),
        "warnings": [*detection.warnings, *report.remarks()],
        "questions": detection.questions,
        "fields": fields,
        "new_field": FieldLine("", "the new field"),
        "field_names": [name for name in known_fields() if name not in taken and "," not in name],
        "paths": detection.paths,
        "hows": [(how, WORDS.get(how, words), how in PLACE) for how, words in READ_AS.items()],
        "unused": detection.unused,
        "rows": [row_line(row, has_reasoning) for row in preview.rows],
        "text_title": "reasoning" if has_reasoning else "response",
        "several_models": len(preview.models) > 1,
        "several_files": len(detection.rollout_files) > 1,
        "counts": counts_of(report),
        "counts_note": counts_note(preview),
        "errors": preview.errors[:SHOWN_ERRORS],
        "n_errors": report.errors,
        "keeps_good": report.errors > 0,
        "import_words": import_words(report),
    }


def found_in(report: ImportReport) -> str:
    """What was read of the files."""
    models = plural(len(report.models), "model")
    read = f"{plural(report.rollouts, 'rollout')} of {models} on {plural(report.n_problems, 'problem')}"
    rows = plural(report.rows, "row")
    return f"{rows}: {read}." if report.is_complete else f"The first {rows} give {read}."


def field_line(finding: Finding, detection: Detection) -> FieldLine:
    """A finding with the rule behind it, as the fields of a form."""
    rule = detection.mapping.fields.get(finding.field)
    look, glyph = LOOKS.get(finding.state, MISSING)
    by_hand = rule is not None and (rule.path not in detection.paths or rule.how in {"fixed", "file name"})
    is_model = finding.field == "model" and rule is None and finding.state == "missing"
    return FieldLine(
        name=finding.field,
        label=finding.label,
        path=BY_HAND if by_hand or is_model else rule.path if rule else "",
        text=rule.path if rule and by_hand else "",
        how=rule.how if rule else "fixed" if is_model else "",
        marker=rule.marker if rule else "",
        was=rule.short if rule else "",
        value=_one_line(finding.value),
        state=finding.state,
        look=look,
        glyph=glyph,
        reason=finding.reason,
        empty_words=_empty_words(finding, rule),
    )


def _empty_words(finding: Finding, rule: Rule | None) -> str:
    if rule is not None or not finding.path:
        return "— not used —"
    return finding.path if finding.path.startswith("— ") else f"{finding.path}: {finding.read_as}"


def row_line(row: PreviewRow, has_reasoning: bool) -> RowLine:
    text = row.reasoning if has_reasoning else row.response
    finish = "truncated" if row.truncated else row.finish_reason or ("stop" if row.truncated is False else "–")
    return RowLine(
        number=row.row,
        file=row.file,
        problem=row.problem_key,
        question=_one_line(row.question) or "–",
        gold=_one_line(row.gold) or "no gold",
        model=row.model,
        text=_one_line(text) or "none",
        n_chars=row.n_characters,
        finish=finish,
        is_cut=bool(row.truncated),
    )


def counts_of(report: ImportReport) -> list[tuple[str, str, str]]:
    """Label, number and note of each count; those that are nearly always 0 only where they are not."""
    part = share(report.truncated / report.rollouts) if report.rollouts and report.truncated else ""
    counts = [
        ("rows read", report.rows, ""),
        ("rollouts", report.rollouts, ""),
        ("problems", report.n_problems, ""),
        ("models", len(report.models), ""),
        ("truncated", report.truncated, part),
        ("duplicates, left out", report.duplicates, ""),
        ("rows with an error", report.errors, ""),
    ]
    rare = [("without a gold", report.no_gold, ""), ("that say they failed", report.error_rollouts, "")]
    return [(label, count(n), note) for label, n, note in [*counts, *(each for each in rare if each[1])]]


def counts_note(preview: Preview) -> str:
    if preview.report.is_complete:
        return "All rows were read for these counts."
    return f"Counts are of the first {plural(preview.report.rows, 'row')}; the import reads all."


def import_words(report: ImportReport) -> str:
    if not report.is_complete:
        return "Import all rows"
    left_out = f", leave out {plural(report.errors, 'row')}" if report.errors else ""
    return f"Import {plural(report.rollouts, 'rollout')}{left_out}"


def _upload_lines(
    uploads: Sequence[Upload], source: Source | None, counts: Mapping[str, FileCounts] | None = None
) -> dict[str, Any]:
    """Every file, those with rollouts first, and how many there are of each kind."""
    held: dict[str, _Held] = {}
    for file, about in zip(source.files, source.detection.files, strict=True) if source else ():
        one = held.setdefault(file.given or file.name, _Held())
        read = (counts or {}).get(file.name, FileCounts())
        one.files.append(about)
        one.inside.append((file.name.removeprefix(f"{file.given}/"), _member_words(about, read)))
        one.counts = one.counts.added(read)
    lines = sorted((_upload_line(upload, held.get(upload.name, _Held())) for upload in uploads), key=_rollouts_first)
    n_rollout_files = sum(line.is_rollouts for line in lines) if source else 0
    return {"uploads": lines, "n_rollout_files": n_rollout_files, "n_other_files": len(lines) - n_rollout_files}


def _rollouts_first(line: UploadLine) -> tuple[bool, str]:
    return (not line.is_rollouts, line.name)


@dataclass(slots=True)
class _Held:
    """What an upload holds: itself, or the files inside it, and the counts of what was read of them."""

    files: list[FileDetection] = field(default_factory=list)
    counts: FileCounts = field(default_factory=FileCounts)
    inside: list[tuple[str, str]] = field(default_factory=list)


def _member_words(file: FileDetection, read: FileCounts) -> str:
    if file.not_rollouts:
        return f"not rollouts: {file.not_rollouts}{'; attached as a note' if file.attached else ''}"
    return ", ".join(filter(None, [plural(read.rollouts, "rollout"), read.remark()]))


def _upload_line(upload: Upload, held: _Held) -> UploadLine:
    size, kept = filesizeformat(upload.blob.n_bytes), f"kept by hash {upload.blob.sha256[:4]}…"
    others = [file for file in held.files if file.not_rollouts]
    if len(held.files) == 1 and others:
        note = "; attached as a note" if others[0].attached else ""
        return UploadLine(upload.pk, upload.name, f"{size}, not rollouts: {others[0].not_rollouts}{note}", False)
    n = len(held.files) - len(others)
    inside = f"{plural(len(held.files), 'file')} inside, {n} with rollouts" if len(held.files) > 1 else ""
    about = ", ".join(filter(None, [size, inside, held.counts.remark(), kept]))
    shown = tuple(held.inside[:SHOWN_ISSUES]) if inside else ()
    return UploadLine(upload.pk, upload.name, about, n > 0 or not held.files, shown)


def _one_line(text: str) -> str:
    return text.replace("\r\n", "⏎").replace("\n", "⏎")


def present_status(reading: Import) -> dict[str, Any]:
    """Inputs of the page of an import that was confirmed."""
    return {
        "reading": reading,
        "uploads": reading.uploads.select_related("blob"),
        "issues": issues_of(reading)[:SHOWN_ISSUES],
        "n_issues": reading.issues.count(),
    }
