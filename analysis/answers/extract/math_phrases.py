"""The phrases that the cues of mathematical answers listen for, and what they say of one context. Knows no question.

Source: First Try Matters (arXiv 2510.08308), prompt 1, parts 2 and 5 (kinds of cues), and our reading of real traces.
"""

import re
from functools import lru_cache

from analysis.answers.extract.contexts import Context
from analysis.answers.extract.cue import closing, opening, words

ADVERBS = (
    r"(?:\s+(?:indeed|just|exactly|simply|only|also|still|actually|really|always|now|then|therefore|equal to"
    r"|a total of"
    r"|again|the|me|us|you|in|total|to be|either|at|possibly|probably|definitely|at|about|approximately)){0,3}"
)
COPULA = closing(
    r"(?:is|are|be|was|were|equals?|equal to|becomes?|gives?|giving|gave|got|get|gets|getting|yields?|has|have"
    r"|had|leaves|leaving|makes?"
    r"|find|found|obtain\w*|simplif\w+ to|reduces? to|comes? (?:out )?to|evaluates? to|total of|up to|that's"
    r"|it's|as|resulting in|results? in|results? of|totals|totall?ing|leads? to|amounts to|equall?ing"
    r"|adds? up to|sums? to|to get|find that)" + ADVERBS
)
ANSWER_CLOSE = re.compile(r"\banswers?\b[^.?!]{0,60}$", re.IGNORECASE)
RESULT = words("results?|solution|value|conclusion|sum total")
TOTAL = words("total|altogether|in all|combined|overall|difference")
CALLED_ANSWER = re.compile(
    r"^\W*(?:\w+\W+){0,3}?(?:is|as|be|should be|must be|seems?(?: to be)?|would be"
    r"|looks)\W+(?:indeed\W+)?(?:the\W+|my\W+|our\W+)?"
    r"(?:only\W+|most\W+)?(?:correct|final|right|answer|result|solution|smallest|largest|only|desired|required"
    r"|value)",
    re.IGNORECASE,
)
BOUND = re.compile(
    r"(?:\b(?:at least|at most|less than|greater than|more than|fewer than|smaller than|larger than|bigger than"
    r"|between|from|exceeds?|below"
    r"|above|over|under|within|divisible by|multiples? of|divided by|times|plus|minus|by|and|into|out of|modulo"
    r"|mod)|[<>≤≥]|\\[lg]eq?|\\[lg]t)\s*\W?$",
    re.IGNORECASE,
)
LABELLED = re.compile(
    r"\b(?:step|equation|case|part|page|line|base|method|option|stage|chapter|problem|example|number|power"
    r"|exponent|row|column|term|digit"
    r"|position|bit|place|level|grade|day|year|first|next|last|set)\s*#?$",
    re.IGNORECASE,
)
BULLET = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
SO = opening(
    r"(?:and |but |then |yes,? |ok(?:ay)?,? |wait,? )?(?:so|therefore|thus|hence|consequently|finally"
    r"|in conclusion|putting|that means|this means)"
)
FINALLY = opening(r"(?:so,? |and )?(?:finally|lastly|in the end|to conclude|in conclusion|overall)")
YES = opening("yes|yep|yeah|right|correct|indeed|ah|great|perfect")
WAIT = opening("wait|but|however|hmm|hold on|alternatively|or|no")
IF = words(r"if|suppose|assum\w+|let's say|for example|for instance|e\.g|consider|imagine|case|try|test")
AT = re.compile(r"\b(?:for|when|at|where|let) +[a-z]\w{0,2} *=", re.IGNORECASE)
PLAN = words(
    r"need to|needs to|have to|let me|let's|i'll|we'll|going to|want to|to find|in order to|how (?:many|much)"
    r"|i should|trying to|asks? for|asking"
)
DENIAL = words(
    r"not|isn't|wasn't|incorrect|wrong|mistake|doesn't|didn't|instead of|rather than|error|can't|cannot|contradict\w*"
)
MAYBE = words("maybe|perhaps|might|possibly|could|guess|tempted")
KNOWN = words("recall|remember|know that|given|states?|formula|problem says|defined|means that|represents?|labell?ed")
SURE = words(
    r"confident|sure that|solid|confirm\w*|conclu\w+|final|checks? out|matches|match|consistent|verif\w+|agrees?"
)
EARLIER = words(
    r"earlier|previous\w*|before|initial\w*|first method|second method|other method|originally|i (?:had|got"
    r"|found|thought)"
)
EACH = words("each|every|per")
DENIED = re.compile(r"\b(?:not|isn't|wasn't|instead of|rather than|never)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
APPROXIMATE = re.compile(r"(?:≈|approximately|about|roughly|around|nearly|approx\.?)\s*$", re.IGNORECASE)
MARK = re.compile(
    r"^\W{0,8}(?:A|Ans|Answer|Final Answer|The answer)\s{0,3}[:=]\W{0,8}$|^\s*#{2,6}\s*\W{0,3}$", re.IGNORECASE
)
EQUALS = re.compile(r"(?:=|≈|→|=>)\s*\|?\s*$")
OPERATOR_NEXT = re.compile(
    r"\s*(?:[-+*/×÷^=<>≤≥]|\\[lg]eq?|\\times|\\cdot"
    r"|(?:is )?(?:divided by|times|plus|minus|multiplied by|squared|cubed|mod)\b)"
)
ORDINAL = re.compile(r"\s*[-–]?\s*(?:th|st|nd|rd|digit|step|by)\b")


def follows_copula(context: Context) -> bool:
    """A verb that states a value stands right before it: is, gives, becomes ..."""
    return _ends_in_copula(context.before[-60:])


@lru_cache(maxsize=4096)
def _ends_in_copula(text: str) -> bool:
    return COPULA.search(text) is not None


def follows_equals(context: Context) -> bool:
    return EQUALS.search(context.before[-12:]) is not None


def is_called_answer(context: Context) -> bool:
    return CALLED_ANSWER.search(context.after) is not None


def is_marked(context: Context) -> bool:
    return MARK.match(context.before) is not None


def is_bound(context: Context) -> bool:
    return BOUND.search(context.before[-30:]) is not None


def is_labelled(context: Context) -> bool:
    return LABELLED.search(context.before[-24:].rstrip()) is not None


def is_operand(context: Context) -> bool:
    return OPERATOR_NEXT.match(context.after) is not None


def is_ordinal(context: Context) -> bool:
    return ORDINAL.match(context.after) is not None
