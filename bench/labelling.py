"""Labelling in a real browser: from a key to the tag on the screen and to "saved", and key presses per labelled step.

On a trace of 100,000 characters with 500 labels, quiet and while an import of 20,000 rollouts runs in a process of its
own; and on a stretch of a real trace that was labelled by hand with the shipped scheme of reflection steps, without any
suggestion. Needs chromium (CHROMIUM names it) and the real rollouts of AFTERTHOUGHT_SHARED.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from bench.imports import STAGES, write_file
from bench.pages import collect_static
from bench.reader import FLAGS
from bench.scale import ROOT

N_CHARS, N_LABELS, N_IMPORTED = 100_000, 500, 20_000
N_QUIET, MOST_BESIDE, GAP = 80, 200, 0.15
REAL = "data/math-r1-1p5b-temps/math_cot_results_t=0.8_mnt=3600_tp=0.92.json"
PREPARE = """
from bench.labelling_site import prepared
prepared({folder!r})
"""
STRETCH = (
    "45candidate 47doubt 49verify 51verify 52verify 53verify 54verify 56verify 58verify 64verify 65verify 66verify "
    "67verify 68verify 70candidate 72new_approach 106doubt 108doubt 110restate 112restate 114restate 116restate "
    "120verify 124verify 126verify 128verify 130verify 152candidate 154doubt 156doubt 158verify 160verify 162verify "
    "164verify 166verify 168doubt 170candidate 172verify 174verify 176verify 178verify 180verify 182verify "
    "184locate_error 186locate_error 188new_approach 190new_approach 194verify 196verify 198verify 202verify "
    "204verify 206verify 208verify 210candidate 212verify 214candidate 216verify"
)
"""Lines 45 to 216 of the first trace of REAL, as one person labelled them; lines that are not named carry none."""
RECORD = """() => {
  window.laps = [];
  let lap = null;
  const begin = (event) => { lap = { at: event.timeStamp, screen: null, saved: null }; };
  document.addEventListener('keydown', begin, { capture: true });
  const isTag = (node) => node.classList?.contains('tag');
  const look = (changes) => {
    if (!lap || lap.seen || !changes.some((each) => [...each.addedNodes].some(isTag))) return;
    const mine = lap;
    mine.seen = true;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { mine.screen = performance.now() - mine.at; window.laps.push(mine); };
      channel.port2.postMessage(0);
    });
  };
  new MutationObserver(look).observe(document.querySelector('[data-trace]'), { childList: true, subtree: true });
  const told = document.querySelector('[data-saved]');
  const hear = () => {
    if (lap?.seen && lap.saved === null && told.dataset.saved === 'saved') lap.saved = performance.now() - lap.at;
  };
  new MutationObserver(hear).observe(told, { attributes: true, attributeFilter: ['data-saved'] });
}"""


def real_traces(shared: Path) -> Iterator[str]:
    rows = json.loads((shared / REAL).read_text(encoding="utf-8"))
    for row in rows:
        found = re.search(r"<think>\n(.*?)(?:</think>|\Z)", row["generated_cot"], re.DOTALL)
        if found:
            yield found[1]


def shared_folder() -> Path:
    return Path(os.environ.get("AFTERTHOUGHT_SHARED") or ROOT.parent / "shared")


class Told(NamedTuple):
    """The cookie of a member, and the pages: of the long trace, and of the real one."""

    cookie: tuple[str, str]
    pages: tuple[str, str]


class Lap(NamedTuple):
    """Milliseconds from one key to the frame that shows its tag, and to "saved"."""

    screen: float
    saved: float


@contextmanager
def site(home: Path, folder: Path) -> Iterator[tuple[str, Told]]:
    """The real server with its workers, on a home of its own."""
    variables = os.environ | {"AFTERTHOUGHT_HOME": str(home)}
    shell = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PREPARE.format(folder=str(folder))]
    subprocess.run(shell, cwd=ROOT, env=variables, check=True, stdout=subprocess.DEVNULL)
    collect_static(variables)
    child = subprocess.Popen(
        [sys.executable, "manage.py", "serve"], cwd=ROOT, env=variables, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        line = next(line for line in child.stdout if "Afterthought is at" in line)
        yield line.split()[-1].rstrip("/"), Told(**json.loads((folder / "told.json").read_text(encoding="utf-8")))
    finally:
        child.terminate()
        child.wait()


@contextmanager
def importing(home: Path, file: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """An import in a process of its own, from its start to its end at the latest."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", STAGES.format(path=str(file))],
        cwd=ROOT,
        env=os.environ | {"AFTERTHOUGHT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def opened(browser: Browser, base: str, told: Told, path: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    name, value = told.cookie
    context.add_cookies([{"name": name, "value": value, "url": base}])
    page = context.new_page()
    page.goto(base + path)
    page.locator("body[data-labelling=ready]").wait_for(state="attached")
    return page


def press(page: Page, n: int) -> Lap:
    """Press the key of a label that no step has yet, and wait until it is saved."""
    page.keyboard.press("4")
    for _ in range(1000):
        lap = page.evaluate("window.laps.at(-1)")
        if page.evaluate("window.laps.length") == n and lap["saved"] is not None:
            time.sleep(GAP)
            return Lap(lap["screen"], lap["saved"])
        time.sleep(0.01)
    raise RuntimeError(f"key {n} is not saved after 10 seconds")


def timed(browser: Browser, base: str, told: Told, home: Path, file: Path) -> tuple[list[Lap], list[Lap]]:
    """Keys on a quiet site, then beside an import."""
    page = opened(browser, base, told, told.pages[0])
    assert page.locator(".trace .tag").count() == N_LABELS
    page.evaluate(RECORD)
    page.keyboard.press("j")
    quiet = [press(page, n) for n in range(1, N_QUIET + 1)]
    beside: list[Lap] = []
    with importing(home, file) as process:
        while process.poll() is None and len(beside) < MOST_BESIDE:
            beside.append(press(page, N_QUIET + len(beside) + 1))
    page.context.close()
    return quiet, beside


def key_presses(browser: Browser, base: str, told: Told) -> tuple[int, int]:
    """Keys that the labels of STRETCH took, from its first step on, and how many steps they are."""
    page = opened(browser, base, told, told.pages[1])
    keys = {"candidate": "1", "verify": "2", "new_approach": "3", "doubt": "4", "locate_error": "5", "restate": "7"}
    wanted = [(int(line), keys[name]) for line, name in re.findall(r"(\d+)([a-z_]+)", STRETCH)]
    while current(page) != wanted[0][0]:
        page.keyboard.press("j")
    n_keys = 0
    for line, key in wanted:
        moves = 0
        while current(page) != line:
            page.keyboard.press("j")
            moves += 1
        page.keyboard.press(key)
        asks = page.evaluate("document.activeElement.matches('[data-value-box] input')")
        if asks:
            assert page.evaluate("document.activeElement.value") != "", line
            page.keyboard.press("Enter")
        n_keys += moves + 1 + bool(asks)
    assert page.locator(".trace .tag").count() == len(wanted)
    page.context.close()
    return n_keys, len(wanted)


def current(page: Page) -> int:
    found: int = page.evaluate("Number(document.querySelector('.trace .ln[aria-current]')?.id.slice(1) ?? 0)")
    return found


def measured() -> tuple[list[Lap], list[Lap], tuple[int, int]]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        sys.exit("chromium is missing; CHROMIUM names it")
    traces = list(real_traces(shared_folder()))
    with tempfile.TemporaryDirectory(prefix="afterthought-bench-") as name:
        folder, home = Path(name), Path(name) / "home"
        given = {"traces": ["\n".join(traces)[:N_CHARS], traces[0]], "n_labels": N_LABELS}
        (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        write_file(folder / "rollouts.jsonl", shared_folder(), N_IMPORTED)
        with site(home, folder) as (base, told), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
            presses = key_presses(browser, base, told)
            quiet, beside = timed(browser, base, told, home, folder / "rollouts.jsonl")
            browser.close()
    return quiet, beside, presses


def rows() -> list[dict[str, str | float]]:
    quiet, beside, (n_keys, n_steps) = measured()
    found = [_row("quiet", quiet), _row("beside an import", beside)]
    print(f"{n_keys} key presses for {n_steps} labelled steps: {n_keys / n_steps:.2f} a step, no suggestion used")
    return found


def _row(title: str, laps: Sequence[Lap]) -> dict[str, str | float]:
    screen, saved = sorted(lap.screen for lap in laps), sorted(lap.saved for lap in laps)
    return {
        "when": title,
        "keys": len(laps),
        "key to screen ms": screen[len(screen) // 2],
        "screen 95 % ms": screen[int(0.95 * (len(screen) - 1))],
        "key to saved ms": saved[len(saved) // 2],
        "saved 95 % ms": saved[int(0.95 * (len(saved) - 1))],
        "worst saved ms": saved[-1],
    }
