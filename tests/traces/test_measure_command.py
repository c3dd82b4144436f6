"""`manage.py measure` speaks JSON and CSV, exactly, and refuses what it does not know with what it does."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from analysis.answers.extract import DEFAULT, VERSIONS
from apps.accounts.models import Project
from apps.traces.management.commands.measure import pairs_of
from apps.traces.models import Analysis, CandidateSet
from apps.traces.services.verdicts import GRADER_NAME
from tests.traces.analysed import analysed, make_project

KEYS = ["measure", "group", "n", "n_problems", "estimate", "low", "high", "reason"]


@pytest.fixture
def analysis(db: None) -> Analysis:
    """The analysis that the command asks for, finished."""
    analysis = analysed(make_project())
    CandidateSet.objects.filter(pk=analysis.candidate_set_id).update(extractor=DEFAULT, version=VERSIONS[DEFAULT])
    Analysis.objects.filter(pk=analysis.pk).update(grader=GRADER_NAME)
    return analysis


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("measure", *arguments, stdout=out)
    return out.getvalue()


def rows(*arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(*arguments, "--json"))
    return found


def test_json_is_one_list_of_rows_with_exactly_these_keys(analysis: Analysis) -> None:
    found = rows("accuracy", "--collection", str(analysis.collection_id))
    assert [row["measure"] for row in found[:2]] == ["first_accuracy", "final_accuracy"]
    for row in found:
        assert list(row) == KEYS
        assert row["group"] == {}
    assert 0 < found[1]["estimate"] < 1
    assert found[1]["low"] < found[1]["estimate"] < found[1]["high"]


def test_rows_are_grouped_by_what_is_asked(analysis: Analysis) -> None:
    found = rows("accuracy", "--collection", str(analysis.collection_id), "--by", "model,level")
    assert {tuple(row["group"]) for row in found} == {("model", "level")}
    assert len({tuple(row["group"].values()) for row in found}) == 10


def test_settings_and_filters_change_the_rows(analysis: Analysis) -> None:
    collection = str(analysis.collection_id)
    whole, *_ = rows("accuracy", "--collection", collection)
    read, *_ = rows("accuracy", "--collection", collection, "--set", "unread=leave_out")
    some, *_ = rows("accuracy", "--collection", collection, "--where", "model=alpha")
    assert read["n"] < whole["n"]
    assert some["n"] == whole["n"] / 2


def test_csv_has_a_head_and_plain_numbers(analysis: Analysis) -> None:
    text = printed("transitions", "--collection", str(analysis.collection_id), "--by", "model", "--csv")
    found = list(csv.DictReader(io.StringIO(text)))
    assert {row["model"] for row in found} == {"alpha", "beta"}
    assert all(float(row["estimate"]) >= 0 for row in found if row["estimate"])


def test_several_collections_are_one_sample(analysis: Analysis) -> None:
    project = Project.objects.get(pk=analysis.collection.project_id)
    other = analysed(project)
    CandidateSet.objects.filter(pk=other.candidate_set_id).update(extractor=DEFAULT, version=VERSIONS[DEFAULT])
    Analysis.objects.filter(pk=other.pk).update(grader=GRADER_NAME)
    first, *_ = rows("accuracy", "--collection", str(analysis.collection_id), "--collection", str(other.collection_id))
    assert first["n"] == 72


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["beauty"], "unknown measure 'beauty'; known: accuracy"),
        (["accuracy", "--by", "colour"], "cannot group by 'colour'; known: model"),
        (["accuracy", "--set", "colour=red"], "has no setting 'colour'; it has: average"),
        (["accuracy", "--set", "unread=maybe"], "setting unread takes wrong or leave_out, not 'maybe'"),
        (["accuracy", "--set", "unread"], "'unread' is not NAME=VALUE"),
        (["accuracy", "--where", "colour=red"], "unknown field 'colour'; known: model"),
        (["accuracy", "--where", "outcome=nice"], "outcome cannot be 'nice'; known: correct"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(analysis: Analysis, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        printed(*arguments, "--collection", str(analysis.collection_id))


def test_a_collection_that_is_not_there_is_refused_with_those_that_are(analysis: Analysis) -> None:
    with pytest.raises(CommandError, match=rf"there is no collection 999; known: {analysis.collection_id}"):
        printed("accuracy", "--collection", "999")


def test_where_there_is_no_number_json_has_null_and_the_reason(analysis: Analysis) -> None:
    found = rows("accuracy", "--collection", str(analysis.collection_id), "--where", "model=nobody")
    assert (found[0]["estimate"], found[0]["n"], found[0]["reason"]) == (None, 0, "no rollout with a gold answer")


def test_pairs_are_split_at_the_first_equals_sign() -> None:
    assert pairs_of(["a=b=c"]) == {"a": "b=c"}
