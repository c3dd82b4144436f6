"""Lines as a CSV file that is streamed as they come, always an attachment."""

import csv
import re
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse

from apps.traces.presenters.exports import Line, safe


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_response(lines: Iterable[Line], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_written(lines), content_type="text/csv; charset=utf-8")
    file_name = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "rollouts"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name[:100]}.csv"'
    return response


def _written(lines: Iterable[Line]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\n")
    return (writer.writerow([safe(value) for value in line]) for line in lines)
