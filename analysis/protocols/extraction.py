"""Candidate answers named by a model: numbered lines in, a list of (line, value) out (First Try Matters, 2510.08308).

As in section 2.1 and the authors' code: one call for a trace, blank lines numbered too, temperature 1. The words of the
prompt are ours, its structure is described in the paper. The reply's list is parsed as a literal and never evaluated;
the gold and the final answer are not shown.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from analysis.asking import Ask, Message
from analysis.protocols.conduct import Estimate, Found, Item, Parameter, ProtocolFailed, Result
from analysis.protocols.declared import Conducting, Declared, Settings
from analysis.protocols.json_replies import find_list
from analysis.protocols.prompting import variables_of
from analysis.protocols.reading import good, only, visible
from analysis.protocols.sampling import decoding, sampling_of, seed_of
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.protocols.tracing import reasoning_of, source_of
from analysis.segmentation.line import segment
from analysis.types import Role, Span

MAX_VALUE = 500
MAX_CANDIDATES = 5_000
INSTRUCTION = """You mark answers in the solution of a problem. Its lines are numbered.

First settle for yourself what the problem asks for: which quantity, in which form, and which small last step that \
form takes (a remainder, a sum of digits, a reduced fraction).
A line counts when it states that quantity, or fixes it but for such a small step; then carry the step out and give \
the value in the form that is asked for. Every restatement counts again. Ranges, intermediate results, and values that \
would take real derivation do not count.
Do not judge whether a value is right, and do not look ahead to how the solution ends. A line that states several \
answers is listed once for each, from left to right.
End with one line that holds nothing but a list, as [[line, "value"], [line, "value"]], or [] if no line counts."""
TEMPLATE = "{instruction}\n\nProblem:\n{question}\n\nSolution:\n{lines}\n\nNow give the list."
PARAMETERS = (
    Parameter("instruction", "Instruction", "long_text", INSTRUCTION),
    Parameter("template", "Template", "long_text", TEMPLATE, "Places: {instruction}, {question}, {lines}."),
    *decoding(max_tokens=32_768, temperature=1.0),
)


def _conducting(item: Item, settings: Settings) -> Conducting:
    source = source_of(item)
    span = reasoning_of(source)
    asked = fill(settings["template"], {
        "instruction": settings["instruction"],
        "question": variables_of(item.problem)["question"],
        "lines": numbered(source.text[span.start : span.end]),
    })  # fmt: skip
    ask = Ask((Message(Role.USER, asked),), sampling=sampling_of(settings), seed=seed_of(item), role="extractor")
    reply = good(only((yield [ask])), "extractor")
    listed = find_list(visible(reply.text) or reply.text)
    if listed is None:
        raise ProtocolFailed("the extractor's reply holds no list of lines and values")
    found = list(candidates_in(listed, source.text, span))
    return Result(candidates=tuple(found), remarks=tuple(_remarks(listed, found)))


def numbered(text: str) -> str:
    r"""The lines with their numbers from 1, blank ones too.

    >>> numbered("a\n\nb")
    '1: a\n2: \n3: b'
    """
    return "\n".join(f"{number}: {line}" for number, line in enumerate(text.split("\n"), 1))


def candidates_in(listed: Sequence[Any], text: str, span: Span) -> Iterator[Found]:
    """What of a list can be used, by line and place: offsets in the whole text, the line's own where a value is not
    written in it. Pairs with no such line, without a value or with one that is too long are left out."""
    lines = {step.number: step for step in segment(text[span.start : span.end])}
    pairs = [pair for entry in listed[:MAX_CANDIDATES] if (pair := _pair(entry)) and pair[0] in lines]
    looked: dict[int, int] = {}
    for number, value in sorted(pairs, key=lambda pair: pair[0]):
        start, end = lines[number].start + span.start, lines[number].end + span.start
        at = text.find(value, looked.get(number, start), end)
        if at < 0:
            yield Found(start, end, number, value)
        else:
            looked[number] = at + len(value)
            yield Found(at, at + len(value), number, value)


def _pair(entry: Any) -> tuple[int, str] | None:
    if not isinstance(entry, list | tuple) or len(entry) != 2:
        return None
    line, value = entry
    if isinstance(line, str) and line.strip().isascii() and line.strip().isdecimal() and len(line) < 10:
        line = int(line)
    if isinstance(line, bool) or not isinstance(line, int) or not isinstance(value, str | int | float):
        return None
    written = str(value).strip() if not isinstance(value, int) or abs(value) < 10**MAX_VALUE else ""
    return (line, written) if 0 < len(written) <= MAX_VALUE else None


def _remarks(listed: Sequence[Any], found: Sequence[Found]) -> Iterator[str]:
    if len(found) < len(listed):
        yield f"{len(listed) - len(found)} of {len(listed)} entries name no line of the trace or no value"


def _check(settings: Settings) -> None:
    refuse_unknown(settings["template"], ("instruction", "question", "lines"))
    refuse_without(settings["template"], "lines")


def _at_most(item: Item, settings: Settings) -> Estimate:
    return Estimate(1, settings["max_tokens"])


EXTRACTION = Declared(
    version="1",
    needs="rollout",
    roles=("extractor",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=_check,
)
