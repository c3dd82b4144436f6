"""Labels whose rollout went, or got another text, are put back where the very same text is; nothing is guessed.

After an import, and whenever a lead asks. What finds no place stays listed as an orphan, until somebody lets it go.
"""

from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Project, User
from apps.accounts.services import record_change
from apps.annotation.models import Label, Layer
from apps.annotation.queries.places import orphans_in, orphans_of
from apps.traces.models import Collection, Rollout, Turn
from apps.traces.queries.many import among

STEP = 500
Places = Mapping[bytes, int]
"""Hash of a text to the index of the turn that has it."""


def place_after_import(collection: Collection) -> int:
    """Labels that find their text in this collection, moved there; how many."""
    return _place(collection.project, Rollout.objects.filter(collection=collection).values_list("pk", flat=True))


def place_again(project: Project) -> int:
    """The same for every collection of a project."""
    live = Rollout.objects.filter(collection__project=project, collection__is_deleted=False)
    return _place(project, live.values_list("pk", flat=True))


@transaction.atomic
def let_go(*, layer: Layer, actor: User) -> int:
    """Remove a layer's orphans, with a line in the history; how many."""
    ids = list(orphans_of(layer).values_list("pk", flat=True))
    n = sum(
        Label.objects.filter(pk__in=ids[start : start + STEP], removed_at=None).update(
            removed_at=timezone.now(), removed_by=actor
        )
        for start in range(0, len(ids), STEP)
    )
    if n:
        record_change(
            project=layer.scheme.project,
            actor=actor,
            verb="removed orphaned labels",
            target=f"layer:{layer.pk}",
            label=f"{layer.scheme.name}, {layer.name}",
            before={"labels": n},
        )
    return n


def _place(project: Project, rollouts: Iterable[int]) -> int:
    """Of several rollouts with one unit key and the same text the oldest is taken."""
    orphans = list(orphans_in(project).order_by("pk"))
    n = 0
    for start in range(0, len(orphans), STEP):
        with transaction.atomic():
            n += _place_some(orphans[start : start + STEP], rollouts)
    return n


def _place_some(orphans: Sequence[Label], rollouts: Iterable[int]) -> int:
    keys = {label.unit_key for label in orphans}
    named = Rollout.objects.filter(unit_key__in=keys, pk__in=rollouts).order_by("pk")
    candidates: dict[str, list[Rollout]] = {}
    for rollout in named.only("pk", "unit_key"):
        candidates.setdefault(rollout.unit_key, []).append(rollout)
    texts = _texts([rollout.pk for several in candidates.values() for rollout in several])
    return sum(_moved(label, candidates.get(label.unit_key, []), texts) for label in orphans)


def _texts(rollouts: Sequence[int]) -> dict[int, Places]:
    found: dict[int, dict[bytes, int]] = {}
    turns = Turn.objects.filter(among("rollout_id", rollouts), text__isnull=False).order_by("rollout_id", "-index")
    for rollout, index, digest in turns.values_list("rollout_id", "index", "text__hash"):
        found.setdefault(rollout, {})[bytes(digest)] = index
    return dict(found)


def _moved(label: Label, rollouts: Sequence[Rollout], texts: Mapping[int, Places]) -> bool:
    for rollout in rollouts:
        if label.text_hash is None:
            return bool(Label.objects.filter(pk=label.pk).update(rollout=rollout))
        turn_index = texts.get(rollout.pk, {}).get(bytes(label.text_hash))
        if turn_index is not None:
            return bool(Label.objects.filter(pk=label.pk).update(rollout=rollout, turn_index=turn_index))
    return False
