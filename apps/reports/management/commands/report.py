"""`manage.py report list` and `manage.py report build FILE`: the reports, and one made anew from its manifest."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.core.models import JobState
from apps.reports.files.making import Made, files_of
from apps.reports.models import FrozenReport, Report
from apps.reports.services.manifests import Manifest, read_manifest
from apps.reports.services.rebuilding import rebuild


class Command(BaseCommand):
    help = (
        "List reports, or build one from its manifest.json (or the archive that holds it) over the data that are here."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        listing = acts.add_parser("list", help="the reports of all projects, or of one")
        listing.add_argument("--project", metavar="SLUG", default="")
        build = acts.add_parser("build", help="write report.html, report.pdf and report.zip")
        build.add_argument("file", metavar="FILE", type=Path, help="manifest.json, or the archive of a report")
        build.add_argument("--project", metavar="SLUG", default="", help="default: the one that the manifest names")
        build.add_argument("--out", metavar="DIR", type=Path, default=Path(), help="made if missing; default: here")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.list(options["project"]) if options["act"] == "list" else self.build(**options)
        except (UserError, OSError) as error:
            raise CommandError(str(error)) from error

    def list(self, slug: str) -> None:
        reports = Report.objects.filter(project__is_deleted=False).select_related("project").order_by("project", "pk")
        for report in reports.filter(project__slug=slug) if slug else reports:
            done = FrozenReport.objects.filter(report=report, state=JobState.DONE).count()
            said = f"{len(report.blocks)} blocks, {done} frozen"
            self.stdout.write(f"{report.project.slug:<24} {report.pk:>6} {report.title} ({said})")

    def build(self, *, file: Path, project: str, out: Path, **options: Any) -> None:
        manifest = read_manifest(file)
        rebuilt = rebuild(project_of(manifest, project), manifest, timezone.now())
        made = files_of(rebuilt.content)
        self.write(made, out)
        for words in rebuilt.differences:
            self.stdout.write(f"differs: {words}")
        for words in made.notes:
            self.stdout.write(f"not drawn: {words}")
        if not rebuilt.differences:
            self.stdout.write("every source is as the manifest cites it")

    def write(self, made: Made, out: Path) -> None:
        out.mkdir(parents=True, exist_ok=True)
        for name, body in (("report.html", made.html), ("report.pdf", made.pdf), ("report.zip", made.package)):
            if body is not None:
                (out / name).write_bytes(body)
                self.stdout.write(f"{out / name}: {len(body):,} bytes")


def project_of(manifest: Manifest, slug: str) -> Project:
    """The project that was asked for, else the one that the manifest cites by name."""
    known = Project.objects.filter(is_deleted=False)
    name = next((source.project for source in manifest.sources), "")
    found = known.filter(slug=slug).first() if slug else known.filter(name=name).first()
    if found is None:
        raise CommandError(f"there is no project {slug or name!r}; --project SLUG names one")
    return found
