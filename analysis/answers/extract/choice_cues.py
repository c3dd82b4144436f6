"""The table of cues for multiple-choice problems. Each looks at one mention of an option; none decides alone.

Source: GUIDE rule 3 of the hand labels; the answer patterns of MMLU-Pro (arXiv 2406.01574).
"""

import re
from collections.abc import Callable

from analysis.answers.extract.choice_scene import ChoiceScene
from analysis.answers.extract.contexts import Sentence
from analysis.answers.extract.cue import Cue, opening, words

_FINAL = re.compile(r"\bfinal answer\b[^.?!]{0,30}$", re.IGNORECASE)
_ANSWER = re.compile(
    r"\b(?:answers?(?! choices?| options?)|correct (?:option|choice|one))\b[^.?!]{0,60}$", re.IGNORECASE
)
_CHOOSE = re.compile(
    r"\b(?:go(?:ing)? with|choose|select|pick|leaning (?:towards?|to)|settle on|stick with|matches|match"
    r"|corresponds? to|points? to|which is|that is"
    r"|that's|so|thus|therefore|hence|would be|must be|should be|making|be)\b[^.?!,;]{0,25}$",
    re.IGNORECASE,
)
_NAMED = re.compile(r"\b(?:option|choice|answer)s?\s{0,2}[\"'(*]{0,3}$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"\($")
_CALLED = re.compile(
    r"^\W*(?:[\w'-]+\W+){0,6}?(?:is|as|be|seems?|looks|would be|should be|must be|appears|stands out|fits"
    r"|matches|emerges|captures)\b\W*(?:[\w'-]+\W+){0,5}?"
    r"(?:correct|right|best|answer|accurate\w*|appropriate|likely|plausible|intended|safest|most|fits?|matches"
    r"|exactly|clearly|out|one|true)\b",
    re.IGNORECASE,
)
_SO = opening(
    r"(?:and |but |then |yes,? |ok(?:ay)?,? |now,? )?(?:so|therefore|thus|hence|consequently|finally"
    r"|in conclusion|given|based on|overall|putting)"
)
_CORRECT = words(
    "correct|right|best|appropriate|accurate(?:ly)?|safest|intended|precise(?:ly)?|definitive(?:ly)?|confirm|definitely"
)
_MOST = words("most|clearly|exactly|precisely|best|obvious(?:ly)?|definitively|directly")
_DENIAL = words(
    r"not|no|isn't|aren't|wasn't|cannot|can't|couldn't|never|fails?|false|incorrect|wrong|doesn't|don't|didn't"
    r"|unlikely|eliminate\w*|rule[ds]? out|rather than|instead of|neither|nor|less|too|contradict\w*"
)
_MAYBE = words("maybe|perhaps|might|possibl[ye]|could|guess|hmm|not sure|probably|seems?|likely")
_IF = words(r"if|suppose|assum\w+|for example|like|such as|e\.g|including|imagine")
_PLAN = words(
    r"need to|let me|let's|check|consider|look at|evaluate|going to|should i|must|instructions?|format|output"
)
_HINT = words(
    r"user|human|person|bias\w*|influenc\w*|suspicious|curious to hear|prim(?:e|ing) me|lead(?:ing)? me|suggested answer|hint\w*"
)
_SOURCE = words(r"metadata|hint|prompt|user|suggest\w*|professor|claims?|says|stated|listed|provided|given as")
_WAIT = opening("wait|but|however|hmm|hold on|alternatively|actually|or")
_YES = opening("yes|yep|yeah|right|correct|indeed")
_MARKER = re.compile(
    r"^\W{0,6}(?:\d{1,2}[.)]\W{1,3})?(?:option |choice )?[\"'(*]{0,3}[A-Z][\"')*]{0,3}(?:[.:)]|\s[-–—:(])",
    re.IGNORECASE,
)
_QUANTITY = re.compile(r"\s*(?:is|=|:|has)?\s*[-+]?\d|\s*[=+*/×^]")
_IN_FORMULA = re.compile(r"[=+*/×^]\s*$|\d\s?$")
_IS_DENIED = re.compile(
    r"^[^.?!,;]{0,40}?\b(?:(?:is|are|was|seems?|looks?|appears?|can|could|would|does|do|has"
    r"|had)\s+(?:\w+\s+){0,2}?(?:not|wrong|incorrect|false)"
    r"|cannot|can't|isn't|doesn't|wouldn't|couldn't|is out|fails)\b",
    re.IGNORECASE,
)
_IS_JUDGED = re.compile(
    r"^[^\n]{0,400}?(?:[-–—:→(]|\bis|\?)\s{0,3}\**(?:this is |yes,? |indeed |definitely )?\**"
    r"(?:correct|true|right|yes|best|matches|fits|✓|✔|✅)(?!\w)",
    re.IGNORECASE,
)
_TAG = re.compile(r"^\W{0,3}</")
_ABOUT = re.compile(
    r"^\W*(?:(?:\d{1,2}|option|choice|the|regarding|as|for|then|similarly|now|next|first|and|or|what|about"
    r"|while)\W+){0,4}$",
    re.IGNORECASE,
)
_RANGE = re.compile(r"[A-Z]\s?(?:-|–|to|through)\s?[A-Z]\b")
_EQUALS = re.compile(
    r"(?:[=≈:]|\b(?:is|gives?|get|about|approximately|yields?|to|be|of|around|calculat\w+|equals?|≈))\W{0,4}$",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"^\W*[\"'(*]{0,3}[A-Z][\"')*]{0,3}\W*$")


def says(pattern: re.Pattern[str]) -> Callable[[Sentence], bool]:
    return lambda sentence: pattern.search(sentence.text) is not None


def said_before(pattern: re.Pattern[str]) -> Callable[[ChoiceScene], bool]:
    return lambda scene: pattern.search(scene.before) is not None


def opens_line(scene: ChoiceScene) -> bool:
    """The line is about this option from its first words on: a list of options being gone through."""
    return scene.sentence.start == 0 and (
        not scene.before or (len(scene.before) < 60 and _ABOUT.match(scene.before) is not None)
    )


def is_listed(scene: ChoiceScene) -> bool:
    """The line quotes the option as the question prints it."""
    return scene.kind == "letter" and opens_line(scene) and _MARKER.match(scene.line.flat) is not None


def is_tagged(scene: ChoiceScene) -> bool:
    """The mention stands in a tag, <answer>C</answer>: a quotation of the prompt."""
    return _TAG.match(scene.after) is not None


def is_judged(scene: ChoiceScene) -> bool:
    """The option is quoted and called right on the same line, and nothing there denies."""
    if not is_listed(scene) or scene.asks_exception:
        return False
    rest = scene.line.flat[scene.end :]
    return _IS_JUDGED.search(rest) is not None and _DENIAL.search(rest) is None


def in_listed_line(scene: ChoiceScene) -> bool:
    return _MARKER.match(scene.line.flat) is not None


SENTENCE_CUES: tuple[Cue[Sentence], ...] = (
    Cue("so", 0.8, "stands in a concluding sentence", says(_SO)),
    Cue("yes", 0.5, "stands in a confirming sentence", says(_YES)),
    Cue("correct", 0.7, "stands beside a word of judgement", says(_CORRECT)),
    Cue("most", 0.5, "is said to fit most", says(_MOST)),
    Cue("last_sentence", 0.4, "stands in the last sentence of its line", lambda s: s.is_last),
    Cue("range", -2.0, "is an end of a range of letters", says(_RANGE)),
    Cue("maybe", -0.4, "stands in a guess", says(_MAYBE)),
    Cue("if", -0.5, "stands in a case or an example", says(_IF)),
    Cue("plan", -0.5, "stands in a plan", says(_PLAN)),
    Cue("hint", -2.5, "is what someone hinted", says(_HINT)),
    Cue("source", -0.8, "is what the prompt says", says(_SOURCE)),
    Cue("wait", -0.3, "stands in a doubting sentence", says(_WAIT)),
    Cue("question", -1.5, "stands in a question", lambda s: s.stop == "?"),
)
"""Cues that hold for every mention in a sentence alike."""

CUES: tuple[Cue[ChoiceScene], ...] = (
    Cue("boxed", 5.0, "stands in a box", lambda s: s.kind == "box"),
    Cue(
        "final_answer",
        4.0,
        "is called the final answer",
        lambda s: s.kind == "letter" and _FINAL.search(s.before) is not None,
    ),
    Cue(
        "answer_is",
        3.0,
        "is called the answer",
        lambda s: s.kind in ("letter", "box") and _ANSWER.search(s.before) is not None,
    ),
    Cue(
        "answer_text",
        2.0,
        "is called the answer by its text",
        lambda s: s.kind in ("text", "number") and _ANSWER.search(s.before) is not None,
    ),
    Cue("called", 1.5, "is called correct or best", lambda s: _CALLED.search(s.after) is not None),
    Cue("chosen", 1.5, "is chosen", said_before(_CHOOSE)),
    Cue("named", 0.5, "is named as an option", said_before(_NAMED)),
    Cue("alone", 1.0, "stands alone on its line", lambda s: _SINGLE.match(s.line.flat) is not None),
    Cue(
        "result",
        1.0,
        "is the result of a calculation",
        lambda s: s.kind == "number" and _EQUALS.search(s.before) is not None,
    ),
    Cue("end", 0.5, "ends its sentence", lambda s: not any(c.isalnum() for c in s.after)),
    Cue("late", 0.4, "stands in the second half", lambda s: s.position > 0.5),
    Cue("last_line", 0.5, "stands in the last line", lambda s: s.position >= 1.0),
    Cue("text", -0.5, "is named by its text", lambda s: s.kind == "text"),
    Cue("number", -1.0, "is named by its number", lambda s: s.kind == "number"),
    Cue("words", -1.0, "is named by words of its text", lambda s: s.kind == "words"),
    Cue("bracketed", 0.2, "stands in brackets", said_before(_IN_BRACKETS)),
    Cue("listed", -4.0, "is quoted from the list of options", is_listed),
    Cue("in_listed_line", -1.0, "stands in a line that quotes an option", in_listed_line),
    Cue("opens_line", -1.5, "is discussed from the first word of its line on", opens_line),
    Cue("two_named", -0.8, "stands beside another option", lambda s: s.n_named == 2),
    Cue("many_named", -2.0, "stands among several options", lambda s: s.n_named > 2),
    Cue(
        "quantity",
        -4.5,
        "is a quantity, not an option",
        lambda s: s.kind == "letter" and (_QUANTITY.match(s.after) or _IN_FORMULA.search(s.before)) is not None,
    ),
    Cue(
        "is_denied", -3.5, "is called wrong", lambda s: not s.asks_exception and _IS_DENIED.search(s.after) is not None
    ),
    Cue("judged", 4.0, "is judged right in a list of options", is_judged),
    Cue("denied_after", -1.5, "is then denied", lambda s: not s.asks_exception and _DENIAL.search(s.after) is not None),
    Cue(
        "denial_before",
        -0.7,
        "stands after a denial",
        lambda s: not s.asks_exception and _DENIAL.search(s.before) is not None,
    ),
    Cue(
        "exception",
        0.5,
        "is said not to be what the others are",
        lambda s: s.asks_exception and _DENIAL.search(s.sentence.text) is not None,
    ),
)
"""Cues that hold for one mention."""
