r"""The symbolic route: Math-Verify on one gold and one answer, within bounds that are checked before it starts.

It has no time limit of its own: `grade_symbolic` may run long, and a caller that cannot wait runs this module as a
process (`python -m analysis.answers.symbolic SECONDS`, see `serve`), which ends on a pair that takes longer. Source:
Math-Verify 0.9.0 (`parse`, `verify`), called as the verifier of First Try Matters does (arXiv 2510.08308): gold in a
box, answer in a box, and as it stands where it has delimiters.
"""

import gc
import json
import logging
import re
import resource
import signal
import sys
from functools import lru_cache
from typing import IO, Any

from analysis.answers.normalise import TEXT_COMMAND, in_latex
from analysis.types import Grade, Outcome

MAX_LENGTH = 2_000
MAX_DEPTH = 12
MAX_EXPONENT_DIGITS = 4
MAX_TOWER_DIGIT = 4
MAX_FACTORIAL_DIGITS = 3
MAX_BINOMIAL_DIGITS = 4
MAX_DIGITS = 400
MEMORY_BYTES = 2 << 30

DELIMITED = re.compile(r"\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\]|\\f?boxed\s*\{", re.DOTALL)
LONG_EXPONENT = re.compile(rf"(?:\^|\*\*)\s*[{{(\s]*[-+]?\s*\d[\d,\s]{{{MAX_EXPONENT_DIGITS},}}")
TOWER = re.compile(r"(?:\^|\*\*)\s*(?:[{(][^{}()]*|\S{1,3}?)(?:\^|\*\*)")
TOWER_NUMBER = re.compile(rf"(?:\^|\*\*)\s*[{{(\s]*(?:\d\d|[{MAX_TOWER_DIGIT + 1}-9])")
LONG_FACTORIAL = re.compile(rf"\d{{{MAX_FACTORIAL_DIGITS + 1},}}\s*[)}}]*\s*!|!\s*[)}}]*\s*!")
LONG_BINOMIAL = re.compile(rf"\\[dt]?binom\D{{0,4}}\d{{{MAX_BINOMIAL_DIGITS + 1},}}|\\choose")
LONG_DIGITS = re.compile(rf"\d{{{MAX_DIGITS},}}")
VARIABLE_AT_END = re.compile(r"(.*[a-zA-Z)}].*\d)([a-z])", re.DOTALL)
PROSE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?: (?:a|[A-Za-z]{2,})){2,}")


def out_of_bounds(text: str) -> str:
    r"""Why `text` must not be evaluated, in words; "" when it may.

    >>> out_of_bounds("3^{9999999}"), out_of_bounds("2^{10}"), out_of_bounds("(" * 23 + ")" * 23)
    ('an exponent of more than 4 digits', '', 'nested deeper than 12')
    """
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH:,} characters"
    if _depth(text) > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH}"
    if LONG_EXPONENT.search(text):
        return f"an exponent of more than {MAX_EXPONENT_DIGITS} digits"
    if TOWER.search(text) and TOWER_NUMBER.search(text):
        return "a tower of exponents"
    if LONG_FACTORIAL.search(text) or LONG_BINOMIAL.search(text):
        return "a factorial or binomial of a large number"
    return f"a number of more than {MAX_DIGITS} digits" if LONG_DIGITS.search(text) else ""


def grade_symbolic(gold: str, answer: str) -> Grade:
    r"""The verdict of Math-Verify on one pair; UNPARSED, with the reason, when a side is out of bounds or unreadable.

    Not bounded in time. The order matters, as in Math-Verify: the gold says whether `x = 3` is an equation or a value.

    >>> grade_symbolic(r"\frac{\sqrt{2}}{2}", r"\frac{1}{\sqrt{2}}").outcome.value
    'correct'
    >>> grade_symbolic("3^{9999999}", r"3^{9999998} \cdot 3").reason
    'not evaluated: an exponent of more than 4 digits'
    """
    unsafe = out_of_bounds(in_latex(gold)) or out_of_bounds(in_latex(answer))
    if unsafe:
        return Grade(Outcome.UNPARSED, answer, f"not evaluated: {unsafe}")
    wanted, readings = _parsed(_boxed(in_latex(gold))), [_parsed(text) for text in _readings(answer)]
    if any(_verified(wanted, reading) for reading in readings):
        return Grade(Outcome.CORRECT, answer, "equal by symbolic mathematics")
    if not _is_mathematics(wanted):
        return Grade(Outcome.UNPARSED, answer, "the gold could not be read as mathematics")
    if not any(_is_mathematics(reading) for reading in readings):
        return Grade(Outcome.UNPARSED, answer, "could not be read as mathematics")
    if PROSE.search(TEXT_COMMAND.sub(" ", answer)):
        return Grade(Outcome.UNPARSED, answer, "a sentence, not a value")
    return Grade(Outcome.INCORRECT, answer, "not equal by symbolic mathematics")


def serve(lines: IO[str], out: IO[str], cpu_seconds: float) -> None:
    """Answer each line `[gold, answer]` with a line `[outcome, value, reason]`; the first line out is "ready".

    A pair that uses more than `cpu_seconds` of processor time ends the process by SIGPROF: a busy machine makes no
    pair time out, and no orphan computes for ever.
    """
    _parsed(_boxed("1"))
    gc.freeze()  # what was imported stays, and need not be looked through again
    print(json.dumps("ready"), file=out, flush=True)
    for line in lines:
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
        given = _graded(*json.loads(line))
        signal.setitimer(signal.ITIMER_PROF, 0)
        print(json.dumps([given.outcome, given.value, given.reason]), file=out, flush=True)


def _graded(gold: str, answer: str) -> Grade:
    try:
        return grade_symbolic(gold, answer)
    except (MemoryError, RecursionError) as error:
        return Grade(
            Outcome.ERROR,
            answer,
            f"the symbolic route ran out of {'memory' if isinstance(error, MemoryError) else 'stack'}",
        )


def _readings(answer: str) -> list[str]:
    plain = in_latex(answer)
    return [_boxed(plain), plain] if DELIMITED.search(plain) else [_boxed(plain)]


def _boxed(text: str) -> str:
    """The text in a box; a letter that ends an expression in other letters is braced, so that it is no unit."""
    match = VARIABLE_AT_END.fullmatch(text.strip())
    return rf"\boxed{{{match[1]}{{{match[2]}}}}}" if match else rf"\boxed{{{text}}}"


@lru_cache(maxsize=8_192)
def _parsed(text: str) -> tuple[Any, ...]:
    from math_verify import LatexExtractionConfig, parse

    return tuple(parse(text, extraction_config=[LatexExtractionConfig()], parsing_timeout=None))


def _verified(gold: tuple[Any, ...], answer: tuple[Any, ...]) -> bool:
    from math_verify import verify

    return bool(verify(list(gold), list(answer), timeout_seconds=None, allow_set_relation_comp=True))


def _is_mathematics(parsed: tuple[Any, ...]) -> bool:
    return any(not isinstance(value, str) for value in parsed)


def _depth(text: str) -> int:
    depth = deepest = 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    gc.set_threshold(100_000)
    serve(sys.stdin, sys.stdout, float(sys.argv[1]))
