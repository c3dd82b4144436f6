"""What the API answers, as types: the fields that programs use most. The OpenAPI document has all of them."""

from typing import Any, TypedDict


class ProjectInfo(TypedDict):
    slug: str
    name: str
    role: str
    is_sample: bool
    created_at: str


class TokenInfo(TypedDict):
    name: str
    prefix: str
    owner: str
    project: str | None
    scopes: list[str]
    expires_at: str | None


class Progress(TypedDict):
    state: str | None
    n_done: int | None
    n_total: int | None


class Collection(TypedDict):
    id: int
    name: str
    revision: int
    counting_grade: str
    n_rollouts: int
    n_problems: int
    n_models: int
    created_at: str
    changed_at: str
    importing: Progress
    analysis: Progress
    analysis_revision: int | None
    indexing: Progress


class Job(TypedDict):
    id: int
    state: str
    n_done: int
    n_total: int
    phase: str
    error: str


class Analysis(Job):
    collection_id: int
    revision: int
    candidate_set: str
    grader: str


class File(TypedDict):
    id: int
    name: str
    n_bytes: int
    sha256: str


class Import(Job):
    name: str
    collection_id: int | None
    replaces: bool
    format: str
    detected: str
    n_truncated: int
    n_duplicates: int
    n_errors: int
    files: list[File]


class Preview(TypedDict):
    sentence: str
    format: str
    mapping: dict[str, Any]
    fields: list[dict[str, str]]
    unused: list[str]
    warnings: list[str]
    rows: list[dict[str, Any]]
    errors: list[str]
    models: list[str]
    share_read: float


class Problem(TypedDict):
    id: int
    key: str
    problem_set: str
    question: str
    golds: list[str]
    answer_type: str
    options: list[str]
    subject: str
    level: str
    merged_into: int | None


class RolloutLine(TypedDict):
    id: int
    external_id: str
    collection_id: int
    problem_id: int
    problem_key: str
    problem_set: str
    subject: str
    level: str
    question: str
    model: str
    condition: str
    sample: int
    truncated: bool
    error: str
    n_chars: int
    n_uploaded_tokens: int | None
    outcome: str | None
    first_outcome: str | None
    n_candidates: int | None
    n_tt: int | None
    n_ffs: int | None
    n_ffd: int | None
    n_tf: int | None
    n_ft: int | None
    n_changed: int | None
    n_tokens: int | None
    tokens_first: int | None
    position: float | None


class Turn(TypedDict):
    index: int
    role: str
    actor: str
    text: str | None
    reasoning_start: int | None
    reasoning_end: int | None
    response_start: int | None
    response_end: int | None
    is_attempt: bool
    answer: str | None
    confidence: float | None
    n_tokens: int | None
    finish_reason: str
    reward: float | None


class Grade(TypedDict):
    turn_index: int
    source: str
    grader: str
    outcome: str
    value: str
    reason: str
    graded_by: str | None
    graded_at: str


class Rollout(TypedDict):
    id: int
    external_id: str
    unit_key: str
    collection_id: int
    problem_id: int
    model: str
    condition: str
    factors: dict[str, Any]
    sample: int
    parent_id: int | None
    truncated: bool
    error: str
    attributes: dict[str, Any]
    turns: list[Turn]
    grades: list[Grade]
    scores: list[dict[str, Any]]


class Candidate(TypedDict):
    rollout_id: int
    turn_index: int
    index: int
    start: int
    end: int
    line: int
    value: str
    rule: str
    because: str


class JudgedCandidate(Candidate):
    outcome: str | None
    transition: str | None


class CandidateSet(TypedDict):
    name: str
    label: str
    n_read: int | None


class Measure(TypedDict):
    name: str
    label: str
    question: str
    how_to_read: str
    undefined_when: str
    citation: str
    settings: list[dict[str, Any]]


class Row(TypedDict):
    """A number with its 95 % interval; undefined is None, with the reason."""

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
    edges: list[float] | None
    reason: str | None


class Computed(TypedDict):
    measure: str
    citation: str
    by: list[str]
    settings: dict[str, str]
    filters: dict[str, str]
    analyses: list[dict[str, Any]]
    rows: list[Row]


class Hits(TypedDict):
    collection_id: int
    collection: str
    n: int
    is_bound: bool
    hits: list[dict[str, Any]]


class Report(TypedDict):
    id: int
    title: str
    authors: str
    revision: int
    blocks: list[dict[str, Any]]
    changed_at: str


class Frozen(TypedDict):
    number: int
    title: str
    state: str
    error: str
    files: list[str]
    notes: list[str]
    created_at: str
    finished_at: str | None


class Link(TypedDict):
    id: int
    url: str | None
    created_at: str
    expires_at: str
    withdrawn_at: str | None


class Run(Job):
    """`state` may also be paused; `collection` is what it fills, once it has."""

    name: str
    protocol: str
    protocol_version: str
    parameters: dict[str, Any]
    source: dict[str, Any]
    roles: list[dict[str, str]]
    first_seed: int
    n_failed: int
    n_requests: int
    n_tokens: int
    n_prompt_tokens: int
    collection: int | None


class Estimate(TypedDict):
    n_items: int
    n_units: int
    n_requests: int
    n_tokens: int
    is_whole: bool


class Administration(TypedDict):
    id: int
    name: str
    given_at: str
    parts: list[dict[str, Any]]


class Scheme(TypedDict):
    id: int
    name: str
    version: int
    description: str
    many: bool
    segmentation: str
    kinds: list[dict[str, Any]]


class Queue(TypedDict):
    id: int
    name: str
    scheme: int
    strategy: str
    overlap: int
    is_blind: bool
    is_open: bool
    n_items: int
    n_done: int


class Item(TypedDict):
    id: int
    queue: int
    position: int
    state: str
    is_flagged: bool
    question: str
    texts: list[dict[str, Any]]
    labels: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]


class Label(TypedDict):
    """`start` and `end` are code points of the turn's text."""

    id: int
    key: str
    layer_kind: str
    layer: str
    rollout: int
    turn: int | None
    start: int | None
    end: int | None
    name: str
    value: str
    author: str | None
    made_at: str


class Table(TypedDict):
    name: str
    label: str
    row: str
    options: list[str]
    is_filtered: bool
    columns: list[str]
