"""What a page of the lab is asked for: administrations and ways of counting, with their words. Knows no request."""

from collections.abc import Mapping

from analysis.psychometrics.link import CLUSTERED, CROSSED
from apps.accounts.models import Project
from apps.psychology.queries.administrations import names_of
from apps.psychology.services.linking import Asked, linkable_of

Choices = tuple[tuple[str, str], ...]

LEVEL: Choices = (("joint", "joint (all traits)"), ("marginal", "marginal (one trait)"))
INFERENCE: Choices = ((CLUSTERED, "clustered by model"), (CROSSED, "crossed, as published"))
BEHAVIOURS: Choices = (("main", "one of each task"), ("all", "all"))
PERSONAS: Choices = (("", "without personas"), ("yes", "with personas"))
ALL = "all"
FIELDS: dict[str, tuple[str, Choices]] = {
    "level": ("Coefficients", LEVEL),
    "inference": ("Inference", INFERENCE),
    "behaviours": ("Behaviours", BEHAVIOURS),
    "personas": ("Runs", PERSONAS),
}
"""Name in an address -> label and choices, the usual one first."""


def asked_of(project: Project, given: Mapping[str, str]) -> Asked:
    """What an address asks for; what is not known falls back to the usual."""
    return Asked(
        names_asked(project, given.get("of"), linkable_of(project)),
        _one(given.get("level"), LEVEL),
        _one(given.get("inference"), INFERENCE),
        _one(given.get("behaviours"), BEHAVIOURS),
        given.get("personas") == "yes",
    )


def names_asked(project: Project, of: str | None, usual: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The administration that an address names, all for "all", else the usual."""
    if of == ALL:
        return ()
    return (of,) if of in names_of(project) else usual


def values_of(asked: Asked) -> dict[str, str]:
    """What was asked for, by the names of FIELDS."""
    return {
        "level": asked.level,
        "inference": asked.inference,
        "behaviours": asked.behaviours,
        "personas": "yes" if asked.with_personas else "",
    }


def _one(value: str | None, choices: Choices) -> str:
    return value if value in dict(choices) else choices[0][0]
