"""A report frozen: composed once in the background, kept as content, and its files made of that. Knows no page.

A worker that dies leaves nothing but bytes under their hash; the next composes anew, to the same numbers.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import NamedTuple

from django.db import transaction
from django.db.models import Max

from analysis.errors import UserError
from apps.accounts.models import User
from apps.core import blobs, jobs
from apps.core.models import Blob, JobState
from apps.core.queue import enqueue_on_commit
from apps.reports import content as contents
from apps.reports.content import Content
from apps.reports.files.making import Made, Tell, files_of
from apps.reports.models import FrozenReport, Report
from apps.reports.services.composing import blocks_of, compose

OPEN = (JobState.QUEUED, JobState.RUNNING)
MOST_FROZEN = 200
BEAT_SECONDS = 5
Make = Callable[[Content, Tell], Made]


class CannotFreezeError(UserError):
    """There is nothing to freeze, or too much was."""


@transaction.atomic
def request_freeze(*, report: Report, user: User | None) -> FrozenReport:
    """The report as it is now; pressed twice while one is made of the same blocks, it is made once."""
    locked = Report.objects.select_for_update().get(pk=report.pk)
    if not locked.blocks:
        raise CannotFreezeError("this report has no blocks yet")
    last = FrozenReport.objects.filter(report=locked).order_by("-number").first()
    if last is not None and last.state in OPEN and _is_of(last, locked):
        return last
    number = (FrozenReport.objects.filter(report=locked).aggregate(last=Max("number"))["last"] or 0) + 1
    if number > MOST_FROZEN:
        raise CannotFreezeError(f"a report is frozen at most {MOST_FROZEN} times; begin another")
    frozen = FrozenReport.objects.create(
        report=locked,
        number=number,
        title=locked.title,
        authors=locked.authors,
        blocks=locked.blocks,
        n_total=len(locked.blocks),
        created_by=user,
    )
    enqueue_on_commit(FrozenReport.task_name, frozen_id=frozen.pk)
    return frozen


def execute(*, frozen_id: int, make: Make = files_of) -> None:
    """Compose, keep, and make the files; what a file lacks is noted, and ends nothing."""
    frozen = jobs.claim(FrozenReport, frozen_id)
    if frozen is None:
        return
    with jobs.recorded(frozen):
        try:
            _freeze(frozen, make)
        except UserError as error:
            jobs.finish(frozen, JobState.FAILED, str(error))


def content_of(frozen: FrozenReport) -> Content:
    assert frozen.content is not None, "asked of a report that is not frozen yet"
    return contents.from_bytes(blobs.read(frozen.content))


def _freeze(frozen: FrozenReport, make: Make) -> None:
    composed = compose(
        frozen.report.project,
        frozen.title,
        blocks_of(frozen.blocks),
        authors=frozen.authors,
        now=frozen.created_at,
        beat=lambda n_done: jobs.keep(frozen, n_done=n_done, phase="computing"),
    )
    jobs.keep(frozen, content=blobs.put([contents.as_bytes(composed)]), phase="drawing")
    files = _kept(_made(frozen, composed, make))
    with transaction.atomic():
        jobs.keep(frozen, html=files.html, pdf=files.pdf, package=files.package, notes=files.notes)
        jobs.finish(frozen, JobState.DONE)


def _made(frozen: FrozenReport, composed: Content, make: Make) -> Made:
    """The files, made beside this thread, which alone speaks to the database and keeps the lease meanwhile."""
    phases = ["drawing"]
    with ThreadPoolExecutor(max_workers=1) as beside:
        making = beside.submit(make, composed, phases.append)
        while not wait([making], timeout=BEAT_SECONDS).done:
            jobs.keep(frozen, phase=phases[-1])
    return making.result()


class Files(NamedTuple):
    html: Blob | None
    pdf: Blob | None
    package: Blob | None
    notes: list[str]


def _kept(made: Made) -> Files:
    document = None if made.pdf is None else blobs.put([made.pdf])
    return Files(blobs.put([made.html]), document, blobs.put([made.package]), made.notes)


def _is_of(frozen: FrozenReport, report: Report) -> bool:
    return (frozen.title, frozen.authors, frozen.blocks) == (report.title, report.authors, report.blocks)
