"""The values that a text gives where a number or a formula is asked, with their cues. Decides nothing."""

import re
from collections.abc import Iterator

from analysis.answers.extract.asked import Asked, read, squeeze
from analysis.answers.extract.contexts import Context, Line, Sentence, contexts_of
from analysis.answers.extract.math_cues import CUES, SENTENCE_CUES
from analysis.answers.extract.math_gate import may_be_answer
from analysis.answers.extract.math_subjects import judged, names_of
from analysis.answers.extract.mention import MOST_MENTIONS, Mention
from analysis.answers.extract.reading import lines_of
from analysis.answers.extract.scene import Scene, scene_of
from analysis.answers.extract.signs import signs_of
from analysis.answers.extract.values import write_down
from analysis.types import Problem

_TESTS = tuple((cue.name, cue.holds) for cue in CUES)
_PLAIN = re.compile(r"-?(?:\d+(?:\.\d+)?|\\frac\{\d+\}\{\d+\})")


def mentions(text: str, problem: Problem) -> list[Mention]:
    """Every value of the text that might be an answer, in order, with the names of the cues that hold for it.

    >>> found = mentions("So x = 4.", Problem("What is $x$?"))
    >>> found[0].value, sorted(found[0].cues & {"asked_equals", "boxed", "so"})
    ('4', ['asked_equals', 'so'])
    """
    asked = read(problem.question)
    lines = lines_of(text)
    names = names_of(asked, lines)
    parts: dict[str, str] = {}
    found: list[Mention] = []
    for rank, line in enumerate(lines):
        position = line.number / lines[-1].number
        said: dict[Sentence, list[str]] = {}
        if len(found) >= MOST_MENTIONS:
            break
        for scene in _scenes(line, asked, names, position, parts):
            sentence = scene.context.sentence
            if sentence not in said:
                said[sentence] = [cue.name for cue in SENTENCE_CUES if cue.holds(sentence)]
            found.append(_mention(scene, rank, said[sentence]))
    return found


def _mention(scene: Scene, rank: int, said: list[str]) -> Mention:
    start = scene.line.start
    value = scene.context.value
    cues = frozenset(said + [name for name, holds in _TESTS if holds(scene)])
    return Mention(scene.line.number, rank, start + value.start, start + value.end, scene.value, cues)


def _scenes(line: Line, asked: Asked, names: frozenset[str], position: float, parts: dict[str, str]) -> Iterator[Scene]:
    contexts = list(contexts_of(line))
    for context in contexts:
        signs = signs_of(context)
        if may_be_answer(context, signs, asked):
            yield judged(scene_of(context, signs, line, asked, names, position))
    if asked.components:
        composed = _compose(contexts, asked, parts)
        if composed is not None:
            context, value = composed
            own = names | {squeeze(context.root)}
            yield judged(scene_of(context, signs_of(context), line, asked, own, position, value))


def _compose(contexts: list[Context], asked: Asked, parts: dict[str, str]) -> tuple[Context, str] | None:
    """The asked pair or triple, where this line states its last missing part or all parts anew; GUIDE rule 3."""
    known = dict(parts)
    here: dict[str, Context] = {}
    for context in contexts:
        root = squeeze(context.root)
        if root in asked.components and _PLAIN.fullmatch(write_down(context.value.text)):
            here[root] = context
            parts[root] = write_down(context.value.text)
    if not here or len(parts) < len(asked.components) or (parts == known and len(here) < len(asked.components)):
        return None
    last = max(here.values(), key=lambda context: context.value.start)
    return last, "(" + ",".join(parts[name] for name in asked.components) + ")"
