"""What steps of a trace did to the answers that follow, as layers of the reader: continuations after each step.

Resampling importance is that of arXiv 2506.19143: how much the share of right continuations rose with the step. The
numbers are scores of the run; a place is where its continuations begin. Knows no engine.
"""

from collections.abc import Iterator, Mapping, Sequence

from django.urls import reverse

from apps.core.templatetags.numbers import decimal, share, signed
from apps.runs.models import Run
from apps.runs.queries.continuations import Place, continued_of
from apps.runs.queries.probes import scores_of
from apps.traces.models import Rollout
from apps.traces.presenters.layers import Layer, Point
from apps.traces.presenters.marks import CORRECT, INCORRECT, UNGRADED, Mark

ACCURACY, IMPORTANCE, DIVERGENCE = "resampled_accuracy", "resampling_importance", "resampling_importance_kl"


def continuations(rollout: Rollout, turn_index: int) -> Iterator[Layer]:
    """One layer for each of the last runs that continued this turn, the newest first."""
    for run, places in continued_of(rollout, turn_index):
        yield _layer(run, places, scores_of(rollout, run))


def _layer(run: Run, places: Sequence[Place], scores: Mapping[str, float]) -> Layer:
    return Layer(
        title=f"Continuations after steps, run {run.pk}",
        href=reverse("runs:run", args=[run.project.slug, run.pk]),
        height_label="share of right continuations",
        points=[_point(place, scores) for place in places],
        columns=("right", "importance", "KL"),
        facts=[("continued", f"after {len(places)} steps"), *_most_decisive(places, scores)],
        value_label="after",
    )


def _point(place: Place, scores: Mapping[str, float]) -> Point:
    right, rise, kl = (scores.get(f"{name}/{place.step}") for name in (ACCURACY, IMPORTANCE, DIVERGENCE))
    return Point(
        place.offset, f"step {place.step}", _mark(right), right, (decimal(right, 2), signed(rise, 2), decimal(kl, 2))
    )


def _mark(right: float | None) -> Mark:
    """What most continuations come to."""
    if right is None:
        return UNGRADED
    return CORRECT if right > 0.5 else INCORRECT


def _most_decisive(places: Sequence[Place], scores: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    rises = {place.step: scores[name] for place in places if (name := f"{IMPORTANCE}/{place.step}") in scores}
    if not rises:
        yield "importance", "not known: answers have no gold, or there is one place only"
        return
    step = max(rises, key=lambda each: abs(rises[each]))
    became = scores.get(f"{ACCURACY}/{step}")
    yield "most decisive", f"step {step}: {signed(rises[step], 2)}, to {share(became, 0)} right"
