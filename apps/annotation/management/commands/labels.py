"""`manage.py labels import|export --project P --scheme S --format F FILE`: what the page of exchange does."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from analysis.errors import UserError
from analysis.labelling.exchange import FORMATS
from analysis.labelling.exchange.gold import LAYERS
from analysis.labelling.exchange.gold.base import GivenFile
from analysis.labelling.exchange.types import Bundle
from analysis.labelling.shipped import SCHEMES
from apps.accounts.models import Project, User
from apps.annotation.models import Scheme
from apps.annotation.services.exchange import create_scheme_as, export, import_bundle
from apps.annotation.services.schemes import create_scheme
from apps.annotation.services.taking_in import Imported
from apps.traces.models import Collection

MOST_SHOWN = 20


class Command(BaseCommand):
    help = "Write the labels of a scheme to a file, or read a file of labels. Each label is placed by its very text."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("direction", choices=["import", "export"])
        parser.add_argument("file", metavar="FILE", type=Path, help="for thought_anchors the folder")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--scheme", required=True, metavar="NAME", help="made by an import where it is missing")
        parser.add_argument(
            "--format", required=True, choices=[*FORMATS, *LAYERS], metavar="F", help=", ".join([*FORMATS, *LAYERS])
        )
        parser.add_argument(
            "--layer", action="append", default=[], metavar="L", help="export: only this one; import: into this one"
        )
        parser.add_argument("--collection", type=int, metavar="ID", help="import: look for the texts there only")
        parser.add_argument("--user", default="", metavar="NAME", help="import: who does it, for the history")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"], is_deleted=False).first()
        if project is None:
            raise CommandError(f"there is no project {options['project']!r}")
        act = self.take if options["direction"] == "import" else self.write
        try:
            report = act(project, options)
        except UserError as error:
            raise CommandError(f"{options['file']}: {error}") from error
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))

    def write(self, project: Project, options: Mapping[str, Any]) -> dict[str, Any]:
        if options["format"] not in FORMATS:
            raise CommandError(f"{options['format']} is read only; files are written as {', '.join(FORMATS)}")
        scheme = Scheme.objects.filter(project=project, name=options["scheme"]).first()
        if scheme is None:
            raise CommandError(_no_scheme(project, options["scheme"]))
        form = FORMATS[options["format"]]
        n_bytes = written(options["file"], export(scheme=scheme, form=form, layers=options["layer"]))
        return {"file": str(options["file"]), "format": options["format"], "bytes": n_bytes}

    def take(self, project: Project, options: Mapping[str, Any]) -> dict[str, Any]:
        if len(options["layer"]) > 1:
            raise CommandError("an import goes into one layer")
        if not options["file"].exists():
            raise CommandError(f"{options['file']}: there is no such file or folder")
        user, collection = found_user(options["user"]), found_collection(project, options["collection"])
        scheme = Scheme.objects.filter(project=project, name=options["scheme"]).first()
        bundle = read(options["format"], options["file"], scheme)
        scheme = scheme or scheme_made(project, options["scheme"], bundle, user)
        layer = "".join(options["layer"])
        result = import_bundle(scheme=scheme, bundle=bundle, actor=user, layer=layer, collection=collection)
        return report_of(result)


def read(name: str, path: Path, scheme: Scheme | None) -> Bundle:
    """A file of labels; where the project has no such scheme, with the file's own or the shipped one that it is for."""
    if name in LAYERS:
        return LAYERS[name].read(given_files(path))
    with path.open("rb") as source:
        return FORMATS[name].read(source, scheme.plain if scheme else None)


def given_files(path: Path) -> Iterator[GivenFile]:
    """The file, or the folder's files by their path in it."""
    paths = sorted(each for each in path.rglob("*") if each.is_file()) if path.is_dir() else [path]
    for each in paths:
        yield GivenFile(each.relative_to(path.parent).as_posix(), _opener(each))


def _opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")


def scheme_made(project: Project, name: str, bundle: Bundle, user: User | None) -> Scheme:
    """A scheme of this name with the labels that the bundle is of; a shipped one is remembered as such."""
    shipped = bundle.scheme.name
    if shipped in SCHEMES and SCHEMES[shipped] == bundle.scheme:
        return create_scheme(project=project, user=user, name=name, shipped=shipped)
    return create_scheme_as(project=project, user=user, name=name, plain=bundle.scheme)


def found_user(name: str) -> User | None:
    user = User.objects.filter(username=name).first() if name else None
    if name and user is None:
        raise CommandError(f"there is no user {name!r}")
    return user


def found_collection(project: Project, pk: int | None) -> Collection | None:
    collection = Collection.objects.filter(project=project, is_deleted=False, pk=pk).first() if pk else None
    if pk and collection is None:
        raise CommandError(f"project {project.slug!r} has no collection {pk}")
    return collection


def _no_scheme(project: Project, name: str) -> str:
    known = ", ".join(Scheme.objects.filter(project=project).values_list("name", flat=True)) or "none"
    return f"project {project.slug!r} has no scheme {name!r}; known: {known}"


def written(path: Path, parts: Iterable[str]) -> int:
    """Write beside the file and put it in its place when it is whole; how many bytes it has."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("w", encoding="utf-8", newline="") as file:
            for part in parts:
                file.write(part)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return path.stat().st_size


def report_of(result: Imported) -> dict[str, Any]:
    return {
        "stored": result.n_stored,
        "there_already": result.n_known,
        "layers": result.layers,
        "left_out": [{"where": left.where, "reason": left.reason} for left in result.unplaced],
    }


def in_words(report: Mapping[str, Any]) -> str:
    if "file" in report:
        return f"{report['file']}: {report['bytes']} bytes"
    left = report["left_out"]
    head = f"{report['stored']} labels stored, {report['there_already']} there already, {len(left)} left out"
    lines = [f"  {each['where']}: {each['reason']}" for each in left[:MOST_SHOWN]]
    more = [f"  … and {len(left) - MOST_SHOWN} more (--json lists them all)"] if len(left) > MOST_SHOWN else []
    return "\n".join([head, *lines, *more])
