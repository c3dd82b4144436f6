"""Traits against behaviours as a map of coefficients: coordinates and words for a drawing. Knows no request."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from analysis.psychometrics.expected import EXPECTED, TRAITS
from analysis.psychometrics.link import Link
from apps.core.templatetags.numbers import p_value
from apps.psychology.presenters.words import Table, short, sig, signed_cell

LEFT, TOP, WIDE, HIGH = 127, 45, 84, 52
LEAST_COLUMNS = 6
"""Room for so many traits is always there, so that the words of a small map are no larger than those of a full one."""
FAINTEST, STRONGEST = 0.05, 0.6
SURE = 0.05


class Square(NamedTuple):
    """One trait by one behaviour. `tint` is "pos" or "neg", `strength` grows with estimate over half interval."""

    x: int
    y: int
    tint: str
    strength: float
    number: str
    sign: str
    words: str

    @property
    def middle(self) -> int:
        return self.x + (WIDE - 2) // 2


class Head(NamedTuple):
    x: int
    y: int
    text: str


class Heat(NamedTuple):
    width: int
    height: int
    columns: Sequence[Head]
    rows: Sequence[Head]
    squares: Sequence[Square]
    n_sure: int
    n: int

    @property
    def side(self) -> tuple[int, int]:
        return WIDE - 2, HIGH - 2


def heat_of(links: Sequence[Link]) -> Heat:
    """Columns are traits, rows behaviours: the published ones in their order, then others by name."""
    traits = in_order({link.trait for link in links}, TRAITS)
    behaviours = in_order({link.behaviour for link in links}, list(EXPECTED))
    squares = [
        _square(link, LEFT + WIDE * traits.index(link.trait), TOP + HIGH * behaviours.index(link.behaviour))
        for link in links
    ]
    return Heat(
        LEFT + WIDE * max(len(traits), LEAST_COLUMNS) + 4,
        TOP + HIGH * len(behaviours) + 6,
        [Head(LEFT + WIDE * k + (WIDE - 2) // 2, TOP - 13, short(trait)) for k, trait in enumerate(traits)],
        [Head(LEFT - 13, TOP + HIGH * k + 30, short(name)) for k, name in enumerate(behaviours)],
        squares,
        sum(link.q is not None and link.q < SURE for link in links),
        sum(link.estimate is not None for link in links),
    )


def in_order(names: Collection[str], first: Sequence[str]) -> list[str]:
    return [name for name in first if name in names] + sorted(set(names) - set(first))


def _square(link: Link, x: int, y: int) -> Square:
    name = f"{short(link.behaviour)} on {short(link.trait)}"
    mark = "*" if link.q is not None and link.q < SURE else ""
    strength = _strength(link)
    return Square(
        x,
        y,
        "pos" if (link.estimate or 0) > 0 else "neg",
        round(strength, 2),
        sig(link.estimate) + mark,
        sign_of(link),
        f"{name}: {sig(link.estimate)}, q {p_value(link.q)}. {link.reason}".strip(),
    )


def _strength(link: Link) -> float:
    if link.estimate is None or link.low is None or link.high is None or link.high == link.low:
        return 0.0
    return max(FAINTEST, min(STRONGEST, 0.3 * abs(link.estimate) / ((link.high - link.low) / 2)))


def sign_of(link: Link) -> str:
    """The direction known from people, and whether this one is the same."""
    if not link.expected:
        return "–"
    arrow = "▲" if link.expected > 0 else "▼"
    return arrow if link.is_as_expected is None else f"{arrow} {'✓' if link.is_as_expected else '✗'}"


def matched(links: Sequence[Link]) -> tuple[int, int]:
    """Links whose sign is the one in people, of those that can be told."""
    told = [link.is_as_expected for link in links if link.is_as_expected is not None]
    return sum(told), len(told)


def link_table(links: Sequence[Link], title: str, csv: str) -> Table:
    rows = [
        (
            f"{short(link.behaviour)} on {short(link.trait)}",
            [
                signed_cell(link.estimate, link.low, link.high, link.n, link.reason),
                signed_cell(*link.standardised, link.n),
                signed_cell(None, None, None, 0)._replace(text=p_value(link.p), n=""),
                signed_cell(None, None, None, 0)._replace(text=p_value(link.q), n=""),
                signed_cell(None, None, None, 0)._replace(text=sign_of(link), n=""),
                signed_cell(None, None, None, 0)._replace(text=str(link.n_models), n=""),
            ],
        )
        for link in links
    ]
    return Table("t-links", title, ("coefficient", "standardised", "p", "q (BH)", "in people", "models"), rows, csv=csv)


def link_lines(links: Sequence[Link]) -> Iterator[tuple[object, ...]]:
    """Every number for a CSV, its head first."""
    yield LINK_COLUMNS
    for link in links:
        told = link._asdict() | dict(zip(("beta", "beta_low", "beta_high"), link.standardised, strict=True))
        yield tuple(told[name] for name in LINK_COLUMNS)


LINK_COLUMNS = (
    "trait", "behaviour", "level", "inference", "estimate", "low", "high", "p", "q", "beta", "beta_low", "beta_high",
    "expected", "n", "n_models", "reason",
)  # fmt: skip
