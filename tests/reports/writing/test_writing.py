"""A report as people write it: blocks added once, changed, moved and removed, and what is refused."""

import pytest

from analysis.errors import UserError
from apps.reports.services import reports as writing
from apps.reports.services.reports import BadReportError
from tests.reports.writing.build import WORDS, analysed_project, dashboard_of, report_of

pytestmark = pytest.mark.django_db


def order_of(report: object) -> list[str]:
    return [each["id"] for each in report.blocks]  # type: ignore[attr-defined]


def test_a_block_that_is_sent_twice_is_added_once() -> None:
    _, user, analysis = analysed_project()
    report = report_of(analysis, user)
    for _ in range(2):
        report = writing.add_block(report=report, kind="text", given={"text": "again"}, block_id="abcdef123456")
    assert order_of(report)[2:] == ["abcdef123456"]


@pytest.mark.parametrize(("place", "expected"), [(0, "cab"), (1, "acb"), (2, "abc"), (99, "abc")])
def test_a_block_moves_to_the_place_named_and_the_others_keep_their_order(place: int, expected: str) -> None:
    project, user, _ = analysed_project()
    report = writing.create_report(project=project, user=user, title="Letters")
    for letter in "abc":
        report = writing.add_block(report=report, kind="text", given={"text": letter}, block_id=letter * 6)
    moved = writing.move_block(report=report, block_id="c" * 6, place=place)
    assert "".join(each[0] for each in order_of(moved)) == expected


def test_two_people_who_change_different_blocks_lose_nothing() -> None:
    """Each holds the report as it was when they opened it."""
    _, user, analysis = analysed_project()
    mine, yours = [report_of(analysis, user)] * 2
    words, dashboard = order_of(mine)
    writing.change_block(report=mine, block_id=words, given={"text": "mine"})
    changed = writing.change_block(
        report=yours, block_id=dashboard, given=dashboard_of(analysis, page="calibration")[1]
    )
    assert [each["given"].get("text") or each["given"]["page"] for each in changed.blocks] == ["mine", "calibration"]


def test_a_removed_block_can_be_removed_again_but_not_changed() -> None:
    _, user, analysis = analysed_project()
    report = report_of(analysis, user)
    gone = order_of(report)[0]
    for _ in range(2):
        report = writing.remove_block(report=report, block_id=gone)
    assert len(report.blocks) == 1
    with pytest.raises(BadReportError, match="was removed"):
        writing.change_block(report=report, block_id=gone, given={"text": "late"})


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        ("text", {"text": "x" * 100_001}, "at most 100,000 characters"),
        ("dashboard", {"collection": "999999"}, "choose a collection of this project"),
        ("dashboard", {"collection": "²"}, "choose a collection of this project"),
        ("nonsense", {}, "unknown kind of block 'nonsense'"),
    ],
)
def test_a_block_that_asks_for_what_there_is_not_is_refused(kind: str, given: dict[str, str], words: str) -> None:
    project, user, _ = analysed_project()
    report = writing.create_report(project=project, user=user, title="Refusing")
    with pytest.raises(UserError, match=words):
        writing.add_block(report=report, kind=kind, given=given)


@pytest.mark.parametrize("query", ["tokens=abc", "x" * 4_001])
def test_a_filter_that_cannot_be_read_is_refused_when_the_block_is_added(query: str) -> None:
    _, user, analysis = analysed_project()
    with pytest.raises(UserError):
        report_of(analysis, user, query=query)


def test_another_projects_collection_is_none_of_this_one() -> None:
    _, _, theirs = analysed_project("theirs")
    project, user, _ = analysed_project("ours")
    with pytest.raises(UserError, match="choose a collection of this project"):
        writing.create_report(project=project, user=user, title="Mine", blocks=[WORDS, dashboard_of(theirs)])
