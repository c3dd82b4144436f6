"""Queues: drawn from what a list would show, each rollout with its probability; handed out, taken back, closed."""

from collections import Counter

import pytest
from django.test import Client
from django.urls import reverse

from analysis.errors import UserError
from apps.accounts.models import Change, Project, Role, User
from apps.annotation.models import Assignment, Item, Queue, Scheme
from apps.annotation.queries import population
from apps.annotation.queries.differing import differences
from apps.annotation.services import queues, taking
from apps.annotation.services.queues import Plan, QueueRefused, create_queue
from apps.traces.models import Grade, Rollout, RolloutFeature
from apps.traces.queries.filters import RolloutFilter
from tests.annotation import build
from tests.annotation.build import Hand, adding, span, suggestion
from tests.traces.analysed import Shape, analysed, make_project

pytestmark = pytest.mark.django_db
SHAPE = Shape()
N = 36
"""2 models x 6 problems x 3 samples."""


@pytest.fixture
def project() -> Project:
    return make_project()


@pytest.fixture
def scheme(project: Project) -> Scheme:
    analysed(project, SHAPE)
    return build.scheme(project)


@pytest.fixture
def lead(project: Project) -> User:
    return build.person(project, "lea", Role.MEMBER)


def made(scheme: Scheme, *people: User, **given: object) -> Queue:
    return create_queue(scheme=scheme, user=None, plan=Plan(**{"name": "q", "n": 6} | given), people=people)  # type: ignore[arg-type]


def test_a_random_queue_holds_n_of_n_rollouts_each_with_its_share(scheme: Scheme, lead: User) -> None:
    queue = made(scheme, lead, seed=4, overlap=2)
    items = list(queue.items.all())
    assert [item.position for item in items] == list(range(6))
    assert {item.probability for item in items} == {6 / N}
    assert (queue.n_population, queue.overlap, queue.is_blind, list(queue.people.all())) == (N, 2, True, [lead])
    again = made(scheme, seed=4)
    assert [item.rollout_id for item in items] == [item.rollout_id for item in again.items.all()]


def test_the_filter_of_a_list_narrows_what_is_drawn_from(scheme: Scheme) -> None:
    queue = made(scheme, strategy="all", filter={"model": "beta", "problem_set": "hard"})
    assert queue.n_population == queue.items.count() == 9
    assert set(queue.items.values_list("rollout__model__name", "rollout__problem__problem_set__name")) == {
        ("beta", "hard")
    }
    right = made(scheme, strategy="all", filter={"first_outcome": "correct"})
    expected = RolloutFeature.objects.filter(first_outcome="correct").count()
    assert right.items.count() == expected > 0


def test_strata_are_drawn_from_in_equal_parts(scheme: Scheme) -> None:
    queue = made(scheme, strategy="stratified", by="problem_set", allocation="equal", n=8)
    assert sorted(queue.items.values_list("stratum", flat=True)) == ["easy"] * 4 + ["hard"] * 4
    assert {item.probability for item in queue.items.all()} == {4 / 18}
    assert queue.parameters["by"] == "problem_set"


@pytest.mark.parametrize("by", list(population.STRATA))
def test_every_kind_of_strata_parts_all_rollouts(scheme: Scheme, by: str) -> None:
    queue = made(scheme, strategy="stratified", by=by, n=30)
    assert queue.items.count() == 30
    ones = sum(1 / (item.probability or 0) for item in queue.items.all())
    assert ones == pytest.approx(N), "the weights of a stratified sample sum to the population"


def test_the_rarest_transition_names_the_stratum(scheme: Scheme) -> None:
    row = RolloutFeature.objects.earliest("pk")
    RolloutFeature.objects.filter(pk=row.pk).update(n_ft=1, n_tt=4)
    queue = made(scheme, strategy="stratified", by="transition", n=N)
    assert queue.items.get(rollout=row.rollout_id).stratum == "F→T"


def test_the_doubtful_are_drawn_more_often(scheme: Scheme) -> None:
    """One rollout has an uploaded grade other than ours and no candidate: weight 1 + 1 + 2; the other 35 have 1. Of 13
    the heavy one takes 13·4/39 > 1, so it is certain, and 12 are left for 35 equal ones."""
    RolloutFeature.objects.update(n_candidates=3)
    plain, odd = Rollout.objects.order_by("pk")[:2]
    RolloutFeature.objects.filter(rollout=odd).update(n_candidates=0)
    for source, outcome in (("ours", "correct"), ("uploaded", "incorrect")):
        Grade.objects.create(rollout=odd, turn_index=1, source=source, grader="g", outcome=outcome)
        Grade.objects.create(rollout=plain, turn_index=1, source=source, grader="g", outcome="correct")
    queue = made(scheme, strategy="uncertain", n=13)
    found = dict(made(scheme, strategy="uncertain", n=N).items.values_list("rollout", "probability"))
    assert set(found.values()) == {1.0}
    weights = population.population_of(scheme.project, [], RolloutFilter()).doubts()
    assert sorted(weights) == [1.0] * (N - 1) + [4.0]
    assert {round(item.probability or 0, 9) for item in queue.items.exclude(rollout=odd)} == {round(12 / 35, 9)}
    assert queue.items.get(rollout=odd).probability == 1.0


def test_rollouts_by_hand_have_no_probability_and_keep_their_order(scheme: Scheme) -> None:
    b, a = Rollout.objects.order_by("pk")[:2]
    queue = made(scheme, strategy="by_hand", rollouts=[a.pk, b.pk, a.pk])
    assert list(queue.items.values_list("rollout", "probability")) == [(a.pk, None), (b.pk, None)]
    with pytest.raises(QueueRefused, match="rollout 999999 is not among"):
        made(scheme, strategy="by_hand", rollouts=[999999])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"name": " "}, "a name of 1 to 150"),
        ({"strategy": "fair"}, "unknown strategy 'fair'"),
        ({"overlap": 0}, "0 people cannot label"),
        ({"n": 10_001}, "10001 rollouts cannot be drawn"),
        ({"keys": [999_999]}, "there is no collection 999999"),
        ({"filter": {"model": "nobody"}}, "no rollout is among"),
        ({"filter": {"outcome": "great"}}, "outcome cannot be 'great'"),
        ({"strategy": "stratified", "by": "moon"}, "unknown strata 'moon'"),
        ({"strategy": "disagreement"}, "nothing of these rollouts was drawn"),
    ],
)
def test_what_cannot_be_a_queue_is_refused(scheme: Scheme, given: dict[str, object], words: str) -> None:
    with pytest.raises(UserError, match=words):
        made(scheme, **given)
    assert not Queue.objects.exists()


def test_only_those_who_may_label_are_people_of_a_queue(scheme: Scheme, project: Project) -> None:
    for person in (build.person(project, "vic", Role.VIEWER), User.objects.create_user("stranger")):
        with pytest.raises(QueueRefused, match=f"{person} may not label"):
            made(scheme, person)


def test_items_are_given_out_in_turn_so_that_each_person_gets_as_many(scheme: Scheme, project: Project) -> None:
    people = [build.person(project, name) for name in ("ann", "ben", "cid")]
    queue = made(scheme, *people, overlap=2)
    assert queues.assign_items(queue=queue, user=people[0]) == 12
    assert [Assignment.objects.filter(user=person).count() for person in people] == [4, 4, 4]
    assert all(item.assignments.count() == 2 for item in queue.items.all())
    assert queues.assign_items(queue=queue, user=people[0]) == 0
    assert taking.take_next(queue=queue, user=people[0]) is not None
    assert queues.take_back(queue=queue, user=people[0]) == 11
    assert Assignment.objects.get().user == people[0]


def test_everybody_shares_items_with_everybody(scheme: Scheme, project: Project, lead: User) -> None:
    """Four people, two for each of 12 items: each has 6, and each of the 6 pairs shares 2."""
    people = [build.person(project, name) for name in ("ann", "ben", "cid", "dan")]
    queue = made(scheme, *people, overlap=2, n=12)
    queues.assign_items(queue=queue, user=lead)
    pairs = Counter(tuple(sorted(each.user.username for each in item.assignments.all())) for item in queue.items.all())
    assert len(pairs) == 6
    assert set(pairs.values()) == {2}


def test_too_few_people_cannot_be_given_the_items(scheme: Scheme, lead: User) -> None:
    with pytest.raises(QueueRefused, match="2 people label each rollout, and the queue has 1"):
        queues.assign_items(queue=made(scheme, lead, overlap=2), user=lead)


def test_who_leaves_a_queue_gives_back_what_is_not_begun(scheme: Scheme, project: Project, lead: User) -> None:
    ann = build.person(project)
    queue = made(scheme, ann, lead)
    queues.assign_items(queue=queue, user=lead)
    opened = taking.take_next(queue=queue, user=ann)
    queues.set_people(queue=queue, user=lead, people=[lead])
    assert list(Assignment.objects.filter(user=ann)) == [opened]
    change = Change.objects.get(verb="choose the people of a queue")
    assert (change.before, change.after) == (["ann", "lea"], ["lea"])


def test_a_closed_queue_gives_nothing_out_until_it_is_opened(scheme: Scheme, lead: User) -> None:
    queue = made(scheme, lead)
    queues.set_open(queue=queue, user=lead, is_open=False)
    assert taking.take_next(queue=queue, user=lead) is None
    queues.set_open(queue=queue, user=lead, is_open=True)
    assert taking.take_next(queue=queue, user=lead) is not None
    assert list(Change.objects.values_list("verb", flat=True))[:2] == ["open a queue", "close a queue"]


def test_a_queue_that_was_begun_is_not_deleted(scheme: Scheme, lead: User) -> None:
    queue = made(scheme, lead)
    taking.take_next(queue=queue, user=lead)
    with pytest.raises(QueueRefused, match="1 of its items were begun"):
        queues.delete_queue(queue=queue, user=lead)
    Assignment.objects.all().delete()
    queues.delete_queue(queue=queue, user=lead)
    assert not Item.objects.exists()


def test_labels_of_two_differ_by_the_share_that_they_do_not_have_in_common() -> None:
    """ann: verify at 0-5, doubt at 6-9; ben: verify at 0-5 alone: 1 of 2 in common, so 0.5. The suggester's verify at
    0-5 is in both. cid is done without a label: nothing of ann's in common, 1."""
    (rollout,) = build.stored()
    project = rollout.collection.project
    scheme = build.scheme(project)
    ann, ben, cid = (Hand(scheme, build.person(project, name), rollout) for name in ("ann", "ben", "cid"))
    suggestion(scheme, rollout, "verify", 0, 5)
    assert differences(scheme) == {}
    ben.does(adding("verify", span(rollout, 0, 5)))
    assert differences(scheme) == {rollout.pk: 0.0}
    ann.does(adding("verify", span(rollout, 0, 5)), adding("doubt", span(rollout, 6, 9)))
    assert differences(scheme) == {rollout.pk: 0.5}
    queue = create_queue(scheme=scheme, user=None, plan=Plan(name="q", strategy="disagreement", n=5))
    assert list(queue.items.values_list("rollout", "probability")) == [(rollout.pk, None)]
    Assignment.objects.create(item=queue.items.get(), user=cid.user, state="done")
    assert differences(scheme) == {rollout.pk: 1.0}


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_a_queue_is_shown_before_it_is_made_and_made_as_shown(scheme: Scheme, project: Project, lead: User) -> None:
    ann, client = build.person(project), client_of(lead)
    address = reverse("annotation:new_queue", args=[project.slug])
    assert client.get(address).status_code == 200
    sent = {
        "scheme": scheme.pk,
        "strategy": "stratified",
        "by": "model",
        "n": "9",
        "seed": "3",
        "overlap": "2",
        "name": "first",
        "filter": "problem_set=easy&sort=tokens",
        "people": [ann.pk],
    }
    shown = client.post(address, sent | {"act": "check"})
    assert not Queue.objects.exists()
    sample = shown.context["sample"]
    assert (sample.n, sample.n_population) == (9, 18)
    assert [(each.name, each.n, each.n_all) for each in sample.strata] == [("alpha", 5, 9), ("beta", 4, 9)]
    """¼ · ¼ · (1/5 · 4/9 + 1/4 · 5/9) = 0.0142361, its root 0.119315, times 1.96: 0.233858."""
    assert sample.half_width == pytest.approx(0.233858, abs=1e-6)
    response = client.post(address, sent | {"act": "make"})
    queue = Queue.objects.get()
    assert response.headers["Location"] == reverse("annotation:queue", args=[project.slug, queue.pk])
    assert (queue.name, queue.overlap, queue.is_blind, queue.seed) == ("first", 2, False, 3)
    assert queue.parameters["filter"] == {"problem_set": "easy"}
    assert list(queue.people.all()) == [ann]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"n": "many"}, "n is &#x27;many&#x27;, must be a whole number from 1 to 10000"),
        ({"n": "٣"}, "must be a whole number"),
        ({"filter": "outcome=great"}, "outcome cannot be &#x27;great&#x27;"),
        ({"collection": "99999999999999"}, "there is no collection"),
    ],
)
def test_a_form_that_cannot_be_read_says_so_and_keeps_what_was_sent(
    scheme: Scheme, project: Project, lead: User, more: dict[str, str], words: str
) -> None:
    address = reverse("annotation:new_queue", args=[project.slug])
    response = client_of(lead).post(address, {"name": "mine", "act": "make"} | more)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert 'value="mine"' in response.content.decode()


def test_a_queue_with_a_scheme_of_another_project_is_made_with_ones_own(scheme: Scheme, lead: User) -> None:
    other = build.scheme(make_project("other"))
    address = reverse("annotation:new_queue", args=[scheme.project.slug])
    client_of(lead).post(address, {"name": "q", "n": "2", "scheme": other.pk, "act": "make"})
    assert Queue.objects.get().scheme == scheme


def test_the_page_of_a_queue_shows_people_and_items(scheme: Scheme, project: Project, lead: User) -> None:
    ann = build.person(project)
    queue = made(scheme, ann)
    taken = taking.take_next(queue=queue, user=ann)
    assert taken is not None
    taking.submit(assignment=taken)
    taking.flag(assignment=taken, is_flagged=True, reason="no text?")
    page = client_of(lead).get(reverse("annotation:queue", args=[project.slug, queue.pk])).context["page"]
    assert [(each.person, each.n_done, each.n_flagged) for each in page.people] == [(ann, 1, 1)]
    assert [each.flag_reason for each in page.flags] == ["no text?"]
    assert [place.words for place in page.items[0].places] == ["done"]
    assert page.n_places == 6


def test_who_is_not_among_the_people_takes_nothing(scheme: Scheme, project: Project, lead: User) -> None:
    queue = made(scheme, build.person(project))
    address = reverse("annotation:next", args=[project.slug, queue.pk])
    assert client_of(lead).post(address).status_code == 403
    assert client_of(build.person(project, "ben")).post(address).status_code == 404
    assert not Assignment.objects.exists()


def test_the_buttons_of_a_queue_do_what_they_say(scheme: Scheme, project: Project, lead: User) -> None:
    ann, client = build.person(project), client_of(lead)
    queue = made(scheme, lead)
    address = reverse("annotation:queue_act", args=[project.slug, queue.pk])

    def press(act: str, **more: object) -> str:
        return client.post(address, {"act": act} | more, follow=True).content.decode()

    assert "People of the queue: ann." in press("people", people=[ann.pk, 999_999])
    assert list(queue.people.all()) == [ann]
    assert "6 places were given out" in press("assign")
    assert "6 places were taken back" in press("take_back")
    press("close")
    assert not Queue.objects.get().is_open
    press("open")
    assert Queue.objects.get().is_open
    assert client.post(address, {"act": "burn"}).status_code == 400
    assert "is deleted" in press("delete")
    assert not Queue.objects.exists()


def test_the_list_of_a_queue_leaves_as_csv_with_a_line_for_each_person_of_each_item(
    scheme: Scheme, project: Project, lead: User, django_assert_max_num_queries: object
) -> None:
    """Text cells that a spreadsheet would run are neutralised."""
    ann = build.person(project)
    queue = made(scheme, ann, lead, overlap=2, n=2)
    for person in (ann, lead):
        taken = taking.take_next(queue=queue, user=person)
        assert taken is not None
        taking.flag(assignment=taken, is_flagged=person == lead, reason="=1+1")
    client, address = client_of(lead), reverse("annotation:queue_csv", args=[project.slug, queue.pk])
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        response = client.get(address)
        text = b"".join(response).decode()
    head, *lines = text.splitlines()
    rows = [dict(zip(head.split(","), line.split(","), strict=True)) for line in lines]
    assert [(row["position"], row["person"], row["state"]) for row in rows] == [
        ("1", "ann", "open"),
        ("1", "lea", "open"),
        ("2", "", ""),
    ]
    assert rows[1]["flag_reason"] == "'=1+1"
    assert float(rows[0]["probability"]) == pytest.approx(2 / N)


def test_the_items_of_a_queue_are_shown_some_at_a_time(scheme: Scheme, project: Project, lead: User) -> None:
    rollouts = list(Rollout.objects.order_by("pk"))
    queue = build.queue(scheme, rollouts)
    address = reverse("annotation:queue", args=[project.slug, queue.pk])
    client = client_of(lead)
    page = client.get(address + "?from=30").context["page"]
    assert (page.first, page.last, page.next, len(page.items)) == (30, 36, None, 6)
    assert client.get(address + "?from=moon").context["page"].first == 0
    assert client.get(address + "?from=99999").context["page"].items == []
