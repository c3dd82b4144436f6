"""Every protocol of the catalogue through a run: scripted replies in, rows out, the same rows for the same seed."""

import pytest

from analysis.catalogue import PROTOCOLS
from apps.accounts.models import Project
from apps.core.models import JobState
from apps.runs.models import Run, RunState
from apps.runs.services import drafts, running
from apps.runs.services.plans import Bound, Plan, conductor_of
from apps.traces.models import Candidate, Collection, Rollout, Score
from tests.runs import build
from tests.traces import build as traces

pytestmark = pytest.mark.django_db


def run_of(owner: Project, protocol: str, collection: Collection) -> Run:
    conductor = conductor_of(protocol)
    roles = {role: Bound(build.engine(), "scripted") for role in conductor.roles}
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    run = drafts.create_draft(project=owner, user=None, plan=Plan(protocol, roles, source))
    assert drafts.estimate(run).n_requests > 0
    return build.done(running.start(run=run, wake=False))


def made(run: Run) -> tuple[object, ...]:
    """Everything that a run left, by what it says."""
    rollouts = Rollout.objects.filter(collection_id=run.output_id or 0)
    texts = rollouts.order_by("unit_key", "turns__index").values_list("unit_key", "turns__index", "turns__text__hash")
    return (
        [(key, index, bytes(digest) if digest else None) for key, index, digest in texts],
        list(run.probes.order_by("rollout", "offset", "k").values_list("offset", "k", "value", "log_probability")),
        list(run.judgements.order_by("rollout", "index").values_list("name", "value", "verdict", "rationale")),
        sorted(Score.objects.filter(source=f"run {run.pk}").values_list("name", "value")),
        list(Candidate.objects.filter(candidate_set__version=run.pk).order_by("pk").values_list("start", "value")),
    )


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_it_runs_and_leaves_the_same_for_the_same_seed(protocol: str) -> None:
    owner = traces.project()
    collection = traces.stored([traces.rollout("1"), traces.rollout("2", model="n")], owner=owner)
    first, second = (run_of(owner, protocol, collection) for _ in range(2))
    errors = list(first.units.filter(state=JobState.FAILED).values_list("error", flat=True))
    assert (first.state, errors) == (RunState.DONE, [])
    assert any(made(first))
    assert made(first) == made(second)
    assert first.n_tokens == second.n_tokens
