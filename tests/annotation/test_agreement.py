"""The page of agreement: hand-derived numbers, cells that open their steps, and who may see it."""

import csv
import io

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Role
from apps.annotation.models import Layer, Scheme
from apps.annotation.queries.agreement import hands_of
from apps.annotation.services.agreement import alike, matrix_of, places_in, report_of
from apps.annotation.services.layers import gold_layer, imported_layer
from apps.traces.models import Rollout, Turn
from tests.annotation.hands import labels_by, person, put, put_span, queue_of, rollouts_of, scheme_of
from tests.traces.pages import Visitor, visitor

pytestmark = pytest.mark.django_db
TEXT = "one\ntwo\n\nthree\nfour"
"""Four lines with words, one blank."""


class Two:
    """Two people who labelled two rollouts: they agree on 6 of 8 lines."""

    def __init__(self) -> None:
        self.lead: Visitor = visitor(Role.OWNER)
        self.project = self.lead.project
        self.scheme: Scheme = scheme_of(self.project, many=False)
        self.first, self.second = rollouts_of(self.project, [TEXT, TEXT + "!"])
        self.queue = queue_of(self.scheme, [self.first, self.second])
        ada, ben = person(self.project, "ann"), person(self.project, "ben")
        said: dict[Rollout, dict[int, str | tuple[str, str]]]
        said = {self.first: {1: "verify", 2: "doubt"}, self.second: {1: "verify", 5: ("candidate", "4")}}
        self.ada: Layer = labels_by(self.queue, ada, said)
        said = {self.first: {1: "verify"}, self.second: {1: "doubt", 5: ("candidate", "8/2")}}
        self.ben: Layer = labels_by(self.queue, ben, said)

    @property
    def url(self) -> str:
        return f"{self.lead.base}annotation/schemes/{self.scheme.pk}/agreement/"


def line(two: Two, name: str, label: str = "", of: str = "steps", together: bool = False) -> float | None:
    report = report_of(two.scheme)
    first, second = ("", "") if together else (str(two.ada.pk), str(two.ben.pk))
    found = [x for x in report.lines if (x.of, x.label, x.first, x.second, x.name) == (of, label, first, second, name)]
    assert len(found) == 1
    return found[0].estimate.value


def test_kappa_counts_every_line_that_has_words() -> None:
    # 8 lines: both none 4, verify 1, candidate 1; doubt/none 1, verify/doubt 1: p_o = 6/8.
    # ada: none 4, verify 2, doubt 1, candidate 1; ben: none 5, verify 1, doubt 1, candidate 1
    by_chance = (4 * 5 + 2 * 1 + 1 * 1 + 1 * 1) / 64
    two = Two()
    assert line(two, "kappa") == pytest.approx((6 / 8 - by_chance) / (1 - by_chance))
    # F1 of the labels: in common verify on 1, candidate on 5; 4 and 3 labels
    assert line(two, "exact_f1") == pytest.approx(2 * 2 / 7)
    assert line(two, "exact_f1", "doubt") == 0


def test_values_are_equal_where_the_grader_says_so() -> None:
    assert line(Two(), "values", "candidate") == 1
    assert alike("4; 1/2", "4; 0.5")
    assert not alike("4; 1/2", "4")


def test_a_rollout_that_one_is_not_done_with_is_not_compared() -> None:
    two = Two()
    two.queue.items.get(rollout=two.second).assignments.filter(user__username="ben").update(state="open")
    report = report_of(two.scheme)
    assert report.n_rollouts == 1
    assert {place.rollout for place in report.compared.steps.places} == {two.first.pk}


def test_labels_of_another_text_are_left_out() -> None:
    two = Two()
    two.ada.labels.filter(rollout=two.first).update(text_hash=b"x" * 32)
    report = report_of(two.scheme)
    matrix = matrix_of(report, str(two.ada.pk), str(two.ben.pk), "steps")
    given = {name: sum(row) for name, row in zip(matrix.names, matrix.counts, strict=True) if sum(row)}
    assert given == {"none": 6, "verify": 1, "candidate": 1}


def test_a_file_and_a_gold_layer_are_hands_on_what_they_labelled_and_gold_is_left_out_of_alpha() -> None:
    two = Two()
    for layer in (imported_layer(scheme=two.scheme, name="file"), gold_layer(scheme=two.scheme)):
        put(layer, two.first, {1: "verify"})
    assert [(hand.name, hand.kind, len(hand.rollouts)) for hand in hands_of(two.scheme)] == [
        ("ann", "person", 2),
        ("ben", "person", 2),
        ("file", "imported", 1),
        ("gold", "gold", 1),
    ]
    fleiss = line(two, "fleiss", together=True)
    # full overlap of ann, ben, file on the first rollout: units vvv, dnn, nnn, nnn; agreed (1 + 1/3 + 1 + 1)/4
    by_chance = (3 / 12) ** 2 + (1 / 12) ** 2 + (8 / 12) ** 2
    assert fleiss == pytest.approx((10 / 12 - by_chance) / (1 - by_chance))


def test_one_who_found_nothing_said_none_everywhere() -> None:
    two = Two()
    labels_by(two.queue, person(two.project, "cleo"), {two.first: {}})
    cleo = next(hand for hand in hands_of(two.scheme) if hand.name == "cleo")
    report = report_of(two.scheme)
    matrix = matrix_of(report, str(two.ada.pk), cleo.key, "steps")
    assert (matrix.n, matrix.n_alike) == (4, 2)


def test_steps_that_carry_several_labels_are_compared_label_by_label() -> None:
    two = Two()
    Scheme.objects.filter(pk=two.scheme.pk).update(many=True, version=2)
    two.scheme.refresh_from_db()
    report = report_of(two.scheme)
    assert not [x for x in report.lines if x.label == "" and x.name == "kappa"]
    # verify: ada on 2 lines, ben on 1 of them, of 8
    matrix = matrix_of(report, str(two.ada.pk), str(two.ben.pk), "steps", "verify")
    assert matrix.counts == [[6, 0], [1, 1]]


def test_a_label_over_several_lines_is_on_each_of_them() -> None:
    two = Two()
    put_span(two.ben, two.first, 4, len(TEXT), "doubt")  # from "two" to the end: 3 lines with words
    report = report_of(two.scheme)
    doubt = report.compared.steps.kinds.index("doubt")
    ben = report.compared.hands.index(str(two.ben.pk))
    assert report.compared.steps.given[ben, :, doubt].sum() == 3 + 1  # no blank line; one in the second


def test_cells_of_the_matrix_open_their_steps() -> None:
    two = Two()
    report = report_of(two.scheme)
    matrix = matrix_of(report, str(two.ada.pk), str(two.ben.pk), "steps")
    verify, doubt = matrix.names.index("verify"), matrix.names.index("doubt")
    [place] = places_in(report, str(two.ada.pk), str(two.ben.pk), matrix, verify, doubt)
    assert (place.rollout, place.line) == (two.second.pk, 1)
    asked = f"?first={two.ada.pk}&second={two.ben.pk}&of=steps&row={verify}&column={doubt}"
    page = two.lead.page(two.url + asked)
    turn = Turn.objects.get(rollout=two.second, is_attempt=True).index
    assert f'href="/p/maths/rollouts/{two.second.pk}/?turn={turn}&amp;line=1#L1"' in page


def test_the_page_opens_with_the_finding() -> None:
    two = Two()
    page = two.lead.page(two.url)
    assert "ann and ben say the same of 75.0\u202f% [" in page
    assert "] of 8 steps." in page
    assert "Krippendorff’s α" in page


def test_without_two_hands_the_page_says_what_is_missing() -> None:
    lead = visitor(Role.OWNER)
    scheme = scheme_of(lead.project)
    assert "Nothing to compare yet" in lead.page(f"{lead.base}annotation/schemes/{scheme.pk}/agreement/")


def test_the_table_holds_every_number_with_its_reason() -> None:
    two = Two()
    response = two.lead.client.get(f"{two.lead.base}annotation/schemes/{two.scheme.pk}/agreement.csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))  # type: ignore[attr-defined]
    assert len(rows) == len(report_of(two.scheme).lines)
    repair = [row for row in rows if row["label"] == "repair" and row["statistic"] == "kappa"]
    assert [(row["estimate"], row["reason"][:14]) for row in repair] == [("", "one label only")]


def test_annotators_and_strangers_do_not_see_it() -> None:
    two = Two()
    client = Client()
    client.login(username="ann", password="x")
    assert client.get(two.url).status_code == 403
    other = visitor(Role.OWNER, project=scheme_of(two.project, name="other").project, name="eve")
    other.user.memberships.all().delete()
    assert other.client.get(two.url).status_code == 404


def test_the_number_of_queries_does_not_rise_with_rollouts(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    two = Two()
    more = rollouts_of(two.project, [f"{TEXT} {number}" for number in range(30)])
    queue = queue_of(two.scheme, more)
    for name in ("ann", "ben"):
        labels_by(queue, two.project.memberships.get(user__username=name).user, {each: {1: "verify"} for each in more})
    with django_assert_max_num_queries(20):
        assert report_of(two.scheme).n_rollouts == 32
