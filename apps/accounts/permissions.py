"""Who may do what: one literal table. Knows roles and acts, not views."""

from enum import StrEnum

from apps.accounts.models import Role


class Act(StrEnum):
    VIEW = "view"
    ANNOTATE = "annotate"
    LEAD = "lead annotation"
    SAVE = "save views"
    UPLOAD = "upload"
    RUN = "run models"
    CORRECT = "correct"
    REPORT = "write reports"
    DELETE = "delete"
    MANAGE = "manage"


ALLOWED: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.VIEW}),
    Role.ANNOTATOR: frozenset({Act.ANNOTATE}),
    Role.MEMBER: frozenset({Act.VIEW, Act.ANNOTATE, Act.LEAD, Act.SAVE, Act.UPLOAD, Act.RUN, Act.CORRECT, Act.REPORT}),
    Role.OWNER: frozenset(Act),
}
assert set(ALLOWED) == set(Role), "every role needs its line in the table of permissions"


def may(role: str, act: Act) -> bool:
    return act in ALLOWED[Role(role)]
