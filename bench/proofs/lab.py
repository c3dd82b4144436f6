"""Simulated models whose traits, biases and links are known: what the lab's statistics make of them, counted.

One function a simulation: a number of models and random numbers in, hits and trials by row of
analysis.psychometrics.rates out. Slopes differ from model to model (SD 0.3) and traits go together (r = 0.3), for in
real models they do. Knows no file.
"""

from collections.abc import Callable, Iterable, Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import t_value
from analysis.psychometrics.alignments import alignments
from analysis.psychometrics.dissociation import dissociation
from analysis.psychometrics.expected import TRAITS
from analysis.psychometrics.item_tests import item_tests
from analysis.psychometrics.link import CROSSED, Link, joint, marginal, within_between
from analysis.psychometrics.populations import Population, figures_of, under_personas
from analysis.psychometrics.respondents import Cell, Respondent, Statement, answers_of
from analysis.psychometrics.scores import reliability_of, trait_figures
from analysis.psychometrics.sensitivity import chance_of_difference, order_biases, sensitivities

Count = tuple[float, int, int]
"""Hits, trials, and those that had no interval."""
Found = Mapping[str, Count]
Slopes = dict[tuple[str, str], float]
SIZES = (6, 12, 20, 40)
TOGETHER = 0.3
LINKS: Slopes = {
    ("openness", "risk"): 0.5,
    ("neuroticism", "sycophancy"): -0.4,
    ("agreeableness", "stereotyping"): 0.3,
    ("conscientiousness", "inconsistency"): -0.5,
}
BETWEEN: Slopes = {key: -slope for key, slope in LINKS.items()}
PERSONA = (1.5, 0.1, 0.5)
"""What personas do to report and behaviour, and the spread of both over models, in SDs of a model's runs."""
ITEMS = tuple(Statement(f"{trait} {k}", trait, k % 2 == 1) for trait in TRAITS for k in range(6))
MORE_ITEMS = tuple(Statement(f"{trait} {k}", trait, k % 2 == 1) for trait in TRAITS for k in range(20))
"""Six items a trait could not move a test by Holm: their least p is 1/32."""
GIVINGS = tuple(Cell(sample=k, order=order) for k, order in product(range(9), ("", "reversed")))
TWO_TEMPLATES = tuple(
    Cell(sample=k, order=order, template=template)
    for k, order, template in product(range(2), ("", "reversed"), ("rate", "agree"))
)


class Simulation(NamedTuple):
    """`sizes` are numbers of models; `share` of the data sets asked for are drawn (slow ones draw fewer)."""

    counted: Callable[[int, np.random.Generator], Found]
    sizes: tuple[int, ...]
    share: float = 1.0


def linked(n_models: int, rng: np.random.Generator) -> Found:
    population = Population(n_models, LINKS, together=TOGETHER)
    figures = figures_of(population, rng)
    alone = [(link, population.marginal(link.trait, link.behaviour)) for link in marginal(figures)]
    together = joint(figures)
    found = [link for link in together if is_found(link)]
    n_false = sum((link.trait, link.behaviour) not in LINKS for link in found)
    return {
        "marginal": held(alone),
        "joint": held((link, LINKS.get((link.trait, link.behaviour), 0.0)) for link in together),
        "false_joint": (n_false / max(1, len(found)), 1, 0),
    }


def nothing_linked(n_models: int, rng: np.random.Generator) -> Found:
    figures = figures_of(Population(n_models, together=TOGETHER), rng)
    split = within_between(figures)
    tables = {"no_marginal": marginal(figures), "no_joint": joint(figures)}
    tables |= {f"no_{level}": [link for link in split if link.level == level] for level in ("within", "between")}
    return {row: (float(any(map(is_found, links))), 1, 0) for row, links in tables.items()}


def split(n_models: int, rng: np.random.Generator) -> Found:
    """Within models the opposite of what holds between them."""
    links = within_between(figures_of(Population(n_models, LINKS, BETWEEN), rng))
    slopes = {"within": LINKS, "between": BETWEEN}
    return {
        level: held((x, slopes[level].get((x.trait, x.behaviour), 0.0)) for x in links if x.level == level)
        for level in slopes
    }


def published(n_models: int, rng: np.random.Generator) -> Found:
    """One trait and one behaviour, by the published inference."""
    differing = _crossed(Population(n_models, {("openness", "risk"): 0.5}), rng)
    alike = _crossed(Population(n_models, {("openness", "risk"): 0.5}, spread=0.0), rng)
    none = _crossed(Population(n_models), rng)
    return {
        "crossed": held([(differing, 0.5)]),
        "crossed_alike": held([(alike, 0.5)]),
        "no_crossed": (float(none.p is not None and none.p < 0.05), 1, 0),
    }


def _crossed(population: Population, rng: np.random.Generator) -> Link:
    figures = figures_of(population, rng).filter(pl.col("name").is_in(["openness", "risk"]))
    return marginal(figures, CROSSED)[0]


def personas(n_models: int, rng: np.random.Generator) -> Found:
    report, behaviour, spread = PERSONA
    found = dissociation(under_personas(n_models, report, behaviour, spread, rng))[0]
    effects = {"report": (found.report, report), "behaviour": (found.behaviour_effect, behaviour)}
    effects["gap"] = (found.gap, report - behaviour)
    return {row: within([(effect.low, effect.high, truth)]) for row, (effect, truth) in effects.items()}


def answering(_: int, rng: np.random.Generator) -> Found:
    """One respondent with traits, acquiescence and a liking for the first option, and one that answers at random."""
    traits = dict(zip(TRAITS, rng.uniform(-0.6, 0.6, len(TRAITS)).tolist(), strict=True))
    one = Respondent(traits, acquiescence=0.2, first_option=0.3, noise=0.5)
    given = answers_of({"m": one}, ITEMS, GIVINGS, rng)
    leaning = next(row.acquiescence for row in reliability_of(given) if not row.trait)
    bias = order_biases(given)[0]
    # over both orders the first option is the middle on average: 0.3 of every score is the middle's
    truths = {trait: 3 + 2 * 0.7 * value for trait, value in traits.items()}
    scores = trait_figures(given).group_by("name").agg(pl.col("value").mean(), pl.col("value").std().alias("sd")).rows()
    reach = t_value(8) / 9**0.5
    plain = answers_of({"m": Respondent(traits)}, MORE_ITEMS, TWO_TEMPLATES, rng)
    return {
        "score": within((mean - reach * sd, mean + reach * sd, truths[name]) for name, mean, sd in scores),
        "acquiescence": within([(leaning.low, leaning.high, 0.7 * 0.2)]),
        "order_bias": within([(bias.low, bias.high, 0.3)]),
        "noise": _noise(rng),
        "item_tests": (float(any((test.p_holm or 1.0) < 0.05 for test in item_tests(plain))), 1, 0),
    }


def _noise(rng: np.random.Generator) -> Count:
    given = answers_of({"m": Respondent()}, ITEMS, TWO_TEMPLATES, rng)
    at_random = given.with_columns(value=pl.Series(rng.integers(1, 6, given.height).astype(np.float64)))
    share = sensitivities(at_random, ["template"])[0].share
    return within([(share.low, share.high, chance_of_difference(5))])


def aligned(_: int, rng: np.random.Generator) -> Found:
    found = alignments(figures_of(Population(4, together=TOGETHER, spread=0.0), rng), rng=rng)
    out = {"coin": 0, "shuffles": 0}
    for model in found:
        share, coin, dealt = model.alignment.share, model.alignment.chance, model.shuffled
        if share is None or coin is None or dealt is None:
            raise ValueError(f"{model.model} has no alignment")
        out["coin"] += not coin.low <= share <= coin.high
        out["shuffles"] += not dealt.low <= share <= dealt.high
    return {row: (float(hits), len(found), 0) for row, hits in out.items()}


def is_found(link: Link) -> bool:
    return link.q is not None and link.q < 0.05


def held(links: Iterable[tuple[Link, float]]) -> Count:
    return within((link.low, link.high, truth) for link, truth in links)


def within(intervals: Iterable[tuple[float | None, float | None, float]]) -> Count:
    """How many intervals (low, high, truth) hold the truth, of how many; and how many are none."""
    told = list(intervals)
    there = [(low, high, truth) for low, high, truth in told if low is not None and high is not None]
    return float(sum(low <= truth <= high for low, high, truth in there)), len(there), len(told) - len(there)


SIMULATIONS: Mapping[str, Simulation] = {
    "linked": Simulation(linked, SIZES),
    "nothing_linked": Simulation(nothing_linked, SIZES),
    "split": Simulation(split, SIZES),
    "published": Simulation(published, SIZES),
    "personas": Simulation(personas, SIZES, 2.0),
    "answering": Simulation(answering, (1,)),
    "aligned": Simulation(aligned, (1,), 0.5),
}
