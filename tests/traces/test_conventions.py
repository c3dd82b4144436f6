"""Rollouts that state no answer in their reasoning do not pass for what reflection gained."""

import csv
import io
import re

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse

from analysis.measures.base import compute
from apps.accounts.models import Project, Role
from apps.traces.presenters.conventions import convention_of
from apps.traces.presenters.figures.card import Group, Links, groups_of
from apps.traces.presenters.finding import finding
from apps.traces.presenters.tiles import tiles
from apps.traces.queries.filters import RolloutFilter
from tests.analysis.measures.rollouts import rollouts_of
from tests.traces.analysed import Shape, analysed, make_project, user_of

LINKS = Links("/list/", str, RolloutFilter(model="m"))
STATED = [("TT", "T"), ("FF", "F"), ("FT", "T"), ("TF", "F")] * 6
SILENT = ("", "T")


def groups(traces: list[tuple[str, str]], no_candidate: str = "wrong") -> dict[str, Group]:
    frame = rollouts_of(traces)
    found = {}
    for name in ("accuracy", "transitions", "tokens", "candidates"):
        settings = {"no_candidate": no_candidate} if name == "accuracy" else {}
        rows = compute(name, frame, (), settings, rng=np.random.default_rng(0))
        found[name] = groups_of(name, rows, (), None).everything
    return found


def said(traces: list[tuple[str, str]], no_candidate: str = "wrong") -> tuple[str, str]:
    """The finding, and the last sentence of it with the address of its link."""
    of = groups(traces, no_candidate)
    convention = convention_of(of["accuracy"], LINKS, None, no_candidate)
    told = finding(of["accuracy"], of["transitions"], of["tokens"], convention)
    words, href, rest = told.aside or ("", "", "")
    return "".join(part for part, _ in told.parts), f"{words} <{href}>{rest}"


def test_answers_given_only_after_the_reasoning_are_no_gain_of_reflection() -> None:
    # 24 state an answer: 12 right first, 12 right last. 8 more are silent and right: 20 of 32 against 12 of 32
    finding, aside = said([*STATED, *[SILENT] * 8])
    assert (
        "nothing that can be told from 0 among rollouts that state an answer in their reasoning: 0.0 points" in finding
    )
    assert "25.0\u202f% of the rollouts answered only after their reasoning </list/?model=m&candidates=none>" in aside
    assert re.search(r" and count as wrong at first: with them the difference is \+25\.0 points \[\S+, \S+\]\.$", aside)


def test_the_other_conventions_say_how_they_count() -> None:
    finding, aside = said([*STATED, *[SILENT] * 8], "final")
    assert "nothing that can be told from 0: 0.0 points" in finding
    assert aside.endswith("; their final answer counts as their first.")
    assert said([*STATED, *[SILENT] * 8], "leave_out")[1].endswith(" and are left out.")


def test_rollouts_that_never_answer_are_told_from_those_that_answer_late() -> None:
    aside = said([*STATED, *[SILENT] * 4, *[("", "")] * 4])[1]
    assert aside.startswith("25.0\u202f% of the rollouts state no answer in their reasoning <")
    assert "> (12.5\u202f% answer only after it) and count as wrong" in aside


@pytest.mark.parametrize(
    ("n_stated", "n_silent", "is_said"),
    [(1, 0, False), (200, 1, False), (19, 1, True), (39, 1, True)],
    ids=["none", "one in 200 that moves nothing", "one in 20", "one in 40 that moves the gain by over a point"],
)
def test_it_is_said_where_they_are_many_or_move_the_gain(n_stated: int, n_silent: int, is_said: bool) -> None:
    accuracy = groups([*[("TT", "T")] * n_stated, *[SILENT] * n_silent])["accuracy"]
    assert (convention_of(accuracy, LINKS, None) is not None) == is_said


def test_the_tile_says_the_difference_of_the_sentence() -> None:
    of = groups([*STATED, *[SILENT] * 8])
    convention = convention_of(of["accuracy"], LINKS, None)
    first, final, *_ = tiles(*of.values(), links=LINKS, n_sets=1, convention=convention)
    assert (first.value, first.how) == ("37.5\u202f%", "no candidate counts as wrong")
    assert (final.value, final.small) == ("62.5\u202f%", "0.0")
    assert final.how == "difference of the 24 with a candidate; paired by rollout"


def test_an_accuracy_that_counts_final_answers_as_first_opens_no_list_of_first_answers() -> None:
    hrefs = {}
    for name in ("wrong", "final"):
        of = groups([*STATED, *[SILENT] * 8], name)
        convention = convention_of(of["accuracy"], LINKS, None, name)
        hrefs[name] = tiles(*of.values(), links=LINKS, n_sets=1, convention=convention)[0].href
    assert hrefs == {"wrong": "/list/?model=m&first_outcome=correct", "final": ""}


def test_the_addresses_of_other_conventions_keep_filter_and_rows() -> None:
    accuracy = groups([*STATED, *[SILENT] * 8], "final")["accuracy"]
    convention = convention_of(accuracy, LINKS, "level", "final")
    assert convention is not None
    assert [href for href, _ in convention.others] == [
        "?model=m&by=level",
        "?model=m&by=level&no_candidate=leave_out",
    ]


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def reader(client: Client, project: Project) -> Client:
    client.force_login(user_of(project, Role.VIEWER))
    return client


def test_the_page_counts_by_the_convention_that_is_asked_for_and_so_do_its_files(
    reader: Client, project: Project
) -> None:
    collection = analysed(project, Shape(n_samples=12)).collection
    url = reverse("traces:dashboard", args=[project.slug, collection.pk])
    page = reader.get(url + "?model=alpha&no_candidate=leave_out").content.decode()
    assert "They are left out of both accuracies." in page
    assert "left out of accuracy" in page
    assert "wrong first</small>" not in page
    assert 'type="hidden" name="no_candidate" value="leave_out"' in page
    files = re.findall(r'href="([^"]*/accuracy\.csv[^"]*)"', page)
    assert files
    rows = csv.DictReader(io.StringIO(b"".join(reader.get(files[0].replace("&amp;", "&"))).decode()))
    found = {row["measure"]: row for row in rows if not row.get("problem_set")}
    assert found["gain"]["estimate"] == found["gain_with_candidate"]["estimate"]
    assert found["gain"]["n"] == found["gain_with_candidate"]["n"]


def test_a_convention_that_there_is_not_is_refused(reader: Client, project: Project) -> None:
    url = reverse("traces:dashboard", args=[project.slug, analysed(project).collection.pk])
    response = reader.get(url + "?no_candidate=right")
    assert response.status_code == 400
    assert "setting no_candidate takes wrong or final or leave_out" in response.content.decode()


def test_the_extractors_error_stands_in_the_facts_and_beside_the_transitions(reader: Client, project: Project) -> None:
    url = reverse("traces:dashboard", args=[project.slug, analysed(project).collection.pk])
    page = reader.get(url).content.decode()
    assert re.search(r"extractor error</dt><dd>line F1 0\.\d\d <small>\[0\.\d\d, \d\.\d\d\], 30 labelled traces", page)
    assert "The extractor&#x27;s own error: on 30 traces that people labelled" in page
