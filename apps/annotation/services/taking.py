"""Who labels which item of a queue: taken, held by a lease, done, skipped, flagged. Knows no label.

An item has room while fewer than `overlap` people hold it or are done with it. A lease that ran out holds nothing, but
whose it was may go on: what they labelled is theirs.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from analysis.errors import UserError
from apps.accounts.models import User
from apps.annotation.models import Assignment, Item, Queue

LEASE = timedelta(minutes=30)
LONGEST_PAUSE = 120.0
"""Seconds between two saves that still count as work."""
State = Assignment.State


class NotYours(UserError):
    """The item is another's, or the queue is closed."""


@transaction.atomic
def take_next(*, queue: Queue, user: User) -> Assignment | None:
    """The person's open item, else an assigned one, else the first with room; None where nothing is left for them."""
    if not _locked(queue).is_open:
        return None
    mine = Assignment.objects.filter(item__queue=queue, user=user)
    for state in (State.OPEN, State.ASSIGNED):
        held = mine.filter(state=state).order_by("item__position").first()
        if held is not None:
            return _open(held)
    item = with_room(queue, timezone.now()).exclude(assignments__user=user).order_by("position").first()
    return _open(Assignment(item=item, user=user)) if item is not None else None


@transaction.atomic
def take(*, item: Item, user: User) -> Assignment:
    """This very item, for somebody who has it already or for whom there is room; raises NotYours."""
    queue = _locked(item.queue)
    held = Assignment.objects.filter(item=item, user=user).first()
    if held is not None:
        return held if held.state == State.DONE else _open(held)
    if not queue.is_open:
        raise NotYours(f"queue {queue.name!r} is closed")
    if not with_room(queue, timezone.now()).filter(pk=item.pk).exists():
        raise NotYours(f"item {item.position + 1} has all the people it needs")
    return _open(Assignment(item=item, user=user))


def with_room(queue: Queue, now: datetime) -> QuerySet[Item]:
    """Items that one more person may take."""
    holds = Q(assignments__state__in=[State.DONE, State.ASSIGNED])
    holds |= Q(assignments__state=State.OPEN, assignments__lease_until__gt=now)
    return queue.items.annotate(n_held=Count("assignments", filter=holds)).filter(n_held__lt=queue.overlap)


def n_for(queue: Queue, user: User) -> int:
    """How many items are the person's: those that they hold or are done with, and those with room for them."""
    mine = Assignment.objects.filter(item__queue=queue, user=user).exclude(state=State.SKIPPED).count()
    if not queue.is_open:
        return mine
    return mine + with_room(queue, timezone.now()).exclude(assignments__user=user).count()


@transaction.atomic
def assign(*, item: Item, user: User) -> Assignment:
    """Give an item to a person; again is no harm."""
    found, _ = Assignment.objects.get_or_create(item=item, user=user, defaults={"state": State.ASSIGNED})
    return found


def keep(*, assignment: Assignment) -> None:
    """Work was saved: the lease runs anew, and the time since the last save counts where it was no long pause."""
    now = timezone.now()
    rows = Assignment.objects.filter(pk=assignment.pk)
    if assignment.lease_until is not None:
        since = (now - (assignment.lease_until - LEASE)).total_seconds()
        rows.filter(lease_until=assignment.lease_until).update(seconds=F("seconds") + min(max(since, 0), LONGEST_PAUSE))
    rows.filter(state=State.OPEN).update(lease_until=now + LEASE)


def submit(*, assignment: Assignment) -> None:
    """Done; again is no harm."""
    keep(assignment=assignment)
    changed = Assignment.objects.filter(pk=assignment.pk).exclude(state=State.DONE)
    changed.update(state=State.DONE, done_at=timezone.now(), lease_until=None)


def skip(*, assignment: Assignment) -> None:
    """Leave it to somebody else; what was labelled stays."""
    rows = Assignment.objects.filter(pk=assignment.pk).exclude(state=State.DONE)
    rows.update(state=State.SKIPPED, lease_until=None)


def flag(*, assignment: Assignment, is_flagged: bool, reason: str = "") -> None:
    words = reason.strip()[:2000] if is_flagged else ""
    Assignment.objects.filter(pk=assignment.pk).update(is_flagged=is_flagged, flag_reason=words)


def _open(assignment: Assignment) -> Assignment:
    now = timezone.now()
    assignment.state, assignment.lease_until = State.OPEN, now + LEASE
    assignment.opened_at = assignment.opened_at or now
    assignment.save()
    return assignment


def _locked(queue: Queue) -> Queue:
    """The queue as it is now; two people who ask at the same moment wait for each other."""
    return Queue.objects.select_for_update().get(pk=queue.pk)
