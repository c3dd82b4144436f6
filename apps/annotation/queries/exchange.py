"""Labels of a scheme's layers as they leave in a file: rollout by rollout, with their texts. Writes nothing.

Only labels that stand on their text leave; orphans stay. A layer is called by its kind and name, as `person:ann`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from analysis.labelling.exchange.types import Document, Part, hash_of, row_order
from analysis.labelling.rows import Row
from apps.annotation.models import Comment, Label, Layer, Scheme
from apps.annotation.queries.places import placed
from apps.traces.models import Rollout, Turn
from apps.traces.queries.many import among
from apps.traces.services.texts import contents

BATCH = 100
Place = tuple[int, int, int | None, int | None, int | None]
"""Layer, rollout, turn, start and end: what a comment is on."""


def layers_with_labels(scheme: Scheme) -> "QuerySet[Layer]":
    """The layers that have anything to export."""
    standing = placed(Label.objects.filter(layer__scheme=scheme)).values("layer")
    return Layer.objects.filter(pk__in=standing).order_by("kind", "name")


def name_of(layer: Layer) -> str:
    return f"{layer.kind}:{layer.name}"


def parts_of(layers: Sequence[Layer], *, with_text: bool) -> Iterator[Part]:
    """A part for every rollout on which one of the layers has a label."""
    standing = placed(Label.objects.filter(layer__in=[layer.pk for layer in layers]))
    ids = list(standing.order_by("rollout_id").values_list("rollout_id", flat=True).distinct())
    for start in range(0, len(ids), BATCH):
        yield from _parts(layers, ids[start : start + BATCH], with_text)


def _parts(layers: Sequence[Layer], ids: Sequence[int], with_text: bool) -> Iterator[Part]:
    labels = _labels(layers, ids)
    comments = _comments(layers, ids)
    turns: dict[int, list[Turn]] = defaultdict(list)
    for turn in Turn.objects.filter(among("rollout_id", ids), text__isnull=False).order_by("index"):
        turns[turn.rollout_id].append(turn)
    hashes = _hashes(turns)
    for rollout in Rollout.objects.filter(among("pk", ids)).select_related("collection").order_by("pk"):
        shown = _shown(turns[rollout.pk], labels[rollout.pk])
        texts = contents(turn.text_id for turn in shown if turn.text_id) if with_text else {}
        documents = [_document(rollout, turn, texts, hashes) for turn in shown] or [_empty(rollout, with_text)]
        rows = sorted((_row(label, rollout, comments) for label in labels[rollout.pk]), key=row_order)
        yield Part(tuple(documents), tuple(rows))


def _labels(layers: Sequence[Layer], ids: Sequence[int]) -> dict[int, list[Label]]:
    """By rollout; a relation only where both of its ends leave too."""
    found: dict[int, list[Label]] = defaultdict(list)
    standing = placed(Label.objects.filter(among("rollout_id", ids), layer__in=[layer.pk for layer in layers]))
    rows = list(standing.select_related("layer", "author", "first", "other"))
    there = {label.pk for label in rows}
    for label in rows:
        if not label.is_relation or {label.first_id, label.other_id} <= there:
            found[label.rollout_id or 0].append(label)
    return found


def _comments(layers: Sequence[Layer], ids: Sequence[int]) -> dict[Place, str]:
    rows = Comment.objects.filter(among("rollout_id", ids), layer__in=[layer.pk for layer in layers])
    return {(row.layer_id, row.rollout_id, row.turn_index, row.start, row.end): row.text for row in rows}


def _shown(turns: Sequence[Turn], labels: Sequence[Label]) -> list[Turn]:
    """The turns that labels stand on or, where all are of the whole rollout, its first attempt."""
    labelled = {label.turn_index for label in labels if label.turn_index is not None}
    shown = [turn for turn in turns if turn.index in labelled]
    return shown or [turn for turn in turns if turn.is_attempt][:1] or list(turns[:1])


def _hashes(turns: Mapping[int, Sequence[Turn]]) -> dict[int, str]:
    ids = [turn.pk for several in turns.values() for turn in several]
    rows = Turn.objects.filter(among("pk", ids)).values_list("pk", "text__hash")
    return {pk: bytes(digest).hex() for pk, digest in rows if digest is not None}


def _document(rollout: Rollout, turn: Turn, texts: Mapping[int, str], hashes: Mapping[int, str]) -> Document:
    text = texts.get(turn.text_id or 0)
    return _with(rollout, turn.index, text, hashes[turn.pk])


def _empty(rollout: Rollout, with_text: bool) -> Document:
    """What stands for a rollout that came without texts."""
    return _with(rollout, None, "" if with_text else None, hash_of("") if with_text else "")


def _with(rollout: Rollout, turn: int | None, text: str | None, hashed: str) -> Document:
    return Document(
        rollout=rollout.unit_key,
        collection=rollout.collection.name,
        turn=turn,
        text=text,
        external_id=rollout.external_id,
        text_hash=hashed,
    )


def _row(label: Label, rollout: Rollout, comments: Mapping[Place, str]) -> Row:
    place = (label.layer_id, rollout.pk, label.turn_index, label.start, label.end)
    return Row(
        key=str(label.key),
        rollout=rollout.unit_key,
        name=label.name,
        layer=name_of(label.layer),
        collection=rollout.collection.name,
        turn=label.turn_index,
        start=label.start,
        end=label.end,
        text_hash=bytes(label.text_hash).hex() if label.text_hash is not None else "",
        value=label.value,
        comment="" if label.is_relation else comments.get(place, ""),
        first=str(label.first.key) if label.first else "",
        other=str(label.other.key) if label.other else "",
        author=label.author.get_username() if label.author else "",
        at=label.made_at.isoformat(),
    )
