"""What holds for every measure of the table: order, names, empty input, settings, intervals."""

import numpy as np
import polars as pl
import pytest

from analysis.errors import UserError
from analysis.features import frame
from analysis.measures import MEASURES
from analysis.measures.base import GROUPS, Row, compute, compute_all
from tests.analysis.measures.rollouts import rollouts_of

NAMES = list(MEASURES)
OF_SETS = ("sampling", "difficulty", "balance", "compare")
"""Measures whose n counts sets of samples or problems: more rollouts of a problem are more to draw from."""


def some_rollouts(model: str = "m", seed: int = 1, n: int = 60) -> pl.DataFrame:
    """n rollouts of n/3 problems: traces of 0 to 5 candidates, in two problem sets, some truncated."""
    rng = np.random.default_rng(seed)
    traces = ["".join(rng.choice(list("TTTFFG?"), size=rng.integers(0, 6))) for _ in range(n)]
    finals = [str(letter) for letter in rng.choice(["T", "T", "F", ""], size=n)]
    rollouts = rollouts_of(list(zip(traces, finals, strict=True)), model=model, problems=[i // 3 for i in range(n)])
    return rollouts.with_columns(
        problem_set=pl.when(pl.col("problem_id") < n // 6).then(pl.lit("a")).otherwise(pl.lit("b")),
        truncated=pl.col("final_outcome") == "unparsed",
    )


def computed(name: str, rollouts: pl.DataFrame, by: tuple[str, ...] = ()) -> list[Row]:
    return compute(name, rollouts, by, rng=np.random.default_rng(4))


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_rows_changes_nothing(name: str) -> None:
    rollouts = some_rollouts()
    assert computed(name, rollouts.sample(fraction=1, shuffle=True, seed=2)) == computed(name, rollouts)


@pytest.mark.parametrize("name", NAMES)
def test_another_name_of_the_model_changes_only_the_label(name: str) -> None:
    rollouts = pl.concat([some_rollouts("a"), some_rollouts("b", seed=2)])
    renamed = rollouts.with_columns(model=pl.col("model").replace_strict({"a": "z", "b": "y"}))
    before = {(row.group["model"], row.measure): row for row in computed(name, rollouts, ("model",))}
    after = {(row.group["model"], row.measure): row for row in computed(name, renamed, ("model",))}
    for (model, measure), row in before.items():
        other = after[{"a": "z", "b": "y"}[model], measure]
        assert (row.n, row.estimate, row.low, row.high) == (other.n, other.estimate, other.low, other.high)


@pytest.mark.parametrize("name", NAMES)
def test_a_group_has_the_rows_of_its_part_alone(name: str) -> None:
    rollouts = pl.concat([some_rollouts("a"), some_rollouts("b", seed=2)])
    alone = computed(name, rollouts.filter(pl.col("model") == "a"))
    grouped = [row for row in computed(name, rollouts, ("model",)) if row.group == {"model": "a"}]
    assert [(r.measure, r.estimate, r.low, r.high) for r in grouped] == [
        (r.measure, r.estimate, r.low, r.high) for r in alone
    ]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_gives_no_number_and_a_reason(name: str) -> None:
    rows = computed(name, frame([]))
    assert rows
    assert all((row.n, row.estimate, row.low, row.high) == (0, None, None, None) and row.reason for row in rows)
    assert {row.measure for row in rows} == {row.measure for row in computed(name, some_rollouts())}
    assert computed(name, frame([]), ("model",)) == []


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("finals", ["as drawn", "all wrong", "all right"])
def test_a_number_has_an_interval_around_it_or_a_reason(name: str, finals: str) -> None:
    rollouts = some_rollouts()
    if finals != "as drawn":
        rollouts = rollouts.with_columns(final_outcome=pl.lit("incorrect" if finals == "all wrong" else "correct"))
    for row in computed(name, rollouts):
        if row.estimate is None or row.low is None or row.high is None:
            assert row.reason, row
            continue
        assert row.low <= row.estimate <= row.high, row
        assert row.low < row.high or row.measure.endswith(("_median", "_p90")), row
        if row.unit == "share":
            assert 0 <= row.low <= row.high <= 1, row


@pytest.mark.parametrize("name", NAMES)
def test_one_problem_has_numbers_but_no_intervals(name: str) -> None:
    for row in computed(name, some_rollouts(n=3)):
        assert row.low is None, row
        assert row.reason, row


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_SETS])
def test_more_rollouts_of_the_same_problems_are_not_more_problems(name: str) -> None:
    rollouts = some_rollouts()
    doubled = pl.concat([rollouts, rollouts.with_columns(rollout_id=pl.col("rollout_id") + 1000)])
    once = {row.measure: row for row in computed(name, rollouts)}
    for row in computed(name, doubled):
        before = once[row.measure]
        assert (row.n_problems, row.n) == (before.n_problems, 2 * before.n)
        if row.unit != "p" and row.estimate is not None:
            assert row.estimate == pytest.approx(before.estimate)


@pytest.mark.parametrize("name", OF_SETS)
def test_more_samples_in_a_set_are_not_more_sets(name: str) -> None:
    rollouts = some_rollouts()
    doubled = pl.concat([rollouts, rollouts.with_columns(rollout_id=pl.col("rollout_id") + 1000)])
    before, after = ([r for r in computed(name, f) if r.unit != "tokens"] for f in (rollouts, doubled))
    assert max(row.n for row in before) == max(row.n for row in after) == 20
    assert max(row.n_problems for row in after) == 20


@pytest.mark.parametrize("name", NAMES)
def test_a_measure_says_what_it_is_and_takes_its_own_defaults(name: str) -> None:
    measure = MEASURES[name]
    assert (measure.name, measure.label) == (name, MEASURES.label(name))
    assert measure.question.endswith("?")
    assert measure.citation
    assert measure.how_to_read
    assert measure.undefined_when
    assert dict(measure.chosen().values) == {setting.name: setting.default for setting in measure.settings}


@pytest.mark.parametrize("name", NAMES)
def test_every_choice_of_every_setting_works(name: str) -> None:
    for setting in MEASURES[name].settings:
        for value, _ in setting.choices:
            assert compute(name, some_rollouts(), (), {setting.name: value}, rng=np.random.default_rng(0))


@pytest.mark.parametrize("unread", ["wrong", "leave_out"])
def test_the_gain_among_rollouts_with_a_candidate_is_the_same_by_every_convention(unread: str) -> None:
    """Left out, the others leave that gain; with their final answer as the first, they dilute it and no more."""
    found = {}
    for convention in ("wrong", "final", "leave_out"):
        settings = {"no_candidate": convention, "unread": unread, "average": "pooled"}
        rows = compute("accuracy", some_rollouts(), (), settings, rng=np.random.default_rng(4))
        found[convention] = {row.measure: row for row in rows}
    among = found["wrong"]["gain_with_candidate"]
    left_out, diluted = found["leave_out"]["gain"], found["final"]["gain"]
    assert all(rows["gain_with_candidate"] == among for rows in found.values())
    assert (left_out.n, left_out.estimate, left_out.low, left_out.high) == (
        among.n,
        among.estimate,
        among.low,
        among.high,
    )
    assert among.estimate is not None
    assert diluted.n > among.n
    assert diluted.estimate == pytest.approx(among.estimate * among.n / diluted.n)


def test_measures_together_are_the_measures_alone() -> None:
    together = compute_all(NAMES, some_rollouts(), ("problem_set",), rng=np.random.default_rng(4))
    assert together == {name: computed(name, some_rollouts(), ("problem_set",)) for name in NAMES}


@pytest.mark.parametrize("column", GROUPS)
def test_rows_can_be_grouped_by_every_column_that_is_offered(column: str) -> None:
    rows = computed("stability", some_rollouts(), (column,))
    assert {tuple(row.group) for row in rows} == {(column,)}


def test_samples_are_in_the_order_of_their_numbers() -> None:
    rollouts = some_rollouts().with_columns(sample=(pl.col("rollout_id") % 3 * 5).cast(pl.Int32))
    groups = [row.group["sample"] for row in computed("candidates", rollouts, ("sample",))]
    assert list(dict.fromkeys(groups)) == ["0", "5", "10"]


@pytest.mark.parametrize(
    ("name", "by", "settings", "message"),
    [
        ("acuracy", (), {}, "unknown measure 'acuracy'; known: accuracy, transitions"),
        ("accuracy", ("colour",), {}, "cannot group by 'colour'; known: model, problem_set"),
        ("accuracy", (), {"beta": "1"}, "measure accuracy has no setting 'beta'; it has: average"),
        ("accuracy", (), {"average": "mean"}, "setting average takes macro or pooled, not 'mean'"),
        ("overthinking", (), {"beta": "nan"}, "setting beta takes a number from 0 to 1, not 'nan'"),
        ("length", (), {"bins": "2.5"}, "setting bins takes a whole number from 2 to 20, not '2.5'"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(
    name: str, by: tuple[str, ...], settings: dict[str, str], message: str
) -> None:
    with pytest.raises(UserError) as refused:
        compute(name, some_rollouts(n=6), by, settings, rng=np.random.default_rng(0))
    assert message in str(refused.value)
