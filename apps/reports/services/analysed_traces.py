"""Stored rollouts with what an analysis found in them, as traces of training sets, a problem at a time.

Knows no method and no file. Texts are loaded for a bounded number of rollouts, but a problem is never divided.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from analysis import types
from analysis.training.traces import Group, Mark, Trace
from analysis.types import NOTHING, Outcome, Role, Span
from apps.runs.models import RoleBinding
from apps.traces.models import Analysis, Candidate, Problem, Rollout, Score, Turn
from apps.traces.queries import listing
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.many import among
from apps.traces.queries.orders import Order
from apps.traces.services.asked import Asked
from apps.traces.services.attempts import problem_of
from apps.traces.services.frames import columns_of, files_of
from apps.traces.services.texts import contents

BATCH = 200
COLUMNS = (
    "rollout_id",
    "problem_id",
    "read_from",
    "final_outcome",
    "attempt_outcomes",
    "candidate_outcomes",
    "candidate_classes",
    "final_class",
)
NAMED = (
    "pk",
    "collection_id",
    "external_id",
    "sample",
    "problem_id",
    "model__name",
    "truncated",
    "parent_offset",
)
TOLD = (
    "rollout_id",
    "role",
    "text_id",
    "reasoning_start",
    "reasoning_end",
    "response_start",
    "response_end",
    "is_attempt",
    "actor",
    "answer",
    "n_tokens",
    "n_reasoning_tokens",
    "reward",
    "tool_calls",
    "train_on",
)
"""Columns of rollouts and turns: read as rows, since objects of models cost more than all else here."""
OUTCOMES = {outcome.value: outcome for outcome in Outcome}
Row = Mapping[str, Any]


class Traces:
    """The traces of finished analyses that a filter chooses, `n_chosen` of them.

    `n_continuations` were passed over: they hold only a part of their text; `n_changed` too: they are not what the
    analysis read.
    """

    def __init__(self, analyses: Sequence[Analysis], filters: RolloutFilter | None = None) -> None:
        self._sets = [analysis.candidate_set_id for analysis in analyses]
        chosen = (filters or RolloutFilter()).without("q").expression()
        frame = columns_of(files_of(analyses), [*(pl.col(name) for name in COLUMNS), chosen])
        if filters:
            frame = frame.filter(chosen)
        if filters and filters.q:
            frame = frame.filter(pl.col("rollout_id").is_in(_matching(analyses, filters)))
        self._rows, self.n_chosen = frame.select("rollout_id", *COLUMNS[1:]), len(frame)
        self._played_by = _players([analysis.collection_id for analysis in analyses])
        self.n_continuations = self.n_changed = 0

    def groups(self) -> Iterator[Group]:
        """All traces of each problem, by the number of the problem and the rollout."""
        batch: list[Row] = []
        problem: int | None = None
        for row in self._rows.sort("problem_id", "rollout_id").iter_rows(named=True):
            if len(batch) >= BATCH and row["problem_id"] != problem:
                yield from self._loaded(batch)
                batch = []
            problem = row["problem_id"]
            batch.append(row)
        yield from self._loaded(batch)

    def _loaded(self, rows: Sequence[Row]) -> Iterator[Group]:
        found: dict[int, list[Trace]] = defaultdict(list)
        ids = [row["rollout_id"] for row in rows]
        rollouts = {row[0]: row for row in Rollout.objects.filter(among("pk", ids)).values_list(*NAMED, named=True)}
        problems = _problems({rollout.problem_id for rollout in rollouts.values()})
        turns, marks, scores = _turns(ids), _spans(ids, self._sets), _scores(ids)
        for row in rows:
            rollout = rollouts.get(row["rollout_id"])
            if rollout is None:
                self.n_changed += 1
                continue
            if rollout.parent_offset is not None:
                self.n_continuations += 1
                continue
            judged = _marks(row, turns[rollout.pk], marks[rollout.pk])
            if judged is None:
                self.n_changed += 1
                continue
            players = self._played_by.get(rollout.collection_id, NOTHING)
            trace = _trace(rollout, problems[rollout.problem_id], row, turns[rollout.pk], scores[rollout.pk])
            found[row["problem_id"]].append(replace(trace, marks=judged, played_by=players))
        yield from found.values()


def _trace(rollout: Any, problem: types.Problem, row: Row, turns: Sequence[types.Turn], scores: Row) -> Trace:
    """`rollout` has the columns of NAMED."""
    outcomes = row["attempt_outcomes"] or [row["final_outcome"]]
    return Trace(
        source=f"{rollout.collection_id}/{rollout.external_id}/{rollout.sample}#{rollout.pk}",
        problem=problem,
        turns=tuple(turns),
        outcomes=tuple(OUTCOMES[outcome] for outcome in outcomes) if any(turn.is_attempt for turn in turns) else (),
        model=rollout.model__name,
        final_class=row["final_class"],
        truncated=rollout.truncated,
        scores=scores,
    )


def _marks(row: Row, turns: Sequence[types.Turn], spans: Sequence[Span]) -> tuple[Mark, ...] | None:
    """The candidates with their verdicts; those that a model named beside the text that was read have none.

    None where there are not as many as the analysis found: the rollout was read again since.
    """
    last = next((turn for turn in reversed(turns) if turn.is_attempt), None)
    read = {"reasoning": last.reasoning, "response": last.response}.get(row["read_from"]) if last else None
    inside = [span for span in spans if read and read.start <= span.start <= span.end <= read.end]
    outcomes, classes = row["candidate_outcomes"] or (), row["candidate_classes"] or ()
    if not len(inside) == len(outcomes) == len(classes):
        return None
    judged = zip(inside, outcomes, classes, strict=True)
    return tuple(Mark(*span, OUTCOMES[outcome], same_as) for span, outcome, same_as in judged)


def _turns(ids: Sequence[int]) -> Mapping[int, list[types.Turn]]:
    found_rows = Turn.objects.filter(among("rollout_id", ids)).order_by("rollout_id", "index")
    rows = list(found_rows.values_list(*TOLD, named=True))
    texts = contents({row.text_id for row in rows if row.text_id})
    found: dict[int, list[types.Turn]] = defaultdict(list)
    for row in rows:
        found[row.rollout_id].append(_turn(row, texts.get(row.text_id or 0)))
    return found


def _problems(ids: Collection[int]) -> Mapping[int, types.Problem]:
    rows = Problem.objects.filter(among("pk", list(ids))).select_related("problem_set")
    return {row.pk: problem_of(row) for row in rows}


def _turn(row: Any, text: str | None) -> types.Turn:
    """`row` has the columns of TOLD."""
    return types.Turn(
        Role(row.role),
        text,
        _span(row.reasoning_start, row.reasoning_end),
        _span(row.response_start, row.response_end),
        row.is_attempt,
        row.actor,
        row.answer,
        n_tokens=row.n_tokens,
        n_reasoning_tokens=row.n_reasoning_tokens,
        reward=row.reward,
        tool_calls=tuple(row.tool_calls or ()),
        train_on=row.train_on,
    )


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else Span(start, end)


def _spans(ids: Sequence[int], sets: Sequence[int]) -> Mapping[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    rows = Candidate.objects.filter(among("rollout_id", ids), candidate_set_id__in=sets).order_by("rollout_id", "index")
    for rollout_id, start, end in rows.values_list("rollout_id", "start", "end"):
        found[rollout_id].append(Span(start, end))
    return found


def _scores(ids: Sequence[int]) -> Mapping[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = defaultdict(dict)
    rows = Score.objects.filter(among("rollout_id", ids), turn_index__isnull=True).order_by("pk")
    for rollout_id, name, value in rows.values_list("rollout_id", "name", "value"):
        found[rollout_id][name] = value
    return found


def _players(collections: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    """By collection that a run filled, the model of each role."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = RoleBinding.objects.filter(run__output_id__in=collections).order_by("pk")
    for collection_id, role, model in rows.values_list("run__output_id", "role", "model"):
        found[collection_id][role] = model
    return found


def _matching(analyses: Sequence[Analysis], filters: RolloutFilter) -> list[int]:
    """Those whose texts match too."""
    rollouts = listing.of_collections([analysis.collection for analysis in analyses], analyses)
    return [row["pk"] for row in Asked(rollouts, analyses, filters, Order.parse("")).rows()]
