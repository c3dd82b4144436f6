"""Reports for tests: of an analysed collection, begun, frozen, shared."""

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import Project, User
from apps.reports.content import Content
from apps.reports.files.making import Made, Tell
from apps.reports.models import FrozenReport, Report
from apps.reports.services import freezing
from apps.reports.services.freezing import request_freeze
from apps.reports.services.reports import create_report
from apps.traces.models import Analysis
from tests.traces.analysed import analysed, make_project, user_of

WORDS = ("text", {"text": "# Why\n\nWe **ask**."})


def analysed_project(slug: str = "maths") -> tuple[Project, User, Analysis]:
    project = make_project(slug)
    return project, user_of(project), analysed(project)


def dashboard_of(analysis: Analysis, **given: object) -> tuple[str, dict[str, object]]:
    return "dashboard", {"collection": str(analysis.collection_id), "page": "reflection"} | given


def report_of(analysis: Analysis, user: User, **given: object) -> Report:
    blocks: list[tuple[str, Mapping[str, Any]]] = [WORDS, dashboard_of(analysis, **given)]
    return create_report(project=analysis.collection.project, user=user, title="Worth it", blocks=blocks)


def plain_files(content: Content, tell: Tell) -> Made:
    """Files that take no time; real ones are made in tests/reports/files."""
    return Made(b"<!doctype html>", b"%PDF-", b"PK", [])


def frozen_of(report: Report, user: User) -> FrozenReport:
    frozen = request_freeze(report=report, user=user)
    freezing.execute(frozen_id=frozen.pk, make=plain_files)
    return FrozenReport.objects.get(pk=frozen.pk)
