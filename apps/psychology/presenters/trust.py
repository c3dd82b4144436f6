"""The reliability page: what may be noise first, then the tables. Knows results, no request and no row."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any, NamedTuple

from analysis.psychometrics.item_shares import Portion
from analysis.psychometrics.reliability import Index
from analysis.psychometrics.sensitivity import Sensitivity
from analysis.psychometrics.stability import Drop, Stability
from apps.core.templatetags.numbers import count, decimal, p_value, plural, share, signed
from apps.psychology.presenters import readings
from apps.psychology.presenters.words import CAUTION, Cell, Table, ends, index_cell, share_cell, short
from apps.psychology.services.reliability import Trust
from apps.traces.presenters.facts import Fact

WAYS = {
    "template": "prompt",
    "order": "order of the options",
    "direction": "direction of the scale",
    "paraphrase": "paraphrase",
}
TRAIT = "TRAIT (arXiv 2406.14703); its exact formula is not published, this is ours."
ILLUSION = "Han et al. 2025, The Personality Illusion (arXiv 2509.03730), RQ1."
UNRELIABLE = "Self-Assessment Tests are Unreliable (arXiv 2309.08163)."


class Page(NamedTuple):
    facts: Sequence[Fact]
    finding: str
    noise: str
    tables: Sequence[Table]
    caution: str = CAUTION


def page_of(trust: Trust, csv: Callable[[str], str]) -> Page:
    """`csv` gives the address of a table's file by its id."""
    tables = [table._replace(csv=csv(table.id)) for make in TABLES.values() if (table := make(trust)).rows]
    if not trust.n_answers:
        words = (
            "No questionnaire was answered item by item yet: give an instrument to a model, or read in such answers."
        )
        return Page((), words, "", tables)
    return Page(_facts(trust), _finding(trust), _noise(trust), tables)


def _facts(trust: Trust) -> list[Fact]:
    n_read = dict(trust.statuses).get("read", 0)
    facts = [Fact("items put", count(trust.n_answers)), Fact("read", share(n_read / trust.n_answers))]
    return facts + [Fact(status, count(n), "kept as data") for status, n in trust.statuses if status != "read"]


def _finding(trust: Trust) -> str:
    alphas = [each.alpha.value for each in trust.indices if each.trait and each.alpha.value is not None]
    n_traits = sum(bool(each.trait) for each in trust.indices)
    by_way = [f"{WAYS[way]} {_mean(found)}" for way, found in _by_way(trust.sensitivities).items()]
    parts = []
    if by_way:
        parts.append(f"How an item is put changes the side of the answer: {', '.join(by_way)} of items.")
    elif trust.sensitivities:
        parts.append("Too few replies could be read to compare two ways of putting an item.")
    else:
        parts.append("Every item was put in one way only: nothing can be said of sensitivity.")
    known = f"{len(alphas)} of {plural(n_traits, 'trait')} by model"
    if alphas:
        parts.append(f"Cronbach’s α is defined for {known}, median {decimal(median(alphas), 2)}.")
    else:
        parts.append(f"Cronbach’s α is defined for none of {plural(n_traits, 'trait')}: the table says why.")
    return " ".join(parts)


def _by_way(found: Sequence[Sensitivity]) -> dict[str, list[float]]:
    told: dict[str, list[float]] = {}
    for each in found:
        if each.share.estimate is not None:
            told.setdefault(each.way, []).append(each.share.estimate)
    return told


def _mean(values: Sequence[float]) -> str:
    return share(sum(values) / len(values), 0)


def _noise(trust: Trust) -> str:
    """Names the models whose answers cannot be told from ones that have nothing to do with the items; each once."""
    found = {
        "fewer than half of the replies could be read": _mostly_unread(trust),
        "they are on one side of the scale whether an item says a thing or its opposite": _one_sided(trust),
        "they change as often between two ways of putting an item as if they had nothing to do with it": [
            each.model for each in trust.sensitivities if each.may_be_noise
        ],
    }
    told: list[str] = []
    named: set[str] = set()
    for why, models in found.items():
        if new := list(dict.fromkeys(model for model in models if model not in named)):
            told.append(f"The answers of {_listed(new)} cannot be told from noise: {why}.")
        named |= set(models)
    return " ".join([*told, "Do not read their scores."]) if told else ""


def _mostly_unread(trust: Trust) -> list[str]:
    return [each.model for each in trust.refusals if (each.refused.estimate or 0) + (each.unread.estimate or 0) > 0.5]


def _one_sided(trust: Trust) -> list[str]:
    """Of instruments whose key has both directions: only there one side for all items is no answer."""
    both = {(each.model, each.instrument) for each in trust.indices if each.acquiescence.value is not None}
    return [each.model for each in trust.sensitivities if each.shuffled == 0 and (each.model, each.instrument) in both]


def _listed(models: Sequence[str]) -> str:
    return ", ".join(models[:5]) + (f" and {len(models) - 5} more" if len(models) > 5 else "")


def _portion(portion: Portion) -> Cell:
    return share_cell(portion.estimate, portion.low, portion.high, portion.n, portion.reason)


def _index(index: Index) -> Cell:
    return index_cell(index.value, index.low, index.high, index.n, index.reason)


def _refusals(trust: Trust) -> Table:
    rows = [
        (f"{each.model} · {each.instrument}", [_portion(each.refused), _portion(each.unread)])
        for each in trust.refusals
    ]
    return Table("refusals", "Refused and unread", ("refused", "not read"), rows, readings.REFUSALS, TRAIT)


def _sensitivities(trust: Trust) -> Table:
    rows = [
        (
            f"{each.model} · {each.instrument} · {WAYS[each.way]}",
            [
                _portion(each.share),
                Cell(share(each.shuffled, 0)),
                Cell(share(each.chance, 0)),
                Cell(count(each.n_unread)),
                Cell("" if each.may_be_noise is None else "may be noise" if each.may_be_noise else ""),
            ],
        )
        for each in trust.sensitivities
    ]
    return Table(
        "sensitivity",
        "Sensitivity to how an item is put",
        ("changes", "if shuffled", "if at random", "pairs unread", ""),
        rows,
        readings.SENSITIVITY,
        TRAIT,
    )


def _symmetries(trust: Trust) -> Table:
    biases = {(each.model, each.instrument): each for each in trust.order_biases}
    rows = []
    for each in trust.symmetries:
        bias = biases.get((each.model, each.instrument))
        ci = (
            ""
            if bias is None or bias.low is None or bias.high is None
            else f"[{signed(bias.low, 2)}, {signed(bias.high, 2)}]"
        )
        cell = Cell("–") if bias is None else Cell(signed(bias.estimate, 2), ci, str(bias.n_items), bias.reason)
        rows.append((f"{each.model} · {each.instrument}", [_portion(each.share), Cell(share(each.shuffled, 0)), cell]))
    return Table(
        "symmetry",
        "Symmetry of the options",
        ("same answer", "if shuffled", "bias to the first"),
        rows,
        readings.SYMMETRY,
        UNRELIABLE,
    )


def _tests(trust: Trust) -> Table:
    rows = [
        (
            f"{each.model} · {each.instrument} · {short(each.trait)} · {WAYS.get(each.way, each.way)}: {each.versus}",
            [
                Cell(signed(each.shift, 2), "", str(each.n_items), each.reason),
                Cell(p_value(each.p)),
                Cell(p_value(each.p_holm)),
            ],
        )
        for each in trust.tests
    ]
    return Table("tests", "Tests by item", ("shift", "p", "p (Holm)"), rows, readings.TESTS, UNRELIABLE)


def _indices(trust: Trust) -> Table:
    rows = [
        (
            f"{each.model} · {each.instrument}{' · ' + short(each.trait) if each.trait else ' · whole'}",
            [
                _index(each.alpha),
                _index(each.omega),
                _index(each.consistency),
                _index(each.acquiescence),
                _index(each.icc),
            ],
        )
        for each in trust.indices
    ]
    cite = "Cronbach 1951; McDonald 1999; Shrout and Fleiss 1979."
    heads = ("α", "ω", "keyed pairs", "acquiescence", "ICC over seeds")
    return Table("indices", "Consistency and repetition", heads, rows, readings.INDICES, cite)


def _stability(trust: Trust) -> Table:
    rows = [(short(each.trait), _settled(each)) for each in trust.stability]
    heads = ("mean, base", "mean, instruct", "Welch", "Levene F", "variance drop", "drop within models")
    return Table("stability", "Stability: base against instruct models", heads, rows, readings.STABILITY, ILLUSION)


def _settled(each: Stability) -> list[Cell]:
    if each.apart is None:
        return [Cell("–", "", "", each.reason), *[Cell("")] * 5]
    means = [
        Cell(decimal(kind.mean, 2), "" if kind.interval is None else ends(*kind.interval), str(kind.n))
        for kind in (each.first, each.second)
    ]
    levene = f"{decimal(each.apart.levene_f, 2)}, {p_value(each.apart.levene_p)}"
    drops = [_drop(drop) for drop in (each.drop, each.within)]
    return [*means, Cell(p_value(each.apart.welch_p)), Cell(levene), *drops]


def _drop(drop: Drop) -> Cell:
    ci = "" if drop.interval is None else f"[{decimal(100 * drop.interval[0])}, {decimal(100 * drop.interval[1])}]"
    return Cell(share(drop.value), ci, "", drop.reason)


TABLES: dict[str, Callable[[Trust], Table]] = {
    "sensitivity": _sensitivities,
    "symmetry": _symmetries,
    "indices": _indices,
    "tests": _tests,
    "refusals": _refusals,
    "stability": _stability,
}
RAW: dict[str, Callable[[Trust], Sequence[Any]]] = {
    "sensitivity": lambda trust: trust.sensitivities,
    "symmetry": lambda trust: trust.symmetries,
    "indices": lambda trust: trust.indices,
    "tests": lambda trust: trust.tests,
    "refusals": lambda trust: trust.refusals,
    "stability": lambda trust: trust.stability,
}


def lines_of(trust: Trust, name: str) -> Iterator[tuple[object, ...]]:
    """Every number of a table for a CSV: parts of an estimate are columns of their own."""
    rows = [_flat(row) for row in RAW[name](trust)]
    columns = list(dict.fromkeys(column for row in rows for column in row)) or ["model"]
    yield tuple(columns)
    for row in rows:
        yield tuple(row.get(column) for column in columns)


def _flat(row: Any, before: str = "") -> dict[str, object]:
    """Parts of parts get names with underscores between."""
    found: dict[str, object] = {}
    for name, value in row._asdict().items():
        if hasattr(value, "_asdict"):
            found |= _flat(value, f"{before}{name}_")
        else:
            found[before + name] = value
    return found
