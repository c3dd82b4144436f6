"""Links of self-report and behaviour: published fits, what clustering by model changes, and what cannot be told."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy import stats

from analysis.families import benjamini_hochberg
from analysis.psychometrics.expected import EXPECTED, TRAITS
from analysis.psychometrics.frames import FIGURES, empty
from analysis.psychometrics.link import CROSSED, ONE_MODEL_DECIDES, TOO_FEW_MODELS, joint, marginal, within_between
from analysis.psychometrics.paired import columns_of, runs_of, sittings
from analysis.psychometrics.populations import Population, figures_of
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from analysis.psychometrics.scores import trait_figures
from tests.analysis.psychometrics.tables import figures, published

SHORT = dict(
    zip("OCEAN", ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"), strict=True)
)
NAMES = {**SHORT, "SR": "self_regulation"}
TASKS = {
    "Risk": "risk",
    "IAT": "stereotyping",
    "SelfRefl": "inconsistency",
    "Epistemic": "calibration_error",
    "Syc": "sycophancy",
}


def small() -> pl.DataFrame:
    return figures_of(Population(12, {("openness", "risk"): 0.5}, together=0.3), np.random.default_rng(0))


def test_the_expected_directions_are_the_published_ones(shared: Path) -> None:
    theirs = json.loads((shared / "reference" / "pi_reference.json").read_text())["expected_direction"]
    ours = {task: {trait: EXPECTED[TASKS[task]][NAMES[trait]] for trait in NAMES} for task in TASKS}
    assert ours == theirs
    assert sum(map(abs, (sign for signs in EXPECTED.values() for sign in signs.values()))) == 28
    assert set(EXPECTED["risk"]) == set(TRAITS)


def test_the_joint_fit_of_the_published_runs_has_the_published_coefficients(shared: Path) -> None:
    """Crossed random intercepts of model, temperature and system prompt, 324 runs, coefficients to 1 %."""
    theirs = json.loads((shared / "reference" / "pi_reference.json").read_text())["RQ2_crossed"]["All"]["Epistemic"]
    runs = published(shared / "data" / "personality-illusion")
    runs = runs.filter((pl.col("kind") == "trait") | (pl.col("name") == "calibration_error"))
    found = {link.trait: link for link in joint(runs, CROSSED)}
    for short, name in NAMES.items():
        beta, p = theirs[short]["beta"], theirs[short]["p"]
        assert found[name].estimate == pytest.approx(beta, rel=0.01)
        assert found[name].p == pytest.approx(p, rel=0.01, abs=1e-5)
        assert (found[name].n, found[name].n_models, found[name].inference) == (324, 12, "crossed")


def test_clustered_by_model_the_published_runs_have_nearly_the_same_slopes_and_far_wider_intervals(
    shared: Path,
) -> None:
    runs = published(shared / "data" / "personality-illusion")
    runs = runs.filter((pl.col("kind") == "trait") | (pl.col("name") == "sycophancy"))
    ours, theirs = joint(runs), joint(runs, CROSSED)
    for one, two in zip(ours, theirs, strict=True):
        assert one.low is not None
        assert one.high is not None
        assert two.low is not None
        assert two.high is not None
        assert one.estimate == pytest.approx(two.estimate, abs=(two.high - two.low) / 4)
    wider = [
        (one.high - one.low) / (two.high - two.low)
        for one, two in zip(ours, theirs, strict=True)
        if one.high and one.low and two.high and two.low
    ]
    assert np.median(wider) > 1.3
    assert not [link for link in ours if link.q is not None and link.q < 0.05]


def test_q_is_over_the_table_and_a_standardised_slope_is_the_slope_in_units_of_spread() -> None:
    found = marginal(small())
    assert len(found) == 30
    assert [link.q for link in found] == benjamini_hochberg([link.p for link in found])
    link = next(link for link in found if (link.trait, link.behaviour) == ("openness", "risk"))
    wide = sittings(small())
    scale = wide["openness"].std(ddof=0) / wide["risk"].std(ddof=0)  # type: ignore[operator]
    assert link.estimate is not None
    assert link.standardised[0] == pytest.approx(link.estimate * scale)
    assert (link.expected, link.is_as_expected, link.n, link.n_models) == (1, True, 12 * 27, 12)


def test_traits_that_go_together_share_a_marginal_slope_that_the_joint_fit_parts() -> None:
    """Openness has 0.5, extraversion none but goes with it by 0.6: alone it seems to have 0.3."""
    rows = figures_of(Population(150, {("openness", "risk"): 0.5}, spread=0.0, together=0.6), np.random.default_rng(1))
    kept = rows.filter(pl.col("name").is_in(["openness", "extraversion", "risk"]))
    alone, together = ({link.trait: link.estimate for link in fit(kept)} for fit in (marginal, joint))
    assert alone["extraversion"] == pytest.approx(0.3, abs=0.05)
    assert together["extraversion"] == pytest.approx(0.0, abs=0.05)
    assert together["openness"] == pytest.approx(0.5, abs=0.05)


def test_within_and_between_models_may_be_opposite() -> None:
    """Each model falls with its trait by 1, models rise by 2."""
    rows = []
    for model in range(6):
        for sample, step in enumerate((-1, 0, 1, 0)):
            noise = 0.01 * ((model * 7 + sample * 3) % 5 - 2)
            rows.append((f"m{model}", sample, "trait", "openness", float(model + step)))
            rows.append((f"m{model}", sample, "behaviour", "risk", 2.0 * model - step + noise))
    within, between = within_between(figures(rows))
    assert (within.level, between.level) == ("within", "between")
    assert within.estimate == pytest.approx(-1, abs=0.02)
    assert between.estimate == pytest.approx(2, abs=0.02)


def test_between_models_with_equal_runs_it_is_the_regression_of_means() -> None:
    rows = small().filter(pl.col("name").is_in(["openness", "risk"]))
    between = within_between(rows)[1]
    wide = sittings(rows).group_by("model").agg(pl.col("openness", "risk").mean())
    theirs = stats.linregress(wide["openness"].to_numpy(), wide["risk"].to_numpy())
    assert between.estimate == pytest.approx(theirs.slope)


def test_personas_that_aim_at_a_trait_are_left_out_unless_asked_for() -> None:
    plain = [("m", k, kind, name, 1.0) for k in range(3) for kind, name in (("trait", "t"), ("behaviour", "b"))]
    both = pl.concat([figures(plain), figures(plain, target="t")])
    assert (sittings(both).height, sittings(both, with_personas=True).height) == (3, 6)


def test_figures_that_stand_under_personas_only_give_no_link_and_a_reason() -> None:
    told = figures(("m", k, kind, name, 1.0) for k in range(3) for kind, name in (("trait", "t"), ("behaviour", "b")))
    for found in (marginal, joint):
        (link,) = found(told.with_columns(target=pl.lit("t")))
        assert (link.estimate, link.n, link.reason) == (None, 0, "no run")


def test_a_run_without_a_figure_is_left_out_of_what_needs_it() -> None:
    rows = [("m", 0, "trait", "t", 1.0), ("m", 0, "behaviour", "b", 2.0), ("m", 1, "trait", "t", 3.0)]
    found = columns_of(runs_of(sittings(figures(rows))), "b", ["t"])
    assert (found.outcome.tolist(), found.traits.tolist(), found.n_models) == ([2.0], [[1.0]], 1)


def of(values: dict[str, list[tuple[float, float]]]) -> pl.DataFrame:
    """(trait, behaviour) of each run of each model."""
    return figures(
        (model, place, kind, name, value)
        for model, runs in values.items()
        for place, pair in enumerate(runs)
        for kind, name, value in zip(("trait", "behaviour"), ("openness", "risk"), pair, strict=True)
    )


def test_what_cannot_be_told_has_a_reason() -> None:
    moving = [(1.0, 2.0), (2.0, 3.0), (3.0, 5.0)]
    few = marginal(of({"a": moving, "b": moving}))[0]
    assert (few.low, few.p, few.q, few.reason) == (None, None, None, TOO_FEW_MODELS)
    assert few.estimate == pytest.approx(1.5)
    still = marginal(of({name: [(1.0, 2.0), (1.0, 3.0)] for name in "abc"}))[0]
    assert (still.estimate, still.reason) == (None, "the trait does not vary")
    dead = marginal(of({name: [(1.0, 2.0), (2.0, 2.0)] for name in "abc"}))[0]
    assert (dead.estimate, dead.reason) == (None, "the behaviour does not vary")
    assert within_between(of({"a": moving, "b": moving}))[0].reason == "fewer than four models"
    alone = marginal(of({"a": [(1.0, 2.0), (2.0, 4.0)], "b": [(1.0, 2.0), (1.0, 3.0)], "c": [(1.0, 2.0), (1.0, 1.0)]}))[
        0
    ]
    assert alone.estimate is not None
    assert alone.reason in ("", ONE_MODEL_DECIDES)
    assert marginal(empty(FIGURES)) == joint(empty(FIGURES)) == within_between(empty(FIGURES)) == []
    with pytest.raises(ValueError, match="'bayes' is none of clustered, crossed"):
        marginal(of({"a": moving}), "bayes")


def test_a_trait_that_is_missing_everywhere_leaves_no_run() -> None:
    rows = figures([("m", 0, "behaviour", "risk", 1.0)]).vstack(
        figures([("m", 0, "trait", "openness", 1.0)]).with_columns(value=pl.lit(None, pl.Float64))
    )
    found = marginal(rows)[0]
    assert (found.estimate, found.n, found.n_models, found.reason) == (None, 0, 0, "no run")


def test_from_answers_to_links_a_known_slope_comes_out_and_no_other() -> None:
    """40 models whose cards follow their openness by 4 a point of the scale; scores of 20 items are nearly exact."""
    rng = np.random.default_rng(5)
    items = [Statement(f"{trait} {k}", trait, k % 2 == 1) for trait in ("openness", "extraversion") for k in range(20)]
    cells = [Cell(sample=sample, order=order) for sample in range(5) for order in ("", "reversed")]
    people = {f"m{k:02}": dict(zip(SHORT.values(), rng.uniform(-0.8, 0.8, 5).tolist(), strict=True)) for k in range(40)}
    said = trait_figures(
        answers_of({name: Respondent(each, noise=0.2) for name, each in people.items()}, items, cells, rng)
    )
    did = figures(
        (name, sample, "behaviour", "risk", 16 + 4 * 2 * each["openness"] + rng.normal())
        for name, each in people.items()
        for sample in range(5)
    ).with_columns(temperature=pl.lit("1"))
    found = {link.trait: link for link in marginal(pl.concat([said, did]))}
    for trait, truth in (("openness", 4.0), ("extraversion", 0.0)):
        low, high = found[trait].low, found[trait].high
        assert found[trait].n == 200
        assert low is not None
        assert high is not None
        assert low <= truth <= high
    assert found["openness"].estimate == pytest.approx(4, abs=0.4)
