"""One batch of read rollouts into rows, inside one short transaction. Knows no files and no job."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import connection, transaction
from django.utils import timezone

from analysis import types
from analysis.types import Outcome
from apps.accounts.models import Project
from apps.accounts.services import record_change
from apps.core.bulk import find_ids, insert_rows, reserved_ids
from apps.traces.importers.packed import Packed, PackedTurn, problem_of
from apps.traces.models import (
    Candidate,
    Collection,
    Condition,
    Grade,
    Import,
    LanguageModel,
    ModelAlias,
    Problem,
    ProblemSet,
    Reading,
    Rollout,
    Score,
    Turn,
)
from apps.traces.services.texts import delete_unused, put_packed

UPLOADED_GRADER = "uploaded"
LEARNED = "learned gold"
ROLLOUT_COLUMNS = (
    "id", "collection_id", "read_by_id", "unit_key", "external_id", "model_id", "problem_id", "condition_id", "sample",
    "truncated", "error", "n_chars", "n_tokens", "attributes",
)  # fmt: skip
TURN_COLUMNS = ("rollout_id", "index", "text_id", *PackedTurn._fields[2:])
Factors = tuple[tuple[str, str], ...]
GRADE_COLUMNS = ("rollout_id", "turn_index", "source", "grader", "outcome", "value", "reason", "graded_at")
SCORE_COLUMNS = ("rollout_id", "name", "value", "source")


@dataclass(slots=True)
class Names:
    """The project's models, problems and conditions that this import has met, so that each is looked up once."""

    project: Project
    import_id: int = 0
    models: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)
    given: dict[Factors, int] = field(default_factory=dict)
    problem_sets: dict[str, int] = field(default_factory=dict)
    problems: dict[tuple[str, str], int] = field(default_factory=dict)

    def model_id(self, name: str) -> int:
        if name not in self.models:
            alias = ModelAlias.objects.filter(project=self.project, alias=name).first()
            if alias is None:
                model, _ = LanguageModel.objects.get_or_create(project=self.project, name=name)
            self.models[name] = alias.model_id if alias else model.pk
        return self.models[name]

    def condition_id(self, factors: Factors) -> int:
        if factors not in self.given:
            self.given[factors] = self._condition_id(dict(factors))
        return self.given[factors]

    def _condition_id(self, factors: dict[str, str]) -> int:
        key = orjson.dumps(factors, option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(key).hexdigest()
        if digest not in self.conditions:
            condition, _ = Condition.objects.get_or_create(
                project=self.project, hash=digest, defaults={"factors": factors, "label": label_of(factors)}
            )
            self.conditions[digest] = condition.pk
        return self.conditions[digest]

    def problem_set_id(self, name: str) -> int:
        if name not in self.problem_sets:
            problem_set, _ = ProblemSet.objects.get_or_create(project=self.project, name=name)
            self.problem_sets[name] = problem_set.pk
        return self.problem_sets[name]

    def learn_problems(self, reads: Iterable[Packed]) -> None:
        """Look up or make the problems of a batch; a known problem without a gold learns it."""
        unknown = {key: read for read in reads if (key := problem_key(read)) not in self.problems}
        if not unknown:
            return
        new = {key: problem_of(read) for key, read in unknown.items()}
        rows = [self._problem_row(problem) for problem in new.values()]
        Problem.objects.bulk_create(rows, ignore_conflicts=True)
        sets = {self.problem_set_id(name): name for name, _ in new}
        found = Problem.objects.filter(project=self.project, key__in=[key for _, key in new], problem_set_id__in=sets)
        for row in found:
            key = (sets[row.problem_set_id], row.key)
            if key in new:
                self.problems[key] = row.merged_into_id or row.pk
                if not row.golds and new[key].golds:
                    self._learn_golds(row, new[key].golds)

    def _learn_golds(self, row: Problem, golds: Sequence[str]) -> None:
        Problem.objects.filter(pk=row.pk).update(golds=list(golds))
        record_change(
            project=self.project, actor=None, verb=LEARNED, target=f"problem:{row.pk}", label=row.key,
            before=[], after=list(golds), reason=f"import {self.import_id}",
        )  # fmt: skip

    def _problem_row(self, problem: types.Problem) -> Problem:
        return Problem(
            project=self.project,
            problem_set_id=self.problem_set_id(problem.problem_set),
            key=problem.key,
            question=problem.question,
            golds=list(problem.golds),
            answer_type=problem.answer_type,
            options=list(problem.options),
            subject=problem.subject[:120],
            level=problem.level[:60],
        )


def problem_key(read: Packed) -> tuple[str, str]:
    """(problem set, key): what names a problem in its project."""
    _, _, _, _, key, problem_set, _, _ = read.problem
    return problem_set, key


def label_of(factors: Mapping[str, str]) -> str:
    """How people read a condition: `temperature 0.8, top_p 0.92`."""
    return ", ".join(f"{name} {value}" for name, value in factors.items())[:300]


def store(
    *,
    names: Names,
    collection: Collection,
    reading: Import | None,
    batch: Sequence[Packed],
    source: str = "uploaded",
) -> int:
    """Store a batch; returns how many were duplicates of rows that this import stored before. Call in a transaction.

    Without a `reading` (a run's output) what is there stays. `source` is that of the scores.
    """
    assert transaction.get_connection().in_atomic_block
    first: dict[str, Packed] = {}
    for read in batch:
        first.setdefault(read.unit_key, read)
    known = find_ids(Rollout, "unit_key", list(first), {"collection_id": collection.pk})
    again = _read_by(reading, known)
    fresh = [read for key, read in first.items() if key not in again]
    old = {key: pk for key, pk in known.items() if key not in again}
    _forget(list(old.values()))
    names.learn_problems(fresh)
    new = [read.unit_key for read in fresh if read.unit_key not in known]
    ids = old | dict(zip(new, reserved_ids(Rollout, len(new)), strict=True))
    rows = list(_rollout_rows(fresh, ids, names, (collection.pk, reading.pk if reading else None)))
    insert_rows(Rollout, ROLLOUT_COLUMNS, [row for row in rows if row[0] not in old.values()] if old else rows)
    _renew(row for row in rows if old and row[0] in old.values())
    _store_parts([(ids[read.unit_key], read) for read in fresh], source)
    return len(batch) - len(fresh)


def forget_golds(project: Project, import_id: int) -> None:
    """Take back the golds that problems learned from an import which failed."""
    learned = project.changes.filter(verb=LEARNED, reason=f"import {import_id}")
    ids = [int(change.target.partition(":")[2]) for change in learned]
    Problem.objects.filter(project=project, pk__in=ids).update(golds=[])
    learned.delete()


def _read_by(reading: Import | None, known: Mapping[str, int]) -> set[str]:
    """Those of the known rollouts that this import (or, without one, a run) has stored itself."""
    if not known:
        return set()
    rollouts = Rollout.objects.filter(pk__in=list(known.values()), read_by=reading)
    return set(rollouts.values_list("unit_key", flat=True))


def _rollout_rows(
    reads: Sequence[Packed], ids: Mapping[str, int], names: Names, owners: tuple[int, int | None]
) -> Iterator[tuple[Any, ...]]:
    models = {name: names.model_id(name) for name in dict.fromkeys([read.model for read in reads])}
    conditions = {each: names.condition_id(each) for each in dict.fromkeys([read.condition for read in reads])}
    for key, external_id, model, problem, condition, *columns, _, _ in reads:
        problem_id = names.problems[problem[5], problem[4]]
        yield ids[key], *owners, key, external_id, models[model], problem_id, conditions[condition], *columns


def _forget(ids: Sequence[int]) -> None:
    """Take away what an earlier import stored under rollouts that are read anew; people's grades stay."""
    if not ids:
        return
    texts = list(Turn.objects.filter(rollout_id__in=ids, text__isnull=False).values_list("text_id", flat=True))
    Candidate.objects.filter(rollout_id__in=ids).delete()
    Reading.objects.filter(rollout_id__in=ids).delete()
    Score.objects.filter(rollout_id__in=ids).delete()
    Grade.objects.filter(rollout_id__in=ids).exclude(source=Grade.Source.PERSON).delete()
    Turn.objects.filter(rollout_id__in=ids).delete()
    delete_unused(texts)


def _renew(rows: Iterable[tuple[Any, ...]]) -> None:
    for row in rows:
        columns = dict(zip(ROLLOUT_COLUMNS, row, strict=True))
        columns["attributes"] = orjson.loads(columns["attributes"])
        Rollout.objects.filter(pk=columns.pop("id")).update(**columns)


def _store_parts(rollouts: Sequence[tuple[int, Packed]], source: str) -> None:
    turns = [(pk, index, turn) for pk, read in rollouts for index, turn in enumerate(read.turns)]
    ids = put_packed([turn.text for _, _, turn in turns if turn.text])
    rows = [(pk, index, ids[turn[0][0]] if turn[0] else None, *turn[2:]) for pk, index, turn in turns]
    insert_rows(Turn, TURN_COLUMNS, rows)
    insert_rows(Grade, GRADE_COLUMNS, list(_grade_rows(turns)))
    scores = [(pk, name[:100], value, source) for pk, read in rollouts for name, value in read.scores.items()]
    insert_rows(Score, SCORE_COLUMNS, scores)


def _grade_rows(turns: Iterable[tuple[int, int, PackedTurn]]) -> Iterator[tuple[Any, ...]]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    for pk, index, turn in turns:
        if turn.correct is not None:
            outcome = Outcome.CORRECT if turn.correct else Outcome.INCORRECT
            yield pk, index, "uploaded", UPLOADED_GRADER, outcome.value, turn.answer or "", "", now
