"""The filter form that the dashboard and the lists share, and what of the filter it does not hold. Knows no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.traces.queries.filter_fields import LETTERS, NONE
from apps.traces.queries.filters import FIELDS, NO_CANDIDATE, OUTCOME_WORDS, RolloutFilter

NAMES = ("model", "problem_set", "subject", "level", "condition")
ANY = {"model": "all", "problem_set": "all", "truncated": "include"}
CANDIDATES = (("none", "none"), ("one", "one"), ("many", "two or more"))
TRUNCATED = (("no", "leave out"), ("yes", "only these"))


@dataclass(frozen=True, slots=True)
class Select:
    """One field of the form; `any` is what the open choice is called."""

    name: str
    label: str
    any: str
    options: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the filter that the form does not hold, and the address without it."""

    name: str
    value: str
    words: str
    href: str


@dataclass(frozen=True, slots=True)
class FilterForm:
    action: str
    selects: Sequence[Select]
    chips: Sequence[Chip]
    extra: Sequence[tuple[str, str]]
    clear: str
    has_text: bool
    text: str


def filter_form(
    action: str,
    filters: RolloutFilter,
    choices: Mapping[str, Sequence[str]],
    *,
    is_list: bool = False,
    has_analysis: bool = True,
    extra: Sequence[tuple[str, str]] = (),
    by: Select | None = None,
    source: Select | None = None,
) -> FilterForm:
    """Fields with one choice only are left out, unless they are set; `extra` are parameters that stay.

    `source` is the choice of the candidate set, where the page has one.
    """
    given = filters.given
    selects = [_names(name, choices.get(name, ()), given.get(name, "")) for name in NAMES]
    selects = [each for each in selects if len(each.options) > 1 or each.value]
    selects += _fixed(given, is_list=is_list) if has_analysis else [_truncated(given)]
    selects += [source] if source else []
    held = {each.name for each in selects} | ({"q"} if is_list else set())
    chips = [
        Chip(name, value, FIELDS[name].words(value), action + filters.without(name).query)
        for name, value in given.items()
        if name not in held
    ]
    return FilterForm(
        action,
        [*selects, *([by] if by else [])],
        chips,
        extra,
        action + filters.cleared.query if filters else "",
        is_list,
        filters.q or "",
    )


def clear_words(filters: RolloutFilter, narrowest: str | None) -> tuple[str, str]:
    """The label of the narrowest field and the end of the address without it."""
    return (FIELDS[narrowest].label, filters.without(narrowest).query) if narrowest else ("", "")


def _names(name: str, values: Sequence[str], value: str) -> Select:
    options = [(each or NONE, each or NONE) for each in values]
    if value and value not in {key for key, _ in options}:
        options.append((value, value))
    return Select(name, FIELDS[name].label, _open(name, len(values)), options, value)


def _open(name: str, n: int) -> str:
    return f"{ANY[name]} {n}" if name in ANY and n else "any"


def _fixed(given: Mapping[str, str], *, is_list: bool) -> list[Select]:
    outcomes = list(OUTCOME_WORDS.items())
    first = [*outcomes[:3], (NO_CANDIDATE, "none")]
    final = Select("outcome", FIELDS["outcome"].label, "any", outcomes, given.get("outcome", ""))
    more = [
        Select("first_outcome", FIELDS["first_outcome"].label, "any", first, given.get("first_outcome", "")),
        Select("transition", "With", "any", [(k.value, v) for k, v in LETTERS.items()], given.get("transition", "")),
        Select("candidates", "Candidates", "any", CANDIDATES, given.get("candidates", "")),
    ]
    more = [each for each in more if not each.value or each.value in dict(each.options)]
    return [final, *(more if is_list else []), _truncated(given)]


def _truncated(given: Mapping[str, str]) -> Select:
    return Select("truncated", "Truncated", ANY["truncated"], TRUNCATED, given.get("truncated", ""))
