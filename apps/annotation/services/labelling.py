"""A person labels a rollout: acts are carried out in their order, each once, on the text that the person saw.

What cannot be carried out is refused with a reason and hinders no other act. Nothing is written over.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from analysis.labelling.scheme import BadScheme, Kind, Scheme, Target
from apps.accounts.models import User
from apps.annotation.models import Comment, Decision, Label, Layer
from apps.annotation.services.acts import MOST_ACTS, Act, BadAct, Place, act_of
from apps.traces.models import Rollout, Turn


@dataclass(slots=True)
class Applied:
    """How many acts were carried out, and for the others their number in what was sent and why not."""

    n_done: int = 0
    refused: list[tuple[int, str]] = field(default_factory=list)


@transaction.atomic
def apply(*, layer: Layer, rollout: Rollout, user: User, acts: Iterable[Mapping[str, Any]]) -> Applied:
    """Carry out acts on one layer's labels of one rollout; what was carried out before is no harm."""
    rows = list(acts)
    if len(rows) > MOST_ACTS:
        raise BadAct(f"{len(rows)} acts at once; at most {MOST_ACTS}")
    held = Layer.objects.select_for_update().get(pk=layer.pk)  # its scheme is then read as it is now
    hand, applied = Hand(held, rollout, user), Applied()
    for number, row in enumerate(rows):
        try:
            hand.carry_out(act_of(row))
            applied.n_done += 1
        except (BadAct, BadScheme) as error:
            applied.refused.append((number, str(error)))
    return applied


class Hand:
    """One person's hand in one layer on one rollout, while its acts are carried out."""

    def __init__(self, layer: Layer, rollout: Rollout, user: User) -> None:
        self.layer, self.rollout, self.user = layer, rollout, user
        self.verbs: dict[str, Callable[[Act], None]] = {
            "add": self.add,
            "remove": self.remove,
            "restore": self.restore,
            "relate": self.relate,
            "accept": self.accept,
            "reject": self.reject,
            "undecide": self.undecide,
            "comment": self.comment,
        }

    def carry_out(self, act: Act) -> None:
        self.verbs[act.verb](act)

    def add(self, act: Act) -> None:
        kind = self.scheme.kind(act.name)
        self._check(kind, act)
        self._put(act, kind)

    def remove(self, act: Act) -> None:
        """The label, and with it the relations that it is an end of."""
        label = self._get(act.key)
        gone = [label, *self._standing(first=label), *self._standing(other=label)]
        self._mark_removed(gone)

    def restore(self, act: Act) -> None:
        label = self._get(act.key)
        self.scheme.kind(label.name)
        ends = [each for each in (label.first, label.other) if each is not None]
        if any(end.removed_at for end in ends):
            raise BadAct("a relation whose label was removed cannot come back before it")
        if not label.is_relation:
            self._make_room(label.name, _place_of(label))
        Label.objects.filter(pk=label.pk).update(removed_at=None, removed_by=None)

    def relate(self, act: Act) -> None:
        kind = self.scheme.kind(act.name)
        if kind.on is not Target.RELATION:
            raise BadAct(f"{kind.title} joins no labels")
        first, other = self._get(act.first), self._get(act.other)
        if first.pk == other.pk or first.is_relation or other.is_relation:
            raise BadAct("a relation joins two different labels of steps or spans")
        if first.removed_at or other.removed_at:
            raise BadAct("one of the labels was removed")
        self._create(act, kind, first=first, other=other)

    def accept(self, act: Act) -> None:
        """Make a label of a suggestion, with another value where one is given."""
        suggestion = self._suggestion(act)
        kind = self.scheme.kind(suggestion.name)
        made = Act("add", key=act.key, name=kind.name, value=act.value or suggestion.value, place=_place_of(suggestion))
        self._check(kind, made)
        label = self._put(made, kind)
        self._decide(suggestion, label, is_accepted=True)

    def reject(self, act: Act) -> None:
        self._decide(self._suggestion(act), None, is_accepted=False)

    def undecide(self, act: Act) -> None:
        Decision.objects.filter(layer=self.layer, suggestion=self._suggestion(act)).delete()

    def comment(self, act: Act) -> None:
        """The person's words at that place; no words take them away."""
        place = act.place
        if place is not None:
            self._check_text(place)
        at = {
            "turn_index": place.turn if place else None,
            "start": place.start if place else None,
            "end": place.end if place else None,
        }
        rows = Comment.objects.filter(layer=self.layer, rollout=self.rollout, **at)
        if not act.text.strip():
            rows.delete()
        elif not rows.update(text=act.text, author=self.user):
            Comment.objects.create(layer=self.layer, rollout=self.rollout, text=act.text, author=self.user, **at)

    @cached_property
    def scheme(self) -> Scheme:
        return self.layer.scheme.plain

    @cached_property
    def _texts(self) -> dict[int, tuple[bytes, int]]:
        """Hash and length of each turn's text."""
        rows = Turn.objects.filter(rollout=self.rollout, text__isnull=False)
        return {
            index: (bytes(digest), n) for index, digest, n in rows.values_list("index", "text__hash", "text__n_chars")
        }

    def _check(self, kind: Kind, act: Act) -> None:
        if kind.on is Target.RELATION:
            raise BadAct(f"{kind.title} joins two labels; it is put on none")
        if (kind.on is Target.ROLLOUT) != (act.place is None):
            raise BadAct(f"{kind.title} is a label of a {kind.on}")
        if kind.values and act.value not in ("", *kind.values):
            raise BadAct(f"{act.value[:60]!r} is no value of {kind.title}; known: {', '.join(kind.values)}")
        if act.value and not kind.has_value:
            raise BadAct(f"{kind.title} has no value")
        if act.place is not None:
            self._check_text(act.place)

    def _check_text(self, place: Place) -> None:
        digest, n_chars = self._texts.get(place.turn, (b"", 0))
        if not digest or digest.hex() != place.text_hash:
            raise BadAct(f"turn {place.turn} has another text than the one that was labelled; load the page again")
        if not 0 <= place.start < place.end <= n_chars:
            raise BadAct(f"{place.start} to {place.end} is no span of a text of {n_chars} characters")

    def _put(self, act: Act, kind: Kind) -> Label:
        """The label with the act's key: made now, or before when the same act came first."""
        made = Label.objects.filter(layer=self.layer, key=_given(act.key)).first()
        if made is not None:
            return made
        self._make_room(kind.name, act.place)
        return self._create(act, kind)

    def _create(self, act: Act, kind: Kind, **ends: Label) -> Label:
        place = act.place
        found, _ = Label.objects.get_or_create(
            layer=self.layer,
            key=_given(act.key),
            defaults={
                "rollout": self.rollout,
                "unit_key": self.rollout.unit_key,
                "external_id": self.rollout.external_id,
                "turn_index": place.turn if place else None,
                "start": place.start if place else None,
                "end": place.end if place else None,
                "text_hash": bytes.fromhex(place.text_hash) if place else None,
                "name": kind.name,
                "value": act.value,
                "author": self.user,
                **ends,
            },
        )
        return found

    def _make_room(self, name: str, place: Place | None) -> None:
        """One label of a kind stands on one span; in a scheme of single labels one of any kind does."""
        if place is None and self.scheme.many:
            self._mark_removed(list(self._standing(start=None, first=None, name=name)))
            return
        at = {"turn_index": place.turn, "start": place.start, "end": place.end} if place else {"start": None}
        standing = self._standing(first=None, **at)
        self._mark_removed(list(standing.filter(name=name) if self.scheme.many else standing))

    def _mark_removed(self, labels: Iterable[Label]) -> None:
        ids = [label.pk for label in labels]
        Label.objects.filter(pk__in=ids, removed_at=None).update(removed_at=timezone.now(), removed_by=self.user)

    def _standing(self, **wanted: object) -> "Any":
        return Label.objects.filter(layer=self.layer, rollout=self.rollout, removed_at=None, **wanted)

    def _get(self, key: UUID | None) -> Label:
        found = Label.objects.filter(layer=self.layer, rollout=self.rollout, key=_given(key)).first()
        if found is None:
            raise BadAct(f"there is no label {key} of yours on this rollout")
        return found

    def _suggestion(self, act: Act) -> Label:
        found = Label.objects.filter(
            layer__scheme=self.layer.scheme,
            layer__kind=Layer.Kind.SUGGESTER,
            rollout=self.rollout,
            key=_given(act.suggestion),
        ).first()
        if found is None:
            raise BadAct(f"there is no suggestion {act.suggestion} on this rollout")
        return found

    def _decide(self, suggestion: Label, label: Label | None, *, is_accepted: bool) -> None:
        Decision.objects.update_or_create(
            layer=self.layer,
            suggestion=suggestion,
            defaults={"is_accepted": is_accepted, "label": label, "actor": self.user},
        )


def _given(key: UUID | None) -> UUID:
    if key is None:
        raise BadAct("the key of a label is missing")
    return key


def _place_of(label: Label) -> Place | None:
    if label.start is None or label.end is None or label.turn_index is None:
        return None
    digest = bytes(label.text_hash) if label.text_hash is not None else b""
    return Place(label.turn_index, label.start, label.end, digest.hex())
