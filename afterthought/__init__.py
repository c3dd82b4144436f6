"""The client of Afterthought's REST API, from the standard library alone: it knows nothing of the application.

from afterthought import Client
project = Client("http://127.0.0.1:8000", token="at_...").project("maths")
collection = project.upload("rollouts.jsonl")
project.measure("accuracy", [collection["id"]], by=["model"])
"""

from afterthought.client import Client
from afterthought.errors import (
    AfterthoughtError,
    ApiError,
    Conflict,
    Forbidden,
    JobFailed,
    NoAnswer,
    NotFound,
    TooManyRequests,
    Unauthorized,
    Unusable,
)
from afterthought.project import Project

__all__ = [
    "AfterthoughtError",
    "ApiError",
    "Client",
    "Conflict",
    "Forbidden",
    "JobFailed",
    "NoAnswer",
    "NotFound",
    "Project",
    "TooManyRequests",
    "Unauthorized",
    "Unusable",
]
