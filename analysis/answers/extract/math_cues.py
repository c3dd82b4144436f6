"""The table of cues for answers that are numbers or formulas. Each looks at one value in its context; none decides
alone.

Source: GUIDE rules 1 to 4 of the hand labels; the cue families of First Try Matters (arXiv 2510.08308), prompt 1,
parts 2 and 5.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from analysis.answers.extract import math_forms as form
from analysis.answers.extract import math_phrases as phrase
from analysis.answers.extract import math_subjects as subject
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.cue import Cue
from analysis.answers.extract.hearing import Phrase
from analysis.answers.extract.scene import Place, Scene, is_bare
from analysis.answers.extract.signs import heard_in, is_approximate, is_bound, is_labelled


def answer_is(scene: Scene) -> bool:
    return (
        (scene.is_stated or scene.is_bare)
        and not scene.signs.is_operand
        and phrase.ANSWER_CLOSE.is_in(scene.said_before, scene.heard)
    )


def result_is(scene: Scene) -> bool:
    return scene.is_stated and not scene.signs.is_operand and phrase.RESULT.is_in(scene.said_close, scene.heard)


def concluding(scene: Scene) -> bool:
    if not (scene.is_stated and scene.context.is_last_value):
        return False
    sentence = scene.context.sentence
    return phrase.SO.opens(sentence.low, heard_in(sentence))


def is_denied(scene: Scene) -> bool:
    heard = scene.signs.heard & phrase.DENIED.bit
    return heard != 0 and phrase.DENIED.is_in(scene.context.clause[-60:], heard)


def says(name: str, weight: float, because: str, phrase: Phrase) -> Cue[Sentence]:
    search, bit = phrase.pattern.search, phrase.bit
    return Cue(name, weight, because, lambda sentence: search(sentence.low) is not None, bit)


def opens(name: str, weight: float, because: str, phrase: Phrase) -> Cue[Sentence]:
    match, bit = phrase.pattern.match, phrase.bit
    return Cue(name, weight, because, lambda sentence: match(sentence.low) is not None, bit)


SENTENCE_CUES: tuple[Cue[Sentence], ...] = (
    opens("so", 0.4, "stands in a concluding sentence", phrase.SO),
    opens("yes", 0.5, "stands in a confirming sentence", phrase.YES),
    says("sure", 0.7, "stands in a sentence that confirms or concludes", phrase.SURE),
    Cue("last_sentence", 0.2, "stands in the last sentence of its line", lambda s: s.is_last),
    says("earlier", 0.3, "recalls an earlier result", phrase.EARLIER),
    opens("finally", 1.0, "stands in a last step", phrase.FINALLY),
    opens("wait", 0.0, "stands in a doubting sentence", phrase.WAIT),
    Cue("question", -0.7, "stands in a question", lambda s: s.stop == "?"),
    says("if", -0.5, "stands in a case or an example", phrase.IF),
    says("at", -0.5, "holds for one value only", phrase.AT),
    says("plan", -0.7, "stands in a plan", phrase.PLAN),
    says("denial", -0.2, "stands in a sentence that denies", phrase.DENIAL),
    says("maybe", -0.2, "stands in a guess", phrase.MAYBE),
    says("known", -0.5, "stands in a sentence about what is known", phrase.KNOWN),
    says("each", -0.8, "is said of each one", phrase.EACH),
)
"""Cues that hold for every value of a sentence alike."""


def said_of(sentence: Sentence) -> list[str]:
    """The names of the SENTENCE_CUES that hold; those whose words were not heard are not asked."""
    return [name for name, holds in _audible(heard_in(sentence)) if holds(sentence)]


@lru_cache(maxsize=4096)
def _audible(heard: int) -> tuple[tuple[str, Callable[[Sentence], bool]], ...]:
    return tuple((cue.name, cue.holds) for cue in SENTENCE_CUES if not cue.needs or cue.needs & heard)


LINE_CUES: tuple[Cue[Place], ...] = (
    Cue("lead_asked", 0.8, "stands under a line about the asked quantity", subject.lead_is_asked),
    Cue("last_line", 1.2, "stands in the last line", lambda s: s.position >= 1.0),
    Cue("late", 0.4, "stands in the second half", lambda s: s.position > 0.5),
    Cue("bullet", -0.6, "stands in a list", lambda s: phrase.BULLET.match(s.line.flat) is not None),
    Cue("bare", -0.5, "stands in a displayed formula", lambda s: is_bare(s.line.flat)),
)
"""Cues that hold for every value of a line alike."""

VALUE_CUES: tuple[Cue[form.Written], ...] = (
    Cue("form_fits", 0.7, "has the asked form", form.fits),
    Cue("given", -1.0, "is given in the question", form.is_given),
    Cue("small", 0.0, "is a small whole number", form.is_small),
    Cue("letters", -5.0, "holds a letter", form.has_letters),
    Cue("form_fails", -1.0, "has not the asked form", form.fails),
    Cue("unfinished", -2.0, "is a calculation that is not finished", form.is_unfinished),
)
"""Cues that hold for a value wherever it stands, in a box or not."""

CUES: tuple[Cue[Scene], ...] = (
    Cue("boxed", 5.0, "stands in a box", lambda s: s.context.is_boxed),
    Cue("marked", 4.0, "stands after an answer mark", lambda s: s.signs.is_marked),
    Cue("answer_is", 4.0, "is called the answer", answer_is),
    Cue("called_answer", 2.5, "is then called the answer", lambda s: s.signs.is_called_answer),
    Cue("result_is", 2.0, "is called the result or the value", result_is),
    Cue("asked_equals", 3.5, "is what the asked formula or letter equals", lambda s: s.names_asked),
    Cue(
        "asked_is",
        2.5,
        "is said of the asked quantity",
        lambda s: s.is_stated and not s.signs.is_operand and subject.close_head(s),
    ),
    Cue("asked_counted", 2.0, "counts what the question asks to count", lambda s: s.has_unit and s.is_stated),
    Cue("unit", 1.0, "has the unit that is asked", lambda s: s.has_unit),
    Cue("head_sentence", 0.3, "stands in a sentence about the asked quantity", subject.sentence_head),
    Cue("words_some", 0.3, "stands with some words of the question", lambda s: s.share_of_words >= 0.3),
    Cue("words_most", 0.7, "stands with most words of the question", lambda s: s.share_of_words >= 0.6),
    Cue("argument", 0.2, "stands after the formula that the question is about", subject.argument_before),
    Cue("total", 0.5, "is called a total or difference", lambda s: phrase.TOTAL.is_in(s.said_before, s.heard)),
    Cue("concluding", 1.2, "ends a concluding sentence", concluding),
    Cue("copula", 0.6, "follows a verb that states it", lambda s: s.signs.follows_copula),
    Cue("equals", 0.4, "ends an equation", lambda s: s.signs.follows_equals),
    Cue("last", 0.5, "is the last value of its sentence", lambda s: s.context.is_last_value),
    Cue("end", 0.4, "ends its sentence", form.ends_sentence),
    Cue("other_equals", -2.0, "is what another letter equals", subject.other_equals),
    Cue("other_formula", -0.8, "is what another formula equals", subject.other_formula_equals),
    Cue(
        "other_counted",
        -1.5,
        "counts something else",
        lambda s: not s.has_unit and subject.other_unit_follows(s.context),
    ),
    Cue("number_equals", -0.5, "only ends a calculation", subject.root_is_number),
    Cue("other_argument", -2.5, "is said of another formula", subject.other_argument),
    Cue(
        "foreign_some",
        -0.4,
        "stands with words that the question does not use",
        lambda s: s.share_of_foreign_words >= 0.4,
    ),
    Cue(
        "foreign_most",
        -0.4,
        "stands with words that the question does not use",
        lambda s: s.share_of_foreign_words >= 0.75,
    ),
    Cue("denied", -2.0, "is denied", is_denied),
    Cue(
        "bound",
        -1.5,
        "is a bound or a part of a calculation",
        lambda s: is_bound(s.context, s.signs),
    ),
    Cue(
        "labelled",
        -1.0,
        "numbers a step or a case",
        lambda s: is_labelled(s.context, s.signs),
    ),
    Cue("approximate", -0.7, "is approximate", lambda s: is_approximate(s.context, s.signs)),
    Cue("parenthesis", -0.7, "stands in a parenthesis", form.is_in_parenthesis),
    Cue("operand", -1.5, "is a part of a longer formula", lambda s: s.signs.is_operand),
    Cue("subject", -0.7, "is what the sentence then speaks about", form.is_subject),
    Cue("ordinal", -1.0, "is a place in an order", lambda s: s.signs.is_ordinal),
)
"""Cues that hold for one value."""
SHARED_CUES: tuple[Cue[Any], ...] = (*LINE_CUES, *VALUE_CUES, *SENTENCE_CUES)
"""Cues that hold for several values alike."""
