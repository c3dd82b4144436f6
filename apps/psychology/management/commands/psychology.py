"""`manage.py psychology import DIR --format NAME --project SLUG`: published runs of the lab's kind into collections."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from apps.psychology.published.files import MOST_BYTES, File
from apps.psychology.published.table import STUDIES
from apps.psychology.services.published import KNOWN, Brought, import_published
from apps.psychology.services.questions import FORMATS, add_questions
from apps.traces.management.commands.import_rollouts import find_or_make, named_files


class Command(BaseCommand):
    help = "The psychology lab from the shell: import published runs of questionnaires and tasks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
        bring = acts.add_parser("import", help="published runs into collections of a project")
        bring.add_argument("files", nargs="+", metavar="DIR", help="the study's folder, its files, or a zip of them")
        known = ", ".join(STUDIES)
        bring.add_argument("--format", required=True, metavar="NAME", help=known)
        bring.add_argument("--project", required=True, metavar="SLUG", help="made if missing")
        bring.add_argument("--name", default="", help="what the collections' names begin with; default: the study's")
        bring.add_argument("--json", action="store_true", help="print a list of objects and nothing else on stdout")
        asks = acts.add_parser("questions", help="questions of others for the feasibility task")
        asks.add_argument("file", metavar="FILE", help="JSON")
        asks.add_argument("--format", required=True, metavar="NAME", help=", ".join(FORMATS))
        asks.add_argument("--project", required=True, metavar="SLUG", help="made if missing")
        asks.add_argument("--name", default="SelfAware", help="of the problem set")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["act"] == "questions":
            self.add_questions(options)
        else:
            self.bring(options)

    def add_questions(self, options: dict[str, Any]) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file")
        try:
            problem_set, n = add_questions(
                project=find_or_make(options["project"]),
                content=content_of(path),
                format_name=options["format"],
                name=options["name"],
            )
        except UserError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{n} questions in the problem set {problem_set!r}")

    def bring(self, options: dict[str, Any]) -> None:
        if options["format"] not in STUDIES:
            raise CommandError(f"unknown format {options['format']!r}; known: {', '.join(STUDIES)}")
        try:
            files = [File(name, content_of(path)) for name, path in named_files(options["files"])]
            project = find_or_make(options["project"])
            brought = import_published(
                project=project, user=None, study=options["format"], files=files, name=options["name"]
            )
        except UserError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([as_object(each) for each in brought], ensure_ascii=False))
        else:
            self.stdout.write("\n".join(map(in_words, brought)))


def content_of(path: Path) -> bytes:
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise CommandError(f"{path} has {size:,} bytes, may have {MOST_BYTES:,}")
    return path.read_bytes()


def as_object(each: Brought) -> dict[str, Any]:
    collection = each.collection
    return {
        "group": each.title,
        "collection": collection.pk,
        "name": collection.name,
        "rollouts": collection.n_rollouts,
        "models": collection.n_models,
        "state": each.said,
    }


def in_words(each: Brought) -> str:
    told = " (nothing was stored twice)" if each.said == KNOWN else ""
    collection = each.collection
    return f"{each.said}{told}: collection {collection.pk} {collection.name!r}, {each.n_sittings} sittings"
