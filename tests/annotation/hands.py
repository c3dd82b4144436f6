"""A scheme, rollouts and people who labelled them, for tests of agreement, adjudication and use."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.utils import timezone

from analysis.labelling.shipped import SCHEMES
from analysis.segmentation import SEGMENTATIONS
from analysis.types import Problem, Role, Turn
from apps.accounts.models import Membership, Project, User
from apps.accounts.models import Role as MemberRole
from apps.annotation.models import Assignment, Item, Label, Layer, Queue, Scheme
from apps.annotation.services.layers import layer_of_person
from apps.traces.models import Collection, Rollout
from apps.traces.services.attempts import Attempt, load_attempts
from tests.traces.build import attempt, rollout, stored

Given = Mapping[int, str | tuple[str, str]]
"""Labels by line: a name, or a name and a value."""


def scheme_of(project: Project, shipped: str = "reflection", **given: Any) -> Scheme:
    """A copy of a shipped scheme."""
    plain = SCHEMES[shipped]
    return Scheme.objects.create(
        project=project,
        name=given.pop("name", plain.name),
        kinds=given.pop("kinds", [kind.as_json() for kind in plain.kinds]),
        many=given.pop("many", plain.many),
        segmentation=plain.segmentation,
        made_from=shipped,
    )


def rollouts_of(project: Project, texts: Sequence[str], golds: tuple[str, ...] = ("4",)) -> list[Rollout]:
    """A rollout per text, each of a problem of its own."""
    made = []
    for number, text in enumerate(texts, 1):
        problem = Problem(f"What is {number + 100} minus 98?", golds, key=f"p{number}")
        turns = (Turn(Role.USER, problem.question), attempt(text))
        made.append(rollout(str(number), problem=problem, turns=turns))
    collection: Collection = stored(made, owner=project)
    return list(collection.rollouts.order_by("pk"))


def person(project: Project, name: str, role: MemberRole = MemberRole.ANNOTATOR) -> User:
    user = User.objects.create_user(name, password="x")
    Membership.objects.create(project=project, user=user, role=role)
    return user


def queue_of(scheme: Scheme, rollouts: Sequence[Rollout], probability: float | None = 1.0, **given: Any) -> Queue:
    queue = Queue.objects.create(scheme=scheme, name="Q", strategy="random", overlap=2, **given)
    Item.objects.bulk_create(
        Item(queue=queue, rollout=each, position=k, probability=probability) for k, each in enumerate(rollouts)
    )
    return queue


def labels_by(queue: Queue, user: User, given: Mapping[Rollout, Given]) -> Layer:
    """The person labels lines of rollouts of the queue and submits them all."""
    layer = layer_of_person(scheme=queue.scheme, user=user)
    for each, lines in given.items():
        put(layer, each, lines, user)
        item = Item.objects.get(queue=queue, rollout=each)
        Assignment.objects.create(item=item, user=user, state=Assignment.State.DONE, done_at=timezone.now())
    return layer


def put(layer: Layer, where: Rollout, lines: Given, user: User | None = None) -> list[Label]:
    """Labels on lines (from 1) of what is read of the rollout's last attempt; line 0 is the rollout as a whole."""
    read = load_attempts([where])[0]
    steps = {step.number: step for step in SEGMENTATIONS["line"](read.read_text)}
    made = []
    for line, said in lines.items():
        name, value = said if isinstance(said, tuple) else (said, "")
        span = _span(read, steps[line].start, steps[line].end) if line else {}
        made.append(_label(layer, where, name, value, user, span))
    return made


def put_span(layer: Layer, where: Rollout, start: int, end: int, name: str, value: str = "") -> Label:
    """A label on characters of what is read."""
    return _label(layer, where, name, value, None, _span(load_attempts([where])[0], start, end))


def _span(read: Attempt, start: int, end: int) -> dict[str, Any]:
    assert read.turn is not None
    assert read.turn.text is not None
    shift, digest = read.read_offset, bytes(read.turn.text.hash)
    return {"turn_index": read.turn.index, "start": start + shift, "end": end + shift, "text_hash": digest}


def _label(layer: Layer, where: Rollout, name: str, value: str, user: User | None, span: dict[str, Any]) -> Label:
    return Label.objects.create(
        layer=layer,
        key=uuid4(),
        rollout=where,
        unit_key=where.unit_key,
        external_id=where.external_id,
        name=name,
        value=value,
        author=user,
        **span,
    )
