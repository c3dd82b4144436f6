"""Where annotation begins: a lead sees all of it, an annotator their own queues and what their labels mean."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Project, Role, User
from apps.annotation.models import Queue, Scheme
from apps.annotation.services import taking
from tests.annotation import build
from tests.traces import build as traces

pytestmark = [pytest.mark.django_db, pytest.mark.once]


class Place:
    """Two rollouts in two queues: ann labels in one, ben in the other."""

    def __init__(self) -> None:
        rollouts = build.stored([traces.rollout("1"), traces.rollout("2")])
        self.project: Project = rollouts[0].collection.project
        self.lead = build.person(self.project, "lea", Role.MEMBER)
        self.ann, self.ben = build.person(self.project), build.person(self.project, "ben")
        self.scheme: Scheme = build.scheme(self.project)
        self.hers: Queue = build.queue(self.scheme, rollouts, [self.ann], overlap=2)
        self.his: Queue = build.queue(build.scheme(self.project, name="other"), rollouts, [self.ben])

    def get(self, person: User, name: str, *keys: int, status: int = 200) -> str:
        client = Client()
        client.force_login(person)
        response = client.get(reverse(f"annotation:{name}", args=[self.project.slug, *keys]))
        assert response.status_code == status
        return response.content.decode()


@pytest.fixture
def place() -> Place:
    return Place()


def test_an_annotator_sees_only_their_queues_with_what_is_theirs_to_do(place: Place) -> None:
    taken = taking.take_next(queue=place.hers, user=place.ann)
    assert taken is not None
    taking.submit(assignment=taken)
    page = place.get(place.ann, "home")
    assert reverse("annotation:next", args=["p", place.hers.pk]) in page
    assert reverse("annotation:next", args=["p", place.his.pk]) not in page
    assert 'aria-label="first: 1 of 2 done"' in page
    assert f'href="{reverse("annotation:queue", args=["p", place.hers.pk])}"' not in page
    assert reverse("annotation:new_queue", args=["p"]) not in page


def test_a_lead_sees_every_queue_and_every_place_in_it(place: Place) -> None:
    page = place.get(place.lead, "home")
    for queue in (place.hers, place.his):
        assert reverse("annotation:queue", args=["p", queue.pk]) in page
        assert reverse("annotation:next", args=["p", queue.pk]) not in page, "she labels in neither"
    assert 'aria-label="first: 0 of 4 done"' in page
    assert 'aria-label="first: 0 of 2 done"' in page


def test_what_others_hold_is_not_an_annotators_to_do(place: Place) -> None:
    """Of two rollouts with one place each ben has one, so one is left for ann."""
    Queue.objects.filter(pk=place.hers.pk).update(overlap=1)
    place.hers.people.add(place.ben)
    assert taking.take_next(queue=place.hers, user=place.ben) is not None
    assert 'aria-label="first: 0 of 1 done"' in place.get(place.ann, "home")


def test_a_closed_queue_says_so_and_cannot_be_gone_on_with(place: Place) -> None:
    Queue.objects.filter(pk=place.hers.pk).update(is_open=False)
    page = place.get(place.ann, "home")
    assert reverse("annotation:next", args=["p", place.hers.pk]) not in page
    assert "closed" in page


def test_an_annotator_reads_what_the_labels_of_their_queues_mean_and_no_others(place: Place) -> None:
    assert "Candidate answer" in place.get(place.ann, "scheme", place.scheme.pk)
    place.get(place.ann, "scheme", place.his.scheme_id, status=404)
    place.get(place.lead, "scheme", place.his.scheme_id)
    place.get(place.ann, "queue", place.hers.pk, status=403)


def test_without_queues_the_page_says_what_to_do(place: Place) -> None:
    Queue.objects.all().delete()
    assert "No queue is yours yet" in place.get(place.ann, "home")
    assert "No queue yet" in place.get(place.lead, "home")
    Scheme.objects.all().delete()
    assert "No scheme yet" in place.get(place.lead, "home")


def test_queries_do_not_grow_with_the_number_of_queues(place: Place, django_assert_max_num_queries: object) -> None:
    for number in range(10):
        rollouts = [item.rollout for item in place.hers.items.all()]
        build.queue(build.scheme(place.project, name=f"s{number}"), rollouts, [place.lead])
    client = Client()
    client.force_login(place.lead)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        client.get(reverse("annotation:home", args=["p"]))
