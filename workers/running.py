"""A worker's part in a run: takes units up, drives their protocols with engines, stores what ends, until none is left.

Several workers may be at one run. What a worker holds when it dies is taken over when its leases run out.
"""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from analysis.errors import UserError
from analysis.protocols.conduct import Conductor
from apps.core.jobs import may_pass, words_of
from apps.core.keeping import Keeping
from apps.runs.models import RoleBinding, Run, RunState, Unit
from apps.runs.services import claiming, running
from apps.runs.services.items import items_of
from apps.runs.services.outcomes import Ended, Store
from apps.runs.services.outcomes import Usage as Cost
from apps.runs.services.plans import conductor_of
from apps.runs.services.provenance import record_engines
from apps.runs.services.rivals import rival_collection
from workers.conducting import Ensemble, Outcome
from workers.engines.interface import Engine, Stepping
from workers.held import HELD, kinds_here

logger = logging.getLogger(__name__)
AT_ONCE = 1024
"""Units that a worker has under way, so that its engines are asked for much at once."""
STORE_SECONDS = 0.5
WAIT_SECONDS = 0.2
Open = Callable[[Sequence[RoleBinding]], Mapping[str, Engine]]


class Stopping:
    """Whether this process was asked to end: it takes up no more, and gives back what it has not finished."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ask(self) -> None:
        self._event.set()

    def __bool__(self) -> bool:
        return self._event.is_set()


STOPPING = Stopping()


class CannotDrive(UserError):
    """This process has not what an engine needs."""


def lacking_for(run_id: int) -> list[str]:
    """The kinds of a run's engines that this process cannot drive."""
    kinds = RoleBinding.objects.filter(run=run_id).values_list("engine__kind", flat=True)
    return sorted(set(kinds) - set(kinds_here()))


class Beside(NamedTuple):
    """What a worker does between the steps of a run, at most every so many seconds: small things that wait for it."""

    act: Callable[[Run], None]
    seconds: float = 0.5


NOTHING_BESIDE = Beside(lambda run: None)


def execute(
    run_id: int, opened: Open = HELD.for_roles, at_once: int = AT_ONCE, beside: Beside = NOTHING_BESIDE
) -> None:
    """Work on a run until no unit waits, it is paused or cancelled, or this process is asked to end.

    `beside` is done now and then between its steps.
    """
    if lacking := lacking_for(run_id):
        logger.warning("run %s needs %s, which this worker lacks", run_id, ", ".join(lacking))
        return
    run = running.take_up(run_id)
    if run is None:
        return
    with _told(run):
        conductor = conductor_of(run.protocol)
        engines = opened(list(run.roles.select_related("engine").order_by("pk")))
        record_engines(run, worker_name(), {role: engine.about() for role, engine in engines.items()})
        claiming.give_up_on_deadly(run)
        Work(run, conductor, engines, at_once, beside=beside).do()
        running.finish_if_over(run)


@contextmanager
def _told(run: Run) -> Iterator[None]:
    """The task boundary: what cannot be used ends the run with its reason; what may pass leaves it to the sweep."""
    try:
        yield
    except UserError as error:
        running.fail(run=run, message=str(error))
    except Exception as error:
        if not may_pass(error):
            running.fail(run=run, message=words_of(error))
        raise


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


class Work:
    """Units of one run under way in this process."""

    def __init__(
        self,
        run: Run,
        conductor: Conductor,
        engines: Mapping[str, Engine],
        at_once: int,
        stopping: Stopping = STOPPING,
        beside: Beside = NOTHING_BESIDE,
    ) -> None:
        self.run, self.conductor, self.at_once, self.stopping = run, conductor, at_once, stopping
        self.ensemble: Ensemble[int] = Ensemble(engines)
        self.units: dict[int, Unit] = {}
        self.claims: set[str] = set()
        self.store = Store(run)
        self.against = rival_collection(run.project, run.parameters)
        self.ended: list[Ended] = []
        self.stored_at = self.looked_at = time.monotonic()
        self.is_over = self.is_paused = self.is_beside = False
        self.beside, self.beside_at, self.engines = beside, time.monotonic(), list(engines.values())

    def do(self) -> None:
        try:
            with self._between_steps(), Keeping(lambda: claiming.keep(self.run, frozenset(self.claims))).at_work():
                while not self.is_over:
                    self._take_up()
                    if not self.ensemble.is_at_work:
                        break
                    self._round()
        finally:
            self._give_back()

    @contextmanager
    def _between_steps(self) -> Iterator[None]:
        stepping = [each for each in self.engines if isinstance(each, Stepping)]
        before = [each.between_steps for each in stepping]
        for each in stepping:
            each.between_steps = self._look_beside
        try:
            yield
        finally:
            for each, was in zip(stepping, before, strict=True):
                each.between_steps = was

    def _look_beside(self) -> None:
        """Let something small be done that waits for this process; never one such thing within another."""
        if self.is_beside or time.monotonic() - self.beside_at < self.beside.seconds:
            return
        self.is_beside = True
        try:
            self.beside.act(self.run)
        finally:
            self.is_beside, self.beside_at = False, time.monotonic()

    def _take_up(self) -> None:
        """Fill up with waiting units, a good many at a time."""
        room = self.at_once - len(self.units)
        if self.stopping or room < self.at_once // 4:
            return
        units = claiming.claim(self.run, room)
        self.claims |= {unit.claim for unit in units}
        self.units |= {unit.pk: unit for unit in units}
        items = items_of(units, self.against)
        for unit in units:
            if unit.pk in items:
                self.ensemble.begin(unit.pk, self.conductor.conduct(items[unit.pk], self.run.parameters))
            else:
                self.units.pop(unit.pk)

    def _round(self) -> None:
        for outcome in self.ensemble.round(self._should_stop):
            self.ended.append(self._ended(outcome))
            if time.monotonic() - self.stored_at > STORE_SECONDS:
                self._put()
        self._put()
        if self.is_paused:
            claiming.give_back_units([self.units.pop(key) for key in self.ensemble.let_go_untouched()])

    def _ended(self, outcome: Outcome[int]) -> Ended:
        return Ended(self.units[outcome.key], outcome.result, outcome.error, Cost(*outcome.usage))

    def _put(self) -> None:
        ended, self.ended = self.ended, []
        for each in ended:
            del self.units[each.unit.pk]
        self.store.put(ended)
        self.claims &= {unit.claim for unit in self.units.values()}
        self.stored_at = time.monotonic()

    def _should_stop(self) -> bool:
        """Looked up once in a while: a cancel ends the work at once; a pause stops the round, so that what was begun
        is gone on with alone."""
        self._look_beside()
        if self.stopping:
            self.is_over = True
        elif time.monotonic() - self.looked_at > STORE_SECONDS:
            self.looked_at = time.monotonic()
            return self._look_at_state()
        return self.is_over

    def _look_at_state(self) -> bool:
        state, was_paused = running.state_of(self.run), self.is_paused
        self.is_over = state not in (RunState.RUNNING, RunState.PAUSED)
        self.is_paused = state == RunState.PAUSED
        return self.is_over or (self.is_paused and not was_paused)

    def _give_back(self) -> None:
        if self.units:
            claiming.give_back(self.run, self.claims)
        if self.stopping:
            running.leave(run=self.run)


def wait_for(run: Run, say: Callable[[Run], None]) -> None:
    """Work on a run in this process until it has ended, beside whatever workers there are; for the command line.

    Raises CannotDrive where this process lacks what the engines need.
    """
    if lacking := lacking_for(run.pk):
        raise CannotDrive(f"{', '.join(lacking)} cannot be driven here: its libraries are not installed")
    while True:
        execute(run.pk)
        run.refresh_from_db()
        say(run)
        if run.state not in (RunState.QUEUED, RunState.RUNNING):
            return
        time.sleep(WAIT_SECONDS)
