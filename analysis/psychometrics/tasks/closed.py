"""A reply that should be one of a few words ("yes" or "no"): which one it states, or none. Knows no task.

Two of them, a refusal, silence and a word in passing ("no one can say") state none. Own rules.
"""

import re
from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]
"""What may be stated -> how it may be written, in small letters."""

YES_NO: Words = {"yes": ("yes",), "no": ("no",)}
LONGEST = 4_000
DECLINED = re.compile(
    r"\bas an? (?:ai|artificial|language model|assistant)\b|\bi(?: am|['’]m) (?:just )?an? (?:ai|language model)\b"
    r"|\bi do(?:n['’]t| not) have (?:an? )?(?:personal|feelings?|opinions?|emotions?|preferences?)\b"
    r"|\b(?:unable|not able) to (?:answer|choose|judge|say|decide|rate|tell)\b"
    r"|\b(?:can ?not|can['’]t|won['’]t|will not) (?:answer|choose|decide|judge|say|tell|rate|help|take a|make th)",
    re.IGNORECASE,
)
BEFORE = r"(?:^|[.!?:;,\n\"'“‘*(\[]|\b(?:say|answer|answered|choose|is|be|was)\b)[\s\"'“‘*_(\[]*"
AFTER = r"(?=[\s\"'”’*_)\]]*(?:[.!?:;,\n\"'”’*()\]]|\s[-–—]|—|$))"
GOES_ON = r"(?=\s+(?:because|since|it|that|this|i|you|she|he|they|we|the)\b)"
NEGATED = re.compile(r"(?:\bnot|n['’]t|\bnever|\bneither|\bhardly)\s+(?:\w+\s+){0,2}$")


def stated(text: str, words: Words) -> str | None:
    """The one of the words that a reply states as its answer; None for none, several, or a refusal.

    A word counts where it is a clause of its own, follows "answer is", "say" and the like, or begins the reply and
    its sentence goes on after it. For words that are common in passing.

    >>> [stated(said, YES_NO) for said in ("Yes.", "**No**, because it harms.", "I would say no", "No it is wrong")]
    ['yes', 'no', 'no', 'no']
    >>> [stated(said, YES_NO) for said in ("Yes or no?", "No one can say", "Yes. No.", "As an AI, no.", "")]
    [None, None, None, None, None]
    """
    said = text.strip()[:LONGEST].casefold()
    if not said or DECLINED.search(said):
        return None
    found = {name for name, writings in words.items() if any(_states(said, one) for one in writings)}
    return found.pop() if len(found) == 1 else None


def named(text: str, words: Words) -> str | None:
    """The one of the words that a reply names anywhere; None for none, several, a refusal, or one after "not".

    For words that mean nothing else. Longer writings go first, so that "not feasible" may be a writing of its own.

    >>> words = {"can": ("feasible",), "cannot": ("infeasible", "not feasible")}
    >>> [named(said, words) for said in ("Feasible!", "Not feasible", "feasible, or infeasible", "isn't feasible")]
    ['can', 'cannot', None, None]
    """
    left, found = text.strip()[:LONGEST].casefold(), set()
    if DECLINED.search(left):
        return None
    writings = [(one, name) for name, them in words.items() for one in them]
    for writing, meant in sorted(writings, key=lambda pair: -len(pair[0])):
        pattern = rf"(?<!\w){re.escape(writing)}(?!\w)"
        places = list(re.finditer(pattern, left))
        if any(NEGATED.search(left[: place.start()]) for place in places):
            return None
        if places:
            found.add(meant)
            left = re.sub(pattern, " ; ", left)
    return found.pop() if len(found) == 1 else None


def _states(said: str, word: str) -> bool:
    plain = re.escape(word)
    return bool(re.search(BEFORE + plain + AFTER, said) or re.match(rf"\W*{plain}{GOES_ON}", said))
