"""`manage.py demo`: a site with the sample project and a person who may do everything on it."""

from django.conf import settings

from apps.accounts.models import User
from apps.core.management.commands import serve
from apps.home import read_or_make_secret
from apps.traces.services.sample import load_sample

USERNAME = "demo"


def demo_password() -> str:
    return read_or_make_secret(settings.HOME / "demo_password", n_bytes=9)


def make_demo_user() -> User:
    """The demo person, made on the first start; a password that was changed since stays changed."""
    user = User.objects.filter(username=USERNAME).first()
    return user or User.objects.create_superuser(USERNAME, password=demo_password())


class Command(serve.Command):
    help = "Make the sample project and a login, then serve as `serve` does."

    def handle(self, *, port: int, **options: object) -> None:
        self.prepare()
        self.user = make_demo_user()
        load_sample(owner=self.user)
        self.run_site(port)

    def announce(self, url: str) -> None:
        super().announce(url)
        known = self.user.check_password(demo_password())
        self.stdout.write(f"Log in as {USERNAME} with {demo_password() if known else 'the password that you have set'}")
        self.stdout.write("Ctrl-C ends it; what you upload stays in " + str(settings.HOME))
        self.stdout.flush()
