"""Disagreements become gold labels: ruled place by place, agreed ones by themselves, with history, each once."""

from collections.abc import Sequence

import pytest
from django.test import Client

from analysis.labelling.matters import Given
from apps.accounts.models import Change, Role, User
from apps.annotation.models import Comment, Label, Ruling, Scheme
from apps.annotation.presenters.adjudication import list_of, page_of
from apps.annotation.queries.adjudication import Key
from apps.annotation.services import adjudication
from apps.annotation.services.adjudication import CannotRule, Unsettled
from apps.annotation.services.agreement import report_of
from apps.annotation.services.layers import gold_layer
from tests.annotation.hands import Given as Lines
from tests.annotation.hands import labels_by as labels_of_person
from tests.annotation.hands import person, put_span, queue_of, rollouts_of, scheme_of
from tests.traces.pages import Visitor, visitor

pytestmark = pytest.mark.django_db
TEXT = "one\ntwo\nthree\nfour"


class Case:
    """ann and ben on one rollout: alike on line 1, a value apart on line 2, ann alone on line 3."""

    def __init__(self, many: bool = False) -> None:
        self.lead: Visitor = visitor(Role.OWNER)
        self.project = self.lead.project
        self.scheme: Scheme = scheme_of(self.project, many=many)
        [self.rollout] = rollouts_of(self.project, [TEXT])
        queue = queue_of(self.scheme, [self.rollout])
        ann, ben = person(self.project, "ann"), person(self.project, "ben")
        said: Lines = {1: "verify", 2: ("candidate", "4"), 3: "doubt"}
        self.ann = labels_of_person(queue, ann, {self.rollout: said})
        self.ben = labels_of_person(queue, ben, {self.rollout: {1: "verify", 2: ("candidate", "5")}})

    @property
    def user(self) -> User:
        return self.lead.user

    @property
    def url(self) -> str:
        return f"{self.lead.base}annotation/schemes/{self.scheme.pk}/adjudicate/{self.rollout.pk}/"

    def place(self, line: int) -> Key:
        start = sum(len(each) + 1 for each in TEXT.split("\n")[: line - 1])
        return 1, start, start + len(TEXT.split("\n")[line - 1])

    def rule(self, line: int, *given: Given) -> Ruling:
        place = self.place(line)
        return adjudication.rule(scheme=self.scheme, rollout=self.rollout, place=place, given=given, actor=self.user)

    def finish(self) -> adjudication.Finished:
        return adjudication.finish(scheme=self.scheme, rollout=self.rollout, actor=self.user)

    def gold(self) -> list[tuple[str, str]]:
        rows = Label.objects.filter(layer=gold_layer(scheme=self.scheme), removed_at=None).order_by("start", "name")
        return list(rows.values_list("name", "value"))

    def post(self, line: int, take: str, **more: str) -> None:
        turn, start, end = self.place(line)
        data = {"turn": turn, "start": start, "end": end, "take": take, **more}
        response = self.lead.client.post(self.url, data)
        assert response.status_code == 302


def test_people_differ_where_labels_or_values_are_not_the_same() -> None:
    case = Case()
    matters = adjudication.docket(case.scheme, case.rollout).matters
    assert [(matter.place.line, matter.agreed) for matter in matters] == [
        (1, (Given("verify"),)),
        (2, None),
        (3, None),
    ]


def test_nothing_is_finished_before_all_is_settled() -> None:
    case = Case()
    case.rule(2, Given("candidate", "5"))
    with pytest.raises(Unsettled, match="1 places are not settled yet, the first on line 3"):
        case.finish()
    assert case.gold() == []


def test_what_was_ruled_and_what_all_agree_on_is_gold() -> None:
    case = Case()
    case.rule(2, Given("candidate", "5"))
    case.rule(3)
    assert case.finish() == (2, 2)
    assert case.gold() == [("verify", ""), ("candidate", "5")]
    [change] = Change.objects.filter(project=case.project, verb="adjudicate")
    assert (change.actor, change.after) == (case.user, {"labels": 2, "changed": 2})


def test_finishing_twice_adds_nothing() -> None:
    case = Case()
    case.rule(2, Given("candidate", "5"))
    case.rule(3)
    case.finish()
    assert case.finish() == (2, 0)
    assert Label.objects.filter(layer__kind="gold").count() == 2
    assert Ruling.objects.filter(start=None).count() == 1
    assert Change.objects.filter(verb="adjudicate").count() == 1


def test_two_leads_who_rule_the_same_leave_one_ruling() -> None:
    case = Case()
    other = person(case.project, "cleo", Role.MEMBER)
    one = case.rule(3, Given("doubt"))
    two = adjudication.rule(
        scheme=case.scheme, rollout=case.rollout, place=case.place(3), given=[Given("doubt")], actor=other
    )
    assert one.pk == two.pk


def test_a_later_ruling_takes_the_earlier_ones_place_and_the_earlier_label_is_kept_as_removed() -> None:
    case = Case()
    case.rule(2, Given("candidate", "5"))
    case.rule(3)
    case.finish()
    case.rule(2, Given("candidate", "4"))
    assert case.finish() == (2, 2)  # one went, one came
    assert case.gold() == [("verify", ""), ("candidate", "4")]
    [gone] = Label.objects.filter(layer__kind="gold", removed_at__isnull=False)
    assert (gone.value, gone.removed_by) == ("5", case.user)


def test_what_all_agree_on_can_be_overruled() -> None:
    case = Case()
    case.rule(1, Given("restate"))
    case.rule(2)
    case.rule(3)
    case.finish()
    assert case.gold() == [("restate", "")]


def test_undo_says_again_what_was_said_before_and_then_nothing() -> None:
    case = Case()
    case.rule(2, Given("candidate", "4"))
    case.rule(2, Given("candidate", "5"))
    undone = adjudication.undo(scheme=case.scheme, rollout=case.rollout, place=case.place(2), actor=case.user)
    assert undone is not None
    assert undone.names == [{"name": "candidate", "value": "4"}]
    case.rule(3)
    adjudication.undo(scheme=case.scheme, rollout=case.rollout, place=case.place(3), actor=case.user)
    with pytest.raises(Unsettled, match="line 3"):
        case.finish()
    assert Ruling.objects.count() == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([Given("no such")], "'no such' cannot be given there"),
        ([Given("verify", "4")], "Verify has no value"),
        ([Given("verify"), Given("doubt")], "one label, not 2"),
    ],
)
def test_a_ruling_that_the_scheme_does_not_allow_is_refused(given: Sequence[Given], message: str) -> None:
    case = Case()
    with pytest.raises(CannotRule, match=message):
        case.rule(1, *given)


def test_a_span_that_one_marked_is_a_place_of_its_own() -> None:
    case = Case()
    case.scheme.kinds = [*case.scheme.kinds, {"name": "slip", "title": "Slip", "key": "9", "colour": 1, "on": "span"}]
    case.scheme.save()
    put_span(case.ann, case.rollout, 1, 6, "slip")
    spans = [m for m in adjudication.docket(case.scheme, case.rollout).matters if m.target == "span"]
    assert [(m.place.start, m.place.end, m.agreed) for m in spans] == [(1, 6, None)]


def test_the_page_shows_both_sides_with_the_text_around_and_their_words() -> None:
    case = Case()
    turn, start, end = case.place(3)
    where = {"turn_index": turn, "start": start, "end": end}
    Comment.objects.create(layer=case.ann, rollout=case.rollout, author=case.user, text="is it doubt?", **where)
    page = case.lead.page(case.url)
    assert "ann and ben differ at 2 places and agree at 1; 2 to settle." in page
    assert "is it doubt?" in page
    shown = page_of(case.scheme, case.rollout, adjudication.docket(case.scheme, case.rollout))
    assert [(each.before, each.text, each.after) for each in shown.differ][1] == (
        "one\ntwo",
        "three",
        "fourFINAL ANSWER: 4",
    )


def test_buttons_take_a_side_a_label_or_none_and_finish_goes_on() -> None:
    case = Case()
    case.post(2, f"hand:{case.ben.pk}")
    case.post(3, "kind:candidate", value="12")
    response = case.lead.client.post(case.url, {"finish": "1"})
    assert response.headers["Location"].endswith("/adjudicate/")
    assert case.gold() == [("verify", ""), ("candidate", "5"), ("candidate", "12")]


def test_a_script_gets_the_place_alone_and_how_many_are_left() -> None:
    case = Case()
    turn, start, end = case.place(3)
    data = {"turn": turn, "start": start, "end": end, "take": "none"}
    response = case.lead.client.post(case.url, data, headers={"HX-Request": "true"})
    body = response.content.decode()
    assert body.lstrip().startswith("<article")
    assert '<span id="left" hx-swap-oob="true">1</span>' in body


def test_where_steps_carry_several_labels_a_label_is_put_beside_those_taken() -> None:
    case = Case(many=True)
    case.post(3, "kind:doubt")
    case.post(3, "kind:verify")
    case.post(2, "none")
    case.finish()
    assert case.gold() == [("verify", ""), ("doubt", ""), ("verify", "")]
    case.post(3, "kind:doubt")
    case.finish()
    assert case.gold() == [("verify", ""), ("verify", "")]


def test_the_list_has_open_rollouts_first_and_says_what_is_left() -> None:
    case = Case()
    [listed] = list_of(report_of(case.scheme))
    assert (listed.n_hands, listed.n_matters, listed.n_differ, listed.is_finished) == (2, 3, 2, False)
    url = f"{case.lead.base}annotation/schemes/{case.scheme.pk}/adjudicate/"
    assert "1 rollout to settle, with 2 places on which people differ." in case.lead.page(url)
    case.rule(2)
    case.rule(3)
    case.finish()
    assert "are settled" in case.lead.page(url)


def test_a_finished_rollout_without_labels_is_one_that_gold_is_done_with() -> None:
    case = Case()
    for line in (1, 2, 3):
        case.rule(line)
    case.finish()
    report = report_of(case.scheme)
    gold = next(hand for hand in report.hands if hand.is_gold)
    assert gold.rollouts == {case.rollout.pk}


def test_annotators_may_not_settle() -> None:
    case = Case()
    client = Client()
    client.login(username="ann", password="x")
    assert client.get(case.url).status_code == 403
    assert client.post(case.url, {"finish": "1"}).status_code == 403
