"""A small server that speaks OpenAI's HTTP interface and misbehaves on demand. Real sockets, real threads."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


class Sent(NamedTuple):
    """A response as it goes out: `cut` bytes are promised and not sent; after each half it waits `pause` seconds."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = {}
    cut: int = 0
    pause: float = 0.0


class Asked(NamedTuple):
    """One request as it came in."""

    path: str
    body: dict[str, Any]
    headers: Mapping[str, str]


@dataclass
class Served:
    """What a server was asked, and how many requests it had open at once at most."""

    answer: Callable[[Asked, int], Sent]
    asked: list[Asked] = field(default_factory=list)
    n_open: int = 0
    most_open: int = 0
    n_connections: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopping: threading.Event = field(default_factory=threading.Event)
    url: str = ""


def chat(text: str | None, finish: str | None = "stop", **more: Any) -> Sent:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": finish} | more
    usage = {"prompt_tokens": 10, "completion_tokens": 3, "total_tokens": 13}
    return told({"choices": [choice], "usage": usage})


def completion(text: str, finish: str = "stop", **more: Any) -> Sent:
    return told({"choices": [{"index": 0, "text": text, "finish_reason": finish} | more]})


def told(body: object, status: int = 200, **headers: str) -> Sent:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Sent(status, json.dumps(body).encode(), named)


def failing(status: int, message: str = "no", **headers: str) -> Sent:
    return told({"error": {"message": message}}, status, **headers)


@contextmanager
def serving(answer: Callable[[Asked, int], Sent]) -> Iterator[Served]:
    """A server whose answers come from `answer(asked, number)`, numbers from 1 in the order of arrival."""
    served = Served(answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(served))
    server.daemon_threads = True
    served.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield served
    finally:
        served.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(served: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        disable_nagle_algorithm = True  # a reply goes out in several small pieces

        def setup(self) -> None:
            super().setup()
            with served.lock:
                served.n_connections += 1

        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            asked = Asked(self.path, json.loads(content), dict(self.headers))
            with served.lock:
                served.asked.append(asked)
                number = len(served.asked)
                served.n_open += 1
                served.most_open = max(served.most_open, served.n_open)
            try:
                self._send(served.answer(asked, number))
            except ConnectionError:
                self.close_connection = True  # the client left, as some tests want it to
            finally:
                with served.lock:
                    served.n_open -= 1

        def _send(self, sent: Sent) -> None:
            self.send_response(sent.status)
            for name, value in sent.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(sent.body) + sent.cut))
            self.end_headers()
            half = len(sent.body) // 2
            for piece in (sent.body[:half], sent.body[half:]):
                self.wfile.write(piece)
                self.wfile.flush()
                served.stopping.wait(sent.pause)
            if sent.cut:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Nothing is logged."""

    return Handler
