"""Traces of 500,000 characters in a real browser: opening, scrolling and finding, beside a short trace in the same run.

Wall times are what a person waits; "work" is the time that Chromium's main thread was at it, which other processes on
the machine do not lengthen. Needs chromium (CHROMIUM names it, else the one on the path).
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.scale import ROOT

N_CHARS = 500_000
REPEATS = 3
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-quic"]
SERVE = """
from bench.reader import served
served()
"""
LINE = "line {} goes on for a while, as reasoning does"
FORMULA = r"then \(x_{{{0}}} = \frac{{{0}}}{{2}} + \sqrt{{y^{{{1}}}}}\) and so \(a_{{{0}}} \le b\) is right on line {0}"
READY = """
const ready = () => {
  const trace = document.querySelector('.trace[data-live]');
  const isReady = trace && document.readyState === 'complete';
  requestAnimationFrame(isReady ? () => { window.readyAt = performance.now(); } : ready);
};
document.addEventListener('DOMContentLoaded', ready);
"""
WAIT = """new Promise((done) => {
  const look = () => (window.readyAt ? done() : requestAnimationFrame(look));
  look();
})"""
SCROLL = """async () => {
  const trace = document.querySelector('[data-trace]');
  const frame = () => new Promise(requestAnimationFrame);
  let longest = 0, last = await frame();
  const step = async (to) => {
    trace.scrollTop = to;
    const now = await frame();
    longest = Math.max(longest, now - last);
    last = now;
  };
  for (let n = 0; n < 60; n += 1) await step(trace.scrollTop + 0.7 * trace.clientHeight);
  for (let n = 1; n <= 20; n += 1) await step(trace.scrollHeight * ((n * 7) % 20) / 20);
  await step(trace.scrollHeight);
  return longest;
}"""
FIND = """(wanted) => new Promise((done) => {
  const field = document.querySelector('[data-find]');
  const began = performance.now();
  const told = () => requestAnimationFrame(() => done(performance.now() - began));
  field.addEventListener('reader:found', told, { once: true });
  field.value = wanted;
  field.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def traces() -> dict[str, str]:
    """The texts by name, each of about N_CHARS characters but the first, which the others are compared with."""
    n_lines = N_CHARS // len(LINE.format(10_000))
    n_formulas = N_CHARS // len(FORMULA.format(4_000, 3))
    words = "some words of one long line and a needle " * (N_CHARS // 41)
    return {
        "40 lines": "\n".join(map(LINE.format, range(40))),
        f"{n_lines:,} lines": "\n".join(map(LINE.format, range(n_lines))),
        "one line": words[:N_CHARS],
        f"{n_formulas:,} lines of maths": "\n".join(FORMULA.format(n, n % 7) for n in range(n_formulas)),
    }


def served() -> None:
    """In the child, with Django set up on an empty home: the traces in a project, and a server that prints where."""
    from django.conf import settings
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application
    from django.test import Client

    from apps.accounts.models import User
    from apps.accounts.services import create_project
    from apps.traces.models import Rollout
    from apps.traces.services import imports
    from apps.traces.services.analyses import ensured_analysis

    call_command("migrate", verbosity=0)
    user = User.objects.create_user("bench", password="x")
    draft = imports.create_draft(project=create_project(name="bench", owner=user), user=user)
    rows = [
        {"id": name, "model": "m", "problem": "1+1?", "answer": "2", "reasoning": text, "response": "The answer is 2."}
        for name, text in traces().items()
    ]
    imports.add_upload(reading=draft, name="a.jsonl", chunks=[json.dumps(row).encode() + b"\n" for row in rows])
    collection = imports.confirm(reading=draft, wake=False)
    imports.execute(import_id=draft.pk)
    ensured_analysis(collection=collection)
    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    server = ThreadedWSGIServer(("127.0.0.1", 0), quiet(WSGIRequestHandler))
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    found = Rollout.objects.filter(collection=collection)
    pages = {row.external_id: f"/p/{collection.project.slug}/rollouts/{row.pk}/" for row in found}
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    told = {"port": server.server_port, "cookie": [cookie.key, cookie.value], "pages": pages}
    print(json.dumps(told), flush=True)
    server.serve_forever()


def quiet(base: type) -> type:
    return type("QuietHandler", (base,), {"log_message": lambda self, *given: None})


class Told(NamedTuple):
    """Where the child serves, the cookie of a member, and the pages by the trace's name."""

    port: int
    cookie: tuple[str, str]
    pages: dict[str, str]


@contextmanager
def site() -> Iterator[Told]:
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as home:
        child = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports", "-c", SERVE],
            cwd=ROOT,
            env=os.environ | {"AFTERTHOUGHT_HOME": home},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert child.stdout is not None
            yield Told(**json.loads(next(line for line in child.stdout if line.startswith("{"))))
        finally:
            child.kill()
            child.wait()


class Lap(NamedTuple):
    """One visit, in milliseconds; `work` is the main thread's part of it."""

    server: float
    opened: float
    opening_work: float
    gap: float
    scrolling_work: float
    found: float
    finding_work: float


def work(devtools: CDPSession) -> float:
    """Milliseconds that the page's main thread has worked so far."""
    told = devtools.send("Performance.getMetrics")["metrics"]
    return 1000 * float(next(each["value"] for each in told if each["name"] == "TaskDuration"))


def lap(page: Page, address: str) -> Lap:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    before = work(devtools)
    page.goto(address)
    page.evaluate(WAIT)
    opened = work(devtools)
    times = page.evaluate("[performance.getEntriesByType('navigation')[0].responseStart, window.readyAt]")
    gap = page.evaluate(SCROLL)
    scrolled = work(devtools)
    found = [page.evaluate(FIND, wanted) for wanted in ("needle", "line 39", "o", "nowhere at all")]
    finding = work(devtools)
    return Lap(
        times[0], times[1], opened - before, gap, scrolled - opened, max(found), (finding - scrolled) / len(found)
    )


def visits(told: Told) -> Iterator[tuple[str, list[Lap]]]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("chromium is missing; CHROMIUM names it")
    base = f"http://127.0.0.1:{told.port}"
    name, value = told.cookie
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        for title, path in told.pages.items():
            found = []
            for _ in range(REPEATS):
                context = browser.new_context(viewport={"width": 1440, "height": 900})
                context.add_cookies([{"name": name, "value": value, "url": base}])
                context.add_init_script(READY)
                found.append(lap(context.new_page(), base + path))
                context.close()
            yield title, found
        browser.close()


def middle(laps: Sequence[Lap]) -> Lap:
    return Lap(*(median(values) for values in zip(*laps, strict=True)))


def rows() -> list[dict[str, str | float]]:
    with site() as told:
        found = {title: middle(laps) for title, laps in visits(told)}
    least = next(iter(found.values()))
    return [
        {
            "trace": title,
            "first byte ms": each.server,
            "open ms": each.opened,
            "work to open ms": each.opening_work,
            "times the short": each.opening_work / least.opening_work,
            "longest gap scrolling ms": each.gap,
            "work a scroll ms": each.scrolling_work / 81,
            "slowest find ms": each.found,
            "work a find ms": each.finding_work,
        }
        for title, each in found.items()
    ]
