"""Who is who: which problem a row belongs to, which sample it is, whether it was there before. Knows no files.

Keeps a few dozen bytes per rollout (hashes), no text; the same rows in the same order always give the same answers.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from analysis.types import Problem, Rollout, Turn


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that repeats a rollout (same model, condition, id and sample); it is left out and counted."""

    file: str
    row: int
    line: int
    external_id: str
    sample: int


MEMOISED_CHARS = 10_000
_written = json.JSONEncoder(ensure_ascii=False).encode
_quoted = json.encoder.encode_basestring


def unit_key(rollout: Rollout) -> str:
    """What makes a rollout unique in its collection: a hash of (model, condition, id, sample), 32 hex digits."""
    about = _about(rollout.model, tuple(sorted(rollout.condition.items())) if rollout.condition else ())
    parts = f"{about}{_quoted(rollout.external_id)}, {rollout.sample}]"
    return blake2b(parts.encode("utf-8", "replace"), digest_size=16).hexdigest()


@lru_cache(maxsize=1024)
def _about(model: str, condition: tuple[tuple[str, str], ...]) -> str:
    """The beginning of the JSON list [model, condition, id, sample]."""
    return f"{_written([model, condition])[:-1]}, "


def question_hash(question: str, options: tuple[str, ...] = ()) -> str:
    """A hash of the bare question (white space folded) and its options, 16 hex digits; '' without a question."""
    return (_remembered_hash if len(question) <= MEMOISED_CHARS else _question_hash)(question, options)


def _question_hash(question: str, options: tuple[str, ...]) -> str:
    words = " ".join(question.split())
    if not words:
        return ""
    return blake2b("\x1f".join([words, *options]).encode("utf-8", "replace"), digest_size=8).hexdigest()


_remembered_hash = lru_cache(maxsize=1024)(_question_hash)


def problem_key(problem: Problem, problem_id: str = "") -> str:
    """The uploaded problem id, else `q-` and a hash of the bare question, else ''."""
    if problem_id:
        return problem_id
    hashed = question_hash(problem.question, problem.options)
    return f"q-{hashed}" if hashed else ""


_number = hash
"""64 bits of a tuple, keyed anew in every process: what is compared never leaves the process."""


class ProblemKeys:
    """Keys of problems as rows come: an id holds while its question agrees; taken by another it gets a suffix.

    Files may number the same questions differently: where an id clashes or is new, a question that another file (or the
    project: `known`, key -> question hash) already has keeps that key.
    """

    def __init__(self, known: dict[str, str] | None = None) -> None:
        self._question_of: dict[str, str] = dict(known or {})
        self._key_of: dict[str, tuple[str, int]] = {
            hashed: (key, -1) for key, hashed in self._question_of.items() if hashed
        }
        self.clashes: set[str] = set()

    def key_for(self, problem: Problem, problem_id: str, file: int) -> str:
        hashed = question_hash(problem.question, problem.options)
        if not problem_id:
            return self._key_by_question(hashed, file)
        taken = self._question_of.get(problem_id)
        if taken is not None and (taken == hashed or not hashed or not taken):
            return self._settle(problem_id, hashed or taken, file)
        if hashed and (known := self._key_of.get(hashed)) and (taken is not None or known[1] != file):
            if taken is not None:
                self.clashes.add(problem_id)
            return known[0]
        if taken is None:
            return self._settle(problem_id, hashed, file)
        self.clashes.add(problem_id)
        return self._settle(f"{problem_id}~{hashed[:8]}", hashed, file)

    def _key_by_question(self, hashed: str, file: int) -> str:
        if not hashed:
            return ""
        known = self._key_of.get(hashed)
        return known[0] if known else self._settle(f"q-{hashed}", hashed, file)

    def _settle(self, key: str, hashed: str, file: int) -> str:
        self._question_of[key] = hashed
        if hashed:
            self._key_of.setdefault(hashed, (key, file))
        return key

    def __len__(self) -> int:
        return len(self._question_of)


class Places:
    """Gives each rollout its id and sample number, and tells duplicates."""

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._next: dict[int, int] = {}
        self._numbered: dict[str, str] = {}
        self._home: dict[tuple[object, ...], int] = {}
        self.renumbered = 0

    def id_for(self, problem_key: str, row: int, file: int, base: str, about: tuple[object, ...]) -> str:
        """An id for a row that has none: the number of the row where its question first stood.

        Rows without a question count per model and condition (row n of each model's file is the same item); a second
        file of one model and condition has its name before the number.
        """
        if not problem_key:
            return str(row) if self._home.setdefault(about, file) == file else f"{base}:{row}"
        if problem_key not in self._numbered:
            name = str(row) if _number(("id", str(row))) not in self._seen else f"{base}:{row}"
            self._seen.add(_number(("id", name)))
            self._numbered[problem_key] = name
        return self._numbered[problem_key]

    def place(self, claim: "PlaceClaim") -> int | None:
        """The sample number of a rollout; None where it was there before."""
        group = _number((claim.about, claim.external_id, claim.problem_key))
        sample, seen, content = claim.sample, self._seen, claim.content
        text = _number((group, "text", content))
        if sample is None:
            if text in seen:
                return None
            sample = self._next.get(group, 0)
            self.renumbered += sample > 0
        elif _number((group, sample)) in seen:
            if claim.is_given or _number((group, sample, content)) in seen:
                return None
            sample = self._next[group]
            self.renumbered += 1
        seen.update((text, _number((group, sample)), _number((group, sample, content))))
        self._next[group] = max(self._next.get(group, 0), sample + 1)
        return sample

    def is_free(self, about: tuple[object, ...], external_id: str, sample: int) -> bool:
        """Whether no rollout (of another problem) had this id and sample before; from now on one has."""
        unit = _number(("unit", about, external_id, sample))
        is_free = unit not in self._seen
        self._seen.add(unit)
        return is_free


class PlaceClaim(NamedTuple):
    """What decides a rollout's place: model and condition, id, problem, a hash of its contents, and the sample number.

    `sample` is None where the row says none; `is_given` = the number is the uploader's own (the same again is a
    duplicate whatever its text).
    """

    about: tuple[object, ...]
    external_id: str
    problem_key: str
    content: int
    sample: int | None
    is_given: bool


def content_number(error: str, turns: Sequence[Turn]) -> int:
    """A hash of everything that a rollout says: texts, grades, answers, confidences, the error."""
    said = [(turn.text, turn.role._value_, turn.correct, turn.answer, repr(turn.confidence)) for turn in turns]
    return _number((error, *said))
