"""Whether what a model says of itself goes with what it does: coefficients of trait by behaviour. Knows no database.

Two inferences. "clustered" (the default) weighs rows by a random intercept of the model, holds temperature and system
prompt fixed, and clusters by model, so that slopes may differ from model to model. "crossed" has crossed random
intercepts of model, temperature and system prompt with normal p-values, as The Personality Illusion (arXiv 2509.03730)
has them: it takes runs of one model as evidence about models. Within and between models: Mundlak (1978), Econometrica
46, 69, as in arXiv 2606.12730.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.families import benjamini_hochberg
from analysis.psychometrics.clustered import Floats, Ints, Slope, clustered
from analysis.psychometrics.expected import expected_sign
from analysis.psychometrics.mixed import NotEstimable, crossed
from analysis.psychometrics.paired import Columns, columns_of, names_of, runs_of, sittings

CLUSTERED, CROSSED = "clustered", "crossed"
INFERENCES = (CLUSTERED, CROSSED)
LEAST_MODELS = 3
TOO_FEW_MODELS = "fewer than three models: runs of one or two models say nothing of others"
ONE_MODEL_DECIDES = "one model decides this coefficient: no interval"


class Link(NamedTuple):
    """One trait by one behaviour: the coefficient in units of the behaviour per unit of the trait.

    `level` is "marginal" (the trait alone), "joint" (all traits together), "within" or "between" models. `scale` is the
    trait's standard deviation over the behaviour's, both over all runs: times it a coefficient is standardised. `q` is
    p corrected for the false discovery rate over the table of this level. `expected` is the direction in people (1, -1,
    0 where none is known).
    """

    trait: str
    behaviour: str
    level: str
    inference: str
    estimate: float | None
    low: float | None
    high: float | None
    p: float | None
    q: float | None
    scale: float | None
    expected: int
    n: int
    n_models: int
    reason: str = ""

    @property
    def standardised(self) -> tuple[float | None, float | None, float | None]:
        """Estimate and both ends."""
        ends = (self.estimate, self.low, self.high)
        one, two, three = (None if each is None or self.scale is None else each * self.scale for each in ends)
        return one, two, three

    @property
    def is_as_expected(self) -> bool | None:
        """Whether the sign is the one in people; None where there is none of either."""
        return None if not self.expected or not self.estimate else (self.estimate > 0) == (self.expected > 0)


def marginal(figures: pl.DataFrame, inference: str = CLUSTERED, *, with_personas: bool = False) -> list[Link]:
    """Each trait of FIGURES alone against each behaviour, behaviours first.

    A run enters where both are there. None with a reason where a trait does not vary or there are too few models.
    Raises ValueError for an unknown inference.
    """
    runs = runs_of(sittings(figures, with_personas=with_personas))
    traits = names_of(figures, "trait")
    found = [
        _fitted(columns_of(runs, behaviour, [trait]), behaviour, "marginal", inference)
        for behaviour in names_of(figures, "behaviour")
        for trait in traits
    ]
    return corrected([link for part in found for link in part])


def joint(figures: pl.DataFrame, inference: str = CLUSTERED, *, with_personas: bool = False) -> list[Link]:
    """All traits of FIGURES together against each behaviour; a trait that does not vary is left out with a reason.

    A run enters where the behaviour and every trait are there: a coefficient is that of a trait with the others held.
    Raises ValueError for an unknown inference.
    """
    runs = runs_of(sittings(figures, with_personas=with_personas))
    traits = names_of(figures, "trait")
    found = [
        _fitted(columns_of(runs, behaviour, traits), behaviour, "joint", inference)
        for behaviour in names_of(figures, "behaviour")
    ]
    return corrected([link for part in found for link in part])


def within_between(figures: pl.DataFrame, *, with_personas: bool = False) -> list[Link]:
    """Each trait split into its model's mean and the run's distance from it (Mundlak), both in one fit, clustered.

    "between" says whether models that report more of a trait behave otherwise; "within" whether a model does when it
    reports more. The two are corrected apart.
    """
    runs = runs_of(sittings(figures, with_personas=with_personas))
    found: list[Link] = []
    for behaviour in names_of(figures, "behaviour"):
        for trait in names_of(figures, "trait"):
            found += _split(columns_of(runs, behaviour, [trait]), behaviour)
    return [link for level in ("within", "between") for link in corrected([x for x in found if x.level == level])]


def corrected(links: Sequence[Link]) -> list[Link]:
    """With q over all of them."""
    return [link._replace(q=q) for link, q in zip(links, benjamini_hochberg([x.p for x in links]), strict=True)]


def slopes_clustered(columns: Columns, predictors: Floats) -> list[Slope]:
    """Slopes of the predictors (n, p), factors held fixed, clustered by model; without errors for fewer than three
    models. Raises NotEstimable."""
    design = _with_factors(predictors, columns.factors)
    if columns.n_models >= LEAST_MODELS:
        return clustered(columns.outcome, design, columns.model)[: predictors.shape[1]]
    if len(design) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise NotEstimable("some columns are sums of others, or do not vary")
    plain = np.linalg.lstsq(design, columns.outcome, rcond=None)[0]
    return [Slope(float(value), None, None) for value in plain[: predictors.shape[1]]]


def _with_factors(predictors: Floats, factors: Sequence[Ints]) -> Floats:
    """Predictors, ones, and a column for each level of the factors that the levels before do not give."""
    base: Floats = np.ones((len(predictors), 1))
    for codes in factors:
        for level in range(1, int(codes.max(initial=0)) + 1):
            wider = np.column_stack([base, codes == level])
            base = wider if np.linalg.matrix_rank(wider) > base.shape[1] else base
    return np.hstack([predictors, base])


def _slopes_crossed(columns: Columns, predictors: Floats) -> list[Slope]:
    design = np.hstack([np.ones((len(predictors), 1)), predictors])
    fitted = crossed(columns.outcome, design, [columns.model, *columns.factors])
    return [Slope(one.value, one.joint_error or one.error, float("inf")) for one in fitted.coefficients[1:]]


_SLOPES: dict[str, Callable[[Columns, Floats], list[Slope]]] = {CLUSTERED: slopes_clustered, CROSSED: _slopes_crossed}


def _fitted(columns: Columns, behaviour: str, level: str, inference: str) -> list[Link]:
    """A link for each trait, in their order; those that do not vary have a reason."""
    if inference not in _SLOPES:
        raise ValueError(f"inference {inference!r} is none of {', '.join(INFERENCES)}")
    varies = columns.traits.std(axis=0) > 1e-12 if len(columns.outcome) else np.zeros(len(columns.names), dtype=bool)
    blank = [_blank(columns, place, behaviour, level, inference) for place in range(len(columns.names))]
    reason = _why_not(columns)
    if reason or not varies.any():
        return [link._replace(reason=reason or "the trait does not vary") for link in blank]
    try:
        slopes: Iterator[Slope] = iter(_SLOPES[inference](columns, columns.traits[:, varies]))
    except NotEstimable as error:
        return [link._replace(reason=str(error)) for link in blank]
    return [
        _told(link, next(slopes), columns) if there else link._replace(reason="the trait does not vary")
        for link, there in zip(blank, varies, strict=True)
    ]


def _why_not(columns: Columns) -> str:
    if not len(columns.outcome):
        return "no run"
    return "" if columns.outcome.std() > 1e-12 else "the behaviour does not vary"


def _split(columns: Columns, behaviour: str) -> list[Link]:
    blank = [_blank(columns, 0, behaviour, level, CLUSTERED) for level in ("within", "between")]
    if columns.n_models < LEAST_MODELS + 1:
        return [link._replace(reason="fewer than four models") for link in blank]
    trait = columns.traits[:, 0]
    means = (np.bincount(columns.model, trait) / np.bincount(columns.model))[columns.model]
    parts = [trait - means, means]
    told = []
    varying = [part for part in parts if part.std() > 1e-9]
    try:
        slopes = iter(slopes_clustered(columns, np.column_stack(varying)) if varying and columns.outcome.std() else [])
    except NotEstimable as error:
        return [link._replace(reason=str(error)) for link in blank]
    for link, part in zip(blank, parts, strict=True):
        slope = next(slopes, None) if part.std() > 1e-9 else None
        reason = f"the trait does not vary {link.level} models"
        told.append(link._replace(reason=reason) if slope is None else _told(link, slope, columns))
    return told


def _blank(columns: Columns, place: int, behaviour: str, level: str, inference: str) -> Link:
    trait, n = columns.names[place], len(columns.outcome)
    spread = float(columns.outcome.std()) if n else 0.0
    scale = float(columns.traits[:, place].std()) / spread if spread > 0 else None
    sign = expected_sign(trait, behaviour)
    return Link(trait, behaviour, level, inference, None, None, None, None, None, scale, sign, n, columns.n_models)


def _told(link: Link, slope: Slope, columns: Columns) -> Link:
    ends, few = slope.interval, columns.n_models < LEAST_MODELS
    if ends is None:
        return link._replace(estimate=slope.value, reason=TOO_FEW_MODELS if few else ONE_MODEL_DECIDES)
    return link._replace(estimate=slope.value, low=ends[0], high=ends[1], p=slope.p)
