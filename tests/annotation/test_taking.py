"""Items of a queue: as many people as it asks for, leases that run out, nothing twice."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.annotation.models import Assignment, Item, Queue
from apps.annotation.services import taking
from apps.annotation.services.taking import NotYours, take, take_next
from tests.annotation import build
from tests.traces import build as traces

pytestmark = pytest.mark.django_db


class Desk:
    """A queue of three rollouts with three people."""

    def __init__(self, overlap: int) -> None:
        rollouts = build.stored([traces.rollout(str(i)) for i in range(3)])
        project = rollouts[0].collection.project
        self.ann, self.ben, self.cem = (build.person(project, name) for name in ("ann", "ben", "cem"))
        self.queue: Queue = build.queue(
            build.scheme(project), rollouts, [self.ann, self.ben, self.cem], overlap=overlap
        )
        self.items = list(self.queue.items.order_by("position"))

    def next_for(self, user: User) -> Item | None:
        assignment = take_next(queue=self.queue, user=user)
        return assignment.item if assignment else None

    def finish(self, user: User) -> None:
        assignment = take_next(queue=self.queue, user=user)
        assert assignment is not None
        taking.submit(assignment=assignment)


def let_lease_run_out(assignment: Assignment) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_two_people_get_different_items_where_each_needs_one() -> None:
    desk = Desk(overlap=1)
    assert [desk.next_for(desk.ann), desk.next_for(desk.ben)] == desk.items[:2]


def test_whoever_asks_again_gets_what_they_have_open() -> None:
    desk = Desk(overlap=1)
    assert desk.next_for(desk.ann) == desk.next_for(desk.ann) == desk.items[0]


def test_with_an_overlap_of_two_a_third_person_goes_on_to_the_next() -> None:
    desk = Desk(overlap=2)
    assert [desk.next_for(each) for each in (desk.ann, desk.ben, desk.cem)] == [*[desk.items[0]] * 2, desk.items[1]]


def test_nothing_is_left_once_all_is_done() -> None:
    desk = Desk(overlap=1)
    for _ in desk.items:
        desk.finish(desk.ann)
    assert desk.next_for(desk.ann) is None
    assert desk.next_for(desk.ben) is None


def test_a_lease_that_ran_out_gives_the_item_to_another_and_the_first_may_go_on() -> None:
    desk = Desk(overlap=1)
    held = take_next(queue=desk.queue, user=desk.ann)
    assert held is not None
    let_lease_run_out(held)
    assert desk.next_for(desk.ben) == desk.items[0]
    assert desk.next_for(desk.ann) == desk.items[0]


def test_a_skipped_item_goes_to_somebody_else_and_not_back() -> None:
    desk = Desk(overlap=1)
    held = take_next(queue=desk.queue, user=desk.ann)
    assert held is not None
    taking.skip(assignment=held)
    assert desk.next_for(desk.ann) == desk.items[1]
    assert desk.next_for(desk.ben) == desk.items[0]


def test_what_was_assigned_comes_first_and_keeps_its_place() -> None:
    desk = Desk(overlap=1)
    taking.assign(item=desk.items[2], user=desk.ann)
    taking.assign(item=desk.items[2], user=desk.ann)
    assert desk.next_for(desk.ann) == desk.items[2]
    with pytest.raises(NotYours, match="item 3 has all the people it needs"):
        take(item=desk.items[2], user=desk.ben)


def test_a_closed_queue_gives_nothing_out() -> None:
    desk = Desk(overlap=1)
    Queue.objects.update(is_open=False)
    assert desk.next_for(desk.ann) is None
    with pytest.raises(NotYours, match="is closed"):
        take(item=Item.objects.select_related("queue").get(pk=desk.items[0].pk), user=desk.ann)


def test_what_is_done_stays_done_when_it_is_opened_skipped_or_submitted_again() -> None:
    desk = Desk(overlap=1)
    desk.finish(desk.ann)
    again = take(item=desk.items[0], user=desk.ann)
    taking.skip(assignment=again)
    taking.submit(assignment=again)
    again.refresh_from_db()
    assert again.state == Assignment.State.DONE


def test_time_between_saves_counts_as_work_but_no_long_pause() -> None:
    desk = Desk(overlap=1)
    held = take_next(queue=desk.queue, user=desk.ann)
    assert held is not None
    for pause in (10, 3600):
        held.lease_until = timezone.now() + taking.LEASE - timedelta(seconds=pause)
        held.save()
        taking.keep(assignment=held)
        held.refresh_from_db()
    assert held.seconds == pytest.approx(10 + taking.LONGEST_PAUSE, abs=1)


def test_a_flag_keeps_its_reason_until_it_is_taken_back() -> None:
    desk = Desk(overlap=1)
    held = take_next(queue=desk.queue, user=desk.ann)
    assert held is not None
    taking.flag(assignment=held, is_flagged=True, reason=" no reasoning ")
    held.refresh_from_db()
    assert (held.is_flagged, held.flag_reason) == (True, "no reasoning")
    taking.flag(assignment=held, is_flagged=False)
    held.refresh_from_db()
    assert (held.is_flagged, held.flag_reason) == (False, "")
