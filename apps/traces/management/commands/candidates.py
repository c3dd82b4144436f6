"""`manage.py candidates --collection ID --jsonl`: per rollout, the candidates with line, value and grade."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from analysis.answers.extract import DEFAULT, EXTRACTORS
from analysis.errors import UserError
from apps.traces.models import Analysis, Collection
from apps.traces.services.analyses import ensured_analysis, found_batches
from apps.traces.services.reading import Found


class Command(BaseCommand):
    help = "Print the candidates of a collection's rollouts, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--collection", type=int, required=True, metavar="ID")
        parser.add_argument(
            "--extractor",
            default=DEFAULT,
            metavar="NAME",
            help=f"{', '.join(EXTRACTORS)}, or a stored set in full, as extraction:MODEL@7",
        )
        parser.add_argument("--jsonl", action="store_true", help="the only output there is, and the default")

    def handle(self, *args: Any, **options: Any) -> None:
        collection = Collection.objects.filter(pk=options["collection"], is_deleted=False).first()
        if collection is None:
            raise CommandError(f"there is no collection {options['collection']}")
        try:
            analysis = ensured_analysis(collection=collection, extractor=options["extractor"])
        except UserError as error:
            raise CommandError(str(error)) from error
        for found in readings(analysis):
            self.stdout.write(json.dumps(line_of(found), ensure_ascii=False))


def readings(analysis: Analysis) -> Iterator[Found]:
    """Every rollout of the analysed collection with its stored candidates and their verdicts, in order of storage."""
    analysis.last_rollout_id = 0
    for found in found_batches(analysis):
        yield from found


def line_of(found: Found) -> dict[str, Any]:
    rows = zip(found.candidates, found.candidate_outcomes, strict=True)
    return {
        "id": found.attempt.rollout.external_id,
        "candidates": [
            {"line": candidate.line, "value": candidate.value, "grade": outcome.value} for candidate, outcome in rows
        ],
    }
