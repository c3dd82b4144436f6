"""What a row of each shape looks like: a literal schema, and a check that names every fault. Knows no method.

The schemas are JSON Schema in the few words that `faults` reads: type, const, properties, required, items, minItems.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from analysis.training.rows import Shape

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
SPANS: Schema = {
    "type": "array",
    "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": "integer"}},
}
PLAIN: Schema = {
    "type": "object",
    "properties": {"role": {"enum": ["system", "user", "assistant", "tool"]}, "content": TEXT},
    "required": ["role", "content"],
}
MASKED: Schema = {
    "type": "object",
    "properties": {**PLAIN["properties"], "train_on": {"type": "boolean"}, "spans": SPANS},
    "required": ["role", "content", "train_on", "spans"],
}
METADATA: Schema = {
    "type": "object",
    "properties": {
        "method": TEXT,
        "kind": TEXT,
        "problem": TEXT,
        "sources": {"type": "array", "minItems": 1, "items": TEXT},
        "scores": {"type": "object", "properties": {}, "required": []},
    },
    "required": ["method", "kind", "problem", "sources", "scores"],
}


def _messages(schema: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": schema}


def _row(**properties: Schema) -> Schema:
    every = {"id": TEXT, **properties, "metadata": METADATA}
    return {"type": "object", "properties": every, "required": list(every)}


SCHEMAS: Mapping[Shape, Schema] = {
    Shape.SFT: _row(messages=_messages(MASKED)),
    Shape.PREFERENCES: _row(
        prompt=_messages(PLAIN),
        chosen=_messages(PLAIN),
        rejected=_messages(PLAIN),
        learned={**SPANS, "type": ["array", "null"]},
    ),
    Shape.PROMPTS: _row(prompt=_messages(PLAIN), gold={"type": "array", "minItems": 1, "items": TEXT}),
    Shape.COMPLETIONS: _row(prompt=_messages(PLAIN), completion=_messages(MASKED), reward={"type": "number"}),
    Shape.STEPS: _row(
        prompt=TEXT,
        completions={"type": "array", "minItems": 1, "items": TEXT},
        labels={"type": "array", "minItems": 1, "items": {"type": "boolean"}},
    ),
}
MASKED_IN: Mapping[Shape, str] = {Shape.SFT: "messages", Shape.COMPLETIONS: "completion"}
"""The field whose messages have masks."""
KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(row: object, shape: Shape) -> list[str]:
    """What is wrong with a row, each fault with its place; empty for a good one.

    Spans must lie inside their content, in order and apart; something of a row with masks must be trained on; the two
    sides of a pair must differ; each step must have its label.

    >>> faults({"id": "1", "prompt": [], "gold": ["4"]}, Shape.PROMPTS)
    ['prompt: fewer than 1', 'metadata: missing']
    """
    found = list(_faults(row, SCHEMAS[shape], ""))
    return found or list(_senseless(row, shape))  # type: ignore[arg-type]


def _faults(value: object, schema: Schema, place: str) -> Iterator[str]:
    if "enum" in schema:
        if value not in schema["enum"]:
            yield f"{place}: {value!r} is none of {', '.join(schema['enum'])}"
        return
    if not _is_of(value, schema["type"]):
        yield f"{place or 'row'}: is {type(value).__name__}, must be {schema['type']}"
    elif isinstance(value, dict):
        yield from _faults_of_object(value, schema, place)
    elif isinstance(value, list):
        yield from _faults_of_array(value, schema, place)


def _is_of(value: object, kinds: str | list[str]) -> bool:
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        if isinstance(value, KINDS[kind]) and not (kind in ("integer", "number") and isinstance(value, bool)):
            return True
    return False


def _faults_of_object(value: dict[str, object], schema: Schema, place: str) -> Iterator[str]:
    before = f"{place}." if place else ""
    for name in schema["required"]:
        if name not in value:
            yield f"{before}{name}: missing"
        else:
            yield from _faults(value[name], schema["properties"][name], before + name)


def _faults_of_array(value: list[object], schema: Schema, place: str) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{place}: fewer than {schema['minItems']}"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{place}: more than {schema['maxItems']}"
    for number, item in enumerate(value):
        yield from _faults(item, schema["items"], f"{place}[{number}]")


def _senseless(row: dict[str, Any], shape: Shape) -> Iterator[str]:
    """Faults of a row whose fields are all of their types."""
    if shape in MASKED_IN:
        yield from _mismasked(row[MASKED_IN[shape]], MASKED_IN[shape])
    elif shape is Shape.STEPS and len(row["labels"]) != len(row["completions"]):
        yield f"labels: {len(row['labels'])} for {len(row['completions'])} completions"
    elif shape is Shape.PREFERENCES:
        if row["chosen"] == row["rejected"]:
            yield "rejected: the same as chosen"
        yield from _misplaced(row["learned"] or [], row["chosen"][-1]["content"], "learned")


def _mismasked(messages: list[dict[str, Any]], place: str) -> Iterator[str]:
    if not any(message["train_on"] for message in messages):
        yield f"{place}: nothing is trained on"
    for number, message in enumerate(messages):
        yield from _misplaced(message["spans"], message["content"], f"{place}[{number}].spans")
        if message["train_on"] != bool(message["spans"]):
            yield f"{place}[{number}]: train_on does not fit spans"


def _misplaced(spans: list[list[int]], content: str, place: str) -> Iterator[str]:
    at = 0
    for start, end in spans:
        if not at <= start < end <= len(content):
            yield f"{place}: [{start}, {end}] is not after {at} and inside {len(content)} characters"
        at = end
