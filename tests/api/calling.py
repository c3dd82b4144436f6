"""Asks the API as a program does: a token in a header, JSON there and back."""

import json
from typing import Any, NamedTuple

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import Project, Role, User
from apps.api.scopes import Scope
from apps.api.services.tokens import Made, make_token
from tests.traces import build
from tests.traces.analysed import user_of

ROOT = "/api/v1"


class Answer(NamedTuple):
    status: int
    body: Any
    response: HttpResponse

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


class Caller(NamedTuple):
    """Whoever holds a secret."""

    secret: str

    def get(self, path: str, **query: Any) -> Answer:
        return answer(Client().get(ROOT + path, query, headers=self.headers()))

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Answer:
        return self.send("DELETE", path, None, **headers)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        data = "" if body is None else json.dumps(body)
        sent = self.headers() | {name.replace("_", "-"): value for name, value in headers.items()}
        return answer(Client().generic(method, ROOT + path, data, "application/json", headers=sent))

    def upload(self, path: str, name: str, content: bytes, **headers: str) -> Answer:
        sent = self.headers() | {key.replace("_", "-"): value for key, value in headers.items()}
        return answer(Client().post(ROOT + path, {"file": SimpleUploadedFile(name, content)}, headers=sent))

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.secret}"} if self.secret else {}


def answer(response: Any) -> Answer:
    is_json = response.headers.get("Content-Type", "").partition(";")[0] == "application/json"
    return Answer(response.status_code, json.loads(response.content or "null") if is_json else None, response)


def made_for(project: Project | None, owner: User, *scopes: Scope) -> Made:
    return make_token(owner=owner, name="t", project=project, scopes=scopes or list(Scope))


def caller(project: Project, role: Role = Role.OWNER, *scopes: Scope) -> Caller:
    """A new person of the project with a token of every scope, or of these."""
    return Caller(made_for(project, user_of(project, role), *scopes).secret)


def stranger() -> Caller:
    """The owner of another project, with a token of every scope."""
    return caller(build.project("elsewhere"))
