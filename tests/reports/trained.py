"""A small project of which every training set has a row: rollouts of all the kinds that their methods need."""

from analysis.types import AnswerType, Problem, Role, Rollout, Span, Turn
from apps.accounts.models import Project
from apps.traces.models import Collection
from tests.traces.build import attempt, rollout, stored

HARD = Problem("What is 3 + 3?", ("6",), key="p2")
TASKS = Problem("Tasks of this field: music", (), AnswerType.NONE, key="p3")
ASKED = Turn(Role.USER, "What is 2 + 2?")
AGAIN = Turn(Role.USER, "Look again.")
CRITIQUE = (
    "Step sentence: 2 + 2 is 5.\nCorrectness of the step: Wrong\nExplanation: it is 4.\n"
    "Correctness of the final answer: Wrong\nExplanation: it is 4."
)
FIVE = "<think>a</think><answer>5</answer><reflection>b</reflection><think>c</think><answer>4</answer>"
THOUGHT = "<Step1>2 and 2</Step1><Generalized>Add.</Generalized><Answer>4</Answer>\nFINAL ANSWER: 4"
SETTINGS: dict[str, dict[str, str]] = {
    "relift_buffer": {"demonstrator": "big"},
    "relift_prompts": {"bands": "hard"},
    "tailored": {"teacher": "big"},
    "supercorrect_pairs": {"teacher": "big", "student": "small"},
    "self_evolution": {"filter": "gold"},
    "b_star": {"per_problem": "3"},
}
"""What must be set, or keeps a set small."""


def said(text: str) -> Turn:
    return Turn(Role.ASSISTANT, text, None, Span(0, len(text)), is_attempt=True)


def wrong(reasoning: str = "2 + 2 is 5.\nSo the answer is 5.") -> Turn:
    return attempt(reasoning, "FINAL ANSWER: 5")


def told(role: Role, text: str, actor: str) -> Rollout:
    return rollout(
        f"{role.value}-{actor}", model="small", turns=(ASKED, wrong(), Turn(role, text, actor=actor), attempt())
    )


def rollouts() -> list[Rollout]:
    long = attempt("\n".join(["So the answer is 4."] * 9), "FINAL ANSWER: 4")
    can, cannot = Turn(Role.USER, "Can you sing?"), Turn(Role.ASSISTANT, "Infeasible.", answer="infeasible")
    found = Turn(Role.ASSISTANT, "The sum is off.")
    right = attempt("3 + 3 is 6.\nSo the answer is 6.", "FINAL ANSWER: 6")
    return [
        rollout("long", turns=(ASKED, long)),
        rollout("fixed"),
        rollout("mended", turns=(ASKED, wrong(), AGAIN, attempt())),
        rollout("kept", turns=(ASKED, attempt(), AGAIN, attempt())),
        rollout("spoilt", turns=(ASKED, attempt(), AGAIN, wrong())),
        rollout("own", turns=(ASKED, wrong(), AGAIN, found, AGAIN, attempt())),
        told(Role.CRITIC, CRITIQUE, "big"),
        told(Role.CRITIC, "Hm.", "small"),
        told(Role.TEACHER, "Count again.", "big"),
        rollout("five", turns=(ASKED, said(FIVE))),
        rollout("thought", turns=(ASKED, said(THOUGHT)), model="big"),
        rollout(
            "agent",
            turns=(
                ASKED,
                Turn(Role.ASSISTANT, "Look.", tool_calls=({"name": "add"},)),
                Turn(Role.TOOL, "4"),
                attempt(),
            ),
        ),
        rollout("judged", problem=TASKS, turns=(can, cannot, can, cannot)),
        *(rollout(f"hard-{n}", problem=HARD, turns=(Turn(Role.USER, HARD.question), wrong())) for n in range(8)),
        rollout("shown", problem=HARD, turns=(Turn(Role.USER, HARD.question), right), model="big"),
    ]


def trained(owner: Project | None = None) -> Collection:
    """The collection, not analysed yet."""
    return stored(rollouts(), owner=owner)
