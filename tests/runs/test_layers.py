"""Forced answers beside a trace, and what becomes of a run's rows when collections and runs are deleted."""

import pytest

from apps.accounts.models import Role
from apps.runs.models import Probe, Run, RunState, Unit
from apps.runs.presenters.importance import continuations
from apps.runs.services import running
from apps.traces.models import Collection, Problem, Score
from apps.traces.presenters.layers import Layer, Point, drawn
from apps.traces.presenters.marks import CORRECT
from apps.traces.presenters.trace import Lines
from apps.traces.services.deletions import delete_collection, empty_collection, empty_project
from tests.runs import build
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor

pytestmark = [pytest.mark.django_db, WITHOUT_STATIC_FOLDER]


@pytest.fixture
def who() -> Visitor:
    return visitor(Role.OWNER)


def probed(who: Visitor) -> tuple[Collection, Run]:
    collection = build.trace_collection(who.project)
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    return collection, build.done(build.queued(who.project, source, protocol="probe"))


def test_places_are_drawn_by_the_lines_that_end_there() -> None:
    """Text read from character 10 of the turn: "ab", "cd", "ef". Offset 12 ends line 1, 15 line 2, 9 lies before."""
    points = [Point(9, "x", CORRECT, 0.5), Point(12, "4", CORRECT, 1.0), Point(15, "5", CORRECT, 0.0)]
    found = drawn(Layer("t", "/", "p", points), Lines("ab\ncd\nef"), 10, ["#L1", "#L2", "#L3"])
    assert [(each.line, each.href) for each in found.placed] == [(1, "#L1"), (2, "#L2")]
    assert [each.y for each in found.placed] == [6, 86]
    assert found.n_left_out == 1
    assert [(stroke.y1, stroke.y2) for stroke in found.strip] == [("16.67%", "50.00%")]


def test_a_place_without_a_number_stands_on_the_base_line_and_is_not_in_the_curve() -> None:
    points = [Point(1, "a", CORRECT, 0.5), Point(2, "b", CORRECT, None)]
    found = drawn(Layer("t", "/", "p", points), Lines("abc"), 0, ["#L1"])
    assert found.placed[1].y == 86
    assert (found.path, list(found.strip)) == ("", [])


def test_the_trajectory_of_a_probed_trace_stands_beside_it(who: Visitor) -> None:
    collection, run = probed(who)
    page = who.page(f"{who.base}rollouts/{collection.rollouts.get().pk}/")
    assert f"Forced answers, run {run.pk}" in page
    assert 'class="trajectory"' in page
    assert "converged" in page
    assert page.count('<use href="#dot-') >= run.probes.count()


def test_continuations_stand_beside_the_trace_with_the_importance_of_each_step(who: Visitor) -> None:
    """Before step 1 no continuation is right, after it all are, after step 2 all still: +1.00 and 0.00."""
    collection = build.trace_collection(who.project)
    rollout = collection.rollouts.get()
    source = {"kind": "collection", "collection": collection.pk, "filter": {}}
    given = {"steps": "0, 1, 2", "n": 2, "temperature": 1}
    run = build.done(build.queued(who.project, source, protocol="continue", parameters=given))
    Score.objects.filter(rollout=rollout, source=f"run {run.pk}").delete()
    for name, value in (("resampled_accuracy/0", 0.0), ("resampled_accuracy/1", 1.0), ("resampled_accuracy/2", 1.0),
                        ("resampling_importance/1", 1.0), ("resampling_importance/2", 0.0)):  # fmt: skip
        Score.objects.create(rollout=rollout, source=f"run {run.pk}", name=name, value=value)
    (layer,) = continuations(rollout, 1)
    assert [(point.value, point.height, point.notes[1]) for point in layer.points] == [
        ("step 0", 0.0, "–"),
        ("step 1", 1.0, "+1.00"),
        ("step 2", 1.0, "0.00"),
    ]
    assert layer.facts[-1] == ("most decisive", "step 1: +1.00, to 100\u202f% right")
    assert f"Continuations after steps, run {run.pk}" in who.page(f"{who.base}rollouts/{rollout.pk}/")


def test_a_trace_that_nobody_probed_has_no_layer(who: Visitor) -> None:
    collection = build.trace_collection(who.project)
    page = who.page(f"{who.base}rollouts/{collection.rollouts.get().pk}/")
    assert "Forced answers" not in page
    assert 'class="trajectory"' not in page


def test_probes_go_with_their_run_and_with_their_source(who: Visitor) -> None:
    _, run = probed(who)
    running.delete(run=run, actor=None, with_output=False)
    assert not Probe.objects.exists()
    collection, run = probed(who)
    delete_collection(collection=collection, actor=None)
    empty_collection(collection_id=collection.pk)
    assert not Probe.objects.exists()
    assert not Unit.objects.filter(run=run).exists()


def test_a_run_stays_without_output_when_its_collection_is_deleted(who: Visitor) -> None:
    build.problems(who.project, 2)
    run = build.done(build.queued(who.project))
    assert run.output is not None
    delete_collection(collection=run.output, actor=None)
    empty_collection(collection_id=run.output.pk)
    after = Run.objects.get(pk=run.pk)
    assert after.output is None
    assert (after.state, after.n_done) == (RunState.DONE, 2)
    assert "2 units" in who.page(f"{who.base}runs/{run.pk}/")


def test_problems_that_an_open_run_has_yet_to_ask_do_not_go_with_another_collection(who: Visitor) -> None:
    wanted = build.problems(who.project, 2)
    run = build.queued(who.project)
    other = build.trace_collection(who.project)
    delete_collection(collection=other, actor=None)
    empty_collection(collection_id=other.pk)
    assert {problem.pk for problem in wanted} == set(Problem.objects.values_list("pk", flat=True))
    assert build.done(run).n_done == 2


def test_a_run_whose_output_is_deleted_while_it_goes_on_ends_with_the_reason(who: Visitor) -> None:
    build.problems(who.project, 4)
    run = build.queued(who.project)
    with pytest.raises(build.Died):
        build.done(run, build.Counting(die_at=3), at_once=2)
    run.refresh_from_db()
    assert run.output is not None
    delete_collection(collection=run.output, actor=None)
    Unit.objects.filter(run=run, state="running").update(lease_until=None)
    build.done(run)
    assert run.state == RunState.FAILED
    assert "was deleted while the run filled it" in run.error


def test_a_project_goes_with_its_runs(who: Visitor) -> None:
    build.problems(who.project, 1)
    build.done(build.queued(who.project))
    type(who.project).objects.update(is_deleted=True)
    empty_project(project_id=who.project.pk)
    assert not Run.objects.exists()
