"""What came of units into rows: rollouts, probes, candidates, scores and the end of the unit in one transaction.

A unit that another worker has taken over meanwhile, or whose run was cancelled, gives nothing. Knows no engine.
"""

import json
import math
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from analysis.errors import UserError
from analysis.protocols.conduct import Found, Made, Probed, Result
from analysis.types import Rollout, TokenSource, Turn
from apps.core.bulk import update_rows
from apps.core.jobs import LEASE, database_now
from apps.core.models import JobState
from apps.runs.models import Judgement, Probe, Run, RunState, Unit
from apps.runs.services.pace import with_point
from apps.traces import models as traces
from apps.traces.importers.packed import Packed, pack
from apps.traces.services.attempts import problem_of
from apps.traces.services.storing import Names, store

COMMIT_SECONDS = 0.06
SMALLEST, LARGEST = 1, 200
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
LONGEST_ERROR = 4_000


class OutputGone(UserError):
    """The collection that a run fills is being deleted."""


class Usage(NamedTuple):
    """What a unit has cost."""

    n_requests: int = 0
    n_tokens: int = 0
    n_prompt_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Ended:
    """One unit that came to its end: a result, or why there is none."""

    unit: Unit
    result: Result | None
    error: str = ""
    usage: Usage = field(default_factory=Usage)


class Ready(NamedTuple):
    """An ended unit with its rollouts as the tables take them."""

    ended: Ended
    rollouts: tuple[tuple[Packed, Made], ...]


class Store:
    """Stores what ends, in commits short enough that nobody waits for them; one for each worker of a run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.model = run.roles.order_by("pk").values_list("model", flat=True).first() or run.protocol
        self._names = Names(run.project)
        self._size = 20

    def put(self, ended: Sequence[Ended]) -> int:
        """Store all that ended; returns how many units ended by it."""
        n, start = 0, 0
        ready = self._ready(ended)
        while start < len(ready):
            some = ready[start : start + self._size]
            start += len(some)
            began = time.monotonic()
            n += self._commit(some)
            taken = max(time.monotonic() - began, 0.001)
            self._size = max(SMALLEST, min(LARGEST, int(len(some) * COMMIT_SECONDS / taken) or 1, 2 * self._size))
        return n

    def _ready(self, ended: Sequence[Ended]) -> list[Ready]:
        """Everything that can be worked out before a transaction begins."""
        units = traces.Problem.objects.select_related("problem_set").in_bulk([each.unit.problem_id for each in ended])
        sources = traces.Rollout.objects.in_bulk([each.unit.source_id for each in ended if each.unit.source_id])
        return [
            Ready(each, tuple(self._packed(each, units, sources)))
            for each in ended
            if each.unit.problem_id in units and (each.unit.source_id is None or each.unit.source_id in sources)
        ]

    def _packed(
        self, ended: Ended, problems: Mapping[int, traces.Problem], sources: Mapping[int, traces.Rollout]
    ) -> Iterator[tuple[Packed, Made]]:
        unit = ended.unit
        problem, source = problems[unit.problem_id or 0], sources.get(unit.source_id or 0)
        for index, made in enumerate(ended.result.rollouts if ended.result else ()):
            told = Rollout(
                external_id_of(problem, source, made),
                self.model,
                problem_of(problem),
                tuple(_storable(turn) for turn in made.turns),
                made.sample,
                {name: clean(value) for name, value in made.condition.items()},
                dict(made.scores),
                truncated=made.truncated,
                attributes={"run": self.run.pk, "seed": unit.seed},
            )
            packed = pack(told, rollout_key(unit.unit_key, index))
            turns = tuple(turn._replace(token_source=_source(turn.n_tokens)) for turn in packed.turns)
            yield packed._replace(turns=turns), made

    def _commit(self, ready: Sequence[Ready]) -> int:
        with transaction.atomic():
            run = Run.objects.select_for_update(of=("self",)).select_related("project", "output").get(pk=self.run.pk)
            if run.state not in (RunState.RUNNING, RunState.PAUSED):
                return 0
            live = _held(ready)
            rollouts = [pair for each in live for pair in each.rollouts]
            ids: dict[str, int] = {}
            if rollouts:
                collection = _output_of(run)
                packed = [each for each, _ in rollouts]
                store(names=self._names, collection=collection, reading=None, batch=packed, source="run")
                ids = _ids_of(collection, packed)
                _link([(ids[each.unit_key], made) for each, made in rollouts], live, ids)
            Probe.objects.bulk_create(_probes(run, live))
            Judgement.objects.bulk_create(_judgements(run, live))
            _store_candidates(run, self.model, live)
            _store_scores(run, live)
            _end_units(live, ids)
            _count(run, live, len(rollouts))
        return len(live)


def external_id_of(problem: traces.Problem, source: traces.Rollout | None, made: Made) -> str:
    """What a rollout of a run is called: its problem, or the rollout that it started from, with the place in it."""
    if source is None:
        return problem.key or f"problem {problem.pk}"
    place = "" if made.parent_offset is None else f"@{made.parent_turn or 0}:{made.parent_offset}"
    return f"{source.external_id[:270]}{place}"


def rollout_key(unit_key: str, index: int) -> str:
    """32 hex digits: the same unit gives the same keys, whoever makes it."""
    return blake2b(f"{unit_key}/{index}".encode(), digest_size=16).hexdigest()


def clean(text: str) -> str:
    """Text as both databases take it, character for character: NUL and half surrogates become U+FFFD."""
    return UNSTORABLE.sub("\ufffd", text)


def _storable(turn: Turn) -> Turn:
    return replace(
        turn,
        text=None if turn.text is None else clean(turn.text),
        answer=None if turn.answer is None else clean(turn.answer),
        confidence_text=clean(turn.confidence_text),
        actor=clean(turn.actor),
        finish_reason=clean(turn.finish_reason),
        correct=None,
    )


def _source(n_tokens: int | None) -> str:
    return "" if n_tokens is None else TokenSource.TOKENIZER.value


def _held(ready: Sequence[Ready]) -> list[Ready]:
    """Those whose unit is still this worker's."""
    units = Unit.objects.select_for_update().filter(pk__in=[each.ended.unit.pk for each in ready])
    rows = units.filter(state=JobState.RUNNING).order_by("pk").values_list("pk", "attempt", "claim")
    held = {(pk, attempt, claim) for pk, attempt, claim in rows}
    return [each for each in ready if (each.ended.unit.pk, each.ended.unit.attempt, each.ended.unit.claim) in held]


def _output_of(run: Run) -> traces.Collection:
    """The collection that the run fills, made with its first rollout; raises OutputGone where it was deleted."""
    if run.output is not None and run.output.is_deleted:
        raise OutputGone(f"the output collection {run.output.name!r} was deleted while the run filled it")
    if run.output is None:
        run.output = traces.Collection.objects.create(
            project=run.project, name=str(run)[:200], created_by=run.created_by
        )
        Run.objects.filter(pk=run.pk).update(output=run.output)
    return run.output


def _ids_of(collection: traces.Collection, packed: Iterable[Packed]) -> dict[str, int]:
    keys = [each.unit_key for each in packed]
    rows = traces.Rollout.objects.filter(collection=collection, unit_key__in=keys)
    return dict(rows.values_list("unit_key", "pk"))


def _link(made: Sequence[tuple[int, Made]], live: Sequence[Ready], ids: Mapping[str, int]) -> None:
    """Name the parents of continuations: the rollout that the unit started from."""
    source_of = {ids[packed.unit_key]: each.ended.unit.source_id for each in live for packed, _ in each.rollouts}
    rows = [
        traces.Rollout(pk=pk, parent_id=source_of[pk], parent_turn=each.parent_turn, parent_offset=each.parent_offset)
        for pk, each in made
        if each.parent_offset is not None and source_of[pk] is not None
    ]
    traces.Rollout.objects.bulk_update(rows, ["parent", "parent_turn", "parent_offset"], batch_size=100)


def _probes(run: Run, live: Sequence[Ready]) -> list[Probe]:
    return [
        _probe(run, each.ended.unit, probed)
        for each in live
        for probed in (each.ended.result.probes if each.ended.result else ())
    ]


def _probe(run: Run, unit: Unit, probed: Probed) -> Probe:
    assert unit.source_id is not None, "a protocol that probes starts from rollouts"
    return Probe(
        run=run,
        rollout_id=unit.source_id,
        turn_index=probed.turn_index,
        offset=probed.offset,
        k=probed.k,
        value=clean(probed.value)[:10_000],
        log_probability=probed.log_probability,
        entropy=probed.entropy,
        p_correct=probed.p_correct,
        outcome=probed.outcome.value if probed.outcome else "",
        decisions=dict(probed.decisions),
        figures={name: value for name, value in probed.figures.items() if math.isfinite(value)},
    )


def _judgements(run: Run, live: Sequence[Ready]) -> Iterator[Judgement]:
    for each in live:
        unit = each.ended.unit
        for index, said in enumerate(each.ended.result.judgements if each.ended.result else ()):
            assert unit.source_id is not None, "a protocol that judges starts from rollouts"
            yield Judgement(
                run=run,
                rollout_id=unit.source_id,
                sample=unit.sample,
                index=index,
                name=clean(said.name)[:100],
                value=said.value,
                verdict=clean(said.verdict)[:200],
                rationale=clean(said.rationale),
                order=clean(said.order)[:40],
            )


def _store_candidates(run: Run, model: str, live: Sequence[Ready]) -> None:
    """What a model found in the sources: a candidate set of the sources' collection, of source model."""
    found = [(each.ended.unit, each.ended.result.candidates) for each in live if each.ended.result]
    read = [(unit, candidates) for unit, candidates in found if candidates is not None and unit.source_id]
    if not read:
        return
    collections = dict(
        traces.Rollout.objects.filter(pk__in=[unit.source_id for unit, _ in read]).values_list("pk", "collection_id")
    )
    for unit, candidates in read:
        candidate_set = _set_of(run, model, collections[unit.source_id or 0])
        _replace_reading(candidate_set, unit, candidates)


def _set_of(run: Run, model: str, collection_id: int) -> traces.CandidateSet:
    found, _ = traces.CandidateSet.objects.get_or_create(
        collection_id=collection_id,
        extractor=f"{run.protocol}:{model}"[:60],
        version=run.pk,
        defaults={"source": traces.CandidateSet.Source.MODEL},
    )
    return found


def _replace_reading(candidate_set: traces.CandidateSet, unit: Unit, candidates: Sequence[Found]) -> None:
    assert unit.source_id is not None
    traces.Reading.objects.create(
        candidate_set=candidate_set, rollout_id=unit.source_id, read_from="reasoning", n_candidates=len(candidates)
    )
    turns = traces.Turn.objects.filter(rollout_id=unit.source_id, is_attempt=True).order_by("-index")
    turn_index = turns.values_list("index", flat=True).first() or 0
    traces.Candidate.objects.bulk_create(
        traces.Candidate(
            candidate_set=candidate_set,
            rollout_id=unit.source_id,
            turn_index=turn_index,
            index=index,
            start=each.start,
            end=each.end,
            line=each.line,
            value=clean(each.value),
            rule="named by a model",
            because=clean(candidate_set.extractor),
        )
        for index, each in enumerate(candidates)
    )


def _store_scores(run: Run, live: Sequence[Ready]) -> None:
    rows = [
        traces.Score(rollout_id=each.ended.unit.source_id, name=name[:100], value=value, source=f"run {run.pk}")
        for each in live
        if each.ended.unit.source_id is not None and each.ended.result
        for name, value in each.ended.result.scores.items()
    ]
    traces.Score.objects.bulk_create(rows)


END_COLUMNS = (
    "state", "error", "remarks", "output_id", "n_done", "n_requests", "n_tokens", "n_prompt_tokens", "lease_until",
    "finished_at",
)  # fmt: skip


def _end_units(live: Sequence[Ready], ids: Mapping[str, int]) -> None:
    now = connection.ops.adapt_datetimefield_value(database_now())
    update_rows(Unit, END_COLUMNS, [(*_ending(each, ids), None, now, each.ended.unit.pk) for each in live])


def _ending(ready: Ready, ids: Mapping[str, int]) -> tuple[object, ...]:
    ended, made = ready.ended, ready.rollouts
    state = JobState.DONE if ended.result is not None else JobState.FAILED
    remarks = [clean(remark)[:1000] for remark in (ended.result.remarks if ended.result else ())]
    output_id = ids[made[0][0].unit_key] if made else None
    return state.value, clean(ended.error)[:LONGEST_ERROR], json.dumps(remarks), output_id, 1, *ended.usage


def _count(run: Run, live: Sequence[Ready], n_rollouts: int) -> None:
    """Counters of the run and of its output, and where it stands now on the way."""
    now = database_now()
    n_failed = sum(each.ended.result is None for each in live)
    usages = [each.ended.usage for each in live]
    n_done, n_tokens = run.n_done + len(live) - n_failed, run.n_tokens + sum(each.n_tokens for each in usages)
    seconds = (now - (run.started_at or now)).total_seconds()
    Run.objects.filter(pk=run.pk).update(
        n_done=n_done,
        n_failed=F("n_failed") + n_failed,
        n_tokens=n_tokens,
        n_requests=F("n_requests") + sum(each.n_requests for each in usages),
        n_prompt_tokens=F("n_prompt_tokens") + sum(each.n_prompt_tokens for each in usages),
        pace=with_point(run.pace, seconds, n_done + run.n_failed + n_failed, n_tokens),
        lease_until=now + LEASE,
    )
    if n_rollouts and run.output_id:
        traces.Collection.objects.filter(pk=run.output_id).update(n_rollouts=F("n_rollouts") + n_rollouts)
