"""The form of a new administration, as sent, read into what is wanted. Knows no row but names of engines."""

from collections.abc import Sequence
from typing import Any

from django.http import QueryDict

from analysis.errors import UserError
from analysis.protocols.lab.presenting import ITEM_TEMPLATES
from analysis.psychometrics.personas import ADJECTIVES, STRATEGIES, personas
from apps.psychology.models import Instrument
from apps.psychology.services.administering import Wanted
from apps.runs.forms import lines_of
from apps.runs.models import Engine
from apps.runs.services.plans import MAX_SEED, Bound

USUAL_PROMPTS = ("", "You are a helpful assistant.", "Follow the instructions you are given.")
USUAL = {
    "prompt": [""],
    "template": ["rate"],
    "order": [""],
    "direction": [""],
    "temperatures": ["0.7"],
    "repeats": ["3"],
    "seed": ["0"],
    "max_tokens": ["32"],
    "given": ["item"],
    "marks": ["numbers"],
    "read_by": ["reply"],
    "form": ["chat"],
}
"""What a new form begins with: one plain cell, three times."""


class FormRefused(UserError):
    """A field that cannot be read; the message names it."""


class GridForm:
    """Fields are lists: boxes that are ticked, or one text."""

    def __init__(self, data: QueryDict, instruments: Sequence[Instrument], engines: Sequence[Engine]) -> None:
        self._data = data
        self._instruments = {str(each.pk): each for each in instruments}
        self._engines = {engine.pk: engine for engine in engines}

    def ticked(self, name: str) -> list[str]:
        """What is chosen of a list; a form that nobody sent yet has the usual."""
        return self._data.getlist(name) if self._data else list(USUAL.get(name, ()))

    def text(self, name: str) -> str:
        found = self.ticked(name)
        return lines_of(found[0]).replace("\x00", "\ufffd") if found else ""

    def wanted(self) -> Wanted:
        """Raises UserError for what cannot be read; whether it can be given is for others to say."""
        return Wanted(
            self.text("name").strip(),
            [self._instruments[pk] for pk in self.ticked("instrument") if pk in self._instruments],
            self.ticked("task"),
            [self._bound(value) for value in self.ticked("model")],
            self._grid(),
            self._manner(),
            self._whole("seed", 0, MAX_SEED),
        )

    def _bound(self, value: str) -> Bound:
        pk, _, model = value.partition(":")
        engine = self._engines.get(int(pk)) if pk.isascii() and pk.isdigit() and len(pk) < 19 else None
        if engine is None:
            raise FormRefused(f"model {value[:60]!r} is not one of an engine here")
        return Bound(engine, model)

    def _grid(self) -> dict[str, Any]:
        return {
            "system_prompts": self._prompts(),
            "personas": self._personas(),
            "temperatures": [
                part.strip() for part in self.text("temperatures").replace(";", ",").split(",") if part.strip()
            ],
            "repeats": self._whole("repeats", 1, 1_000),
            "max_tokens": self._whole("max_tokens", 1, 131_072),
            "form": self.text("form") or "chat",
        }

    def _manner(self) -> dict[str, Any]:
        own = self.text("own_template").strip()
        templates = [name for name in self.ticked("template") if name in ITEM_TEMPLATES]
        return {
            "templates": [*templates, *([own] if own else [])],
            "orders": self.ticked("order"),
            "directions": self.ticked("direction"),
            "marks": self.text("marks"),
            "read_by": self.text("read_by"),
            "given": self.text("given"),
        }

    def _prompts(self) -> list[str]:
        """Those that are ticked, then the user's own, one a line."""
        own = [line.strip() for line in self.text("own_prompts").split("\n") if line.strip()]
        return list(dict.fromkeys([*(each for each in self.ticked("prompt") if each in USUAL_PROMPTS), *own]))

    def _personas(self) -> list[dict[str, str]]:
        """The control, the shipped ones of the ticked traits and strategies, then the user's own."""
        targets = [name for name in self.ticked("target") if name in ADJECTIVES]
        strategies = [name for name in self.ticked("strategy") if name in STRATEGIES]
        if bool(targets) != bool(strategies):
            raise FormRefused("personas need a trait and a way of telling it; tick one of each, or none")
        return [*(each.entry for each in personas(targets, strategies)), *self._own_personas()]

    def _own_personas(self) -> list[dict[str, str]]:
        found = []
        for line in self.text("own_personas").split("\n"):
            name, _, rest = (part.strip() for part in line.partition("|"))
            target, _, text = (part.strip() for part in rest.partition("|"))
            if line.strip():
                if not name or not text:
                    raise FormRefused(f"persona {line[:60]!r} must be: name | trait | what the model is told")
                found.append({"name": name, "target": target, "text": text})
        return found

    def _whole(self, name: str, low: int, high: int) -> int:
        text = self.text(name).strip()
        if not (text.isascii() and text.isdigit()) or not low <= int(text[:20]) <= high:
            words = name.replace("_", " ")
            raise FormRefused(f"{words} is {text[:40]!r}, must be a whole number from {low} to {high:,}")
        return int(text)
