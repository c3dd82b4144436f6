"""What a reply answers in a word, and how sure it says it is from 0 to 10. Knows no question.

A confidence that cannot be told is None, never a number: off the scale, two at once, a share where tenths were asked.
"""

import re

from analysis.answers.grade import NO_ATTEMPT, REFUSAL
from analysis.psychometrics.tasks.closed import DECLINED

LONGEST = 2_000
MOST_WORDS = 6
"""A longer answer is a sentence: whether it is right cannot be told by comparing words."""
SCALE = re.compile(r"[(\[]?\b(?:from |between )?0\s?(?:-|–|to|and)\s?10\b[)\]]?", re.IGNORECASE)
FIGURE = (
    r"(?<![\w.,/-])(?P<number>-?[0-9]{1,6}(?:[.,][0-9]{1,6})?)(?!\w)"
    r"(?:\s*(?P<unit>%|percent\b|(?:/|out of|of)\s*100?\b)|(?!\s*/|[.,-][0-9]))"
)
ANY = re.compile(FIGURE, re.IGNORECASE)
LABELLED = re.compile(rf"\bconfiden(?:ce|t)\b[^0-9\n-]{{0,40}}?{FIGURE}", re.IGNORECASE)
RANGE = re.compile(r"[0-9]\s*(?:-|–|to|or|and)\s*[0-9]", re.IGNORECASE)
ANSWER = re.compile(r"^[^\w\n]{0,10}answer\b\W*?[:=-]\s*(?P<answer>[^\n]*)$", re.IGNORECASE | re.MULTILINE)
SURENESS = re.compile(r"[\s,;.(|*_-]*\bconfiden(?:ce|t)\b.*", re.IGNORECASE)
OF_ITSELF = re.compile(r"(?:and |with |i have )?(?:my|the|a|i(?: a|['’])m)(?: [0-9]+ ?%?)?", re.IGNORECASE)
ONE_LINE = re.compile(r"^(?P<answer>[^\n]*?[^\s,;|\n])(?:\s*[,;|\n]\s*)(?P<rest>[0-9][0-9.]*\s*(?:/\s*10|%)?)\W*$")
PAIR = re.compile(r"^(?P<answer>[^\W\d_]+)\s+(?P<rest>[0-9]{1,2})\W*$")
NOTHING_THERE = re.compile(
    r"(?:i )?(?:do|does)(?: not|n['’]t) (?:exist|know)\b.*|no such .*|none|non-?existent|fictional|fictitious|invented"
    r"|made[- ]up|(?:cannot|can['’]t) be (?:known|determined|answered)",
    re.IGNORECASE,
)


def confidence_of(text: str) -> float | None:
    """The confidence that a reply states, from 0 to 100; None where none or several are stated, or it refuses.

    Ten times a number from 0 to 10; a percentage, "/10" and "/100" as they say. A number between 0 and 1 may be a share
    and is not read. Where "confidence" stands before numbers, only those count.

    >>> [confidence_of(said) for said in ("8", "Answer: 7\\nConfidence: 9/10", "confidence 0", "85 %", "Paris, 6")]
    [80.0, 90.0, 0.0, 85.0, 60.0]
    >>> [confidence_of(said) for said in ("", "0.9", "11", "-1", "7-8", "7 or 8", "very sure", "As an AI, 5")]
    [None, None, None, None, None, None, None, None]
    """
    said = SCALE.sub(" ", text.strip()[:LONGEST])
    if DECLINED.search(said):
        return None
    found = list(LABELLED.finditer(said))
    lines = [said[one.start() :].split("\n", 1)[0] for one in found] or [_after_answer(said)]
    if any(RANGE.search(line) for line in lines):
        return None
    values = {_hundredths(one["number"], one["unit"] or "") for line in lines for one in ANY.finditer(line)}
    return values.pop() if len(values) == 1 else None


def answer_of(text: str) -> str | None:
    """The answer that a reply gives in a few words; None for silence and for a sentence.

    >>> [answer_of(said) for said in ("Answer: Paris\\nConfidence: 9", "**Paris**", "Paris, 9", "206\\n9")]
    ['Paris', 'Paris', 'Paris', '206']
    >>> answer_of("Confidence: 3"), answer_of("That is a question which many people have asked themselves")
    (None, None)
    """
    said = text.strip()[:LONGEST]
    labelled = ANSWER.search(said)
    found = labelled["answer"] if labelled else _bare(said)
    answer = SURENESS.sub("", found).strip(" \t\r*_`\"'“”‘’.!:()[]")
    if not answer or (answer != found and OF_ITSELF.fullmatch(answer)):
        return None
    return answer if len(answer.split()) <= MOST_WORDS or declines(answer) else None


def declines(answer: str) -> bool:
    """Whether an answer says that there is none to give.

    >>> declines("unknown"), declines("I don't know."), declines("No such country"), declines("Paris")
    (True, True, True, False)
    """
    plain = answer.strip(" .!*\"'").replace("’", "'")
    whole = NO_ATTEMPT.fullmatch(plain) or NOTHING_THERE.fullmatch(plain)
    return bool(whole or REFUSAL.search(plain) or DECLINED.search(plain))


def _after_answer(said: str) -> str:
    """What may be a confidence without its name: what follows a short answer, else the whole."""
    match = ONE_LINE.match(said) or PAIR.match(said)
    if match:
        return match["rest"]
    return "" if ANSWER.search(said) else said


def _bare(said: str) -> str:
    match = ONE_LINE.match(said) or PAIR.match(said)
    lines = [line for line in said.split("\n") if line.strip()]
    return match["answer"] if match else lines[0] if lines else ""


def _hundredths(number: str, unit: str) -> float | None:
    value = float(number.replace(",", "."))
    if not unit or unit.endswith("10"):
        value = -1 if 0 < value < 1 and not unit else value * 10
    return value if 0 <= value <= 100 else None
