"""Engines as administrators keep them: checked settings, allow-listed addresses, names of keys and never a key.

Knows the catalogue's parameters, no engine's code.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings as site
from django.db import IntegrityError, transaction

from analysis.catalogue import ENGINE_PARAMETERS, ENGINES
from analysis.errors import UserError
from analysis.protocols.conduct import Parameter
from analysis.protocols.settings import settle
from apps.runs.models import MODELS_QUEUE, Engine
from apps.runs.services.drafts import plain
from apps.runs.services.plans import ANY_NAME

KEY_NAME = re.compile(r"[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)")
NO_KEYS = frozenset({"SECRET_KEY"})
QUEUE_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,59}")
ADDRESS, KEY_SOURCES = "base_url", ("api_key_env", "api_key_file")
MOST_MODELS = 200
KEY_GONE = "The address changed, so the key's name was taken away; name it again if it is for the new address."


class EngineRefused(UserError):
    """Settings that an engine cannot have; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An engine as the form gives it; `models` are names with a directory (or the name on the server)."""

    name: str
    kind: str
    queue: str = MODELS_QUEUE
    models: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    is_enabled: bool = True


def parameters_of(kind: str) -> tuple[Parameter, ...]:
    """What is set for an engine once; the model is chosen with each run."""
    if kind not in ENGINES:
        raise EngineRefused(f"unknown kind of engine {kind!r}; known: {', '.join(ENGINES)}")
    return tuple(each for each in ENGINE_PARAMETERS[kind] if each.name != "model")


def save_engine(*, wanted: Wanted, engine: Engine | None = None) -> tuple[Engine, list[str]]:
    """Make an engine or change one; returns it and what was done beside, in words. Raises UserError."""
    settings = plain(settle(parameters_of(wanted.kind), wanted.settings))
    remarks: list[str] = []
    if ADDRESS in settings:
        _check_address(settings[ADDRESS])
        remarks = _forget_key(engine, settings)
        _check_key(settings)
    _check_names(wanted)
    row = engine or Engine(kind=wanted.kind)
    row.name, row.queue, row.is_enabled = wanted.name.strip(), wanted.queue.strip(), wanted.is_enabled
    row.settings = settings | {"models": dict(wanted.models)}
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise EngineRefused(f"there is an engine named {wanted.name!r} already") from error
    return row, remarks


def ensure_demo_engines() -> None:
    """The scripted engine and the project's own small model, where a site has neither: what a first visitor can run."""
    Engine.objects.get_or_create(name="scripted", defaults={"kind": "scripted", "settings": {"models": {}}})
    directory = site.BASE_DIR / "demo" / "model"
    if (directory / "config.json").is_file():
        models = {"afterthought-demo": str(directory)}
        settings = {"dtype": "float32", "device": "cpu", "models": models}
        Engine.objects.get_or_create(name="demo model", defaults={"kind": "transformers", "settings": settings})


def _check_names(wanted: Wanted) -> None:
    if not wanted.name.strip() or len(wanted.name) > 100 or not wanted.name.isprintable():
        raise EngineRefused("an engine needs a name of at most 100 printable characters")
    if not QUEUE_NAME.fullmatch(wanted.queue.strip()):
        raise EngineRefused(f"queue {wanted.queue!r}: small letters, digits, dots and dashes, at most 60")
    if not wanted.models and wanted.kind not in ANY_NAME:
        raise EngineRefused("name at least one model, as `name = directory` (or `name = name on the server`)")
    if len(wanted.models) > MOST_MODELS:
        raise EngineRefused(f"{len(wanted.models)} models; {MOST_MODELS} is the most")
    for name, place in wanted.models.items():
        if not name or len(name) > 200 or not place or len(place) > 1000 or not (name + place).isprintable():
            raise EngineRefused(f"model {name[:60]!r}: write a name of at most 200 characters, =, and where it is")


def _check_address(address: str) -> None:
    """Only hosts that the site's settings allow; what the name resolves to is checked again with every connection."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.password:
        raise EngineRefused(f"address {address[:200]!r}: write http(s)://host/path, without a user or password")
    if parts.hostname not in site.ENGINE_HOSTS:
        known = ", ".join(site.ENGINE_HOSTS)
        raise EngineRefused(f"host {parts.hostname!r} is not allowed; ENGINE_HOSTS of this site allows: {known}")


def _check_key(settings: Mapping[str, Any]) -> None:
    name = settings.get("api_key_env", "")
    if name and (not KEY_NAME.fullmatch(name) or name in NO_KEYS):
        raise EngineRefused(
            "the key is named, never given: write the name of an environment variable of the worker that ends in "
            "_KEY or _TOKEN, such as OPENAI_API_KEY"
        )


def _forget_key(engine: Engine | None, settings: dict[str, Any]) -> list[str]:
    """A key is for one address: where that changes, what named the key before is taken away."""
    if engine is None or engine.settings.get(ADDRESS) == settings[ADDRESS]:
        return []
    kept = [name for name in KEY_SOURCES if settings.get(name) and settings[name] == engine.settings.get(name)]
    for name in kept:
        settings[name] = ""
    return [KEY_GONE] if kept else []
