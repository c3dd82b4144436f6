"""One measure in a report: its numbers are those of its CSV, wrong values are refused, what is gone is said."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from analysis.errors import UserError
from analysis.measures import MEASURES
from apps.accounts.models import Project
from apps.reports.blocks.measure import COLUMNS, KIND, settings_in
from apps.traces.models import Collection
from apps.traces.services.deletions import delete_collection
from tests.reports.blocks.making import made, of, stored
from tests.traces.analysed import Shape, analysed, collection_of, make_project, user_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project()


def test_its_numbers_are_those_of_the_csv(client: Client, project: Project) -> None:
    collection = analysed(project).collection
    client.force_login(user_of(project))
    url = reverse("traces:measure_csv", args=[project.slug, collection.pk, "accuracy"])
    body = b"".join(client.get(url + "?by=model,problem_set&truncated=no")).decode()
    rows = list(csv.DictReader(io.StringIO(body)))
    found = made(
        project, "measure", collection=str(collection.pk), measure="accuracy", by=["model", "problem_set"],
        query="truncated=no",
    )  # fmt: skip
    lines = of(found, "accuracy")
    grouped = [row for row in rows if row["model"]]
    assert [(row["measure"], row["model"], row["estimate"]) for row in grouped] == [
        (line["measure"], line["model"], "" if line["estimate"] is None else str(line["estimate"])) for line in lines
    ]
    assert lines
    table = found.section.figures[0].table
    assert [head for head, _ in table.columns] == [
        "number", "unit", "alpha · easy", "alpha · hard", "beta · easy", "beta · hard",
    ]  # fmt: skip
    first = next(row for row in rows if row["measure"] == "first_accuracy" and row["problem_set"] == "hard")
    cell = next(row for row in table.rows if row[0].text == "first accuracy")[3]
    assert cell.text == f"{100 * float(first['estimate']):.1f}"
    assert cell.ci.endswith(f"n={first['n']}")


@pytest.mark.parametrize("name", list(MEASURES))
def test_every_measure_can_stand_in_a_report(project: Project, name: str) -> None:
    collection = analysed(project, Shape(n_problems=3)).collection
    found = made(project, "measure", collection=str(collection.pk), measure=name)
    figure = found.section.figures[0]
    assert figure.cite == MEASURES[name].citation
    assert [(use.measure, use.citation) for use in found.uses] == [(name, figure.cite)]
    assert (found.sources[0].n_rollouts, found.sources[0].n_chosen) == (18, 18)  # 2 models, 3 problems, 3 samples
    numbers = [(line["estimate"], line["reason"]) for line in of(found, name)]
    assert all(estimate is not None or reason for estimate, reason in numbers)


def test_settings_are_taken_from_the_query_and_said(project: Project) -> None:
    collection = analysed(project).collection
    found = made(project, "measure", collection=str(collection.pk), measure="calibration", query="?set.bins=5")
    assert settings_in("set.bins=5") == {"bins": "5"} == found.uses[0].settings
    assert "5" in dict(found.section.figures[0].method.settings).values()


def test_only_the_numbers_asked_for_are_shown_and_an_unknown_one_is_said(project: Project) -> None:
    given = {"collection": str(analysed(project).collection.pk), "measure": "accuracy"}
    found = made(project, "measure", **given, numbers="gain, final_accuracy")
    assert [line["measure"] for line in of(found, "accuracy")] == ["final_accuracy", "gain"]
    assert "has no number luck; it has" in made(project, "measure", **given, numbers="luck").section.missing


def test_many_groups_stand_below_each_other(project: Project) -> None:
    models = tuple("abcdefg")
    collection = analysed(project, Shape(models=models, n_problems=2)).collection
    found = made(
        project, "measure", collection=str(collection.pk), measure="tokens", by=["model"], numbers="tokens_total"
    )
    table = found.section.figures[0].table
    assert [row[1].text for row in table.rows] == list(models)
    assert [head for head, _ in table.columns][3:] == ["estimate", "n", "problems", "remark"]


def test_numbers_that_nobody_has_are_named_with_the_reason(project: Project) -> None:
    collection = analysed(project, Shape(has_gold=False)).collection
    figure = made(project, "measure", collection=str(collection.pk), measure="accuracy").section.figures[0]
    assert "first accuracy" in figure.table.note
    assert "no rollout with a gold answer" in figure.table.note
    assert all(row[0].text != "first accuracy" for row in figure.table.rows)


@pytest.mark.parametrize(
    "given",
    [
        {"measure": "luck"},
        {"measure": "accuracy", "by": ["problem_id"]},
        {"measure": "accuracy", "by": list(COLUMNS)},
        {"measure": "calibration", "query": "set.bins=none"},
        {"measure": "accuracy", "query": "set.bins=5"},
        {"measure": "accuracy", "query": "outcome=lucky"},
        {"measure": "accuracy", "collection": "999999"},
        {"measure": "accuracy", "collection": "1; drop"},
        {},
    ],
)
def test_wrong_values_are_refused(project: Project, given: dict[str, object]) -> None:
    collection = collection_of(project, Shape())
    with pytest.raises(UserError):
        KIND.checked(project, {"collection": str(collection.pk)} | given)


def test_a_collection_that_was_deleted_or_holds_nothing_of_it_is_said(project: Project) -> None:
    collection = analysed(project).collection
    given = {"collection": str(collection.pk), "measure": "accuracy"}
    empty = made(project, "measure", **given, query="model=nobody")
    assert "No rollout" in empty.section.missing
    assert empty.sources[0].n_chosen == 0
    unread = collection_of(project, Shape(seed=3), name="unread")
    assert (
        "no finished analysis"
        in made(project, "measure", collection=str(unread.pk), measure="accuracy").section.missing
    )
    block = stored(project, "measure", **given)
    delete_collection(collection=Collection.objects.get(pk=collection.pk), actor=user_of(project))
    assert "not there any more" in KIND.made(project, block).section.missing
