"""The table of cues for multiple-choice problems. Each looks at one mention of an option; none decides alone.

Source: GUIDE rule 3 of the hand labels; the answer patterns of MMLU-Pro (arXiv 2406.01574).
"""

import re
from collections.abc import Callable

from analysis.answers.extract import choice_phrases as phrase
from analysis.answers.extract.choice_scene import ChoiceScene
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.cue import Cue
from analysis.answers.extract.hearing import EVERYTHING, Phrase


def heard_in(sentence: Sentence) -> int:
    """The phrases that a sentence may hold, listened for once."""
    if sentence.heard is None:
        sentence.heard = phrase.EAR.hear(sentence.text)
    return sentence.heard


def says(phrase: Phrase) -> Callable[[Sentence], bool]:
    return lambda sentence: phrase.is_in(sentence.text, heard_in(sentence))


def opens(phrase: Phrase) -> Callable[[Sentence], bool]:
    return lambda sentence: phrase.opens(sentence.text, heard_in(sentence))


def said_before(pattern: re.Pattern[str]) -> Callable[[ChoiceScene], bool]:
    return lambda scene: pattern.search(scene.before) is not None


def opens_line(scene: ChoiceScene) -> bool:
    """The line is about this option from its first words on: a list of options being gone through."""
    return scene.sentence.start == 0 and (
        not scene.before or (len(scene.before) < 60 and phrase.ABOUT.match(scene.before) is not None)
    )


def is_listed(scene: ChoiceScene) -> bool:
    """The line quotes the option as the question prints it."""
    return scene.kind == "letter" and opens_line(scene) and phrase.MARKER.match(scene.line.flat) is not None


def is_tagged(scene: ChoiceScene) -> bool:
    """The mention stands in a tag, <answer>C</answer>: a quotation of the prompt."""
    return phrase.TAG.match(scene.after) is not None


def is_judged(scene: ChoiceScene) -> bool:
    """The option is quoted and called right in a sentence of the same line that denies nothing."""
    if not is_listed(scene) or scene.asks_exception:
        return False
    match = phrase.JUDGED.search(scene.line.flat, scene.end, scene.end + 400)
    return match is not None and not phrase.DENIAL.is_in(scene.line.flat[scene.end : match.end()], EVERYTHING)


def is_denied_after(scene: ChoiceScene) -> bool:
    """A denial follows in the sentence, and not of another option ("C, not D")."""
    heard = heard_in(scene.sentence)
    if scene.asks_exception or not heard & phrase.DENIAL.bit:
        return False
    return phrase.DENIAL.is_in(phrase.OTHER_DENIED.sub("", scene.after), heard)


def in_listed_line(scene: ChoiceScene) -> bool:
    return phrase.MARKER.match(scene.line.flat) is not None


SENTENCE_CUES: tuple[Cue[Sentence], ...] = (
    Cue("so", 0.8, "stands in a concluding sentence", opens(phrase.SO)),
    Cue("yes", 0.5, "stands in a confirming sentence", opens(phrase.YES)),
    Cue("correct", 0.7, "stands beside a word of judgement", says(phrase.CORRECT)),
    Cue("most", 0.8, "is said to fit most", says(phrase.MOST)),
    Cue("last_sentence", 0.4, "stands in the last sentence of its line", lambda s: s.is_last),
    Cue("range", -2.0, "is an end of a range of letters", lambda s: phrase.RANGE.search(s.text) is not None),
    Cue("maybe", -0.4, "stands in a guess", says(phrase.MAYBE)),
    Cue("if", -0.5, "stands in a case or an example", says(phrase.IF)),
    Cue("plan", -0.5, "stands in a plan", says(phrase.PLAN)),
    Cue("source", -0.8, "is what the prompt says", says(phrase.SOURCE)),
    Cue("wait", -0.3, "stands in a doubting sentence", opens(phrase.WAIT)),
    Cue("question", -1.5, "stands in a question", lambda s: s.stop == "?"),
)
"""Cues that hold for every mention in a sentence alike."""

CUES: tuple[Cue[ChoiceScene], ...] = (
    Cue("boxed", 5.0, "stands in a box", lambda s: s.kind == "box"),
    Cue(
        "final_answer",
        4.0,
        "is called the final answer",
        lambda s: s.kind == "letter" and phrase.FINAL.search(s.before) is not None,
    ),
    Cue(
        "answer_is",
        3.0,
        "is called the answer",
        lambda s: s.kind in ("letter", "box") and phrase.ANSWER.search(s.before) is not None,
    ),
    Cue(
        "answer_text",
        2.0,
        "is called the answer by its text",
        lambda s: s.kind in ("text", "number") and phrase.ANSWER.search(s.before) is not None,
    ),
    Cue("called", 2.0, "is called correct or best", lambda s: phrase.CALLED.search(s.after) is not None),
    Cue("chosen", 1.5, "is chosen", said_before(phrase.CHOOSE)),
    Cue("named", 0.5, "is named as an option", said_before(phrase.NAMED)),
    Cue("alone", 1.0, "stands alone on its line", lambda s: phrase.SINGLE.match(s.line.flat) is not None),
    Cue(
        "result",
        1.0,
        "is the result of a calculation",
        lambda s: s.kind == "number" and phrase.EQUALS.search(s.before) is not None,
    ),
    Cue("end", 0.5, "ends its sentence", lambda s: not any(c.isalnum() for c in s.after)),
    Cue("late", 0.4, "stands in the second half", lambda s: s.position > 0.5),
    Cue("last_line", 1.0, "stands in the last line", lambda s: s.position >= 1.0),
    Cue("text", -0.5, "is named by its text", lambda s: s.kind == "text"),
    Cue("number", -1.0, "is named by its number", lambda s: s.kind == "number"),
    Cue("words", -1.0, "is named by words of its text", lambda s: s.kind == "words"),
    Cue("bracketed", 0.2, "stands in brackets", said_before(phrase.IN_BRACKETS)),
    Cue("listed", -4.0, "is quoted from the list of options", lambda s: is_listed(s) and not is_judged(s)),
    Cue("in_listed_line", -1.0, "stands in a line that quotes an option", in_listed_line),
    Cue("opens_line", -1.5, "is discussed from the first word of its line on", opens_line),
    Cue("two_named", -0.8, "stands beside another option", lambda s: s.n_named == 2),
    Cue("many_named", -2.0, "stands among several options", lambda s: s.n_named > 2),
    Cue(
        "quantity",
        -4.5,
        "is a quantity, not an option",
        lambda s: (
            s.kind == "letter" and (phrase.QUANTITY.match(s.after) or phrase.IN_FORMULA.search(s.before)) is not None
        ),
    ),
    Cue(
        "is_denied",
        -3.5,
        "is called wrong",
        lambda s: not s.asks_exception and phrase.IS_DENIED.search(s.after) is not None,
    ),
    Cue("judged", 6.5, "is judged right in a list of options", is_judged),
    Cue("hint", -2.5, "is what someone hinted", lambda s: phrase.HINT.is_in(s.before, heard_in(s.sentence))),
    Cue("denied_after", -1.5, "is then denied", is_denied_after),
    Cue("denied_right_before", -3.0, "is what the answer is not", said_before(phrase.DENIED_BEFORE)),
    Cue(
        "denial_before",
        -0.7,
        "stands after a denial",
        lambda s: not s.asks_exception and phrase.DENIAL.is_in(s.before, heard_in(s.sentence)),
    ),
    Cue(
        "exception",
        0.5,
        "is said not to be what the others are",
        lambda s: s.asks_exception and says(phrase.DENIAL)(s.sentence),
    ),
)
"""Cues that hold for one mention."""
