"""Verdicts that were given before, by the key of their question. Reads only; grades nothing."""

import hashlib
from collections.abc import Iterable, Sequence

import orjson

from analysis import types
from analysis.types import Outcome
from apps.traces.models import Verdict

LOOKUP = 500


def key_of(grader: str, golds: Sequence[str], answer_type: str, options: Sequence[str], value: str) -> bytes:
    """What makes two questions the same: grader and version, the problem's golds, type and options, and the value."""
    parts = [grader, list(golds), answer_type, list(options), value]
    return hashlib.blake2b(orjson.dumps(parts), digest_size=16).digest()


def verdicts_for(grader: str, problem: types.Problem, values: Iterable[str]) -> dict[str, types.Grade]:
    """The grade of each of the values against the problem's golds, for those that this grader has judged."""
    asked = {key_of(grader, problem.golds, problem.answer_type, problem.options, value): value for value in values}
    return {asked[key]: given for key, given in verdicts_by_key(list(asked)).items()}


def verdicts_by_key(keys: Sequence[bytes]) -> dict[bytes, types.Grade]:
    found: dict[bytes, types.Grade] = {}
    for start in range(0, len(keys), LOOKUP):
        for row in Verdict.objects.filter(key__in=keys[start : start + LOOKUP]):
            found[bytes(row.key)] = types.Grade(Outcome(row.outcome), row.value, row.reason)
    return found
