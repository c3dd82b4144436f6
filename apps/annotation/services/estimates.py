"""Shares of a queue's whole population, from people's labels on its sample and the rules on all of it.

Labels alone are weighted by how likely each rollout was to be drawn; with the rules beside them the interval is that of
prediction-powered inference (`analysis.prediction_powered`). Refused, with the reason, where no probability is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from analysis.errors import UserError
from analysis.measures.clusters import lay_out
from analysis.measures.estimates import estimate
from analysis.measures.statistics import Estimate, Share
from analysis.prediction_powered import Sampled, share_of
from analysis.resampling import Floats, Resampler
from analysis.types import Outcome
from apps.annotation.models import Layer, Queue
from apps.annotation.queries.population import population_of
from apps.annotation.services.people_sets import name_of
from apps.traces.models import Analysis, Collection
from apps.traces.queries.filters import RolloutFilter
from apps.traces.queries.standing import shown_analyses
from apps.traces.services.frames import columns_of, files_of
from apps.traces.services.given_sets import newest_set

SEED = 20251009
TRANSITIONS = {"T→T": "n_tt", "F→F same": "n_ffs", "F→F different": "n_ffd", "T→F": "n_tf", "F→T": "n_ft"}
FIRST = "first answer right"
COLUMNS = ("problem_id", "has_gold", "first_outcome", *TRANSITIONS.values())
NO_TRANSITION, NO_GOLD = "no transition", "no rollout has a gold"


class Refused(UserError):
    """No estimate can be made of this queue; the message says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One share of the population: by labels and rules together, by the rules alone, by the labels alone."""

    label: str
    together: Estimate
    rules: Estimate
    labels: Estimate


@dataclass(frozen=True, slots=True)
class Estimates:
    """`n_labelled` of the `n_drawn` rollouts drawn are labelled; the others are taken to be missing at random."""

    rows: Sequence[Row]
    n_population: int
    n_drawn: int
    n_labelled: int


def estimates_of(queue: Queue, layer: Layer) -> Estimates:
    """Every transition's share and how often the first answer is right, in the population of the queue.

    Raises Refused: a queue whose rollouts were chosen, a population that has changed, an analysis that is missing.
    """
    drawn = dict(queue.items.values_list("rollout_id", "probability"))
    strata = dict(queue.items.values_list("rollout_id", "stratum"))
    if not drawn or any(probability is None for probability in drawn.values()):
        raise Refused(
            f"the rollouts of queue {queue.name!r} were chosen, not drawn ({queue.strategy.replace('_', ' ')}): how "
            "likely each was to be in it is not known, so it says nothing of the others. Draw a random queue."
        )
    ids, collections = _population(queue)
    by_rules = _frame(shown_analyses(collections), COLUMNS)
    missing = len(set(ids) - set(by_rules["rollout_id"].to_list()))
    if missing:
        raise Refused(f"{missing} of {len(ids)} rollouts have no analysis by the default rules yet")
    by_people = _frame(_by_people(layer, collections), COLUMNS)
    labelled = frozenset(by_people["rollout_id"].to_list()) & drawn.keys()
    if not labelled:
        raise Refused(f"{layer.name} has labelled no rollout of queue {queue.name!r}, or its set is not analysed yet")
    inclusion = _inclusion({pk: p or 0.0 for pk, p in drawn.items()}, strata, labelled)
    data = _Data(ids, by_rules, by_people, inclusion)
    return Estimates([data.row(name) for name in (*TRANSITIONS, FIRST)], len(ids), len(drawn), len(labelled))


class _Data:
    """One entry per rollout of the population, sorted by problem."""

    def __init__(
        self, ids: Sequence[int], by_rules: pl.DataFrame, by_people: pl.DataFrame, inclusion: Mapping[int, float]
    ) -> None:
        whole = pl.DataFrame({"rollout_id": ids}, schema={"rollout_id": pl.Int64})
        self.rules = whole.join(by_rules, on="rollout_id", how="left").sort("problem_id", "rollout_id")
        order = self.rules.select("rollout_id")
        self.people = order.join(by_people, on="rollout_id", how="left", maintain_order="left")
        pks = order["rollout_id"].to_list()
        self.inclusion = np.array([inclusion.get(pk, 0.0) for pk in pks], dtype=np.float64)
        self.problem = self.rules["problem_id"].to_numpy().astype(np.int64)

    def row(self, name: str) -> Row:
        rule_events, rule_trials = _counted(self.rules, name)
        events, trials = _counted(self.people, name)
        labelled = (self.inclusion > 0).astype(np.float64)
        sampled = Sampled(self.problem, rule_events, rule_trials, events, trials, self.inclusion, labelled)
        nothing = np.zeros(len(self.problem))
        alone = Sampled(self.problem, nothing, nothing, events, trials, self.inclusion, labelled)
        strata = lay_out(self.problem, None, Resampler(np.random.default_rng(SEED)))
        empty = NO_GOLD if name == FIRST else NO_TRANSITION
        [rules] = estimate([Share(name, rule_events, rule_trials, empty)], strata)
        return Row(name, share_of(sampled), rules, share_of(alone))


def _counted(frame: pl.DataFrame, name: str) -> tuple[Floats, Floats]:
    """Events and trials of each rollout; a rollout that states no candidate has no right first answer."""
    if name == FIRST:
        trials = frame["has_gold"].cast(pl.Float64).fill_null(0.0)
        events = (frame["first_outcome"] == Outcome.CORRECT.value).fill_null(False).cast(pl.Float64) * trials
    else:
        events = frame[TRANSITIONS[name]].cast(pl.Float64).fill_null(0.0)
        columns = [frame[column].cast(pl.Float64).fill_null(0.0) for column in TRANSITIONS.values()]
        trials = sum(columns[1:], columns[0])
    return events.to_numpy().astype(np.float64), trials.to_numpy().astype(np.float64)


def _inclusion(drawn: Mapping[int, float], strata: Mapping[int, str], labelled: frozenset[int]) -> dict[int, float]:
    """Of the labelled rollouts: drawn, and labelled among those drawn of their stratum."""
    n_drawn: dict[str, int] = {}
    n_labelled: dict[str, int] = {}
    for pk in drawn:
        n_drawn[strata[pk]] = n_drawn.get(strata[pk], 0) + 1
        n_labelled[strata[pk]] = n_labelled.get(strata[pk], 0) + (pk in labelled)
    return {pk: drawn[pk] * n_labelled[strata[pk]] / n_drawn[strata[pk]] for pk in labelled}


def _population(queue: Queue) -> tuple[list[int], Sequence[Collection]]:
    """The rollouts that the queue was drawn from, as they stand; refused where there are others by now."""
    asked = queue.parameters
    filters = RolloutFilter.parse(asked.get("filter", {}), with_text=True)
    population = population_of(queue.scheme.project, asked.get("collections", ()), filters)
    if len(population.ids) != queue.n_population:
        raise Refused(
            f"queue {queue.name!r} was drawn from {queue.n_population} rollouts, and there are {len(population.ids)} "
            "of them now: its probabilities are of another population. Draw a new queue."
        )
    return population.ids, population.collections


def _by_people(layer: Layer, collections: Sequence[Collection]) -> list[Analysis]:
    """Finished analyses of the newest set that the layer made in each collection."""
    found = []
    for collection in collections:
        newest = newest_set(collection, name_of(layer))
        if newest is not None:
            found += shown_analyses([collection], str(newest))
    return found


def _frame(analyses: Sequence[Analysis], columns: Sequence[str]) -> pl.DataFrame:
    files = files_of(analyses)
    if not files:
        schema = {"rollout_id": pl.Int64, "problem_id": pl.Int64, "has_gold": pl.Boolean, "first_outcome": pl.String}
        return pl.DataFrame(schema=schema | dict.fromkeys(TRANSITIONS.values(), pl.Int32))
    return columns_of(files, [pl.col(name) for name in columns])
