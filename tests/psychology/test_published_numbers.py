"""The published numbers out of the published files, through the two commands and without a model.

Sources: The Personality Illusion (arXiv 2509.03730) as refitted in pi_reference.json; PersonaLLM (arXiv 2305.02547).
"""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from analysis.psychometrics.scores import trait_figures
from apps.accounts.models import Project
from apps.psychology.queries.sheet import answers_of

pytestmark = pytest.mark.django_db
TRAITS = {
    "O": "openness", "C": "conscientiousness", "E": "extraversion", "A": "agreeableness", "N": "neuroticism",
    "SR": "self_regulation",
}  # fmt: skip
BEHAVIOURS = {
    "Risk": "risk", "IAT": "stereotyping", "SelfRefl": "inconsistency", "Epistemic": "calibration_error",
    "Syc": "sycophancy",
}  # fmt: skip
SETS = {
    "All": [], "Small": ["kind=instruct"], "Large": ["kind=instruct-lg"], "LLAMA": ["models=llama"],
    "QWEN": ["models=qwen"],
}  # fmt: skip
WITH_VARIANCES = {
    "All": ("IAT", "SelfRefl", "Epistemic"), "Small": ("Risk", "IAT", "SelfRefl", "Epistemic"), "Large": (),
    "LLAMA": ("Risk", "IAT", "Syc"), "QWEN": ("IAT",),
}  # fmt: skip
"""Fits in which model, temperature and prompt all have a variance: 66 coefficients. Elsewhere the published fit stands
on a bound, where its errors mean nothing; LLAMA on Epistemic stopped short."""
PERSONA_STOPPED_SHORT = ("self_regulation", "3", "SR")


@pytest.fixture(scope="module")
def imported(shared: Path, kept_rows: None) -> str:
    """A project with both studies."""
    for study in ("personality-illusion", "personallm"):
        call_command(
            "psychology",
            "import",
            str(shared / "data" / study),
            "--format",
            study,
            "--project",
            "read",
            stdout=io.StringIO(),
        )
    return "read"


@pytest.fixture(scope="module")
def published(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "reference" / "pi_reference.json").read_text())
    return found


def measured(name: str, project: str, *settings: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    given = [part for setting in settings for part in ("--set", setting)]
    call_command("measure", name, "--project", project, "--json", *given, stdout=out)
    found: list[dict[str, Any]] = json.loads(out.getvalue())
    return found


def test_stability_is_the_published_one(imported: str, published: dict[str, Any]) -> None:
    """Means, deviations, tests and drops of the six small models, and the drop within models."""
    rows = {(row["name"], row["group"]["trait"], row["group"]["kind"]): row for row in measured("stability", imported)}
    both = "instruct - base"
    for letter, theirs in published["RQ1_variability"].items():
        trait = TRAITS[letter]
        for kind, told in (("base", "base"), ("instruct", "inst")):
            assert rows["mean", trait, kind]["estimate"] == pytest.approx(theirs[f"mean_{told}"])
            assert rows["standard deviation", trait, kind]["estimate"] == pytest.approx(theirs[f"sd_{told}"])
            assert rows["median absolute deviation", trait, kind]["estimate"] == pytest.approx(theirs[f"mad_{told}"])
            assert (rows["mean", trait, kind]["n"], rows["mean", trait, kind]["n_models"]) == (162, 6)
        assert rows["difference of means", trait, both]["p"] == pytest.approx(theirs["welch_p"])
        assert rows["Levene F", trait, both]["estimate"] == pytest.approx(theirs["levene_F"], abs=0.005)
        assert rows["Levene F", trait, both]["p"] == pytest.approx(theirs["levene_p"])
        drop = published["RQ1_variance_drop_pct"][letter]
        assert 100 * rows["variance drop", trait, both]["estimate"] == pytest.approx(drop)
    drops = published["RQ1_variance_drop_pct"]
    assert 100 * rows["variance drop", "Big Five", both]["estimate"] == pytest.approx(drops["Big5_mean"])
    within = rows["variance drop within models", "Big Five", both]["estimate"]
    assert 100 * within == pytest.approx(drops["within_model_Big5_mean"])


def test_self_report_against_behaviour_is_the_published_fit(imported: str, published: dict[str, Any]) -> None:
    """Coefficients and p to 1 %, where the published fit has no variance of zero and reached the top (test_mixed).

    Self-regulation is per unit of an item with us and per point of the sum of 63 there.
    """
    for name, settings in SETS.items():
        rows = measured("link", imported, "level=joint", "inference=crossed", *settings)
        found = {(row["group"]["behaviour"], row["group"]["trait"]): row for row in rows}
        assert len(found) == 30
        for letter in WITH_VARIANCES[name]:
            for told, theirs in published["RQ2_crossed"][name][letter].items():
                row, unit = found[BEHAVIOURS[letter], TRAITS[told]], 63 if told == "SR" else 1
                beta, error = unit * theirs["beta"], unit * theirs["se"]
                assert row["estimate"] == pytest.approx(beta, rel=0.01, abs=0.001 * error), (name, letter, told)
                assert row["p"] == pytest.approx(theirs["p"], rel=0.01, abs=1e-5), (name, letter, told)


@pytest.mark.long
@pytest.mark.once
def test_alignment_is_the_published_refit(imported: str, published: dict[str, Any]) -> None:
    """One by one exactly, with Wilson's interval; jointly within two signs a model and six in all (test_published)."""
    rows = {(row["name"], row["group"]["model"]): row for row in measured("alignment", imported)}
    apart = 0
    for model, theirs in published["alignment_refit_per_model"].items():
        single, joint = rows["one by one", model], rows["joint", model]
        assert (single["n_same"], single["n"]) == (theirs["pearson"]["k"], theirs["pearson"]["n"]), model
        assert [round(100 * single[end]) for end in ("low", "high")] == theirs["pearson"]["ci"]
        assert joint["n"] == theirs["joint"]["n"]
        assert abs(joint["n_same"] - theirs["joint"]["k"]) <= 2, model
        apart += abs(joint["n_same"] - theirs["joint"]["k"])
    assert apart <= 6


def test_what_personas_move_is_the_published_regression(imported: str, published: dict[str, Any]) -> None:
    """Coefficients of the ridge to 0.02, of the behaviour to 0.005; one cell stopped short, as test_published says."""
    found = {
        tuple(row["group"].values()): row for row in measured("persona_effect", imported) if row["name"] == "logistic"
    }
    aims = {"agreeableness": ("A", "sycophancy"), "self_regulation": ("SR", "risk")}
    n_cells = 0
    for target, strategies in published["RQ3"].items():
        for number, theirs in strategies.items():
            told = f"strategy {number}"
            for letter, value in theirs["self_report_L2"].items():
                near = 0.025 if (target, number, letter) == PERSONA_STOPPED_SHORT else 0.02
                assert found[target, told, "trait", TRAITS[letter]]["estimate"] == pytest.approx(value, abs=near)
                n_cells += 1
            letter, behaviour = aims[target]
            did, said = found[target, told, "behaviour", behaviour], found[target, told, "trait", TRAITS[letter]]
            assert did["estimate"] == pytest.approx(theirs["behaviour_beta"], abs=0.005)
            assert did["p"] == pytest.approx(theirs["behaviour_p"], rel=0.01)
            assert did["mean_without"] == pytest.approx(theirs["mean_default"])
            assert did["mean_with"] == pytest.approx(theirs["mean_persona"])
            unit = 63 if letter == "SR" else 1
            assert unit * said["mean_without"] == pytest.approx(theirs["target_default"])
            assert unit * said["mean_with"] == pytest.approx(theirs["target_persona"])
    assert n_cells == 36


def test_the_report_moves_and_the_behaviour_hardly_does(imported: str) -> None:
    """The finding at a glance: more than a standard deviation against less than half of one."""
    gaps = {row["group"]["target"]: row for row in measured("persona_effect", imported) if row["name"] == "gap"}
    assert all(row["report"] > 1 and abs(row["behaviour"]) < row["report"] / 2 for row in gaps.values())
    assert set(gaps) == {"agreeableness", "self_regulation"}


def test_item_answers_score_to_the_published_traits(imported: str, shared: Path) -> None:
    """Means of both models, all 640 sittings, also the five that begin with a stray answer before the list.

    The published scores of those five come out where the list is read from "(a)" on.
    """
    figures = trait_figures(answers_of(Project.objects.get(slug=imported)))
    ours = {
        (row["model"], row["persona"], row["sample"], row["name"]): (row["value"], row["n"])
        for row in figures.to_dicts()
    }
    n = 0
    for file, model in (("gpt3.5_turbo_0613", "gpt-3.5-turbo-0613"), ("gpt4_0613", "gpt-4-0613")):
        text = (shared / "data" / "personallm" / "scores" / f"{file}_all_scores.csv").read_text()
        for row in csv.DictReader(io.StringIO(text)):
            value, n_items = ours[model, row["personality_type"], int(row["run"]), row["trait"].lower()]
            assert value == pytest.approx(float(row["mean_score"]))
            assert value * n_items == pytest.approx(float(row["sum_score"]))
            n += 1
    assert n == 3200


def test_reliability_is_printed_with_reasons_where_there_is_none(imported: str) -> None:
    rows = measured("reliability", imported)
    alphas = {(row["group"]["model"], row["group"]["trait"]): row["estimate"] for row in rows if row["name"] == "alpha"}
    assert all(alphas["gpt-4-0613", trait] > 0.8 for trait in list(TRAITS.values())[:5])
    assert all(row["reason"] for row in rows if row["estimate"] is None)
    refused = {row["group"]["model"]: row for row in rows if row["name"] == "refused"}
    assert {row["estimate"] for row in refused.values()} == {0.0}
