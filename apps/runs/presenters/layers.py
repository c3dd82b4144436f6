"""Forced answers of a rollout as layers of the reader: the trajectory of answer and confidence over its text.

Convergence is that of arXiv 2506.02536: the place from which every forced answer equals the trace's own.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from django.urls import reverse

from apps.core.templatetags.numbers import decimal, share
from apps.runs.models import Probe, Run
from apps.runs.queries.probes import probes_of, scores_of
from apps.traces.models import Rollout
from apps.traces.presenters.layers import Layer, Point
from apps.traces.presenters.marks import mark_of

RULES = {"deer": "DEER", "dynasor": "Dynasor-CoT", "cgrs": "CGRS"}
LONGEST = 120


def probes(rollout: Rollout, turn_index: int) -> Iterator[Layer]:
    """One layer for each of the last runs that probed this turn, the newest first."""
    for run, rows in probes_of(rollout, turn_index):
        yield _layer(run, rows, scores_of(rollout, run), rollout)


def _layer(run: Run, rows: Sequence[Probe], scores: Mapping[str, float], rollout: Rollout) -> Layer:
    return Layer(
        title=f"Forced answers, run {run.pk}",
        href=reverse("runs:run", args=[run.project.slug, run.pk]),
        height_label=height_label(rows),
        points=[_point(row) for row in rows],
        columns=("log p", "entropy", "p(correct)"),
        facts=[*_convergence(scores), *_decisions(rows), ("answers", _answers(rows))],
    )


def height_label(rows: Sequence[Probe]) -> str:
    """What the curve is: the model's own belief where it was asked, else how likely its forced answer is."""
    return "p(correct)" if any(row.p_correct is not None for row in rows) else "probability of the forced answer"


def _point(row: Probe) -> Point:
    height = row.p_correct
    if height is None and row.log_probability is not None:
        height = math.exp(min(row.log_probability, 0.0))
    numbers = (decimal(row.log_probability, 2), decimal(row.entropy, 2), decimal(row.p_correct, 2))
    value = row.value if len(row.value) <= LONGEST else row.value[:LONGEST] + "…"
    return Point(row.offset, value or "no answer read", mark_of(row.outcome or None), height, numbers)


def _convergence(scores: Mapping[str, float]) -> Iterator[tuple[str, str]]:
    step, place = scores.get("convergence_step"), scores.get("convergence_share")
    if step is not None and place is not None:
        yield "converged", f"at step {step:.0f}, after {share(place, 0)} of the reasoning; no later answer differs"
    else:
        yield "converged", "no: the last forced answer is not the trace's own, or there is none to compare"


def _decisions(rows: Sequence[Probe]) -> Iterator[tuple[str, str]]:
    """Where each rule would have acted first; those that were not asked are not named."""
    names = dict.fromkeys(name for row in rows for name in row.decisions)
    for name in names:
        first = next((number for number, row in enumerate(rows, 1) if row.decisions.get(name)), None)
        verb = "would suppress reflection" if name.startswith("cgrs") else "would stop"
        where = f"{verb} at probe {first} of {len(rows)}" if first else f"{verb} nowhere"
        yield rule_of(name), where


def rule_of(name: str) -> str:
    """`DEER`, with `approximate` where the probe does not ask as the method does.

    >>> rule_of("deer"), rule_of("dynasor_approximate")
    ('DEER', 'Dynasor-CoT, approximate')
    """
    rule, _, rest = name.partition("_")
    return RULES.get(rule, rule) + (f", {rest.replace('_', ' ')}" if rest else "")


def _answers(rows: Sequence[Probe]) -> str:
    """How many different values, and how often the value changed."""
    values = [row.value for row in rows if row.value]
    n_changes = sum(a != b for a, b in pairwise(values))
    n_unread = len(rows) - len(values)
    unread = f", {n_unread} could not be read" if n_unread else ""
    return f"{len(set(values))} different, {n_changes} changes{unread}"
