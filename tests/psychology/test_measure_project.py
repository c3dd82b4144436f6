"""`manage.py measure NAME --project SLUG`: small studies by hand, and what it refuses."""

import csv
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.psychology.services import figures
from apps.psychology.services.published import import_published
from tests.psychology.published import TASKS, TRAITS, behaviour, personas, replies, report, table
from tests.traces import build

pytestmark = pytest.mark.django_db
SLUG = "p"


@pytest.fixture
def project() -> Any:
    """Two instruct models, two base ones, and a persona; one model's replies to items."""
    made = build.project(SLUG)
    base = report("base.csv", "base").content.replace(b"duck,", b"egg,").replace(b"goose,", b"yolk,")
    files = [report(), behaviour(), personas(), report("base.csv", "base")._replace(content=base)]
    import_published(project=made, user=None, study="personality-illusion", files=files)
    import_published(project=made, user=None, study="personallm", files=[replies("(a) 5\n(f) 1", "(a) no\n(f) 2")])
    return made


def printed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("measure", *arguments, stdout=out)
    return out.getvalue()


def rows(name: str, *settings: str) -> list[dict[str, Any]]:
    given = [part for setting in settings for part in ("--set", setting)]
    found: list[dict[str, Any]] = json.loads(printed(name, "--project", SLUG, "--json", *given))
    return found


def test_every_row_says_its_number_or_why_there_is_none_its_method_and_its_source(project: Any) -> None:
    for name in ("stability", "link", "alignment", "persona_effect", "reliability"):
        found = rows(name)
        assert found, name
        for row in found:
            assert (row["estimate"] is None) <= bool(row["reason"]), row
            assert (row["low"] is None) <= bool(row["reason"]), row
            assert row["method"], row
            assert row["citation"], row
            assert "NaN" not in json.dumps(row)


def test_the_mean_of_a_kind_has_an_interval_over_its_models(project: Any) -> None:
    """Agreeableness: 3, 3 of one model and 4, 4 of the other: mean 3.5, error 0.5, Student's 12.71 of one degree."""
    found = next(
        row for row in rows("stability") if row["name"] == "mean"
        and row["group"] == {"trait": "agreeableness", "kind": "instruct"}
    )  # fmt: skip
    assert (found["estimate"], found["n"], found["n_models"]) == (3.5, 4, 2)
    assert found["low"] == pytest.approx(3.5 - 12.7062 * 0.5, abs=1e-3)


def test_kinds_and_models_can_be_chosen(project: Any) -> None:
    assert {row["group"]["model"] for row in rows("alignment", "models=DUCK")} == {"duck"}
    assert {row["group"]["model"] for row in rows("alignment", "kind=base")} == {"egg", "yolk"}
    other = rows("stability", "first=instruct", "second=base")
    assert {row["group"]["kind"] for row in other} == {"instruct", "base", "base - instruct"}


def test_of_two_models_no_link_is_inferred(project: Any) -> None:
    found = rows("link", "level=marginal")
    assert {row["low"] for row in found} == {None}
    assert all(row["reason"] for row in found)


def test_what_is_printed_as_words_and_as_csv_are_the_same_rows(project: Any) -> None:
    n = len(rows("alignment"))
    assert len(printed("alignment", "--project", SLUG).splitlines()) == n
    lines = list(csv.DictReader(io.StringIO(printed("alignment", "--project", SLUG, "--csv"))))
    assert [line["model"] for line in lines] == [row["group"]["model"] for row in rows("alignment")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("stability", "--project", "no"), "there is no project 'no'"),
        (("stability",), "there is no project ''"),
        (("stability", "--project", SLUG, "--set", "first=x"), "no model is of kind 'x'; known: base, instruct"),
        (("link", "--project", SLUG, "--set", "level=x"), "setting level is 'x'; known: marginal, joint"),
        (("link", "--project", SLUG, "--set", "x=1"), "unknown setting 'x'; known: level, inference, of, models, kind"),
        (("alignment", "--project", SLUG, "--set", "models=swan"), "no model has models=swan"),
        (("accuracy",), "measure accuracy needs --collection"),
    ],
)
def test_what_it_does_not_know_is_refused(project: Any, arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError) as refused:
        printed(*arguments)
    assert words in str(refused.value)


def test_a_project_without_any_score_gives_no_rows_or_says_why() -> None:
    empty = build.project(SLUG)
    assert [measure(empty) for measure in (figures.alignment, figures.persona_effect, figures.reliability)] == [[]] * 3
    assert figures.link(empty) == []
    with pytest.raises(figures.BadSetting, match="no model is of kind 'base'; known: none"):
        figures.stability(empty)


def test_self_report_without_spread_is_undefined_and_no_error() -> None:
    """Every run of both kinds says the same: no tests, no drop."""
    made = build.project(SLUG)
    files = [
        table(
            f"{kind}.csv",
            TRAITS,
            *(f"{kind}{m},{kind},baseline,1,,0,{run},3,3,3,3,3,189" for m in "ab" for run in (1, 2)),
        )
        for kind in ("base", "instruct")
    ]
    did = table("did.csv", TASKS, "instructa,instruct,baseline,1,,0,1,1,0,1,1,1")
    import_published(project=made, user=None, study="personality-illusion", files=[*files, did])
    found = {row.name: row for row in figures.stability(made) if row.group["trait"] == "openness"}
    assert (found["Levene F"].estimate, found["variance drop"].estimate) == (None, None)
    assert found["variance drop"].reason == "the first kind's scores do not vary"
