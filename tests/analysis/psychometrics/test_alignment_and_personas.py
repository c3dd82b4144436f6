"""Alignment scores and what personas move: published values, chance by shuffling, and small tables by hand."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.alignments import JOINT, alignment_by, alignments
from analysis.psychometrics.dissociation import dissociation, persona_effects
from analysis.psychometrics.frames import FIGURES, empty
from analysis.psychometrics.populations import under_personas
from tests.analysis.psychometrics.tables import figures, published, with_personas


def test_signs_one_by_one_are_aligned_as_often_as_published(shared: Path) -> None:
    theirs = json.loads((shared / "reference" / "pi_reference.json").read_text())["alignment_refit_per_model"]
    ours = {each.model: each for each in alignments(published(shared / "data" / "personality-illusion"))}
    assert set(ours) == set(theirs)
    for model, each in ours.items():
        assert (each.alignment.n_same, each.alignment.n) == (
            theirs[model]["pearson"]["k"],
            theirs[model]["pearson"]["n"],
        )
        assert (each.n_runs, each.shuffled) == (27, None)


def test_joint_signs_of_one_model_are_aligned_as_published_within_two_cells(shared: Path) -> None:
    model = "Qwen/Qwen3-235B-A22B-Instruct-2507-tput"
    theirs = json.loads((shared / "reference" / "pi_reference.json").read_text())["alignment_refit_per_model"][model]
    runs = published(shared / "data" / "personality-illusion").filter(pl.col("model") == model)
    found = alignments(runs, JOINT)[0]
    assert found.alignment.n == theirs["joint"]["n"] == 28
    assert abs(found.alignment.n_same - theirs["joint"]["k"]) <= 2


def test_a_model_whose_behaviour_follows_its_traits_is_aligned_beyond_what_shuffles_give() -> None:
    """Openness goes with risk (+), agreeableness against it (-), as in people: both signs of two."""
    rng = np.random.default_rng(0)
    rows = []
    for sample in range(30):
        one, two = rng.normal(size=2)
        rows += [("m", sample, "trait", "openness", one), ("m", sample, "trait", "agreeableness", two)]
        rows.append(("m", sample, "behaviour", "risk", one - two))
    found = alignments(figures(rows), rng=rng)[0]
    assert (found.alignment.n_same, found.alignment.n, found.alignment.share) == (2, 2, 1.0)
    assert found.shuffled is not None
    assert (found.shuffled.low, found.shuffled.high) == (0.0, 1.0)


def test_a_model_that_never_varies_has_no_alignment() -> None:
    rows = [
        ("m", k, kind, name, 1.0) for k in range(5) for kind, name in (("trait", "openness"), ("behaviour", "risk"))
    ]
    for way in ("one by one", "joint"):
        found = alignments(figures(rows), way, np.random.default_rng(0))[0]
        assert (found.alignment.share, found.alignment.n, found.shuffled) == (None, 0, None)
    assert alignments(empty(FIGURES)) == []
    with pytest.raises(ValueError, match="'by eye' is none of one by one, joint"):
        alignments(figures(rows), "by eye")


def moved(report: tuple[float, ...], risk: tuple[float, ...]) -> pl.DataFrame:
    """Models at -1 and 1 without persona (a spread of sqrt 2), and under one that aims at openness moved by so much."""
    plain, told = [], []
    for model, (one, two) in enumerate(zip(report, risk, strict=True)):
        for kind, name, by in (("trait", "openness", one), ("behaviour", "risk", two)):
            for sample, value in enumerate((-1.0, 1.0)):
                plain.append((f"m{model}", sample, kind, name, value))
                told.append((f"m{model}", sample, kind, name, value + by * 2**0.5))
    return pl.concat([figures(plain), figures(told, target="openness")])


def test_effects_are_in_spreads_of_runs_without_persona_and_the_gap_is_paired() -> None:
    """Reports move by 2 and 4, behaviour by 0 and 2, expected to rise: gaps 2 and 2, so an interval of no width."""
    found = dissociation(moved((2.0, 4.0), (0.0, 2.0)))
    assert [(each.target, each.behaviour, each.expected) for each in found] == [("openness", "risk", 1)]
    assert found[0].report.value == pytest.approx(3)
    assert found[0].behaviour_effect.value == pytest.approx(1)
    assert (found[0].gap.value, found[0].gap.low, found[0].gap.high) == pytest.approx((2, 2, 2))


def test_a_persona_against_the_trait_is_compared_in_its_own_direction() -> None:
    """Reports fall by 2 and 2, behaviour by 1 and 1, as expected of a fall: the report fell 1 further."""
    assert dissociation(moved((-2.0, -2.0), (-1.0, -1.0)))[0].gap.value == pytest.approx(1)


def test_controls_stand_apart_and_are_compared_with_where_there_are_no_plain_runs() -> None:
    rows = moved((2.0, 4.0), (0.0, 2.0))
    as_control = pl.col("target") == ""
    control = rows.with_columns(persona=pl.when(as_control).then(pl.lit("neutral")).otherwise("persona"))
    assert dissociation(control)[0].report.value == pytest.approx(3)
    both = pl.concat([rows, control.filter(as_control)])
    told = persona_effects(both)
    assert {(each.target, each.persona) for each in told} == {("openness", ""), ("", "neutral")}
    neutral = [each.effect.value for each in told if each.persona == "neutral"]
    assert neutral == pytest.approx([0.0, 0.0])
    assert [each.name for each in told if each.is_target] == ["openness"]


def test_one_model_or_none_has_no_effect_over_models() -> None:
    found = dissociation(moved((2.0,), (1.0,)))[0]
    assert (found.report.value, found.report.reason) == (None, "fewer than two models with runs of both kinds")
    assert found.gap.value is None
    assert dissociation(empty(FIGURES)) == []
    assert persona_effects(empty(FIGURES)) == []


def test_the_published_personas_move_the_report_and_hardly_the_behaviour(shared: Path) -> None:
    """The Personality Illusion, persona injection: more than one spread of the report; behaviour includes none."""
    folder = shared / "data" / "personality-illusion"
    for target, behaviour in (("agreeableness", "sycophancy"), ("self_regulation", "risk")):
        found = next(each for each in dissociation(with_personas(folder, target)) if each.behaviour == behaviour)
        assert found.report.n_models == 12
        assert found.report.low is not None
        assert found.report.low > 1
        assert found.behaviour_effect.low is not None
        assert found.behaviour_effect.high is not None
        assert found.behaviour_effect.low < 0 < found.behaviour_effect.high
        assert found.gap.low is not None
        assert found.gap.low > 0


def test_known_effects_are_recovered() -> None:
    found = dissociation(under_personas(200, 1.5, 0.1, 0.5, np.random.default_rng(1)))[0]
    for effect, truth in ((found.report, 1.5), (found.behaviour_effect, 0.1), (found.gap, 1.4)):
        assert effect.low is not None
        assert effect.high is not None
        assert effect.low <= truth <= effect.high
        assert effect.value == pytest.approx(truth, abs=0.2)


def test_alignment_by_trait_counts_its_cells_over_models_and_models_for_the_interval() -> None:
    """Openness is expected with risk (+) and against sycophancy (-): m0 has both signs, m1 only the first: 3 of 4."""
    rows = []
    for model, second in (("m0", -1.0), ("m1", 1.0)):
        for sample, value in enumerate((1.0, 2.0, 4.0)):
            rows.append((model, sample, "trait", "openness", value))
            rows.append((model, sample, "behaviour", "risk", value))
            rows.append((model, sample, "behaviour", "sycophancy", second * value))
    by_trait = alignment_by(figures(rows), "trait")[0]
    assert (by_trait.name, by_trait.share.estimate, by_trait.share.n, by_trait.share.n_items) == (
        "openness",
        0.75,
        4,
        2,
    )
    by_task = alignment_by(figures(rows), "behaviour")
    assert [(each.name, each.share.estimate) for each in by_task] == [("risk", 1.0), ("sycophancy", 0.5)]
    with pytest.raises(ValueError, match="'mood' is no trait or behaviour"):
        alignment_by(figures(rows), "mood")
