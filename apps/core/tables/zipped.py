"""Files into a ZIP that is sent while it is written. Knows no table."""

import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from apps.core.tables.kept import Kept

AT = (1980, 1, 1, 0, 0, 0)
"""The time of every member: equal contents give equal bytes."""


class Member(NamedTuple):
    """A file of the archive; its parts are asked for when its turn comes."""

    name: str
    parts: Iterable[bytes]


def zip_parts(members: Iterable[Member]) -> Iterator[bytes]:
    """The archive part by part; a member may be larger than 4 GB."""
    kept = Kept()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member in members:
            info = zipfile.ZipInfo(member.name, AT)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=True) as file:
                for part in member.parts:
                    file.write(part)
                    yield kept.taken()
    yield kept.taken()
