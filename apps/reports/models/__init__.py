"""Rows of archives and of reports."""

from apps.reports.models.moving import ArchiveExport, ArchiveImport
from apps.reports.models.reports import FrozenReport, Report, ShareLink

__all__ = ["ArchiveExport", "ArchiveImport", "FrozenReport", "Report", "ShareLink"]
