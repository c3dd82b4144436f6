"""Pictures of the guide, of the sample project in a real browser; `python -m tests.screenshots` takes them anew.

`python -m tests.screenshots first report` takes those of these sets only: `first` (upload, dashboard, reader ...),
`report`, `annotation`, and `lab`, whose runs are published ones in AFTERTHOUGHT_SHARED. A picture has few colours.

Labels on the pictures are made up: two people who take the rules' candidates as they are, but for some.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from tests.processes import ROOT, Site, environment, running_site

FOLDER = ROOT / "docs" / "screenshots"
SIZE = ViewportSize(width=1280, height=860)
COLOURS = 256
ROWS = [
    {
        "qid": 1,
        "llm": "my-model",
        "question": "What is 6 × 7?",
        "gold": "42",
        "thoughts": "6 × 7 is 43.\nWait, it is 42.",
    },
    {
        "qid": 2,
        "llm": "my-model",
        "question": "What is 9 + 8?",
        "gold": "17",
        "thoughts": "9 + 8 = 17.\nCheck: 17 - 8 = 9.",
    },
    {
        "qid": 3,
        "llm": "my-model",
        "question": "What is 30 - 4?",
        "gold": "26",
        "thoughts": "30 - 4 is 34.\nSo it is 34.",
    },
]
ANSWERS = ("42", "17", "34")
PREPARE = """
from uuid import uuid5, NAMESPACE_URL
from apps.accounts.models import Membership, Project, User
from apps.annotation.models import Label, Layer
from apps.annotation.services import taking
from apps.annotation.services.labelling import apply
from apps.annotation.services.layers import layer_of_person
from apps.annotation.services.queues import Plan, create_queue
from apps.annotation.services.schemes import create_scheme
from apps.annotation.services.suggestions import make_suggestions, sources_of

project, lead = Project.objects.get(is_sample=True), User.objects.get(username="demo")
people = [User.objects.create_user(name) for name in ("ann", "ben")]
for person in people:
    Membership.objects.create(project=project, user=person, role="annotator")
steps = create_scheme(project=project, user=lead, shipped="reflection")
plan = Plan("Reflection steps, round 1", n=24, seed=1)
queue = create_queue(scheme=steps, user=lead, plan=plan, people=[lead])
sources = sources_of(steps, project.collections.all())
make_suggestions(queue=queue, source=sources[0][0])

scheme = create_scheme(project=project, user=lead, shipped="candidates")
plan = Plan("Candidates, round 1", n=60, seed=2, overlap=2)
queue = create_queue(scheme=scheme, user=lead, plan=plan, people=people)
make_suggestions(queue=queue, source=sources[0][0].split(" + ")[0])
offered = {}
for label in Label.objects.filter(layer__scheme=scheme, layer__kind=Layer.Kind.SUGGESTER).order_by("pk"):
    offered.setdefault(label.rollout_id, []).append(label)
for number, person in enumerate(people):
    layer = layer_of_person(scheme=scheme, user=person)
    for item in queue.items.select_related("rollout"):
        assignment = taking.take(item=item, user=person)
        acts = [
            {"verb": "accept", "suggestion": str(each.key), "key": str(uuid5(NAMESPACE_URL, f"{person}{each.key}"))}
            for n, each in enumerate(offered.get(item.rollout_id, []))
            if (item.position * 7 + n * 3 + number) % 13
        ]
        apply(layer=layer, rollout=item.rollout, user=person, acts=acts)
        taking.submit(assignment=assignment)
print(steps.pk, steps.queues.get().pk, scheme.pk)
"""


def prepared(site: Site) -> tuple[int, int, int]:
    """Schemes, queues and labels of the sample project; keys of the scheme of steps, its queue, that of candidates."""
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PREPARE],
        cwd=ROOT,
        env=environment(site.home),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    first, queue, second = done.stdout.split()
    return int(first), int(queue), int(second)


def login(page: Page, site: Site) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(site.username)
    page.locator("input[name=password]").fill(site.password)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def settled(page: Page, path: str) -> Page:
    page.goto(path)
    page.wait_for_load_state("networkidle")
    return page


def take_first(page: Page, site: Site) -> None:
    """The way of a new user: a file, a dashboard, a trace, a comparison, methods."""
    page.goto("/p/sample/")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "my-rollouts.jsonl"
        rows = [row | {"output": f"FINAL ANSWER: {answer}"} for row, answer in zip(ROWS, ANSWERS, strict=True)]
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        page.locator("input[name=files]").first.set_input_files(file)
        page.wait_for_url("**/imports/*/")
    page.get_by_text("First rows, as they will be read").wait_for()
    shot(page, "upload")
    collection = settled(page, "/p/sample/").locator("main tbody th a").first.get_attribute("href") or ""
    page.set_viewport_size({"width": SIZE["width"], "height": 1100})
    settled(page, collection).wait_for_timeout(500)
    shot(page, "dashboard")
    page.set_viewport_size(SIZE)
    figure = settled(page, f"{collection}statistics/comparison/").locator("#compare")
    figure.locator("details[open] > summary").first.click()
    shot(figure, "comparison")
    rollout = settled(page, f"{collection}rollouts/?transition=ft").locator("tbody th a").first.get_attribute("href")
    shot(settled(page, rollout or ""), "reader")
    shot(settled(page, "/methods/?project=sample&q=first+try"), "methods")


def take_report(page: Page, site: Site) -> None:
    """A report of the outline of reflection as it is written, and frozen."""
    settled(page, "/p/sample/reports/").locator("main input[name=title]").fill(
        "What reflection is worth to the demo model"
    )
    page.locator("input[name=outline][value=reflection]").check()
    page.locator("input[name=collections]").first.check()
    page.get_by_role("button", name="Begin it").click()
    at_rest(page)
    shot(page, "report-builder")
    page.get_by_role("button", name="Freeze this version").click()
    page.get_by_role("link", name="PDF").wait_for()
    page.set_viewport_size({"width": SIZE["width"], "height": 1100})
    at_rest(page)
    shot(page, "report")


def at_rest(page: Page) -> None:
    """With its first figure drawn, at the top."""
    page.locator(".report .js-plotly-plot").first.wait_for()
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(2000)


def take_annotation(page: Page, site: Site) -> None:
    base = "/p/sample/"
    _, queue, scheme = prepared(site)
    page.goto(f"{base}annotation/queues/{queue}/")
    page.get_by_role("button", name="Go on labelling").click()
    page.locator("body[data-labelling=ready]").wait_for()
    for key in ("r", "Enter", "r", "Enter", "r"):
        page.keyboard.press(key)
        page.wait_for_timeout(150)
    page.wait_for_timeout(1500)
    shot(page, "label")
    for name, path in {
        "annotation": f"{base}annotation/",
        "agreement": f"{base}annotation/schemes/{scheme}/agreement/",
        "gold": f"{base}annotation/schemes/{scheme}/gold/",
    }.items():
        page.goto(path)
        page.wait_for_load_state("networkidle")
        shot(page, name)
    page.goto(f"{base}annotation/schemes/{scheme}/adjudicate/")
    page.locator("tbody th a").first.click()
    page.locator("[data-matter][aria-current]").wait_for()
    shot(page, "adjudicate")


def take_lab(page: Page, site: Site) -> None:
    """The Personality Illusion's published runs, read in."""
    folder = Path(os.environ.get("AFTERTHOUGHT_SHARED", ROOT.parent / "shared")) / "data" / "personality-illusion"
    given = ["psychology", "import", str(folder), "--format", "personality-illusion", "--project", "sample"]
    subprocess.run([sys.executable, "manage.py", *given], cwd=ROOT, env=environment(site.home), check=True)
    page.goto("/p/sample/psychology/dissociation/")
    page.wait_for_load_state("networkidle")
    page.set_viewport_size({"width": SIZE["width"], "height": 1250})
    shot(page, "dissociation")


def shot(seen: Page | Locator, name: str) -> None:
    """What is seen as a file of few colours."""
    picture = Image.open(BytesIO(seen.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


class Set(NamedTuple):
    """Pictures that are taken together, of one site."""

    take: Callable[[Page, Site], None]
    names: tuple[str, ...]


SETS = {
    "first": Set(take_first, ("upload", "dashboard", "comparison", "reader", "methods")),
    "report": Set(take_report, ("report-builder", "report")),
    "annotation": Set(take_annotation, ("annotation", "label", "agreement", "gold", "adjudicate")),
    "lab": Set(take_lab, ("dissociation",)),
}


def main() -> None:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as folder,
        running_site(Path(folder) / "home") as site,
        sync_playwright() as play,
    ):
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(base_url=site.url, viewport=SIZE, color_scheme="light")
        page.set_default_timeout(60_000)
        login(page, site)
        for name in sys.argv[1:] or SETS:
            page.set_viewport_size(SIZE)
            SETS[name].take(page, site)
        browser.close()


if __name__ == "__main__":
    main()
