"""The phrases that the cues of mathematical answers listen for, in lower case. Knows no value and no question.

Source: First Try Matters (arXiv 2510.08308), prompt 1, parts 2 and 5 (kinds of cues), and our reading of real traces.
"""

import re

from analysis.answers.extract.hearing import Ear, LastWords

EAR = Ear()
"""What is listened for anywhere in a sentence."""
LAST = LastWords()
"""What is listened for right before a value."""
ADVERBS = (
    r"(?:\s+(?:indeed|just|exactly|simply|only|also|still|actually|really|always|now|then|therefore|equal to"
    r"|a total of"
    r"|again|the|me|us|you|in|total|to be|either|at|possibly|probably|definitely|at|about|approximately)){0,3}"
)
VERB = LAST.ending(
    r"\b(?:is|are|be|was|were|equals?|becomes?|gives?|giving|gave|got|gets?|getting|yields?|has|have|had|makes?|find"
    r"|found|as)\W{1,6}$"
)
"""The usual beginning and end of COPULA: a verb alone."""
COPULA = LAST.ending(
    r"(?:\b(?:(?:is|are|be|was|were|equals?|equal to|becomes?|gives?|giving|gave|got|get|gets|getting|yields?|has|have"
    r"|had|leaves|leaving|makes?"
    r"|find|found|obtain\w*|simplif\w+ to|reduces? to|comes? (?:out )?to|evaluates? to|total of|up to|that's"
    r"|it's|as|resulting in|results? in|results? of|totals|totall?ing|leads? to|amounts to|equall?ing"
    r"|adds? up to|sums? to|to get|find that)"
    rf"{ADVERBS})|:)[^\w]{{0,6}}(?:\\boxed ?\{{\W{{0,3}})?$"
)
COLON = re.compile(r":\W{0,6}$")
"""The part of COPULA that needs no word."""
ANSWER_CLOSE = EAR.pattern(r"\banswers?\b[^.?!]{0,60}$", ["answers?"])
RESULT = EAR.words("results?|solution|value|conclusion|sum total")
TOTAL = EAR.words("total|altogether|in all|combined|overall|difference")
CALLED_ANSWER = EAR.pattern(
    r"^\W*(?:\w+\W+){0,3}?(?:is|as|be|should be|must be|seems?(?: to be)?|would be"
    r"|looks)\W+(?:indeed\W+)?(?:the\W+|my\W+|our\W+)?"
    r"(?:only\W+|most\W+)?(?:correct|final|right|answer|result|solution|smallest|largest|only|desired|required"
    r"|value)",
    [r"(?:correct|final|right|answer|result|solution|smallest|largest|only|desired|required|value).*"],
)
BOUND = LAST.ending(
    r"(?:\b(?:at least|at most|less than|greater than|more than|fewer than|smaller than|larger than|bigger than"
    r"|between|from|exceeds?|below"
    r"|above|over|under|within|divisible by|multiples? of|divided by|times|plus|minus|by|and|into|out of|modulo"
    r"|mod)|[<>≤≥]|\\leq?|\\geq?|\\lt|\\gt)\s*\W?$"
)
BOUND_SIGNS = frozenset("<>≤≥")
LABELLED = LAST.ending(
    r"\b(?:step|equation|case|part|page|line|base|method|option|stage|chapter|problem|example|number|power"
    r"|exponent|row|column|term|digit"
    r"|position|bit|place|level|grade|day|year|first|next|last|set)\s*#?$"
)
BULLET = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s")
SO = EAR.opening(
    "so|therefore|thus|hence|consequently|finally|in conclusion|putting|that means|this means",
    may_follow=r"(?:and |but |then |yes,? |ok(?:ay)?,? |wait,? )?",
)
FINALLY = EAR.opening("finally|lastly|in the end|to conclude|in conclusion|overall", may_follow=r"(?:so,? |and )?")
YES = EAR.opening("yes|yep|yeah|right|correct|indeed|ah|great|perfect")
WAIT = EAR.opening("wait|but|however|hmm|hold on|alternatively|or|no")
IF = EAR.words(r"if|suppose|assum\w+|let's say|for example|for instance|e\.g|consider|imagine|case|try|test")
AT = EAR.pattern(r"\b(?:for|when|at|where|let) +[a-z]\w{0,2} *=", ["for|when|at|where|let"])
PLAN = EAR.words(
    r"need to|needs to|have to|let me|let's|i'll|we'll|going to|want to|to find|in order to|how (?:many|much)"
    r"|i should|trying to|asks? for|asking"
)
DENIAL = EAR.words(
    r"not|isn't|wasn't|incorrect|wrong|mistake|doesn't|didn't|instead of|rather than|error|can't|cannot|contradict\w*"
)
MAYBE = EAR.words("maybe|perhaps|might|possibly|could|guess|tempted")
KNOWN = EAR.words(
    "recall|remember|know that|given|states?|formula|problem says|defined|means that|represents?|labell?ed"
)
SURE = EAR.words(
    r"confident|sure that|solid|confirm\w*|conclu\w+|final|checks? out|matches|match|consistent|verif\w+|agrees?"
)
EARLIER = EAR.words(
    r"earlier|previous\w*|before|initial\w*|first method|second method|other method|originally|i had|i got"
    r"|i found|i thought"
)
EACH = EAR.words("each|every|per")
DENIED = EAR.pattern(
    r"\b(?:not|isn't|wasn't|instead of|rather than|never)\s+(?:\w+\s+){0,2}$", ["not|isn|wasn|instead|rather|never"]
)
APPROXIMATE = LAST.pattern(
    r"(?:≈|approximately|about|roughly|around|nearly|approx\.?)\s*$",
    [".*(?:approximately|about|roughly|around|nearly|approx)"],
)
_MARK = r"\W{0,8}(?:A|Ans|Answer|Final Answer|The answer)\s{0,3}[:=]"
MARK = re.compile(rf"{_MARK}\W{{0,8}}$|\s*#{{2,6}}\s*\W{{0,3}}$", re.IGNORECASE)
MAY_MARK = re.compile(rf"{_MARK}|\s*##", re.IGNORECASE)
"""How a sentence begins in which something can stand after MARK."""
OPERATOR_NEXT = re.compile(
    r"\s*(?:[-+*/×÷^=<>≤≥]|\\[lg]eq?|\\times|\\cdot"
    r"|(?:is )?(?:divided by|times|plus|minus|multiplied by|squared|cubed|mod)\b)"
)
ORDINAL = re.compile(r"\s*[-–]?\s*(?:th|st|nd|rd|digit|step|by)\b")
