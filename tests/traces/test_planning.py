"""The calculator of planned comparisons: its numbers are those of analysis.power, and impossible plans are named."""

import re

import pytest

from analysis.power import Plan, problems_needed
from apps.core.templatetags.numbers import count
from tests.traces.pages import Visitor, visitor

pytestmark = pytest.mark.django_db


@pytest.fixture
def who() -> Visitor:
    return visitor()


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_page_says_how_many_problems_are_needed(who: Visitor) -> None:
    page = words(who.page(f"{who.base}planning/?accuracy=50&difference=10&icc=0&correlation=1&n_samples=1&power=80"))
    assert problems_needed(Plan(0.5, 0.1)) == 387
    assert "10.0 points are seen with 387 problems of 1 sample in each arm" in page


def test_the_table_has_differences_by_samples(who: Visitor) -> None:
    page = words(who.page(f"{who.base}planning/?accuracy=70&icc=0.5&correlation=0.8&power=80"))
    assert count(problems_needed(Plan(0.7, 0.05, 0.5, 0.8, 4))).replace("\u202f", " ") in page.replace("\u202f", " ")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("difference=0", "no difference: no number of problems sees it"),
        ("accuracy=99&difference=5", "both accuracies must lie between 0 and 1"),
        ("accuracy=abc", "Enter a number"),
        ("icc=7", "less than or equal to 1"),
        ("n_samples=99999999999", "less than or equal to 1000"),
        ("difference=nan", "Enter a number"),
    ],
)
def test_what_cannot_be_planned_is_named(who: Visitor, query: str, message: str) -> None:
    page = words(who.page(f"{who.base}planning/?{query}"))
    assert message in page
    assert "No plan follows from these numbers." in page
