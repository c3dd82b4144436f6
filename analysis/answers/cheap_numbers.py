r"""Numbers as people and models write them: 1,234.5, \frac{3}{4}, 3 1/2, 10%, $5, 6 \times 10^5, 1204_9, 12 apples.

Reads normalised text (`analysis.answers.normalise`) into exact fractions; what it cannot read for certain is None.
Where it differs from Math-Verify 0.9.0 on purpose is listed in `analysis.answers.disagreements`.
"""

import re
from fractions import Fraction

from analysis.answers.cheap_units import in_unit, read_unit
from analysis.answers.cheap_values import Based, Number

MAX_EXPONENT = 40
MAX_DIGITS = 400
WHOLE = r"(?:\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,3}(?: \d{3})+(?! ?\d)|\d+)"
PLAIN = rf"(?:{WHOLE}(?:\.\d+)?|\.\d+)"
SIGNED = rf"[-+]? ?{PLAIN}"
POWER = (
    r"(?:(?: ?(?:\\times|\\cdot|\*|x) ?10 ?\^ ?(?:\{ ?(?P<power>[-+]?\d+) ?\}|(?P<power1>\d)))"
    r"|[eE](?P<power2>[-+]?\d+))"
)
NUMBER = re.compile(
    r"(?P<sign>[-+]?) ?(?P<money>[$€£¥]?) ?(?P<sign2>-?) ?(?:"
    rf"(?:(?P<mixed>\d+) ?)?\\frac ?(?:\{{ ?(?P<top>{SIGNED}) ?\}} ?\{{ ?(?P<bottom>{SIGNED}) ?\}}"
    r"|(?P<top1>\d) ?(?P<bottom1>\d)(?!\d))"
    rf"|(?:(?P<mixed2>\d+) )?(?P<top2>{WHOLE}) ?/ ?(?P<bottom2>{WHOLE})"
    rf"|(?P<plain>{PLAIN}){POWER}?"
    r")"
)
BASED = re.compile(r"([0-9A-Z]+) ?_ ?(?:\{ ?)?(\d{1,2})(?: ?\})?")
PERCENT = re.compile(r"%|percent|percentage|pct", re.IGNORECASE)
THING = re.compile(r"[a-z]{4,}(?:[- ][a-z]{2,}){0,4}", re.IGNORECASE)
NOT_A_THING = re.compile(
    r"\b(?:or|and|to|pi|sin|cos|tan|log|exp|sqrt|mod|not|than|if|when|where|thousand|million|billion|trillion"
    r"|hundred|dozen|half|halves|third|thirds|quarter|quarters|base|remainder|times|plus|minus|squared|cubed|over|by|but)\b",
    re.IGNORECASE,
)


def read_number(text: str) -> Number | None:
    r"""The number that the whole of a normalised text writes, with its percent sign or unit; None when it is not one.

    A comma or a space groups thousands only before exactly three digits, all along: `1,5` is no number. A word after
    the number is a unit from the table, or a counted thing ("12 apples"), whose name does not matter.

    >>> read_number("32,348").value, read_number(r"3\frac{1}{2}").value, read_number("1,5") is None
    (Fraction(32348, 1), Fraction(7, 2), True)
    >>> read_number("10 %"), read_number("5 cm").unit, read_number("12 apples").value
    (Number(value=Fraction(10, 1), decimal=False, percent=True, unit=''), 'cm', Fraction(12, 1))
    """
    match = NUMBER.match(text)
    if match is None or len(match[0]) > MAX_DIGITS or abs(_power(match)) > MAX_EXPONENT:
        return None
    value = _value(match)
    if value is None:
        return None
    decimal = "." in match[0]
    rest = text[match.end() :]
    if PERCENT.fullmatch(rest.strip()):
        return None if match["money"] else Number(value, decimal, percent=True)
    unit = read_unit(match["money"]) if match["money"] else _unit(rest)
    if unit is None or (match["money"] and _unit(rest) not in ("", unit)):
        return None
    return Number(value, decimal, unit=unit)


def read_based(text: str) -> Based | None:
    """Digits with a subscript base from 2 to 36, each digit below the base; None for anything else.

    >>> read_based("1204_9"), read_based("1204_{3}")
    (Based(digits='1204', base=9), None)
    """
    match = BASED.fullmatch(text)
    if match is None or not 2 <= int(match[2]) <= 36:
        return None
    base = int(match[2])
    fits = all(int(digit, 36) < base for digit in match[1])
    return Based(match[1].lstrip("0") or "0", base) if fits else None


def equal_numbers(gold: Number, answer: Number) -> bool:
    """Whether two numbers are the same value, as Math-Verify decides it but for the listed differences.

    Units of one dimension are converted, of two are unequal, a missing one matches any. 9% is 9 and also 0.09; for a
    decimal up to 1 only the latter. Exact numbers compare exactly; a decimal against a fraction or another decimal
    compares after rounding to 6 places, and small ones must agree in relative terms too.

    >>> equal_numbers(Number(Fraction(1, 3)), Number(Fraction("0.333333"), decimal=True))
    True
    >>> equal_numbers(Number(Fraction(5), unit="cm"), Number(Fraction(50), unit="mm"))
    True
    """
    if gold.percent != answer.percent:
        return _equal_but_for_percent(*((gold, answer) if gold.percent else (answer, gold)))
    value: Fraction | None = answer.value
    if gold.unit and answer.unit and gold.unit != answer.unit:
        value = in_unit(answer.value, answer.unit, gold.unit)
    return value is not None and _close(gold.value, value, gold.decimal, answer.decimal)


def _equal_but_for_percent(percent: Number, bare: Number) -> bool:
    dropped = percent.value.denominator == 1 or (percent.decimal and abs(percent.value) > 1)
    if dropped and percent.value == bare.value:
        return True
    return _close(percent.value / 100, bare.value, percent.decimal, bare.decimal)


def _close(a: Fraction, b: Fraction, a_decimal: bool, b_decimal: bool) -> bool:
    if a == b:
        return True
    whole = (not a_decimal and a.denominator == 1) or (not b_decimal and b.denominator == 1)
    if whole or not (a_decimal or b_decimal):
        return False
    return round(a, 6) == round(b, 6) and abs(a - b) * 200 <= max(abs(a), abs(b))


def _value(match: re.Match[str]) -> Fraction | None:
    """The value of a matched number; None for a denominator of zero, two signs or an exponent out of bounds."""
    if match["sign"] and match["sign2"]:
        return None
    negative = "-" in (match["sign"], match["sign2"])
    top = match["top"] or match["top1"] or match["top2"]
    value = _plain(match["plain"]) * Fraction(10) ** _power(match) if top is None else _ratio(match, top)
    if value is None:
        return None
    return -value if negative else value


def _ratio(match: re.Match[str], top: str) -> Fraction | None:
    bottom = _plain(match["bottom"] or match["bottom1"] or match["bottom2"])
    mixed = match["mixed"] or match["mixed2"]
    if bottom == 0:
        return None
    ratio = _plain(top) / bottom
    if mixed is None:
        return ratio
    return int(mixed) + ratio if 0 < ratio < 1 else None


def _power(match: re.Match[str]) -> int:
    return int(match["power"] or match["power1"] or match["power2"] or 0)


def _plain(text: str) -> Fraction:
    return Fraction(text.replace(",", "").replace(" ", ""))


def _unit(rest: str) -> str | None:
    """The unit that follows a number: "" for none or for a counted thing, None when the rest is something else."""
    words = rest.strip()
    if not words:
        return ""
    unit = read_unit(words) if rest.startswith(" ") or len(words) > 1 else ""
    if unit:
        return unit
    is_thing = rest.startswith(" ") and THING.fullmatch(words) and not NOT_A_THING.search(words)
    return "" if is_thing and not any(read_unit(word) for word in words.split()) else None
