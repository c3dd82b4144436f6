"""A lead settles where people differ: rulings one after the other, then the rollout's labels in the gold layer.

Rulings are never changed; the newest at a place counts. A ruling at (None, 0, 0) is on labels of the whole rollout, one
without any place says that the lead is through with it. Called twice, or by two leads at once, each act is done once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from analysis.errors import UserError
from analysis.labelling.matters import Given, Matter
from analysis.labelling.scheme import Scheme as PlainScheme
from analysis.labelling.scheme import Target
from apps.accounts.models import User
from apps.accounts.services import record_change
from apps.annotation.models import Label, Layer, Ruling, Scheme
from apps.annotation.queries.adjudication import OPEN, Docket, Key, chosen_in, docket_of, key_of
from apps.annotation.services.agreement import alike
from apps.annotation.services.layers import gold_layer
from apps.traces.models import Rollout

LONGEST_REASON = 1_000


class CannotRule(UserError):
    """A ruling that the scheme or the rollout does not allow; the message says why."""


class Unsettled(UserError):
    """Places on which people differ and nobody has ruled."""


class Finished(NamedTuple):
    """How many gold labels the rollout has now, and how many of them came or went."""

    n_labels: int
    n_changed: int


def docket(scheme: Scheme, rollout: Rollout) -> Docket:
    """Everything on which a rollout's hands differ or agree, with what was ruled so far."""
    return docket_of(scheme, rollout, alike)


@transaction.atomic
def rule(
    *, scheme: Scheme, rollout: Rollout, place: Key, given: Sequence[Given], actor: User, reason: str = ""
) -> Ruling:
    """What the lead takes at a place; the same again adds nothing."""
    names = [each._asdict() for each in checked(scheme.plain, place, given)]
    return _ruled(_locked(scheme), rollout, place, names, actor, reason)


@transaction.atomic
def undo(*, scheme: Scheme, rollout: Rollout, place: Key, actor: User) -> Ruling | None:
    """Take the last ruling at a place back, by a ruling that says what the one before said; None where none is."""
    layer = _locked(scheme)
    before = list(_at(layer, rollout, place).order_by("-id")[:2])
    if not before or before[0].names == OPEN:
        return None
    names = before[1].names if len(before) > 1 else OPEN
    return _ruled(layer, rollout, place, names, actor, "taken back")


@transaction.atomic
def finish(*, scheme: Scheme, rollout: Rollout, actor: User) -> Finished:
    """Make the gold labels of a rollout of what was ruled and of what all agree on; raises Unsettled.

    Labels that are no longer so are marked removed, those that are there already stay.
    """
    layer = _locked(scheme)
    case = docket(scheme, rollout)
    left = [matter for matter in case.matters if _settled(case, matter) is None]
    if left:
        raise Unsettled(f"{len(left)} places are not settled yet, the first on line {left[0].place.line}")
    if not case.hands:
        raise CannotRule("nobody is done with this rollout")
    wanted = {(key_of(matter), each) for matter in case.matters for each in _settled(case, matter) or ()}
    n_changed = _make_so(layer, rollout, wanted, case, actor)
    is_first = not Ruling.objects.filter(layer=layer, rollout=rollout, turn_index=None, start=None).exists()
    if is_first or n_changed:
        Ruling.objects.create(layer=layer, rollout=rollout, names=[], reason="finished", actor=actor)
        record_change(
            project=scheme.project,
            actor=actor,
            verb="adjudicate",
            target=f"rollout {rollout.pk}",
            label=f"{scheme.name}: {rollout.external_id}",
            after={"labels": len(wanted), "changed": n_changed},
        )
    return Finished(len(wanted), n_changed)


def checked(scheme: PlainScheme, place: Key, given: Sequence[Given]) -> list[Given]:
    """Labels that may stand together at such a place; raises CannotRule."""
    unique = list({each.name: each for each in given}.values())
    for each in unique:
        kind = scheme.find(each.name)
        if kind is None or kind.on is Target.RELATION or (kind.on is Target.ROLLOUT) != (place[0] is None):
            raise CannotRule(f"{each.name[:60]!r} cannot be given there")
        if each.value and not kind.has_value:
            raise CannotRule(f"{kind.title} has no value")
        if kind.values and each.value not in ("", *kind.values):
            raise CannotRule(f"{each.value[:60]!r} is no value of {kind.title}; known: {', '.join(kind.values)}")
    if len(unique) > 1 and not scheme.many:
        raise CannotRule(f"{scheme.name!r} gives a step one label, not {len(unique)}")
    return unique


def _settled(case: Docket, matter: Matter) -> Sequence[Given] | None:
    """What the lead took, else what all agree on."""
    ruled = chosen_in(case.rulings.get(key_of(matter), ()))
    return matter.agreed if ruled is None else ruled


def _locked(scheme: Scheme) -> Layer:
    """The gold layer, held until this is done."""
    return Layer.objects.select_for_update().get(pk=gold_layer(scheme=scheme).pk)


def _at(layer: Layer, rollout: Rollout, place: Key) -> Any:
    turn, start, end = place
    return Ruling.objects.filter(layer=layer, rollout=rollout, turn_index=turn, start=start, end=end)


def _ruled(layer: Layer, rollout: Rollout, place: Key, names: list[Any], actor: User, reason: str) -> Ruling:
    newest: Ruling | None = _at(layer, rollout, place).order_by("-id").first()
    if newest is not None and newest.names == names:
        return newest
    turn, start, end = place
    return Ruling.objects.create(
        layer=layer,
        rollout=rollout,
        turn_index=turn,
        start=start,
        end=end,
        names=names,
        reason=reason[:LONGEST_REASON],
        actor=actor,
    )


def _make_so(layer: Layer, rollout: Rollout, wanted: Iterable[tuple[Key, Given]], case: Docket, actor: User) -> int:
    """The layer's labels of the rollout become the wanted ones; how many came or went."""
    there: Mapping[tuple[Key, Given], int] = {
        (_key_of_label(label), Given(label.name, label.value)): label.pk
        for label in Label.objects.filter(layer=layer, rollout=rollout, removed_at=None, first=None)
    }
    new = [each for each in sorted(wanted, key=str) if each not in there]
    gone = [pk for each, pk in there.items() if each not in set(wanted)]
    Label.objects.filter(pk__in=gone).update(removed_at=timezone.now(), removed_by=actor)
    Label.objects.bulk_create(_label(layer, rollout, key, given, case, actor) for key, given in new)
    return len(new) + len(gone)


def _label(layer: Layer, rollout: Rollout, key: Key, given: Given, case: Docket, actor: User) -> Label:
    turn, start, end = key
    is_whole = turn is None
    return Label(
        layer=layer,
        key=uuid4(),
        rollout=rollout,
        unit_key=rollout.unit_key,
        external_id=rollout.external_id,
        turn_index=turn,
        start=None if is_whole else start,
        end=None if is_whole else end,
        text_hash=None if turn is None else case.digests[turn],
        name=given.name,
        value=given.value,
        author=actor,
    )


def _key_of_label(label: Label) -> Key:
    if label.start is None:
        return None, 0, 0
    return label.turn_index, label.start, label.end or 0
