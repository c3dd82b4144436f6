"""`manage.py training_set NAME --collection ID --out FILE`: a method's training set from analysed rollouts."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.answers.extract import DEFAULT
from analysis.errors import UserError
from analysis.registry import UnknownName
from analysis.training.table import TRAINING_SETS
from apps.reports.services.training_files import SUFFIX, write_training_set
from apps.reports.services.training_sets import Wanted
from apps.traces.management.commands.measure import collection_of, pairs_of
from apps.traces.queries.filters import FIELDS, RolloutFilter
from apps.traces.services.analyses import ensured_analysis


class Command(BaseCommand):
    help = "Write a training set as JSON lines or Parquet in TRL's shapes, with a manifest beside it: " + "; ".join(
        f"{name} ({label})" for name, label in TRAINING_SETS.choices()
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help=", ".join(TRAINING_SETS))
        parser.add_argument("--collection", type=int, action="append", required=True, metavar="ID")
        parser.add_argument("--extractor", default=DEFAULT, metavar="NAME", help="whose candidates")
        parser.add_argument("--set", action="append", default=[], metavar="SETTING=VALUE", help="of the method")
        fields = "as lists have: " + ", ".join(FIELDS)
        parser.add_argument("--filter", action="append", default=[], metavar="FIELD=VALUE", help=fields)
        replaced = "JSON lines, or Parquet if it ends in .parquet; one that is there is replaced"
        parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=replaced)

    def handle(self, *args: Any, **options: Any) -> None:
        settings = pairs_of(options["set"])
        try:
            filters = RolloutFilter.parse(pairs_of(options["filter"], FIELDS), with_text=True)
            TRAINING_SETS[options["name"]].settle(settings)
            collections = [collection_of(pk) for pk in dict.fromkeys(options["collection"])]
            analyses = [ensured_analysis(collection=each, extractor=options["extractor"]) for each in collections]
            manifest = write_training_set(Wanted(options["name"], settings, analyses, filters), options["out"])
        except (UserError, UnknownName, OSError) as error:
            raise CommandError(str(error)) from error
        self.say(manifest, options["out"])

    def say(self, manifest: dict[str, Any], path: Path) -> None:
        for kind in ("made", "left_out"):
            for name, n in sorted(manifest["counts"][kind].items(), key=lambda pair: -pair[1]):
                self.stdout.write(f"{n:>12,} {kind.replace('_', ' ')}: {name}")
        self.stdout.write(f"{manifest['file']['rows']:,} rows in {path}, their provenance in {path.name}{SUFFIX}")
