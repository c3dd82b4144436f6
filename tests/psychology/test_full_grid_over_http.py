"""The whole lab over HTTP: respondents who know their own traits are recovered, and what they send unread is counted.

The server refuses log-probabilities, so that the lottery is read from letters. Bounds are three to four standard
errors, worked out beside them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from analysis.psychometrics.expected import TRAITS
from analysis.psychometrics.personas import CONTROL, personas
from analysis.psychometrics.respondents import Respondent
from apps.psychology.presenters.trust import page_of
from apps.psychology.queries.sheet import answers_of, figures_of
from apps.psychology.services.reliability import trust
from apps.runs.models import RunState
from apps.traces.models import Rollout, Score
from tests.psychology.giving import MANNER, given
from tests.psychology.habits import known
from tests.psychology.respondent_server import ONE_CALL, Model, Sending, mean_score, respondents
from tests.runs import build
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once, WITHOUT_STATIC_FOLDER]
MOVED = {"agreeableness": 0.6}


def traits(*values: float) -> dict[str, float]:
    return dict(zip(TRAITS, values, strict=True))


BOLD, KIND = traits(0.8, -0.5, 0.6, -0.6, -0.7, -0.4), traits(-0.4, 0.6, 0.2, 0.3, 0.5, 0.7)
AGREEING, FIRST = traits(0.2, 0.3, -0.5, 0.1, 0.4, -0.5), traits(-0.8, 0.8, -0.7, -0.2, 0.6, 0.5)
MODELS = {
    "bold": Model(Respondent(BOLD, noise=0.3), 0.1, MOVED),
    "kind": Model(Respondent(KIND, noise=0.3), 0.0, MOVED),
    "agreeing": Model(Respondent(AGREEING, acquiescence=0.4, noise=0.3), 0.05, MOVED),
    "first": Model(Respondent(FIRST, first_option=0.3, refusal=0.1, noise=0.3), 0.0, MOVED),
}
PERSONAS = [CONTROL, personas(["agreeableness"], ["character"])[1]]
BOUNDS = {
    "risk": 0.25,  # a draw between two whole numbers: 3 · 0.5/√54
    "risky_choice": 0.16,  # 3 · √(0.25/90)
    "stereotyping": 0.09,  # of a sheet √(2 · 0.2/8); 3 · 0.23/√110, and sheets are no straight line
    "sycophancy": 17,  # 300 · √(0.25/80)
    "sycophancy_control": 1e-9,
    "sycophancy_reask": 1e-9,
    "accuracy": 0.15,  # 3 · √(0.25/100)
    "calibration_error": 15,  # one bin: the accuracy's
    "inconsistency": 1e-9,
    "invented_answered": 1e-9,
    "self_prediction": 0.13,  # 4 · √(0.25/232)
    "described_risk": 0.006,  # a whole percentage
    "described_cards": 0.006,
    "described_choice": 1e-9,
}
"""Of the mean over both sittings, by figure."""


class Lab(NamedTuple):
    who: Visitor
    sending: Sending


@pytest.fixture(scope="module")
def lab(kept_rows: None) -> Iterator[Lab]:
    who = visitor()
    with respondents(MODELS) as (served, sending):
        settings = {"base_url": served.url, "models": {name: name for name in MODELS}, "n_retries": 0}
        row = build.engine("respondents", "openai", settings=settings)
        grid = {"personas": [each.entry for each in PERSONAS], "temperatures": [1.0]}
        made = given(who, row, list(MODELS), grid)
        assert [(each.run.state, each.run.n_failed) for each in made if each.run] == [(RunState.DONE, 0)] * 36
        yield Lab(who, sending)


def mean_by_model(figures: pl.DataFrame) -> dict[tuple[str, str], float]:
    means = figures.group_by("model", "name").agg(pl.col("value").mean())
    return {(model, name): value for model, name, value in means.rows()}


def test_every_reply_is_a_rollout_and_says_what_became_of_it(lab: Lab) -> None:
    """30 items x 4 ways, and 27 + 63 + 65 + 40 + 50 + 40 + 34 + 80 problems of tasks, x 2 personas x 4 models."""
    assert Rollout.objects.count() == (120 + 399) * 2 * 4
    assert answers_of(lab.who.project).height == 120 * 2 * 4


def test_trait_scores_are_those_of_the_known_traits(lab: Lab) -> None:
    """Variance of one answer at most 0.3 · 1 + 0.7 · 0.25, with a first option 1.3; of 20 answers: errors of 0.15 and
    0.25, root mean square 0.18 over all. The persona's sittings are left out."""
    figures = figures_of(lab.who.project).filter((pl.col("kind") == "trait") & (pl.col("persona") == ""))
    found = mean_by_model(figures)
    errors = {
        (name, trait): found[name, trait] - mean_score(MODELS[name], trait, MANNER["orders"])
        for name in MODELS
        for trait in TRAITS
    }
    assert len(errors) == 24
    assert max(abs(error) for (name, _), error in errors.items() if name != "first") < 0.6
    assert max(abs(error) for (name, _), error in errors.items() if name == "first") < 1.0
    assert np.sqrt(np.mean(np.square(list(errors.values())))) < 0.24


def test_what_was_sent_unreadable_is_counted_exactly_and_never_scored(lab: Lab) -> None:
    answers = answers_of(lab.who.project)
    unread = answers.filter(pl.col("status") != "read")
    counted = Counter(
        {(model, status): n for model, status, n in unread["model", "status"].group_by(pl.all()).len().rows()}
    )
    assert counted == lab.sending.items
    assert {status for _, status in counted} == {"refused", "several answers", "empty", "off the scale", "unread"}
    assert unread["value"].null_count() == unread.height
    figures = figures_of(lab.who.project)
    of_task = {"card_task": ["risk"], "association": ["stereotyping"], "lottery": ["risky_choice"]}
    of_task["self_description"] = [name for name in figures["name"].unique() if name.startswith("described_")]
    for model in MODELS:
        own = figures.filter(pl.col("model") == model)
        for task in ONE_CALL:
            n = own.filter(pl.col("name").is_in(of_task[task]))["n_unread"].sum()
            assert n == lab.sending.tasks[model, task], (model, task)


def test_habits_come_out_of_every_task(lab: Lab) -> None:
    found = mean_by_model(figures_of(lab.who.project).filter(pl.col("kind") == "behaviour"))
    for name, model in MODELS.items():
        for figure, truth in known(model.habits).items():
            assert found[name, figure] == pytest.approx(truth, abs=BOUNDS[figure]), (name, figure)


def test_a_respondent_stands_by_its_own_tasks_as_often_as_it_should(lab: Lab) -> None:
    """Of three judgements, each right with s, most are right with s³ + 3 s²(1 - s); 120 tasks: 3 · √(0.15/120)."""
    found = mean_by_model(figures_of(lab.who.project))
    for name, model in MODELS.items():
        s = model.habits.stands
        assert found[name, "feasibility_agreement"] == pytest.approx(s**3 + 3 * s**2 * (1 - s), abs=0.11), name
        assert found[name, "unanswerable_f1"] == pytest.approx(s, abs=0.2), name  # 48 questions: 3 · √(0.2/48)


def test_a_server_without_log_probabilities_of_a_prompt_has_its_lotteries_read_from_letters(lab: Lab) -> None:
    scores = Score.objects.filter(name="lottery/by_likelihood").values_list("value", flat=True)
    assert set(scores) == {0.0}


def test_order_bias_and_acquiescence_are_those_of_the_ones_who_have_them(lab: Lab) -> None:
    found = trust(lab.who.project)
    biases = {each.model: each for each in found.order_biases}
    assert biases["first"].estimate == pytest.approx(0.3, abs=0.15)  # 120 pairs: 3 · √(2 · 1.3/16/120) = 0.11
    assert (biases["first"].low or 0) > 0
    leaning = {each.model: each.acquiescence for each in found.indices if not each.trait}
    assert leaning["agreeing"].value == pytest.approx(0.4, abs=0.12)  # clipped at the ends
    assert (leaning["agreeing"].low or 0) > 0
    for name in ("bold", "kind"):
        assert biases[name].estimate == pytest.approx(0, abs=0.1)
        assert leaning[name].value == pytest.approx(0, abs=0.1)


def test_only_the_one_who_agrees_with_opposites_too_is_called_noise(lab: Lab) -> None:
    """Its traits are weaker than its habit to agree, so that an item and its opposite get the same answer."""
    found = page_of(trust(lab.who.project), lambda name: name)
    assert found.noise.startswith("The answers of agreeing cannot be told from noise: they change as often")
    assert [each.way for each in trust(lab.who.project).sensitivities if each.may_be_noise] == ["paraphrase"]


def test_the_persona_moves_what_is_said_and_not_what_is_done(lab: Lab) -> None:
    """0.6 of half a scale of 5 is 1.2; behaviour is the same but for its draws."""
    figures = figures_of(lab.who.project)
    plain, moved = (mean_by_model(figures.filter(pl.col("persona") == each.name)) for each in PERSONAS)
    for name in MODELS:
        assert moved[name, "agreeableness"] - plain[name, "agreeableness"] > 0.4, name
        assert moved[name, "risk"] == pytest.approx(plain[name, "risk"], abs=0.5)
        assert moved[name, "sycophancy"] == pytest.approx(plain[name, "sycophancy"], abs=33)  # 300 · √(2 · 0.25/40)


def test_the_pages_of_several_models_say_what_they_are_of(lab: Lab) -> None:
    for name in ("link", "dissociation"):
        page = lab.who.page(f"{lab.who.base}psychology/{name}/")
        assert "A score is a property of prompt × model, not a trait of a person." in page
        assert all(model in page for model in MODELS) or name == "dissociation"
