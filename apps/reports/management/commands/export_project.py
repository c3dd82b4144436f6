"""`manage.py export_project SLUG FILE`: a whole project as one archive."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.reports.services.exports import write_archive


class Command(BaseCommand):
    help = "Write a project with everything that hangs on it into one archive, checked by hash."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", metavar="SLUG", help="of the project, as it stands in its address")
        parser.add_argument("file", metavar="FILE", type=Path, help="the archive; one that is there is replaced")

    def handle(self, *, slug: str, file: Path, **options: Any) -> None:
        project = Project.objects.filter(slug=slug, is_deleted=False).first()
        if project is None:
            raise CommandError(f"there is no project {slug!r}")
        try:
            manifest = write_archive(project, file)
        except (UserError, OSError) as error:
            raise CommandError(str(error)) from error
        for name, member in sorted(manifest["members"].items()):
            if member.get("n_rows"):
                self.stdout.write(f"{member['n_rows']:>12,} {name.removeprefix('rows/').removesuffix('.jsonl.zst')}")
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes, {len(manifest['members'])} members, read back")
