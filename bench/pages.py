"""Server time of pages over many rollouts, in milliseconds and as a ratio to the least request in the same run.

On the database that BENCH_HOME names (made by `python -m bench.scale`), else on one of 5,000 rollouts made for the run.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bench.scale import ROOT

N_ROLLOUTS = 5_000
ASK = """
from bench.pages import measured
measured()
"""
REPEATS = 5
LIST = {
    "list, first page": "",
    "list, middle page": "?after=[null, {middle}]",
    "list, last page": "?before=[null, {end}]",
    "list, sorted by tokens": "?sort=-tokens",
    "list, sorted by tokens, deep": "?sort=-tokens&after=[900, {middle}]",
    "list, sorted by candidates": "?sort=-candidates",
    "list, sorted by transitions": "?sort=-changes",
    "list, sorted by length": "?sort=length",
    "list, sorted by model": "?sort=model",
    "list, sorted by model, deep": '?sort=model&after=["{model}", {middle}]',
    "list, sorted by problem": "?sort=-problem",
    "list, sorted by sample": "?sort=-sample",
    "list, sorted by final": "?sort=outcome",
    "list, sorted by first": "?sort=-first",
    "list, of a model": "?model={model}",
    "list, incorrect": "?outcome=incorrect",
    "list, incorrect with T→F, by tokens": "?outcome=incorrect&transition=tf&sort=-tokens",
    "list, with a marker": "?marker=Wait",
    "list, of a problem": "?problem={problem}",
    "list, truncated, by model": "?truncated=yes&sort=model",
    "list, nothing matches": "?model=none such",
    "search, a rare word": "?q=word17",
    "search, a common word": "?q=wait",
    "search, a very common word": "?q=the",
    "search, a phrase": '?q="wait but"',
    "search, a phrase that is nowhere": '?q="the the"',
    "search, a prefix": "?q=rec*",
    "search, words, one left out": "?q=wait triangle -circle",
    "search, a common word, deep": "?q=wait&after=[null, {middle}]",
    "search, a common word, by tokens": "?q=wait&sort=-tokens",
    "search, a word among incorrect": "?q=triangle&outcome=incorrect",
    "search, a common word in one problem": "?q=wait&problem={problem}",
}


def measured() -> None:
    """Ask for every page in this process and print its times as JSON; needs Django set up on the home."""
    from statistics import median
    from time import perf_counter, process_time

    from django.conf import settings
    from django.test import Client

    from apps.accounts.models import User
    from bench.scale import SLUG, USERNAME

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username=USERNAME))
    for name, url in pages(SLUG).items():
        times, busy, held = [], [], [database_seconds()]
        for number in range(REPEATS + 1):
            began, spent = perf_counter(), process_time()
            answer = client.get(url)
            if answer.streaming:
                for _ in answer:
                    pass
            times.append(1000 * (perf_counter() - began))
            busy.append(1000 * (process_time() - spent))
            held.append(database_seconds())
            assert answer.status_code == 200, (name, answer.status_code)
            if number and sum(times) > 30_000:
                break
        database = 1000 * (held[-1] - held[1]) / (len(held) - 2)
        row = [name, times[0], median(times[1:]), min(times[1:]), max(times[1:]), median(busy[1:]), database]
        print(json.dumps(row), flush=True)


def database_seconds() -> float:
    """Processor time so far of the PostgreSQL process that answers us, where it runs on this machine; else 0."""
    from django.db import connection

    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.exists():
        return 0.0
    user, system = stat.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def pages(slug: str) -> dict[str, str]:
    """Address by name; the largest collection is the one whose pages are asked for."""
    from apps.traces.models import Collection, Rollout

    collection = Collection.objects.filter(project__slug=slug).latest("n_rollouts")
    rollouts = Rollout.objects.filter(collection=collection).order_by("pk")
    first = rollouts[0]
    middle = rollouts.filter(pk__gte=first.pk + collection.n_rollouts // 2)[0]
    given: dict[str, str | int] = {"middle": middle.pk, "end": first.pk + collection.n_rollouts + 1}
    given |= {"model": middle.model.name, "problem": middle.problem_id}
    base = f"/p/{slug}/collections/{collection.pk}/"
    written = dict(LIST)
    for word, value in given.items():
        written = {name: text.replace(f"{{{word}}}", str(value)) for name, text in written.items()}
    return {
        "least request": "/healthz",
        **{name: f"{base}rollouts/{text}" for name, text in written.items()},
        "list of the project": f"/p/{slug}/rollouts/",
        "list of the project, by tokens": f"/p/{slug}/rollouts/?sort=-tokens",
        "list of the project, a word": f"/p/{slug}/rollouts/?q=triangle",
        "dashboard, computed": base,
        "trace": f"/p/{slug}/rollouts/{middle.pk}/",
        "trace, from a search": f"/p/{slug}/rollouts/{middle.pk}/?q=wait",
        "collections": f"/p/{slug}/",
    }


def collect_static(variables: Mapping[str, str]) -> None:
    """Where DATABASE_URL is set, pages name their static files by a manifest, which is made by this."""
    if "DATABASE_URL" in variables:
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        subprocess.run(command, cwd=ROOT, env=variables, check=True)


def rows() -> list[dict[str, str | float]]:
    """One row a page: the first answer, then median, best and worst of the next ones, and how much was computing."""
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as folder:
        home = Path(os.environ.get("BENCH_HOME") or folder)
        if home == Path(folder):
            scale = [sys.executable, "-m", "bench.scale", "--rollouts", str(N_ROLLOUTS), "--home", folder]
            subprocess.run(scale, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        variables = os.environ | {"AFTERTHOUGHT_HOME": str(home)}
        collect_static(variables)
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", ASK],
            cwd=ROOT,
            env=variables,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
    least = found[0][2]
    return [
        {
            "page": name,
            "first ms": first,
            "ms": middle,
            "best ms": best,
            "worst ms": worst,
            "processor ms": busy,
            "database's ms": database,
            "times the least": middle / least,
        }
        for name, first, middle, best, worst, busy, database in found
    ]
