"""What the API says of instruments, tasks and administrations, and takes for a giving of them."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from analysis.psychometrics.instrument_checks import BadInstrument
from apps.api.schemas.kinds import Id
from apps.api.schemas.runs import PlayerIn, RunOut, Word
from apps.psychology.models import Instrument
from apps.psychology.queries.administrations import Group

Text = Annotated[str, Field(max_length=20_000)]


class InstrumentOut(Schema):
    """A questionnaire at one version; `hindrance` says why it cannot be given yet."""

    id: int
    name: str
    version: str
    title: str
    n_items: int
    is_ready: bool
    hindrance: str

    @classmethod
    def of(cls, found: Instrument) -> "InstrumentOut":
        try:
            n_items, hindrance = len(found.plain.items), found.hindrance
        except BadInstrument as error:
            n_items, hindrance = 0, str(error)
        same = ("name", "version", "title", "is_ready")
        given = {name: getattr(found, name) for name in same}
        return cls(id=found.pk, n_items=n_items, hindrance=hindrance, **given)


class TaskOut(Schema):
    """A behavioural task with the behaviours that it measures."""

    name: str
    label: str
    protocol: str
    behaviours: list[str]


class AdministrationIn(Schema):
    """What is to be given to whom. `fields` are those of the page's form, each a list of texts: prompt, target,
    strategy, temperatures, repeats, seed, max_tokens, template, order, direction, own_personas ..."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    instruments: Annotated[list[Id], Field(max_length=50)] = []
    tasks: Annotated[list[Word], Field(max_length=50)] = []
    models: Annotated[list[PlayerIn], Field(min_length=1, max_length=50)]
    fields_: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[list[Text], Field(max_length=100)]],
        Field(alias="fields", max_length=40),
    ] = {}


class PartOut(Schema):
    """A giving of one instrument or task to one model; `run` is null where it was read in."""

    id: int
    instrument: str | None
    task: str
    run: RunOut | None
    collection: int | None


class AdministrationOut(Schema):
    """What was made together under one name; `id` is that of its first part."""

    id: int
    name: str
    given_at: datetime
    parts: list[PartOut]

    @classmethod
    def of(cls, group: Group) -> "AdministrationOut":
        first = group.parts[0]
        parts = [
            PartOut(
                id=each.pk,
                instrument=str(each.instrument) if each.instrument else None,
                task=each.task,
                run=RunOut.of(each.run) if each.run else None,
                collection=each.replies.pk if each.replies else None,
            )
            for each in group.parts
        ]
        return cls(id=first.pk, name=group.name, given_at=first.given_at, parts=parts)


class LabMeasureOut(Schema):
    """A measure of the lab."""

    name: str
    label: str


class FiguresOut(Schema):
    """Rows of a measure: name, group, estimate, low, high, n, p, q, reason, method, citation ..."""

    measure: str
    rows: list[dict[str, Any]]
