"""A small annotated project for tests: a scheme of three labels, people, a queue over stored rollouts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from analysis.labelling.scheme import Kind, Target
from analysis.types import Rollout
from apps.accounts.models import Membership, Project, Role, User
from apps.annotation.models import Item, Label, Layer, Queue, Scheme
from apps.annotation.services.labelling import Applied, apply
from apps.annotation.services.layers import layer_of_person
from apps.traces import models as traces
from tests.traces import build

KINDS = (
    Kind("candidate", "Candidate answer", "1", 1, has_value=True),
    Kind("verify", "Verify", "2", 2),
    Kind("doubt", "Doubt", "3", 4),
    Kind("good", "Good", "b", 5, on=Target.ROLLOUT),
    Kind("revises", "Revises", "a", 6, on=Target.RELATION),
)


def scheme(project: Project, *, many: bool = True, name: str = "steps") -> Scheme:
    kinds = [kind.as_json() for kind in KINDS]
    return Scheme.objects.create(project=project, name=name, kinds=kinds, many=many)


def person(project: Project, name: str = "ann", role: str = Role.ANNOTATOR) -> User:
    user = User.objects.create_user(name)
    Membership.objects.create(project=project, user=user, role=role)
    return user


def queue(
    scheme: Scheme, rollouts: Sequence[traces.Rollout], people: Sequence[User] = (), *, overlap: int = 1
) -> Queue:
    made = Queue.objects.create(scheme=scheme, name="first", strategy="all", overlap=overlap)
    made.people.set(people)
    Item.objects.bulk_create(
        Item(queue=made, rollout=rollout, position=position, probability=1.0)
        for position, rollout in enumerate(rollouts)
    )
    return made


def stored(rollouts: Sequence[Rollout] = (), project: Project | None = None) -> list[traces.Rollout]:
    collection = build.stored(rollouts or [build.rollout()], owner=project)
    return list(collection.rollouts.order_by("pk"))


def text_of(rollout: traces.Rollout, turn: int = 1) -> traces.Text:
    text = rollout.turns.get(index=turn).text
    assert text is not None
    return text


def span(rollout: traces.Rollout, start: int, end: int, turn: int = 1) -> dict[str, Any]:
    """What the browser sends of a place in the text that is there."""
    return {"turn": turn, "start": start, "end": end, "text_hash": bytes(text_of(rollout, turn).hash).hex()}


def adding(name: str, place: dict[str, Any] | None = None, *, key: UUID | None = None, **more: Any) -> dict[str, Any]:
    return {"verb": "add", "key": str(key or uuid4()), "name": name, **(place or {}), **more}


class Hand:
    """A person at work on one rollout: acts go through the service that the page uses."""

    def __init__(self, scheme: Scheme, user: User, rollout: traces.Rollout) -> None:
        self.layer, self.user, self.rollout = layer_of_person(scheme=scheme, user=user), user, rollout

    def does(self, *acts: dict[str, Any]) -> Applied:
        return apply(layer=self.layer, rollout=self.rollout, user=self.user, acts=acts)

    @property
    def labels(self) -> list[Label]:
        return list(Label.objects.filter(layer=self.layer, rollout=self.rollout, removed_at=None).order_by("pk"))

    @property
    def names(self) -> list[tuple[str, str]]:
        return [(label.name, label.value) for label in self.labels]


def suggestion(scheme: Scheme, rollout: traces.Rollout, name: str, start: int, end: int, value: str = "") -> Label:
    layer, _ = Layer.objects.get_or_create(scheme=scheme, kind=Layer.Kind.SUGGESTER, name="default@1")
    return Label.objects.create(
        layer=layer,
        key=uuid4(),
        rollout=rollout,
        unit_key=rollout.unit_key,
        external_id=rollout.external_id,
        turn_index=1,
        start=start,
        end=end,
        text_hash=text_of(rollout).hash,
        name=name,
        value=value,
    )
