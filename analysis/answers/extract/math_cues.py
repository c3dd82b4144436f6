"""The table of cues for answers that are numbers or formulas. Each looks at one value in its context; none decides
alone.

Source: GUIDE rules 1 to 4 of the hand labels; the cue families of First Try Matters (arXiv 2510.08308), prompt 1,
parts 2 and 5.
"""

import re
from collections.abc import Callable
from functools import lru_cache

from analysis.answers.extract import math_forms as form
from analysis.answers.extract import math_subjects as subject
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.cue import Cue, closing, opening, words
from analysis.answers.extract.scene import Scene

_ADVERBS = (
    r"(?:\s+(?:indeed|just|exactly|simply|only|also|still|actually|really|always|now|then|therefore|equal to|a total of"
    r"|again|the|me|us|you|in|total|to be|either|at|possibly|probably|definitely|at|about|approximately)){0,3}"
)
_COPULA = closing(
    r"(?:is|are|be|was|were|equals?|equal to|becomes?|gives?|giving|gave|got|get|gets|getting|yields?|has|have|had|leaves|leaving|makes?"
    r"|find|found|obtain\w*|simplif\w+ to|reduces? to|comes? (?:out )?to|evaluates? to|total of|up to|that's|it's|as|resulting in|results? in|results? of|totals|totall?ing|leads? to|amounts to|equall?ing|adds? up to|sums? to|to get|find that)"
    + _ADVERBS
)
_ANSWER = words("answers?")
_ANSWER_CLOSE = re.compile(r"\banswers?\b[^.?!]{0,60}$", re.IGNORECASE)
_RESULT = words("results?|solution|value|conclusion|sum total")
_TOTAL = words("total|altogether|in all|combined|overall|difference")
_CALLED_ANSWER = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:is|as|be|should be|must be|seems?(?: to be)?|would be|looks)\W+(?:indeed\W+)?(?:the\W+|my\W+|our\W+)?"
    r"(?:only\W+|most\W+)?(?:correct|final|right|answer|result|solution|smallest|largest|only|desired|required|value)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?:\b(?:at least|at most|less than|greater than|more than|fewer than|smaller than|larger than|bigger than|between|from|exceeds?|below"
    r"|above|over|under|within|divisible by|multiples? of|divided by|times|plus|minus|by|and|into|out of|modulo|mod)|[<>≤≥]|\\[lg]eq?|\\[lg]t)\s*\W?$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:step|equation|case|part|page|line|base|method|option|stage|chapter|problem|example|number|power|exponent|row|column|term|digit"
    r"|position|bit|place|level|grade|day|year|first|next|last|set)\s*#?$",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
_SO = opening(
    r"(?:and |but |then |yes,? |ok(?:ay)?,? |wait,? )?(?:so|therefore|thus|hence|consequently|finally|in conclusion|putting|that means|this means)"
)
_YES = opening("yes|yep|yeah|right|correct|indeed|ah|great|perfect")
_WAIT = opening("wait|but|however|hmm|hold on|alternatively|or|no")
_IF = words(r"if|suppose|assum\w+|let's say|for example|for instance|e\.g|consider|imagine|case|try|test")
_AT = re.compile(r"\b(?:for|when|at|where|let) +[a-z]\w{0,2} *=", re.IGNORECASE)
_PLAN = words(
    r"need to|needs to|have to|let me|let's|i'll|we'll|going to|want to|to find|in order to|how (?:many|much)|i should|trying to|asks? for|asking"
)
_DENIAL = words(
    r"not|isn't|wasn't|incorrect|wrong|mistake|doesn't|didn't|instead of|rather than|error|can't|cannot|contradict\w*"
)
_MAYBE = words("maybe|perhaps|might|possibly|could|guess|tempted")
_KNOWN = words("recall|remember|know that|given|states?|formula|problem says|defined|means that|represents?|labell?ed")
_SURE = words(
    r"confident|sure that|solid|confirm\w*|conclu\w+|final|checks? out|matches|match|consistent|verif\w+|agrees?"
)
_EARLIER = words(
    r"earlier|previous\w*|before|initial\w*|first method|second method|other method|originally|i (?:had|got|found|thought)"
)
_EACH = words("each|every|per")
_DENIED = re.compile(r"\b(?:not|isn't|wasn't|instead of|rather than|never)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_APPROXIMATE = re.compile(r"(?:≈|approximately|about|roughly|around|nearly|approx\.?)\s*$", re.IGNORECASE)


def copula(scene: Scene) -> bool:
    return _ends_in_copula(scene.context.before[-60:])


@lru_cache(maxsize=4096)
def _ends_in_copula(text: str) -> bool:
    return _COPULA.search(text) is not None


def stated(scene: Scene) -> bool:
    """Something is said to be or to equal the value."""
    return copula(scene) or scene.follows_equals


def answer_is(scene: Scene) -> bool:
    return (
        _ANSWER_CLOSE.search(scene.said_before) is not None
        and (stated(scene) or scene.is_bare)
        and not form.is_operand(scene)
    )


def result_is(scene: Scene) -> bool:
    return _RESULT.search(scene.said_close) is not None and stated(scene) and not form.is_operand(scene)


def concluding(scene: Scene) -> bool:
    return _SO.search(scene.context.sentence.text) is not None and stated(scene) and scene.context.is_last_value


def says(pattern: re.Pattern[str]) -> Callable[[Sentence], bool]:
    return lambda sentence: pattern.search(sentence.text) is not None


def before_says(pattern: re.Pattern[str]) -> Callable[[Scene], bool]:
    return lambda scene: pattern.search(scene.said_before) is not None


SENTENCE_CUES: tuple[Cue[Sentence], ...] = (
    Cue("so", 0.4, "stands in a concluding sentence", says(_SO)),
    Cue("yes", 0.5, "stands in a confirming sentence", says(_YES)),
    Cue("sure", 0.7, "stands in a sentence that confirms or concludes", says(_SURE)),
    Cue("last_sentence", 0.2, "stands in the last sentence of its line", lambda s: s.is_last),
    Cue("earlier", 0.3, "recalls an earlier result", says(_EARLIER)),
    Cue("wait", 0.0, "stands in a doubting sentence", says(_WAIT)),
    Cue("question", -0.7, "stands in a question", lambda s: s.stop == "?"),
    Cue("if", -0.5, "stands in a case or an example", says(_IF)),
    Cue("at", -0.5, "holds for one value only", says(_AT)),
    Cue("plan", -0.7, "stands in a plan", says(_PLAN)),
    Cue("denial", -0.2, "stands in a sentence that denies", says(_DENIAL)),
    Cue("maybe", -0.2, "stands in a guess", says(_MAYBE)),
    Cue("known", -0.5, "stands in a sentence about what is known", says(_KNOWN)),
    Cue("each", -0.8, "is said of each one", says(_EACH)),
)
"""Cues that hold for every value of a sentence alike."""

_MARK = re.compile(r"^\W{0,8}(?:A|Ans|Answer|Final Answer|The answer)\s{0,3}[:=]\W{0,8}$|^\s*#{2,6}\s*\W{0,3}$", re.IGNORECASE)

CUES: tuple[Cue[Scene], ...] = (
    Cue("boxed", 5.0, "stands in a box", lambda s: s.context.is_boxed),
    Cue("marked", 4.0, "stands after an answer mark", lambda s: _MARK.match(s.context.before) is not None),
    Cue("answer_is", 4.0, "is called the answer", answer_is),
    Cue(
        "called_answer", 2.5, "is then called the answer", lambda s: _CALLED_ANSWER.search(s.context.after) is not None
    ),
    Cue("result_is", 2.0, "is called the result or the value", result_is),
    Cue("asked_equals", 3.5, "is what the asked formula or letter equals", subject.asked_equals),
    Cue(
        "asked_is",
        2.5,
        "is said of the asked quantity",
        lambda s: subject.close_head(s) and stated(s) and not form.is_operand(s),
    ),
    Cue(
        "asked_counted", 2.0, "counts what the question asks to count", lambda s: subject.unit_follows(s) and stated(s)
    ),
    Cue("unit", 1.0, "has the unit that is asked", subject.unit_follows),
    Cue("head_sentence", 0.3, "stands in a sentence about the asked quantity", subject.sentence_head),
    Cue("words_some", 0.3, "stands with some words of the question", lambda s: subject.share_of_words(s) >= 0.3),
    Cue("words_most", 0.7, "stands with most words of the question", lambda s: subject.share_of_words(s) >= 0.6),
    Cue("argument", 0.2, "stands after the formula that the question is about", subject.argument_before),
    Cue("lead_asked", 0.8, "stands under a line about the asked quantity", subject.lead_is_asked),
    Cue("total", 0.5, "is called a total or difference", before_says(_TOTAL)),
    Cue("concluding", 1.2, "ends a concluding sentence", concluding),
    Cue("copula", 0.6, "follows a verb that states it", copula),
    Cue("equals", 0.4, "ends an equation", lambda s: s.follows_equals),
    Cue("last", 0.5, "is the last value of its sentence", lambda s: s.context.is_last_value),
    Cue("end", 0.4, "ends its sentence", form.ends_sentence),
    Cue("form_fits", 0.7, "has the asked form", form.fits),
    Cue("late", 0.4, "stands in the second half", lambda s: s.position > 0.5),
    Cue("other_equals", -2.0, "is what another letter equals", subject.other_equals),
    Cue("other_formula", -0.8, "is what another formula equals", subject.other_formula_equals),
    Cue("other_counted", -1.5, "counts something else", subject.other_unit_follows),
    Cue("number_equals", -0.5, "only ends a calculation", subject.root_is_number),
    Cue("other_argument", -2.5, "is said of another formula", subject.other_argument),
    Cue(
        "foreign_some",
        -0.4,
        "stands with words that the question does not use",
        lambda s: subject.share_of_foreign_words(s) >= 0.4,
    ),
    Cue(
        "foreign_most",
        -0.4,
        "stands with words that the question does not use",
        lambda s: subject.share_of_foreign_words(s) >= 0.75,
    ),
    Cue("denied", -2.0, "is denied", lambda s: _DENIED.search(s.context.clause[-60:]) is not None),
    Cue("bound", -1.5, "is a bound or a part of a calculation", lambda s: _BOUND.search(s.context.before[-30:]) is not None),
    Cue(
        "labelled", -1.0, "numbers a step or a case", lambda s: _LABELLED.search(s.context.before[-24:].rstrip()) is not None
    ),
    Cue("approximate", -0.7, "is approximate", lambda s: _APPROXIMATE.search(s.context.before[-24:]) is not None),
    Cue("bullet", -0.6, "stands in a list", lambda s: _BULLET.match(s.line.flat) is not None),
    Cue("bare", -0.5, "stands in a displayed formula", lambda s: s.is_bare),
    Cue("given", -1.0, "is given in the question", form.is_given),
    Cue("small", 0.0, "is a small whole number", form.is_small),
    Cue("letters", -1.5, "holds a letter", form.has_letters),
    Cue("form_fails", -1.0, "has not the asked form", form.fails),
    Cue("unfinished", -0.8, "is a calculation that is not finished", form.is_unfinished),
    Cue("parenthesis", -0.7, "stands in a parenthesis", form.is_in_parenthesis),
    Cue("operand", -1.5, "is a part of a longer formula", form.is_operand),
    Cue("subject", -0.7, "is what the sentence then speaks about", form.is_subject),
    Cue("ordinal", -1.0, "is a place in an order", form.is_ordinal),
)
"""Cues that hold for one value."""
