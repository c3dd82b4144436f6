"""A problem's page: its question, its golds with their history, and the correction of them."""

import pytest
from django.test import Client
from django.urls import reverse

from analysis.types import AnswerType, Outcome, Problem
from apps.accounts.models import Change, Membership, User
from apps.accounts.models import Role as MemberRole
from apps.traces.models import Analysis, Collection, RolloutFeature
from apps.traces.models import Problem as ProblemRow
from apps.traces.presenters.titles import short_title, title_html
from tests.traces.build import project, rollout, stored
from tests.traces.build_reader import analysed

pytestmark = pytest.mark.django_db


def stored_problem(**given: object) -> tuple[ProblemRow, Collection]:
    asked = Problem(**({"question": r"What is $\frac{4}{2}$?", "golds": ("2",), "key": "p1"} | given))  # type: ignore[arg-type]
    collection = stored([rollout("1", problem=asked), rollout("2", problem=asked)])
    return ProblemRow.objects.get(), collection


def client_of(collection: Collection, role: MemberRole = MemberRole.MEMBER) -> Client:
    user = User.objects.create_user(f"{role}", password="x")
    Membership.objects.create(project=collection.project, user=user, role=role)
    client = Client()
    client.force_login(user)
    return client


def test_the_question_is_shown_with_its_maths_options_and_rollouts() -> None:
    problem, collection = stored_problem(answer_type=AnswerType.CHOICE, options=("two", "three <b>"))
    page = client_of(collection).get(reverse("traces:problem", args=["p", problem.pk])).content.decode()
    assert "<mfrac>" in page
    assert "three &lt;b&gt;" in page
    for row in collection.rollouts.all():
        assert reverse("traces:rollout", args=["p", row.pk]) in page
    assert page.count("not analysed yet") == 2


def test_a_rollout_shows_the_outcome_of_the_newest_finished_analysis() -> None:
    problem, collection = stored_problem()
    row = collection.rollouts.order_by("pk")[0]
    analysed(collection)
    RolloutFeature.objects.create(analysis=Analysis.objects.get(), rollout=row, outcome=Outcome.CORRECT, n_candidates=1)
    page = client_of(collection).get(reverse("traces:problem", args=["p", problem.pk])).content.decode()
    assert page.count("not analysed yet") == 1
    assert "</b> correct</span>" in page


def test_without_a_gold_the_page_says_what_that_means() -> None:
    problem, collection = stored_problem(golds=())
    page = client_of(collection).get(reverse("traces:problem", args=["p", problem.pk])).content.decode()
    assert "no gold" in page
    assert "no accuracy" in page


def test_a_member_corrects_the_golds_and_the_history_keeps_them() -> None:
    problem, collection = stored_problem()
    client = client_of(collection)
    response = client.post(
        reverse("traces:correct_gold", args=["p", problem.pk]),
        {"golds": "3\r\n 6/2 \r\n\r\n", "reason": "typing error"},
        follow=True,
    )
    problem.refresh_from_db()
    collection.refresh_from_db()
    assert problem.golds == ["3", "6/2"]
    assert collection.revision == 2
    page = response.content.decode()
    assert "History of its golds" in page
    assert "typing error" in page
    assert "3 or 6/2" in page


def test_the_same_golds_again_change_nothing() -> None:
    problem, collection = stored_problem()
    response = client_of(collection).post(
        reverse("traces:correct_gold", args=["p", problem.pk]), {"golds": "2"}, follow=True
    )
    assert "as they were" in response.content.decode()
    assert not Change.objects.filter(target=f"problem:{problem.pk}").exists()


def test_all_golds_can_be_taken_away() -> None:
    problem, collection = stored_problem()
    client_of(collection).post(reverse("traces:correct_gold", args=["p", problem.pk]), {"golds": " \n"})
    problem.refresh_from_db()
    assert problem.golds == []


def test_who_may_not_correct_sees_no_form() -> None:
    problem, collection = stored_problem()
    address = reverse("traces:correct_gold", args=["p", problem.pk])
    page = client_of(collection, MemberRole.VIEWER).get(reverse("traces:problem", args=["p", problem.pk]))
    assert page.status_code == 200
    assert address not in page.content.decode()


@pytest.mark.parametrize("role", [MemberRole.VIEWER, MemberRole.ANNOTATOR])
def test_who_may_not_correct_is_refused(role: MemberRole) -> None:
    problem, collection = stored_problem()
    address = reverse("traces:correct_gold", args=["p", problem.pk])
    assert client_of(collection, role).post(address, {"golds": "3"}).status_code == 403


def test_a_problem_of_another_project_is_not_there() -> None:
    problem, _ = stored_problem()
    other = stored([rollout()], owner=project("other"))
    client = client_of(other)
    assert client.get(reverse("traces:problem", args=["other", problem.pk])).status_code == 404
    assert client.post(reverse("traces:correct_gold", args=["other", problem.pk]), {"golds": "3"}).status_code == 404


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Find $x$.", "Find x."),
        ("", "Problem k"),
        # the first 80 of "one two three one ..." are five times 14 characters and "one two th"
        ("one  two three\n" * 20, f"{'one two three ' * 5}one two …"),
    ],
)
def test_short_titles(question: str, title: str) -> None:
    assert short_title(question, "k") == title


def test_a_title_shows_short_formulas_and_leaves_out_displayed_ones() -> None:
    html = title_html("Solve $x^2$ in \\[ x = 1 \\] <b>", "k")
    assert html.count("<math") == 1
    assert "…" in html
    assert "&lt;b&gt;" in html


def test_a_title_is_not_longer_for_many_formulas() -> None:
    html = title_html("$x$ and " * 40, "k")
    assert html.endswith(" …") or html.count("<math") < 40
    assert html.count("<math") <= 80 // 8 + 1  # each formula counts as 8 characters
