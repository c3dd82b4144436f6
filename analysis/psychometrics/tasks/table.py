"""The literal table of behavioural tasks. Knows none of them."""

from analysis.psychometrics.tasks.task import Task
from analysis.registry import Entry, Registry

TASKS: Registry[Task] = Registry(
    "task",
    {
        "card_task": Entry("Columbia Card Task (risk)", "analysis.psychometrics.tasks.cards:CARDS"),
        "association": Entry("Word association (IAT)", "analysis.psychometrics.tasks.association:ASSOCIATION"),
        "honesty": Entry("Two-call honesty", "analysis.psychometrics.tasks.honesty:HONESTY"),
        "sycophancy": Entry("Sycophancy with controls", "analysis.psychometrics.tasks.sycophancy:SYCOPHANCY"),
        "lottery": Entry("Lottery risk", "analysis.psychometrics.tasks.lottery:LOTTERY"),
        "self_prediction": Entry("Self-prediction", "analysis.psychometrics.tasks.self_prediction:SELF_PREDICTION"),
        "feasibility": Entry("Feasibility judgement", "analysis.psychometrics.tasks.feasibility:FEASIBILITY"),
        "self_description": Entry("Self-description", "analysis.psychometrics.tasks.self_description:SELF_DESCRIPTION"),
    },
)
