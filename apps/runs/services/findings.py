"""What a run found out about the rollouts that it started from: probes, judgements, scores, a model's candidates.

All of it hangs on the source rollout and names the run. Called in the transaction that ends the units.
"""

import math
from collections.abc import Iterator, Sequence

from analysis.protocols.conduct import Found, Probed, Result
from apps.runs.models import Judgement, Probe, Run, Unit
from apps.runs.services.storable import clean
from apps.traces import models as traces

Live = Sequence[tuple[Unit, Result | None]]
"""Units that end now, with what came of each."""


def store_findings(run: Run, model: str, live: Live) -> None:
    """`model` is who answered: a candidate set bears its name."""
    Probe.objects.bulk_create(_probes(run, live))
    Judgement.objects.bulk_create(_judgements(run, live))
    _store_candidates(run, model, live)
    _store_scores(run, live)


def _probes(run: Run, live: Live) -> list[Probe]:
    return [_probe(run, unit, probed) for unit, result in live if result for probed in result.probes]


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


def _judgements(run: Run, live: Live) -> Iterator[Judgement]:
    for unit, result in live:
        for index, said in enumerate(result.judgements if result else ()):
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


def _store_candidates(run: Run, model: str, live: Live) -> None:
    """What a model found in the sources: a candidate set of the sources' collection, of source model."""
    found = [(unit, result.candidates) for unit, result in live if result]
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


def _store_scores(run: Run, live: Live) -> None:
    rows = [
        traces.Score(rollout_id=unit.source_id, name=name[:100], value=value, source=f"run {run.pk}")
        for unit, result in live
        if unit.source_id is not None and result
        for name, value in result.scores.items()
    ]
    traces.Score.objects.bulk_create(rows)
