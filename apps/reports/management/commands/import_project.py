"""`manage.py import_project FILE`: an archive as a new project."""

import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from apps.accounts.models import User
from apps.core.blobs import chunks_of
from apps.core.models import JobState
from apps.reports.models import ArchiveImport
from apps.reports.services import archive_imports


class Command(BaseCommand):
    help = "Check an archive of a project and store it as a new project."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="written by export_project or the Backup page")
        parser.add_argument("--name", default="", help="of the new project; default: the name in the archive")
        parser.add_argument("--owner", default="", metavar="USERNAME", help="who will own it; default: nobody yet")

    def handle(self, *, file: Path, name: str, owner: str, **options: Any) -> None:
        try:
            job = self.run_import(file, name, owner)
        except (UserError, OSError) as error:
            raise CommandError(str(error)) from error
        if job.state != JobState.DONE or job.project is None:
            raise CommandError(job.error or f"the import is {job.state}")
        self.stdout.write(f"project {job.project.slug}: {job.n_done:,} rows stored")

    def run_import(self, file: Path, name: str, owner: str) -> ArchiveImport:
        user = User.objects.filter(username=owner).first()
        if owner and user is None:
            raise CommandError(f"there is no user named {owner!r}")
        with file.open("rb") as archive:
            job = archive_imports.request_import(
                chunks=chunks_of(archive),
                file_name=file.name,
                key=secrets.token_hex(16),
                user=user,
                name=name,
                wake=False,
            )
        archive_imports.execute(import_id=job.pk)
        job.refresh_from_db()
        return job
