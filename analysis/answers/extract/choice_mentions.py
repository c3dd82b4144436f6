"""The options that a text names for a multiple-choice problem, with their cues. Decides nothing."""

import re

from analysis.answers.extract.choice_cues import CUES, SENTENCE_CUES, is_tagged
from analysis.answers.extract.choice_scene import ChoiceScene, asks_exception, scenes_of, table_of
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.mention import MOST_MENTIONS, Mention
from analysis.answers.extract.reading import lines_of
from analysis.answers.options import options_of
from analysis.types import Problem

_TESTS = tuple((cue.name, cue.holds) for cue in CUES)
_QUESTION_MARK = re.compile(r"\bquestion:\s", re.IGNORECASE)
_CHOICES_MARK = re.compile(r"\n\s{0,8}(?:answer choices|options|choices):|\n\s{0,8}\(?A[.):]", re.IGNORECASE)


def mentions(text: str, problem: Problem) -> list[Mention]:
    """Every mention of an option by letter, text or number, in order, with the names of the cues that hold for it.

    >>> problem = Problem("Which is even?", options=("one", "two"))
    >>> [(m.value, m.line) for m in mentions("Not one.\\nSo the answer is B.", problem)]
    [('A', 1), ('B', 2)]
    """
    table = table_of(options_of(problem))
    is_exception = asks_exception(bare_question(problem.question))
    lines = lines_of(text)
    found: list[Mention] = []
    for rank, line in enumerate(lines):
        said: dict[Sentence, frozenset[str]] = {}
        if len(found) >= MOST_MENTIONS:
            break
        for scene in scenes_of(line, table, line.number / lines[-1].number, is_exception):
            if is_tagged(scene):
                continue
            if scene.sentence not in said:
                said[scene.sentence] = frozenset(cue.name for cue in SENTENCE_CUES if cue.holds(scene.sentence))
            found.append(_mention(scene, rank, said[scene.sentence]))
    return found


def _mention(scene: ChoiceScene, rank: int, said: frozenset[str]) -> Mention:
    start = scene.line.start
    cues = said.union([name for name, holds in _TESTS if holds(scene)])
    return Mention(scene.line.number, rank, start + scene.start, start + scene.end, scene.letter, cues)


def bare_question(question: str) -> str:
    r"""The question itself, without a task description before it and the choices after it.

    >>> bare_question("# Task\n\nQuestion: Which?\n\nAnswer Choices:\nA. x\nB. y")
    'Which?'
    """
    marks = list(_QUESTION_MARK.finditer(question))
    start = marks[-1].end() if marks else 0
    end = _CHOICES_MARK.search(question, start)
    return question[start : end.start() if end else len(question)].strip()
