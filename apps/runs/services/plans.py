"""What somebody wants run, checked before a row of it exists: protocol, engines by role, parameters, seeds.

Knows the catalogue and rows of engines. The source is looked at by `sources`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from analysis.catalogue import ENGINES, PROTOCOLS
from analysis.errors import UserError
from analysis.protocols.conduct import Conductor
from apps.runs.models import Engine

IN_WORKER = frozenset({"transformers", "vllm"})
"""Kinds that hold a model in the worker's own process: only the workers of their queue can drive them."""
ANY_NAME = frozenset({"scripted"})
"""Kinds that answer under whatever name."""
MAX_SEED = 2**31 - 1
LONGEST_NAME = 200


class PlanRefused(UserError):
    """A run that cannot be made as asked; the message says what and what to do."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The engine that plays a role, and under which of its models' names."""

    engine: Engine
    model: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run is made of; `source` is what `sources.source_of` reads."""

    protocol: str
    roles: Mapping[str, Bound]
    source: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    first_seed: int = 0
    name: str = ""


def conductor_of(protocol: str) -> Conductor:
    """Raises PlanRefused for a name that the catalogue does not hold."""
    if protocol not in PROTOCOLS:
        raise PlanRefused(f"unknown protocol {protocol!r}; known: {', '.join(PROTOCOLS)}")
    return PROTOCOLS[protocol]


def find_engine(name: str) -> Engine:
    """An enabled engine by name; raises PlanRefused with the names that there are."""
    engine = Engine.objects.filter(name=name).first()
    if engine is None:
        known = ", ".join(Engine.objects.filter(is_enabled=True).order_by("name").values_list("name", flat=True))
        raise PlanRefused(f"unknown engine {name!r}; known: {known or 'none; an administrator adds them'}")
    if not engine.is_enabled:
        raise PlanRefused(f"engine {name!r} is disabled; an administrator can enable it")
    return engine


def models_of(engine: Engine) -> list[str]:
    """The names under which an engine has models."""
    return list(engine.settings.get("models", {})) or (["scripted"] if engine.kind in ANY_NAME else [])


def settings_for(engine: Engine, model: str) -> dict[str, Any]:
    """The engine's settings with the model's directory (or the name on its server) as they are opened with.

    Raises PlanRefused for a model that the engine does not have.
    """
    models = engine.settings.get("models", {})
    rest = {name: value for name, value in engine.settings.items() if name != "models"}
    if engine.kind in ANY_NAME:
        if len(model) > LONGEST_NAME or not model.isprintable():
            raise PlanRefused(f"a model's name has at most {LONGEST_NAME} printable characters, not {model[:60]!r}")
        return rest | {"model": models.get(model) or model or "scripted"}
    if model not in models:
        raise PlanRefused(f"engine {engine.name!r} has no model {model!r}; it has: {', '.join(models) or 'none'}")
    return rest | {"model": models[model]}


def bound(engine: Engine, model: str = "") -> Bound:
    """An engine with one of its models; the only one where none is named."""
    names = models_of(engine)
    if not model and len(names) == 1:
        model = names[0]
    settings_for(engine, model)
    return Bound(engine, model)


def queue_for(roles: Mapping[str, Bound]) -> str:
    """The queue whose workers can drive all of these engines; raises PlanRefused where no worker could."""
    held = {each.engine.queue: each.engine.name for each in roles.values() if each.engine.kind in IN_WORKER}
    if len(held) > 1:
        said = ", ".join(f"{name} on {queue!r}" for queue, name in held.items())
        raise PlanRefused(f"one worker must hold all models of a run, but these wait on several queues: {said}")
    return next(iter(held)) if held else next(iter(roles.values())).engine.queue


def check(plan: Plan) -> Conductor:
    """The plan's protocol, after everything but its source has been looked at. Raises UserError."""
    conductor = conductor_of(plan.protocol)
    conductor.settle(plan.parameters)
    missing = [role for role in conductor.roles if role not in plan.roles]
    if missing:
        raise PlanRefused(f"nobody plays {', '.join(missing)}; choose an engine and a model for each role")
    unknown = [role for role in plan.roles if role not in conductor.roles]
    if unknown:
        raise PlanRefused(f"{plan.protocol} has no role {', '.join(unknown)}; its roles: {', '.join(conductor.roles)}")
    for role, each in plan.roles.items():
        if each.engine.kind not in ENGINES:
            raise PlanRefused(f"{role}: engine {each.engine.name!r} is of an unknown kind, {each.engine.kind!r}")
        settings_for(each.engine, each.model)
    if not 0 <= plan.first_seed <= MAX_SEED:
        raise PlanRefused(f"the first seed is {plan.first_seed}, must be from 0 to {MAX_SEED}")
    queue_for(plan.roles)
    return conductor
