"""Suggestions in a layer of their own: made from candidate sets and from words of steps, for the rollouts of a queue.

They are nobody's labels until accepted. A source is a candidate set (`default@1`, `extraction:model@7`), the rules of
words (`markers@1`), or one of each joined by ` + `. Made again they are the same.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import transaction

from analysis import types
from analysis.errors import UserError
from analysis.labelling import scheme as plain
from analysis.labelling.suggesting import RULES, Suggestion, by_candidates, by_rules, candidate_kind, rules_for
from apps.annotation.models import Label, Layer, Queue, Scheme
from apps.annotation.services.layers import suggester_layer
from apps.traces.models import Candidate, CandidateSet, Collection, Reading, Rollout
from apps.traces.queries.candidate_sets import SetName, find_name
from apps.traces.services.attempts import Attempt, load_attempts

STEP = 100
FIRST = 500
"""So many rollouts of a queue get their suggestions at once, at about 7 ms each; the others when they are opened."""
JOINED = " + "


class UnknownSource(UserError):
    """A source that suggests nothing in a scheme; the message lists those that do."""


class Made(NamedTuple):
    """How many suggestions are new, for how many rollouts they were made, and of how many the set knows nothing."""

    n_new: int
    n_rollouts: int
    n_unread: int


def sources_of(scheme: Scheme, collections: Iterable[Collection]) -> list[tuple[str, str]]:
    """(source, words) of everything that can suggest labels of the scheme for rollouts of the collections."""
    holds = scheme.plain
    sets = _sets(collections) if candidate_kind(holds) else []
    words = [(RULES, "words of the steps")] if rules_for(holds) else []
    single = [(name, f"candidates of {name}") for name in sets]
    both = [(name + JOINED + RULES, f"candidates of {name}, and words of the steps") for name in sets if words]
    return [*both, *single, *words]


def make_suggestions(*, queue: Queue, source: str | None = None, most: int = FIRST) -> Made:
    """Suggest labels for a queue's first rollouts, some at a time; the queue then shows them. Again is no harm."""
    source = queue.suggestions if source is None else source
    parts = _parts(queue.scheme, source)
    layer, done = suggester_layer(scheme=queue.scheme, name=source), Made(0, 0, 0)
    for rollouts in _some(queue, most):
        with transaction.atomic():
            more = _suggest(layer, parts, rollouts)
        done = Made(*(a + b for a, b in zip(done, more, strict=True)))
    if queue.suggestions != source:
        Queue.objects.filter(pk=queue.pk).update(suggestions=source)
        queue.suggestions = source
    return done


@transaction.atomic
def suggest_for(*, queue: Queue, rollout: Rollout) -> Made:
    """What the queue's source suggests for one of its rollouts as it stands; nothing where there is no such source
    any more."""
    parts = _find_parts(queue.scheme, queue.suggestions)
    if parts is None:
        return Made(0, 0, 0)
    return _suggest(suggester_layer(scheme=queue.scheme, name=parts.name), parts, [rollout])


def check_source(scheme: Scheme, source: str) -> None:
    """Raises UnknownSource for a source that cannot suggest labels of the scheme."""
    _parts(scheme, source)


class Parts(NamedTuple):
    """Of what a source is made: the scheme, a candidate set's name, whether the words of steps are read."""

    name: str
    scheme: plain.Scheme
    candidates: SetName | None
    has_rules: bool


def _parts(scheme: Scheme, source: str) -> Parts:
    """Raises UnknownSource."""
    found = _find_parts(scheme, source)
    if found is None:
        raise UnknownSource(f"{source[:80]!r} suggests nothing in {scheme.name!r}; known: sets of candidates, {RULES}")
    return found


def _find_parts(scheme: Scheme, source: str) -> Parts | None:
    names, holds = source.split(JOINED), scheme.plain
    sets = [name for name in names if name != RULES]
    rules = names[len(sets) :]
    can_take_sets = not sets or (len(sets) == 1 and candidate_kind(holds) and _is_there(scheme, sets[0]))
    can_take_rules = not rules or (rules == [RULES] and rules_for(holds))
    if names != [*sets, *rules] or not (can_take_sets and can_take_rules):
        return None
    return Parts(source, holds, find_name(sets[0]) if sets else None, bool(rules))


def _is_there(scheme: Scheme, name: str) -> bool:
    found = find_name(name)
    sets = CandidateSet.objects.filter(collection__project=scheme.project)
    if found is None or str(found) != name:
        return False
    return sets.filter(extractor=found.extractor, version=found.version).exists()


def _some(queue: Queue, most: int) -> Iterator[list[Rollout]]:
    ids = list(queue.items.order_by("position").values_list("rollout", flat=True)[:most])
    related = ("collection", "model", "problem__problem_set", "condition")
    for start in range(0, len(ids), STEP):
        yield list(Rollout.objects.filter(pk__in=ids[start : start + STEP]).select_related(*related))


def _suggest(layer: Layer, parts: Parts, rollouts: Sequence[Rollout]) -> Made:
    found, n_unread = _found(parts, rollouts)
    there = set(
        Label.objects.filter(layer=layer, rollout__in=rollouts, removed_at=None).values_list(
            "rollout", "turn_index", "start", "end", "name"
        )
    )
    labels = [
        _label(layer, parts.name, attempt, each)
        for attempt, suggestions in found
        for each in suggestions
        if (attempt.rollout.pk, *_place(attempt, each), each.name) not in there
    ]
    before = Label.objects.filter(layer=layer, key__in=[label.key for label in labels])
    known = set(before.values_list("key", flat=True))
    n_back = before.filter(removed_at__isnull=False).update(removed_at=None, removed_by=None)
    new = [label for label in labels if label.key not in known]
    Label.objects.bulk_create(new, ignore_conflicts=True)
    return Made(len(new) + n_back, len(rollouts), n_unread)


def _found(parts: Parts, rollouts: Sequence[Rollout]) -> tuple[list[tuple[Attempt, list[Suggestion]]], int]:
    """Each attempt that has a text with what is suggested for it, and of how many the set knows nothing."""
    attempts = [attempt for attempt in load_attempts(rollouts) if attempt.read_text]
    candidates, n_unread = _candidates(parts.candidates, attempts) if parts.candidates else ({}, 0)
    found = []
    for attempt in attempts:
        text, given = attempt.read_text, candidates.get(attempt.rollout.pk, [])
        suggestions = by_candidates(text, parts.scheme, given) if given else []
        suggestions += by_rules(text, parts.scheme) if parts.has_rules else []
        found.append((attempt, suggestions if parts.scheme.many else _first_of_each(suggestions)))
    return found, n_unread


def _first_of_each(suggestions: Iterable[Suggestion]) -> list[Suggestion]:
    """One suggestion for each place."""
    return list({(each.start, each.end): each for each in reversed(list(suggestions))}.values())


def _candidates(name: SetName, attempts: Sequence[Attempt]) -> tuple[Mapping[int, list[types.Candidate]], int]:
    """Candidates by rollout, with offsets in what was read; and how many of the rollouts the set has not read."""
    wanted = {attempt.rollout.pk: attempt for attempt in attempts}
    sets = CandidateSet.objects.filter(
        collection__in={attempt.rollout.collection_id for attempt in attempts},
        extractor=name.extractor,
        version=name.version,
    )
    n_read = Reading.objects.filter(candidate_set__in=sets, rollout__in=wanted).count()
    found: dict[int, list[types.Candidate]] = defaultdict(list)
    for row in Candidate.objects.filter(candidate_set__in=sets, rollout__in=wanted).order_by("rollout", "index"):
        attempt = wanted[row.rollout_id]
        start, end = row.start - attempt.read_offset, row.end - attempt.read_offset
        is_within = 0 <= start <= end <= len(attempt.read_text)
        if is_within and attempt.turn is not None and row.turn_index == attempt.turn.index:
            found[row.rollout_id].append(types.Candidate(start, end, row.line, row.value, row.rule, row.because))
    return found, len(wanted) - n_read


def _place(attempt: Attempt, each: Suggestion) -> tuple[int, int, int]:
    turn = attempt.turn.index if attempt.turn is not None else 0
    return turn, attempt.read_offset + each.start, attempt.read_offset + each.end


def _label(layer: Layer, source: str, attempt: Attempt, each: Suggestion) -> Label:
    turn, start, end = _place(attempt, each)
    assert attempt.turn is not None
    assert attempt.turn.text is not None
    digest = bytes(attempt.turn.text.hash)
    return Label(
        layer=layer,
        key=key_of(source, attempt.rollout.pk, turn, start, end, each.name, digest),
        rollout=attempt.rollout,
        unit_key=attempt.rollout.unit_key,
        external_id=attempt.rollout.external_id,
        turn_index=turn,
        start=start,
        end=end,
        text_hash=digest,
        name=each.name,
        value=each.value,
    )


def key_of(source: str, rollout: int, turn: int, start: int, end: int, name: str, digest: bytes) -> UUID:
    """The same for the same suggestion on the same text."""
    return uuid5(NAMESPACE_URL, f"suggestion/{source}/{rollout}/{turn}/{start}/{end}/{name}/{digest.hex()}")


def _sets(collections: Iterable[Collection]) -> list[str]:
    """Names of the candidate sets that have read something of the collections, the most read first."""
    rows = CandidateSet.objects.filter(collection__in=list(collections), readings__isnull=False)
    return list(dict.fromkeys(str(row) for row in rows.distinct().order_by("extractor", "-version")))
