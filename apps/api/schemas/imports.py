"""What the API takes and says of imports: a draft with its files, how they are read, what came of it."""

from typing import Any

from ninja import Schema
from pydantic import Field

from apps.api.schemas.jobs import JobOut, facts_of
from apps.traces.importers.findings import Finding
from apps.traces.importers.source import Preview, PreviewRow
from apps.traces.models import Import, ImportIssue, Upload

COUNTS = ("n_truncated", "n_duplicates", "n_errors")


class ImportIn(Schema):
    """How files are to be read; what is left out is guessed. `mapping` is what a preview gave, changed or not;
    `map_values` are single rules as `--map` takes them, `set_values` fixed values."""

    name: str = Field("", max_length=200)
    format: str = Field("auto", max_length=60)
    mapping: dict[str, Any] = Field(default_factory=dict)
    map_values: dict[str, str] = Field(default_factory=dict)
    set_values: dict[str, str] = Field(default_factory=dict)
    keep_good: bool = False


class FileOut(Schema):
    """A file of an import, kept by its hash."""

    id: int
    name: str
    n_bytes: int
    sha256: str

    @classmethod
    def of(cls, row: Upload) -> "FileOut":
        return cls(id=row.pk, name=row.name, n_bytes=row.blob.n_bytes, sha256=row.blob.sha256)


class ImportOut(JobOut):
    """An import: a draft until it is confirmed. `replaces`: it reads a collection's files again, in place."""

    name: str
    collection_id: int | None
    replaces: bool
    format: str
    detected: str
    n_truncated: int
    n_duplicates: int
    n_errors: int
    files: list[FileOut]

    @classmethod
    def of(cls, row: Import) -> "ImportOut":
        own = ("name", "collection_id", "replaces", "format", "detected", *COUNTS)
        files = [FileOut.of(each) for each in row.uploads.select_related("blob")]
        return cls.model_validate(facts_of(row) | {name: getattr(row, name) for name in own} | {"files": files})


class FieldOut(Schema):
    """Where a field comes from. `state` is read, set, guessed, inferred or missing; `value` is what row 1 gives."""

    field: str
    label: str
    path: str
    read_as: str
    state: str
    reason: str
    value: str

    @classmethod
    def of(cls, finding: Finding) -> "FieldOut":
        return cls(**{name: getattr(finding, name) for name in cls.model_fields})


class PreviewRowOut(Schema):
    """One of the first rows as it will be read; texts are cut."""

    file: str
    row: int
    external_id: str
    problem_key: str
    question: str
    gold: str
    model: str
    reasoning: str
    response: str
    sample: int

    @classmethod
    def of(cls, row: PreviewRow) -> "PreviewRowOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})


class PreviewOut(Schema):
    """What would be imported. `mapping` may be changed and sent back; `share_read` of the files was looked at."""

    sentence: str
    format: str
    mapping: dict[str, Any]
    fields: list[FieldOut]
    unused: list[str]
    warnings: list[str]
    rows: list[PreviewRowOut]
    errors: list[str]
    models: list[str]
    share_read: float

    @classmethod
    def of(cls, preview: Preview) -> "PreviewOut":
        found = preview.detection
        return cls(
            sentence=found.sentence,
            format=found.format,
            mapping=found.mapping.to_json(),
            fields=[FieldOut.of(each) for each in found.findings],
            unused=list(found.unused),
            warnings=[*found.warnings, *preview.report.remarks()],
            rows=[PreviewRowOut.of(each) for each in preview.rows],
            errors=[error.words for error in preview.errors],
            models=list(preview.models),
            share_read=preview.share_read,
        )


class IssueOut(Schema):
    """Something in a file that was not stored, or was stored with a remark."""

    kind: str
    file: str
    row: int | None
    field: str
    message: str

    @classmethod
    def of(cls, row: ImportIssue) -> "IssueOut":
        return cls(**{name: getattr(row, name) for name in cls.model_fields})
