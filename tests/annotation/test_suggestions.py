"""Suggestions count for nothing until accepted; what was accepted says what the suggester is worth."""

import hashlib
from uuid import uuid4

import pytest
import zstandard
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role
from apps.annotation.models import Assignment, Label, Layer, Queue, Scheme
from apps.annotation.queries.suggesters import suggesters_of, worth_of
from apps.annotation.services import suggestions
from apps.annotation.services.schemes import create_scheme
from apps.annotation.services.suggestions import Made, UnknownSource, make_suggestions, sources_of
from apps.annotation.services.taking import take
from apps.traces.models import Candidate, CandidateSet, Reading, Rollout, Text, Turn
from tests.annotation import build
from tests.annotation.build import Hand, adding, span, text_of
from tests.traces import build as traces

pytestmark = pytest.mark.django_db
REASONING = traces.REASONING
"""2 + 2 is 5. / So the answer is 5. / Wait, let me check. / The answer is 4."""


class Place:
    """Two rollouts in a queue of ann and ben, with a candidate set that has read the first."""

    def __init__(self) -> None:
        self.rollouts = build.stored([traces.rollout("1"), traces.rollout("2")])
        collection = self.rollouts[0].collection
        self.project = collection.project
        self.scheme: Scheme = create_scheme(project=self.project, user=None, shipped="reflection")
        self.ann, self.ben = build.person(self.project), build.person(self.project, "ben")
        self.queue: Queue = build.queue(self.scheme, self.rollouts, [self.ann, self.ben], overlap=2)
        self.set = CandidateSet.objects.create(collection=collection, extractor="default", version=1)
        self.read(self.rollouts[0], [(29, "5"), (66, "4")])

    def read(self, rollout: Rollout, found: list[tuple[int, str]]) -> None:
        Reading.objects.create(candidate_set=self.set, rollout=rollout, read_from="reasoning", n_candidates=len(found))
        for index, (start, value) in enumerate(found):
            Candidate.objects.create(
                candidate_set=self.set,
                rollout=rollout,
                turn_index=1,
                index=index,
                start=start,
                end=start + 1,
                line=1,
                value=value,
                rule="r",
                because="b",
            )

    def hand(self, person: object, rollout: int = 0) -> Hand:
        return Hand(self.scheme, person, self.rollouts[rollout])  # type: ignore[arg-type]

    def done(self, person: object, rollout: int = 0) -> None:
        item = self.queue.items.get(rollout=self.rollouts[rollout])
        Assignment.objects.create(item=item, user=person, state="done")  # type: ignore[misc]


@pytest.fixture
def place() -> Place:
    return Place()


def found(rollout: Rollout) -> list[tuple[str, str, str]]:
    labels = Label.objects.filter(rollout=rollout, layer__kind="suggester").order_by("start", "name")
    return [(REASONING[label.start or 0 : label.end], label.name, label.value) for label in labels]


def test_candidates_and_words_are_suggested_on_the_steps_of_the_stored_text(place: Place) -> None:
    made = make_suggestions(queue=place.queue, source="default@1 + markers@1")
    assert made == Made(n_new=6, n_rollouts=2, n_unread=1)
    words = [("Wait, let me check.", "doubt", ""), ("Wait, let me check.", "verify", "")]
    assert found(place.rollouts[0]) == [
        ("So the answer is 5.", "candidate", "5"),
        *words,
        ("The answer is 4.", "candidate", "4"),
    ]
    assert found(place.rollouts[1]) == words
    place.queue.refresh_from_db()
    assert place.queue.suggestions == "default@1 + markers@1"
    label = Label.objects.filter(layer__kind="suggester")[0]
    assert (label.author, bytes(label.text_hash or b"")) == (None, bytes(text_of(place.rollouts[0]).hash))


def test_made_again_they_are_the_same_ones(place: Place) -> None:
    make_suggestions(queue=place.queue, source="markers@1")
    keys = set(Label.objects.values_list("key", flat=True))
    assert make_suggestions(queue=place.queue).n_new == 0
    Label.objects.all().delete()
    make_suggestions(queue=place.queue)
    assert set(Label.objects.values_list("key", flat=True)) == keys


def test_what_a_change_of_the_scheme_took_away_comes_back_where_it_fits_again(place: Place) -> None:
    make_suggestions(queue=place.queue, source="markers@1")
    Label.objects.filter(name="doubt").update(removed_at=timezone.now())
    assert make_suggestions(queue=place.queue).n_new == 2
    assert Label.objects.filter(name="doubt", removed_at=None).count() == 2


def test_a_rollout_beyond_the_first_ones_gets_its_suggestions_when_it_is_opened(place: Place) -> None:
    assert make_suggestions(queue=place.queue, source="markers@1", most=1).n_rollouts == 1
    assert found(place.rollouts[1]) == []
    client = Client()
    client.force_login(place.ann)
    item = place.queue.items.get(rollout=place.rollouts[1])
    take(item=item, user=place.ann)
    for _ in range(2):
        assert client.get(reverse("annotation:item", args=["p", item.pk])).status_code == 200
        assert [name for _, name, _ in found(place.rollouts[1])] == ["doubt", "verify"]


def test_a_queue_without_a_source_suggests_nothing(place: Place) -> None:
    for source in ("", "gone@1"):
        place.queue.suggestions = source
        assert suggestions.suggest_for(queue=place.queue, rollout=place.rollouts[0]) == Made(0, 0, 0)
    assert not Layer.objects.exists()


def test_where_the_layer_has_the_label_already_nothing_is_suggested(place: Place) -> None:
    """As after a scheme's label got another name and back."""
    make_suggestions(queue=place.queue, source="markers@1")
    for label in Label.objects.filter(name="doubt"):
        Label.objects.filter(pk=label.pk).update(key=uuid4())
    assert make_suggestions(queue=place.queue).n_new == 0


def test_a_text_that_is_another_by_now_gets_suggestions_of_its_own(place: Place) -> None:
    make_suggestions(queue=place.queue, source="markers@1")
    turn = Turn.objects.get(rollout=place.rollouts[0], index=1)
    text = "2 + 2 is 5.\nHmm, let me check."
    digest = hashlib.sha256(text.encode()).digest()
    body = zstandard.ZstdCompressor().compress(text.encode())
    turn.text = Text.objects.create(hash=digest, n_chars=len(text), body=body)
    turn.reasoning_end = turn.response_start = turn.response_end = len(text)
    turn.save()
    assert make_suggestions(queue=place.queue).n_new == 2


@pytest.mark.parametrize(
    "source", ["", "moon@1", "markers@2", "default", "default@1 + default@1", "default@1 + boxed@1", " + "]
)
def test_an_unknown_source_is_refused(place: Place, source: str) -> None:
    with pytest.raises(UnknownSource, match="suggests nothing in"):
        make_suggestions(queue=place.queue, source=source)
    assert not Layer.objects.exists()


@pytest.mark.parametrize("source", ["default@1", "markers@1", "default@1 + markers@1"])
def test_a_scheme_without_labels_for_a_source_refuses_it(place: Place, source: str) -> None:
    scheme = create_scheme(project=place.project, user=None, shipped="hint_faithfulness")
    suggestions.check_source(place.scheme, source)
    with pytest.raises(UnknownSource, match="suggests nothing in"):
        suggestions.check_source(scheme, source)


def test_a_scheme_is_offered_what_can_suggest_its_labels(place: Place) -> None:
    collections = [place.rollouts[0].collection]
    assert [source for source, _ in sources_of(place.scheme, collections)] == [
        "default@1 + markers@1",
        "default@1",
        "markers@1",
    ]
    candidates = create_scheme(project=place.project, user=None, shipped="candidates")
    assert [source for source, _ in sources_of(candidates, collections)] == ["default@1"]
    assert sources_of(create_scheme(project=place.project, user=None, shipped="hint_faithfulness"), collections) == []


def test_suggestions_are_nobodys_labels(place: Place) -> None:
    make_suggestions(queue=place.queue, source="markers@1")
    assert not Label.objects.exclude(layer__kind=Layer.Kind.SUGGESTER).exists()
    client = Client()
    client.force_login(build.person(place.project, "lea", Role.MEMBER))
    home = client.get(reverse("annotation:home", args=["p"]))
    assert [scheme.n_labels for scheme in home.context["schemes"]] == [0]


def key_of(rollout: Rollout, name: str) -> str:
    return str(Label.objects.get(layer__kind="suggester", rollout=rollout, name=name).key)


def test_precision_and_recall_by_hand(place: Place) -> None:
    """Suggested on each rollout: verify and doubt on one step. On the first ann accepts verify and rejects doubt, and
    gives doubt elsewhere; ben accepts both and takes doubt back. Nobody decides on the second; ann is done with it too
    and gives verify on the same step.

    verify: 2 of 2 accepted; of people's 3 verify 3 were suggested. doubt: 0 of 2, and of 1 none. All: 2 of 4; 3 of 4.
    Undecided: ann's two on the second rollout.
    """
    make_suggestions(queue=place.queue, source="markers@1")
    first, second = place.rollouts
    verify, doubt = key_of(first, "verify"), key_of(first, "doubt")
    ann, ben = place.hand(place.ann), place.hand(place.ben)
    accepting = {"verb": "accept", "key": "12345678-1234-5678-1234-567812345671", "suggestion": verify}
    ann.does(accepting, {"verb": "reject", "suggestion": doubt}, adding("doubt", span(first, 0, 11)))
    taken_back = {"verb": "accept", "key": "12345678-1234-5678-1234-567812345673", "suggestion": doubt}
    ben.does(accepting, taken_back, {"verb": "remove", "key": taken_back["key"]})
    step = Label.objects.get(key=key_of(second, "verify"))
    place.hand(place.ann, 1).does(adding("verify", span(second, step.start or 0, step.end or 0)))
    for person, rollout in ((place.ann, 0), (place.ben, 0), (place.ann, 1)):
        place.done(person, rollout)
    (layer,) = suggesters_of(place.scheme)
    for queue in (place.queue, None):
        worths = {worth.name: worth for worth in worth_of(layer, queue)}
        shares = {name: [(share.k, share.n) for share in worth.shares] for name, worth in worths.items()}
        assert shares == {"": [(2, 4), (3, 4)], "doubt": [(0, 2), (0, 1)], "verify": [(2, 2), (3, 3)]}
        assert [worths[name].n_undecided for name in ("", "doubt", "verify")] == [2, 1, 1]


def test_without_decisions_there_is_no_number_and_a_reason(place: Place) -> None:
    make_suggestions(queue=place.queue, source="markers@1")
    (layer,) = suggesters_of(place.scheme)
    (all_labels,) = worth_of(layer)
    assert [share.reason for share in all_labels.shares] == ["nothing to count"] * 2


def test_a_lead_makes_suggestions_on_the_page_and_sees_their_worth(place: Place) -> None:
    client = Client()
    client.force_login(build.person(place.project, "lea", Role.MEMBER))
    address = reverse("annotation:queue", args=["p", place.queue.pk])
    act = reverse("annotation:queue_act", args=["p", place.queue.pk])
    answer = client.post(act, {"act": "suggest", "source": "default@1 + markers@1"}, follow=True)
    assert "6 new suggestions on 2 rollouts. The set has not read 1 of them." in answer.content.decode()
    assert "nothing to count" in client.get(address).content.decode()
    refused = client.post(act, {"act": "suggest", "source": "moon"}, follow=True)
    assert "suggests nothing in" in refused.content.decode()
    assert client.get(reverse("annotation:scheme", args=["p", place.scheme.pk])).status_code == 200
