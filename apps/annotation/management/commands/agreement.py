"""`manage.py agreement --project P --scheme S [--json]`: how far the hands of a scheme agree."""

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import Project
from apps.annotation.models import Scheme
from apps.annotation.presenters.agreement import as_object
from apps.annotation.services.agreement import report_of
from apps.core.templatetags.numbers import decimal


class Command(BaseCommand):
    help = "Print how far people agree who labelled the same rollouts by one scheme."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--scheme", required=True, metavar="NAME")
        parser.add_argument("--json", action="store_true", help="one object: hands, and a row for each number")

    def handle(self, *args: Any, **options: Any) -> None:
        found = as_object(report_of(scheme_named(options["project"], options["scheme"])))
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else in_words(found))


def scheme_named(project: str, name: str) -> Scheme:
    """The scheme; an unknown name's error lists those that there are."""
    if not Project.objects.filter(slug=project).exists():
        raise CommandError(f"there is no project {project!r}")
    schemes = Scheme.objects.filter(project__slug=project).select_related("project")
    found = schemes.filter(name=name).first()
    if found is None:
        known = ", ".join(schemes.values_list("name", flat=True)) or "none"
        raise CommandError(f"project {project!r} has no scheme {name!r}; known: {known}")
    return found


def in_words(found: Mapping[str, Any]) -> str:
    head = f"scheme {found['scheme']}, version {found['version']}: {found['n_rollouts_shared']} rollouts by two or more"
    hands = [f"{each['name']} ({each['kind']}): {each['n_rollouts']} rollouts" for each in found["hands"]]
    return "\n".join([head, *hands, *(_line(row) for row in found["rows"])])


def _line(row: Mapping[str, Any]) -> str:
    who = f"{row['first']} · {row['second']}" if row["first"] else "all together"
    ci = "" if row["low"] is None else f" [{decimal(row['low'], 3)}, {decimal(row['high'], 3)}]"
    why = f"  ({row['reason']})" if row["reason"] else ""
    what = f"{row['of']:9} {row['label'] or 'all labels':24} {row['statistic']:20} {who:32}"
    return f"{what} {decimal(row['estimate'], 3)}{ci} n={row['n']} rollouts={row['n_rollouts']}{why}"
