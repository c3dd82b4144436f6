"""An analysis from request to Parquet: batch after batch, resumable, each batch one short transaction."""

import io
import time
from collections import deque
from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from analysis import features, phrases, types
from analysis.answers.extract import DEFAULT
from analysis.errors import UserError
from apps.core import blobs, bulk, jobs, symbolic
from apps.core.context import n_workers
from apps.core.extraction import Extraction
from apps.core.memory import rare_garbage_collection
from apps.core.models import JobState
from apps.core.queue import PREPARE_STATISTICS, enqueue_on_commit
from apps.traces.models import (
    Analysis,
    AnalysisPart,
    Candidate,
    CandidateSet,
    Collection,
    Grade,
    Reading,
    RolloutFeature,
)
from apps.traces.queries.candidate_sets import get_name, n_read, name_of
from apps.traces.services.attempts import Attempt, attempts_after
from apps.traces.services.questions import prepare
from apps.traces.services.reading import Batch, Found, feature_row
from apps.traces.services.verdicts import GRADER_NAME, Verdicts

BATCH = 200
BATCHES_AHEAD = 2
SMALL = 100
"""Up to so many rollouts no reading processes are started: their start would take longer than the reading."""
POLL_SECONDS = 0.2
LISTED = ("n_candidates", "n_tt", "n_ffs", "n_ffd", "n_tf", "n_ft", "n_changed", "n_tokens")
LISTED_COLUMNS = ("analysis_id", "rollout_id", "outcome", "first_outcome", "tokens_first", "position", *LISTED)
SPAN = ("start", "end", "line", "value", "rule", "because")
CANDIDATE_COLUMNS = (
    "candidate_set_id",
    "rollout_id",
    "turn_index",
    "index",
    *SPAN,
)


class AnalysisFailed(UserError):
    """An analysis did not end well."""


@transaction.atomic
def request_analysis(*, collection: Collection, extractor: str = DEFAULT) -> Analysis:
    """The analysis of the collection as it stands now; made and queued if there is none yet.

    `extractor` names the candidate set: `boxed` for the rules of today, or a stored one in full, as `boxed@1`. Raises
    UnknownSetError for any other.
    """
    name = get_name(collection, extractor)
    candidate_set, _ = CandidateSet.objects.get_or_create(
        collection=collection, extractor=name.extractor, version=name.version
    )
    n = n_read(collection, name)
    asked = {"revision": collection.revision, "candidate_set": candidate_set, "grader": GRADER_NAME}
    if n is not None:  # a set that grew since: its analysis is made anew
        Analysis.objects.filter(collection=collection, state=JobState.DONE, **asked).exclude(n_done=n).delete()
    total = collection.n_rollouts if n is None else n
    analysis, is_new = Analysis.objects.get_or_create(collection=collection, **asked, defaults={"n_total": total})
    if is_new or (analysis.state in {JobState.FAILED, JobState.CANCELLED} and jobs.requeue(analysis)):
        enqueue_on_commit(Analysis.task_name, analysis_id=analysis.pk)
    return analysis


@rare_garbage_collection()
def execute(*, analysis_id: int) -> None:
    """Read every rollout of the collection once; what an earlier try committed is not done again."""
    analysis = jobs.claim(Analysis, analysis_id)
    if analysis is None:
        return
    with jobs.recorded(analysis):
        for found in found_batches(analysis):
            if _is_superseded(analysis):
                jobs.finish(analysis, JobState.CANCELLED, "the collection changed; a newer analysis follows")
                return
            rows = [feature_row(each) for each in found]
            part = _packed(rows)
            with transaction.atomic():
                _store(analysis, found, rows, part)
        _complete(analysis)
    prepare(analysis=analysis)
    enqueue_on_commit(PREPARE_STATISTICS, analysis_id=analysis.pk)


def found_batches(analysis: Analysis) -> Iterator[list[Found]]:
    """What each batch of rollouts after the last stored one gives; the next few are read meanwhile."""
    collection, candidate_set, counting = (
        analysis.collection,
        analysis.candidate_set,
        analysis.collection.counting_grade,
    )
    n_readers = settings.EXTRACTION_PROCESSES if collection.n_rollouts > SMALL else 0
    with Extraction(n_readers) as extraction:
        verdicts, last = Verdicts(symbolic.shared()), analysis.last_rollout_id
        waiting: deque[Batch] = deque()
        while True:
            attempts = attempts_after(collection, last, BATCH)
            if attempts:
                last = attempts[-1].rollout.pk
                if known := _in_set(attempts, candidate_set):
                    waiting.append(Batch(known, candidate_set, extraction))
            elif not waiting:
                return
            if len(waiting) > BATCHES_AHEAD or (waiting and not attempts):
                yield waiting.popleft().found(verdicts, counting)


def _in_set(attempts: list[Attempt], candidate_set: CandidateSet) -> list[Attempt]:
    """All of them where rules read; of a set that a model, people or older rules made those that it holds."""
    if name_of(candidate_set).is_made_by_rules:
        return attempts
    read = candidate_set.readings.filter(rollout__in=[each.rollout.pk for each in attempts])
    held = set(read.values_list("rollout_id", flat=True))
    return [each for each in attempts if each.rollout.pk in held]


def ensured_analysis(*, collection: Collection, extractor: str = DEFAULT) -> Analysis:
    """The finished analysis of the collection as it stands: waited for where a worker is up, else computed here.

    Raises AnalysisFailed with the reason that the worker recorded.
    """
    collection.refresh_from_db()
    analysis = request_analysis(collection=collection, extractor=extractor)
    while analysis.is_open:
        if n_workers():
            time.sleep(POLL_SECONDS)
        else:
            execute(analysis_id=analysis.pk)
        analysis.refresh_from_db()
    if analysis.state != JobState.DONE:
        raise AnalysisFailed(f"the analysis of {collection.name!r} ended as {analysis.state}: {analysis.error}")
    return analysis


def _is_superseded(analysis: Analysis) -> bool:
    analysis.collection.refresh_from_db(fields=["revision", "is_deleted", "counting_grade"])
    return analysis.collection.revision != analysis.revision or analysis.collection.is_deleted


def _packed(rows: list[dict[str, Any]]) -> bytes:
    body = io.BytesIO()
    features.frame(rows).write_ipc(body, compression="zstd")
    return body.getvalue()


def _store(analysis: Analysis, found: Sequence[Found], rows: list[dict[str, Any]], part: bytes) -> None:
    """All that a batch gives, in one transaction; what can be worked out before it begins is given."""
    last = found[-1].attempt.rollout.pk
    _store_candidates(analysis.candidate_set, [each for each in found if each.is_new])
    _store_grades(found)
    bulk.insert_rows(RolloutFeature, LISTED_COLUMNS, [_listed(analysis, row) for row in rows])
    AnalysisPart.objects.create(analysis=analysis, last_rollout_id=last, body=part)
    jobs.keep(analysis, last_rollout_id=last, n_done=analysis.n_done + len(found), phase="reading")


def _store_candidates(candidate_set: CandidateSet, found: Sequence[Found]) -> None:
    bulk.insert_rows(
        Reading,
        ("candidate_set_id", "rollout_id", "read_from", "n_candidates"),
        [(candidate_set.pk, each.attempt.rollout.pk, each.attempt.read_from, len(each.candidates)) for each in found],
    )
    bulk.insert_rows(
        Candidate, CANDIDATE_COLUMNS, [row for each in found for row in _candidate_rows(candidate_set, each)]
    )


def _candidate_rows(candidate_set: CandidateSet, found: Found) -> Iterator[tuple[object, ...]]:
    rollout_id, offset, turn_index = found.attempt.rollout.pk, found.attempt.read_offset, _turn_index(found)
    for index, (start, end, line, value, rule, because) in enumerate(map(attrgetter(*SPAN), found.candidates)):
        yield (
            candidate_set.pk,
            rollout_id,
            turn_index,
            index,
            start + offset,
            end + offset,
            line,
            value,
            rule,
            because[:300],
        )


def _turn_index(found: Found) -> int:
    return found.attempt.turn.index if found.attempt.turn else 0


def _store_grades(found: Sequence[Found]) -> None:
    """Our grade of each attempt; one that an earlier analysis gave is replaced."""
    ours = {"source": Grade.Source.OURS.value, "grader": GRADER_NAME}
    pks = [each.attempt.rollout.pk for each in found]
    stored = set(Grade.objects.filter(rollout_id__in=pks, **ours).values_list("rollout_id", "turn_index"))
    given = [row for each in found for row in _given(each)]
    known = [each for each in given if each[:2] in stored]
    Grade.objects.bulk_create(
        [_grade(*each) for each in known],
        update_conflicts=True,
        unique_fields=["rollout", "turn_index", "source", "grader"],
        update_fields=["outcome", "value", "reason", "graded_at"],
    )
    at = connection.ops.adapt_datetimefield_value(timezone.now())
    bulk.insert_rows(
        Grade,
        ("rollout_id", "turn_index", "source", "grader", "outcome", "value", "reason", "graded_at"),
        [
            (pk, index, *ours.values(), grade.outcome.value, grade.value, grade.reason, at)
            for pk, index, grade in given
            if (pk, index) not in stored
        ],
    )


def _given(found: Found) -> list[tuple[int, int, types.Grade]]:
    """Rollout, turn and our grade, of the last attempt and of those before."""
    pk = found.attempt.rollout.pk
    earlier = [(pk, each.turn.index, each.grade) for each in found.earlier]
    return [*earlier, (pk, _turn_index(found), found.final)]


def _grade(rollout_id: int, turn_index: int, grade: types.Grade) -> Grade:
    return Grade(
        rollout_id=rollout_id,
        turn_index=turn_index,
        source=Grade.Source.OURS,
        grader=GRADER_NAME,
        outcome=grade.outcome,
        value=grade.value,
        reason=grade.reason,
    )


def _listed(analysis: Analysis, row: dict[str, Any]) -> tuple[object, ...]:
    """A row of RolloutFeature, in the order of LISTED_COLUMNS."""
    lines, tokens = row["candidate_lines"], row["candidate_tokens"]
    return (
        analysis.pk,
        row["rollout_id"],
        row["final_outcome"],
        str(row["first_outcome"] or ""),
        tokens[0] if tokens else None,
        lines[0] / row["n_lines"] if lines else None,
        *(row[name] for name in LISTED),
    )


def _complete(analysis: Analysis) -> None:
    frames = _pruned(analysis)
    body = io.BytesIO()
    (pl.concat(frames) if frames else features.frame([])).write_parquet(body, compression="zstd")
    blob = blobs.put([body.getvalue()])
    with transaction.atomic():
        jobs.keep(analysis, features=blob)
        jobs.finish(analysis, JobState.DONE)
        analysis.parts.all().delete()
        older = Analysis.objects.filter(candidate_set=analysis.candidate_set, pk__lt=analysis.pk)
        rows = RolloutFeature.objects.filter(analysis__in=older)
        rows.delete()


def _pruned(analysis: Analysis) -> list[pl.DataFrame]:
    """The parts with their phrases cut to one vocabulary; read twice, so that all phrases are never held at once."""
    parts, words = analysis.parts.order_by("last_rollout_id").values_list("body", flat=True), phrases.Vocabulary()
    for body in parts.iterator(chunk_size=20):
        part = features.completed(pl.read_ipc(io.BytesIO(bytes(body))))
        words.add(part["phrases"].to_list())
    kept = words.kept()
    read = (features.completed(pl.read_ipc(io.BytesIO(bytes(body)))) for body in parts.iterator(chunk_size=20))
    return [phrases.pruned(part, kept) for part in read]
