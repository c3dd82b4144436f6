"""What people send to the pages of runs and engines, read into plans and wishes. Knows no row but engines' names."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from analysis.protocols.conduct import Conductor, Parameter
from apps.runs.models import MODELS_QUEUE, Engine
from apps.runs.services.engines import EngineRefused, Wanted, parameters_of
from apps.runs.services.plans import MAX_SEED, Bound, Plan, PlanRefused, models_of
from apps.traces.queries.filters import RolloutFilter

PREFIX = "set-"
ROLE = "role-"
EVERY_SET = "*"


@dataclass(frozen=True, slots=True)
class Field:
    """One setting as the form shows it: `text` is its value as written, `error` why it was refused."""

    name: str
    parameter: Parameter
    text: str
    error: str = ""

    @property
    def is_on(self) -> bool:
        return self.text.lower() in {"true", "on", "1"}

    @property
    def is_wide(self) -> bool:
        return self.parameter.kind == "long_text"

    @property
    def is_usual(self) -> bool:
        return self.text == written(self.parameter.default)


def written(value: object) -> str:
    """A setting's value as a form field holds it.

    >>> written(("Wait", "Hmm")), written(["a, b"]), written(None), written(0.5)
    ('Wait, Hmm', '["a, b"]', '', '0.5')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else ""
    if isinstance(value, list | tuple):
        is_plain = all(isinstance(each, str) and each and each == each.strip() and "," not in each for each in value)
        return ", ".join(value) if is_plain else json.dumps(list(value), ensure_ascii=False)
    return str(value)


def fields_of(parameters: Sequence[Parameter], given: Mapping[str, str], refused: str = "") -> list[Field]:
    """Settings with what was given or their defaults; a refusal stands at the setting that it names."""
    return [
        Field(
            PREFIX + each.name,
            each,
            given.get(each.name, written(each.default)),
            refused if refused.startswith(f"{each.name} ") else "",
        )
        for each in parameters
    ]


def lines_of(text: object) -> str:
    """What was written in a browser, which ends lines with two characters whatever was in them before.

    >>> lines_of("a\\r\\nb\\rc\\n")
    'a\\nb\\rc\\n'
    """
    return str(text).replace("\r\n", "\n")


def settings_in(data: QueryDict, parameters: Sequence[Parameter]) -> dict[str, str]:
    """The settings that a form sent; a flag that is not ticked is sent by nobody and is off."""
    flags = {each.name: "false" for each in parameters if each.kind == "flag"}
    sent = {each.name: lines_of(data[PREFIX + each.name]) for each in parameters if PREFIX + each.name in data}
    return flags | sent


class RunForm:
    """The form of a new run, as sent: who plays which role, what it is about, settings, seed, name."""

    def __init__(self, data: QueryDict, conductor: Conductor, engines: Sequence[Engine]) -> None:
        self._data, self._conductor = data, conductor
        self._engines = {engine.pk: engine for engine in engines}

    @property
    def settings(self) -> dict[str, str]:
        return settings_in(self._data, self._conductor.parameters)

    @property
    def settings_sent(self) -> dict[str, str]:
        """Those that an address names; the others keep their defaults, flags too."""
        names = [each.name for each in self._conductor.parameters if PREFIX + each.name in self._data]
        return {name: lines_of(self._data[PREFIX + name]) for name in names}

    def plan(self, protocol: str, uploaded: Mapping[str, Any] | None = None) -> Plan:
        """Raises PlanRefused for what cannot be read; whether it can be run is for others to say."""
        limit = self._number("limit", 0, 10_000_000)
        source = dict(uploaded) if uploaded else self.source()
        return Plan(
            protocol,
            dict(self._roles()),
            {name: value for name, value in source.items() if name != "limit"} | ({"limit": limit} if limit else {}),
            self.settings,
            self._number("seed", 0, MAX_SEED) or 0,
            self._data.get("name", "").replace("\x00", "\ufffd").strip()[:200],
        )

    def source(self) -> dict[str, Any]:
        kind = self._data.get("source", "")
        if kind == "problems":
            chosen = self._data.get("problem_set", EVERY_SET).replace("\x00", "\ufffd")
            return {"kind": kind} if chosen == EVERY_SET else {"kind": kind, "problem_set": chosen}
        if kind == "collection":
            pk = self._number("collection", 1, 1 << 62)
            filters = RolloutFilter.parse(QueryDict(self._data.get("filter", "")).dict(), with_text=True)
            return {"kind": kind, "collection": pk, "filter": filters.given}
        if kind == "file":
            raise PlanRefused("no file of problems came with the form; choose it again")
        raise PlanRefused("choose what to run on")

    def _roles(self) -> Iterator[tuple[str, Bound]]:
        for role in self._conductor.roles:
            pk, _, model = self._data.get(ROLE + role, "").partition(":")
            engine = self._engines.get(int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
            if engine is None:
                raise PlanRefused(f"choose an engine and a model for the role {role}")
            yield role, Bound(engine, model)

    def _number(self, name: str, low: int, high: int) -> int | None:
        text = self._data.get(name, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:20]) <= high:
            raise PlanRefused(f"{name.replace('_', ' ')} is {text[:40]!r}, must be a whole number from {low} to {high}")
        return int(text)


def choices_of(engines: Sequence[Engine]) -> list[tuple[str, str]]:
    """(value, words) of every model of every engine, for the select of a role."""
    return [(f"{engine.pk}:{model}", f"{engine.name} · {model}") for engine in engines for model in models_of(engine)]


class EngineForm:
    """The form of an engine, as sent."""

    def __init__(self, data: QueryDict, kind: str) -> None:
        self._data, self.kind = data, kind

    @property
    def name(self) -> str:
        return self._data.get("name", "").strip()

    @property
    def queue(self) -> str:
        return self._data.get("queue", MODELS_QUEUE).strip()

    @property
    def models(self) -> str:
        return self._data.get("models", "")

    @property
    def is_enabled(self) -> bool:
        return "is_enabled" in self._data

    @property
    def settings(self) -> dict[str, str]:
        return settings_in(self._data, parameters_of(self.kind))

    def wanted(self) -> Wanted:
        return Wanted(self.name, self.kind, self.queue, models_in(self.models), self.settings, self.is_enabled)


def models_in(text: str) -> dict[str, str]:
    """Models from lines of `name = place`; a name alone is its own place (a server knows it by that name).

    >>> models_in("small = /models/small\\n\\ngpt-x")
    {'small': '/models/small', 'gpt-x': 'gpt-x'}
    """
    found = {}
    for line in text.split("\n"):
        name, _, place = (part.strip() for part in line.partition("="))
        if name in found:
            raise EngineRefused(f"model {name!r} is named twice")
        if name or place:
            found[name] = place or name
    return found


def models_text(engine: Engine) -> str:
    """The models of an engine as the form's lines."""
    return "\n".join(f"{name} = {place}" for name, place in engine.settings.get("models", {}).items())


class TryForm(forms.Form):
    """One thing to ask an engine."""

    model = forms.CharField(max_length=200, required=False)
    system = forms.CharField(max_length=20_000, required=False, strip=False)
    prompt = forms.CharField(max_length=20_000, strip=False, error_messages={"required": "Write something to ask."})
    max_tokens = forms.IntegerField(min_value=1, max_value=4096)
    temperature = forms.FloatField(min_value=0, max_value=5)
    seed = forms.IntegerField(min_value=0, max_value=MAX_SEED)

    def clean_system(self) -> str:
        return lines_of(self.cleaned_data["system"])

    def clean_prompt(self) -> str:
        return lines_of(self.cleaned_data["prompt"])
