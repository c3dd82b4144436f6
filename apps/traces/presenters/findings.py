"""First sentences of the pages of statistics, computed from their numbers; where an interval holds 0 they say so."""

from collections.abc import Sequence

from apps.core.templatetags.numbers import count, decimal, interval, plural, points, share
from apps.core.templatetags.numbers import p_value as p_words
from apps.traces.presenters.figures.card import Group
from apps.traces.presenters.finding import Part

SIGNIFICANT = 0.05
SECOND = {
    "attempts": "The last attempts, against the first, ",
    "candidates": "The final answers, against the first ones inside the same reasoning (nobody asked twice), ",
    "options": "The second choices, against the first, ",
}


def of_self_correction(group: Group) -> tuple[Part, ...]:
    """What second answers repaired and broke, and what the difference is worth."""
    delta, repaired, broken = group["delta"], group["cs"], group["eir"]
    if delta.estimate is None:
        return ((f"No second answer can be held against a first one here: {delta.reason}.", False),)
    parts: list[Part] = [(SECOND[group["compared"].label], False), (_verb(delta.low, delta.high), True)]
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
    distance = decimal(100 * abs(gap.estimate)), "above" if gap.estimate > 0 else "below"
    parts.append((f": {share(said.estimate)} on average, {distance[0]} points {distance[1]} accuracy", False))
    parts.append((f" {interval(gap.low, gap.high, gap.unit)}, over {count(gap.n)} rollouts.", False))
    if area.estimate is not None:
        told = decimal(area.estimate, 2), interval(area.low, area.high, "certainty")
        parts.append((f" It tells right from wrong with an AUROC of {told[0]} {told[1]}; 0.50 is chance.", False))
    return tuple(parts)


def of_sampling(group: Group) -> tuple[Part, ...]:
    """What one sample, a vote and the best of several are worth, at the most samples that are usual."""
    one = group["pass@1"]
    if one.estimate is None:
        return ((f"Nothing can be said of several samples here: {one.reason}.", False),)
    known = [name for name, row in group.rows.items() if name.startswith("pass@") and row.estimate is not None]
    ks = [int(name.partition("@")[2]) for name in known]
    parts: list[Part] = [("One sample is right ", False), (f"in {share(one.estimate)}", True)]
    parts.append((f" {interval(one.low, one.high, one.unit)} of {count(one.n_problems)} problems", False))
    if (k := max(ks)) == 1:
        return (*parts, ("; every problem has one sample, so there is nothing to vote on.", False))
    vote, ever = group.rows.get(f"majority@{k}"), group[f"pass@{k}"]
    if vote is not None and vote.estimate is not None:
        parts.append((f", the vote of {k} in {share(vote.estimate)} {interval(vote.low, vote.high, vote.unit)}", False))
    parts.append((f", and at least one of {k} in {share(ever.estimate)}.", False))
    return tuple(parts)


def of_comparison(pairs: Sequence[Group]) -> tuple[Part, ...]:
    """How many pairs differ by more than chance, after Holm's correction, and which one most."""
    known = [pair for pair in pairs if pair["accuracy_difference"].estimate is not None]
    if not known:
        return (("There are no two arms (collection, model, condition) with problems in common here.", False),)
    chances = [pair["p_holm"].estimate for pair in known]
    n_differ = sum(p is not None and p < SIGNIFICANT for p in chances)
    widest = max(known, key=lambda pair: abs(pair["accuracy_difference"].estimate or 0.0))
    row = widest["accuracy_difference"]
    parts: list[Part] = [(f"{count(n_differ)} of {plural(len(known), 'pair')} ", False), ("differ in accuracy", True)]
    parts.append((" by more than chance (p<.05 after Holm). The widest: ", False))
    parts.append((f"{widest.label}, {points(row.estimate)} points {interval(row.low, row.high, row.unit)}", False))
    parts.append((f" on {count(row.n_problems)} problems that both have.", False))
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
