"""Runs, engines and collections for tests of runs, and engines that die or break as they are told. Written out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from analysis.asking import Ask, Probing, Reply
from apps.accounts.models import Project, User
from apps.runs.models import Engine, RoleBinding, Run
from apps.runs.services import drafts, running
from apps.runs.services.plans import Bound, Plan
from apps.traces.models import Collection, Problem, ProblemSet
from tests.traces import build as traces
from workers.engines.interface import Engine as EngineOfWorkers
from workers.engines.scripted import ScriptedEngine
from workers.running import execute


class Died(BaseException):
    """The worker ends here, as by kill -9: nothing after it runs but what the test catches."""


class Counting:
    """The scripted engine, counting what it is asked and dying at the reply that it is told."""

    def __init__(self, die_at: int = 0, **settings: Any) -> None:
        self._inner = ScriptedEngine(**settings)
        self._die_at = die_at
        self.n_asked = 0
        self.calls: list[int] = []

    def about(self) -> Mapping[str, object]:
        return {"kind": "counting", "model": "scripted"}

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        self.calls.append(len(asks))
        for answer in self._inner.complete(asks):
            self.n_asked += 1
            if self.n_asked == self._die_at:
                raise Died
            yield answer

    def probe(self, probings: Sequence[Probing]) -> Iterator[tuple[int, Sequence[Reply]]]:
        yield from self._inner.probe(probings)

    def close(self) -> None:
        """Nothing is held."""


def engine(name: str = "scripted", kind: str = "scripted", **columns: Any) -> Engine:
    found, _ = Engine.objects.get_or_create(name=name, defaults={"kind": kind, **columns})
    return found


def problems(project: Project, n: int, name: str = "sums") -> list[Problem]:
    """`What is 1 + 1?`, `What is 2 + 2?` ... with their golds."""
    problem_set, _ = ProblemSet.objects.get_or_create(project=project, name=name)
    return [
        Problem.objects.create(
            project=project,
            problem_set=problem_set,
            key=f"p{k}",
            question=f"What is {k} + {k}?",
            golds=[str(2 * k)],
            answer_type="math",
        )
        for k in range(1, n + 1)
    ]


def plan(source: Mapping[str, Any] | None = None, protocol: str = "regenerate", **given: Any) -> Plan:
    roles = given.pop("roles", {"solver": Bound(engine(), "scripted")})
    return Plan(protocol, roles, source or {"kind": "problems"}, given.pop("parameters", {}), **given)


def draft(project: Project, source: Mapping[str, Any] | None = None, **given: Any) -> Run:
    return drafts.create_draft(project=project, user=None, plan=plan(source, **given))


def queued(project: Project, source: Mapping[str, Any] | None = None, **given: Any) -> Run:
    return running.start(run=draft(project, source, **given), wake=False)


def opening(engine: EngineOfWorkers) -> Callable[[Sequence[RoleBinding]], Mapping[str, EngineOfWorkers]]:
    """Every role is played by this engine."""
    return lambda bindings: {each.role: engine for each in bindings}


def done(run: Run, engine: EngineOfWorkers | None = None, at_once: int = 256) -> Run:
    """The run after a worker has worked on it."""
    execute(run.pk, opening(engine or Counting()), at_once)
    run.refresh_from_db()
    return run


class Asking(Counting):
    """Calls something at its n-th reply."""

    def __init__(self, act: Callable[[], object], at: int) -> None:
        super().__init__()
        self._act, self._at = act, at

    def complete(self, asks: Sequence[Ask]) -> Iterator[tuple[int, Reply]]:
        for answer in super().complete(asks):
            if self.n_asked == self._at:
                self._act()
            yield answer


def bound(engine: Engine) -> Bound:
    return Bound(engine, "scripted")


def person(name: str = "ann") -> User:
    return User.objects.create_user(name, password="x")


def trace_collection(owner: Project) -> Collection:
    """One rollout whose reasoning has four lines."""
    return traces.stored([traces.rollout("1")], owner=owner)
