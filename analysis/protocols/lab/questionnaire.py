"""A questionnaire: every item put in every cell of the grid, alone or with the whole form, and its reply read.

Scores of a rollout, by item: `status/ITEM` (analysis.psychometrics.frames.STATUS_CODES), `answer/ITEM` (the value on
the instrument's own scale, before any reversing, only where it was read), and by likelihood `expected/ITEM` and
`p/ITEM/VALUE`. Knows no trait: scoring is a matter of the key, later.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from analysis.asking import Reply
from analysis.protocols.conduct import Estimate, Item, Parameter
from analysis.protocols.declared import Conducting, Settings
from analysis.protocols.lab import grid
from analysis.protocols.lab.presenting import (
    DIRECTIONS,
    ITEM_TEMPLATES,
    ORDERS,
    Shown,
    asked,
    check_template,
    options_of,
    shown,
)
from analysis.protocols.reading import visible
from analysis.protocols.rulings import weighed
from analysis.protocols.sampling import seed_of
from analysis.protocols.settings import SettingRefused
from analysis.psychometrics.frames import STATUS_CODES
from analysis.psychometrics.instrument import Option
from analysis.psychometrics.replies import Reply as Read
from analysis.psychometrics.replies import Status, read_reply
from analysis.psychometrics.whole_forms import read_form

AGREEMENT = (
    (1, "Disagree strongly"),
    (2, "Disagree"),
    (3, "Neither agree nor disagree"),
    (4, "Agree"),
    (5, "Agree strongly"),
)
LIKELIHOODS = ("likelihood", "likelihood_both")
PARAMETERS = (
    Parameter("options", "Options", "list", AGREEMENT, "A JSON list of [value, label], from lowest to highest."),
    Parameter("own_options", "Items with options of their own", "list", (), "[[item, [[value, label], ...]], ...]"),
    Parameter("items", "Items of the whole form", "list", (), "Their ids, in the form's order."),
    Parameter(
        "given",
        "Given",
        "choice",
        "item",
        "One item a call has no order effects of other items; a whole form has, and costs one call.",
        choices=(("item", "One item a call"), ("form", "The whole form in one call")),
    ),
    Parameter("templates", "Templates of an item", "list", ("rate",), f"{', '.join(ITEM_TEMPLATES)}, or texts."),
    Parameter("orders", "Orders of the options", "list", ("",), '"" as they are, "reversed".'),
    Parameter("directions", "Directions of the scale", "list", ("",), '"" as it is, "flipped": numbered from the end.'),
    Parameter(
        "marks",
        "Options are marked by",
        "choice",
        "numbers",
        choices=(("numbers", "Their values"), ("letters", "Letters, in the order shown")),
    ),
    Parameter(
        "read_by",
        "How a reply is read",
        "choice",
        "reply",
        "By likelihood where the engine gives it, else from the reply. Over both orders: TRAIT (arXiv 2406.14703).",
        choices=(
            ("reply", "From its text"),
            ("likelihood", "By the likelihood of each mark"),
            ("likelihood_both", "By likelihood, mean over both orders of the options"),
        ),
    ),
    *grid.gridded(max_tokens=32),
)  # fmt: skip


def _axes(settings: Settings) -> Mapping[str, Sequence[str]]:
    return {
        "template": ["form"] if settings["given"] == "form" else list(map(str, settings["templates"])),
        "order": list(map(str, settings["orders"])),
        "direction": list(map(str, settings["directions"])),
    }


def _conducting(item: Item, settings: Settings) -> Conducting:
    if settings["given"] == "form":
        return _form(item, settings)
    if settings["read_by"] in LIKELIHOODS:
        return _weighed(item, settings)
    return _written(item, settings)


def _written(item: Item, settings: Settings) -> Conducting:
    """One item, read from the reply's words."""
    seen = _shown(item, settings)
    text = _asked(item, settings, seen)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    read = read_reply(visible(reply.text), seen.options, seen.letters)
    value = seen.meant(read.value)
    turns = grid.turns_of(settings, text, reply, answer=None if value is None else str(value))
    return grid.made(settings, turns, scored(item.problem.key, read.status, value), truncated=_is_cut(reply))


def _form(item: Item, settings: Settings) -> Conducting:
    """Every item in one reply."""
    names = list(map(str, settings["items"]))
    seen = _shown(item, settings)
    text = _asked(item, settings, seen)
    reply = grid.heard((yield [grid.ask(settings, text, seed_of(item))])[0])
    numbers = [str(number) for number in range(1, len(names) + 1)]
    scores: dict[str, float] = {}
    for name, read in zip(names, read_form(visible(reply.text), numbers, seen.options, seen.letters), strict=True):
        scores |= scored(name, read.status, seen.meant(read.value))
    return grid.made(settings, grid.turns_of(settings, text, reply), scores, truncated=_is_cut(reply))


def _weighed(item: Item, settings: Settings) -> Conducting:
    """One item by the likelihoods of its marks; from the reply's words where the engine gives none."""
    both = settings["read_by"] == "likelihood_both"
    views = [_shown(item, settings, order) for order in (ORDERS if both else (settings["cell"].own["order"],))]
    texts = [_asked(item, settings, seen) for seen in views]
    lead = " " if settings["form"] == "completion" else ""
    asks = [
        grid.ask(settings, text, seed_of(item), continuations=[f"{lead}{mark}" for mark in seen.marks])
        for text, seen in zip(texts, views, strict=True)
    ]
    given = [grid.likelihoods_of(reply) for reply in (yield asks)]
    replies = [reply for reply in given if reply is not None]
    if len(replies) < len(asks):
        return (yield from _written(item, settings))
    shares = _mean_shares([(seen, weighed(reply)) for seen, reply in zip(views, replies, strict=True)])
    likeliest = [value for value, share in shares.items() if share == max(shares.values())]
    read = Read(Status.READ, likeliest[0]) if len(likeliest) == 1 else Read(Status.SEVERAL)
    scores = scored(item.problem.key, read.status, read.value)
    scores[f"expected/{item.problem.key}"] = sum(value * share for value, share in shares.items())
    scores |= {f"p/{item.problem.key}/{value}": share for value, share in shares.items()}
    answer = None if read.value is None else str(read.value)
    return grid.made(settings, grid.turns_of(settings, texts[0], replies[0], answer=answer), scores)


def _mean_shares(found: Sequence[tuple[Shown, Sequence[float]]]) -> dict[int, float]:
    """Value -> its share, mean over the views (TRAIT's two orders)."""
    shares: dict[int, float] = dict.fromkeys(sorted(found[0][0].values), 0.0)
    for seen, weights in found:
        for value, weight in zip(seen.values, weights, strict=True):
            shares[value] += weight / len(found)
    return shares


def scored(name: str, status: Status, value: int | None) -> dict[str, float]:
    """The scores of one item."""
    told = {f"status/{name}": float(STATUS_CODES[status.value])}
    return told if value is None else {**told, f"answer/{name}": float(value)}


def _asked(item: Item, settings: Settings, seen: Shown) -> str:
    return asked(grid.question_of(item.problem), seen, settings["cell"].own["template"], settings["given"])


def _shown(item: Item, settings: Settings, order: str | None = None) -> Shown:
    own = settings["cell"].own
    return shown(
        _options(item, settings), settings["marks"], own["order"] if order is None else order, own["direction"]
    )


def _options(item: Item, settings: Settings) -> list[Option]:
    own = {str(name): rows for name, rows in settings["own_options"]}
    return options_of(own.get(item.problem.key) or settings["options"])


def _is_cut(reply: Reply) -> bool:
    return reply.finish_reason == "length"


def _check(settings: Settings) -> None:
    grid.check_grid(settings)
    options_of(settings["options"])
    for entry in settings["own_options"]:
        if not isinstance(entry, list | tuple) or len(entry) != 2:
            raise SettingRefused(f"own_options {str(entry)[:80]} must be pairs of an item and its options")
        options_of(entry[1])
    for template in settings["templates"] or [""]:
        check_template(str(template))
    for name, known in (("orders", ORDERS), ("directions", DIRECTIONS)):
        _check_axis(name, settings[name], known)
    if settings["given"] == "form" and (not settings["items"] or settings["read_by"] != "reply"):
        raise SettingRefused("a whole form needs its items' ids, and is read from its text")
    if settings["read_by"] == "likelihood_both" and len(settings["orders"]) > 1:
        raise SettingRefused("likelihood over both orders takes both by itself; leave orders as they are")


def _check_axis(name: str, values: Sequence[Any], known: Sequence[str]) -> None:
    if not values or len(set(values)) < len(values) or not set(values) <= set(known):
        raise SettingRefused(f"{name} is {list(values)}, must be some of {list(known)}, each once")


def _at_most(item: Item, settings: Settings) -> Estimate:
    asks = {"likelihood": 2, "likelihood_both": 3}.get(settings["read_by"], 1)
    return Estimate(asks, settings["max_tokens"])


QUESTIONNAIRE = grid.Gridded(
    version="1",
    needs="problem",
    roles=("solver",),
    parameters=PARAMETERS,
    conducting=_conducting,
    at_most=_at_most,
    check=_check,
    axes=_axes,
)
