"""The figures of calibration say what their measures say, in numbers, marks and links."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest

from analysis.measures.base import Row, compute
from apps.traces.presenters.figures.calibration import calibration
from apps.traces.presenters.figures.calibration_change import calibration_change
from apps.traces.presenters.figures.calibration_length import calibration_length
from apps.traces.presenters.figures.card import Figure, Groups, Links, groups_of
from apps.traces.presenters.figures.recalibration import recalibration
from apps.traces.presenters.figures.risk_coverage import risk_coverage
from apps.traces.queries.filters import RolloutFilter
from tests.analysis.measures.test_calibration import rollouts
from tests.analysis.measures.test_calibration_change import attempts, many_attempts

LINKS = Links("/list/", str, RolloutFilter())


def groups(measure: str, frame: pl.DataFrame, by: str | None = None) -> Groups:
    def rows(grouping: tuple[str, ...], settings: Mapping[str, str] | None = None) -> list[Row]:
        return compute(measure, frame, grouping, settings, rng=np.random.default_rng(0))

    return groups_of(measure, rows(()), rows((by,)) if by else (), by)


def cells(figure: Figure, head: str) -> list[str]:
    """What the row of the table with this head says, after it."""
    [row] = [row for row in figure.table.rows if row[0].text == head]
    return [each.text for each in row[1:]]


def five() -> pl.DataFrame:
    """.85 .8 .85 in one bin, two right; .95 and 1 in the last, both right."""
    return rollouts([0.85, 0.8, 0.85, 0.95, 1.0], [True, True, False, True, True])


def test_the_reliability_diagram_stands_at_mean_confidences_and_accuracies() -> None:
    figure = calibration(groups("calibration", five()), LINKS)
    assert figure.plot is not None
    diagonal, points, bars = figure.plot["data"]
    assert diagonal["x"] == diagonal["y"] == [0, 100]
    assert points["x"] == pytest.approx([250 / 3, 97.5])
    assert points["y"] == pytest.approx([200 / 3, 100])
    assert points["marker"]["size"] == [24, pytest.approx(24 * (2 / 3) ** 0.5, abs=0.1)]
    assert bars["x"] == pytest.approx([85, 95])
    assert bars["y"] == pytest.approx([60, 40])
    assert points["hovertext"][0].startswith("all rollouts, 83.3 % said:  66.7 % right")


def test_the_table_has_every_number_and_what_is_left_out() -> None:
    frame = pl.concat([five(), rollouts([362880.0, None], [True, True], confidence_unread=[False, True])])
    frame = frame.with_columns(rollout_id=pl.int_range(pl.len()), problem_id=pl.int_range(pl.len()))
    figure = calibration(groups("calibration", frame), LINKS)
    assert cells(figure, "rollouts") == ["5"]
    assert cells(figure, "accuracy, %") == ["80.0"]
    assert cells(figure, "gap (confidence − accuracy), points") == ["+9.0"]
    assert cells(figure, "right where 80 to 90 % is said, %") == ["66.7"]
    assert cells(figure, "right where 0 to 10 % is said, %") == ["–"]
    assert "14.3\u202f% of the rollouts state a confidence that is no number." in figure.table.note
    assert "14.3\u202f% of the confidences are off the scale." in figure.table.note


def test_groups_are_lines_beside_all_and_columns_of_the_table() -> None:
    both = pl.concat([five(), five().with_columns(model=pl.lit("b"))])
    both = both.with_columns(rollout_id=pl.int_range(pl.len()))
    figure = calibration(groups("calibration", both, "model"), LINKS)
    assert [name for name, _ in figure.table.columns] == ["", "All rollouts", "b", "m"]
    assert cells(figure, "rollouts") == ["10", "5", "5"]
    assert figure.plot is not None
    assert [trace["text"][-1] for trace in figure.plot["data"][1:3]] == ["b", "m"]
    assert figure.table.rows[0][2].href == "/list/?model=b"


def test_without_a_confidence_there_is_no_plot_but_a_reason() -> None:
    frame = rollouts([None, None], [True, False])
    for measure, figure in (
        ("calibration", calibration),
        ("calibration", risk_coverage),
        ("recalibration", recalibration),
    ):
        drawn = figure(groups(measure, frame), LINKS)
        assert drawn.plot is None
        assert drawn.reason == "no rollout with a gold and a confidence that could be read"
    alone = calibration_change(groups("calibration_change", frame), LINKS)
    assert (alone.plot, alone.reason[:26]) == (None, "no rollout with a gold and")
    lengths = calibration_length(groups("calibration_length", frame).everything, LINKS)
    assert (lengths.plot, lengths.reason) == (None, "no rollout with a gold, a confidence and a length")


def test_risk_falls_with_those_that_are_left_out() -> None:
    """.9 and .8 are right, .5 and .4 wrong: no error in the surest half, one half in all."""
    frame = rollouts([0.9, 0.8, 0.5, 0.4], [True, True, False, False])
    figure = risk_coverage(groups("calibration", frame), LINKS)
    assert figure.plot is not None
    level, series = figure.plot["data"]
    assert level["y"] == [50, 50]
    assert series["x"] == list(range(10, 101, 10))
    assert series["y"] == pytest.approx([0] * 5 + [100 * 0.4 / 2.4, 100 * 0.8 / 2.8, 37.5, 100 * 1.6 / 3.6, 50])
    assert set(series["customdata"]) == {"/list/?outcome=incorrect"}


def test_a_change_is_a_line_from_the_first_attempts_to_the_last() -> None:
    frame = attempts([[0.9, 0.5], [0.8, 0.8]], [["incorrect", "correct"], ["correct", "correct"]])
    figure = calibration_change(groups("calibration_change", frame), LINKS)
    assert figure.plot is not None
    _, arrow = figure.plot["data"]
    assert (arrow["x"], arrow["y"]) == (pytest.approx([85, 65]), [50, 100])
    assert "–" in cells(figure, "All rollouts")
    assert "+50.0" in cells(figure, "All rollouts")


def test_recalibration_has_a_mark_for_each_way_and_every_number() -> None:
    figure = recalibration(groups("recalibration", many_attempts()), LINKS)
    assert figure.plot is not None
    assert [len(trace["x"]) for trace in figure.plot["data"]] == [1, 1, 1]
    assert len(figure.table.rows[0]) == len(figure.table.columns)
    assert all(each.text != "–" for each in figure.table.rows[0])


def test_lengths_have_a_line_of_confidence_and_one_of_accuracy() -> None:
    frame = rollouts([0.9, 0.8, 0.6, 0.5], [True, False, True, False], n_tokens=[10, 20, 30, 40])
    figure = calibration_length(groups("calibration_length", frame).everything, LINKS)
    assert figure.plot is not None
    confidence, accuracy = figure.plot["data"]
    assert len(confidence["x"]) == len(accuracy["y"]) == len(figure.table.rows)
    assert figure.table.rows[0][0].text == "10 to under 20"


@pytest.mark.parametrize("by", [None, "model"])
def test_every_row_of_a_table_has_a_cell_for_every_column(by: str | None) -> None:
    frame = many_attempts()
    drawn = [
        calibration(groups("calibration", frame, by), LINKS),
        risk_coverage(groups("calibration", frame, by), LINKS),
        calibration_change(groups("calibration_change", frame, by), LINKS),
        recalibration(groups("recalibration", frame, by), LINKS),
        calibration_length(groups("calibration_length", frame).everything, LINKS),
    ]
    for figure in drawn:
        assert all(len(row) == len(figure.table.columns) for row in figure.table.rows), figure.name
