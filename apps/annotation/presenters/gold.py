"""What is made of a layer's labels: candidate sets, scores of extractors, estimates. Knows no request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from django.urls import reverse
from django.utils.http import urlencode

from analysis.answers.extract import DEFAULT, EXTRACTORS
from analysis.answers.extract.measured import MEASURED
from analysis.answers.rates import FALSE, MISSED, OTHER, Error
from analysis.errors import UserError
from analysis.measures.statistics import Estimate
from apps.annotation.models import Layer, Queue, Scheme
from apps.annotation.queries.gold import layers_of, queues_of_scheme
from apps.annotation.services.estimates import Estimates, estimates_of
from apps.annotation.services.people_sets import Standing, candidate_kind, standing_of
from apps.annotation.services.scoring import Scored, scored
from apps.core.templatetags.numbers import DASH, count, decimal, plural, share
from apps.traces.models import Rollout

MOST_LISTED = 200
T = TypeVar("T", Layer, Queue)
RATES = {
    "precision": ("Precision", "of the lines that it found, labelled ones"),
    "recall": ("Recall", "of the labelled lines, those that it found"),
    "f1": ("F1", "over lines, both in one"),
    "same_first_line": ("Same first line", "its first candidate line is the labelled first one"),
    "same_value": ("Same value", "on the lines that both have"),
}
ERRORS = {
    MISSED: "Missed: labelled, not found",
    FALSE: "False: found, not labelled",
    OTHER: "Another value on the same line",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: numbers of a layer and a queue, an extractor."""

    layer: int | None = None
    queue: int | None = None
    extractor: str = ""


class Pick(NamedTuple):
    words: str
    href: str
    is_chosen: bool


class SetRow(NamedTuple):
    """A collection with the set that the layer's labels make of it."""

    collection: str
    name: str
    href: str
    read: str
    state: str


class Number(NamedTuple):
    """An estimate as it is written, with interval and n, or a dash and the reason."""

    value: str
    ci: str
    n: str
    reason: str


class RateRow(NamedTuple):
    label: str
    about: str
    number: Number


class ErrorRow(NamedTuple):
    href: str
    rollout: str
    line: int
    found: str
    labelled: str


class ErrorList(NamedTuple):
    title: str
    n: int
    rows: Sequence[ErrorRow]


class EstimateRow(NamedTuple):
    label: str
    together: Number
    labels: Number
    rules: Number


@dataclass(frozen=True, slots=True)
class Page:
    finding: str
    layer: Layer | None
    layers: Sequence[Pick]
    has_candidates: bool
    sets: Sequence[SetRow]
    is_current: bool
    extractors: Sequence[Pick]
    rates: Sequence[RateRow]
    rates_note: str
    errors: Sequence[ErrorList]
    queues: Sequence[Pick]
    queue: str
    estimates: Sequence[EstimateRow]
    estimates_note: str
    refusal: str


def page_of(scheme: Scheme, asked: Asked) -> Page:
    """Of the layer asked for, else the first there is; so with queue and extractor."""
    layers = layers_of(scheme)
    layer = _chosen([each for each, _ in layers], asked.layer)
    has_candidates = candidate_kind(scheme) is not None
    extractor = asked.extractor if asked.extractor in EXTRACTORS else DEFAULT
    queue = _chosen(list(queues_of_scheme(scheme)), asked.queue)
    worth = scored(layer, extractor) if layer and has_candidates else None
    sets = standing_of(layer) if layer and has_candidates else []
    estimates, refusal = _estimated(queue, layer) if layer and queue and has_candidates else (None, "")
    here: dict[str, int | str] = {
        "layer": layer.pk if layer else 0,
        "extractor": extractor,
        "queue": queue.pk if queue else 0,
    }
    return Page(
        finding=_finding(scheme, layer, worth, has_candidates),
        layer=layer,
        layers=[_pick(f"{row} ({row.kind}, {plural(n, 'rollout')})", here, "layer", row.pk) for row, n in layers],
        has_candidates=has_candidates,
        sets=[_set_row(scheme, row) for row in sets],
        is_current=all(row.is_current for row in sets),
        extractors=[_pick(label, here, "extractor", name) for name, label in EXTRACTORS.choices()],
        rates=[RateRow(*RATES[name], number_of(each)) for name, each in worth.rates.items()] if worth else [],
        rates_note=_rates_note(worth) if worth else "",
        errors=_error_lists(scheme, worth) if worth else [],
        queues=[_pick(row.name, here, "queue", row.pk) for row in queues_of_scheme(scheme)],
        queue=queue.name if queue else "",
        estimates=_estimate_rows(estimates),
        estimates_note=_estimates_note(estimates),
        refusal=refusal,
    )


def number_of(e: Estimate) -> Number:
    ci = "" if e.low is None or e.high is None else f"[{decimal(e.low * 100, 1)}, {decimal(e.high * 100, 1)}]"
    few = f", {count(e.n_events)} of them" if e.n_events is not None and e.n_events < 10 else ""
    return Number(share(e.value) if e.value is not None else DASH, ci, count(e.n) + few, e.reason or "")


def _chosen(rows: Sequence[T], pk: int | None) -> T | None:
    return next((row for row in rows if row.pk == pk), rows[0] if rows else None)


def _pick(words: str, here: dict[str, int | str], name: str, value: int | str) -> Pick:
    return Pick(words, f"?{urlencode(here | {name: value})}#{name}s", here[name] == value)


def _finding(scheme: Scheme, layer: Layer | None, worth: Scored | None, has_candidates: bool) -> str:
    if layer is None:
        return "No labels to use yet: nobody is done with a rollout. Label a queue, settle disagreements, or import."
    if not has_candidates or worth is None:
        return (
            f"Scheme “{scheme.name}” has no label “candidate” with a value, so its labels are no candidate answers: no "
            "dashboard can be computed on them, and no extractor scored against them."
        )
    f1 = number_of(worth.rates["f1"])
    read = plural(len(worth.rollouts), "rollout")
    return f"{worth.extractor} finds the candidate lines of {layer} with F1 {f1.value} {f1.ci}, on {read}."


def _set_row(scheme: Scheme, row: Standing) -> SetRow:
    name = str(row.candidate_set) if row.candidate_set else ""
    href = reverse("traces:dashboard", args=[scheme.project.slug, row.collection.pk])
    total = row.collection.n_rollouts
    state = "as the labels are now" if row.is_current else ("labels changed since" if name else "not made yet")
    read = f"{count(row.n_read)} of {plural(total, 'rollout')} ({share(row.n_read / total if total else None)})"
    return SetRow(row.collection.name, name, f"{href}?{urlencode({'extractor': name})}" if name else "", read, state)


def _rates_note(worth: Scored) -> str:
    parts = []
    if worth.extractor.startswith(f"{DEFAULT}@"):
        parts.append(
            f"This extractor learned its weights from {MEASURED.n_traces} labelled traces; on those very traces its "
            "score is too good: there, quote the score of “score_extractor --left-out”."
        )
    if worth.n_left_out:
        parts.append(f"{plural(worth.n_left_out, 'rollout')} beyond the first {len(worth.rollouts)} left out.")
    return " ".join(parts)


def _error_lists(scheme: Scheme, worth: Scored) -> list[ErrorList]:
    lists = []
    for kind, title in ERRORS.items():
        rows = [each for each in worth.errors if each.kind == kind]
        shown = [_error_row(scheme, worth.rollouts[each.trace], each) for each in rows[:MOST_LISTED]]
        lists.append(ErrorList(title, len(rows), shown))
    return lists


def _error_row(scheme: Scheme, rollout: Rollout, error: Error) -> ErrorRow:
    href = reverse("traces:rollout", args=[scheme.project.slug, rollout.pk])
    place = f"?line={error.line}#L{error.line}"
    return ErrorRow(href + place, rollout.external_id, error.line, "; ".join(error.found), "; ".join(error.labelled))


def _estimated(queue: Queue, layer: Layer) -> tuple[Estimates | None, str]:
    try:
        return estimates_of(queue, layer), ""
    except UserError as error:
        return None, str(error)


def _estimate_rows(found: Estimates | None) -> list[EstimateRow]:
    rows = found.rows if found else ()
    return [
        EstimateRow(row.label, number_of(row.together), number_of(row.labels), number_of(row.rules)) for row in rows
    ]


def _estimates_note(found: Estimates | None) -> str:
    if found is None:
        return ""
    words = f"{count(found.n_labelled)} of {plural(found.n_drawn, 'drawn rollout')} labelled"
    rest = "" if found.n_labelled == found.n_drawn else "; the others are taken to be missing at random"
    return f"{words}{rest}; the population has {plural(found.n_population, 'rollout')}."
