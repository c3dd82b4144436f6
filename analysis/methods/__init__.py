"""The literal table of methods: the papers that the application serves, by group. Knows no registry and no page.

Sources: the papers themselves, by their arXiv ids. A row is held to the registries by tests/reports/test_methods.py.
"""

from typing import Final

from analysis.methods.agents import AGENTS
from analysis.methods.calibration import CALIBRATION
from analysis.methods.correction import CORRECTION
from analysis.methods.images import IMAGES
from analysis.methods.interventions import INTERVENTIONS
from analysis.methods.memory import MEMORY
from analysis.methods.method import Group, Method
from analysis.methods.reflection import REFLECTION
from analysis.methods.roles import ROLES
from analysis.methods.sampling import SAMPLING
from analysis.methods.self_report import SELF_REPORT

GROUPS: Final = (
    Group("reflection", "Reflection in a trace", REFLECTION),
    Group("self-correction", "Self-correction", CORRECTION),
    Group("roles", "Critics, teachers, debates", ROLES),
    Group("calibration", "Confidence and knowing", CALIBRATION),
    Group("sampling", "Several samples", SAMPLING),
    Group("self-report", "Self-report and behaviour", SELF_REPORT),
    Group("interventions", "Decoding, activations, policies", INTERVENTIONS),
    Group("agents", "Agents and retrieval", AGENTS),
    Group("images", "Images and video", IMAGES),
    Group("memory", "Memory, demonstrations, societies", MEMORY),
)
METHODS: Final = tuple(method for group in GROUPS for method in group.methods)


def chosen(words: str = "", group: str = "") -> tuple[Group, ...]:
    """The groups with the methods that hold all of the words, without those that hold none.

    Words are apart by blanks; none at all choose every method. An unknown group has no methods.

    >>> [(each.name, len(each.methods)) for each in chosen("first try matters")]
    [('reflection', 1)]
    >>> len(METHODS), chosen("nothing says this"), chosen(group="unknown")
    (57, (), ())
    """
    groups = [each for each in GROUPS if not group or each.name == group]
    kept = [Group(each.name, each.label, _holding(each.methods, words)) for each in groups]
    return tuple(each for each in kept if each.methods)


def _holding(methods: tuple[Method, ...], words: str) -> tuple[Method, ...]:
    return tuple(method for method in methods if method.mentions(words))
