"""Rollouts with one to three candidates whose law is known: for every measure that reads candidates and tokens.

The first candidate is right with the problem's chance; from one to the next right ones are kept and wrong ones mended
at fixed rates, and the last is the final answer. Tokens are log-normal, two thirds of them before the first candidate.
"""

from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.markers import MARKERS
from analysis.resampling import Floats, Ints
from bench.proofs.base import Design, Simulation, Truth, frame_of, lists, outcomes

MOST = 3
COUNTS = (0.3, 0.4, 0.3)
"""How often a rollout has one, two, three candidates."""
KEPT, MENDED, SAME = 0.95, 0.2, 0.6
"""A right candidate is followed by a right one, a wrong one by a right one, a wrong one that stays wrong by itself."""
MEAN_TOKENS = 1000.0
FIRST = (4.0, 2.0)
"""Beta law of the share of tokens before the first candidate."""
MARKERS_PER_TOKEN = 0.004
SETS = (0.1, 0.1, 0.25, 0.55)
"""Shares of the problems in each of four problem sets, where averages are over sets."""
N_LINES = 1000


class _Read(NamedTuple):
    """Candidates of each rollout, rollouts x MOST (`n` of them are there): right, class of value, tokens until then."""

    n: Ints
    right: Floats
    classes: Ints
    tokens: Ints
    total: Ints


def _read(design: Design, rng: np.random.Generator) -> _Read:
    chance = design.chances(rng)
    n = rng.choice(np.arange(1, MOST + 1), p=COUNTS, size=design.n)
    right, classes = [(rng.random(design.n) < chance).astype(np.float64)], [np.zeros(design.n, dtype=np.int64)]
    for k in range(1, MOST):
        before = right[-1]
        now = (rng.random(design.n) < np.where(before > 0, KEPT, MENDED)).astype(np.float64)
        stays = (before == now) & ((now > 0) | (rng.random(design.n) < SAME))
        right.append(now)
        classes.append(np.where(stays, classes[-1], k))
    total = np.rint(MEAN_TOKENS * np.exp(0.7 * design.mixed(rng) - 0.245)).astype(np.int64) + 20
    first = total * rng.beta(*FIRST, design.n)
    later = np.sort(rng.random((design.n, MOST - 1)), axis=1) * (n[:, None] - 1) / (MOST - 1)
    at = np.column_stack([first, first[:, None] + (total - first)[:, None] * later])
    tokens = np.clip(np.rint(at), 1, total[:, None]).astype(np.int64)
    return _Read(n, np.column_stack(right), np.column_stack(classes), tokens, total)


def draw(design: Design, rng: np.random.Generator, **columns: object) -> pl.DataFrame:
    read = _read(design, rng)
    inside = np.arange(MOST) < read.n[:, None]
    last = (np.arange(design.n), read.n - 1)
    steps = inside[:, 1:]
    before, after = read.right[:, :-1] > 0, read.right[:, 1:] > 0
    alike = read.classes[:, :-1] == read.classes[:, 1:]
    pairs = {
        "n_tt": before & after,
        "n_tf": before & ~after,
        "n_ft": ~before & after,
        "n_ffs": ~before & ~after & alike,
        "n_ffd": ~before & ~after & ~alike,
        "n_changed": ~alike,
    }
    ever = (read.right * inside).max(axis=1) > 0
    at = (read.right * inside).argmax(axis=1)
    tokens, lines = read.tokens, np.maximum(read.tokens * N_LINES // read.total[:, None], 1)
    found = ever, tokens[np.arange(design.n), at], lines[np.arange(design.n), at]
    marks = rng.poisson(MARKERS_PER_TOKEN * read.total[:, None] / len(MARKERS), (design.n, len(MARKERS)))
    given: dict[str, object] = {
        "problem_id": design.problem,
        "first_outcome": outcomes(read.right[:, 0]),
        "final_outcome": outcomes(read.right[last]),
        "first_is_final": read.classes[:, 0] == read.classes[last],
        "final_class": read.classes[last],
        "n_candidates": read.n,
        "n_undecided": 0,
        "n_lines": N_LINES,
        "n_chars": 4 * read.total,
        "n_read_tokens": read.total,
        "n_tokens": read.total,
        "n_markers_words": marks.sum(axis=1),
        "marker_counts": lists(marks),
        "kappa_paper": marks.sum(axis=1) / read.total,
        "kappa_repo": marks.sum(axis=1) / read.total,
        "first_correct_tokens": pl.select(pl.when(pl.Series(found[0])).then(pl.Series(found[1]))).to_series(),
        "first_correct_line": pl.select(pl.when(pl.Series(found[0])).then(pl.Series(found[2]))).to_series(),
        **{name: (pair & steps).sum(axis=1) for name, pair in pairs.items()},
    }
    whole = frame_of(design.n, **given, **columns)
    parts = {
        "candidate_outcomes": outcomes(read.right),
        "candidate_classes": lists(read.classes),
        "candidate_tokens": lists(tokens),
        "candidate_lines": lists(lines),
    }
    schema = whole.schema
    return whole.with_columns(
        pl.Series(name, part, dtype=schema[name], strict=False) for name, part in parts.items()
    ).with_columns(pl.col(*parts).list.head(pl.col("n_candidates")))


def known(design: Design) -> Truth:
    """Accuracies and transitions by arithmetic; tokens too, but for their rounding."""
    p = design.base_rate
    right = [p]
    for _ in range(1, MOST):
        right.append(right[-1] * KEPT + (1 - right[-1]) * MENDED)
    final = float(np.dot(COUNTS, right))
    reached = [sum(COUNTS[k:]) for k in range(1, MOST)]
    from_right = sum(share * right[k] for k, share in enumerate(reached))
    from_wrong = sum(share * (1 - right[k]) for k, share in enumerate(reached))
    steps = from_right + from_wrong
    return {
        "accuracy/first_accuracy": p,
        "accuracy/final_accuracy": final,
        "accuracy/gain": final - p,
        "transitions/p_ft": MENDED,
        "transitions/p_tf": 1 - KEPT,
        "transitions/transition_tt": from_right * KEPT / steps,
        "transitions/transition_tf": from_right * (1 - KEPT) / steps,
        "transitions/transition_ft": from_wrong * MENDED / steps,
        "transitions/transition_ffs": from_wrong * (1 - MENDED) * SAME / steps,
        "transitions/transition_ffd": from_wrong * (1 - MENDED) * (1 - SAME) / steps,
        "transitions/transitions_per_rollout": steps,
        "candidates/candidates_per_rollout": 1 + steps,
        "stability/changes_per_rollout": steps - from_right * KEPT - from_wrong * (1 - MENDED) * SAME,
        "early_stop/accuracy_at_1": p,
        "early_stop/accuracy_lost_at_1": final - p,
        "tokens/tokens_total": MEAN_TOKENS + 20,
        "tokens/share_first": FIRST[0] / sum(FIRST),
        "tokens/share_after": FIRST[1] / sum(FIRST),
        "markers/markers": 1000 * MARKERS_PER_TOKEN,
    }


SIMULATED = {
    "tokens": ("tokens_first", "tokens_between", "share_between"),
    "position": ("first_position", "first_position_median", "all_position"),
    "early_stop": ("accuracy_at_2", "accuracy_lost_at_2", "tokens_saved_at_1", "tokens_saved_at_2"),
    "overthinking": ("eta_s", "eta_t", "kappa_paper", "score_paper", "overthinking_share_paper"),
    "underthinking": ("xi_ut", "xi_ut_reached", "reached_share", "tokens_after_right", "tokens_wrong", "tokens_right"),
    "first_correct": (
        "first_correct_position",
        "first_correct_median",
        "wrong_before_correct",
        "never_correct_share",
        "correct_at_once_share",
        "correct_later_share",
        "given_up_share",
        "correct_by_50",
    ),
    "agreement": (
        "accuracy_agree_2",
        "tokens_saved_agree_2",
        "stopped_agree_2_share",
        "right_when_agree_2",
        "certainty_2",
        "convergence_position",
    ),
    "stability": ("first_is_final_share", "changed_answer_share", "changed_transition_share", "distinct_values"),
    "length_matched": ("reflecting_crude", "longer_crude", "final_over_first_same_problem"),
}
MEASURES = ("accuracy", "transitions", "candidates", "markers", *SIMULATED)
SIMULATION = Simulation(
    MEASURES,
    draw,
    known,
    frozenset(f"{measure}/{name}" for measure, names in SIMULATED.items() for name in names),
    required=frozenset(
        {
            "accuracy/first_accuracy",
            "accuracy/final_accuracy",
            "accuracy/gain",
            "tokens/tokens_total",
            "tokens/tokens_first",
            "candidates/candidates_per_rollout",
            "early_stop/accuracy_lost_at_1",
        }
    ),
)


def draw_sets(design: Design, rng: np.random.Generator) -> pl.DataFrame:
    """As `draw`, the problems dealt to four problem sets of unequal size."""
    edges = np.rint(np.cumsum(SETS) * design.n_problems)
    place = np.minimum(np.searchsorted(edges, np.arange(design.n_problems), side="right"), len(SETS) - 1)
    names = pl.Series([f"set {k}" for k in range(len(SETS))])
    return draw(design, rng, problem_set=names.gather(place[design.problem].astype(np.uint32)))


OVER_SETS = ("accuracy/first_accuracy", "accuracy/gain", "tokens/tokens_total", "tokens/share_after", "markers/markers")


def known_over_sets(design: Design) -> Truth:
    """The sets are drawn from one law, so that the mean of their means is that law's."""
    return {name: value for name, value in known(design).items() if name in OVER_SETS}


MACRO = Simulation(("accuracy", "tokens", "markers"), draw_sets, known_over_sets, required=frozenset(OVER_SETS))
