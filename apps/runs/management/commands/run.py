"""`manage.py run PROTOCOL …`: what the pages of runs do, from the shell; with --wait here, without a broker."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from analysis.catalogue import PROTOCOLS
from analysis.errors import UserError
from apps.accounts.models import Project
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.runs.models import Run, RunState
from apps.runs.services import drafts, running
from apps.runs.services.plans import Bound, Plan, bound, conductor_of, find_engine
from apps.traces.models import Collection
from apps.traces.services.analyses import ensured_analysis

WAIT_FOR = "workers.running.wait_for"
"""Named, not imported: the web process knows no worker's code, and this command only where it does a worker's work."""


class Command(BaseCommand):
    help = f"Run a protocol on problems or rollouts. Protocols: {', '.join(PROTOCOLS)}."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("protocol", metavar="PROTOCOL", help=", ".join(PROTOCOLS))
        parser.add_argument("--engine", required=True, metavar="E", help="for every role that --role does not name")
        parser.add_argument("--model", default="", metavar="M", help="one of its models; its only one if left out")
        parser.add_argument("--role", action="append", default=[], metavar="ROLE=E:M", help="another engine for a role")
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--collection", type=int, metavar="ID", help="its rollouts, or their problems")
        source.add_argument("--problems", metavar="FILE", help="JSONL, one problem a line")
        parser.add_argument("--where", action="append", default=[], metavar="FIELD=VALUE", help="filters --collection")
        parser.add_argument("--limit", type=int, metavar="N", help="the first N problems or rollouts only")
        parser.add_argument("--project", default="", metavar="SLUG", help="for --problems; made if missing")
        parser.add_argument("--set", action="append", default=[], metavar="K=V", help="a setting of the protocol")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the first sample")
        parser.add_argument("--name", default="", help="of the run and of the collection that it makes")
        parser.add_argument("--wait", action="store_true", help="work on it here until it has ended, and analyse it")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run = drafts.create_draft(project=self.project(options), user=None, plan=self.plan(options))
            running.start(run=run, wake=not options["wait"])
            if options["wait"]:
                self.wait(run, is_quiet=options["json"])
        except UserError as error:
            raise CommandError(str(error)) from error
        report = report_of(run)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else in_words(report))
        if run.state == RunState.FAILED:
            raise CommandError(run.error)

    def project(self, options: Mapping[str, Any]) -> Project:
        if options["collection"] is not None:
            return collection_of(options["collection"]).project
        slug = options["project"] or "runs"
        found = Project.objects.filter(slug=slug, is_deleted=False).first()
        return found or create_project(name=slug, slug=slug, owner=None)

    def plan(self, options: Mapping[str, Any]) -> Plan:
        source = self.source(options) | ({"limit": options["limit"]} if options["limit"] else {})
        return Plan(
            options["protocol"],
            roles_of(options),
            source,
            pairs("--set", options["set"]),
            options["seed"],
            options["name"],
        )

    def source(self, options: Mapping[str, Any]) -> dict[str, Any]:
        if options["collection"] is not None:
            where = pairs("--where", options["where"])
            return {"kind": "collection", "collection": options["collection"], "filter": where}
        path = Path(options["problems"])
        if not path.is_file():
            raise CommandError(f"{path}: there is no such file")
        with path.open("rb") as file:
            return drafts.keep_problems_file(chunks=chunks_of(file), name=path.name)

    def wait(self, run: Run, *, is_quiet: bool) -> None:
        wait_for: Callable[[Run, Callable[[Run], None]], None] = import_string(WAIT_FOR)
        wait_for(run, (lambda _: None) if is_quiet else self.say)
        if run.output is not None:
            ensured_analysis(collection=run.output)

    def say(self, run: Run) -> None:
        self.stderr.write(f"{run.get_state_display()}: {run.n_done} of {run.n_total} done, {run.n_failed} failed")


def roles_of(options: Mapping[str, Any]) -> dict[str, Bound]:
    given = pairs("--role", options["role"])
    roles = {}
    for role in (*conductor_of(options["protocol"]).roles, *given):
        engine, _, model = given.get(role, f"{options['engine']}:{options['model']}").partition(":")
        roles[role] = bound(find_engine(engine), model)
    return roles


def collection_of(pk: int) -> Collection:
    found = Collection.objects.filter(pk=pk, is_deleted=False).select_related("project").first()
    if found is None:
        raise CommandError(f"there is no collection {pk}")
    return found


def pairs(option: str, given: list[str]) -> dict[str, str]:
    found = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign or not name:
            raise CommandError(f"{option} {pair!r}: write NAME=VALUE")
        found[name] = value
    return found


def report_of(run: Run) -> dict[str, Any]:
    """The run as the JSON object that scripts read."""
    run.refresh_from_db()
    seconds = (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else None
    return {
        "run": run.pk,
        "state": run.state,
        "protocol": run.protocol,
        "collection": run.output_id,
        "units": run.n_total,
        "done": run.n_done,
        "failed": run.n_failed,
        "rollouts": run.output.n_rollouts if run.output else 0,
        "probes": run.probes.count(),
        "requests": run.n_requests,
        "tokens": run.n_tokens,
        "prompt_tokens": run.n_prompt_tokens,
        "seconds": seconds,
        "error": run.error,
        "errors": sorted(set(run.units.filter(state="failed").values_list("error", flat=True)))[:20],
    }


def in_words(report: Mapping[str, Any]) -> str:
    head = (
        f"run {report['run']} ({report['protocol']}): {report['state']}, {report['done']} of {report['units']} units "
        f"done, {report['failed']} failed; {report['rollouts']} rollouts and {report['probes']} probes, "
        f"{report['tokens']} new tokens"
    )
    where = [f"  collection {report['collection']}"] if report["collection"] else []
    return "\n".join([head, *where, *(f"  {error}" for error in report["errors"])])
