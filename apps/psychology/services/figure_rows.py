"""Results of the lab's statistics as rows with their method and source. Knows no project and computes nothing."""

from collections.abc import Iterable, Sequence
from typing import Final

from analysis.intervals import Interval
from analysis.psychometrics.alignments import ModelAlignment
from analysis.psychometrics.dissociation import Dissociation, Moved
from analysis.psychometrics.link import CLUSTERED, Link
from analysis.psychometrics.persona import Effect
from analysis.psychometrics.persona_regression import Regressed
from analysis.psychometrics.stability import BIG_FIVE, Drop, Kind, Stability, mean_drop
from apps.psychology.services.rows import Figure

ILLUSION: Final = "The Personality Illusion (arXiv 2509.03730)"
AS_PUBLISHED: Final = "runs as independent respondents, as published: no evidence about models"
OVER_MODELS: Final = "Student's interval over models"
NO_INTERVAL: Final = "no interval: see the drop of the variance"
METHODS: Final = {
    "mean": f"mean over runs; {OVER_MODELS}",
    "standard deviation": "over all runs",
    "median absolute deviation": "about the median of all runs of the kind",
    "difference of means": f"second kind less the first; p by Welch's test, {AS_PUBLISHED}",
    "Levene F": f"about medians (Brown and Forsythe); {AS_PUBLISHED}",
    "variance drop": "1 - variance of the second kind over that of the first, all runs; interval resamples models",
    "variance drop within models": "the same of the mean variance within a model",
}
LINKED: Final = {
    "marginal": "each trait alone",
    "joint": "all traits together",
    "within": "a run's distance from its model's mean (Mundlak)",
    "between": "models' means (Mundlak)",
}
INFERRED: Final = {
    "clustered": "random intercept of the model, temperature and prompt fixed; CR2 errors clustered by model",
    "crossed": "crossed random intercepts of model, temperature and prompt; normal p-values, as published",
}
TAKEN: Final = "Bell and McCaffrey (2002), Surv. Methodol. 28, 169; Pustejovsky and Tipton (2018), JBES 36, 672"


def of_stability(found: list[Stability]) -> list[Figure]:
    """Rows of every trait, then the mean drop over the Big Five where all five are there."""
    rows = [row for each in found for row in _settled(each)]
    big = [each for each in found if each.trait in BIG_FIVE]
    if len(big) == len(BIG_FIVE):
        for name, within in (("variance drop", False), ("variance drop within models", True)):
            rows.append(_drop(name, "Big Five", mean_drop(big, within=within), big[0].first, big[0].second))
    return rows


def _settled(each: Stability) -> Iterable[Figure]:
    if each.apart is None:
        yield _of_stability("mean", {"trait": each.trait}, None, reason=each.reason)
        return
    found, kinds = each.apart, (each.first, each.second)
    for place, kind in enumerate(kinds):
        group = {"trait": each.trait, "kind": kind.kind}
        yield _of_stability("mean", group, kind.mean, kind.interval, n=kind.n, n_models=kind.n_models)
        yield _of_stability("standard deviation", group, found.deviations[place], n=kind.n, reason=NO_INTERVAL)
        yield _of_stability("median absolute deviation", group, found.absolute[place], n=kind.n, reason=NO_INTERVAL)
    group = {"trait": each.trait, "kind": f"{kinds[1].kind} - {kinds[0].kind}"}
    n, n_models = sum(kind.n for kind in kinds), sum(kind.n_models for kind in kinds)
    shift = found.means[1] - found.means[0]
    yield _of_stability("difference of means", group, shift, n=n, n_models=n_models, p=found.welch_p, reason=TESTED)
    yield _of_stability("Levene F", group, found.levene_f, n=n, n_models=n_models, p=found.levene_p, reason=TESTED)
    yield _drop("variance drop", each.trait, each.drop, *kinds)
    yield _drop("variance drop within models", each.trait, each.within, *kinds)


TESTED: Final = "a test of runs: no interval"


def _of_stability(
    name: str, group: dict[str, str], estimate: float | None, interval: Interval | None = None, *,
    n: int | None = None, n_models: int | None = None, p: float | None = None, reason: str = "",
) -> Figure:  # fmt: skip
    low, high = interval or (None, None)
    return Figure(
        "stability", name, group, estimate, low, high, n, n_models, p, reason=reason, method=METHODS[name],
        citation=f"{ILLUSION}, section on stability",
    )  # fmt: skip


def _drop(name: str, trait: str, drop: Drop, first: Kind, second: Kind) -> Figure:
    group = {"trait": trait, "kind": f"{second.kind} - {first.kind}"}
    reason = drop.reason or ("" if drop.interval else "a mean over traits: no interval")
    return _of_stability(
        name, group, drop.value, drop.interval, n=first.n + second.n, n_models=first.n_models + second.n_models,
        reason=reason,
    )  # fmt: skip


def of_links(found: Sequence[Link]) -> list[Figure]:
    return [
        Figure(
            "link",
            each.level,
            {"trait": each.trait, "behaviour": each.behaviour, "inference": each.inference},
            each.estimate,
            each.low,
            each.high,
            each.n,
            each.n_models,
            each.p,
            each.q,
            each.reason,
            f"{LINKED[each.level]}; {INFERRED[each.inference]}; q by Benjamini and Hochberg over the level's table",
            TAKEN if each.inference == CLUSTERED else ILLUSION,
            {
                "expected": each.expected,
                "as_expected": each.is_as_expected,
                **dict(zip(("standardised", "standardised_low", "standardised_high"), each.standardised, strict=True)),
            },
        )
        for each in found
    ]


def of_alignments(found: Sequence[ModelAlignment]) -> list[Figure]:
    return [
        Figure(
            "alignment",
            each.way,
            {"model": each.model},
            each.alignment.share,
            each.alignment.interval[0] if each.alignment.interval else None,
            each.alignment.interval[1] if each.alignment.interval else None,
            each.alignment.n,
            1,
            reason="" if each.alignment.n else "no sign: report and behaviour of no run vary together",
            method="share of signs as in people; Wilson's interval of as many coins; n counts signs",
            citation=f"{ILLUSION}, alignment score",
            more={
                "n_same": each.alignment.n_same,
                "n_runs": each.n_runs,
                **_ends("chance", each.alignment.chance),
                **_ends("shuffled", each.shuffled),
            },
        )
        for each in found
    ]


def _ends(name: str, interval: Interval | None) -> dict[str, float | int | str | bool | None]:
    low, high = interval or (None, None)
    return {f"{name}_low": low, f"{name}_high": high}


def of_effects(found: Sequence[Moved]) -> list[Figure]:
    return [
        _effect(
            "effect",
            {"target": each.target, "persona": each.persona, "kind": each.kind, "figure": each.name},
            each.effect,
            "with the persona less without, in standard deviations of a model's runs without",
            {"is_target": each.is_target},
        )
        for each in found
    ]


def of_gaps(found: Sequence[Dissociation]) -> list[Figure]:
    return [
        _effect(
            "gap",
            {"target": each.target, "behaviour": each.behaviour},
            each.gap,
            "how far the report moved less how far the behaviour did in its expected direction, paired within models",
            {"expected": each.expected, "report": each.report.value, "behaviour": each.behaviour_effect.value},
        )
        for each in found
    ]


def _effect(
    name: str, group: dict[str, str], effect: Effect, words: str, more: dict[str, float | int | str | bool | None]
) -> Figure:
    return Figure(
        "persona_effect",
        name,
        group,
        effect.value,
        effect.low,
        effect.high,
        n_models=effect.n_models,
        reason=effect.reason,
        method=f"{words}; {OVER_MODELS}",
        citation=f"{ILLUSION}, persona injection",
        more=more,
    )


def of_regressions(found: Sequence[Regressed]) -> list[Figure]:
    return [
        Figure(
            "persona_effect",
            "logistic",
            {"target": each.target, "strategy": each.strategy, "kind": each.kind, "figure": each.name},
            each.slope.value,
            each.slope.low,
            each.slope.high,
            each.slope.n,
            p=each.slope.p,
            reason=each.slope.reason,
            method=f"persona against none on {REGRESSED[each.kind]}, per standard deviation; {AS_PUBLISHED}",
            citation=f"{ILLUSION}, persona injection",
            more={"mean_without": each.without, "mean_with": each.under},
        )
        for each in found
    ]


REGRESSED: Final = {
    "trait": "all traits together with a ridge of 1",
    "behaviour": "the behaviour alone, Wald's interval",
}
