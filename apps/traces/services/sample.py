"""The sample project that a first visitor finds: what the demo model answered, labelled so."""

from django.conf import settings

from apps.accounts.models import Project, User
from apps.accounts.services import create_project
from apps.core.blobs import chunks_of
from apps.traces.models import Collection
from apps.traces.services import imports
from apps.traces.services.analyses import ensured_analysis

NAME = "Sample: sums by the demo model"


def load_sample(*, owner: User) -> Project:
    """Make the sample project with its collection, once; again returns the one that is there, whole."""
    project = Project.objects.filter(is_sample=True, is_deleted=False).first() or create_project(
        name="Sample project", slug="sample", owner=owner, is_sample=True
    )
    if not Collection.objects.filter(project=project, is_deleted=False).exists():
        _load(project, owner)
    return project


def _load(project: Project, owner: User) -> None:
    reading = imports.create_draft(project=project, user=owner, name=NAME)
    with (settings.BASE_DIR / "demo" / "rollouts.jsonl").open("rb") as file:
        imports.add_upload(reading=reading, name="rollouts.jsonl", chunks=chunks_of(file))
    collection = imports.confirm(reading=reading, name=NAME, wake=False)
    imports.execute(import_id=reading.pk)
    ensured_analysis(collection=collection)
