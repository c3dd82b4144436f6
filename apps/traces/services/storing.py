"""One batch of read rollouts into rows, inside one short transaction. Knows no files and no job."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson
from django.db import transaction

from analysis import types
from analysis.types import Outcome, TokenSource
from apps.accounts.models import Project
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
from apps.traces.services.texts import delete_unused, put_texts

UPLOADED_GRADER = "uploaded"


@dataclass(slots=True)
class Names:
    """The project's models, problems and conditions that this import has met, so that each is looked up once."""

    project: Project
    models: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)
    problem_sets: dict[str, int] = field(default_factory=dict)
    problems: dict[tuple[str, str], int] = field(default_factory=dict)

    def model_id(self, name: str) -> int:
        if name not in self.models:
            alias = ModelAlias.objects.filter(project=self.project, alias=name).first()
            if alias is None:
                model, _ = LanguageModel.objects.get_or_create(project=self.project, name=name)
            self.models[name] = alias.model_id if alias else model.pk
        return self.models[name]

    def condition_id(self, factors: Mapping[str, str]) -> int:
        key = orjson.dumps(dict(factors), option=orjson.OPT_SORT_KEYS)
        digest = hashlib.sha256(key).hexdigest()
        if digest not in self.conditions:
            condition, _ = Condition.objects.get_or_create(
                project=self.project, hash=digest, defaults={"factors": dict(factors), "label": label_of(factors)}
            )
            self.conditions[digest] = condition.pk
        return self.conditions[digest]

    def problem_set_id(self, name: str) -> int:
        if name not in self.problem_sets:
            problem_set, _ = ProblemSet.objects.get_or_create(project=self.project, name=name)
            self.problem_sets[name] = problem_set.pk
        return self.problem_sets[name]

    def learn_problems(self, problems: Iterable[types.Problem]) -> None:
        """Look up or make the problems of a batch; a known problem without a gold learns it."""
        new = {(problem.problem_set, problem.key): problem for problem in problems}
        new = {key: problem for key, problem in new.items() if key not in self.problems}
        if not new:
            return
        rows = [self._problem_row(problem) for problem in new.values()]
        Problem.objects.bulk_create(rows, ignore_conflicts=True)
        sets = {self.problem_set_id(name): name for name, _ in new}
        found = Problem.objects.filter(project=self.project, key__in=[key for _, key in new], problem_set_id__in=sets)
        for row in found:
            key = (sets[row.problem_set_id], row.key)
            if key in new:
                self.problems[key] = row.merged_into_id or row.pk
                if not row.golds and new[key].golds:
                    Problem.objects.filter(pk=row.pk).update(golds=list(new[key].golds))

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


@dataclass(frozen=True, slots=True)
class Read:
    """A rollout as read, with the key that makes it unique in its collection."""

    unit_key: str
    rollout: types.Rollout


def label_of(factors: Mapping[str, str]) -> str:
    """How people read a condition: `temperature 0.8, top_p 0.92`."""
    return ", ".join(f"{name} {value}" for name, value in factors.items())[:300]


def store(*, names: Names, collection: Collection, reading: Import, batch: Sequence[Read]) -> int:
    """Store a batch; returns how many were duplicates of rows that this import stored before. Call in a transaction."""
    assert transaction.get_connection().in_atomic_block
    first = {read.unit_key: read for read in reversed(batch)}
    known = dict(
        Rollout.objects.filter(collection=collection, unit_key__in=list(first)).values_list("unit_key", "read_by_id")
    )
    fresh = [read for key, read in first.items() if known.get(key) != reading.pk]
    _forget([key for key in first if key in known and known[key] != reading.pk], collection)
    names.learn_problems(read.rollout.problem for read in fresh)
    rows = {row.unit_key: row for row in _rollout_rows(fresh, names, collection, reading)}
    Rollout.objects.bulk_create([row for row in rows.values() if row.unit_key not in known])
    _renew([row for row in rows.values() if row.unit_key in known], collection)
    _store_parts([(rows[read.unit_key].pk, read.rollout) for read in fresh])
    return len(batch) - len(fresh)


def _rollout_rows(reads: Sequence[Read], names: Names, collection: Collection, reading: Import) -> list[Rollout]:
    return [
        Rollout(
            collection=collection,
            read_by=reading,
            unit_key=read.unit_key,
            external_id=read.rollout.external_id[:300],
            model_id=names.model_id(read.rollout.model[:200]),
            problem_id=names.problems[read.rollout.problem.problem_set, read.rollout.problem.key],
            condition_id=names.condition_id(read.rollout.condition),
            sample=read.rollout.sample,
            truncated=bool(read.rollout.truncated),
            error=read.rollout.error,
            n_chars=sum(len(turn.text or "") for turn in read.rollout.turns if turn.is_attempt),
            n_tokens=sum(turn.n_tokens or 0 for turn in read.rollout.turns if turn.is_attempt) or None,
        )
        for read in reads
    ]


def _forget(unit_keys: Sequence[str], collection: Collection) -> None:
    """Take away what an earlier import stored under rollouts that are read anew; people's grades stay."""
    rollouts = Rollout.objects.filter(collection=collection, unit_key__in=unit_keys)
    ids = list(rollouts.values_list("pk", flat=True))
    if not ids:
        return
    texts = list(Turn.objects.filter(rollout_id__in=ids, text__isnull=False).values_list("text_id", flat=True))
    Candidate.objects.filter(rollout_id__in=ids).delete()
    Reading.objects.filter(rollout_id__in=ids).delete()
    Score.objects.filter(rollout_id__in=ids).delete()
    Grade.objects.filter(rollout_id__in=ids).exclude(source=Grade.Source.PERSON).delete()
    Turn.objects.filter(rollout_id__in=ids).delete()
    delete_unused(texts)


def _renew(rows: Sequence[Rollout], collection: Collection) -> None:
    ids = dict(
        Rollout.objects.filter(collection=collection, unit_key__in=[row.unit_key for row in rows]).values_list(
            "unit_key", "pk"
        )
    )
    for row in rows:
        row.pk = ids[row.unit_key]
    columns = ["read_by", "external_id", "model", "problem", "condition", "sample", "truncated", "error", "n_chars"]
    Rollout.objects.bulk_update(rows, [*columns, "n_tokens"])


def _store_parts(rollouts: Sequence[tuple[int, types.Rollout]]) -> None:
    turns = [(pk, index, turn) for pk, rollout in rollouts for index, turn in enumerate(rollout.turns)]
    texts = put_texts(turn.text for _, _, turn in turns if turn.text is not None)
    Turn.objects.bulk_create([_turn_row(pk, index, turn, texts) for pk, index, turn in turns])
    Grade.objects.bulk_create(
        Grade(
            rollout_id=pk,
            turn_index=index,
            source=Grade.Source.UPLOADED,
            grader=UPLOADED_GRADER,
            outcome=Outcome.CORRECT if turn.correct else Outcome.INCORRECT,
            value=turn.answer or "",
        )
        for pk, index, turn in turns
        if turn.correct is not None
    )
    Score.objects.bulk_create(
        Score(rollout_id=pk, name=name[:100], value=value, source="uploaded")
        for pk, rollout in rollouts
        for name, value in rollout.scores.items()
    )


def _turn_row(rollout_id: int, index: int, turn: types.Turn, texts: Mapping[str, int]) -> Turn:
    return Turn(
        rollout_id=rollout_id,
        index=index,
        role=turn.role,
        actor=turn.actor[:200],
        text_id=None if turn.text is None else texts[turn.text],
        reasoning_start=turn.reasoning.start if turn.reasoning else None,
        reasoning_end=turn.reasoning.end if turn.reasoning else None,
        response_start=turn.response.start if turn.response else None,
        response_end=turn.response.end if turn.response else None,
        is_attempt=turn.is_attempt,
        answer=turn.answer,
        confidence=turn.confidence,
        confidence_text=turn.confidence_text[:200],
        n_tokens=turn.n_tokens,
        n_reasoning_tokens=turn.n_reasoning_tokens,
        token_source=TokenSource.UPLOADED if turn.n_tokens is not None else "",
        finish_reason=turn.finish_reason[:60],
        reward=turn.reward,
        tool_calls=[dict(call) for call in turn.tool_calls] or None,
        train_on=turn.train_on,
    )
