"""From uploaded files to stored rollouts: draft, preview, confirm, execute, resume. The row of the job is the truth."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

from django.conf import settings
from django.db import connection, transaction

from analysis.errors import UserError
from apps.accounts.models import Project, User
from apps.core import blobs, jobs
from apps.core.memory import rare_garbage_collection
from apps.core.models import Job, JobState
from apps.core.queue import enqueue_on_commit
from apps.traces import models
from apps.traces.importers.ahead import Ahead, Ending, Given, Here, PackedItem
from apps.traces.importers.identity import Duplicate, question_hash
from apps.traces.importers.packed import Packed
from apps.traces.importers.report import RowError
from apps.traces.importers.source import Position, Source
from apps.traces.models import Collection, Import, ImportIssue, Upload
from apps.traces.seams import AFTER_IMPORT
from apps.traces.services.analyses import request_analysis
from apps.traces.services.deletions import STEP, delete_collection, delete_rollouts
from apps.traces.services.indexing import request_indexing
from apps.traces.services.storing import Names, forget_golds, store

BATCH_SECONDS = {"sqlite": 0.08, "postgresql": 0.3}
"""Of one transaction: on SQLite a click that writes waits for it, on PostgreSQL nobody does."""
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


def given_by(reading: Import, start: tuple[int, int] = (0, 0)) -> Given:
    """The uploaded files, and how the import's options say that they are read."""
    uploads = reading.uploads.select_related("blob")
    return Given(
        [(upload.name, str(blobs.path_of(upload.blob)), upload.blob.n_bytes) for upload in uploads],
        reading.format,
        reading.mapping or None,
        reading.set_values,
        reading.map_values,
        known_problems(reading.project, reading.last_known_problem),
        start,
    )


def source_of(reading: Import) -> Source:
    """The uploaded files, opened as the import's options say."""
    return given_by(reading).open()


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
    with jobs.recorded(reading, undo=partial(_fail, reading)), rare_garbage_collection():
        try:
            _read_and_store(reading)
        except UserError as error:
            _fail(reading, str(error))


def give_up(*, reading: Import, message: str) -> None:
    """End an import that no worker could finish, as any failed one: nothing of it stays."""
    _fail(reading, message)


def _read_and_store(reading: Import) -> None:
    if reading.last_known_problem is None:
        last = models.Problem.objects.order_by("-pk").values_list("pk", flat=True).first()
        jobs.keep(reading, last_known_problem=last or 0)
    if reading.replaces and reading.position is None and not reading.keep_good:
        _refuse_bad_rows(reading, (item for _, item in _upload(reading).items()))
    stored = Position(*reading.position) if reading.position else None
    upload = _upload(reading, stored[:2] if stored else (0, 0))
    items = ((position, item) for position, item in upload.items() if stored is None or position > stored)
    progress = _Progress(reading, upload)
    names = Names(reading.project, reading.pk)
    for batch in progress.batches(items):
        errors = [item for _, item in batch if isinstance(item, RowError)]
        if errors and not reading.keep_good:
            _refuse_bad_rows(reading, chain((item for _, item in batch), (item for _, item in items)))
        with transaction.atomic():
            progress.store(batch, names)
    if not models.Rollout.objects.filter(collection=reading.collection, read_by=reading).exists():
        raise NothingToImport(_nothing(upload.ending))
    _complete(reading, upload.ending)


def _refuse_bad_rows(reading: Import, items: Iterable[PackedItem]) -> None:
    """Read on to the end without storing; raises BadRows where a row cannot be read, with all of them recorded."""
    n_rows, errors = reading.n_done, []
    beat = time.monotonic()
    for item in items:
        n_rows += 1
        if isinstance(item, RowError):
            errors.append(item)
        if time.monotonic() - beat > 1:
            jobs.keep(reading, phase="checking", n_total=n_rows)
            beat = time.monotonic()
    if errors:
        with transaction.atomic():
            _record([_issue(reading, error) for error in errors[:MOST_ISSUES]])
            jobs.keep(reading, n_errors=len(errors), n_total=n_rows)
        raise BadRows(
            f"{len(errors)} of {n_rows} rows cannot be read, the first: {errors[0].words}. "
            "Nothing was stored; keep the good rows, or correct the mapping."
        )


def _upload(reading: Import, start: tuple[int, int] = (0, 0)) -> Here | Ahead:
    """The upload, to be read from a row on (which may hold several rollouts); what is large in a process of its own."""
    given = given_by(reading, start)
    return Ahead(given) if given.n_bytes >= settings.READ_AHEAD_BYTES else Here(given)


class _Progress:
    """Counts of a running import, written with every batch, and the size of a batch that keeps commits short."""

    def __init__(self, reading: Import, upload: Here | Ahead) -> None:
        self.reading, self.upload = reading, upload
        self.size, self.seconds = 100, BATCH_SECONDS[connection.vendor]

    def batches(self, items: Iterator[tuple[Position, PackedItem]]) -> Iterator[Sequence[tuple[Position, PackedItem]]]:
        while batch := list(islice(items, self.size)):
            began = time.monotonic()
            yield batch
            taken = time.monotonic() - began
            self.size = max(SMALLEST_BATCH, min(LARGEST_BATCH, int(self.size * self.seconds / max(taken, 0.001))))

    def store(self, batch: Sequence[tuple[Position, PackedItem]], names: Names) -> None:
        reading, collection = self.reading, self.reading.collection
        assert collection is not None
        reads = [item for _, item in batch if isinstance(item, Packed)]
        bad = [item for _, item in batch if isinstance(item, RowError)]
        n_duplicates = sum(isinstance(item, Duplicate) for _, item in batch)
        n_duplicates += store(names=names, collection=collection, reading=reading, batch=reads)
        n_done = reading.n_done + len(batch)
        if bad and reading.n_errors < MOST_ISSUES:
            _record([_issue(reading, error) for error in bad])
        jobs.keep(
            reading,
            position=list(batch[-1][0]),
            phase="storing",
            n_done=n_done,
            n_total=int(n_done / self.upload.share) if self.upload.share else 0,
            n_errors=reading.n_errors + len(bad),
            n_duplicates=reading.n_duplicates + n_duplicates,
        )


def _complete(reading: Import, ending: Ending) -> None:
    collection = reading.collection
    assert collection is not None
    _drop_stale(reading)
    for name in AFTER_IMPORT:
        AFTER_IMPORT[name](collection)
    with transaction.atomic():
        refresh_counts(collection)
        rollouts = models.Rollout.objects.filter(collection=collection)
        _record(_remarks(reading, ending))
        jobs.keep(
            reading,
            detected=ending.format[:60],
            n_truncated=rollouts.filter(truncated=True).count(),
        )
        jobs.finish(reading, JobState.DONE)
        request_indexing(collection=collection)
        request_analysis(collection=collection)


def refresh_counts(collection: Collection) -> None:
    """Count a collection anew and raise its revision."""
    collection.refresh_from_db()
    collection.revision += 1
    collection.save()
    recount(collection)


def recount(collection: Collection) -> None:
    """Count a collection anew."""
    rollouts = models.Rollout.objects.filter(collection=collection)
    collection.n_rollouts = rollouts.count()
    collection.n_problems = rollouts.values("problem").distinct().count()
    collection.n_models = rollouts.values("model").distinct().count()
    counts = {name: getattr(collection, name) for name in ("n_rollouts", "n_problems", "n_models")}
    Collection.objects.filter(pk=collection.pk).update(**counts)


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
    with transaction.atomic():
        forget_golds(reading.project, reading.pk)
        jobs.finish(reading, JobState.FAILED, message)
    if collection is not None and not reading.replaces:
        delete_collection(collection=collection, actor=reading.created_by, reason=message, keep_import=True)


def _require(reading: Job, state: JobState) -> None:
    if reading.state != state:
        raise ImportIsClosed(f"this import is {reading.state}, not {state}")


def _record(issues: Sequence[ImportIssue]) -> None:
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


def _remarks(reading: Import, ending: Ending) -> list[ImportIssue]:
    """What is to be said of single files, files that hold no rollouts, and what a reader of the counts should know."""
    others = [
        ImportIssue(reading=reading, kind=kind, file=name[:1000], message=words)
        for kind, said in (("file", ending.files[:MOST_ISSUES]), ("not rollouts", ending.not_rollouts[:MOST_ISSUES]))
        for name, words in said
    ]
    return others + [ImportIssue(reading=reading, kind="remark", message=text) for text in ending.remarks]


def _nothing(ending: Ending) -> str:
    reasons = [f"{name}: {words}" for name, words in ending.not_rollouts][:3]
    return " ".join(["no rollout could be read.", *reasons])
