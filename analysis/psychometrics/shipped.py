"""The literal table of the instruments that come with the application: one JSON file each. Knows no project.

Two have texts, in our own wording. Of the others there is the key only: their words are a pack that a user brings.
"""

from functools import cache
from pathlib import Path
from typing import Final

from analysis.psychometrics.instrument import Instrument
from analysis.psychometrics.instrument_files import parsed
from analysis.registry import Entry, Registry

FOLDER: Final = Path(__file__).with_name("instruments")


class Files(Registry[Instrument]):
    """A table whose entries are files of instruments, read and checked on first use."""

    def __getitem__(self, name: str) -> Instrument:
        return _read(self._entry(name).path)


@cache
def _read(name: str) -> Instrument:
    return parsed((FOLDER / name).read_bytes())


INSTRUMENTS: Final = Files(
    "instrument",
    {
        "afterthought-30": Entry("Five traits and self-regulation, 30 items (our own)", "afterthought-30.json"),
        "afterthought-30-llm": Entry(
            "The same, phrased for language models, 30 items (our own)", "afterthought-30-llm.json"
        ),
        "mini-ipip": Entry("Mini-IPIP, 20 items", "mini-ipip.json"),
        "ipip-50": Entry("IPIP factor markers, 50 items", "ipip-50.json"),
        "ipip-neo-120": Entry("IPIP-NEO, 120 items", "ipip-neo-120.json"),
        "bfi-44": Entry("Big Five Inventory, 44 items", "bfi-44.json"),
        "srq-63": Entry("Self-Regulation Questionnaire, 63 items", "srq-63.json"),
        "sd3": Entry("Short Dark Triad, 27 items", "sd3.json"),
        "bscs": Entry("Brief Self-Control Scale, 13 items", "bscs.json"),
    },
)
