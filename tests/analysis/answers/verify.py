"""Whether two values are mathematically equal, for the tests: written alike, or equal by math-verify."""

from functools import cache

from math_verify import parse, verify


@cache
def equal(gold: str, value: str) -> bool:
    if _bare(gold) == _bare(value):
        return True
    if (len(gold) == 1 and gold.isalpha()) or (len(value) == 1 and value.isalpha()):
        return False
    return bool(verify(_parsed(gold), _parsed(value), timeout_seconds=None))


@cache
def _parsed(text: str) -> list[object]:
    boxed = text if "\\boxed" in text else f"\\boxed{{{text}}}"
    return list(parse(boxed, parsing_timeout=None))


def _bare(text: str) -> str:
    return text.replace(" ", "").replace("\\dfrac", "\\frac").replace("\\!", "").replace("{,}", ",").strip("$.")
