"""The items around one of a queue, as the labelling page lists them for one person. Knows no text and no label."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.utils import timezone

from apps.accounts.models import User
from apps.annotation.models import Assignment, Item
from apps.traces.presenters.titles import short_title

AROUND = 4
WORDS = {
    Assignment.State.DONE: ("✓", "ok", "done"),
    Assignment.State.SKIPPED: ("–", "unread", "skipped"),
    Assignment.State.OPEN: ("▸", "nogold", "open"),
    Assignment.State.ASSIGNED: ("▸", "nogold", "yours"),
}


class Place(NamedTuple):
    """An item: `is_mine` where the person may open it."""

    pk: int
    title: str
    glyph: str
    css: str
    words: str
    is_here: bool
    is_mine: bool


def places_around(here: Item, user: User) -> list[Place]:
    first = max(0, here.position - AROUND)
    items = here.queue.items.filter(position__gte=first, position__lte=here.position + AROUND)
    rows = list(items.select_related("rollout__problem"))
    held: dict[int, list[Assignment]] = defaultdict(list)
    for each in Assignment.objects.filter(item__in=rows):
        held[each.item_id].append(each)
    return [_place(item, held[item.pk], here, user) for item in rows]


def _place(item: Item, held: Sequence[Assignment], here: Item, user: User) -> Place:
    problem = item.rollout.problem
    mine = next((each for each in held if each.user_id == user.pk), None)
    glyph, css, words = WORDS[Assignment.State(mine.state)] if mine else ("·", "nogold", _others(held, item))
    title = short_title(problem.question, problem.key)
    return Place(item.pk, title, glyph, css, words, item.pk == here.pk, mine is not None)


def _others(held: Sequence[Assignment], item: Item) -> str:
    """Whether other people have it: never who."""
    now = timezone.now()
    takes = [
        each
        for each in held
        if each.state in (Assignment.State.DONE, Assignment.State.ASSIGNED)
        or (each.state == Assignment.State.OPEN and each.lease_until is not None and each.lease_until > now)
    ]
    return "taken" if len(takes) >= item.queue.overlap else ""
