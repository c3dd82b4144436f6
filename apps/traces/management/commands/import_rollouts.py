"""`manage.py import_rollouts FILE…`: what the upload page does, from the shell."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from apps.accounts.models import Project
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.core.context import n_workers
from apps.core.models import JobState
from apps.traces.models import Collection, Import
from apps.traces.services import imports
from apps.traces.services.analyses import ensured_analysis, request_analysis


class Command(BaseCommand):
    help = "Read files (or folders) of rollouts into one collection of a project, and analyse it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="files or folders; together they are one collection"
        )
        parser.add_argument("--project", required=True, metavar="SLUG", help="made if missing")
        parser.add_argument("--name", default="", help="of the collection; default: the file's or folder's name")
        parser.add_argument("--format", default="auto", help="auto (default), or a format's name")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=PATH", help="read FIELD from PATH")
        parser.add_argument("--set", action="append", default=[], metavar="FIELD=VALUE", help="a fixed value for FIELD")
        parser.add_argument(
            "--keep-good", action="store_true", help="store the good rows even if others cannot be read"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = self.read(options)
        except UserError as error:
            raise CommandError(str(error)) from error
        report = report_of(reading)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))
        if not report["rollouts"]:
            raise CommandError(reading.error or "nothing was stored")
        if report["errors"] and not options["keep_good"]:
            sys.exit(1)

    def read(self, options: dict[str, Any]) -> Import:
        project = find_or_make(options["project"])
        reading = imports.create_draft(project=project, user=None, name=options["name"])
        for name, path in named_files(options["files"]):
            with path.open("rb") as file:
                imports.add_upload(reading=reading, name=name, chunks=chunks_of(file))
        imports.set_options(
            reading=reading,
            options=imports.Options(
                format=options["format"],
                map_values=pairs("--map", options["map"]),
                set_values=pairs("--set", options["set"]),
                keep_good=options["keep_good"],
            ),
        )
        imports.confirm(reading=reading, wake=False)
        imports.execute(import_id=reading.pk)
        reading.refresh_from_db()
        if reading.state == JobState.DONE and reading.collection is not None:
            self.analyse(reading.collection)
        return reading

    def analyse(self, collection: Collection) -> None:
        if n_workers():
            request_analysis(collection=collection)
        else:
            ensured_analysis(collection=collection)


def find_or_make(slug: str) -> Project:
    return Project.objects.filter(slug=slug, is_deleted=False).first() or create_project(
        name=slug, slug=slug, owner=None
    )


def named_files(arguments: Sequence[str]) -> Iterator[tuple[str, Path]]:
    """The files with the names under which they are kept: a folder's files by their path in it."""
    for argument in arguments:
        path = Path(argument)
        if path.is_dir():
            for inner in sorted(path.rglob("*")):
                if inner.is_file():
                    yield str(Path(path.resolve().name) / inner.relative_to(path)), inner
        elif path.is_file():
            yield path.name, path
        else:
            raise CommandError(f"{argument}: there is no such file or folder")


def pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    values = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise CommandError(f"{option} {pair!r}: write FIELD=VALUE")
        values[name] = value
    return values


def report_of(reading: Import) -> dict[str, Any]:
    """What the import did, as the JSON object that scripts read."""
    collection = reading.collection
    stored = collection is not None and not collection.is_deleted
    errors = reading.issues.filter(kind="error").order_by("pk")
    whole_file = reading.state == JobState.FAILED and not reading.n_errors
    unreadable = [{"file": "", "row": None, "field": "", "message": reading.error}] if whole_file else []
    names = collection.rollouts.values_list("model__name", flat=True) if collection and stored else None
    return {
        "collection": collection.pk if collection and stored else None,
        "format": reading.detected or reading.format,
        "rollouts": collection.n_rollouts if collection and stored else 0,
        "problems": collection.n_problems if collection and stored else 0,
        "models": sorted(names.distinct()) if names is not None else [],
        "truncated": reading.n_truncated,
        "duplicates": reading.n_duplicates,
        "errors": len(unreadable) or reading.n_errors,
        "files": said_of(reading, "file"),
        "not_rollouts": said_of(reading, "not rollouts"),
        "remarks": [remark["message"] for remark in said_of(reading, "remark")],
        "error_list": unreadable
        or [{"file": issue.file, "row": issue.row, "field": issue.field, "message": issue.message} for issue in errors],
    }


def said_of(reading: Import, kind: str) -> list[dict[str, str]]:
    issues = reading.issues.filter(kind=kind).order_by("pk")
    return [{"file": issue.file, "message": issue.message} for issue in issues]


def in_words(report: dict[str, Any]) -> str:
    head = (
        f"collection {report['collection']}: {report['rollouts']} rollouts of {len(report['models'])} models on "
        f"{report['problems']} problems, read as {report['format']}; {report['truncated']} truncated, "
        f"{report['duplicates']} duplicates left out, {report['errors']} rows with an error"
    )
    lines = [
        f"  {issue['file']} row {issue['row']} {issue['field']}: {issue['message']}" for issue in report["error_list"]
    ]
    files = [f"  {said['file']}: {said['message']}" for said in report["files"]]
    files += [f"  {said['file']}: not rollouts: {said['message']}" for said in report["not_rollouts"]]
    remarks = [f"  {remark}" for remark in report["remarks"]]
    return "\n".join([head, *files, *remarks, *lines])
