"""Two arms pair by pair: which problems only one of them got right, and both answers side by side."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from analysis.types import Problem, Role, Turn
from apps.accounts.models import Project
from apps.accounts.models import Role as Membership
from apps.traces.models import Collection
from apps.traces.presenters.word_diff import MOST_SHOWN, MOST_WORDS, sides_of
from apps.traces.services import measuring
from apps.traces.services.analyses import ensured_analysis
from tests.traces import build
from tests.traces.analysed import user_of

pytestmark = pytest.mark.django_db(transaction=True)
ANSWERS = {"one": "4455", "two": "4545"}
"""Of four problems (what is 2 + 2?) each model's answers: problem 2 is lost, problem 3 is gained."""


def collection_of(project: Project) -> Collection:
    rollouts = [
        build.rollout(
            f"{model}{k}",
            model=model,
            problem=Problem("What is 2 + 2?", ("4",), key=f"p{k}"),
            turns=(Turn(Role.USER, "?"), build.attempt("", f"I say the answer is {answer}.", answer=answer)),
        )
        for model, answers in ANSWERS.items()
        for k, answer in enumerate(answers, 1)
    ]
    return build.stored(rollouts, owner=project)


@pytest.fixture
def collection() -> Collection:
    found = collection_of(build.project())
    ensured_analysis(collection=found)
    return found


@pytest.fixture
def reader(client: Client, collection: Collection) -> Client:
    client.force_login(user_of(collection.project, Membership.VIEWER))
    return client


def address(collection: Collection, query: str = "") -> str:
    return reverse("traces:pairs", args=[collection.project.slug]) + f"?c={collection.pk}{query}"


def page_of(reader: Client, url: str) -> str:
    response = reader.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_counts_are_those_of_the_measure(reader: Client, collection: Collection) -> None:
    page = re.sub(r"<[^>]+>", "", page_of(reader, address(collection)))
    assert "1 only the second is right, 1 only the first is right, 1 both are right, 1 both are wrong" in page
    analysis = ensured_analysis(collection=collection)
    rows = {row.measure: row for row in measuring.measure([analysis], "compare")}
    assert (rows["gained"].n_events, rows["lost"].n_events) == (1, 1)
    assert rows["gained"].estimate == pytest.approx(0.25)


def test_a_kind_lists_its_problems_with_both_answers_and_a_page_of_both(reader: Client, collection: Collection) -> None:
    page = page_of(reader, address(collection, "&kind=gained"))
    first, second = (collection.rollouts.get(external_id=name).pk for name in ("one3", "two3"))
    href = reverse("traces:beside", args=[collection.project.slug, first, second])
    assert page.count("side by side") == 1
    assert href in page
    both = page_of(reader, href)
    assert "<mark>5</mark>" in both
    assert "<mark>4</mark>" in both


def test_the_arms_can_be_turned_round(reader: Client, collection: Collection) -> None:
    page = page_of(reader, address(collection, "&a=two&b=one&kind=gained"))
    assert (
        reverse("traces:rollout", args=[collection.project.slug, collection.rollouts.get(external_id="two2").pk])
        in page
    )


def test_the_cells_of_a_comparison_open_their_pairs(reader: Client, collection: Collection) -> None:
    page = page_of(reader, reverse("traces:family", args=[collection.project.slug, collection.pk, "comparison"]))
    found = [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]*pairs/\?[^"]*)"', page)]
    assert [re.findall(r"kind=\w+", href) for href in found] == [["kind=gained"], ["kind=lost"]]
    assert all(reader.get(href).status_code == 200 for href in found)


@pytest.mark.parametrize(("query", "words"), [("&kind=odd", "both_wrong"), ("&a=nobody&b=one", "known: one, two")])
def test_what_is_not_there_is_refused_with_what_is(
    reader: Client, collection: Collection, query: str, words: str
) -> None:
    response = reader.get(address(collection, query))
    assert response.status_code == 400
    assert words in response.content.decode()


def test_rollouts_of_different_problems_or_projects_do_not_stand_side_by_side(
    reader: Client, collection: Collection
) -> None:
    slug = collection.project.slug
    first, other = (collection.rollouts.get(external_id=name).pk for name in ("one1", "one2"))
    assert reader.get(reverse("traces:beside", args=[slug, first, other])).status_code == 404
    strange = collection_of(build.project("elsewhere")).rollouts.earliest("pk")
    assert reader.get(reverse("traces:beside", args=[slug, first, strange.pk])).status_code == 404
    assert reader.get(reverse("traces:pairs", args=[slug]) + f"?c={strange.collection_id}").status_code == 404


def test_long_texts_stand_side_by_side_without_marks() -> None:
    long = "w " * MOST_WORDS
    found = sides_of(long, long + "more")
    assert found.is_marked is False
    assert [piece.text for piece in found.second] == [long + "more"]


def test_pieces_together_are_the_text() -> None:
    found = sides_of("a <b> c\n d", "a <i> c d e")
    assert "".join(piece.text for piece in found.first) == "a <b> c\n d"
    assert "".join(piece.text for piece in found.second) == "a <i> c d e"


def test_only_the_beginning_of_a_huge_text_is_shown() -> None:
    found = sides_of("x" * (MOST_SHOWN + 1), "y")
    assert found.is_cut is True
    assert len(found.first[0].text) == MOST_SHOWN
