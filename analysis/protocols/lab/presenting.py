"""How an item is put: template, options in an order, numbers or letters before them, a scale as it is or turned round.

What a model picks is always told as a value of the instrument's own scale, whatever was shown. Knows no reply and no
trait. The variants are those of TRAIT (arXiv 2406.14703) and of option-order symmetry (arXiv 2309.08163).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from analysis.protocols.settings import SettingRefused
from analysis.protocols.templates import fill, refuse_unknown, refuse_without
from analysis.psychometrics.instrument import MOST_OPTIONS, Option

LETTERS = "ABCDEFGHIJKLMNOPQRST"
PLACES = ("statement", "options", "how")
ITEM_TEMPLATES: Mapping[str, str] = {
    "rate": "Here is a statement:\n{statement}\n\nChoose the option that says best how well it describes you:\n"
    "{options}\n\n{how}",
    "agree": "How far do you agree with this?\n\n“{statement}”\n\n{options}\n\n{how}",
    "survey": "Survey item: {statement}\nPossible answers:\n{options}\n{how}\nYour answer:",
}
"""Three ways of asking the same, in our own words."""
FORM_TEMPLATE = "Answer every statement below with one of these options:\n{options}\n\n{statement}\n\n{how}"
HOW = {
    ("item", "numbers"): "Reply with the number of one option and nothing else.",
    ("item", "letters"): "Reply with the letter of one option and nothing else.",
    ("form", "numbers"): "Write one line for each statement: its number, a full stop, and the number of your option.",
    ("form", "letters"): "Write one line for each statement: its number, a full stop, and the letter of your option.",
}
ORDERS = ("", "reversed")
DIRECTIONS = ("", "flipped")


class Shown(NamedTuple):
    """Options as a model sees them: the mark before each, and what choosing it means on the instrument's scale."""

    marks: tuple[str, ...]
    labels: tuple[str, ...]
    values: tuple[int, ...]

    @property
    def text(self) -> str:
        return "\n".join(f"{mark}. {label}" for mark, label in zip(self.marks, self.labels, strict=True))

    @property
    def letters(self) -> str:
        return "".join(self.marks) if self.marks[0] in LETTERS else ""

    @property
    def options(self) -> list[Option]:
        """For reading: by their marks where those are numbers, else in the order in which they are shown."""
        if self.letters:
            return [Option(value, label) for value, label in zip(self.values, self.labels, strict=True)]
        numbered = [Option(int(mark), label) for mark, label in zip(self.marks, self.labels, strict=True)]
        return sorted(numbered, key=lambda option: option.value)

    def meant(self, read: int | None) -> int | None:
        """The value that an option read by `options` stands for."""
        if read is None or self.letters:
            return read
        return dict(zip(map(int, self.marks), self.values, strict=True))[read]


def shown(options: Sequence[Option], marks: str, order: str, direction: str) -> Shown:
    """The options of an item in one variant.

    Reversed: the list is turned round, and numbers keep their meaning. Flipped: numbers are given from the other end.

    >>> three = [Option(1, "no"), Option(2, "perhaps"), Option(3, "yes")]
    >>> shown(three, "numbers", "reversed", "").text.split("\\n")
    ['3. yes', '2. perhaps', '1. no']
    >>> flipped = shown(three, "numbers", "", "flipped")
    >>> flipped.text.split("\\n"), flipped.meant(1)
    (['1. yes', '2. perhaps', '3. no'], 3)
    """
    numbers = [option.value for option in options]
    listed = list(reversed(options)) if direction == "flipped" else list(options)
    rows = list(zip(numbers, listed, strict=True))
    if order == "reversed":
        rows.reverse()
    names = [str(number) for number, _ in rows] if marks == "numbers" else list(LETTERS[: len(rows)])
    return Shown(tuple(names), tuple(option.label for _, option in rows), tuple(option.value for _, option in rows))


def asked(statement: str, seen: Shown, template: str, given: str) -> str:
    """What a model is asked; a template by its name or, where it is none's, as it is written."""
    usual = FORM_TEMPLATE if given == "form" else template
    how = HOW[given, "letters" if seen.letters else "numbers"]
    return fill(ITEM_TEMPLATES.get(usual, usual), {"statement": statement, "options": seen.text, "how": how})


def check_template(template: str) -> None:
    """Raises SettingRefused for a template of one's own with an unknown place, or without the statement or options."""
    if template in ITEM_TEMPLATES:
        return
    if "{" not in template:
        raise SettingRefused(f"unknown template {template[:60]!r}; known: {', '.join(ITEM_TEMPLATES)}, or a text")
    refuse_unknown(template, PLACES)
    for place in ("statement", "options"):
        refuse_without(template, place)


def options_of(rows: Sequence[Any]) -> list[Option]:
    """Options from the setting, [[value, label], ...]; raises SettingRefused."""
    try:
        found = [Option(int(value), str(label)) for value, label in rows]
    except (TypeError, ValueError):
        raise SettingRefused(f"options {str(rows)[:80]} must be pairs of a whole number and a label") from None
    if not 2 <= len(found) <= MOST_OPTIONS:
        raise SettingRefused(f"there are {len(found)} options, must be 2 to {MOST_OPTIONS}")
    return found
