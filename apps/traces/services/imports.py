"""From uploaded files to stored rollouts: draft, preview, confirm, execute, resume. The row of the job is the truth."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import BinaryIO

from django.db import transaction

from analysis.errors import UserError
from analysis.types import Rollout as ReadRollout
from apps.accounts.models import Project, User
from apps.core import blobs, jobs
from apps.core.models import Job, JobState
from apps.core.queue import enqueue_on_commit
from apps.traces import models
from apps.traces.importers.files import SourceFile
from apps.traces.importers.identity import Duplicate, question_hash, unit_key
from apps.traces.importers.mapping import mapping_from_json
from apps.traces.importers.report import RowError
from apps.traces.importers.source import Item, Position, Source, open_source
from apps.traces.models import Collection, Import, ImportIssue, Upload
from apps.traces.services.analyses import request_analysis
from apps.traces.services.deletions import STEP, delete_collection, delete_rollouts
from apps.traces.services.indexing import request_indexing
from apps.traces.services.storing import Names, Read, store

BATCH_SECONDS = 0.08
SMALLEST_BATCH, LARGEST_BATCH = 10, 1000
MOST_ISSUES = 1000


class NothingToImport(UserError):
    """The files hold no rollout."""


class BadRows(UserError):
    """Some rows cannot be read, and the user did not ask to keep the good ones."""


class ImportIsClosed(UserError):
    """The import is no longer in a state that allows this."""


@dataclass(frozen=True, slots=True)
class Options:
    """How files are to be read: what the preview page and the command line both set."""

    format: str = "auto"
    mapping: Mapping[str, object] = field(default_factory=dict)
    map_values: Mapping[str, str] = field(default_factory=dict)
    set_values: Mapping[str, str] = field(default_factory=dict)
    keep_good: bool = False


def create_draft(*, project: Project, user: User | None, name: str = "") -> Import:
    """An import that waits for its files and for somebody to confirm the preview."""
    return Import.objects.create(project=project, created_by=user, name=name, state=JobState.DRAFT)


def add_upload(*, reading: Import, name: str, chunks: Iterable[bytes]) -> Upload:
    """Keep a file by its hash and add it to a draft; the same name replaces."""
    _require(reading, JobState.DRAFT)
    blob = blobs.put(chunks)
    with transaction.atomic():
        upload, _ = Upload.objects.update_or_create(
            reading=reading, name=name[:1000], defaults={"blob": blob, "order": reading.uploads.count()}
        )
    return upload


def set_options(*, reading: Import, options: Options) -> None:
    _require(reading, JobState.DRAFT)
    reading.format, reading.keep_good = options.format, options.keep_good
    reading.mapping, reading.map_values = dict(options.mapping), dict(options.map_values)
    reading.set_values = dict(options.set_values)
    reading.save(update_fields=["format", "keep_good", "mapping", "map_values", "set_values"])


def source_of(reading: Import) -> Source:
    """The uploaded files, opened as the import's options say."""
    files = [
        SourceFile(name=upload.name, open=partial(_open, upload), size=upload.blob.n_bytes)
        for upload in reading.uploads.select_related("blob")
    ]
    return open_source(
        files,
        format=reading.format,
        mapping=mapping_from_json(reading.mapping) if reading.mapping else None,
        set_values=reading.set_values,
        map_values=reading.map_values,
        known_problems=known_problems(reading.project, reading.last_known_problem),
    )


def known_problems(project: Project, last_id: int | None) -> dict[str, str]:
    """Key -> hash of the question, so that a key taken by another question is not used again.

    Problems after `last_id` are those that the import itself has stored, which a resumed one must not take for others'.
    """
    problems = models.Problem.objects.filter(project=project)
    if last_id is not None:
        problems = problems.filter(pk__lte=last_id)
    rows = problems.values_list("key", "question", "options")
    return {key: question_hash(question, tuple(options)) for key, question, options in rows.iterator()}


@transaction.atomic
def confirm(*, reading: Import, name: str = "", wake: bool = True) -> Collection:
    """Queue a draft; pressed twice, the second time returns the same collection. `wake` tells a worker of it."""
    reading = Import.objects.select_for_update().get(pk=reading.pk)
    if reading.collection is not None and reading.state != JobState.DRAFT:
        return reading.collection
    _require(reading, JobState.DRAFT)
    if not reading.uploads.exists():
        raise NothingToImport("no file was uploaded; drop a file of rollouts first")
    if reading.collection is None:
        reading.collection = Collection.objects.create(
            project=reading.project,
            name=(name or reading.name or default_name(reading))[:200],
            created_by=reading.created_by,
        )
    reading.state = JobState.QUEUED
    reading.save(update_fields=["collection", "state"])
    if wake:
        enqueue_on_commit(Import.task_name, import_id=reading.pk)
    return reading.collection


def default_name(reading: Import) -> str:
    """The file's name, or the folder that the files share."""
    names = [upload.name for upload in reading.uploads.all()]
    if len(names) == 1:
        return names[0].rsplit("/", 1)[-1]
    folder = names[0].split("/", 1)[0] if names and "/" in names[0] else ""
    return folder or f"{names[0]} and {len(names) - 1} more"


@transaction.atomic
def read_again(*, collection: Collection, user: User | None) -> Import:
    """A draft over the same files and options, to correct the mapping in place."""
    last = collection.imports.order_by("-pk").first()
    if last is None:
        raise ImportIsClosed(f"collection {collection.name!r} did not come from files")
    draft = Import.objects.create(
        project=collection.project,
        collection=collection,
        created_by=user,
        name=collection.name,
        state=JobState.DRAFT,
        replaces=True,
        format=last.format,
        mapping=last.mapping,
        map_values=last.map_values,
        set_values=last.set_values,
        keep_good=last.keep_good,
    )
    for upload in last.uploads.all():
        Upload.objects.create(reading=draft, name=upload.name, blob=upload.blob, order=upload.order)
    return draft


def cancel(*, reading: Import) -> None:
    """Stop an import; what it had stored goes with its collection."""
    if reading.replaces and reading.position is not None:
        raise ImportIsClosed(
            "a re-import that has begun to store cannot be cancelled; it ends soon, and can be read again"
        )
    if jobs.cancel(reading) and reading.collection is not None and not reading.replaces:
        delete_collection(collection=reading.collection, actor=reading.created_by, reason="import cancelled")


def execute(*, import_id: int) -> None:
    """Read and store: exactly once whatever happens, a batch a transaction, resumable after each."""
    reading = jobs.claim(Import, import_id)
    if reading is None:
        return
    with jobs.recorded(reading):
        try:
            _read_and_store(reading)
        except UserError as error:
            _fail(reading, str(error))


def _read_and_store(reading: Import) -> None:
    assert reading.collection is not None
    if reading.last_known_problem is None:
        last = models.Problem.objects.order_by("-pk").values_list("pk", flat=True).first()
        jobs.keep(reading, last_known_problem=last or 0)
    source = source_of(reading)
    if reading.position is None:
        _check(reading, source)
    progress = _Progress(reading)
    names = Names(reading.project)
    for batch in progress.batches(_items_after(reading, source)):
        with transaction.atomic():
            progress.store(batch, names)
    if not models.Rollout.objects.filter(collection=reading.collection, read_by=reading).exists():
        raise NothingToImport(_nothing(source))
    _complete(reading, source)


def _check(reading: Import, source: Source) -> None:
    """Read everything once without storing, so that a bad row stops the import before anything is kept."""
    jobs.keep(reading, phase="checking", n_total=0, n_done=0)
    n_rows, errors = 0, []
    beat = time.monotonic()
    for _, item in source.rollouts():
        n_rows += 1
        if isinstance(item, RowError):
            errors.append(item)
        if time.monotonic() - beat > 1:
            jobs.keep(reading, n_total=n_rows)
            beat = time.monotonic()
    jobs.keep(reading, n_total=n_rows, phase="storing")
    if errors and not reading.keep_good:
        with transaction.atomic():
            _record(reading, [_issue(reading, error) for error in errors[:MOST_ISSUES]])
            jobs.keep(reading, n_errors=len(errors))
        raise BadRows(
            f"{len(errors)} of {n_rows} rows cannot be read, the first: {errors[0].words}. "
            "Nothing was stored; keep the good rows, or correct the mapping."
        )


def _items_after(reading: Import, source: Source) -> Iterator[tuple[Position, Item]]:
    """What is still to be stored: a row may hold several rollouts, so its first ones may be stored already."""
    last = Position(*reading.position) if reading.position else None
    for position, item in source.rollouts(start=last[:2] if last else (0, 0)):
        if last is None or position > last:
            yield position, item


class _Progress:
    """Counts of a running import, written with every batch, and the size of a batch that keeps commits short."""

    def __init__(self, reading: Import) -> None:
        self.reading = reading
        self.size = 100

    def batches(self, items: Iterator[tuple[Position, Item]]) -> Iterator[Sequence[tuple[Position, Item]]]:
        while batch := list(islice(items, self.size)):
            began = time.monotonic()
            yield batch
            taken = time.monotonic() - began
            self.size = max(SMALLEST_BATCH, min(LARGEST_BATCH, int(self.size * BATCH_SECONDS / max(taken, 0.001))))

    def store(self, batch: Sequence[tuple[Position, Item]], names: Names) -> None:
        reading, collection = self.reading, self.reading.collection
        assert collection is not None
        reads = [Read(unit_key(item), item) for _, item in batch if isinstance(item, ReadRollout)]
        bad = [item for _, item in batch if isinstance(item, RowError)]
        n_duplicates = sum(isinstance(item, Duplicate) for _, item in batch)
        n_duplicates += store(names=names, collection=collection, reading=reading, batch=reads)
        if reading.n_errors < MOST_ISSUES:
            _record(reading, [_issue(reading, error) for error in bad])
        jobs.keep(
            reading,
            position=list(batch[-1][0]),
            n_done=reading.n_done + len(batch),
            n_errors=reading.n_errors + len(bad),
            n_duplicates=reading.n_duplicates + n_duplicates,
        )


def _complete(reading: Import, source: Source) -> None:
    collection = reading.collection
    assert collection is not None
    _drop_stale(reading)
    with transaction.atomic():
        refresh_counts(collection)
        rollouts = models.Rollout.objects.filter(collection=collection)
        _record(reading, _remarks(reading, source))
        jobs.keep(
            reading,
            detected=source.detection.format[:60],
            n_truncated=rollouts.filter(truncated=True).count(),
        )
        jobs.finish(reading, JobState.DONE)
        request_indexing(collection=collection)
        request_analysis(collection=collection)


def refresh_counts(collection: Collection) -> None:
    """Count a collection anew and raise its revision."""
    rollouts = models.Rollout.objects.filter(collection=collection)
    collection.refresh_from_db()
    collection.n_rollouts = rollouts.count()
    collection.n_problems = rollouts.values("problem").distinct().count()
    collection.n_models = rollouts.values("model").distinct().count()
    collection.revision += 1
    collection.save()


def _drop_stale(reading: Import) -> None:
    """After a re-import: rollouts that the new reading no longer holds, a few a transaction."""
    stale = models.Rollout.objects.filter(collection=reading.collection).exclude(read_by=reading)
    while reading.replaces and (ids := list(stale.values_list("pk", flat=True)[:STEP])):
        with transaction.atomic():
            delete_rollouts(ids)
            jobs.keep(reading, phase="dropping stale rollouts")


def _fail(reading: Import, message: str) -> None:
    """End as failed with nothing stored: a new collection is emptied and goes, a re-imported one stays."""
    collection = reading.collection
    jobs.finish(reading, JobState.FAILED, message)
    if collection is not None and not reading.replaces:
        delete_collection(collection=collection, actor=reading.created_by, reason=message, keep_import=True)


def _require(reading: Job, state: JobState) -> None:
    if reading.state != state:
        raise ImportIsClosed(f"this import is {reading.state}, not {state}")


def _open(upload: Upload) -> BinaryIO:
    return blobs.open_blob(upload.blob)


def _record(reading: Import, issues: Sequence[ImportIssue]) -> None:
    ImportIssue.objects.bulk_create(issues)


def _issue(reading: Import, error: RowError) -> ImportIssue:
    return ImportIssue(
        reading=reading,
        kind="error",
        file=error.file[:1000],
        row=error.row,
        field=(error.field or "")[:200],
        message=error.message,
    )


def _remarks(reading: Import, source: Source) -> list[ImportIssue]:
    """Files that hold no rollouts, and what a reader of the counts should know."""
    others = [
        ImportIssue(reading=reading, kind="not rollouts", file=file.name[:1000], message=file.not_rollouts)
        for file in source.detection.files
        if file.not_rollouts
    ]
    return others + [ImportIssue(reading=reading, kind="remark", message=text) for text in source.report.remarks()]


def _nothing(source: Source) -> str:
    reasons = [f"{file.name}: {file.not_rollouts}" for file in source.detection.files if file.not_rollouts][:3]
    return " ".join(["no rollout could be read.", *reasons])
