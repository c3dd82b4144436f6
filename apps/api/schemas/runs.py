"""What the API says of protocols, engines and runs, and takes for a run."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from analysis.catalogue import PROTOCOL_PURPOSES, PROTOCOLS
from analysis.protocols.conduct import Parameter
from apps.api.schemas.jobs import JobOut, facts_of
from apps.api.schemas.kinds import Id
from apps.runs.models import Engine, RoleBinding, Run, Unit
from apps.runs.services.plans import models_of

Word = Annotated[str, Field(max_length=200)]
MOST_PROBLEMS = 1_000


class ParameterOut(Schema):
    """A setting of a protocol; `kind` is integer, number, text, long_text, choice, flag, list or collection."""

    name: str
    label: str
    kind: str
    default: Any
    help: str
    choices: list[str]
    minimum: float | None
    maximum: float | None

    @classmethod
    def of(cls, found: Parameter) -> "ParameterOut":
        given = found._asdict() | {"choices": [value for value, _ in found.choices]}
        return cls(**given)


class ProtocolOut(Schema):
    """What can be asked of models: `roles` are the parts that they play."""

    name: str
    label: str
    purpose: str
    roles: list[str]
    parameters: list[ParameterOut]

    @classmethod
    def of(cls, name: str) -> "ProtocolOut":
        found = PROTOCOLS[name]
        parameters = [ParameterOut.of(each) for each in found.parameters]
        return cls(
            name=name,
            label=PROTOCOLS.label(name),
            purpose=PROTOCOL_PURPOSES[name],
            roles=list(found.roles),
            parameters=parameters,
        )


class EngineOut(Schema):
    """What answers; where it is, its administrator knows."""

    id: int
    name: str
    kind: str
    models: list[str]

    @classmethod
    def of(cls, engine: Engine) -> "EngineOut":
        return cls(id=engine.pk, name=engine.name, kind=engine.kind, models=models_of(engine))


class PlayerIn(Schema):
    """An engine by its name, and one of its models; the only one where none is named."""

    engine: Word
    model: Word = ""


class PlayerOut(Schema):
    role: str
    engine: str
    model: str

    @classmethod
    def of(cls, binding: RoleBinding) -> "PlayerOut":
        return cls(role=binding.role, engine=binding.engine.name, model=binding.model)


class OfCollection(Schema):
    """The rollouts of a collection, or their problems; `filter` is that of lists."""

    kind: Literal["collection"]
    collection: Id
    filter: Annotated[dict[Word, Word], Field(max_length=40)] = {}


class OfProblems(Schema):
    """The project's problems, or those of one problem set."""

    kind: Literal["problems"]
    problem_set: Word | None = None


class OfRows(Schema):
    """Problems as a file of them has them, an object each: problem, answer, id ..."""

    kind: Literal["rows"]
    problems: Annotated[list[dict[str, Any]], Field(min_length=1, max_length=MOST_PROBLEMS)]


Source = Annotated[OfCollection | OfProblems | OfRows, Field(discriminator="kind")]


class RunIn(Schema):
    """A run to be: a draft until it is started."""

    protocol: Word
    roles: Annotated[dict[Word, PlayerIn], Field(max_length=20)]
    source: Source
    settings: Annotated[dict[Word, Any], Field(max_length=100)] = {}
    limit: Annotated[int, Field(ge=1, le=10_000_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    name: Word = ""


class RunOut(JobOut):
    """A run and how far it is; `state` may also be paused. `collection` is what it fills, once it has."""

    name: str
    protocol: str
    protocol_version: str
    parameters: dict[str, Any]
    source: dict[str, Any]
    roles: list[PlayerOut]
    first_seed: int
    n_failed: int
    n_requests: int
    n_tokens: int
    n_prompt_tokens: int
    collection: int | None

    @classmethod
    def of(cls, run: Run) -> "RunOut":
        same = ("protocol", "protocol_version", "parameters", "first_seed", "n_failed", "n_requests", "n_tokens",
                "n_prompt_tokens")  # fmt: skip
        output = run.output if run.output is not None and not run.output.is_deleted else None
        facts: dict[str, Any] = dict(facts_of(run))
        return cls(
            **facts,
            **{name: getattr(run, name) for name in same},
            name=str(run),
            source={name: value for name, value in run.source.items() if name != "blob"},
            roles=[PlayerOut.of(each) for each in run.roles.all()],
            collection=None if output is None else output.pk,
        )


class EstimateOut(Schema):
    """What a draft asks for at most; `is_whole` where every item was looked at."""

    n_items: int
    n_units: int
    n_requests: int
    n_tokens: int
    is_whole: bool


class DeleteIn(Schema):
    with_output: bool = Field(False, description="delete the collection that it filled too")


class UnitOut(JobOut):
    """A claimed piece of a run: what it is about and what it made."""

    unit: str
    problem: int | None
    source_rollout: int | None
    sample: int
    seed: int
    n_requests: int
    n_tokens: int
    n_prompt_tokens: int
    remarks: Sequence[Any]
    rollout: int | None

    @classmethod
    def of(cls, unit: Unit) -> "UnitOut":
        same = ("sample", "seed", "n_requests", "n_tokens", "n_prompt_tokens", "remarks")
        facts: dict[str, Any] = dict(facts_of(unit))
        return cls(
            **facts,
            **{name: getattr(unit, name) for name in same},
            unit=unit.unit_key,
            problem=unit.problem_id,
            source_rollout=unit.source_id,
            rollout=unit.output_id,
        )


class ResultsOut(Schema):
    """What a run has made: a collection of rollouts, candidate sets, and rows of the tables probes and judgements."""

    collection: int | None
    n_rollouts: int
    n_probes: int
    n_judgements: int
    candidate_sets: list[str]
    errors: list[str]


class ProvenanceOut(Schema):
    """Everything that is known of where the output comes from."""

    provenance: dict[str, Any]
