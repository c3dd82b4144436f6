"""What people said of a rollout, place by place, with what leads ruled there before. Writes nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from analysis.labelling.matters import Given, Matter, matters_of
from apps.annotation.models import Comment, Layer, Ruling, Scheme
from apps.annotation.queries.agreement import Hand, hands_of, load
from apps.traces.models import Rollout
from apps.traces.services.texts import contents

Key = tuple[int | None, int, int]
"""Turn, start, end; (None, 0, 0) for the labels of the rollout as a whole."""
OPEN: list[dict[str, Any]] = [{"open": True}]
"""The names of a ruling that takes an only ruling back."""


@dataclass(frozen=True, slots=True)
class Docket:
    """`matters` are the places at which somebody gave a label; `rulings` are by place, the oldest first."""

    hands: Sequence[Hand]
    matters: Sequence[Matter]
    rulings: Mapping[Key, Sequence[Ruling]]
    finished: Sequence[Ruling]
    comments: Mapping[Key, Sequence[Comment]]
    digests: Mapping[int, bytes]
    texts: Mapping[int, str]


def docket_of(scheme: Scheme, rollout: Rollout, alike: Callable[[str, str], bool]) -> Docket:
    """Of the people and files that are done with the rollout; gold layers are what comes of it."""
    hands = [hand for hand in hands_of(scheme) if rollout.pk in hand.rollouts and not hand.is_gold]
    loaded = load(scheme, hands, [rollout.pk])
    keys = [hand.key for hand in hands]
    steps = loaded.steps.get(rollout.pk, [])
    matters = matters_of(loaded.scheme, keys, rollout.pk, steps, loaded.rows, alike) if hands else []
    turns = loaded.turns[rollout.pk]
    shown = {matter.place.turn for matter in matters}
    texts = contents({turn.text_id for turn in turns if turn.turn in shown})
    by_place, finished = _rulings(scheme, rollout)
    return Docket(
        hands=hands,
        matters=matters,
        rulings=by_place,
        finished=finished,
        comments=_comments(hands, rollout),
        digests={turn.turn: turn.digest for turn in turns},
        texts={turn.turn: texts[turn.text_id] for turn in turns if turn.text_id in texts},
    )


def key_of(matter: Matter) -> Key:
    place = matter.place
    return (None, 0, 0) if place.turn < 0 else (place.turn, place.start, place.end)


def chosen_in(rulings: Sequence[Ruling]) -> list[Given] | None:
    """What the newest of a place's rulings says; None where there is none or it was taken back."""
    if not rulings or rulings[-1].names == OPEN:
        return None
    return [Given(each["name"], each.get("value", "")) for each in rulings[-1].names]


def finished_rollouts(scheme: Scheme) -> frozenset[int]:
    """Rollouts that a lead is through with."""
    rows = Ruling.objects.filter(layer__scheme=scheme, layer__kind=Layer.Kind.GOLD, turn_index=None, start=None)
    return frozenset(rows.values_list("rollout_id", flat=True))


def n_ruled(scheme: Scheme) -> dict[int, int]:
    """How many rulings each rollout has, the finishing ones not counted."""
    rows = Ruling.objects.filter(layer__scheme=scheme, layer__kind=Layer.Kind.GOLD, start__isnull=False)
    return dict(rows.order_by().values_list("rollout_id").annotate(n=Count("pk")))


def rollouts_named(ids: Sequence[int]) -> dict[int, Rollout]:
    return Rollout.objects.select_related("problem", "model").defer("attributes").in_bulk(ids)


def _rulings(scheme: Scheme, rollout: Rollout) -> tuple[dict[Key, list[Ruling]], list[Ruling]]:
    rows = Ruling.objects.filter(layer__scheme=scheme, layer__kind=Layer.Kind.GOLD, rollout=rollout)
    by_place: dict[Key, list[Ruling]] = defaultdict(list)
    finished = []
    for row in rows.select_related("actor").order_by("id"):
        if row.start is None:
            finished.append(row)
        else:
            by_place[row.turn_index, row.start, row.end or 0].append(row)
    return dict(by_place), finished


def _comments(hands: Sequence[Hand], rollout: Rollout) -> dict[Key, list[Comment]]:
    layers = [hand.layer_id for hand in hands if hand.layer_id is not None]
    found: dict[Key, list[Comment]] = defaultdict(list)
    for row in Comment.objects.filter(layer__in=layers, rollout=rollout).select_related("author"):
        key = (row.turn_index, row.start or 0, row.end or 0) if row.start is not None else (None, 0, 0)
        found[key].append(row)
    return dict(found)
