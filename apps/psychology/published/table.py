"""The studies whose published files are known: a literal table. Knows no file and no database.

A study is an object with `read(files) -> Found`. To add one: a file with such an object, and a line in STUDIES.
"""

from collections.abc import Sequence
from typing import Protocol

from analysis.registry import Entry, Registry
from apps.psychology.published.files import File
from apps.psychology.published.sittings import Found


class Study(Protocol):
    def read(self, files: Sequence[File]) -> Found: ...


WHERE = "apps.psychology.published"
STUDIES: Registry[Study] = Registry(
    "study",
    {
        "personality-illusion": Entry("The Personality Illusion", f"{WHERE}.illusion:STUDY"),
        "personallm": Entry("PersonaLLM", f"{WHERE}.personallm:STUDY"),
    },
)
