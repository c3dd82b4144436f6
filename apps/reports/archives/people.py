"""People in an archive: written by their user name, and found by it where the archive is read.

A name that is nobody's, or that the reader may not speak for, becomes a person who cannot log in, so that history keeps
saying who did what without putting words into a living account's mouth.
"""

from dataclasses import dataclass, field

from apps.accounts.models import User

MARK = " (archived)"
LONGEST = 150


def written_name(username: str | None) -> str | None:
    return None if username is None else username.removesuffix(MARK)


@dataclass
class People:
    """User name in the archive -> key of a person here.

    `reader` is who reads the archive; a superuser's and the command line's (None) word on who others are is taken.
    """

    reader: User | None
    known: dict[str, int] = field(default_factory=dict)

    def key_of(self, username: str) -> int:
        if username not in self.known:
            self.known[username] = self._find(username) or self._stand_in(username)
        return self.known[username]

    def _find(self, username: str) -> int | None:
        if self.reader is None or self.reader.is_superuser:
            return User.objects.filter(username=username).values_list("pk", flat=True).first()
        return self.reader.pk if self.reader.get_username() == username else None

    def _stand_in(self, username: str) -> int:
        name = username[: LONGEST - len(MARK)] + MARK
        person = User.objects.filter(username=name).first()
        return (person or User.objects.create_user(name, is_active=False)).pk
