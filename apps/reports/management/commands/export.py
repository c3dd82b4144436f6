"""`manage.py export TABLE --project SLUG --out FILE`: any table as a file, with its data dictionary beside it."""

import os
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from apps.core.tables.formats import FORMATS
from apps.reports.exports.table import TABLES
from apps.reports.exports.wanted import Wanted
from apps.traces.management.commands.measure import pairs_of, project_of

DICTIONARY = ".dictionary.json"


class Command(BaseCommand):
    help = "Write a table: " + "; ".join(f"{name} ({label})" for name, label in TABLES.choices())

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", metavar="TABLE", help=", ".join(TABLES))
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--collection", default="", metavar="ID", help="all of the project without it")
        parser.add_argument(
            "--filter",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="as addresses of lists and pages have it",
        )
        parser.add_argument("--columns", action="append", default=[], metavar="NAME,…", help="all without it")
        parser.add_argument("--format", choices=list(FORMATS), default="csv")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="one that is there is replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        given = pairs_of(options["filter"]) | {"collection": options["collection"]}
        out: Path = options["out"]
        try:
            wanted = Wanted.parse(project_of(options["project"]), options["table"], given, options["columns"])
            n_bytes = write_whole(out, wanted.parts(options["format"]))
            write_whole(out.with_name(out.name + DICTIONARY), [wanted.dictionary_json()])
        except (UserError, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{n_bytes:,} bytes in {out}, what its columns mean in {out.name}{DICTIONARY}")


def write_whole(path: Path, parts: Iterable[bytes]) -> int:
    """All of it or nothing: what is there stays until the new file is whole."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")
    n = 0
    try:
        with partial.open("wb") as file:
            for part in parts:
                n += file.write(part)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return n
