"""`manage.py measure NAME --collection ID` or `--project SLUG`: the rows of a measure, for scripts."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.answers.extract import DEFAULT
from analysis.errors import UserError
from analysis.measures import MEASURES
from analysis.measures.base import GROUPS, Row
from apps.accounts.models import Project
from apps.core.templatetags.numbers import interval, written
from apps.traces.models import Analysis, Collection
from apps.traces.presenters.exports import measure_lines, safe
from apps.traces.queries.candidate_sets import name_of
from apps.traces.queries.filters import FIELDS, RolloutFilter
from apps.traces.seams import PROJECT_MEASURES
from apps.traces.services import measuring
from apps.traces.services.analyses import ensured_analysis


class Command(BaseCommand):
    help = (
        f"Print the rows of a measure. Over one or more collections: {', '.join(MEASURES)}. "
        f"Over a project: {', '.join(PROJECT_MEASURES)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help=", ".join([*MEASURES, *PROJECT_MEASURES]))
        parser.add_argument("--collection", type=int, action="append", default=[], metavar="ID")
        parser.add_argument("--project", default="", metavar="SLUG", help=f"of {', '.join(PROJECT_MEASURES)}")
        parser.add_argument("--by", default="", metavar="COLUMN,…", help=", ".join(GROUPS))
        parser.add_argument(
            "--set", action="append", default=[], metavar="SETTING=VALUE", help="a setting of the measure"
        )
        parser.add_argument(
            "--extractor", default=DEFAULT, metavar="NAME", help="whose candidates: a rule or a stored set, as boxed@1"
        )
        parser.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE", help=", ".join(FIELDS))
        output = parser.add_mutually_exclusive_group()
        output.add_argument("--json", action="store_true", help="a list of objects")
        output.add_argument("--csv", action="store_true", help="a table with a head")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["name"] in PROJECT_MEASURES:
            self.measure_project(options)
        elif not options["collection"]:
            raise CommandError(f"measure {options['name']} needs --collection ID")
        else:
            self.measure_collections(options)

    def measure_project(self, options: dict[str, Any]) -> None:
        """Each row by itself: as JSON, as CSV of what all rows have, or in words."""
        project = project_of(options["project"])
        try:
            rows = list(PROJECT_MEASURES[options["name"]](project, pairs_of(options["set"])))
        except UserError as error:
            raise CommandError(str(error)) from error
        objects = [row.as_object() for row in rows]
        if options["json"]:
            self.stdout.write(json.dumps(objects, ensure_ascii=False))
        elif options["csv"]:
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerows([safe(cell) for cell in line] for line in lines_of(objects))
        else:
            for row in objects:
                self.stdout.write(object_in_words(row))

    def measure_collections(self, options: dict[str, Any]) -> None:
        by = [column.strip() for column in options["by"].split(",") if column.strip()]
        try:
            analyses = analyses_of(options["name"], options["collection"], options["extractor"])
            self.say_left_out(analyses)
            filters = RolloutFilter.parse(pairs_of(options["where"], FIELDS))
            rows = measuring.measure(analyses, options["name"], by, pairs_of(options["set"]), filters)
        except UserError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps([as_object(row) for row in rows], ensure_ascii=False))
        elif options["csv"]:
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerows([safe(value) for value in line] for line in measure_lines(rows, by))
        else:
            for row in rows:
                self.stdout.write(in_words(row))

    def say_left_out(self, analyses: list[Analysis]) -> None:
        """A set that a model made may not hold every rollout."""
        for analysis in analyses:
            n, total = analysis.n_done, analysis.collection.n_rollouts
            if n < total and not name_of(analysis.candidate_set).is_made_by_rules:
                words = f"{total - n} of {total} rollouts of {analysis.collection.name!r} are left out"
                self.stderr.write(f"{words}: {analysis.candidate_set} has not read them")


def project_of(slug: str) -> Project:
    found = Project.objects.filter(slug=slug, is_deleted=False).first()
    if found is None:
        known = Project.objects.filter(is_deleted=False).order_by("slug").values_list("slug", flat=True)[:50]
        raise CommandError(f"there is no project {slug!r} (--project); known: {', '.join(known) or 'none'}")
    return found


def lines_of(objects: list[dict[str, Any]]) -> Iterator[list[Any]]:
    """A head and a line a row; what only some rows have is empty in the others."""
    groups = list(dict.fromkeys(name for each in objects for name in each["group"]))
    names = list(dict.fromkeys(name for each in objects for name in each if name != "group"))
    yield [*groups, *names]
    for each in objects:
        yield [*(each["group"].get(name, "") for name in groups), *(each.get(name) for name in names)]


def object_in_words(row: dict[str, Any]) -> str:
    group = " ".join(f"{name}={value}" for name, value in row["group"].items() if value)
    ends = "" if row["low"] is None else f"[{row['low']:.4g}, {row['high']:.4g}]"
    value = "–" if row["estimate"] is None else f"{row['estimate']:.4g}"
    p = "" if row["p"] is None else f"p={row['p']:.3g}"
    told = f"{row['name']:<28} {value:>10} {ends} {p} n={row['n']} models={row['n_models']} {group}"
    return told + (f"  ({row['reason']})" if row["reason"] else "")


def analyses_of(name: str, ids: list[int], extractor: str) -> list[Analysis]:
    """The finished analyses of the collections by a candidate set, made where there are none."""
    measuring.label_of(name)
    collections = [collection_of(pk) for pk in dict.fromkeys(ids)]
    return [ensured_analysis(collection=collection, extractor=extractor) for collection in collections]


def collection_of(pk: int) -> Collection:
    found = Collection.objects.filter(pk=pk, is_deleted=False).first()
    if found is None:
        known = Collection.objects.filter(is_deleted=False).order_by("pk").values_list("pk", flat=True)[:50]
        raise CommandError(f"there is no collection {pk}; known: {', '.join(map(str, known)) or 'none'}")
    return found


def pairs_of(texts: list[str], known: Any = None) -> dict[str, str]:
    """`name=value` texts as a dictionary; names must be among the known, if any are given."""
    pairs = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise CommandError(f"{text!r} is not NAME=VALUE")
        if known is not None and name not in known:
            raise CommandError(f"unknown field {name!r}; known: {', '.join(known)}")
        pairs[name] = value
    return pairs


def as_object(row: Row) -> dict[str, Any]:
    """The row as scripts read it: shares are fractions of 1, null where there is no number, with the reason;
    a `label` where the row's name cannot say what it is of."""
    return {
        "measure": row.measure,
        "group": dict(row.group),
        "n": row.n,
        "n_problems": row.n_problems,
        "estimate": row.estimate,
        "low": row.low,
        "high": row.high,
        "reason": row.reason,
    } | ({"label": row.label} if row.label else {})


def in_words(row: Row) -> str:
    group = " ".join(f"{name}={value}" for name, value in row.group.items())
    beside = f"{interval(row.low, row.high, row.unit)} n={row.n} problems={row.n_problems}".strip()
    reason = (f"  “{row.label}”" if row.label else "") + (f"  ({row.reason})" if row.reason else "")
    return f"{row.measure:<32} {written(row.estimate, row.unit):>9} {beside} {group}{reason}".rstrip()
