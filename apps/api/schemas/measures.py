"""What the API says of measures: what there is, and the rows of one."""

from typing import Any

from ninja import Schema
from pydantic import Field

from analysis.measures.base import Measure, Row, Setting
from apps.api.schemas.filters import FilterIn
from apps.traces.models import Analysis


class SettingOut(Schema):
    """A named choice of a measure; `choices` (empty: a number from `low` to `high`)."""

    name: str
    label: str
    default: str
    choices: list[str]
    low: float | None
    high: float | None
    whole: bool

    @classmethod
    def of(cls, setting: Setting) -> "SettingOut":
        choices = [value for value, _ in setting.choices]
        own = ("name", "label", "default", "low", "high", "whole")
        return cls(choices=choices, **{name: getattr(setting, name) for name in own})


class MeasureOut(Schema):
    """A statistic: what it asks, how to read it, when it is undefined, where it is from."""

    name: str
    label: str
    question: str
    how_to_read: str
    undefined_when: str
    citation: str
    settings: list[SettingOut]

    @classmethod
    def of(cls, name: str, measure: Measure) -> "MeasureOut":
        own = ("label", "question", "how_to_read", "undefined_when", "citation")
        settings = [SettingOut.of(each) for each in measure.settings]
        return cls(name=name, settings=settings, **{each: getattr(measure, each) for each in own})


class RowOut(Schema):
    """A number with its 95 % interval; `reason` says why there is no estimate or no interval. A share is a fraction."""

    measure: str
    label: str
    group: dict[str, str]
    n: int
    n_problems: int
    estimate: float | None
    low: float | None
    high: float | None
    unit: str
    n_events: int | None
    edges: tuple[float, float] | None
    reason: str | None

    @classmethod
    def of(cls, row: Row) -> "RowOut":
        return cls(group=dict(row.group), **{name: getattr(row, name) for name in cls.model_fields if name != "group"})


class AnalysedOut(Schema):
    """The analysis that numbers rest on; `is_current`: it is of the collection as it stands."""

    id: int
    collection_id: int
    revision: int
    candidate_set: str
    grader: str
    is_current: bool

    @classmethod
    def of(cls, row: Analysis, is_current: bool) -> "AnalysedOut":
        return cls(
            id=row.pk,
            collection_id=row.collection_id,
            revision=row.revision,
            candidate_set=str(row.candidate_set),
            grader=row.grader,
            is_current=is_current,
        )


class ComputedOut(Schema):
    """Rows of one measure over the rollouts that the filter chose, with what they rest on."""

    measure: str
    citation: str
    by: list[str]
    settings: dict[str, str]
    filters: dict[str, Any]
    analyses: list[AnalysedOut]
    rows: list[RowOut]


class ComputeIn(FilterIn):
    """Which collections, by which columns, under which settings (`name=value`), of which rollouts."""

    collection: list[int] = Field(min_length=1, max_length=50)
    by: list[str] = Field(default_factory=list, max_length=5)
    setting: list[str] = Field(default_factory=list, max_length=20)
