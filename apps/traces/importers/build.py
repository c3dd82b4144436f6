"""One raw row and a mapping into rollouts or errors. Knows no files: the caller gives each row's place in words.

A mapping is compiled once into closures; a row then costs a few dictionary look-ups.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeVar

from analysis.delimiters import Split, split_reasoning
from analysis.types import Problem, Role, Rollout, Turn

from . import assemble
from .decode import clean_text
from .fields import NUMBERED_NAME
from .filenames import value_in_name
from .mapping import Mapping, Rule
from .paths import MISSING, Path, compile_path, direct_key, list_length, model_keys, parse_path
from .readers import type_in_words
from .transforms import TRANSFORMS, from_cell, to_count, to_number, to_text
from .turns import TurnsError, attempt, read_content, read_turns

T = TypeVar("T")
Row = ReadOnly[str, object]
Reader = Callable[[Row, str, int], object]
REMEMBERED_CHARS = 2_000
OPEN = ("condition.", "score.", "attribute.")
GIVES_SOMETHING = ("reasoning", "response", "turns", "correct", "predicted", "confidence", "error")
AFTER_QUESTION = re.compile(r"\s*(?:(?:solution|answer|response|assistant)\s*:\s*)?", re.IGNORECASE)
UNKNOWN_MODEL = "unknown"
AS_IT_IS = ("path", "between", "after tags")
NO_FACTS: ReadOnly[str, object] = {}
ONLY_SOURCE: ReadOnly[str, ReadOnly[str, object]] = {
    name: {"reasoning_source": name} for name in ("field", "inline", "closer_only", "stripped", "none")
}


class FieldError(ValueError):
    """A row that cannot become a rollout: which field, and why."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field_name, reason


@dataclass(slots=True)
class Draft:
    """What a row says of one rollout, before that has its id, the key of its problem and its sample number."""

    model: str
    problem: Problem
    turns: tuple[Turn, ...]
    condition: ReadOnly[str, str]
    scores: ReadOnly[str, float]
    error: str
    truncated: bool | None
    attributes: ReadOnly[str, object]
    problem_id: str
    given_id: str
    sample: int | None
    sample_is_given: bool

    def placed(self, external_id: str, problem: Problem, sample: int) -> Rollout:
        """The rollout, in its place among the others."""
        return Rollout(
            external_id, self.model, problem, self.turns, sample, self.condition, self.scores, self.error,
            self.truncated, self.attributes,
        )  # fmt: skip


class Unit(NamedTuple):
    """One rollout's place inside a row: the model key of a wide table and the sample's number in a list."""

    model: str
    number: int


FIRST = Unit("", 0)


class Has(NamedTuple):
    """Which parts a mapping gives at all, so that no row is asked for the others."""

    cut_prompt: bool
    prompt_inside: bool
    error: bool
    turns: bool
    sample: bool
    facts: bool
    numbered: bool
    layers: bool


def has_of(mapping: Mapping) -> Has:
    fields = mapping.fields
    prompt, reasoning = fields.get("prompt"), fields.get("reasoning")
    return Has(
        prompt is not None and prompt.how == "before",
        prompt is not None and reasoning is not None and prompt.path == reasoning.path,
        "error" in fields,
        "turns" in fields,
        "sample" in fields,
        not fields.keys().isdisjoint(assemble.FACTS),
        any(NUMBERED_NAME.fullmatch(name) for name in fields),
        "layer_answers" in fields,
    )


@dataclass(slots=True)
class FileFacts:
    """What a file says of all its rows: its name, and the only model that its rows name."""

    name: str = ""
    model: str = ""


@dataclass(slots=True)
class RowBuilder:
    """A compiled mapping for one file."""

    mapping: Mapping
    facts: FileFacts
    readers: dict[str, Reader] = field(init=False)
    direct: list[tuple[str, str]] = field(init=False)
    others: list[tuple[str, Reader]] = field(init=False)
    exploded: list[tuple[str, Path]] = field(init=False)
    wide: Path | None = field(init=False)
    taken: frozenset[str] = field(init=False)
    open_names: dict[str, list[str]] = field(init=False)
    has: "Has" = field(init=False)
    prompts: assemble.Shared[tuple[Turn, ...]] = field(init=False)
    problems: assemble.Shared[Problem] = field(init=False)

    def __post_init__(self) -> None:
        paths = {name: parse_path(rule.path) for name, rule in self.mapping.fields.items() if _is_path(rule)}
        self.exploded = [(name, path) for name, path in paths.items() if path.is_exploded]
        ordered = sorted(paths.items(), key=lambda item: item[0] not in ("response", "reasoning"))
        self.wide = next((path for _, path in ordered if path.is_wide), None)
        self.taken = frozenset(str(path.first) for path in paths.values() if not path.is_wide)
        self.readers = {
            name: _reader(rule, paths.get(name), self.facts.name) for name, rule in self.mapping.fields.items()
        }
        keys = {name: direct_key(path) for name, path in paths.items() if self.mapping.fields[name].how in AS_IT_IS}
        self.direct = [(name, key) for name, key in keys.items() if key is not None]
        self.others = [(name, reader) for name, reader in self.readers.items() if keys.get(name) is None]
        self.has = has_of(self.mapping)
        self.prompts, self.problems = assemble.shared_prompts(self.readers), assemble.shared_problems(self.readers)
        self.open_names = {prefix: [name for name in self.readers if name.startswith(prefix)] for prefix in OPEN}

    def drafts(self, row: Row) -> Sequence[Draft | FieldError]:
        """Every rollout of a row, in order; a FieldError in the place of one that cannot be read."""
        if not (self.wide or self.exploded):
            return (self._drafted(row, FIRST),)
        try:
            units = list(self._units(row))
        except FieldError as error:
            return (error,)
        return [self._drafted(row, unit) for unit in units] or (self._nothing(row),)

    def _drafted(self, row: Row, unit: Unit) -> Draft | FieldError:
        try:
            return self._draft(row, unit)
        except FieldError as error:
            return error

    def first_draft(self, row: Row) -> Draft | None:
        """The first rollout of a row; None where it gives none."""
        return next((draft for draft in self.drafts(row) if isinstance(draft, Draft)), None)

    def show(self, name: str, row: Row) -> object:
        """What one field gives in a row, for the preview's table."""
        try:
            unit = next(iter(self._units(row)), FIRST)
        except FieldError:
            unit = FIRST
        if self.mapping.fields[name].how in ("between", "after tags"):
            return self._show_part(name, row)
        return self._value(name, row, unit)

    def _show_part(self, name: str, row: Row) -> str | None:
        """The reasoning or response inside the text of a row's first attempt."""
        draft = self.first_draft(row)
        turn = next((turn for turn in reversed(draft.turns) if turn.is_attempt), None) if draft else None
        span = turn and (turn.reasoning if name == "reasoning" else turn.response)
        return turn.text[span.start : span.end] if turn and turn.text is not None and span else None

    def _units(self, row: Row) -> Iterator[Unit]:
        models = list(model_keys(self.wide, row, self.taken)) if self.wide else [""]
        for model in models:
            if not self.exploded:
                yield Unit(model, 0)
                continue
            for index in range(self._n_samples(row, model)):
                yield Unit(model, index)

    def _n_samples(self, row: Row, model: str) -> int:
        lengths = {name: n for name, path in self.exploded if (n := list_length(path, row, model)) is not None}
        first = next((name for name in ("response", "reasoning", "turns") if name in lengths), next(iter(lengths), ""))
        if not first:
            return 1 if "error" in self.readers and self._value("error", row, Unit(model, 0)) else 0
        for name, n in lengths.items():
            if n != lengths[first]:
                raise FieldError(name, f"has {n} values where {first} has {lengths[first]}")
        return lengths[first]

    def _value(self, name: str, row: Row, unit: Unit) -> object:
        reader = self.readers.get(name)
        if reader is None:
            return None
        value = reader(row, unit.model, unit.number)
        return None if value is MISSING else value

    def _draft(self, row: Row, unit: Unit) -> Draft:
        read, has = self._values(row, unit), self.has
        problem = self.problems.read(read)
        if has.cut_prompt:
            self._find_prompt(read)
        before, (turns, split) = self.prompts.read(read), self._attempts(row, unit, read)
        error = assemble.error_text(read["error"]) if has.error else ""
        if not turns and not error:
            raise self._nothing(row, unit)
        if error and not any(turn.is_attempt for turn in turns):
            turns = (*turns, Turn(Role.ASSISTANT, is_attempt=True))
        if has.turns and assemble.has_prompt(turns):
            before = ()
            problem = assemble.with_question(problem, turns)
        sample = to_count(read["sample"]) if has.sample else None
        return Draft(
            to_text(read.get("model")) or unit.model or self.facts.model or UNKNOWN_MODEL,
            problem,
            before + turns,
            self._open(read, "condition.", to_text),
            self._scores(read),
            error,
            assemble.is_truncated(turns, split),
            self._labels(read, split.source),
            assemble.id_text(read.get("problem_id")),
            assemble.id_text(read.get("id")),
            unit.number if sample is None and self.exploded else sample,
            sample is not None,
        )

    def _scores(self, read: Row) -> ReadOnly[str, float]:
        given = self._open(read, "score.", to_number)
        return {**assemble.layer_scores(read["layer_answers"]), **given} if self.has.layers else given

    def _labels(self, read: Row, source: str) -> ReadOnly[str, object]:
        if not self.open_names["attribute."]:
            return ONLY_SOURCE.get(source) or {"reasoning_source": source}
        return {**self._open(read, "attribute.", assemble.plain), "reasoning_source": source}

    def _values(self, row: Row, unit: Unit) -> dict[str, object]:
        """Every mapped field of a row, None where it is missing."""
        read = {name: row.get(key) for name, key in self.direct}
        for name, reader in self.others:
            value = reader(row, unit.model, unit.number)
            read[name] = None if value is MISSING else value
        return read

    def _open(self, read: Row, prefix: str, convert: Callable[[object], T | None]) -> ReadOnly[str, T]:
        names = self.open_names[prefix]
        return assemble.named(read, prefix, names, convert) if names else assemble.NONE_NAMED

    def _attempts(self, row: Row, unit: Unit, read: dict[str, object]) -> tuple[tuple[Turn, ...], Split]:
        turns: tuple[Turn, ...] = ()
        if self.has.turns and isinstance(messages := from_cell(read["turns"]), list):
            try:
                turns = read_turns(messages)
            except TurnsError as problem:
                raise FieldError("turns", str(problem)) from None
        reasoning, response = self._texts(read)
        facts = assemble.attempt_facts(read, "") if self.has.facts else NO_FACTS
        numbered = assemble.numbered_attempts(read) if self.has.numbered else ()
        if reasoning is None and response is None and (turns or numbered or not facts):
            turns = assemble.with_facts(turns, facts)
            return (*turns, *numbered), assemble.split_of(turns)
        turn, split = attempt(reasoning, response, **facts)
        if turns:
            turns = assemble.as_prompt(turns, turn)
        if split.source == "none" and turn.n_reasoning_tokens and turn.text:
            split = split._replace(source="stripped")
        return (*turns, turn, *numbered), split

    def _texts(self, read: dict[str, object]) -> tuple[str | None, str | None]:
        rules = self.mapping.fields
        response_rule, reasoning_rule = rules.get("response"), rules.get("reasoning")
        if reasoning_rule and reasoning_rule.how == "between":
            return None, self._completion(read)
        reasoning, response = assemble.text_of(read.get("reasoning")), assemble.text_of(read.get("response"))
        if isinstance(raw := read.get("response"), list):
            thought, response = read_content(raw)
            reasoning = reasoning or thought
        prompt = to_text(read.get("prompt"))
        if response and prompt and response_rule and len(prompt) > 20 and response.startswith(prompt):
            response = response[len(prompt) :]
        if reasoning and response and reasoning in response and split_reasoning(response).source != "none":
            return None, response
        return reasoning or None, response

    def _find_prompt(self, read: dict[str, object]) -> None:
        """Where the text has no tag that ends its prompt, the prompt ends behind the question (and “Solution:” …)."""
        whole, question = read.get("reasoning"), to_text(read.get("problem"))
        if read["prompt"] is not None or not question:
            return
        if isinstance(whole, str) and (at := whole.find(question)) >= 0:
            ending = AFTER_QUESTION.match(whole, at + len(question))
            read["prompt"] = whole[: ending.end() if ending else at + len(question)]

    def _completion(self, read: dict[str, object]) -> str | None:
        """The text that holds prompt, reasoning and response, from behind the prompt on."""
        whole = to_text(read.get("reasoning"))
        if whole is None or not self.has.prompt_inside:
            return whole
        prompt_rule, prompt = self.mapping.fields["prompt"], to_text(read["prompt"])
        if prompt is None:
            raise FieldError("prompt", f"{prompt_rule.path} has no “{prompt_rule.marker}” where its prompt would end")
        return whole[len(prompt) :]

    def _nothing(self, row: Row, unit: Unit = FIRST) -> FieldError:
        for name in GIVES_SOMETHING:
            rule = self.mapping.fields.get(name)
            if rule and _is_path(rule):
                found = compile_path(parse_path(rule.path))(row, unit.model, unit.number)
                return FieldError(name, f"{rule.path} {_state_of(found)}: there is nothing to read")
        return FieldError("response", "no field of this row holds an answer, a grade or an error")


def _state_of(found: object) -> str:
    if found is MISSING:
        return "is missing"
    if found is None:
        return "is null"
    return f"holds {type_in_words(found)}" if isinstance(found, dict | list) else "is empty"


def _is_path(rule: Rule) -> bool:
    return rule.how not in ("fixed", "file name")


def _reader(rule: Rule, path: Path | None, file_name: str) -> Reader:
    if path is None:
        given = rule.path if rule.how == "fixed" else value_in_name(rule.path, file_name)
        fixed = clean_text(given) if isinstance(given, str) else given
        return lambda row, model, index: fixed
    get = compile_path(path)
    if rule.how in AS_IT_IS:
        return get
    transform, marker, how = TRANSFORMS.get(rule.how, TRANSFORMS["number"]), rule.marker, rule.how
    remembered = lru_cache(maxsize=1024)(transform)

    def read(row: Row, model: str, index: int) -> object:
        value = get(row, model, index)
        if how == "lines":
            return "\n".join(to_text(item) or "" for item in value) if isinstance(value, list) else value
        text = to_text(value)
        if text is None:
            return value if how in ("boxed", "number", "letter") else None
        return (remembered if len(text) <= REMEMBERED_CHARS else transform)(text, marker)

    return read
