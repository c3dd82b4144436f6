"""Labels get another name throughout a scheme: in all layers, also those that were removed, and in rulings.

Labels of two names that become one on the same place of a layer become one label. Knows no scheme's rules.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from apps.accounts.models import User
from apps.annotation.models import Decision, Label, Layer, Ruling, Scheme


def rename(*, scheme: Scheme, moves: Mapping[str, str], user: User | None) -> int:
    """Give labels their new names, all at once, so that two may change places; how many that stand. Call in a
    transaction."""
    if not moves:
        return 0
    labels = Label.objects.filter(layer__scheme=scheme, name__in=moves)
    n = labels.filter(removed_at=None).count()
    labels.update(name=Case(*(When(name=before, then=Value(now)) for before, now in moves.items())))
    for ruling in Ruling.objects.filter(layer__scheme=scheme):
        names = [_renamed(each, moves) for each in ruling.names]
        if names != ruling.names:
            Ruling.objects.filter(pk=ruling.pk).update(names=names)
    for name in set(moves.values()):
        _merge(scheme, name, user)
    return n


def let_suggestions_go(*, scheme: Scheme, names: Collection[str], user: User | None) -> None:
    """Take suggestions with these names away; what people made of them stays theirs."""
    open_ones = Label.objects.filter(layer__scheme=scheme, layer__kind=Layer.Kind.SUGGESTER, name__in=names)
    open_ones.filter(removed_at=None).update(removed_at=timezone.now(), removed_by=user)


def _renamed(chosen: dict[str, Any], moves: Mapping[str, str]) -> dict[str, Any]:
    """What a ruling holds of one label, with its new name; what names none stays."""
    return chosen | {"name": moves[chosen["name"]]} if chosen.get("name") in moves else chosen


def _merge(scheme: Scheme, name: str, user: User | None) -> None:
    """Of several labels with one name on one place of a layer the oldest stays, and relations and decisions with it."""
    standing = Label.objects.filter(layer__scheme=scheme, name=name, removed_at=None, first=None, rollout__isnull=False)
    places: dict[tuple[object, ...], list[int]] = defaultdict(list)
    fields = ("layer", "rollout", "turn_index", "start", "end")
    for pk, *place in standing.order_by("pk").values_list("pk", *fields):
        places[tuple(place)].append(pk)
    for kept, *others in places.values():
        if others:
            _take_over(kept, others, user)


def _take_over(kept: int, others: list[int], user: User | None) -> None:
    Label.objects.filter(first__in=others).update(first=kept)
    Label.objects.filter(other__in=others).update(other=kept)
    Decision.objects.filter(label__in=others).update(label=kept)
    gone = Label.objects.filter(Q(pk__in=others) | Q(first=kept, other=F("first")), removed_at=None)
    gone.update(removed_at=timezone.now(), removed_by=user)
