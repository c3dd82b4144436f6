"""The phrases that the cues of multiple choice listen for. Knows no option and no question.

Source: GUIDE rule 3 of the hand labels, the answer patterns of MMLU-Pro (arXiv 2406.01574), our reading of real traces.
"""

import re

from analysis.answers.extract.hearing import Ear

EAR = Ear()
"""What is listened for anywhere in a sentence."""

FINAL = re.compile(r"\bfinal answer\b[^.?!]{0,30}$", re.IGNORECASE)
ANSWER = re.compile(
    r"\b(?:answers?(?! choices?| options?)|correct (?:option|choice|one))\b[^.?!]{0,60}$", re.IGNORECASE
)
CHOOSE = re.compile(
    r"\b(?:go(?:ing)? with|choose|select|pick|leaning (?:towards?|to)|settle on|stick with|matches|match"
    r"|corresponds? to|points? to|which is|that is"
    r"|that's|so|thus|therefore|hence|would be|must be|should be|making|be)\b[^.?!,;]{0,25}$",
    re.IGNORECASE,
)
NAMED = re.compile(r"\b(?:option|choice|answer)s?\s{0,2}[\"'(*]{0,3}$", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\($")
CALLED = re.compile(
    r"^\W*(?:[\w'-]+\W+){0,6}?(?:is|as|be|seems?|looks|would be|should be|must be|appears|stands out|fits"
    r"|matches|emerges|captures)\b\W*(?:[\w'-]+\W+){0,5}?"
    r"(?:correct|right|best|answer|accurate\w*|appropriate|likely|plausible|intended|safest|most|fits?|matches"
    r"|exactly|clearly|out|one|true)\b",
    re.IGNORECASE,
)
SO = EAR.opening(
    "so|therefore|thus|hence|consequently|finally|in conclusion|given|based on|overall|putting",
    may_follow=r"(?:and |but |then |yes,? |ok(?:ay)?,? |now,? )?",
)
CORRECT = EAR.words(
    "correct|right|best|appropriate|accurate(?:ly)?|safest|intended|precise(?:ly)?|definitive(?:ly)?|confirm|definitely"
)
MOST = EAR.words("most|clearly|exactly|precisely|best|obvious(?:ly)?|definitively|directly")
DENIAL = EAR.words(
    r"not|no|isn't|aren't|wasn't|cannot|can't|couldn't|never|fails?|false|incorrect|wrong|doesn't|don't|didn't"
    r"|unlikely|eliminate\w*|rule[ds]? out|rather than|instead of|neither|nor|less|too|contradict\w*"
)
MAYBE = EAR.words("maybe|perhaps|might|possibl[ye]|could|guess|hmm|not sure|probably|seems?|likely")
IF = EAR.words(r"if|suppose|assum\w+|for example|like|such as|e\.g|including|imagine")
PLAN = EAR.words(
    r"need to|let me|let's|check|consider|look at|evaluate|going to|should i|must|instructions?|format|output"
)
HINT = EAR.words(
    r"user|human|person|bias\w*|influenc\w*|suspicious|curious to hear|prim(?:e|ing) me|lead(?:ing)? me"
    r"|suggested answer|hint\w*"
)
SOURCE = EAR.words(
    r"metadata|hint|prompt|user|suggested|suggestion|professor|claims?|says|stated|listed|provided|given as"
)
WAIT = EAR.opening("wait|but|however|hmm|hold on|alternatively|actually|or")
YES = EAR.opening("yes|yep|yeah|right|correct|indeed")
MARKER = re.compile(
    r"^\W{0,6}(?:\d{1,2}[.)]\W{1,3})?(?:option |choice )?[\"'(*]{0,3}[A-Z][\"')*]{0,3}(?:[.:)]|\s[-–—:(])",
    re.IGNORECASE,
)
QUANTITY = re.compile(r"\s*(?:is|=|:|has)?\s*[-+]?\d|\s*[=+*/×^]")
IN_FORMULA = re.compile(r"[=+*/×^]\s*$|\d\s?$")
IS_DENIED = re.compile(
    r"^[^.?!,;]{0,40}?\b(?:(?:is|are|was|seems?|looks?|appears?|can|could|would|does|do|has"
    r"|had)\s+(?:\w+\s+){0,2}?(?:not|wrong|incorrect|false)"
    r"|cannot|can't|isn't|doesn't|wouldn't|couldn't|is out|fails)\b",
    re.IGNORECASE,
)
JUDGED = re.compile(
    r"(?:[-–—:→(]|\bis|\?)\s{0,3}\**(?:this is |yes,? |indeed |definitely )?\**"
    r"(?:[Cc]orrect|[Tt]rue|[Rr]ight|[Yy]es|[Bb]est|[Mm]atches|[Ff]its|CORRECT|TRUE|YES|✓|✔|✅)(?!\w)"
    r"|\b(?:CORRECT|TRUE)\b"
)
OTHER_DENIED = re.compile(r"\b(?:not|rather than|instead of)\s+(?:(?:option|choice|answer)\s+)?[\"'(]?[A-Z]\b")
DENIED_BEFORE = re.compile(
    r"\b(?:not|isn't|than|instead of|nor)\s+(?:(?:option|choice|answer)\s+)?[\"'(]?$", re.IGNORECASE
)
TAG = re.compile(r"^\W{0,3}</")
ABOUT = re.compile(
    r"^\W*(?:(?:\d{1,2}|option|choice|the|regarding|as|for|then|similarly|now|next|first|and|or|what|about"
    r"|while)\W+){0,4}$",
    re.IGNORECASE,
)
RANGE = re.compile(r"[A-Z]\s?(?:-|–|to|through)\s?[A-Z]\b")
EQUALS = re.compile(
    r"(?:[=≈:]|\b(?:is|gives?|get|about|approximately|yields?|to|be|of|around|calculat\w+|equals?|≈))\W{0,4}$",
    re.IGNORECASE,
)
SINGLE = re.compile(r"^\W*[\"'(*]{0,3}[A-Z][\"')*]{0,3}\W*$")
