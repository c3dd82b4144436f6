"""Labels of all hands of a scheme on the rollouts that they are done with, in a fixed number of queries a batch.

Texts are needed only for where steps stand; that is kept by text, so that a page reads each text once. Writes nothing.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from threading import Lock
from typing import NamedTuple, TypeVar

from django.db.models import Count, Max, Sum

from analysis.labelling import scheme as plain
from analysis.labelling.rows import Row
from analysis.labelling.units import Place
from analysis.segmentation import SEGMENTATIONS, VERSIONS
from apps.annotation.models import Assignment, Label, Layer, Ruling, Scheme
from apps.traces.models import Collection, Turn
from apps.traces.services.texts import contents

BATCH = 400
MOST_KEPT = 2_000
Key = tuple[bytes, tuple[tuple[int, int], ...], str]
T = TypeVar("T")


class Hand(NamedTuple):
    """Whoever labels in a scheme. `key` names them in rows; `layer_id` is None for one who is done and gave nothing."""

    key: str
    name: str
    kind: str
    layer_id: int | None
    rollouts: frozenset[int]

    @property
    def is_gold(self) -> bool:
        return self.kind == Layer.Kind.GOLD


class ReadTurn(NamedTuple):
    """A turn with what of it is read: the first of its parts that is not blank (reasoning, response; or all of it)."""

    turn: int
    text_id: int
    digest: bytes
    parts: tuple[tuple[int, int], ...]
    is_last_attempt: bool


@dataclass(frozen=True)
class Loaded:
    """Labels of several hands on some rollouts: rows name hands by their key, rollouts by their number."""

    scheme: plain.Scheme
    hands: Sequence[Hand]
    turns: dict[int, list[ReadTurn]]
    rows: Sequence[Row]

    @property
    def done(self) -> dict[str, frozenset[int]]:
        here = frozenset(self.turns)
        return {hand.key: hand.rollouts & here for hand in self.hands}

    @cached_property
    def steps(self) -> dict[int, list[Place]]:
        """Steps of what is read of each last attempt, and of every other turn that somebody labelled."""
        labelled = {(int(row.rollout), row.turn) for row in self.rows if row.is_span}
        wanted = {
            rollout: [turn for turn in turns if turn.is_last_attempt or (rollout, turn.turn) in labelled]
            for rollout, turns in self.turns.items()
        }
        return steps_of(wanted, self.scheme.segmentation)


def hands_of(scheme: Scheme) -> list[Hand]:
    """Everybody but suggesters, with the rollouts that each is done with: people first, gold layers last.

    A person is done with what they submitted; a file or a gold layer with rollouts that it has a label of, or a ruling
    on the rollout as a whole.
    """
    layers = list(scheme.layers.exclude(kind=Layer.Kind.SUGGESTER))
    of_author = {layer.author_id: layer for layer in layers if layer.kind == Layer.Kind.PERSON}
    submitted, names = _submitted(scheme)
    people = [
        _hand_of(user, names[user], of_author.get(user), rollouts) for user, rollouts in sorted(submitted.items())
    ]
    held = _held(layer.pk for layer in layers if layer.kind != Layer.Kind.PERSON)
    others = [
        Hand(str(layer.pk), layer.name, layer.kind, layer.pk, frozenset(held[layer.pk]))
        for layer in sorted(layers, key=lambda each: (each.kind == Layer.Kind.GOLD, each.pk))
        if held.get(layer.pk)
    ]
    return _told_apart([*people, *others])


def shared_rollouts(hands: Iterable[Hand]) -> frozenset[int]:
    """Rollouts that two hands or more are done with."""
    seen: set[int] = set()
    twice: set[int] = set()
    for hand in hands:
        twice |= seen & hand.rollouts
        seen |= hand.rollouts
    return frozenset(twice)


def load(scheme: Scheme, hands: Sequence[Hand], rollouts: Iterable[int]) -> Loaded:
    """What the hands gave on these rollouts; orphans (the turn has another text by now) are left out."""
    turns: dict[int, list[ReadTurn]] = {}
    rows: list[Row] = []
    keys = {hand.layer_id: hand.key for hand in hands if hand.layer_id is not None}
    for batch in _batches(sorted(rollouts)):
        found = turns_of(batch)
        turns |= found
        digests = {(rollout, turn.turn): turn.digest for rollout in found for turn in found[rollout]}
        rows += [row for row in _rows(keys, batch) if _stands(row, digests)]
    return Loaded(scheme.plain, hands, turns, rows)


def turns_of(rollouts: Sequence[int]) -> dict[int, list[ReadTurn]]:
    """Turns that have a text, by rollout."""
    fields = ("rollout_id", "index", "is_attempt", "text_id", "text__hash", "text__n_chars")
    parts = ("reasoning_start", "reasoning_end", "response_start", "response_end")
    rows = Turn.objects.filter(rollout_id__in=rollouts, text__isnull=False).order_by("rollout_id", "index")
    found: dict[int, list[ReadTurn]] = {pk: [] for pk in rollouts}
    last: dict[int, tuple[int, tuple[tuple[int, int], ...]]] = {}
    for rollout, index, is_attempt, text_id, digest, n_chars, *spans in rows.values_list(*fields, *parts):
        found[rollout].append(ReadTurn(index, text_id, bytes(digest), ((0, n_chars),), False))
        if is_attempt:
            last[rollout] = len(found[rollout]) - 1, ((spans[0] or 0, spans[1] or 0), (spans[2] or 0, spans[3] or 0))
    for rollout, (place, read) in last.items():
        found[rollout][place] = found[rollout][place]._replace(parts=read, is_last_attempt=True)
    return found


def steps_of(turns: dict[int, list[ReadTurn]], segmentation: str) -> dict[int, list[Place]]:
    """The steps of the parts of turns that are read, as places in the turns' texts."""
    kept = _steps_by_text([turn for each in turns.values() for turn in each], segmentation)
    return {
        rollout: [
            Place(rollout, turn.turn, start, end, line, is_blank)
            for turn in each
            for start, end, line, is_blank in kept[_key(turn, segmentation)]
        ]
        for rollout, each in turns.items()
    }


def state_of(scheme: Scheme) -> tuple[object, ...]:
    """Another value whenever a label, a submission or a ruling in the scheme has changed."""
    labels = Label.objects.filter(layer__scheme=scheme)
    counted = labels.aggregate(n=Count("pk"), newest=Max("pk"), removed=Max("removed_at"), there=Count("rollout"))
    done = Assignment.objects.filter(item__queue__scheme=scheme, state=Assignment.State.DONE)
    rulings = Ruling.objects.filter(layer__scheme=scheme, start=None).aggregate(newest=Max("pk"))
    standing = labels.filter(removed_at=None).count()
    submitted = done.aggregate(n=Count("pk"), at=Max("done_at"))
    texts = Collection.objects.filter(project=scheme.project_id).aggregate(n=Count("pk"), revision=Sum("revision"))
    numbers = (counted, submitted, rulings, texts)
    return (scheme.version, standing, *(value for each in numbers for value in each.values()))


_kept: "OrderedDict[Key, list[tuple[int, int, int, bool]]]" = OrderedDict()
_lock = Lock()


def _steps_by_text(turns: Sequence[ReadTurn], segmentation: str) -> dict[Key, list[tuple[int, int, int, bool]]]:
    wanted = {_key(turn, segmentation): turn for turn in turns}
    with _lock:
        found = {key: _kept[key] for key in wanted if key in _kept}
    missing = [key for key in wanted if key not in found]
    for batch in _batches(missing):
        texts = contents({wanted[key].text_id for key in batch})
        found |= {key: list(_cut(texts[wanted[key].text_id], key, segmentation)) for key in batch}
    with _lock:
        for key in wanted:
            _kept[key] = found[key]
            _kept.move_to_end(key)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return found


def _cut(text: str, key: Key, segmentation: str) -> Iterator[tuple[int, int, int, bool]]:
    parts = key[1]
    start, end = next(((a, b) for a, b in parts if text[a:b].strip()), (0, 0))
    read, line, before = text[start:end], 1, 0
    for step in SEGMENTATIONS[segmentation](read) if read else ():
        line += read.count("\n", before, step.start)
        before = step.start
        yield start + step.start, start + step.end, line, not read[step.start : step.end].strip()


def _key(turn: ReadTurn, segmentation: str) -> Key:
    return turn.digest, turn.parts, f"{segmentation}@{VERSIONS[segmentation]}"


def _submitted(scheme: Scheme) -> tuple[dict[int, set[int]], dict[int, str]]:
    """Rollouts by person, and the people's names."""
    rows = Assignment.objects.filter(
        item__queue__scheme=scheme, state=Assignment.State.DONE, item__rollout__collection__is_deleted=False
    )
    found: dict[int, set[int]] = defaultdict(set)
    names = {}
    for user, name, rollout in rows.values_list("user_id", "user__username", "item__rollout_id"):
        found[user].add(rollout)
        names[user] = name
    return found, names


def _hand_of(user: int, name: str, layer: Layer | None, rollouts: set[int]) -> Hand:
    key = str(layer.pk) if layer else f"user {user}"
    return Hand(key, name, Layer.Kind.PERSON.value, layer.pk if layer else None, frozenset(rollouts))


def _held(layers: Iterable[int]) -> dict[int, set[int]]:
    """Rollouts that layers have a label of, or a ruling on the whole."""
    ids, found = list(layers), defaultdict[int, set[int]](set)
    there = {"layer_id__in": ids, "rollout__collection__is_deleted": False}
    labels = Label.objects.filter(**there, removed_at=None).order_by()
    rulings = Ruling.objects.filter(**there, start=None).order_by()
    for rows in (labels, rulings):
        for layer, rollout in rows.values_list("layer_id", "rollout_id").distinct():
            found[layer].add(rollout)
    return found


def _told_apart(hands: Sequence[Hand]) -> list[Hand]:
    """Two hands of one name bear their kinds too."""
    names = [hand.name for hand in hands]
    return [hand._replace(name=f"{hand.name} ({hand.kind})") if names.count(hand.name) > 1 else hand for hand in hands]


def _rows(keys: dict[int, str], rollouts: Sequence[int]) -> Iterator[Row]:
    fields = ("key", "rollout_id", "name", "layer_id", "turn_index", "start", "end", "text_hash", "value")
    rows = Label.objects.filter(layer_id__in=list(keys), rollout_id__in=rollouts, removed_at=None, first=None)
    for key, rollout, name, layer, turn, start, end, digest, value in rows.order_by("pk").values_list(*fields):
        yield Row(
            key=str(key),
            rollout=str(rollout),
            name=name,
            layer=keys[layer],
            turn=turn,
            start=start,
            end=end,
            text_hash=bytes(digest).hex() if digest is not None else "",
            value=value,
        )


def _stands(row: Row, digests: dict[tuple[int, int], bytes]) -> bool:
    if not row.is_span:
        return True
    digest = digests.get((int(row.rollout), -1 if row.turn is None else row.turn))
    return digest is not None and digest.hex() == row.text_hash


def _batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    for start, end in pairwise([*range(0, len(rows), BATCH), len(rows)]):
        yield rows[start:end]
