"""Schemes of a project: made from a shipped one or empty, changed with the labels carried along, deleted.

A change that would leave a label without its place in the scheme is refused; nothing is dropped.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from analysis.errors import UserError
from analysis.labelling.scheme import Kind, Target, checked
from analysis.labelling.scheme import Scheme as Plain
from analysis.labelling.shipped import SCHEMES
from apps.accounts.models import Project, User
from apps.accounts.services import record_change
from apps.annotation.models import Layer, Scheme
from apps.annotation.queries.schemes import given_in, n_crowded, n_labels_by_name
from apps.annotation.services import renaming


class SchemeRefused(UserError):
    """A scheme that cannot be made, changed or deleted; the message says why, `label` and `field` what it is about."""

    def __init__(self, message: str, label: str = "", field: str = "") -> None:
        super().__init__(message)
        self.label, self.field = label, field


@dataclass(frozen=True, slots=True)
class Change:
    """What a scheme is to be. `was` says of a label by its name which one it was before, nothing of a new one; `into`
    of a label that goes which one takes its labels. `version` is the one that was changed.
    """

    version: int
    name: str
    kinds: tuple[Kind, ...]
    was: Mapping[str, str] = field(default_factory=dict)
    into: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    many: bool = False
    segmentation: str = "line"

    @property
    def moves(self) -> dict[str, str]:
        """Which name takes the place of which."""
        renamed = {before: now for now, before in self.was.items() if before != now}
        return renamed | dict(self.into)


@transaction.atomic
def create_scheme(*, project: Project, user: User | None, name: str = "", shipped: str = "") -> Scheme:
    """A copy of a shipped scheme, or one without labels; a name is needed where it is not the shipped one's."""
    if shipped and shipped not in SCHEMES:
        raise SchemeRefused(f"unknown scheme {shipped[:40]!r}; known: {', '.join(SCHEMES)}")
    name = checked_name(project, name or (SCHEMES.label(shipped) if shipped else ""))
    made = Scheme(project=project, name=name, made_from=shipped)
    if shipped:
        plain = SCHEMES[shipped]
        made.kinds = [kind.as_json() for kind in plain.kinds]
        made.description, made.many, made.segmentation = plain.description, plain.many, plain.segmentation
        made.source = plain.source
    made.save()
    record(made, user, "make a scheme", after={"made_from": shipped, "labels": len(made.kinds)})
    return made


@transaction.atomic
def change_scheme(*, scheme: Scheme, user: User | None, change: Change) -> int:
    """Change a scheme and carry its labels along; how many labels have another name now.

    Raises SchemeRefused where labels that stand would lose their name, their target or their value.
    """
    scheme = Scheme.objects.select_for_update().get(pk=scheme.pk)
    list(Layer.objects.select_for_update().filter(scheme=scheme).values_list("pk", flat=True))
    if scheme.version != change.version:
        raise SchemeRefused(
            f"somebody changed it meanwhile (version {scheme.version}); begin again from what it is now"
        )
    name = checked_name(scheme.project, change.name, but=scheme.pk)
    plain = checked(Plain(name, change.kinds, change.description, change.many, change.segmentation, scheme.source))
    _check_labels(scheme, plain, change)
    before = _in_short(scheme)
    renaming.let_suggestions_go(scheme=scheme, names=_unfit(scheme, plain, change), user=user)
    n = renaming.rename(scheme=scheme, moves=change.moves, user=user)
    scheme.name, scheme.kinds = name, [kind.as_json() for kind in plain.kinds]
    scheme.description, scheme.many, scheme.segmentation = plain.description, plain.many, plain.segmentation
    scheme.version += 1
    scheme.save()
    after = _in_short(scheme) | ({"carried": n, "names": change.moves} if change.moves else {})
    record(scheme, user, "change a scheme", before=before, after=after)
    return n


@transaction.atomic
def delete_scheme(*, scheme: Scheme, user: User | None) -> None:
    """Delete a scheme by which nothing is labelled."""
    if n := given_in(scheme).count():
        raise SchemeRefused(f"{n} labels are of it; a scheme with labels is not deleted")
    record(scheme, user, "delete a scheme")
    Scheme.objects.filter(pk=scheme.pk).delete()


def _check_labels(scheme: Scheme, plain: Plain, change: Change) -> None:
    """Raises SchemeRefused where labels that stand have no place in the changed scheme."""
    counts, moves = n_labels_by_name(scheme), change.moves
    known = {kind.name: kind for kind in scheme.plain.kinds}
    for name in counts.keys() & known.keys():
        now = plain.find(moves.get(name, name))
        if now is None:
            raise SchemeRefused(f"{counts[name]} labels are {name}: choose the label that takes them", name, "into")
        _check_kind(scheme, known[name], now, counts[name])
    if change.segmentation != scheme.segmentation:
        _check_steps(known, counts)
    if scheme.many and not plain.many and (n := n_crowded(scheme)):
        raise SchemeRefused(f"{n} places carry several labels, so one label for each is too few", field="many")


def _check_kind(scheme: Scheme, before: Kind, now: Kind, n: int) -> None:
    if now.on is not before.on:
        words = f"{n} labels are {before.name}, on a {before.on}; {now.name} is on a {now.on}"
        raise SchemeRefused(words, before.name, "on")
    for value in _values(scheme, before.name):
        if not now.has_value or (now.values and value not in now.values):
            words = f"a label {before.name} has the value {value[:60]!r}, which {now.name} cannot have"
            raise SchemeRefused(words, before.name, "values")


def _check_steps(known: Mapping[str, Kind], counts: Mapping[str, int]) -> None:
    n = sum(count for name, count in counts.items() if name in known and known[name].on is Target.STEP)
    if n:
        raise SchemeRefused(f"{n} labels stand on steps as they are now", field="segmentation")


def _values(scheme: Scheme, name: str) -> Iterator[str]:
    given = given_in(scheme).filter(name=name).exclude(value="")
    yield from given.order_by().values_list("value", flat=True).distinct()


def _unfit(scheme: Scheme, plain: Plain, change: Change) -> set[str]:
    """Labels that go or are put on something else from now on: what was suggested of them fits no more."""
    moved = {kind.name: plain.find(change.moves.get(kind.name, kind.name)) for kind in scheme.plain.kinds}
    is_cut_anew = change.segmentation != scheme.segmentation
    return {
        kind.name
        for kind in scheme.plain.kinds
        if (now := moved[kind.name]) is None
        or (now.on, now.has_value, now.values) != (kind.on, kind.has_value, kind.values)
        or (is_cut_anew and kind.on is Target.STEP)
    }


def _in_short(scheme: Scheme) -> dict[str, Any]:
    names = ", ".join(str(kind["name"]) for kind in scheme.kinds)
    return {"version": scheme.version, "name": scheme.name, "labels": names, "steps": scheme.segmentation}


def checked_name(project: Project, name: str, but: int = 0) -> str:
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise SchemeRefused(f"a scheme needs a name of 1 to 100 characters, not {len(name)}")
    if Scheme.objects.filter(project=project, name=name).exclude(pk=but).exists():
        raise SchemeRefused(f"there is a scheme named {name!r} already")
    return name


def record(scheme: Scheme, user: User | None, verb: str, before: object = None, after: object = None) -> None:
    record_change(
        project=scheme.project,
        actor=user,
        verb=verb,
        target=f"scheme:{scheme.pk}",
        label=scheme.name,
        before=before,
        after=after,
    )
