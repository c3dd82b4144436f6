"""A project with an owner who is logged in, for tests of pages."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import Membership, Project, Role, User
from apps.traces.models import Import
from apps.traces.services import imports

WITHOUT_STATIC_FOLDER = pytest.mark.filterwarnings("ignore:No directory at")
GOOD = b"""{"id": 1, "model": "m", "problem": "What is 1+1?", "answer": "2", "response": "The answer is 2."}
{"id": 2, "model": "m", "problem": "What is 2+2?", "answer": "4", "response": "The answer is 5."}
"""
BROKEN_LINE = b'{"id": 3, "model": "m", "problem": "What is 3+3?", "answer": "6", "respon\n'


class Visitor(NamedTuple):
    """A browser without script, logged in as a member of one project."""

    client: Client
    user: User
    project: Project

    @property
    def base(self) -> str:
        return f"/p/{self.project.slug}/"

    def page(self, url: str) -> str:
        response = self.client.get(url)
        assert response.status_code == 200, (url, response.status_code)
        return response.content.decode()

    def post_by_script(self, url: str, data: Mapping[str, Any] | None = None) -> Any:
        """A response for the uploading script, which asks for JSON."""
        return self.client.post(url, data, headers={"accept": "application/json"})


def visitor(role: Role = Role.OWNER, *, project: Project | None = None, name: str = "ada") -> Visitor:
    project = project or Project.objects.create(slug="maths", name="Maths")
    user = User.objects.create_user(name, password="x")
    Membership.objects.create(project=project, user=user, role=role)
    client = Client()
    client.force_login(user)
    return Visitor(client, user, project)


def file(content: bytes = GOOD, name: str = "runs.jsonl") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def draft(who: Visitor, *contents: bytes) -> Import:
    """A draft with these files, a.jsonl, b.jsonl ..."""
    reading = imports.create_draft(project=who.project, user=who.user)
    for letter, content in zip("abcdef", contents, strict=False):
        imports.add_upload(reading=reading, name=f"{letter}.jsonl", chunks=[content])
    return reading
