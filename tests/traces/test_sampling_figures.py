"""The figures of samples and comparisons say what their measures say, in numbers, marks and links."""

import numpy as np
import polars as pl
import pytest

from analysis.measures.base import Row, compute
from apps.traces.presenters.figures.balance import balance
from apps.traces.presenters.figures.card import Figure, Groups, Links, groups_of
from apps.traces.presenters.figures.compare import compare, equal_budgets
from apps.traces.presenters.figures.compare_parts import compare_parts
from apps.traces.presenters.figures.difficulty import difficulty
from apps.traces.presenters.figures.forms import forms, has_forms
from apps.traces.presenters.figures.sampling import answer_spread, sampling
from apps.traces.queries.filters import RolloutFilter
from tests.analysis.measures.rollouts import columns_of
from tests.analysis.measures.test_compare import arm, both
from tests.analysis.measures.test_sampling import answered

LINKS = Links("/list/", str, RolloutFilter())


def rows(measure: str, frame: pl.DataFrame, by: str | None = None, **settings: str) -> list[Row]:
    return compute(measure, frame, (by,) if by else (), settings, rng=np.random.default_rng(0))


def groups(measure: str, frame: pl.DataFrame, by: str | None = None) -> Groups:
    return groups_of(measure, rows(measure, frame), rows(measure, frame, by) if by else (), by)


def cells(figure: Figure, head: str) -> list[list[str]]:
    """What the rows of the table with this head say, after it."""
    return [[each.text for each in row[1:]] for row in figure.table.rows if row[0].text == head]


def two_models() -> pl.DataFrame:
    """a: TTFG and TFFF; b: TTTT and FFFF, with rewards that prefer right answers."""
    letters = {1: "TTFGTTTT", 2: "TFFFFFFF"}
    reward = [4, 3, 2, 1, 4, 3, 2, 1, 4, 3, 2, 1, 4, 3, 2, 1]
    return answered(letters, model=["a"] * 4 + ["b"] * 4 + ["a"] * 4 + ["b"] * 4, reward=reward)


def test_the_curves_stand_at_their_ks_and_the_table_says_the_same() -> None:
    figure = sampling(groups("sampling", two_models(), "model"), LINKS)
    assert figure.plot is not None
    grey_a, grey_b, passes, votes, best = figure.plot["data"]
    assert (grey_a["hovertext"][0], grey_b["hovertext"][0]) == ("a", "b")
    # pass@1: (1/2 + 1/4 + 1 + 0)/4; pass@4: three of four sets; majority@4: TTFG and TTTT; best of 4: T leads in three
    assert passes["y"] == pytest.approx([43.75, 100 * (5 / 6 + 1 / 2 + 1 + 0) / 4, 75])
    assert votes["x"] == [1, 2, 4]
    assert (votes["y"][-1], best["y"][-1]) == (50, 75)
    assert cells(figure, "All rollouts")[-1] == ["4", "4", "75.0", "50.0", "75.0", "4.000", "", ""]
    assert [line[0] for line in cells(figure, "b")] == ["1", "4"]
    assert figure.table.rows[0][3].href == "/list/?outcome=correct"


def test_bars_of_agreement_are_the_votes_right_by_their_share() -> None:
    figure = answer_spread(groups("sampling", two_models(), "model"), LINKS)
    assert figure.plot is not None
    [bars] = figure.plot["data"]
    # TTFG: one half agree, right; TFFF: three in four, wrong; TTTT and FFFF: all, one of two right
    assert bars["x"] == ["40 to 60 %", "60 to 80 %", "80 to 100 %"]
    assert bars["y"] == [100, 0, 50]
    assert "Answer entropy is in bits." in figure.table.note


def test_without_golds_there_is_no_curve_but_a_reason() -> None:
    frame = two_models().with_columns(has_gold=pl.lit(False))
    for measure, figure in (("sampling", sampling), ("sampling", answer_spread), ("difficulty", difficulty)):
        drawn = figure(groups(measure, frame), LINKS)
        assert (drawn.plot, drawn.reason) == (None, "no rollout with a gold answer")


def test_bands_are_stacked_and_the_queue_is_counted() -> None:
    figure = difficulty(groups("difficulty", two_models(), "model"), LINKS)
    assert figure.plot is not None
    assert [bar["x"] for bar in figure.plot["data"]] == [[25, 0, 50], [25, 50, 0], [25, 50, 0], [25, 0, 50]]
    [whole] = cells(figure, "All rollouts")
    assert (whole[:4], whole[-2:]) == (["25.0"] * 4, ["0", "0.0"])  # problem 2 is solved by a
    [only_b] = cells(figure, "b")
    assert only_b[-2] == "1"
    assert figure.plot["data"][-1]["customdata"][2] == "/list/?model=b&band=hardest"


def test_a_pair_has_its_difference_its_bars_and_its_line() -> None:
    figure = compare(rows("compare", both(dict(enumerate("TTTFFT")), dict(enumerate("TFFTFT")))), LINKS)
    assert figure.plot is not None
    dots, gained, lost = figure.plot["data"]
    assert dots["x"] == pytest.approx([-100 / 6])
    assert (gained["x"], lost["x"]) == ([pytest.approx(100 / 6)], [pytest.approx(-200 / 6)])
    assert figure.plot["layout"]["yaxis"]["ticktext"] == ["a → b"]
    [pair] = cells(figure, "a → b")
    assert pair[:8] == ["6", "0", "0", "66.7", "50.0", "−16.7", "1", "1"]
    assert "smallest seen +" in dots["hovertext"][0]


def test_groups_of_pairs_are_lines_of_their_own() -> None:
    frame = both(dict(enumerate("TTFF")), dict(enumerate("TFTF")))
    frame = frame.with_columns(level=pl.when(pl.col("problem_id") < 2).then(pl.lit("1")).otherwise(pl.lit("2")))
    figure = compare(rows("compare", frame, "level"), LINKS)
    assert figure.plot is not None
    assert figure.plot["layout"]["yaxis"]["ticktext"] == ["1: a → b", "2: a → b"]
    assert figure.plot["data"][0]["x"] == [-50, 50]


def test_parts_of_a_pair_stand_beside_one_another_and_open_their_problems() -> None:
    frame = both(dict(enumerate("TTFF")), dict(enumerate("TFTF")))
    frame = frame.with_columns(level=pl.when(pl.col("problem_id") < 2).then(pl.lit("1")).otherwise(pl.lit("2")))
    links = Links("/list/", str, RolloutFilter(), "/pairs/?c=1")
    figure = compare_parts(rows("compare", frame, "level"), links, "level", "parts.csv")
    assert figure.plot is not None
    [dots] = figure.plot["data"]
    assert (dots["x"], dots["y"]) == ([-50, 50], [1, 0])
    assert dots["customdata"][0] == "/pairs/?c=1&level=1&a=a&b=b&kind=lost"
    assert cells(figure, "a → b")[0][:4] == ["1", "2", "100.0", "50.0"]
    assert (figure.csv, figure.legend) == ("parts.csv", ())


def test_parts_without_a_common_problem_say_so() -> None:
    frame = both({1: "T"}, {2: "F"}).with_columns(level=pl.lit("1"))
    figure = compare_parts(rows("compare", frame, "level"), LINKS, "level", "")
    assert (figure.plot, figure.reason) == (None, "no pair of arms has problems in common within a level")


def test_forms_are_two_lines_over_the_attempts() -> None:
    attempts = {"form generation": ["incorrect", "correct"], "form mc": ["correct", "correct"]}
    frame = pl.concat(columns_of(1, {"condition": form, "attempt_outcomes": [each]}) for form, each in attempts.items())
    found = rows("forms", frame)
    figure = forms(found, LINKS)
    assert has_forms(found)
    assert figure.plot is not None
    assert [line["y"] for line in figure.plot["data"]] == [[0, 100], [100, 100]]
    assert [row[3].text for row in figure.table.rows] == ["+100.0", "0.0"]
    assert not has_forms(rows("forms", two_models()))


def test_one_arm_gives_no_plot_but_a_reason() -> None:
    figure = compare(rows("compare", arm({1: "T", 2: "F"})), LINKS)
    assert (figure.plot, figure.reason) == (None, "one arm only: nothing to compare")
    assert equal_budgets(rows("compare", arm({1: "T", 2: "F"})), LINKS).plot is None


def test_votes_stand_at_the_tokens_that_they_took() -> None:
    frame = pl.concat([arm({1: "TTFF"}, n_tokens=10), arm({1: "TTTT"}, model="b", first_id=9, n_tokens=20)])
    figure = equal_budgets(rows("compare", frame, k_most="4"), LINKS)
    assert figure.plot is not None
    a, b = figure.plot["data"]
    assert (a["x"], b["x"]) == ([10, 20, 40], [20, 40, 80])
    assert (a["text"][-1], b["y"]) == ("a", [100, 100, 100])
    assert [name for name, _ in figure.table.columns][:3] == ["arm", "1: right %", "1: tokens"]


def test_the_balance_has_a_line_for_each_condition() -> None:
    frame = two_models().with_columns(condition=pl.lit("temperature ") + pl.col("model"), text_key=pl.col("rollout_id"))
    figure = balance(rows("balance", frame, n_star="4"), LINKS)
    assert figure.plot is not None
    assert [line["text"][-1] for line in figure.plot["data"]] == ["temperature a", "temperature b"]
    # everything kept: TTFG (2/4)·(2/4) and TFFF 1/16; TTTT 1 and FFFF 0
    assert [line["y"][0] for line in figure.plot["data"]] == pytest.approx([100 * (1 / 4 + 1 / 16) / 2, 50])
    without = balance(rows("balance", frame.with_columns(reward=pl.lit(None, pl.Float64))), LINKS)
    assert (without.plot, without.reason) == (None, "no set of samples has a reward for each")
