"""The values of a text that may be mathematical answers, before their cues are asked for; and the cues that several
of them share, asked for once. Decides nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.answers.extract.asked import Asked, squeeze
from analysis.answers.extract.contexts import Context, Sentence, contexts_of
from analysis.answers.extract.math_cues import CUES, LINE_CUES, VALUE_CUES, said_of
from analysis.answers.extract.math_forms import Written
from analysis.answers.extract.math_gate import may_be_answer
from analysis.answers.extract.math_subjects import judged, names_of
from analysis.answers.extract.mention import MOST_MENTIONS, Mention
from analysis.answers.extract.reading import lines_of
from analysis.answers.extract.scene import Place, in_asked_form, scene_of
from analysis.answers.extract.signs import Signs, signs_of
from analysis.answers.extract.values import write_down

_TESTS = tuple((cue.name, cue.holds) for cue in CUES)
_LINE_TESTS = tuple((cue.name, cue.holds) for cue in LINE_CUES)
_PLAIN = re.compile(r"-?(?:\d+(?:\.\d+)?|\\frac\{\d+\}\{\d+\})")


@dataclass(slots=True, eq=False)
class Sighting:
    """A value that passed the gate; `value` is how it is written down, `rank` counts the lines that are not blank.

    `names` stand for what is asked; `is_composed`: the value is put together from parts on several lines.
    """

    rank: int
    place: Place
    context: Context
    signs: Signs
    names: frozenset[str]
    value: str
    is_composed: bool = False


@dataclass(slots=True, eq=False)
class Shared:
    """The cues that values of one text share: by line, by sentence, and by how they are written."""

    asked: Asked
    _by_place: dict[int, list[str]] = field(default_factory=dict)
    _by_sentence: dict[Sentence, list[str]] = field(default_factory=dict)
    _by_value: dict[tuple[str, bool], list[str]] = field(default_factory=dict)

    def of_place(self, rank: int, place: Place) -> list[str]:
        found = self._by_place.get(rank)
        if found is None:
            found = self._by_place[rank] = [name for name, holds in _LINE_TESTS if holds(place)]
        return found

    def of_sentence(self, sentence: Sentence) -> list[str]:
        found = self._by_sentence.get(sentence)
        if found is None:
            found = self._by_sentence[sentence] = said_of(sentence)
        return found

    def of_value(self, value: str, is_boxed: bool) -> list[str]:
        found = self._by_value.get((value, is_boxed))
        if found is None:
            written = Written(value, self.asked, is_boxed)
            found = self._by_value[value, is_boxed] = [cue.name for cue in VALUE_CUES if cue.holds(written)]
        return found

    def mention(self, seen: Sighting) -> Mention:
        """The mention with all its cues."""
        line, context = seen.place.line, seen.context
        scene = judged(scene_of(context, seen.signs, line, self.asked, seen.names, seen.value))
        cues = [name for name, holds in _TESTS if holds(scene)]
        cues += self.of_place(seen.rank, seen.place)
        cues += self.of_sentence(context.sentence)
        cues += self.of_value(seen.value, context.is_boxed)
        start = line.start
        return Mention(line.number, seen.rank, start + context.start, start + context.end, seen.value, frozenset(cues))


def sightings(text: str, asked: Asked) -> Iterator[Sighting]:
    """Every value of the text that might be an answer, in order.

    >>> from analysis.answers.extract.asked import read
    >>> [seen.value for seen in sightings("x = 2, so y = 3", read("What is y?"))]
    ['2', '3']
    """
    lines = lines_of(text)
    names = names_of(asked, lines)
    parts: dict[str, str] = {}
    n_found = 0
    for rank, line in enumerate(lines):
        if n_found >= MOST_MENTIONS:
            return
        contexts = contexts_of(line)
        if contexts:
            place = Place(line, asked, line.number / lines[-1].number)
            found = list(_on_line(rank, place, contexts, names, parts))
            n_found += len(found)
            yield from found


def _on_line(
    rank: int, place: Place, contexts: list[Context], names: frozenset[str], parts: dict[str, str]
) -> Iterator[Sighting]:
    asked = place.asked
    for context in contexts:
        signs = signs_of(context)
        if may_be_answer(context, signs, asked):
            yield Sighting(rank, place, context, signs, names, in_asked_form(context.text, asked))
    if asked.components:
        composed = _compose(contexts, asked, parts)
        if composed is not None:
            context, value = composed
            own = names | {squeeze(context.root)}
            yield Sighting(rank, place, context, signs_of(context), own, value, is_composed=True)


def _compose(contexts: list[Context], asked: Asked, parts: dict[str, str]) -> tuple[Context, str] | None:
    """The asked pair or triple, where this line states its last missing part or all parts anew; GUIDE rule 3."""
    known = dict(parts)
    here: dict[str, Context] = {}
    for context in contexts:
        root = squeeze(context.root)
        if root in asked.components and _PLAIN.fullmatch(write_down(context.text)):
            here[root] = context
            parts[root] = write_down(context.text)
    if not here or len(parts) < len(asked.components) or (parts == known and len(here) < len(asked.components)):
        return None
    last = max(here.values(), key=lambda context: context.start)
    return last, "(" + ",".join(parts[name] for name in asked.components) + ")"
