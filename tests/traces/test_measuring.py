"""Measures are computed once per question, equal however they are asked for, and anew when what they read changes."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analysis.measures import MEASURES
from analysis.measures.base import GroupingError, SettingError, UnknownMeasureError, compute
from apps.traces.models import Analysis, MeasureResult
from apps.traces.presenters.figures.card import Group, groups_of, told_apart
from apps.traces.presenters.finding import finding
from apps.traces.queries.filters import RolloutFilter
from apps.traces.services import measuring, questions, summaries
from apps.traces.services.measuring import Wanted
from tests.conftest import ROOT
from tests.traces.analysed import Shape, analyse, analysed, make_project


@pytest.fixture
def analysis(db: None) -> Analysis:
    return analysed(make_project())


@pytest.mark.parametrize("name", list(MEASURES))
def test_a_measure_is_what_the_analysis_computes_and_the_second_answer_is_the_same(
    analysis: Analysis, name: str
) -> None:
    frame = measuring.features_of([analysis]).with_columns(pl.col("problem_id").rank("dense").cast(pl.Int64))
    expected = compute(name, frame, ("model",), rng=np.random.default_rng(measuring.SEED))
    first = measuring.measure([analysis], name, ("model",))
    again = measuring.measure([analysis], name, ("model",))
    assert first == expected
    assert [replace(row, group=dict(row.group)) for row in again] == expected
    assert MeasureResult.objects.count() == 1


def test_what_is_known_costs_one_query_however_much_is_asked(analysis: Analysis) -> None:
    wanted = [Wanted(name) for name in MEASURES]
    measuring.measured([analysis], wanted, RolloutFilter())
    with CaptureQueriesContext(connection) as queries:
        measuring.measured([analysis], wanted, RolloutFilter())
    assert len(queries) == 1


def test_measures_asked_for_together_have_the_rows_that_they_have_alone(analysis: Analysis) -> None:
    both = measuring.measured([analysis], [Wanted("accuracy"), Wanted("tokens")], RolloutFilter())
    MeasureResult.objects.all().delete()
    assert both[Wanted("tokens")] == measuring.measure([analysis], "tokens")


def test_filter_settings_grouping_and_analysis_are_different_questions(analysis: Analysis) -> None:
    ask = measuring.measure
    ask([analysis], "accuracy")
    ask([analysis], "accuracy", ("model",))
    ask([analysis], "accuracy", settings={"unread": "leave_out"})
    ask([analysis], "accuracy", filters=RolloutFilter(model="alpha"))
    assert MeasureResult.objects.count() == 4
    analysis.collection.revision = 2
    analysis.collection.save()
    newer = analyse(analysis.collection, Shape(seed=31))
    assert ask([newer], "accuracy") != ask([analysis], "accuracy")
    assert MeasureResult.objects.filter(analysis=newer).count() == 1


def test_a_filter_measures_the_rollouts_that_it_selects(analysis: Analysis) -> None:
    (row, *_) = measuring.measure([analysis], "accuracy", filters=RolloutFilter(model="alpha"))
    by_model = measuring.measure([analysis], "accuracy", ("model",))
    same = next(each for each in by_model if each.group == {"model": "alpha"} and each.measure == row.measure)
    assert (row.n, row.estimate) == (same.n, same.estimate)


def test_collections_are_measured_together(analysis: Analysis) -> None:
    other = analysed(analysis.collection.project, Shape(models=("gamma",), seed=5))
    rows = measuring.measure([analysis, other], "accuracy", ("collection_id",))
    assert {row.group["collection_id"] for row in rows} == {str(analysis.collection_id), str(other.collection_id)}
    (whole, *_) = measuring.measure([analysis, other], "accuracy")
    assert whole.n == analysis.n_total + other.n_total


def test_what_cannot_be_measured_is_refused_with_what_can(analysis: Analysis) -> None:
    with pytest.raises(UnknownMeasureError, match="unknown measure 'beauty'; known: accuracy, transitions"):
        measuring.measure([analysis], "beauty")
    with pytest.raises(GroupingError, match="cannot group by 'colour'; known: model"):
        measuring.measure([analysis], "accuracy", ("colour",))
    with pytest.raises(SettingError, match="has no setting 'colour'; it has: average"):
        measuring.measure([analysis], "accuracy", settings={"colour": "red"})


def test_a_summary_counts_what_the_features_hold_and_is_kept(analysis: Analysis) -> None:
    frame = measuring.features_of([analysis])
    summary = summaries.summary_of([analysis], RolloutFilter())
    assert summary.n_rollouts == frame.height == 36
    assert sum(summary.outcomes.values()) == 36
    assert summary.n_no_candidate == sum(n == 0 for n in frame["n_candidates"].to_list())
    assert summary.choices["level"] == ["1", "2", "3", "4", "5"]
    with CaptureQueriesContext(connection) as queries:
        assert summaries.summary_of([analysis], RolloutFilter()) == summary
    assert len(queries) == 1


def test_the_narrowest_field_is_the_one_that_selects_fewest(analysis: Analysis) -> None:
    filters = RolloutFilter.parse({"model": "alpha", "level": "3", "truncated": "no"})
    # alpha has 18 of 36 rollouts, level 3 has 6 (one problem of six), and about nine in ten are not truncated
    assert summaries.narrowest([analysis], filters) == "level"
    assert summaries.narrowest([analysis], RolloutFilter()) is None


def overall(analysis: Analysis, name: str) -> Group:
    return groups_of(name, measuring.measure([analysis], name), (), None).everything


def said(accuracy: Group, transitions: Group, tokens: Group) -> str:
    return "".join(words for words, _ in finding(accuracy, transitions, tokens).parts)


@pytest.mark.parametrize(
    ("low", "high", "estimate", "words"),
    [
        (0.01, 0.03, 0.02, "adds 2.0 points of accuracy [+1.0, +3.0]."),
        (-0.03, -0.01, -0.02, "costs 2.0 points of accuracy [−3.0, −1.0]."),
        (-0.01, 0.03, 0.01, "changes accuracy by nothing that can be told from 0: +1.0 points [−1.0, +3.0]"),
    ],
)
def test_the_finding_follows_the_interval_of_the_gain(
    analysis: Analysis, low: float, high: float, estimate: float, words: str
) -> None:
    accuracy = overall(analysis, "accuracy")
    gain = replace(accuracy["gain"], low=low, high=high, estimate=estimate, reason=None)
    told = said(replace(accuracy, rows={**accuracy.rows, "gain": gain}), *_others(analysis))
    assert words in told


def _others(analysis: Analysis) -> tuple[Group, Group]:
    return overall(analysis, "transitions"), overall(analysis, "tokens")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0.6, 0.9, "mostly repeats the answer before it"),
        (0.1, 0.4, "mostly changes the answer before it"),
        (0.4, 0.6, "keeps the answer about as often as it changes it"),
    ],
)
def test_the_finding_follows_the_interval_of_what_is_kept(
    analysis: Analysis, low: float, high: float, words: str
) -> None:
    transitions, tokens = _others(analysis)
    kept = replace(transitions["share_confirmatory"], low=low, high=high, estimate=(low + high) / 2)
    moved = replace(transitions, rows={**transitions.rows, "share_confirmatory": kept})
    assert words in said(overall(analysis, "accuracy"), moved, tokens)


def test_labels_lose_only_what_all_of_them_share() -> None:
    told = told_apart(["temperature 0.4, top_p 0.9", "temperature 0.8, top_p 0.9", ""])
    assert list(told.values()) == ["temperature 0.4", "temperature 0.8", "(none)"]
    assert told_apart(["alpha"]) == {"alpha": "alpha"}


def test_a_prepared_dashboard_computes_nothing(analysis: Analysis) -> None:
    questions.prepare(analysis=analysis)
    n_results = MeasureResult.objects.count()
    question = questions.question_of(summaries.summary_of([analysis], RolloutFilter()))
    assert question == questions.Question(has_gold=True, by="model")
    with CaptureQueriesContext(connection) as queries:
        measuring.measured([analysis], question.wanted, RolloutFilter())
    assert len(queries) == 1
    assert MeasureResult.objects.count() == n_results == len(question.wanted) + 1


def test_every_module_that_a_measure_is_computed_with_makes_cached_results_old_when_it_changes() -> None:
    """What reads and grades answers makes features, which a cached result is kept with; it computes no measure."""
    loads = (
        "import sys; from analysis.measures import MEASURES; [MEASURES[name] for name in MEASURES]; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    modules = {name for name in loaded.split() if name.startswith("analysis.")}
    folder = ROOT / "analysis"
    counted = {path.relative_to(folder) for pattern in measuring.CODE for path in folder.glob(pattern)}
    known = {"analysis." + ".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in counted}
    assert {name for name in modules - known if not name.startswith("analysis.answers")} == set()
