"""Where apps above this one are asked: literal tables of names and paths, imported on first use. Knows none of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from analysis.registry import Entry, Registry
from apps.accounts.models import Project
from apps.traces.models import Collection

NEEDED_PROBLEMS: Registry[Callable[[Project], Iterable[int]]] = Registry(
    "keeper of problems", {"runs": Entry("open runs", "apps.runs.queries.runs:needed_problems")}
)
"""Who still needs problems that no rollout has: ids of a project's problems."""
AFTER_IMPORT: Registry[Callable[[Collection], int]] = Registry(
    "keeper of places", {"labels": Entry("people's labels", "apps.annotation.services.orphans:place_after_import")}
)
"""Who has places in rollouts that an import may have brought back: told of the collection when it is stored."""
PROJECT_MEASURES: Registry[Callable[[Project, Mapping[str, str]], Iterable[Any]]] = Registry(
    "measure of a project",
    {
        "stability": Entry("Does self-report settle", "apps.psychology.services.figures:stability"),
        "link": Entry("Self-report against behaviour", "apps.psychology.services.figures:link"),
        "alignment": Entry("Signs against people's", "apps.psychology.services.figures:alignment"),
        "persona_effect": Entry("What personas move", "apps.psychology.services.figures:persona_effect"),
        "reliability": Entry("How reliable answers are", "apps.psychology.services.figures:reliability"),
    },
)
"""Who measures a whole project: (project, settings as text) to rows that have `as_object()`."""
LAYERS: Registry[Callable[..., Iterable[Any]]] = Registry(
    "reader layer",
    {
        "probes": Entry("Forced answers", "apps.runs.presenters.layers:probes"),
        "continuations": Entry("Continuations after steps", "apps.runs.presenters.importance:continuations"),
        "labels": Entry("People's labels", "apps.annotation.presenters.layers:labels"),
    },
)
"""Who knows places in a rollout's text: (rollout, turn index) to `presenters.layers.Layer`s."""
