"""How much a mathematical value can weigh at most, from what is known before all its cues are asked for. Knows which
cues what is known speaks for; no weight.

A cue that is not known counts with its weight where that is positive, so that the bound holds whatever is learned.
"""

from math import inf
from typing import NamedTuple

from analysis.answers.extract import math_phrases as phrase
from analysis.answers.extract.asked import in_words
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.hearing import lowered
from analysis.answers.extract.math_cues import CUES
from analysis.answers.extract.math_forms import ends_with
from analysis.answers.extract.math_sightings import Shared, Sighting
from analysis.answers.extract.math_subjects import (
    asked_equals,
    is_of_a_letter,
    may_count,
    may_name,
    may_say_of,
    other_unit_follows,
    unit_follows,
)
from analysis.answers.extract.scene import root_of
from analysis.answers.extract.signs import heard_in_lead
from analysis.answers.extract.weighing import Weights

_KNOWN = frozenset(
    [
        *("boxed", "marked", "called_answer", "copula", "equals", "last", "end", "unit", "asked_counted"),
        *("other_counted", "concluding", "answer_is", "result_is", "total", "asked_is", "words_some", "words_most"),
        *("argument", "asked_equals", "foreign_some", "foreign_most"),
    ]
)
"""Cues that a bound looks at."""
_UNKNOWN = [cue.name for cue in CUES if cue.name not in _KNOWN]


class Around(NamedTuple):
    """What the values of one sentence share: `has_head`: a word of the asked quantity may introduce them.

    `most` is the most that all but their own form can give any of them. `every` counts for all of them, `stated` and
    `unstated` besides for those that are stated and those that are not, `stated_last` for the last value of the
    sentence if it is stated.
    """

    has_head: bool
    most: float
    every: float
    stated: float
    unstated: float
    stated_last: float


class Bounds:
    """Bounds for the values of one text."""

    def __init__(self, shared: Shared, weights: Weights) -> None:
        asked = shared.asked
        self._shared = shared
        self._asked = asked
        self._weight, self._most = weights.of_cue, weights.most_of_cue
        some, most = (self._weight[name] for name in ("foreign_some", "foreign_most"))
        self._bias = weights.alone_bias + max(0.0, some, some + most) + sum(map(self._most.__getitem__, _UNKNOWN))
        if asked.arguments:
            self._bias += self._most["argument"]
        self._words = [in_words(word) for word in asked.words]
        self._around: dict[Sentence, Around] = {}
        self._of_value: dict[str, float] = {}

    def of(self, seen: Sighting, enough: float) -> float:
        """At least the score that the value's own cues give it; some score of at least `enough`, if it has that."""
        context = seen.context
        if context.is_boxed or context.is_cut or seen.is_composed:
            return inf
        around = self._around.get(context.sentence) or self._around_of(seen)
        of_value = self._of_value.get(seen.value)
        if of_value is None:
            of_value = self._of_value[seen.value] = self._sum(self._shared.of_value(seen.value, is_boxed=False))
        most = around.most + of_value
        return most if most < enough else self._of_signs(seen, around, of_value, enough)

    def _of_signs(self, seen: Sighting, around: Around, x: float, enough: float) -> float:
        context, signs, weight = seen.context, seen.signs, self._weight
        is_stated = signs.follows_copula or signs.follows_equals
        x += around.every + (around.stated if is_stated else around.unstated)
        if signs.follows_copula:
            x += weight["copula"]
        if signs.follows_equals:
            x += weight["equals"]
        if context.is_last_value:
            x += weight["last"]
            if is_stated:
                x += around.stated_last
        if ends_with(context.after):
            x += weight["end"]
        if signs.is_marked:
            x += weight["marked"]
        if signs.is_called_answer:
            x += weight["called_answer"]
        x += self._of_unit(seen, is_stated)
        return self._of_root(seen, x, enough, around.has_head)

    def _around_of(self, seen: Sighting) -> Around:
        context, most, line = seen.context, self._most, seen.place.line
        line_cues, said = self._shared.of_place(seen.rank, seen.place), self._shared.of_sentence(context.sentence)
        is_bare = "bare" in line_cues
        low = lowered(line.lead) if is_bare else context.sentence.low
        has_head = self._asked.may_name_head(low)
        heard = heard_in_lead(line.lead) if is_bare else seen.signs.heard
        every = self._bias + self._sum(line_cues) + self._sum(said) + self._of_words(low)
        if heard & phrase.TOTAL.bit:
            every += most["total"]
        answer = most["answer_is"] if heard & phrase.ANSWER_CLOSE.bit else 0.0
        result = most["result_is"] if heard & phrase.RESULT.bit else 0.0
        stated = answer + result + (most["asked_is"] if has_head else 0.0)
        stated_last = self._weight["concluding"] if "so" in said else 0.0
        of_all = every + stated + max(0.0, stated_last) + self._of_any(seen)
        around = Around(has_head, of_all, every, stated, answer if is_bare else 0.0, stated_last)
        self._around[context.sentence] = around
        return around

    def _of_any(self, seen: Sighting) -> float:
        """The most that standing where it does in the sentence of another value can add to a value."""
        sentence, flat, most = seen.context.sentence, seen.place.line.flat, self._most
        x = most["copula"] + most["equals"] + most["last"] + most["end"]
        if phrase.MAY_MARK.match(sentence.text):
            x += most["marked"]
        if seen.signs.heard & phrase.CALLED_ANSWER.bit:
            x += most["called_answer"]
        if may_count(sentence.low, flat, self._asked):
            x += most["unit"] + most["asked_counted"]
        else:
            x += most["other_counted"]
        if may_name(flat, seen.names):
            x += most["asked_equals"]
        return x + most["other_equals"]

    def _of_root(self, seen: Sighting, x: float, enough: float, has_head: bool) -> float:
        """What stands on the other side of the equation is looked at only where it can make the difference."""
        context, signs = seen.context, seen.signs
        has_root = bool(context.root) or signs.follows_equals
        can_be_asked = bool(seen.names) and (has_root or may_say_of(context.before))
        least = self._weight["other_equals"] if has_root and not has_head else 0.0
        if x + least >= enough:
            return x + self._most["asked_equals"]
        if x + (self._most["asked_equals"] if can_be_asked else 0.0) < enough:
            return x + (self._most["asked_equals"] if can_be_asked else 0.0)
        root = root_of(context, signs.follows_equals)
        if can_be_asked and asked_equals(root, context.before, seen.names):
            return x + self._weight["asked_equals"]
        return x + self._weight["other_equals"] if root and not has_head and is_of_a_letter(root) else x

    def _of_unit(self, seen: Sighting, is_stated: bool) -> float:
        if unit_follows(seen.context, self._asked):
            return self._weight["unit"] + (self._weight["asked_counted"] if is_stated else 0.0)
        return self._weight["other_counted"] if other_unit_follows(seen.context) else 0.0

    def _sum(self, cues: list[str]) -> float:
        """The weights of cues that are known."""
        return sum(map(self._weight.__getitem__, cues))

    def _of_words(self, low: str) -> float:
        """The most that the words of the question in a text in lower case can add."""
        if not self._words:
            return 0.0
        share = sum(map(low.__contains__, self._words)) / len(self._words)
        some = self._most["words_some"] if share >= 0.3 else 0.0
        return some + (self._most["words_most"] if share >= 0.6 else 0.0)
