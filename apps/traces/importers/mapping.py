"""Which of our fields comes from where in a file, and read how: a value that presets, forms and re-imports share.

Knows the shape of a mapping and its JSON; reading itself is in transforms.py and build.py.
"""

import json
import re
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field, replace

from analysis.errors import UserError

from .fields import is_field_name, known_fields

READ_AS = {
    "path": "path",
    "boxed": "last \\boxed{} inside",
    "before": "before “{}”",
    "after": "after the first “{}”",
    "after last": "after the last “{}”",
    "between": "between the tags",
    "after tags": "after “{}”",
    "lines": "the list's texts, one per line",
    "number": "number",
    "letter": "letter of the option at this place",
    "file name": "{} in the name",
    "fixed": "fixed value",
}
MARKED = {"before", "after", "after last", "between", "after tags"}
RULE = re.compile(r"(?P<how>[a-z_ ]+)(?:<(?P<marker>.*?)>)?:(?P<path>.+)", re.DOTALL)


class MappingError(UserError):
    """A mapping that cannot be used; the message names the field and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one field comes from: a path (or file-name pattern, or fixed value) and how it is read."""

    path: str
    how: str = "path"
    marker: str = ""

    @property
    def words(self) -> str:
        """How it is read, for a table."""
        shown = re.sub(r"\{[^}]*\}", "…", self.path) if self.how == "file name" else self.marker
        return (
            READ_AS[self.how].replace("{}", shown)
            if "“" in READ_AS[self.how] or self.how == "file name"
            else READ_AS[self.how]
        )

    @property
    def short(self) -> str:
        """As `--map FIELD=…` takes it."""
        if self.how == "path":
            return self.path
        marker = f"<{self.marker}>" if self.marker else ""
        return f"{self.how.replace(' ', '_')}{marker}:{self.path}"


@dataclass(frozen=True, slots=True)
class Mapping:
    """Field name -> Rule. `joins`: name -> a sibling file's base name whose content stands under that name in the row.

    `format` names the importer that made it.
    """

    fields: ReadOnly[str, Rule] = field(default_factory=dict)
    joins: ReadOnly[str, str] = field(default_factory=dict)
    format: str = ""

    def with_rules(self, rules: ReadOnly[str, Rule]) -> "Mapping":
        return replace(self, fields={**self.fields, **rules})

    def without(self, *names: str) -> "Mapping":
        return replace(self, fields={name: rule for name, rule in self.fields.items() if name not in names})

    def to_json(self) -> dict[str, object]:
        """A plain object that `from_json` reads back: {"fields": {name: "rule"}, "joins", "format"}."""
        return {
            "fields": {
                name: {"path": rule.path, "how": rule.how, "marker": rule.marker} for name, rule in self.fields.items()
            },
            "joins": dict(self.joins),
            "format": self.format,
        }

    def dumps(self) -> str:
        return json.dumps(self.to_json(), ensure_ascii=False, indent=1)


def mapping_from_json(value: ReadOnly[str, object] | str) -> Mapping:
    """Read what `to_json` (or a preset file) wrote; a rule may also be the short text of `--map`.

    Raises MappingError naming the field that is wrong.
    """
    if isinstance(value, str):
        value = _loads(value)
    fields, joins = value.get("fields"), value.get("joins") or {}
    if not isinstance(fields, ReadOnly) or not isinstance(joins, ReadOnly):
        raise MappingError('a mapping is an object {"fields": {field: path}}; “fields” is missing')
    rules = {_checked(str(name)): _rule_from_json(str(name), rule) for name, rule in fields.items()}
    return Mapping(
        rules,
        {str(name): str(base) for name, base in joins.items()},
        str(value.get("format") or ""),
    )


def _loads(text: str) -> ReadOnly[str, object]:
    try:
        value = json.loads(text)
    except ValueError as problem:
        raise MappingError(f"the mapping is not JSON: {problem}") from None
    if not isinstance(value, dict):
        raise MappingError("the mapping is not a JSON object")
    return value


def _rule_from_json(name: str, value: object) -> Rule:
    if isinstance(value, str):
        return parse_rule(value)
    if not isinstance(value, ReadOnly) or not isinstance(value.get("path"), str):
        raise MappingError(f"{name}: a rule is a path, or an object with “path” and “how”; it is {value!r}")
    how = str(value.get("how") or "path")
    if how not in READ_AS:
        raise MappingError(f"{name}: unknown way of reading {how!r}; known: {', '.join(READ_AS)}")
    return Rule(str(value["path"]), how, str(value.get("marker") or ""))


def parse_rule(text: str) -> Rule:
    """Read the right side of `--map FIELD=…`: a path, or `how:path`, or `how<marker>:path`.

    >>> parse_rule("after_last<####>:solution")
    Rule(path='solution', how='after last', marker='####')
    >>> parse_rule("meta.answer").how
    'path'
    """
    found = RULE.fullmatch(text.strip())
    how = found["how"].replace("_", " ") if found else ""
    if found is None or how not in READ_AS:
        return Rule(text.strip())
    if how in MARKED and how not in ("between", "after tags") and not found["marker"]:
        raise MappingError(f"{text!r}: “{how}” needs its marker, as in {found['how']}<MARKER>:{found['path']}")
    return Rule(found["path"], how, found["marker"] or "")


def rules_from_texts(set_values: ReadOnly[str, str], map_values: ReadOnly[str, str]) -> dict[str, Rule]:
    """What `--set FIELD=VALUE` and `--map FIELD=PATH` say, as rules."""
    rules = {_checked(name): parse_rule(text) for name, text in map_values.items()}
    return rules | {_checked(name): Rule(value, "fixed") for name, value in set_values.items()}


def _checked(name: str) -> str:
    if not is_field_name(name):
        raise MappingError(f"unknown field {name!r}; known: {', '.join(known_fields())}")
    return name
