"""`manage.py serve`: the web server and its workers under one supervisor, on the data that is there."""

import os
import signal
from argparse import ArgumentParser

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from apps.core.serving import HEALTH, PortTakenError, serve


class Command(BaseCommand):
    help = "Bring the database up to date, then run the web server and two workers on 127.0.0.1 until Ctrl-C or TERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=os.environ.get("PORT", "0"), help="0 (default): any free port")

    def handle(self, *, port: int, **options: object) -> None:
        self.prepare()
        self.run_site(port)

    def prepare(self) -> None:
        """The database and, by the mode, the first engines or the static files brought up to date."""
        settings.STATIC_ROOT.mkdir(exist_ok=True)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a script's background may have made us ignore it
        call_command("migrate", verbosity=0)
        if settings.EMBEDDED:
            call_command("demo_engines", verbosity=0)
        else:
            call_command("collectstatic", interactive=False, verbosity=0)

    def run_site(self, port: int) -> None:
        try:
            came_up = serve(port, self.announce)
        except PortTakenError as error:
            raise CommandError(str(error)) from error
        if not came_up:
            raise CommandError(f"the web server never answered on {HEALTH}; its messages are above")

    def announce(self, url: str) -> None:
        self.stdout.write(f"Afterthought is at {url}")
        self.stdout.flush()
