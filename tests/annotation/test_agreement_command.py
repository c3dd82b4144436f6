"""`manage.py agreement` says what the page says; on the shared gold labels a hand-made second hand is found out."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.types import Problem, Role, Turn
from apps.accounts.models import Project
from apps.annotation.presenters.agreement import csv_lines
from apps.annotation.services.agreement import report_of
from apps.annotation.services.layers import gold_layer, imported_layer
from apps.annotation.services.scoring import scored
from apps.core.symbolic import SymbolicProcess
from apps.traces.management.commands.score_extractor import scored as scored_by_command
from apps.traces.models import Rollout
from tests.annotation.hands import labels_by, person, put, queue_of, rollouts_of, scheme_of
from tests.traces.build import attempt, rollout, stored

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def project() -> Project:
    return Project.objects.create(slug="maths", name="Maths")


def said(**options: Any) -> str:
    out = StringIO()
    call_command("agreement", project="maths", stdout=out, **options)
    return out.getvalue()


def test_the_object_holds_every_number_of_the_page(project: Project) -> None:
    scheme = scheme_of(project, many=False)
    rollouts = rollouts_of(project, ["one\ntwo", "one\ntwo "])
    queue = queue_of(scheme, rollouts)
    for name, label in (("ann", "verify"), ("ben", "doubt")):
        labels_by(queue, person(project, name), {each: {1: label} for each in rollouts})
    found = json.loads(said(scheme="reflection", json=True))
    assert (found["n_rollouts_shared"], [hand["name"] for hand in found["hands"]]) == (2, ["ann", "ben"])
    head, *lines = csv_lines(report_of(scheme))
    assert [tuple(row[name] for name in head) for row in found["rows"]] == lines
    [kappa] = [row for row in found["rows"] if (row["label"], row["statistic"]) == (None, "kappa")]
    # codes vnvn and dndn: agreed 1/2, by chance none 1/4: (1/2 - 1/4) / (3/4)
    assert kappa["estimate"] == pytest.approx(1 / 3)
    assert "ann · ben" in said(scheme="reflection")


def test_unknown_names_are_refused_with_those_that_there_are(project: Project) -> None:
    scheme_of(project)
    with pytest.raises(CommandError, match="has no scheme 'x'; known: reflection"):
        said(scheme="x")
    with pytest.raises(CommandError, match="no project 'none'"):
        call_command("agreement", project="none", scheme="x")


def gold_rollouts(project: Project, rows: list[dict[str, Any]]) -> dict[str, Rollout]:
    """The labelled traces as rollouts, by their ids; stored under short ones."""
    made = []
    for number, row in enumerate(rows):
        problem = Problem(row["problem"], (row["gold"],), key=row["id"])
        turns = (Turn(Role.USER, row["problem"]), attempt(row["reasoning"], ""))
        made.append(rollout(str(number), problem=problem, turns=turns))
    kept = {each.external_id: each for each in stored(made, owner=project).rollouts.select_related("collection")}
    return {row["id"]: kept[str(number)] for number, row in enumerate(rows)}


def test_gold_labels_against_themselves_and_against_a_hand_that_misses_every_fifth(
    project: Project, shared: Path
) -> None:
    lines = (shared / "gold" / "candidates_dev.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    rollouts = gold_rollouts(project, rows)
    scheme = scheme_of(project, "candidates")
    whole, again, less = (imported_layer(scheme=scheme, name=name) for name in ("whole", "again", "less"))
    number = 0
    for row in rows:
        marked = {label["line"]: ("candidate", "; ".join(label["values"])) for label in row["candidates"]}
        put(whole, rollouts[row["id"]], marked)
        put(again, rollouts[row["id"]], marked)
        fewer = {line: given for line, given in marked.items() if (number := number + 1) % 5}
        put(less, rollouts[row["id"]], fewer)
    found = json.loads(said(scheme="candidates", json=True))
    value = {
        (row["first"], row["second"], row["statistic"]): row["estimate"]
        for row in found["rows"]
        if row["label"] == "candidate"
    }
    assert (value["whole", "again", "kappa"], value["whole", "again", "values"]) == (1, 1)
    # 226 labels, 45 of them missed: F1 = 2·181/(226 + 181)
    assert number == 226
    assert value["whole", "less", "exact_f1"] == pytest.approx(2 * 181 / (226 + 181))
    assert value["whole", "less", "values"] == 1


def test_extractors_score_in_the_app_what_the_command_scores_from_the_file(project: Project, shared: Path) -> None:
    path = shared / "gold" / "candidates_dev.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    rollouts = gold_rollouts(project, rows)
    layer = gold_layer(scheme=scheme_of(project, "candidates"))
    for row in rows:
        marked: dict[int, str | tuple[str, str]] = dict.fromkeys(row["doubtful_lines"], "doubtful")
        marked |= {label["line"]: ("candidate", "; ".join(label["values"])) for label in row["candidates"]}
        put(layer, rollouts[row["id"]], marked)
    found = scored(layer, "boxed").rates
    with SymbolicProcess() as process:
        by_command = scored_by_command(path, "boxed", process)["all"]
    for name in ("precision", "recall", "f1"):
        assert found[name].value == pytest.approx(by_command[name])
    assert found["same_first_line"].value == pytest.approx(by_command["same_first_line"]["share"])
    assert found["same_value"].value == pytest.approx(by_command["equal_values"]["share"])
