"""A collection that has been analysed, written straight into rows: rollouts drawn from a seed, features, no text."""

import io
import random
from dataclasses import dataclass, field
from typing import Any

from analysis import features, transitions
from analysis.types import AnswerType, Outcome, Transition
from apps.accounts.models import Membership, Project, Role, User
from apps.core import blobs
from apps.core.models import JobState
from apps.traces.models import (
    Analysis,
    CandidateSet,
    Collection,
    Condition,
    LanguageModel,
    Problem,
    ProblemSet,
    Rollout,
    RolloutFeature,
)

MARKER_COLUMNS = 26


@dataclass
class Shape:
    """What the collection is made of."""

    models: tuple[str, ...] = ("alpha", "beta")
    problem_sets: tuple[str, ...] = ("easy", "hard")
    conditions: tuple[str, ...] = ("temperature 0.6",)
    n_problems: int = 6
    n_samples: int = 3
    has_gold: bool = True
    has_text: bool = True
    seed: int = 7
    right_chance: float = 0.6
    fixed: list[list[str]] = field(default_factory=list)


def user_of(project: Project, role: Role = Role.OWNER) -> User:
    user = User.objects.create_user(f"{role.value}-of-{project.slug}", password="x")
    Membership.objects.create(project=project, user=user, role=role)
    return user


def make_project(slug: str = "maths") -> Project:
    return Project.objects.create(slug=slug, name=slug.title())


def collection_of(project: Project, shape: Shape, name: str = "rollouts") -> Collection:
    """Stored rollouts without an analysis."""
    draw = random.Random(shape.seed)
    collection = Collection.objects.create(project=project, name=name, revision=1)
    models = [LanguageModel.objects.get_or_create(project=project, name=name)[0] for name in shape.models]
    conditions = [
        Condition.objects.get_or_create(project=project, hash=str(place), defaults={"label": label})[0]
        for place, label in enumerate(shape.conditions)
    ]
    problems = _problems(project, shape)
    rollouts = [
        Rollout(
            collection=collection,
            unit_key=f"{model.pk}-{problem.pk}-{sample}",
            external_id=f"{problem.key}/{sample}",
            model=model,
            problem=problem,
            condition=conditions[sample % len(conditions)],
            sample=sample,
            truncated=draw.random() < 0.1,
            n_chars=draw.randrange(500, 9000),
        )
        for model in models
        for problem in problems
        for sample in range(shape.n_samples)
    ]
    Rollout.objects.bulk_create(rollouts)
    collection.n_rollouts, collection.n_problems, collection.n_models = len(rollouts), len(problems), len(models)
    collection.save()
    return collection


def analyse(collection: Collection, shape: Shape) -> Analysis:
    """The finished analysis of a collection, with made-up candidates."""
    draw = random.Random(shape.seed + 1)
    candidate_set, _ = CandidateSet.objects.get_or_create(collection=collection, extractor="rules", version=1)
    related = ("model", "problem__problem_set", "condition")
    rollouts = Rollout.objects.filter(collection=collection).select_related(*related).order_by("pk")
    rows = [_row(rollout, shape, draw) for rollout in rollouts]
    body = io.BytesIO()
    features.frame(rows).write_parquet(body)
    analysis = Analysis.objects.create(
        collection=collection,
        revision=collection.revision,
        candidate_set=candidate_set,
        grader="test@1",
        state=JobState.DONE,
        n_done=len(rows),
        n_total=len(rows),
        features=blobs.put([body.getvalue()]),
    )
    RolloutFeature.objects.bulk_create(_listed(analysis, row) for row in rows)
    return analysis


def analysed(project: Project, shape: Shape | None = None, name: str = "rollouts") -> Analysis:
    shape = shape or Shape()
    return analyse(collection_of(project, shape, name), shape)


def _problems(project: Project, shape: Shape) -> list[Problem]:
    sets = [ProblemSet.objects.get_or_create(project=project, name=name)[0] for name in shape.problem_sets]
    return [
        Problem.objects.get_or_create(
            project=project,
            problem_set=sets[k % len(sets)],
            key=f"p{k}",
            defaults={
                "question": f"What is {k} + {k}?",
                "golds": [str(2 * k)] if shape.has_gold else [],
                "answer_type": AnswerType.MATH,
                "subject": ("algebra", "")[k % 2],
                "level": str(1 + k % 5),
            },
        )[0]
        for k in range(shape.n_problems)
    ]


def _row(rollout: Rollout, shape: Shape, draw: random.Random) -> dict[str, Any]:
    n_lines, n_tokens = draw.randrange(20, 60), draw.randrange(200, 4000)
    n = draw.choice([0, 1, 1, 2, 3, 4, 7]) if shape.has_text else 0
    lines = sorted(draw.randrange(1, n_lines + 1) for _ in range(n))
    classes = [draw.choice([0, 0, 0, 1, 2]) for _ in range(n)]
    verdict = {0: draw.random() < shape.right_chance, 1: False, 2: False}
    right = (Outcome.INCORRECT, Outcome.CORRECT)
    outcomes = [right[verdict[c]] if shape.has_gold else Outcome.NO_GOLD for c in classes]
    final = outcomes[-1] if outcomes else (Outcome.UNPARSED if shape.has_gold else Outcome.NO_GOLD)
    if not shape.has_text:
        final = draw.choice(right)
    found = transitions.classify(outcomes, classes)
    counts = [draw.randrange(3) for _ in range(MARKER_COLUMNS)]
    tokens = [round(line / n_lines * n_tokens) for line in lines]
    first = next((k for k, outcome in enumerate(outcomes) if outcome is Outcome.CORRECT), None)
    row: dict[str, Any] = {
        "rollout_id": rollout.pk,
        "problem_id": rollout.problem_id,
        "collection_id": rollout.collection_id,
        "model": rollout.model.name,
        "problem_set": rollout.problem.problem_set.name,
        "subject": rollout.problem.subject,
        "level": rollout.problem.level,
        "condition": rollout.condition.label,
        "sample": rollout.sample,
        "parent": False,
        "has_gold": shape.has_gold,
        "attempt_outcomes": [draw.choice(right).value, final.value],
        "attempt_classes": [0, 1],
        "attempt_edits": [0.25],
        "attempt_tokens": [n_tokens, 100],
        "attempt_confidences": [None, None],
        "oracle_gated": False,
        "confidence": random.Random(rollout.sample).choice([None, 0.1, 0.25, 0.5, 0.8, 0.95, 1.0]),
        "final_outcome": final.value,
        "first_outcome": outcomes[0].value if outcomes else None,
        "first_is_final": classes[0] == classes[-1] if classes else None,
        "truncated": rollout.truncated,
        "read_from": "reasoning" if shape.has_text else "none",
        "n_chars": rollout.n_chars,
        "n_lines": n_lines if shape.has_text else 0,
        "n_tokens": n_tokens + 100,
        "n_reasoning_tokens": n_tokens,
        "n_read_tokens": n_tokens if shape.has_text else None,
        "token_source": "uploaded",
        "candidate_lines": lines,
        "candidate_tokens": tokens,
        "candidate_outcomes": [outcome.value for outcome in outcomes],
        "candidate_classes": classes,
        "final_class": classes[-1] if classes else None,
        "n_candidates": n,
        "n_undecided": found.n_undecided,
        "n_changed": transitions.n_changed(classes),
        "marker_counts": counts,
        "n_markers_words": sum(counts),
        "kappa_paper": sum(counts) / n_tokens,
        "kappa_repo": sum(counts) / n_tokens,
        "first_correct_line": None if first is None else lines[first],
        "first_correct_tokens": None if first is None else tokens[first],
    }
    counts_of_kinds = {f"n_{kind.value}": found.n(kind) for kind in Transition}
    return dict.fromkeys(features.SCHEMA) | row | counts_of_kinds


def _listed(analysis: Analysis, row: dict[str, Any]) -> RolloutFeature:
    lines, tokens = row["candidate_lines"], row["candidate_tokens"]
    same = ("n_candidates", "n_tt", "n_ffs", "n_ffd", "n_tf", "n_ft", "n_changed", "n_tokens")
    return RolloutFeature(
        analysis=analysis,
        rollout_id=row["rollout_id"],
        outcome=row["final_outcome"],
        first_outcome=row["first_outcome"] or "",
        tokens_first=tokens[0] if tokens else None,
        position=lines[0] / row["n_lines"] if lines else None,
        **{name: row[name] for name in same},
    )
