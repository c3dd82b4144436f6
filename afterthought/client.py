"""The way in: a server, a token, and what is not of one project."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from afterthought.project import Project
from afterthought.shapes import Measure, ProjectInfo, TokenInfo
from afterthought.transport import Transport


class Client:
    """A server by its address, and the token that opens it.

    What is refused with 429 or 503 is tried again when the server says, `tries` times in all, and so is what gets no
    answer; every write carries an idempotency key, so none is done twice.
    """

    def __init__(
        self,
        url: str,
        token: str,
        *,
        timeout: float = 60.0,
        tries: int = 5,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.transport = Transport(url, token, timeout, tries, sleep)

    def __repr__(self) -> str:
        return f"Client({self.transport.url!r})"

    def token(self) -> TokenInfo:
        """The token that asks: whose it is, its scopes, its end."""
        told: TokenInfo = self.transport.ask("GET", "/token")
        return told

    def projects(self) -> Iterator[ProjectInfo]:
        """The projects that the token opens."""
        return self.transport.items("/projects")

    def project(self, slug: str) -> Project:
        """A project by the word in its addresses; nothing is asked yet."""
        return Project(self.transport, slug)

    def create_project(self, name: str) -> Project:
        """Make a project; with a token for all projects, of scope manage."""
        return self.project(self.transport.ask("POST", "/projects", body={"name": name})["slug"])

    def measures(self) -> Iterator[Measure]:
        """Every measure with its settings, how to read it and where it is from."""
        return self.transport.items("/measures")

    def items(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of any list of the API: `client.items("/projects/maths/runs")`."""
        return self.transport.items(path, query)

    def ask(self, method: str, path: str, *, body: object = None, key: str | None = None, **query: Any) -> Any:
        """Any operation of the API: `client.ask("POST", "/projects/maths/reports", body={...})`."""
        return self.transport.ask(method, path, query=query, body=body, key=key)
