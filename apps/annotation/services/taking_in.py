"""Labels of a file while they are taken in: each is checked, placed, stored under its key, or left out with a reason.

Knows no format and opens no transaction; `exchange` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection

from analysis.labelling.exchange.fields import found_kind
from analysis.labelling.exchange.types import Unplaced
from analysis.labelling.rows import Row
from analysis.labelling.scheme import Kind, Target
from apps.accounts.models import User
from apps.annotation.models import Comment, Label, Layer, Scheme
from apps.annotation.queries.exchange import name_of
from apps.annotation.queries.placing import Home, Lost, Places
from apps.annotation.services.layers import GOLD, gold_layer, imported_layer, layer_of_person, suggester_layer
from apps.traces.models import Rollout

STEP = 500
NO_NAME = "file"
SET_TIME = "UPDATE annotation_label SET made_at = %s WHERE id = %s"


@dataclass(slots=True)
class Imported:
    """How many labels were stored, how many were there already, and what was left out and why."""

    n_stored: int = 0
    n_known: int = 0
    unplaced: list[Unplaced] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)


class _Target(NamedTuple):
    """A label that is to be: in which layer, of what kind, where."""

    row: Row
    layer: Layer
    kind: Kind
    home: Home
    key: UUID

    @property
    def place(self) -> tuple[int, int | None, int | None, int | None]:
        """Rollout, turn, start and end."""
        if not self.row.is_span:
            return (self.home.rollout.pk, None, None, None)
        start, end = self.row.ends
        return (self.home.rollout.pk, self.home.turn, start + self.home.shift, end + self.home.shift)


class _Joining(NamedTuple):
    """A relation that is to be, between two labels of one layer."""

    row: Row
    layer: Layer
    kind: Kind
    rollout: Rollout
    first: Label
    other: Label
    key: UUID


class Taking:
    """One import while its rows are stored."""

    def __init__(self, scheme: Scheme, actor: User | None, layer: str, places: Places) -> None:
        self.scheme, self.plain, self.actor = scheme, scheme.plain, actor
        self.one_layer, self.places, self.result = layer, places, Imported()
        people = User.objects.filter(memberships__project=scheme.project)
        self.people = {person.get_username(): person for person in people}
        self.layers: dict[str, Layer] = {}
        self.labels: dict[str, Label] = {}
        """By key in the file: those stored now and those that were there."""

    def take(self, rows: Sequence[Row]) -> None:
        targets = [target for row in rows if (target := self._target(row))]
        known = self._known(targets)
        taken = self._taken(targets)
        new: list[_Target] = []
        for target in (self._with_own_key(each, known) for each in targets):
            if (label := known.get(target.key)) is not None:
                self._meet(target, label)
            elif self._place_of(target) in taken:
                self._leave(target.row, f"another label stands there in layer {target.layer.name}")
            else:
                taken.add(self._place_of(target))
                new.append(target)
        self._store([(target.row, self._label(target)) for target in new])
        self._comment(targets)

    def take_relations(self, rows: Sequence[Row]) -> None:
        """After the labels that they join."""
        joinings = [joining for row in rows if (joining := self._joined(row))]
        keys = [key for each in joinings for key in (each.key, _key_in(each.layer, each.key))]
        known = _labels_by_key(self.scheme, keys)
        new = []
        for joining in joinings:
            there = known.get(joining.key)
            own = (
                joining.key
                if there is None or there.layer_id == joining.layer.pk
                else _key_in(joining.layer, joining.key)
            )
            if own in known:
                self.result.n_known += 1
            else:
                new.append((joining.row, self._relation(joining._replace(key=own))))
        self._store(new)

    def _joined(self, row: Row) -> "_Joining | None":
        """What a relation is to become; None, and listed, where it cannot."""
        first, other = self.labels.get(row.first), self.labels.get(row.other)
        kind = found_kind(self.plain, row.name)
        if kind is None or kind.on is not Target.RELATION:
            self._leave(row, f"scheme {self.plain.name} has no relation {row.name[:60]!r}")
        elif row.at and not _is_time(row.at):
            self._leave(row, f"{row.at[:40]!r} is no time")
        elif first is None or other is None or first.rollout is None:
            self._leave(row, "it joins a label that has no place here")
        elif first.rollout_id != other.rollout_id or first.layer_id != other.layer_id:
            self._leave(row, "it joins labels of different rollouts or layers")
        else:
            return _Joining(row, first.layer, kind, first.rollout, first, other, _uuid(row.key))
        return None

    def _target(self, row: Row) -> _Target | None:
        """What a row is to become; None, and listed, where it cannot."""
        kind, home = found_kind(self.plain, row.name), self.places.home(row)
        if isinstance(home, Lost):
            self._leave(row, home.reason)
        elif kind is None:
            self._leave(row, f"scheme {self.plain.name} has no label {row.name[:60]!r}")
        elif reason := _refusal(row, kind, home):
            self._leave(row, reason)
        else:
            return _Target(row, self._layer(row), kind, home, _uuid(row.key))
        return None

    def _layer(self, row: Row) -> Layer:
        """Made when first needed."""
        name = self.one_layer or row.layer or row.author or NO_NAME
        if name not in self.layers:
            self.layers[name] = self._made_layer(name)
            self.result.layers.append(name_of(self.layers[name]))
        return self.layers[name]

    def _made_layer(self, given: str) -> Layer:
        kind, _, name = given.partition(":")
        if kind == Layer.Kind.GOLD:
            return gold_layer(scheme=self.scheme, name=name or GOLD)
        if kind == Layer.Kind.PERSON and name in self.people:
            return layer_of_person(scheme=self.scheme, user=self.people[name])
        if kind == Layer.Kind.SUGGESTER and name:
            return suggester_layer(scheme=self.scheme, name=name)
        return imported_layer(scheme=self.scheme, name=name if kind in Layer.Kind.values and name else given)

    def _known(self, targets: Sequence[_Target]) -> dict[UUID, Label]:
        """Labels of the scheme with one of the keys, as they are or as they would be in another layer."""
        keys = [key for target in targets for key in (target.key, _key_in(target.layer, target.key))]
        return _labels_by_key(self.scheme, keys)

    def _with_own_key(self, target: _Target, known: dict[UUID, Label]) -> _Target:
        there = known.get(target.key)
        if there is None or there.layer_id == target.layer.pk:
            return target
        return target._replace(key=_key_in(target.layer, target.key))

    def _taken(self, targets: Sequence[_Target]) -> set[tuple[object, ...]]:
        """Where labels stand already in the layers and on the rollouts of the targets."""
        rollouts = sorted({target.home.rollout.pk for target in targets})
        taken: set[tuple[object, ...]] = set()
        for start in range(0, len(rollouts), STEP):
            standing = Label.objects.filter(
                layer__in=[layer.pk for layer in self.layers.values()],
                rollout__in=rollouts[start : start + STEP],
                removed_at=None,
                first=None,
            )
            for *place, name in standing.values_list("layer", "rollout", "turn_index", "start", "end", "name"):
                taken.add((*place, name if self.plain.many else ""))
        return taken

    def _place_of(self, target: _Target) -> tuple[object, ...]:
        return (target.layer.pk, *target.place, target.kind.name if self.plain.many else "")

    def _meet(self, target: _Target, label: Label) -> None:
        """A label that is there already, and says the same or not."""
        there = (label.rollout_id, label.turn_index, label.start, label.end)
        if there != target.place or (label.name, label.value) != (target.kind.name, target.row.value):
            self._leave(target.row, "a label with this key is there already and says something else")
            return
        self.labels[target.row.key] = label
        self.result.n_known += 1

    def _label(self, target: _Target) -> Label:
        _, turn, start, end = target.place
        return Label(
            layer=target.layer,
            key=target.key,
            **_whose(target.home.rollout),
            turn_index=turn,
            start=start,
            end=end,
            text_hash=target.home.text_hash if turn is not None else None,
            name=target.kind.name,
            value=target.row.value,
            author=self.people.get(target.row.author),
        )

    def _relation(self, joining: "_Joining") -> Label:
        return Label(
            layer=joining.layer,
            key=joining.key,
            **_whose(joining.rollout),
            name=joining.kind.name,
            first=joining.first,
            other=joining.other,
            author=self.people.get(joining.row.author),
        )

    def _store(self, made: Sequence[tuple[Row, Label]]) -> None:
        labels = [label for _, label in made]
        Label.objects.bulk_create(labels, batch_size=STEP)
        self.labels |= {row.key: label for row, label in made}
        _set_times(made)
        self.result.n_stored += len(labels)

    def _comment(self, targets: Sequence[_Target]) -> None:
        """Words on a step, where somebody here can be named who said them and none are there yet."""
        for target in targets:
            if not target.row.comment or target.row.key not in self.labels:
                continue
            author = self.people.get(target.row.author) or self.actor
            if author is None:
                self._leave(target.row, "its comment is nobody's who is a member here")
                continue
            rollout, turn, start, end = target.place
            place = {"layer": target.layer, "rollout_id": rollout, "turn_index": turn, "start": start, "end": end}
            said, _ = Comment.objects.get_or_create(**place, defaults={"text": target.row.comment, "author": author})
            if said.text != target.row.comment:
                self._leave(target.row, "another comment stands there")

    def _leave(self, row: Row, reason: str) -> None:
        at = f" at {row.start}" if row.start is not None else ""
        whose = self.places.name(row)
        self.result.unplaced.append(Unplaced(f"{row.name}{at}{f' of {whose}' if whose else ''}, key {row.key}", reason))


def _refusal(row: Row, kind: Kind, home: Home) -> str:
    """Why a label cannot stand there; '' where it can."""
    if row.is_span == (kind.on is Target.ROLLOUT) or kind.on is Target.RELATION:
        return f"{kind.name} is a label of a {kind.on}"
    if row.is_span and home.turn is None:
        return "it is not said on which turn it stands"
    if row.is_span and not 0 <= row.ends[0] < row.ends[1] <= home.length:
        return f"{row.ends[0]} to {row.ends[1]} is no span of a text of {home.length} characters"
    if kind.values and row.value not in ("", *kind.values):
        return f"{row.value[:60]!r} is no value of {kind.title}; known: {', '.join(kind.values)}"
    if row.value and not kind.has_value:
        return f"{kind.title} has no value"
    if row.at and not _is_time(row.at):
        return f"{row.at[:40]!r} is no time"
    return ""


def _set_times(made: Sequence[tuple[Row, Label]]) -> None:
    """The times that the file says, in place of now: a statement a label, a tenth of what bulk_update takes."""
    adapted = connection.ops.adapt_datetimefield_value
    rows = [(adapted(_time(row.at)), label.pk) for row, label in made if row.at]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(SET_TIME, rows)


def _time(at: str) -> datetime:
    """Without a zone it is UTC. Raises ValueError."""
    time = datetime.fromisoformat(at)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _is_time(at: str) -> bool:
    try:
        _time(at)
    except ValueError:
        return False
    return True


def _whose(rollout: Rollout) -> dict[str, object]:
    return {"rollout": rollout, "unit_key": rollout.unit_key, "external_id": rollout.external_id}


def _labels_by_key(scheme: Scheme, keys: Sequence[UUID]) -> dict[UUID, Label]:
    found: dict[UUID, Label] = {}
    for start in range(0, len(keys), STEP):
        rows = Label.objects.filter(layer__scheme=scheme, key__in=keys[start : start + STEP])
        found |= {label.key: label for label in rows.select_related("layer", "rollout")}
    return found


def _uuid(key: str) -> UUID:
    try:
        return UUID(key)
    except ValueError:
        return uuid5(NAMESPACE_OID, key)


def _key_in(layer: Layer, key: UUID) -> UUID:
    """What a label of this key is called in another layer than its own."""
    return uuid5(key, name_of(layer))
