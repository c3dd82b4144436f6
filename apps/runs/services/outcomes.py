"""What came of units into rows: rollouts, what was found of their sources, the end of the unit, in one transaction.

A unit that another worker has taken over meanwhile, or whose run was cancelled, gives nothing. Knows no engine.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from analysis.errors import UserError
from analysis.protocols.conduct import Made, Result
from analysis.types import Rollout, TokenSource
from apps.core.bulk import update_rows
from apps.core.jobs import LEASE, database_now
from apps.core.models import JobState
from apps.runs.models import Run, RunState, Unit
from apps.runs.services.findings import store_findings
from apps.runs.services.pace import with_point
from apps.runs.services.storable import clean, storable
from apps.traces import models as traces
from apps.traces.importers.packed import Packed, pack
from apps.traces.services.attempts import problem_of
from apps.traces.services.storing import Names, store

COMMIT_SECONDS = 0.06
SMALLEST, LARGEST = 1, 200
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
                tuple(storable(turn) for turn in made.turns),
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
            store_findings(run, self.model, [(each.ended.unit, each.ended.result) for each in live])
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
            project=run.project, name=_free_name(run), created_by=run.created_by
        )
        Run.objects.filter(pk=run.pk).update(output=run.output)
    return run.output


def _free_name(run: Run) -> str:
    """The run's name, with its number where another collection of the project has that name."""
    name = str(run)[:180]
    is_taken = traces.Collection.objects.filter(project=run.project, name=name, is_deleted=False).exists()
    return f"{name} · run {run.pk}" if is_taken else name


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
