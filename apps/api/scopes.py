"""What a token may be made for: a literal table from scopes to acts of the table of permissions. Knows no token."""

from enum import StrEnum

from apps.accounts.permissions import Act


class Scope(StrEnum):
    READ = "read"
    ANNOTATE = "annotate"
    REPORT = "report"
    UPLOAD = "upload"
    RUN = "run"
    CORRECT = "correct"
    DELETE = "delete"
    MANAGE = "manage"


ACTS: dict[Scope, frozenset[Act]] = {
    Scope.READ: frozenset({Act.VIEW}),
    Scope.ANNOTATE: frozenset({Act.ANNOTATE, Act.LEAD}),
    Scope.REPORT: frozenset({Act.SAVE, Act.REPORT}),
    Scope.UPLOAD: frozenset({Act.UPLOAD}),
    Scope.RUN: frozenset({Act.RUN}),
    Scope.CORRECT: frozenset({Act.CORRECT}),
    Scope.DELETE: frozenset({Act.DELETE}),
    Scope.MANAGE: frozenset({Act.MANAGE}),
}
WORDS: dict[Scope, str] = {
    Scope.READ: "read everything in a project",
    Scope.ANNOTATE: "write labels, lead the labelling",
    Scope.REPORT: "make reports and saved views",
    Scope.UPLOAD: "import rollouts",
    Scope.RUN: "queue runs and administrations",
    Scope.CORRECT: "correct gold answers and grades",
    Scope.DELETE: "delete collections and runs",
    Scope.MANAGE: "whole projects: archives of them",
}
SCOPE_OF = {act: scope for scope, acts in ACTS.items() for act in acts}
assert set(ACTS) == set(WORDS) == set(Scope), "every scope needs its line in both tables"
assert set(SCOPE_OF) == set(Act), "every act needs the scope that covers it"
assert sum(len(acts) for acts in ACTS.values()) == len(Act), "an act is covered by one scope only"
