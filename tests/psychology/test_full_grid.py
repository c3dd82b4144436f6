"""A full grid of the shipped inventory and every task with the scripted engine: runs, replies, statuses and pages.

Two system prompts x a persona and the control x two repeats, items in two templates and both orders.
"""

import csv
import io

import polars as pl
import pytest

from analysis.psychometrics.frames import ANSWERS, FIGURES, STATUSES
from analysis.psychometrics.personas import CONTROL, personas
from analysis.psychometrics.tasks.association import find_sheet
from analysis.psychometrics.tasks.table import TASKS
from apps.core.models import JobState
from apps.psychology.models import Administration
from apps.psychology.queries.administrations import administrations_of
from apps.psychology.queries.sheet import answers_of, figures_of
from apps.runs.models import RunState
from apps.traces.models import Rollout, Score
from tests.psychology.giving import NAME, given
from tests.runs import build
from tests.traces.pages import WITHOUT_STATIC_FOLDER, Visitor, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.once, WITHOUT_STATIC_FOLDER]
PERSONAS = [CONTROL, personas(["agreeableness"], ["character"])[1]]
GRID = {
    "system_prompts": ["", "Answer in earnest."],
    "personas": [each.entry for each in PERSONAS],
    "temperatures": [1.0],
    "repeats": 2,
}
N_SITTINGS = 2 * 2 * 2
REPLIES = (
    *("1", "2", "3", "4", "5", "A", "yes", "no", "even", "feasible", "unanswerable", "30", "risk", "Bold"),
    *("As an AI, I cannot.", "", "4 or 5", "3.5"),
)
CUES = [
    ["different tasks of this kind", "1. Write a short poem\n2. Add two long numbers\n3. Lift a heavy stone"],
    ["Somebody asks for this:", "feasible"],
    ["Answer with one word, yes or no.", "No."],
    ["Reply in two lines", "Answer: 7\nConfidence: 6"],
]
FIGURES_OF_LINKS = ("link", "within", "between", "alignment-joint", "alignment-pearson", "effects")
TABLES_OF_LINKS = ("link", "within-between", "alignment-joint", "alignment-pearson", "effects")


def sheets() -> list[list[str]]:
    """Every word association sheet with the labels dealt in turn, so that there is a bias of some size."""
    found = []
    for problem in TASKS["association"].problems(0):
        sheet = find_sheet(problem.key)
        assert sheet is not None
        lines = [f"{word} - {(sheet.a, sheet.b)[place % 2]}" for place, word in enumerate(sheet.words)]
        found.append([problem.question, "\n".join(lines)])
    return found


@pytest.fixture(scope="module")
def lab(kept_rows: None) -> Visitor:
    who = visitor()
    row = build.engine(settings={"replies": REPLIES, "cues": [*CUES, *sheets()]})
    given(who, row, ["scripted"], GRID)
    return who


def pages(who: Visitor, *names: str) -> list[str]:
    return [who.page(f"{who.base}psychology/{name}") for name in names]


def test_every_run_ends_and_no_unit_fails(lab: Visitor) -> None:
    runs = [each.run for each in administrations_of(lab.project)]
    assert len(runs) == 1 + len(TASKS) == 9
    for run in runs:
        assert run is not None
        failed = list(run.units.filter(state=JobState.FAILED).values_list("error", flat=True))
        assert (run.state, failed, run.n_finished) == (RunState.DONE, [], run.n_total), run


def test_every_reply_is_a_rollout_under_the_condition_of_its_cell(lab: Visitor) -> None:
    """Items 30 x 2 x 2, problems 27 + 63 + 65 + 40 + 50 + 40 + 34 + 80, each in 8 sittings, repeats 0 and 1."""
    assert Rollout.objects.filter(collection__project=lab.project).count() == (120 + 399) * N_SITTINGS
    assert set(Rollout.objects.values_list("sample", flat=True)) == {0, 1}
    factors = Rollout.objects.values_list("condition__factors", flat=True)
    assert {each.get("target", "") for each in factors} == {"", "agreeableness"}
    assert {each.get("system_prompt", "") for each in factors} == {"", "Answer in earnest."}
    assert {each["temperature"] for each in factors} == {"1"}


def test_every_item_has_a_status_and_only_what_was_read_has_an_answer(lab: Visitor) -> None:
    statuses = Score.objects.filter(name__startswith="status/")
    assert statuses.count() == 120 * N_SITTINGS
    assert set(statuses.values_list("value", flat=True)) <= set(STATUSES)
    answers = answers_of(lab.project)
    assert dict(answers.schema) == dict(ANSWERS)
    assert answers.height == 120 * N_SITTINGS
    is_read = answers["status"] == "read"
    assert 0 < is_read.sum() < answers.height
    assert (answers["value"].is_not_null() == is_read).all()
    assert set(answers["status"]) >= {"read", "refused", "several answers", "empty"}


def test_every_sitting_has_six_traits_and_every_figure_of_every_task(lab: Visitor) -> None:
    figures = figures_of(lab.project)
    assert dict(figures.schema) == dict(FIGURES)
    named = {behaviour.name for name in TASKS for behaviour in TASKS[name].behaviours}
    assert set(figures.filter(pl.col("kind") == "behaviour")["name"]) == named
    assert figures.filter(pl.col("kind") == "trait")["name"].n_unique() == 6
    assert figures.group_by("name").len()["len"].to_list() == [N_SITTINGS] * (6 + len(named))
    assert figures.filter(pl.col("value").is_null() & (pl.col("reason") == "")).is_empty()
    assert figures["value"].is_nan().sum() == 0
    main = [TASKS[name].behaviours[0].name for name in TASKS]
    assert figures.filter(pl.col("name").is_in(main) & pl.col("value").is_null())["name"].to_list() == []


def test_the_reliability_page_says_that_replies_at_random_are_noise(lab: Visitor) -> None:
    page = pages(lab, "reliability/")[0]
    assert "The answers of scripted cannot be told from noise" in page
    for title in ("Sensitivity to how an item is put", "Symmetry of the options", "Refused and unread", "ICC"):
        assert title in page
    for table in ("sensitivity", "symmetry", "indices", "tests", "refusals"):
        assert len(rows_of(lab, f"reliability/{table}.csv")) > 0, table


def test_the_link_page_infers_nothing_from_one_model_and_says_so(lab: Visitor) -> None:
    link, split = pages(lab, "link/", "link/?level=marginal&behaviours=all&personas=yes")
    assert "A score is a property of prompt × model, not a trait of a person." in link
    assert "No link can be told here: " in link
    assert len(split) > len(link)
    for row in rows_of(lab, "link/link.csv"):
        assert row["reason"], row


def test_the_dissociation_page_shows_the_persona_beside_the_control(lab: Visitor) -> None:
    page = pages(lab, "dissociation/")[0]
    assert "Persona effect on report and on behaviour" in page
    effects = rows_of(lab, "link/effects.csv")
    assert {row["target"] for row in effects} == {"agreeableness"}
    assert {row["name"] for row in effects} >= {"agreeableness", "risk", "sycophancy"}


def test_figures_and_tables_stand_alone(lab: Visitor) -> None:
    for name in FIGURES_OF_LINKS:
        drawn = pages(lab, f"link/{name}.svg")[0]
        assert drawn.startswith("<svg"), name
    for name in TABLES_OF_LINKS:
        assert rows_of(lab, f"link/{name}.csv"), name
    assert len(rows_of(lab, "items.csv")) == 120 * N_SITTINGS
    assert len(rows_of(lab, "scores.csv")) == figures_of(lab.project).height


def test_the_group_says_that_all_is_done(lab: Visitor) -> None:
    first = Administration.objects.filter(project=lab.project).order_by("pk").first()
    assert first is not None
    group, home = pages(lab, f"administrations/{first.pk}/", "")
    assert "960 of 960" in group
    for name in TASKS:
        assert TASKS.label(name) in group
    assert NAME in home


def rows_of(who: Visitor, name: str) -> list[dict[str, str]]:
    response = who.client.get(f"{who.base}psychology/{name}")
    assert response.status_code == 200, name
    content = response.getvalue() if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
