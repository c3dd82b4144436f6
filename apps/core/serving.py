"""The web server and the workers of one machine under one supervisor, on a port of 127.0.0.1.

Knows tasks and pages of nobody: the worker is named by its import path, the web by its WSGI application.
"""

import http.client
import os
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connections

from apps.core.supervisor import Service, Supervisor

HOST = "127.0.0.1"
HEALTH = "/healthz"
START_SECONDS = 120.0


class PortTakenError(Exception):
    """The port that was asked for is not free."""


def reserve_port(wanted: int = 0) -> socket.socket:
    """A socket that holds the wanted port, or a free one, for a server that sets SO_REUSEPORT, as granian does.

    Without it two servers on one port would share its requests unnoticed: a bind without SO_REUSEPORT finds that out.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, wanted))
        except OSError as error:
            raise PortTakenError(f"port {wanted} of {HOST} cannot be had: {error.strerror}") from error
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind((HOST, wanted))
    return held


def environment() -> dict[str, str]:
    return os.environ | {"AFTERTHOUGHT_HOME": str(settings.HOME.resolve()), "DJANGO_SETTINGS_MODULE": "apps.settings"}


def web_service(port: int) -> Service:
    options = f"--interface wsgi --host {HOST} --port {port} --workers 1 --blocking-threads 8 --backpressure 64"
    command = [sys.executable, "-m", "granian", *options.split(), "--no-ws", "--log-level", "error"]
    return Service("web", [*command, "apps.wsgi:application"], settings.BASE_DIR, environment())


def worker_service() -> Service:
    """The worker of imports, analyses and whatever else is no run."""
    return _worker("cpu", "--pool prefork --concurrency 1")


def model_worker_service() -> Service:
    """The worker that drives models: one process that holds them, so that a long run holds up nothing else."""
    return _worker("models", "--pool solo")


def _worker(queue: str, pool: str) -> Service:
    options = f"{pool} --queues {queue} --loglevel WARNING --without-gossip --without-mingle"
    name = f"{queue}-{os.getpid()}@%h"
    command = [
        sys.executable,
        "-m",
        "celery",
        "--quiet",
        "-A",
        "workers.celery",
        "worker",
        *options.split(),
        "--hostname",
        name,
    ]
    return Service(f"{queue} worker", command, settings.BASE_DIR, environment())


def answers(port: int) -> bool:
    """True if the web server says that it is well."""
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", HEALTH)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@dataclass
class Opening:
    """Waits for the web server's first answer, says it once, and stops the supervisor if none comes."""

    supervisor: Supervisor
    port: int
    announce: Callable[[str], None]
    deadline: float
    is_open: bool = False

    def tick(self) -> None:
        if self.is_open:
            return
        if answers(self.port):
            self.is_open = True
            self.announce(f"http://{HOST}:{self.port}/")
        elif time.monotonic() > self.deadline:
            self.supervisor.stop()


def serve(port: int, announce: Callable[[str], None]) -> bool:
    """Run web and worker until a signal; `announce` gets the address once it answers. False if it never did."""
    connections.close_all()
    with reserve_port(port) as held:
        number: int = held.getsockname()[1]
        supervisor = Supervisor([web_service(number), worker_service(), model_worker_service()])
        opening = Opening(supervisor, number, announce, time.monotonic() + START_SECONDS)
        supervisor.run(opening.tick)
    return opening.is_open or time.monotonic() < opening.deadline
