"""Which rollouts, as an address asks for them: the filter of the pages, field by field."""

from ninja import Schema
from pydantic import Field

from apps.traces.queries.filters import RolloutFilter


class FilterIn(Schema):
    """The fields of the filter of lists and dashboards; ranges are `low..high` (high not included) or one value."""

    model: str | None = None
    problem_set: str | None = None
    subject: str | None = None
    level: str | None = None
    condition: str | None = None
    outcome: str | None = Field(None, description="of the final answer")
    first_outcome: str | None = None
    truncated: str | None = Field(None, description="yes or no")
    transition: str | None = Field(None, description="tt, ffs, ffd, tf or ft")
    candidates: str | None = Field(None, description="how many: a range, or none, one, many")
    changes: str | None = Field(None, description="changes of the answer: a range")
    tokens: str | None = Field(None, description="a range")
    position: str | None = Field(None, description="of the first candidate, per cent of the lines: a range")
    at: str | None = Field(None, description="of any candidate, per cent of the lines: a range")
    read_tokens: str | None = Field(None, description="a range")
    stable: str | None = Field(None, description="yes or no: is the first answer the final one")
    marker: str | None = None
    problem: str | None = Field(None, description="a problem's id, or a range of them")
    q: str | None = Field(None, description="words of the texts; lists only")
    extractor: str | None = Field(None, description="by whose candidates: a candidate set, as rules@1")
    flow: str | None = Field(None, description="first and last attempt: cc, ci, ic or ii")
    confidence: str | None = None
    band: str | None = None

    def parsed(self, *, with_text: bool = False) -> RolloutFilter:
        """The filter; raises BadFilterError, BadSearchError."""
        given = {name: getattr(self, name) for name in FilterIn.model_fields}
        return RolloutFilter.parse({name: value for name, value in given.items() if value}, with_text=with_text)


class ListIn(FilterIn):
    """What a list of rollouts takes: filter, order, page."""

    sort: str = Field("", max_length=40, description="id, tokens, -tokens ...: what the lists sort by, - for downwards")
    limit: int = Field(100, ge=1, le=500)
    cursor: str = Field("", max_length=4000)
