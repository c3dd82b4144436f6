"""`python -m apps.reports.files.camera BROWSER`: pictures of Plotly figures, one after the other, by one browser.

Reads JSON from its input: a list of {"fig", "path", "opts"} as kaleido takes them. Writes each picture to its path and
prints a JSON object of what could not be drawn: path to why. A program of its own, so that whoever starts it bounds its
time and ends it with the browser; the browser's door to the network is closed. Knows no report and no Django.
"""

import asyncio
import sys
from typing import Any

import orjson
from kaleido import Kaleido, PageGenerator

ONE_SECONDS = 30
NOWHERE = "http://127.0.0.1:1"
"""A proxy that nobody is: what a page asks of the network goes there."""


class Camera(Kaleido):  # type: ignore[misc]  # kaleido has no types
    """A kaleido that keeps its page between pictures: loading Plotly again for each took most of the time."""

    async def _return_kaleido_tab(self, tab: Any) -> None:
        await self.tabs_ready.put(tab)


async def photograph(wanted: list[dict[str, Any]], browser: str) -> dict[str, str]:
    page = PageGenerator(mathjax=False)
    async with Camera(n=1, timeout=ONE_SECONDS, page_generator=page, path=browser, proxy_server=NOWHERE) as camera:
        return {one["path"]: why for one in wanted if (why := await _shoot(camera, one))}


async def _shoot(camera: Camera, one: dict[str, Any]) -> str:
    """Why there is no picture; empty where there is one."""
    errors = await camera.write_fig_from_object([one])
    return "; ".join(str(error) for error in errors or ())


def main(browser: str) -> None:
    failed = asyncio.run(photograph(orjson.loads(sys.stdin.buffer.read()), browser))
    sys.stdout.buffer.write(orjson.dumps(failed))


if __name__ == "__main__":
    main(sys.argv[1])
