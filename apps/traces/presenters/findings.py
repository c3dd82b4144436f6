"""First sentences of the pages of statistics, computed from their numbers; where an interval holds 0 they say so."""

from apps.core.templatetags.numbers import count, decimal, interval, points, share
from apps.core.templatetags.numbers import p_value as p_words
from apps.traces.presenters.figures.card import Group
from apps.traces.presenters.finding import Part


def of_self_correction(group: Group) -> tuple[Part, ...]:
    """What second answers repaired and broke, and what the difference is worth."""
    delta, repaired, broken = group["delta"], group["cs"], group["eir"]
    if delta.estimate is None:
        return ((f"No second answer can be held against a first one here: {delta.reason}.", False),)
    parts: list[Part] = [("The second answers ", False), (_verb(delta.low, delta.high), True)]
    parts.append((f": {points(delta.estimate)} points {interval(delta.low, delta.high, delta.unit)}", False))
    p = group["p_value"].estimate
    parts.append((f" ({p_words(p)})" if p is not None else "", False))
    parts.append((f" over {count(delta.n)} rollouts of {count(delta.n_problems)} problems.", False))
    if repaired.estimate is not None and broken.estimate is not None:
        said = f" They repair {share(repaired.estimate)} of wrong first answers and break {share(broken.estimate)} of"
        parts.append((f"{said} right ones.", False))
    gated = group["oracle_gated_share"].estimate
    if gated:
        parts.append((f" Golds decided who was asked again in {share(gated)} of them: ", False))
        parts.append(("an upper bound, not self-correction.", True))
    return tuple(parts)


def of_calibration(group: Group) -> tuple[Part, ...]:
    """Whether confidences are too high or too low, and whether they tell right from wrong."""
    gap, area, said = group["gap"], group["auroc"], group["mean_confidence"]
    if gap.estimate is None:
        return ((f"No confidence can be held against an outcome here: {gap.reason}.", False),)
    parts: list[Part] = [("Stated confidence is ", False), (_gap(gap.low, gap.high), True)]
    parts.append((f": {share(said.estimate)} on average, {points(gap.estimate)} points above accuracy", False))
    parts.append((f" {interval(gap.low, gap.high, gap.unit)}, over {count(gap.n)} rollouts.", False))
    if area.estimate is not None:
        told = decimal(area.estimate, 2), interval(area.low, area.high, "certainty")
        parts.append((f" It tells right from wrong with an AUROC of {told[0]} {told[1]}; 0.50 is chance.", False))
    return tuple(parts)


def _gap(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "off by an amount without an interval"
    if low > 0:
        return "too high"
    return "too low" if high < 0 else "not clearly too high or too low"


def _verb(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return "change accuracy by an amount without an interval"
    if low > 0:
        return "gain"
    return "lose" if high < 0 else "neither clearly gain nor lose"
