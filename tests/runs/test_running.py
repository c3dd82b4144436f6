"""A run from its plan to its output: units, rollouts, provenance, states; with the scripted engine, in this process."""

import pytest

from apps.core.models import JobState
from apps.runs.models import Run, RunState, Unit
from apps.runs.services import drafts, running
from apps.runs.services.plans import PlanRefused
from apps.traces.models import Analysis, Indexing, Rollout
from tests.runs import build
from tests.traces.build import project

pytestmark = pytest.mark.django_db


def test_three_problems_with_two_samples_are_six_units_and_six_rollouts() -> None:
    owner = project()
    build.problems(owner, 3)
    run = build.done(build.queued(owner, parameters={"samples": 2}, first_seed=5))
    assert (run.state, run.n_total, run.n_done, run.n_failed) == (RunState.DONE, 6, 6, 0)
    assert run.output is not None
    rows = run.output.rollouts.order_by("problem__key", "sample").values_list("problem__key", "sample", "model__name")
    assert list(rows) == [(f"p{k}", sample, "scripted") for k in (1, 2, 3) for sample in (0, 1)]
    assert set(Unit.objects.filter(run=run).values_list("sample", "seed")) == {(0, 5), (1, 6)}


def test_the_output_opens_like_any_collection() -> None:
    """Counted, its tokens said to be a tokenizer's, the run and seed among its labels; analysis and index asked for."""
    owner = project()
    build.problems(owner, 2)
    run = build.done(build.queued(owner, parameters={"temperature": 0.5}, first_seed=3))
    output = run.output
    assert output is not None
    output.refresh_from_db()
    assert (output.n_rollouts, output.n_problems, output.n_models, output.revision) == (2, 2, 1, 1)
    rollout = output.rollouts.select_related("condition").earliest("pk")
    answer = rollout.turns.get(is_attempt=True)
    assert answer.token_source == "tokenizer"
    assert answer.n_tokens == rollout.n_tokens
    assert rollout.condition.factors["temperature"] == "0.5"
    assert rollout.attributes == {"run": run.pk, "seed": 3}
    assert not rollout.grades.exists()
    assert Analysis.objects.filter(collection=output).count() == Indexing.objects.filter(collection=output).count() == 1


def test_outputs_of_runs_of_one_name_are_told_apart() -> None:
    owner = project()
    build.problems(owner, 1)
    first, second = (build.done(build.queued(owner)) for _ in range(2))
    assert first.output is not None
    assert second.output is not None
    assert second.output.name == f"{first.output.name} · run {second.pk}"


def test_tokens_and_requests_of_the_units_add_up_to_those_of_the_run() -> None:
    owner = project()
    build.problems(owner, 3)
    run = build.done(build.queued(owner))
    units = list(Unit.objects.filter(run=run))
    assert run.n_tokens == sum(unit.n_tokens for unit in units) > 0
    assert run.n_prompt_tokens == sum(unit.n_prompt_tokens for unit in units) > 0
    assert run.n_requests == sum(unit.n_requests for unit in units) == 3
    assert run.pace[-1][1:] == [3, run.n_tokens]


def test_the_same_seed_gives_the_same_texts() -> None:
    owner = project()
    build.problems(owner, 3)
    given = {"temperature": 1.0, "samples": 3}
    runs = [build.done(build.queued(owner, parameters=given, first_seed=seed)) for seed in (0, 0, 100)]
    said = [set(Rollout.objects.filter(collection=run.output).values_list("turns__text_id", flat=True)) for run in runs]
    assert said[0] == said[1] != said[2]


def test_provenance_names_protocol_code_seeds_roles_source_and_what_the_engine_says_of_itself() -> None:
    owner = project()
    build.problems(owner, 1)
    run = build.done(build.queued(owner, parameters={"samples": 4, "max_tokens": 99}, first_seed=7))
    told = run.provenance
    assert (told["protocol"], told["protocol_version"], told["is_oracle_gated"]) == ("regenerate", "1", False)
    assert told["seeds"] == {"first": 7, "last": 10, "samples": 4}
    assert (told["parameters"]["max_tokens"], told["parameters"]["top_p"]) == (99, 1.0)
    assert told["roles"] == {"solver": {"engine": "scripted", "kind": "scripted", "model": "scripted"}}
    assert told["source"]["kind"] == "problems"
    assert [each["solver"]["kind"] for each in told["workers"].values()] == ["counting"]
    assert set(told) >= {"application", "code"}


def test_an_engine_is_asked_for_many_units_at_once() -> None:
    owner = project()
    build.problems(owner, 30)
    engine = build.Counting()
    build.done(build.queued(owner), engine, at_once=12)
    assert engine.calls == [12, 12, 6]


def test_a_unit_whose_reply_fails_keeps_its_reason_and_the_rest_goes_on() -> None:
    owner = project()
    build.problems(owner, 4)
    run = build.done(build.queued(owner), build.Counting(fail_every=2))
    assert (run.state, run.n_done, run.n_failed) == (RunState.DONE, 2, 2)
    errors = list(Unit.objects.filter(run=run, state=JobState.FAILED).values_list("error", flat=True))
    assert errors == [f"the solver's reply failed: scripted failure of ask {n}" for n in (2, 4)]
    assert run.output is not None
    assert run.output.rollouts.count() == 2


def test_a_run_all_of_whose_units_failed_has_failed_with_the_first_reason_and_no_collection() -> None:
    owner = project()
    build.problems(owner, 3)
    run = build.done(build.queued(owner), build.Counting(empty_share=1.0))
    assert run.state == RunState.FAILED
    assert run.error == "all 3 units failed, the first: the solver's reply is empty"
    assert run.output is None


def test_what_failed_is_retried_and_nothing_else() -> None:
    owner = project()
    build.problems(owner, 4)
    run = build.done(build.queued(owner), build.Counting(fail_every=2))
    assert running.retry(run=run) == 2
    engine = build.Counting()
    run = build.done(run, engine)
    assert engine.n_asked == 2
    assert (run.state, run.n_done, run.n_failed) == (RunState.DONE, 4, 0)
    assert run.output is not None
    assert (run.output.rollouts.count(), run.output.n_rollouts) == (4, 4)


def test_hostile_replies_are_stored_as_text_and_the_run_goes_on() -> None:
    owner = project()
    build.problems(owner, 24)
    run = build.done(build.queued(owner, parameters={"samples": 2}), build.Counting(hostile_share=1.0))
    assert run.state == RunState.DONE
    assert run.n_done + run.n_failed == 48
    assert run.n_done > 40


def test_a_paused_run_is_not_taken_up_and_goes_on_when_it_is_resumed() -> None:
    owner = project()
    build.problems(owner, 3)
    run = build.queued(owner)
    running.pause(run=run)
    engine = build.Counting()
    assert build.done(run, engine).state == RunState.PAUSED
    assert engine.n_asked == 0
    running.resume(run=run)
    assert build.done(run, engine).state == RunState.DONE


def test_a_cancelled_run_keeps_what_it_has_and_can_be_gone_on_with() -> None:
    owner = project()
    build.problems(owner, 5)
    run = build.queued(owner)
    with pytest.raises(build.Died):
        build.done(run, build.Counting(die_at=4), at_once=3)
    run.refresh_from_db()
    running.cancel(run=run)
    assert run.output is not None
    assert run.output.rollouts.count() == 3
    assert Analysis.objects.filter(collection=run.output).exists()
    assert set(run.units.values_list("state", flat=True)) == {JobState.DONE, JobState.CANCELLED}
    running.retry(run=run)
    assert build.done(run).n_done == 5
    assert run.output.rollouts.count() == 5


@pytest.mark.parametrize(
    ("state", "act"), [(RunState.DONE, "pause"), (RunState.DRAFT, "cancel"), (RunState.RUNNING, "resume")]
)
def test_what_the_table_of_states_does_not_allow_is_refused_with_the_state(state: RunState, act: str) -> None:
    owner = project()
    build.problems(owner, 1)
    run = build.draft(owner)
    Run.objects.filter(pk=run.pk).update(state=state)
    run.refresh_from_db()
    with pytest.raises(running.RunIsClosed, match=str(state.label)):
        getattr(running, act)(run=run)


def test_a_run_is_started_once_however_often_somebody_presses() -> None:
    owner = project()
    build.problems(owner, 3)
    run = build.draft(owner)
    running.start(run=run, wake=False)
    running.start(run=Run.objects.get(pk=run.pk), wake=False)
    assert run.units.count() == 3


def test_a_file_of_problems_becomes_problems_once() -> None:
    owner = project()
    lines = b'{"id": "x", "question": "What is 2 + 2?", "answer": "4"}\n\n{"problem": "What is 3 + 3?", "gold": 6}\n'
    for _ in range(2):
        source = drafts.keep_problems_file(chunks=[lines], name="two.jsonl")
        run = build.done(build.queued(owner, source))
        assert run.n_done == 2
    assert sorted(owner.problems.values_list("question", "golds")) == [
        ("What is 2 + 2?", ["4"]),
        ("What is 3 + 3?", ["6"]),
    ]


def test_an_estimate_counts_units_requests_and_tokens_at_most() -> None:
    """60 problems, 2 samples each: 120 units of one request of 10 tokens; 50 of the 60 items are looked at."""
    owner = project()
    build.problems(owner, 60)
    found = drafts.estimate(build.draft(owner, parameters={"samples": 2, "max_tokens": 10}))
    assert found == (60, 120, 120, 1200, False)


def test_nothing_to_run_on_is_said_before_a_run_is_made() -> None:
    with pytest.raises(PlanRefused, match="there is nothing to run on: no problem matches"):
        build.draft(project())
    assert not Run.objects.exists()
