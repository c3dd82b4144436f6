"""A grid given to models in a test: drafts are made, started and worked on in this process, as a worker does it."""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.psychometrics.tasks.table import TASKS
from apps.psychology.models import Administration, Instrument
from apps.psychology.queries.administrations import administrations_of
from apps.psychology.services.administering import Wanted, administer, start_all
from apps.psychology.services.instruments import Confirmed, take_shipped
from apps.runs.models import Engine
from apps.runs.services.plans import Bound, settings_for
from tests.runs import build
from tests.traces.pages import Visitor
from workers.engines.loading import load_engine

NAME = "grid"
MANNER = {"templates": ["rate", "agree"], "orders": ["", "reversed"]}


def inventory(who: Visitor) -> Instrument:
    confirmed = Confirmed(licence=True, key=True)
    return take_shipped(project=who.project, user=who.user, shipped="afterthought-30", confirmed=confirmed)


def given(
    who: Visitor,
    row: Engine,
    models: Sequence[str],
    grid: Mapping[str, Any],
    manner: Mapping[str, Any] = MANNER,
    tasks: Sequence[str] = tuple(TASKS),
) -> list[Administration]:
    """The shipped inventory and tasks over the grid, every run of it worked on until it ended."""
    bound = [Bound(row, model) for model in models]
    administer(
        project=who.project,
        user=who.user,
        wanted=Wanted(NAME, [inventory(who)], tasks, bound, grid, manner),
    )
    start_all(project=who.project, name=NAME)
    for model in models:
        engine = load_engine(row.kind, settings_for(row, model))
        for each in administrations_of(who.project).filter(run__roles__model=model):
            assert each.run is not None
            build.done(each.run, engine)
        engine.close()
    return list(administrations_of(who.project))
