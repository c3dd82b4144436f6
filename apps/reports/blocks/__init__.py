"""The literal table of kinds of block: what a person can put into a report.

A kind is a module that knows what it was given (a few strings), checks it against the project, and makes a section of
content of it. Knows no request and no file.
"""

from typing import Final

from analysis.registry import Entry, Registry
from apps.reports.blocks.block import Kind

KINDS: Final[Registry[Kind]] = Registry(
    "kind of block",
    {
        "text": Entry("Text", "apps.reports.blocks.text:KIND"),
        "dashboard": Entry("Dashboard of a collection", "apps.reports.blocks.dashboard:KIND"),
        "measure": Entry("One measure", "apps.reports.blocks.measure:KIND"),
        "compare": Entry("Collections side by side", "apps.reports.blocks.compare:KIND"),
        "trace": Entry("One trace", "apps.reports.blocks.trace:KIND"),
        "lab": Entry("Psychology lab", "apps.reports.blocks.lab:KIND"),
    },
)
