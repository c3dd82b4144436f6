"""Labels as candidate sets: what is in them, versions, dashboards on them, extractors scored against them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from apps.accounts.models import Change, Role
from apps.annotation.models import Layer
from apps.annotation.services.layers import gold_layer, imported_layer
from apps.annotation.services.people_sets import NoCandidates, candidate_kind, name_of, refresh, standing_of
from apps.annotation.services.scoring import scored
from apps.core.models import JobState
from apps.traces.models import Analysis, Candidate, CandidateSet, Reading, Turn
from apps.traces.services.analyses import ensured_analysis
from tests.annotation.hands import labels_by, person, put, put_span, queue_of, rollouts_of, scheme_of
from tests.traces.pages import Visitor, visitor

pytestmark = pytest.mark.django_db
TEXT = "2 + 2 is 5.\nSo the answer is 5.\nWait, let me check.\nThe answer is 4."


class Gold:
    """Three rollouts of one text; the gold layer has read two: two candidates in the first, none in the second."""

    def __init__(self) -> None:
        self.lead: Visitor = visitor(Role.OWNER)
        self.scheme = scheme_of(self.lead.project, "candidates")
        self.first, self.second, self.third = rollouts_of(self.lead.project, [TEXT, TEXT + " ", TEXT + "  "])
        self.layer: Layer = gold_layer(scheme=self.scheme)
        put(self.layer, self.first, {2: ("candidate", "5"), 4: ("candidate", "4")})
        put(self.layer, self.second, {1: "doubtful"})

    @property
    def url(self) -> str:
        return f"{self.lead.base}annotation/schemes/{self.scheme.pk}/gold/"

    def made(self) -> CandidateSet:
        [found] = refresh(layer=self.layer, actor=self.lead.user)
        return found


def test_a_set_holds_the_labelled_candidates_at_their_places() -> None:
    gold = Gold()
    made = gold.made()
    assert (str(made), made.source) == ("people:candidates-gold@1", "people")
    readings = dict(Reading.objects.filter(candidate_set=made).values_list("rollout_id", "n_candidates"))
    assert readings == {gold.first.pk: 2, gold.second.pk: 0}  # the third was read by nobody
    turn = Turn.objects.get(rollout=gold.first, is_attempt=True)
    rows = Candidate.objects.filter(candidate_set=made).values_list("line", "start", "end", "value", "turn_index")
    assert list(rows) == [(2, 12, 31, "5", turn.index), (4, 52, 68, "4", turn.index)]


def test_several_values_of_a_line_are_candidates_in_their_order_and_one_without_value_cannot_be_read() -> None:
    gold = Gold()
    put(gold.layer, gold.second, {3: ("candidate", "3; 4"), 4: "candidate"})
    made = gold.made()
    rows = Candidate.objects.filter(candidate_set=made, rollout=gold.second).values_list("index", "line", "value")
    assert list(rows) == [(0, 3, "3"), (1, 3, "4"), (2, 4, "")]
    analysis = ensured_analysis(collection=made.collection, extractor=str(made))
    assert analysis.state == JobState.DONE


def test_the_same_labels_make_no_new_version_and_changed_ones_do() -> None:
    gold = Gold()
    first = gold.made()
    assert gold.made().pk == first.pk
    assert Change.objects.filter(verb="make a candidate set of labels").count() == 1
    put(gold.layer, gold.second, {4: ("candidate", "4")})
    [before] = standing_of(gold.layer)
    assert not before.is_current
    assert gold.made().version == 2
    [now] = standing_of(gold.layer)
    assert (now.is_current, now.n_read) == (True, 2)
    assert CandidateSet.objects.filter(source="people").count() == 2


def test_a_person_without_any_label_has_read_what_they_submitted() -> None:
    gold = Gold()
    queue = queue_of(gold.scheme, [gold.third])
    layer = labels_by(queue, person(gold.lead.project, "ann"), {gold.third: {}})
    [made] = refresh(layer=layer, actor=None)
    assert list(made.readings.values_list("rollout_id", "n_candidates")) == [(gold.third.pk, 0)]


def test_layers_whose_names_look_alike_make_sets_of_different_names() -> None:
    gold = Gold()
    other = imported_layer(scheme=gold.scheme, name="Gold")
    assert name_of(gold.layer) != name_of(other)
    assert max(map(len, (name_of(gold.layer), name_of(other)))) <= 60


def test_a_label_beside_what_is_read_is_no_candidate() -> None:
    gold = Gold()
    put_span(gold.layer, gold.third, len(TEXT) + 2, len(TEXT) + 10, "candidate", "4")  # in the response
    made = gold.made()
    assert not Candidate.objects.filter(candidate_set=made, rollout=gold.third).exists()
    assert Reading.objects.get(candidate_set=made, rollout=gold.third).n_candidates == 0


def test_a_scheme_without_candidates_makes_no_set() -> None:
    lead = visitor(Role.OWNER)
    scheme = scheme_of(lead.project, "zimmerman")
    assert candidate_kind(scheme) is None
    with pytest.raises(NoCandidates, match="no label 'candidate' with a value"):
        refresh(layer=gold_layer(scheme=scheme), actor=lead.user)


def test_a_dashboard_and_a_measure_are_computed_on_the_set_and_say_what_was_not_read() -> None:
    gold = Gold()
    made = gold.made()
    ensured_analysis(collection=made.collection, extractor=str(made))
    page = gold.lead.page(f"{gold.lead.base}collections/{made.collection_id}/?extractor={made}")
    assert "people:candidates-gold@1" in page
    out, err = StringIO(), StringIO()
    options = {"collection": [made.collection_id], "extractor": str(made), "json": True}
    call_command("measure", "transitions", stdout=out, stderr=err, **options)
    rows = {row["measure"]: row for row in json.loads(out.getvalue())}
    assert "1 of 3 rollouts" in err.getvalue()
    # 5 then 4, the gold is 4: one transition, F→T
    assert (rows["transition_ft"]["estimate"], rows["transition_ft"]["n"]) == (1.0, 1)


def test_rates_are_those_of_the_command_and_errors_open_their_lines() -> None:
    gold = Gold()
    found = scored(gold.layer, "boxed")
    # "boxed" reads "answer is": lines 2 and 4 of both rollouts, with 5 and 4
    assert {name: each.value for name, each in found.rates.items()} == {
        "precision": 0.5,
        "recall": 1.0,
        "f1": pytest.approx(2 / 3),
        "same_first_line": 0.5,
        "same_value": 1.0,
    }
    assert [(error.kind, error.trace, error.line) for error in found.errors] == [("false", 1, 2), ("false", 1, 4)]
    page = gold.lead.page(f"{gold.url}?layer={gold.layer.pk}&extractor=boxed")
    assert f'href="/p/maths/rollouts/{gold.second.pk}/?line=2#L2"' in page
    assert "False: found, not labelled: 2" in page


def test_the_button_makes_the_set_and_the_page_links_its_dashboard() -> None:
    gold = Gold()
    response = gold.lead.client.post(gold.url, {"layer": gold.layer.pk})
    assert response.status_code == 302
    assert Analysis.objects.filter(candidate_set__source="people").count() == 1
    page = gold.lead.page(gold.url)
    assert "?extractor=people%3Acandidates-gold%401" in page
    assert "2 of 3 rollouts (66.7\u202f%)" in page
    assert "The sets hold the labels of now" in page


def test_only_leads_use_labels() -> None:
    gold = Gold()
    person(gold.lead.project, "ann")
    client = Client()
    client.login(username="ann", password="x")
    assert client.get(gold.url).status_code == 403
    assert client.post(gold.url, {"layer": gold.layer.pk}).status_code == 403


def test_a_layer_of_another_scheme_is_not_there() -> None:
    gold = Gold()
    other = scheme_of(gold.lead.project, "candidates", name="other")
    assert gold.lead.client.post(gold.url, {"layer": gold_layer(scheme=other).pk}).status_code == 404
