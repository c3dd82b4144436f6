"""Plotly figures as SVG and PNG: starts the camera, a program with a browser in it, and ends it when its time is over.

Knows no report.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
from django.conf import settings

from analysis.errors import UserError

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 60
FIGURE_SECONDS = 10
SHARPNESS = 2
"""Pixels of a PNG for each of the figure's."""
ENV: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE", "VIRTUAL_ENV")


class NoBrowserError(UserError):
    """There is no browser that could draw."""


class DrawingError(UserError):
    """The browser did not draw."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure to be drawn, `plot` with its colours, and whether an SVG is wanted beside the PNG."""

    plot: Mapping[str, Any]
    width: int
    height: int
    with_svg: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """`why` says why there is no picture."""

    svg: str = ""
    png: bytes = b""
    why: str = ""


def find_browser() -> str | None:
    """The program that CHROMIUM names, else the first that is on the path."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def draw(wanted: Sequence[Drawing], start_seconds: float = START_SECONDS) -> list[Drawn]:
    """A picture of each, in order. Raises NoBrowserError, DrawingError."""
    if not wanted:
        return []
    browser = find_browser()
    if browser is None:
        raise NoBrowserError(f"no browser draws pictures here: neither CHROMIUM nor {', '.join(BROWSERS)} is found")
    with tempfile.TemporaryDirectory(prefix="afterthought-pictures-") as name:
        folder = Path(name)
        asked = [each for number, one in enumerate(wanted) for each in _asked(one, folder / str(number))]
        seconds = start_seconds + FIGURE_SECONDS * len(asked)
        failed = orjson.loads(_run(browser, orjson.dumps(asked), folder, seconds))
        return [_drawn(folder / str(number), failed) for number in range(len(wanted))]


def _asked(one: Drawing, stem: Path) -> list[dict[str, Any]]:
    size = {"width": one.width, "height": one.height}
    png = {"fig": one.plot, "path": f"{stem}.png", "opts": size | {"format": "png", "scale": SHARPNESS}}
    svg = {"fig": one.plot, "path": f"{stem}.svg", "opts": size | {"format": "svg"}}
    return [svg, png] if one.with_svg else [png]


def _drawn(stem: Path, failed: Mapping[str, str]) -> Drawn:
    png, svg = Path(f"{stem}.png"), Path(f"{stem}.svg")
    if why := failed.get(str(png)) or failed.get(str(svg)):
        return Drawn(why=why[:300])
    return Drawn(svg.read_text(encoding="utf-8") if svg.exists() else "", png.read_bytes())


def _run(browser: str, asked: bytes, folder: Path, seconds: float) -> bytes:
    """What the camera says. It and its browser are gone when this returns, however it does."""
    command = [sys.executable, "-m", "apps.reports.files.camera", browser]
    kept = {name: value for name, value in os.environ.items() if name in ENV} | {"TMPDIR": str(folder)}
    camera = subprocess.Popen(
        command,
        cwd=settings.BASE_DIR,
        env=kept,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        said, complaint = camera.communicate(asked, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise DrawingError(f"the browser {browser} did not draw the figures within {seconds:g} s") from error
    finally:
        _end(camera)
    if camera.returncode:
        last = complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or ["it said nothing"]
        raise DrawingError(f"the browser {browser} did not draw: {last[0][:300]}")
    return said


def _end(camera: "subprocess.Popen[bytes]") -> None:
    """Kill the camera if it still runs; its browser ends when the pipe between them closes."""
    if camera.poll() is None:
        os.killpg(camera.pid, signal.SIGKILL)
    camera.communicate()
