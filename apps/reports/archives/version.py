"""The archive's own words: format, version, names of members, what the manifest says. Knows no rows."""

from datetime import UTC
from typing import Any

from apps.accounts.models import Project
from apps.core.jobs import database_now

FORMAT = "afterthought project archive"
VERSION = 1
APPLICATION = "0.1.0"
ROWS, FEATURES, BLOBS = "rows/", "features/", "blobs/"


def member_of(table: str) -> str:
    return f"{ROWS}{table}.jsonl.zst"


def features_member(sha256: str) -> str:
    return f"{FEATURES}{sha256}.parquet"


def blob_member(sha256: str) -> str:
    return f"{BLOBS}{sha256}"


def about(project: Project) -> dict[str, Any]:
    """The manifest, but for its members."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "application": APPLICATION,
        "made_at": database_now().astimezone(UTC).isoformat(timespec="seconds"),
        "project": {"name": project.name, "slug": project.slug},
    }
