"""What a browser sends as a pack or as an instrument's file: a chosen file, else what was pasted; at most 2 MB."""

from django.http import HttpRequest

from analysis.psychometrics.bounded import MOST_BYTES
from analysis.psychometrics.instrument_checks import BadInstrument
from apps.psychology.services.instruments import Confirmed


def bytes_of(request: HttpRequest) -> bytes:
    """Raises BadInstrument for more than 2 MB, before a file is read."""
    file = request.FILES.get("file")
    if file is not None:
        if (file.size or 0) > MOST_BYTES:
            raise BadInstrument(f"the file has {file.size:,} bytes, may have {MOST_BYTES:,}")
        return b"".join(file.chunks())
    return str(request.POST.get("pasted", "")).encode("utf-8", "replace")


def confirmed_in(request: HttpRequest) -> Confirmed:
    return Confirmed("licence_confirmed" in request.POST, "key_confirmed" in request.POST)
