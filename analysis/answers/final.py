r"""The final answer that a visible response states: where it stands, and which rule read it. Never looks at a gold.

Rules run in a fixed order and the first that reads something wins; within a rule the last statement counts. The order
for a choice puts a marked letter ("FINAL ANSWER: C") before a box, for everything else a box comes first.
Conventions: `\boxed{}` (MATH, arXiv 2103.03874), `#### n` and `A: n` (GSM8K, arXiv 2110.14168), "FINAL ANSWER: X" and
"the answer is (X)" (MMLU-Pro, arXiv 2406.01574).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analysis.answers.cheap_letters import same_option
from analysis.answers.normalise import last_boxed
from analysis.types import AnswerType, Problem, Span

MAX_BARE = 60
MAX_BARE_WORDS = 8
MAX_STATED = 200
MAX_STATEMENT = 1_000
TAIL = 4_000
MARGIN = " \t\n*_`"

MARK = re.compile(
    r"^[ \t>*_#-]{0,12}(?:(?:the |my )?(?:final |correct |best )?(?:answer|solution)(?: ?\([a-z -]{1,20}\))?|A)"
    r" ?(?:\*\*)? ?[:：](?:\*\*)?|^####|<answer>|(?:\*\*|\b)final answer(?:\*\*)? ?[:：](?:\*\*)?",
    re.IGNORECASE | re.MULTILINE,
)
STATEMENT = re.compile(r"\s*(\\\[(?:(?!\\\]).)+\\\]|\$\$[^$]+\$\$|[^\n]+)", re.DOTALL)
SAID = re.compile(
    r"\banswers?(?: choice)?(?: (?:to|for|of) [^.\n]{1,120}?)?(?: here)? (?:is|are|would be|must be|should be|=)"
    r"(?: therefore| thus)?:?[ \t\n]*",
    re.IGNORECASE,
)
LETTER = (
    r"(?:\\text(?:bf)?\{)?[*(\[$]{0,4}(?P<letter>[A-Z])(?![A-Za-z0-9'’^_=+])"
    r"(?!\s+(?!because\b|since\b|as\b|and\b|with\b)[a-z])"
)
MARKED_LETTER = re.compile(
    rf"(?:\b(?i:final answer|answer|correct answer)\b\**\s*[:：]\**\s*|\n####\s*)(?i:option |choice |letter )?{LETTER}"
)
NAMED = r"(?:option |choice |letter |answer |statement )*"
SAID_LETTER = re.compile(
    r"(?i:\banswers?(?: choice| option)?(?: (?:is|are|would be|must be|should be)|:)(?: therefore| thus|:)? "
    rf"{NAMED}){LETTER}"
    r"|(?i:\b(?:answer choice|choose|select|pick|go with"
    rf"|(?:correct|right|best|true) (?:option|choice|statement)(?: is|:)?) {NAMED})"
    r"[*(]{0,3}(?P<chosen>[A-Z])(?![A-Za-z0-9'’])"
    r"|(?:\b(?i:option|choice|statement|answer)\s+|\(|\*\*)\(?(?P<led>[A-Z])(?:\)|\*\*)*"
    r"(?i:,? (?:is|as)? ?(?:indeed |therefore )?(?:the )?(?:most |only )?(?:correct|right|best|true|accurate)\b)"
)
DECLINED = re.compile(r"\b(?:cannot|can't|can not|unable to|not able to|don't know|do not know)\b", re.IGNORECASE)
BOXED_LETTER = re.compile(r"\(?(?:\\text(?:bf)?\{)?\(?(?P<letter>[A-Z])(?![A-Za-z])")
BOLD = re.compile(r"\*\*([^*\n]{1,120}?)\*\*|__([^_\n]{1,120}?)__")
ENDED = re.compile(r"[.!?)\]}*$%\"'”]\s*$")
FINISHED = re.compile(r"(?:[.!][)\]\"'”*$]*|\*\*)\s*$")
CONCLUDED = re.compile(
    r"(?:\b(?:is|are|was|were|equals?|be)\b|=)[ \t]+(?:an? (?=[A-Z]\w+\W*$))?(?!not\b|an?\b|the\b|in\b)", re.IGNORECASE
)
MATHS = re.compile(r"\\\((.+?)\\\)|\$\$?([^$\n]+?)\$\$?|\\\[(.+?)\\\]", re.DOTALL)
NUMBER = re.compile(r"[-−]?[$€£]?(?<![\w.,])\d[\d,]*(?:\.\d+)?(?:\s?/\s?\d+)?%?")
LEADING = re.compile(r"\s*([-−]?(?:\\?[$€£])?\d[\d,]*(?:\.\d+)?(?:/\d+)?%?)(?= [A-Za-z])")


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """A final answer as it stands in the response: `value` is `response[start:end]`, code points; why in words."""

    value: str
    start: int
    end: int
    rule: str
    because: str


Rule = Callable[[str, Problem], Span | None]


def final_answer(response: str, problem: Problem) -> FoundAnswer | None:
    r"""The answer that the response gives to the problem; None where it gives none that a rule can read.

    An unclosed box is no answer, and neither is any text of a response that breaks off, but for an earlier statement
    of it. Options are used to recognise an answer in words; golds are not looked at.

    >>> final_answer(r"So the total is $9 \cdot 2 = \boxed{18}$.", Problem())
    FoundAnswer(value='18', start=36, end=38, rule='boxed', because='the last box')
    >>> final_answer("Reasons.\n\nFINAL ANSWER: C", Problem(answer_type=AnswerType.CHOICE)).value
    'C'
    >>> final_answer("I think that it depends on", Problem()) is None
    True
    """
    for name in ORDER.get(problem.answer_type, ORDER[AnswerType.MATH]):
        rule, because = RULES[name]
        span = rule(response, problem)
        if span is not None:
            start, end = _trimmed(response, span)
            if start < end:
                return FoundAnswer(response[start:end], start, end, name, because)
    return None


def _boxed(response: str, problem: Problem) -> Span | None:
    return last_boxed(response)


def _marked(response: str, problem: Problem) -> Span | None:
    """What follows the last "Answer:", "####" or "<answer>", on its line or the next that is not blank."""
    for match in reversed(list(MARK.finditer(response))):
        rest = STATEMENT.match(response, match.end())
        if rest:
            return None if rest[0].strip(" \n\\[]$*") == "" else _stated(response, Span(*rest.span(1)))
    return None


def _said(response: str, problem: Problem) -> Span | None:
    """What follows the last "the answer is", to the end of the sentence."""
    for match in reversed(list(SAID.finditer(response))):
        rest = re.compile(r"[^\n]+?(?=\.(?:\s|$)|\n|$)").match(response, match.end())
        if rest and len(rest[0]) <= MAX_STATED:
            return _stated(response, Span(*rest.span()))
    return None


def _bare(response: str, problem: Problem) -> Span | None:
    """The whole response, when it is one short line that is no sentence."""
    text = response.strip()
    is_short = 0 < len(text) <= MAX_BARE and "\n" not in text and not text.endswith((":", "?"))
    n_words = len(re.findall(r"[A-Za-z]{2,}", text))
    if not is_short or n_words > (MAX_BARE_WORDS if problem.answer_type == AnswerType.TEXT else 2):
        return None
    start = response.index(text)
    return Span(start, start + len(text))


def _concluded(response: str, problem: Problem) -> Span | None:
    """The value that the last, finished sentence ends on: its bold or mathematics, or what follows its last "is"."""
    lines = [match for match in re.finditer(r"[^\n]+", response) if match[0].strip()]
    if not lines or not FINISHED.search(lines[-1][0]) or response.count("<<") > response.count(">>"):
        return None
    start, end = max(lines[-1].start(), lines[-1].end() - MAX_STATEMENT), lines[-1].end()
    stops = [match.end() for match in re.finditer(r"[.!?:] +", response[start:end].rstrip())]
    return _stated(response, Span(start + (stops[-1] if stops else 0), end), must_reduce=True)


def _last_number(response: str, problem: Problem) -> Span | None:
    """The last number of a response that ends in a finished sentence."""
    if not ENDED.search(response):
        return None
    offset = max(0, len(response) - TAIL)
    numbers = list(NUMBER.finditer(response, offset))
    return Span(*numbers[-1].span()) if numbers else None


def _marked_letter(response: str, problem: Problem) -> Span | None:
    return _last_letter(MARKED_LETTER, response)


def _boxed_letter(response: str, problem: Problem) -> Span | None:
    box = last_boxed(response)
    match = BOXED_LETTER.match(response, *box) if box else None
    return Span(*match.span("letter")) if match else None


def _declined(response: str, problem: Problem) -> Span | None:
    """What stands after "Answer:" when it says that there is none to give; so no letter is looked for elsewhere."""
    span = _marked(response, problem)
    return span if span is not None and DECLINED.search(response[span.start : span.end]) else None


def _said_letter(response: str, problem: Problem) -> Span | None:
    return _last_letter(SAID_LETTER, response)


def _bare_letter(response: str, problem: Problem) -> Span | None:
    """A response that is a letter, or begins with one before the option's text, on its first line."""
    match = re.compile(rf"\s*{LETTER}").match(response)
    if match is None or (len(response.strip()) > MAX_STATED and response[match.end() :][:1] not in (")", ".", ":")):
        return None
    return Span(*match.span("letter"))


def _option_text(response: str, problem: Problem) -> Span | None:
    """The one option whose text the response marks or boxes, says, or consists of."""
    for rule in (_marked, _boxed, _said, _bare):
        span = rule(response, problem)
        if span is not None:
            start, end = _trimmed(response, span)
            if sum(same_option(option, response[start:end]) for option in problem.options) == 1:
                return Span(start, end)
    return None


def _last_letter(pattern: re.Pattern[str], response: str) -> Span | None:
    found = list(pattern.finditer(response))
    if not found:
        return None
    return Span(*found[-1].span(found[-1].lastgroup or 0))


def _stated(response: str, span: Span, must_reduce: bool = False) -> Span | None:
    """The value in a statement: its box, its bold, what follows its last "is", its one formula or number, or all."""
    text = response[span.start : span.end]
    if len(text) > MAX_STATEMENT:
        box = last_boxed(text)
        return None if box is None else _within(span, box)
    marked = _marked_inside(text)
    if marked is not None:
        return _within(span, marked)
    if not must_reduce and _is_value(text):
        return span
    inner = _concluding(text) or _only(MATHS, text) or _leading(text) or _only_number(text)
    if inner is not None:
        return _within(span, inner)
    broken_off = span.end == len(response.rstrip()) and not ENDED.search(text) and not re.search(r"\d", text)
    return None if must_reduce or broken_off or len(text) > MAX_STATED else span


def _marked_inside(text: str) -> Span | None:
    bold = [match for match in BOLD.finditer(text) if not match[0].rstrip("*_").endswith(":")]
    return last_boxed(text) or (Span(*bold[-1].span(bold[-1].lastindex or 0)) if bold else None)


def _concluding(text: str) -> Span | None:
    """What follows the last "is" or "=", cut to its leading number."""
    matches = list(CONCLUDED.finditer(text))
    if not matches:
        return None
    rest = Span(matches[-1].end(), len(text))
    inner = None if _is_value(text[rest.start :]) else _leading(text[rest.start :])
    return rest if inner is None else _within(rest, inner)


def _leading(text: str) -> Span | None:
    match = LEADING.match(text)
    return Span(*match.span(1)) if match else None


def _only(pattern: re.Pattern[str], text: str) -> Span | None:
    found = list(pattern.finditer(text))
    return Span(*found[0].span(found[0].lastindex or 0)) if len(found) == 1 else None


def _only_number(text: str) -> Span | None:
    return _only(NUMBER, text) if not re.search(r"[\\^=+*<>√π]|\bnot\b", text) else None


def _is_value(text: str) -> bool:
    """Whether a statement is short and without a sentence's words, so that "x = 3" or "2 is prime" stay whole."""
    return len(text.split()) <= 3 or not re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", text)


def _within(outer: Span, inner: Span) -> Span:
    return Span(outer.start + inner.start, outer.start + inner.end)


def _trimmed(response: str, span: Span) -> Span:
    """The span without spaces, bold marks, wrapping delimiters and a final stop at its ends."""
    start, end = span
    before: tuple[int, int] | None = None
    while (start, end) != before and start < end:
        before = (start, end)
        end -= len(response[start:end]) - len(response[start:end].rstrip(MARGIN).removesuffix("</answer>").rstrip(",;"))
        end -= int(response[start:end].endswith(".") and not response[start:end].endswith(".."))
        start += len(response[start:end]) - len(response[start:end].lstrip(MARGIN))
        start, end = _undelimited(response, start, end)
    return Span(start, end)


def _undelimited(response: str, start: int, end: int) -> tuple[int, int]:
    text = response[start:end]
    for left, right in (("$$", "$$"), ("$", "$"), (r"\(", r"\)"), (r"\[", r"\]")):
        inner = text[len(left) : len(text) - len(right)]
        if len(text) > len(left + right) and text.startswith(left) and text.endswith(right) and left not in inner:
            return start + len(left), end - len(right)
    return start, end


RULES: Mapping[str, tuple[Rule, str]] = {
    "boxed": (_boxed, "the last box"),
    "marked": (_marked, 'follows the last "Answer:", "####" or "<answer>"'),
    "said": (_said, 'follows the last "the answer is"'),
    "bare": (_bare, "the whole response"),
    "concluded": (_concluded, "what the last sentence ends on"),
    "last_number": (_last_number, "the last number of the response"),
    "marked_letter": (_marked_letter, 'the letter after the last "Answer:"'),
    "boxed_letter": (_boxed_letter, "the letter in the last box"),
    "said_letter": (_said_letter, 'the last letter that is said to be the answer ("the answer is C")'),
    "declined": (_declined, 'says after "Answer:" that it cannot answer'),
    "bare_letter": (_bare_letter, "the letter that the response begins with"),
    "option_text": (_option_text, "the text of one option"),
}

MATHS_ORDER = ("boxed", "marked", "said", "bare", "concluded")
ORDER: Mapping[AnswerType, tuple[str, ...]] = {
    AnswerType.MATH: MATHS_ORDER,
    AnswerType.TEXT: MATHS_ORDER,
    AnswerType.NUMBER: (*MATHS_ORDER, "last_number"),
    AnswerType.CHOICE: ("marked_letter", "boxed_letter", "declined", "said_letter", "option_text", "bare_letter"),
    AnswerType.CODE: (),
    AnswerType.NONE: MATHS_ORDER[:-1],
}
