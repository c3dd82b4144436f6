"""The rows of the traces app, one file per noun."""

from apps.traces.models.analyses import Analysis, AnalysisPart, MeasureResult, RolloutFeature
from apps.traces.models.candidates import Candidate, CandidateSet, Reading, Verdict
from apps.traces.models.collections import Collection
from apps.traces.models.imports import Import, ImportIssue, Preset, Upload
from apps.traces.models.problems import Condition, LanguageModel, ModelAlias, Problem, ProblemSet
from apps.traces.models.rollouts import Grade, Rollout, Score, Text, Turn
from apps.traces.models.search import Indexing, SearchBlock, UnusedText
from apps.traces.models.views import SavedView

__all__ = [
    "Analysis",
    "AnalysisPart",
    "Candidate",
    "CandidateSet",
    "Collection",
    "Condition",
    "Grade",
    "Import",
    "ImportIssue",
    "Indexing",
    "LanguageModel",
    "MeasureResult",
    "ModelAlias",
    "Preset",
    "Problem",
    "ProblemSet",
    "Reading",
    "Rollout",
    "RolloutFeature",
    "SavedView",
    "Score",
    "SearchBlock",
    "Text",
    "Turn",
    "UnusedText",
    "Upload",
    "Verdict",
]
