"""What the API says of annotation: schemes, queues, items, labels; and takes of labels."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from apps.annotation.models import Assignment, Label, Queue, Scheme

Acts = Annotated[list[dict[str, Any]], Field(min_length=1, max_length=500)]


class SchemeOut(Schema):
    """The labels that people may give; `kinds` says of each what it is on."""

    id: int
    name: str
    version: int
    description: str
    many: bool
    segmentation: str
    kinds: list[dict[str, Any]]

    @classmethod
    def of(cls, scheme: Scheme) -> "SchemeOut":
        same = ("name", "version", "description", "many", "segmentation", "kinds")
        return cls(id=scheme.pk, **{name: getattr(scheme, name) for name in same})


class QueueOut(Schema):
    """Rollouts to be labelled: `overlap` people each, `n_done` places of `n_items` x `overlap` filled."""

    id: int
    name: str
    scheme: int
    strategy: str
    overlap: int
    is_blind: bool
    is_open: bool
    n_items: int
    n_done: int

    @classmethod
    def of(cls, queue: Queue) -> "QueueOut":
        same = ("name", "strategy", "overlap", "is_blind", "is_open")
        counts = {name: getattr(queue, name) for name in ("n_items", "n_done")}
        return cls(id=queue.pk, scheme=queue.scheme_id, **{name: getattr(queue, name) for name in same}, **counts)


class TextOut(Schema):
    """A turn to be labelled; a label of a span names its `text_hash`."""

    turn: int
    role: str
    text: str
    text_hash: str


class ItemOut(Schema):
    """An item of a queue as its labeller sees it: texts, and their own labels so far; who made it stays hidden."""

    id: int
    queue: int
    position: int
    state: str
    is_flagged: bool
    question: str
    texts: list[TextOut]
    labels: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]

    @classmethod
    def of(cls, held: Assignment, texts: list[TextOut], given: dict[str, Any], suggested: list[Any]) -> "ItemOut":
        item = held.item
        return cls(
            id=item.pk,
            queue=item.queue_id,
            position=item.position + 1,
            state=held.state,
            is_flagged=held.is_flagged,
            question=item.rollout.problem.question,
            texts=texts,
            labels=given["labels"],
            comments=given["comments"],
            suggestions=suggested,
        )


class NextOut(Schema):
    """The next item of a queue; null where nothing is left for the person."""

    item: ItemOut | None


class ActsIn(Schema):
    """Acts in their order, each an object with `verb` (add, remove, restore, relate, accept, reject, undecide,
    comment), the label's `key` (a UUID that you make), `name`, `value`, `turn`, `start`, `end`, `text_hash` ..."""

    acts: Acts


class RefusedAct(Schema):
    """An act that could not be carried out: its number in what was sent, from 0, and why."""

    number: int
    reason: str


class ActedOut(Schema):
    """How many acts were carried out, those that were not, and the labels as they stand."""

    done: int
    refused: list[RefusedAct]
    labels: list[dict[str, Any]]
    comments: list[dict[str, Any]]


class FlagIn(Schema):
    is_flagged: bool
    reason: Annotated[str, Field(max_length=2000)] = ""


class LabelOut(Schema):
    """A label that stands; `start` and `end` are code points of the turn's text."""

    id: int
    key: str
    layer_kind: str
    layer: str
    rollout: int
    unit_key: str
    turn: int | None
    start: int | None
    end: int | None
    name: str
    value: str
    first: str | None
    other: str | None
    author: str | None
    made_at: datetime

    @classmethod
    def of(cls, label: Label) -> "LabelOut":
        return cls(
            id=label.pk,
            key=str(label.key),
            layer_kind=label.layer.kind,
            layer=label.layer.name,
            rollout=label.rollout_id or 0,
            unit_key=label.unit_key,
            turn=label.turn_index,
            start=label.start,
            end=label.end,
            name=label.name,
            value=label.value,
            first=str(label.first.key) if label.first else None,
            other=str(label.other.key) if label.other else None,
            author=label.author.get_username() if label.author else None,
            made_at=label.made_at,
        )


class LeftOut(Schema):
    where: str
    reason: str


class ImportedOut(Schema):
    """What an import of labels stored, knew already, and left out with the reason."""

    stored: int
    known: int
    layers: list[str]
    left_out: list[LeftOut]
