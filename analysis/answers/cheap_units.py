"""Units of measure by their written names: which dimension, and how many of its base unit. Knows no numbers.

Source: the SI brochure (9th edition) and the international yard and pound agreement of 1959 for the factors.
"""

import re
from fractions import Fraction
from typing import NamedTuple


class Unit(NamedTuple):
    """A canonical unit: what it measures and its size in the base unit of that dimension."""

    dimension: str
    factor: Fraction


UNITS: dict[str, Unit] = {
    "mm": Unit("length", Fraction(1, 1000)),
    "cm": Unit("length", Fraction(1, 100)),
    "m": Unit("length", Fraction(1)),
    "km": Unit("length", Fraction(1000)),
    "in": Unit("length", Fraction(254, 10000)),
    "ft": Unit("length", Fraction(3048, 10000)),
    "yd": Unit("length", Fraction(9144, 10000)),
    "mi": Unit("length", Fraction(1609344, 1000)),
    "mg": Unit("mass", Fraction(1, 1000)),
    "g": Unit("mass", Fraction(1)),
    "kg": Unit("mass", Fraction(1000)),
    "ml": Unit("volume", Fraction(1, 1000)),
    "l": Unit("volume", Fraction(1)),
    "s": Unit("time", Fraction(1)),
    "min": Unit("time", Fraction(60)),
    "h": Unit("time", Fraction(3600)),
    "day": Unit("time", Fraction(86400)),
    "week": Unit("time", Fraction(604800)),
    "degree": Unit("angle", Fraction(1)),
    "radian": Unit("plane angle", Fraction(1)),
    "dollar": Unit("money", Fraction(100)),
    "cent": Unit("money", Fraction(1)),
    "euro": Unit("euro", Fraction(1)),
    "pound sterling": Unit("pound sterling", Fraction(1)),
    "yen": Unit("yen", Fraction(1)),
}

NAMES: dict[str, str] = {
    name: unit
    for unit, names in {
        "mm": "mm millimeter millimeters millimetre millimetres",
        "cm": "cm cms centimeter centimeters centimetre centimetres",
        "m": "m meter meters metre metres",
        "km": "km kms kilometer kilometers kilometre kilometres",
        "in": "in inch inches",
        "ft": "ft foot feet",
        "yd": "yd yard yards",
        "mi": "mi mile miles",
        "mg": "mg milligram milligrams",
        "g": "g gm gram grams",
        "kg": "kg kgs kilogram kilograms",
        "ml": "ml mL milliliter milliliters millilitre millilitres",
        "l": "l L liter liters litre litres",
        "s": "s sec secs second seconds",
        "min": "min mins minute minutes",
        "h": "h hr hrs hour hours",
        "day": "day days",
        "week": "week weeks",
        "degree": "degree degrees deg",
        "radian": "rad radian radians",
        "dollar": "$ dollar dollars USD",
        "cent": "cent cents ¢",
        "euro": "€ euro euros",
        "pound sterling": "£",
        "yen": "¥ yen",
    }.items()
    for name in names.split()
}


COMPOUNDS = {"mph": "mi/h", "kmph": "km/h", "kmh": "km/h", "kph": "km/h", "fps": "ft/s"}
PART = re.compile(r"(?:(square|sq\.?|cubic|cu\.?) )?([A-Za-z$€£¥¢]+)(?: ?\^ ?\{? ?([23]) ?\}?|([²³]))?")
POWERS = {"square": 2, "sq": 2, "cubic": 3, "cu": 3, "2": 2, "3": 3, "²": 2, "³": 3}


def read_unit(text: str) -> str:
    """The canonical unit that `text` writes, such as "in", "cm^2" or "mi/h"; "" for one not in the table (apples,
    knicks).

    >>> read_unit("inches"), read_unit("square feet"), read_unit("miles per hour"), read_unit("knicks")
    ('in', 'ft^2', 'mi/h', '')
    """
    if text.lower() in COMPOUNDS:
        return COMPOUNDS[text.lower()]
    parts = [_part(part.strip()) for part in re.split(r" per |/", text)]
    return "/".join(parts) if all(parts) and len(parts) <= 2 else ""


def in_unit(value: Fraction, unit: str, wanted: str) -> Fraction | None:
    """`value` of `unit` expressed in `wanted`; None when they measure different things.

    >>> in_unit(Fraction(3), "ft", "in"), in_unit(Fraction(36), "km/h", "m/s"), in_unit(Fraction(3), "ft", "kg")
    (Fraction(36, 1), Fraction(10, 1), None)
    """
    have, want = _measure(unit), _measure(wanted)
    return value * have.factor / want.factor if have.dimension == want.dimension else None


def _part(text: str) -> str:
    match = PART.fullmatch(text)
    if match is None:
        return ""
    name = NAMES.get(match[2]) or NAMES.get(match[2].lower(), "")
    power = POWERS.get((match[1] or match[3] or match[4] or "").rstrip("."))
    return f"{name}^{power}" if name and power else name


def _measure(unit: str) -> Unit:
    dimension, factor = [], Fraction(1)
    for i, part in enumerate(unit.split("/")):
        name, _, power = part.partition("^")
        size = UNITS[name].factor ** int(power or 1)
        factor = factor / size if i else factor * size
        dimension.append(UNITS[name].dimension + power)
    return Unit("/".join(dimension), factor)
